// Content as the JSON of docs/formats/catalogue-json.md: entries with their links, taxonomy, graphs, statistics.
#pragma once

#include <nlohmann/json.hpp>

#include "services/catalog/cross_references.hpp"
#include "services/catalog/entry.hpp"

namespace dstudio::catalog {

nlohmann::ordered_json entry_json(const Content& content, const CrossReferences& references, std::size_t entry);
nlohmann::ordered_json taxonomy_json(const Content& content);

// The graph of `relation` among entries of one kind; for "prerequisites" edges point from the prerequisite to what
// needs it. REQUIRES: prerequisites are acyclic.
nlohmann::ordered_json graph_json(const Content& content, const CrossReferences& references, const Kind& kind);

}  // namespace dstudio::catalog
