// What an order of episodes costs and breaks, and how to mend it.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/digraph.hpp"

namespace dstudio::catalog {

struct PathPlan {
    struct Broken {
        std::size_t step;   // node
        std::size_t needs;  // a direct prerequisite that does not stand before it
        bool operator==(const Broken&) const = default;
    };
    struct Step {
        std::size_t node;
        bool inserted;  // not in the given order at all
        bool operator==(const Step&) const = default;
    };
    std::vector<Broken> broken;  // in the order of the steps
    std::vector<Step> repaired;  // every prerequisite stands before what needs it
};

// `steps`: nodes of the acyclic `prerequisites`, repetitions allowed (the first counts). The repaired order keeps the
// given order except where a later step must come forward, and inserts what is missing as late as possible. O(n + e).
PathPlan plan_path(const base::Digraph& prerequisites, const std::vector<std::size_t>& steps);

}  // namespace dstudio::catalog
