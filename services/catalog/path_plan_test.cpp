#include "services/catalog/path_plan.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

using namespace dstudio;
using catalog::plan_path;
using Step = catalog::PathPlan::Step;
using Broken = catalog::PathPlan::Broken;

TEST_CASE("an order that meets its prerequisites stays as it is") {
    base::Digraph graph(3);
    graph.add_edge(0, 1);
    graph.add_edge(1, 2);
    const auto plan = plan_path(graph, {0, 1, 2});
    CHECK(plan.broken.empty());
    CHECK(plan.repaired == std::vector<Step>{{0, false}, {1, false}, {2, false}});
}

TEST_CASE("a step before its prerequisite is reported, the prerequisite comes forward") {
    base::Digraph graph(2);
    graph.add_edge(1, 0);
    const auto plan = plan_path(graph, {0, 1});
    CHECK(plan.broken == std::vector<Broken>{{0, 1}});
    CHECK(plan.repaired == std::vector<Step>{{1, false}, {0, false}});
}

TEST_CASE("what is missing is inserted just before it is needed, with its own prerequisites") {
    base::Digraph graph(4);
    graph.add_edge(0, 1);
    graph.add_edge(1, 3);
    const auto plan = plan_path(graph, {2, 3});
    CHECK(plan.broken == std::vector<Broken>{{3, 1}});
    CHECK(plan.repaired == std::vector<Step>{{2, false}, {0, true}, {1, true}, {3, false}});
}

TEST_CASE(
    "for any acyclic graph and any order: the repaired order is valid, complete, without repetition and inserts only "
    "ancestors") {
    const bool held = rc::check([] {
        const auto size = *rc::gen::inRange<std::size_t>(1, 14);
        base::Digraph graph(size);
        for (const auto& [a, b] : *rc::gen::container<std::vector<std::pair<std::size_t, std::size_t>>>(
                 rc::gen::pair(rc::gen::inRange<std::size_t>(0, size), rc::gen::inRange<std::size_t>(0, size))))
            if (a < b)
                graph.add_edge(a, b);
        const auto steps = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, size));
        const auto plan = plan_path(graph, steps);
        std::set<std::size_t> before;
        std::set<std::size_t> needed(steps.begin(), steps.end());
        for (const std::size_t step : steps)
            for (const std::size_t ancestor : base::ancestors(graph, step))
                needed.insert(ancestor);
        for (const Step& step : plan.repaired) {
            for (const std::size_t prerequisite : graph.predecessors(step.node))
                RC_ASSERT(before.contains(prerequisite));
            RC_ASSERT(before.insert(step.node).second);
            RC_ASSERT(step.inserted == (std::find(steps.begin(), steps.end(), step.node) == steps.end()));
        }
        RC_ASSERT(before == needed);
        const auto again = plan_path(graph, std::vector<std::size_t>(before.begin(), before.end()));
        RC_ASSERT(again.broken.empty());  // numbers ascend along edges here, so the sorted set is a valid order
    });
    CHECK(held);
}
