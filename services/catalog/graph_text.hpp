// The cross-reference graph among entries of one kind, for people and other tools.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "services/catalog/catalog.hpp"

namespace dstudio::catalog {

enum class GraphFormat { json, dot, mermaid };

std::optional<GraphFormat> parse_graph_format(std::string_view name);

// `relation`: empty for the kind's own (prerequisites among episodes and concepts, related among patterns, ...). With
// "prerequisites" an edge points from the prerequisite to what needs it. Errors: invalid_argument, naming the relations
// there are, if the kind has no such relation within itself and none to other entries. Entries of other kinds that the
// relation leads to are drawn too (a combination's members, a stack's layers).
base::Result<std::string> graph_text(const Catalog& catalog, const Kind& kind, std::string_view relation,
                                     GraphFormat format);

}  // namespace dstudio::catalog
