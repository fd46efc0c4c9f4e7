// Percent-encoding of URIs (RFC 3986, section 2.1) and of form fields (`+` for a space, WHATWG URL, section 5).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.hpp"

namespace dstudio::base {

enum class PlusSign { literal, space };

// Decodes `%XX`. Errors: invalid_argument if `%` is not followed by two hexadecimal digits, or if the decoded bytes are
// not UTF-8 or hold a NUL.
Result<std::string> percent_decode(std::string_view text, PlusSign plus);

// Encodes every byte except the unreserved characters (RFC 3986, section 2.3).
std::string percent_encode(std::string_view text);

// A query string, decoded, in its order: "a=1&b&c=%20" gives (a,1), (b,), (c," "). Empty parts are skipped.
using QueryFields = std::vector<std::pair<std::string, std::string>>;
Result<QueryFields> parse_query(std::string_view query);

}  // namespace dstudio::base
