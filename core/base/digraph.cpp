#include "core/base/digraph.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <limits>
#include <queue>

#include "core/base/assert.hpp"

namespace dstudio::base {
namespace {

using Node = Digraph::Node;
constexpr std::size_t unset = std::numeric_limits<std::size_t>::max();

// Strongly connected components by Tarjan's algorithm (SIAM J. Computing 1, 1972), with an explicit stack: content
// decides the depth.
std::vector<std::size_t> components(const Digraph& graph) {
    const std::size_t n = graph.node_count();
    std::vector<std::size_t> index(n, unset);
    std::vector<std::size_t> low(n, 0);
    std::vector<std::size_t> component(n, unset);
    std::vector<Node> open;
    struct Frame {
        Node node;
        std::size_t next_successor;
    };
    std::vector<Frame> frames;
    std::size_t next_index = 0;
    std::size_t next_component = 0;
    for (Node root = 0; root < n; ++root) {
        if (index[root] != unset)
            continue;
        frames.push_back({root, 0});
        while (!frames.empty()) {
            const Node node = frames.back().node;
            if (frames.back().next_successor == 0) {
                index[node] = low[node] = next_index++;
                open.push_back(node);
            }
            if (frames.back().next_successor < graph.successors(node).size()) {
                const Node next = graph.successors(node)[frames.back().next_successor++];
                if (index[next] == unset)
                    frames.push_back({next, 0});
                else if (component[next] == unset)
                    low[node] = std::min(low[node], index[next]);
                continue;
            }
            if (low[node] == index[node]) {
                Node member = unset;
                do {
                    member = open.back();
                    open.pop_back();
                    component[member] = next_component;
                } while (member != node);
                ++next_component;
            }
            frames.pop_back();
            if (!frames.empty())
                low[frames.back().node] = std::min(low[frames.back().node], low[node]);
        }
    }
    return component;
}

// The shortest path from `start` back to itself inside its component, by breadth-first search; empty if there is none.
std::vector<Node> shortest_cycle_through(const Digraph& graph, const std::vector<std::size_t>& component, Node start) {
    std::vector<Node> parent(graph.node_count(), unset);
    std::deque<Node> queue{start};
    while (!queue.empty()) {
        const Node node = queue.front();
        queue.pop_front();
        for (const Node next : graph.successors(node)) {
            if (next == start) {
                std::vector<Node> cycle;
                for (Node at = node; at != start; at = parent[at])
                    cycle.push_back(at);
                cycle.push_back(start);
                std::reverse(cycle.begin(), cycle.end());
                return cycle;
            }
            if (component[next] == component[start] && parent[next] == unset) {
                parent[next] = node;
                queue.push_back(next);
            }
        }
    }
    return {};
}

}  // namespace

void Digraph::add_edge(Node from, Node to) {
    DS_ASSERT(from < node_count());
    DS_ASSERT(to < node_count());
    successors_[from].push_back(to);
    predecessors_[to].push_back(from);
}

std::vector<Node> topological_order(const Digraph& graph) {
    std::vector<std::size_t> missing(graph.node_count());
    std::priority_queue<Node, std::vector<Node>, std::greater<>> free;
    for (Node node = 0; node < graph.node_count(); ++node) {
        missing[node] = graph.predecessors(node).size();
        if (missing[node] == 0)
            free.push(node);
    }
    std::vector<Node> order;
    order.reserve(graph.node_count());
    while (!free.empty()) {
        const Node node = free.top();
        free.pop();
        order.push_back(node);
        for (const Node next : graph.successors(node))
            if (--missing[next] == 0)
                free.push(next);
    }
    return order;
}

std::vector<std::vector<Node>> cycles(const Digraph& graph) {
    const std::vector<std::size_t> component = components(graph);
    std::vector<std::vector<Node>> best(graph.node_count());
    for (Node node = 0; node < graph.node_count(); ++node) {
        std::vector<Node> cycle = shortest_cycle_through(graph, component, node);
        std::vector<Node>& kept = best[component[node]];
        if (!cycle.empty() && (kept.empty() || cycle.size() < kept.size()))
            kept = std::move(cycle);
    }
    std::vector<std::vector<Node>> found;
    for (std::vector<Node>& cycle : best) {
        if (cycle.empty())
            continue;
        std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
        found.push_back(std::move(cycle));
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<Node> ancestors(const Digraph& graph, Node node) {
    std::vector<bool> seen(graph.node_count(), false);
    std::vector<Node> open{node};
    std::vector<Node> found;
    seen[node] = true;
    while (!open.empty()) {
        const Node at = open.back();
        open.pop_back();
        for (const Node before : graph.predecessors(at)) {
            if (seen[before])
                continue;
            seen[before] = true;
            found.push_back(before);
            open.push_back(before);
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<std::size_t> layers(const Digraph& graph) {
    const std::vector<Node> order = topological_order(graph);
    DS_ASSERT(order.size() == graph.node_count());
    std::vector<std::size_t> layer(graph.node_count(), 0);
    for (const Node node : order)
        for (const Node next : graph.successors(node))
            layer[next] = std::max(layer[next], layer[node] + 1);
    return layer;
}

}  // namespace dstudio::base
