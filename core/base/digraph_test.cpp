#include "core/base/digraph.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <utility>

using namespace dstudio::base;

namespace {

Digraph graph(std::size_t nodes, std::initializer_list<std::pair<std::size_t, std::size_t>> edges) {
    Digraph g(nodes);
    for (const auto& [from, to] : edges)
        g.add_edge(from, to);
    return g;
}

}  // namespace

TEST_CASE("a topological order puts prerequisites first and prefers small numbers") {
    CHECK(topological_order(graph(4, {{3, 0}, {0, 1}})) == std::vector<std::size_t>{2, 3, 0, 1});
    CHECK(topological_order(Digraph(0)).empty());
    CHECK(topological_order(graph(3, {{0, 1}, {1, 0}, {1, 2}})).empty());
}

TEST_CASE("each knot of prerequisites is reported once, by a shortest cycle") {
    CHECK(cycles(graph(3, {{0, 1}, {1, 2}})).empty());
    CHECK(cycles(graph(2, {{1, 1}})) == std::vector<std::vector<std::size_t>>{{1}});
    const auto found = cycles(graph(7, {{2, 1}, {1, 0}, {0, 2}, {2, 0}, {4, 5}, {5, 4}, {5, 6}}));
    CHECK(found == std::vector<std::vector<std::size_t>>{{0, 2}, {4, 5}});
}

TEST_CASE("ancestors are the direct and indirect prerequisites") {
    const Digraph g = graph(5, {{0, 1}, {1, 2}, {3, 2}, {2, 4}});
    CHECK(ancestors(g, 2) == std::vector<std::size_t>{0, 1, 3});
    CHECK(ancestors(g, 0).empty());
}

TEST_CASE("layers are the longest chains of prerequisites") {
    CHECK(layers(graph(4, {{0, 1}, {1, 2}, {0, 2}})) == std::vector<std::size_t>{0, 1, 2, 0});
}

TEST_CASE("on random graphs an order is complete exactly if there is no cycle, and every edge points forward in it") {
    std::uint64_t state = 20261122;  // any seed: the properties hold for each graph
    const auto next = [&state](std::uint64_t bound) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<std::size_t>((state >> 33U) % bound);
    };
    for (int round = 0; round < 500; ++round) {
        const std::size_t n = 1 + next(12);
        Digraph g(n);
        for (std::size_t e = next(2 * n); e > 0; --e)
            g.add_edge(next(n), next(n));
        const auto order = topological_order(g);
        const auto found = cycles(g);
        CHECK((order.size() == n) == found.empty());
        std::vector<std::size_t> position(n, n);
        for (std::size_t i = 0; i < order.size(); ++i)
            position[order[i]] = i;
        for (const std::size_t node : order)
            for (const std::size_t before : g.predecessors(node))
                CHECK(position[before] < position[node]);
        for (const auto& cycle : found)
            for (std::size_t i = 0; i < cycle.size(); ++i) {
                const auto& out = g.successors(cycle[i]);
                CHECK(std::find(out.begin(), out.end(), cycle[(i + 1) % cycle.size()]) != out.end());
            }
    }
}
