#include "services/catalog/path_plan.hpp"

#include <algorithm>

namespace dstudio::catalog {
namespace {

class Planner {
  public:
    Planner(const base::Digraph& graph, const std::vector<std::size_t>& steps)
        : graph_(graph), given_(graph.node_count()), placed_(graph.node_count()) {
        for (const std::size_t step : steps)
            given_[step] = true;
    }

    // Prerequisite chains are as deep as the content's: dozens at most, so recursion is bounded (content check refuses
    // cycles).
    void place(std::size_t node, PathPlan& plan) {
        if (placed_[node])
            return;
        placed_[node] = true;
        for (const std::size_t before : graph_.predecessors(node))
            place(before, plan);
        plan.repaired.push_back({node, !given_[node]});
    }

  private:
    const base::Digraph& graph_;
    std::vector<bool> given_;
    std::vector<bool> placed_;
};

}  // namespace

PathPlan plan_path(const base::Digraph& prerequisites, const std::vector<std::size_t>& steps) {
    PathPlan plan;
    std::vector<bool> seen(prerequisites.node_count());
    for (const std::size_t step : steps) {
        if (seen[step])
            continue;
        for (const std::size_t before : prerequisites.predecessors(step))
            if (!seen[before])
                plan.broken.push_back({step, before});
        seen[step] = true;
    }
    Planner planner(prerequisites, steps);
    for (const std::size_t step : steps)
        planner.place(step, plan);
    return plan;
}

}  // namespace dstudio::catalog
