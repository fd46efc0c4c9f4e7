// Text over bytes: UTF-8 checks, slugs, edit distance, escaping. Locale-free; "lower case" means ASCII.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dstudio::base {

// Offset of the first byte that is not part of well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most
// U+10FFFF); none if all of it is.
std::optional<std::size_t> first_invalid_utf8(std::string_view bytes);

// The longest prefix of at most `size_bytes_max` bytes that does not cut a character in two.
std::string_view utf8_prefix(std::string_view text, std::size_t size_bytes_max);

std::string_view trim(std::string_view text);                                // without white space at both ends
std::vector<std::string_view> split(std::string_view text, char separator);  // "a,,b" gives "a", "", "b"; "" gives ""
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string to_lower(std::string_view text);

// A slug: 1-80 characters a-z, 0-9 and single inner hyphens, as in "circuit-breaker".
bool is_slug(std::string_view text);

// Damerau-Levenshtein distance in its restricted form (optimal string alignment) over bytes: insertions, deletions,
// substitutions and swaps of neighbours, each 1. O(|a| * |b|) time.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to `text`, if it is near enough to be what was meant: at most a third of its length away (at
// least 1, at most 3 edits). Ties go to the earlier candidate.
std::optional<std::string_view> nearest(std::string_view text, const std::vector<std::string_view>& candidates);

// `&`, `<`, `>`, `"` and `'` as character references.
std::string escape_html(std::string_view text);

}  // namespace dstudio::base
