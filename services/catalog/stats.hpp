// Counts of everything, from the entries themselves: nothing that the product says about its own size is typed in.
#pragma once

#include <nlohmann/json.hpp>

#include "services/catalog/cross_references.hpp"
#include "services/catalog/entry.hpp"

namespace dstudio::catalog {

// The `Stats` object of docs/formats/catalogue-json.md.
nlohmann::ordered_json stats_json(const Content& content, const CrossReferences& references);

}  // namespace dstudio::catalog
