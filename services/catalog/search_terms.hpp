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

// Value slots: the facets in the order of facet_names, then the entry's position.
inline constexpr Xapian::valueno facet_slot_first = 0;
inline constexpr Xapian::valueno year_slot = 5;
inline constexpr Xapian::valueno position_slot = 10;

// Whole names (and ids) and whole aliases, folded.
std::string exact_name(std::string_view name);
std::string exact_alias(std::string_view alias);
std::string facet(std::size_t facet_index, std::string_view value);

}  // namespace dstudio::catalog::terms
