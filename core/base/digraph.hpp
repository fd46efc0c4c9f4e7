// Directed graphs over nodes 0..n-1, for prerequisites: an edge (a, b) says that a comes before b.
//
// All functions are O(n + e) (or with a logarithm where an order must be chosen) and deterministic: where several
// answers are valid, the one that prefers smaller node numbers is returned.
#pragma once

#include <cstddef>
#include <vector>

namespace dstudio::base {

class Digraph {
  public:
    using Node = std::size_t;

    explicit Digraph(std::size_t node_count) : successors_(node_count), predecessors_(node_count) {}

    // REQUIRES: both are below node_count().
    void add_edge(Node from, Node to);

    [[nodiscard]] std::size_t node_count() const { return successors_.size(); }
    [[nodiscard]] const std::vector<Node>& successors(Node node) const { return successors_[node]; }
    [[nodiscard]] const std::vector<Node>& predecessors(Node node) const { return predecessors_[node]; }

  private:
    std::vector<std::vector<Node>> successors_;
    std::vector<std::vector<Node>> predecessors_;
};

// A topological order (Kahn 1962), smallest free node first; shorter than node_count() exactly if there is a cycle (the
// nodes on and behind cycles are missing).
std::vector<Digraph::Node> topological_order(const Digraph& graph);

// One shortest cycle for each strongly connected component that has one, as its nodes in edge order, starting at the
// smallest. Self-loops are cycles of one node.
std::vector<std::vector<Digraph::Node>> cycles(const Digraph& graph);

// All nodes from which `node` can be reached (its direct and indirect prerequisites), without itself, ascending. On an
// acyclic graph.
std::vector<Digraph::Node> ancestors(const Digraph& graph, Digraph::Node node);

// For each node the number of edges on the longest path that ends there: 0 for a node without prerequisites.
// REQUIRES: the graph is acyclic.
std::vector<std::size_t> layers(const Digraph& graph);

}  // namespace dstudio::base
