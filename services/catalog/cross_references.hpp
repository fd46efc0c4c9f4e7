// Who refers to whom: the one cross-reference graph over all entries.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/digraph.hpp"
#include "services/catalog/entry.hpp"

namespace dstudio::catalog {

class CrossReferences {
  public:
    struct Edge {
        std::size_t from;  // positions in content.entries
        std::size_t to;
        std::string relation;  // the front-matter key under which `from` names `to`
    };

    // References that lead nowhere are left out: `content check` reports them. `content` is not kept.
    explicit CrossReferences(const Content& content);

    [[nodiscard]] const std::vector<Edge>& edges() const { return edges_; }
    [[nodiscard]] const std::vector<std::size_t>& outgoing(std::size_t entry) const {
        return outgoing_[entry];
    }  // positions in edges()
    [[nodiscard]] const std::vector<std::size_t>& incoming(std::size_t entry) const { return incoming_[entry]; }

    // The prerequisite graph over all entries: an edge from each prerequisite to what needs it.
    [[nodiscard]] const base::Digraph& prerequisites() const { return prerequisites_; }

  private:
    std::vector<Edge> edges_;
    std::vector<std::vector<std::size_t>> outgoing_;
    std::vector<std::vector<std::size_t>> incoming_;
    base::Digraph prerequisites_;
};

}  // namespace dstudio::catalog
