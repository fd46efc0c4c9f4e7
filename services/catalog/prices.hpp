// The price list: whether a price fits into the scenario that it is meant for.
#pragma once

#include "services/catalog/diagnostic.hpp"
#include "services/catalog/entry.hpp"

namespace dstudio::catalog {

// Reports `price-mistake` for a value that the formula language does not read as the unit of its field (USD/s of
// `replica` and `busy`, USD of `request`, USD/B of `egress`, USD/(B s) of `storage`), for a value that is a range or a
// distribution, and for component types that the simulator does not have.
void check_prices(const Content& content, Diagnostics& diagnostics);

}  // namespace dstudio::catalog
