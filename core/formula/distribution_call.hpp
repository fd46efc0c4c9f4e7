// "normal(10 ms, 2 ms)" as a distribution with its dimension.
#pragma once

#include <optional>

#include "core/base/distribution.hpp"
#include "core/formula/model.hpp"

namespace dstudio::formula {

// The dimension of its values; its arguments are literals of dimensions that agree. None exactly if a diagnostic was
// added. REQUIRES: the node calls a distribution by one of `distribution_names()`.
std::optional<base::Dimension> distribution_dimension(const Node& node, Diagnostics& diagnostics);

struct CalledDistribution {
    base::Distribution distribution;
    base::Dimension dimension;
};

// Likewise, with its parameters in their domains.
std::optional<CalledDistribution> call_distribution(const Node& node, Diagnostics& diagnostics);

}  // namespace dstudio::formula
