// Where things stand in the Xapian database: shared by the side that writes it (search_index.cpp) and the side that
// reads it (search.cpp).
#pragma once

#include <xapian.h>

#include <string>
#include <string_view>

namespace dstudio::catalog::terms {

inline constexpr const char* language = "en";
inline constexpr const char* name_prefix = "S";
inline constexpr std::size_t term_size_bytes_max = 200;  // Xapian's own limit is 245

// Documents are added in the order of the entries: an entry's position is its document's number less one.
inline constexpr Xapian::valueno year_slot = 5;  // for ranges; the other facets are terms

// Whole names (and ids) and whole aliases, folded.
std::string exact_name(std::string_view name);
std::string exact_alias(std::string_view alias);
std::string facet(std::size_t facet_index, std::string_view value);

}  // namespace dstudio::catalog::terms
