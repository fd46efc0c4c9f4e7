// Conditional and range requests (RFC 9110, sections 13 and 14), over answers with strong validators.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "apps/http/message.hpp"

namespace dstudio::http {

// Whether a list of entity tags, or "*", names `etag` (weak comparison: "W/" does not matter).
bool etag_listed(std::string_view list, std::string_view etag);

struct ByteRange {
    std::size_t first = 0;
    std::size_t size = 0;  // 0: the range cannot be satisfied
};

// A Range field that asks for one range, over a body of `size` bytes. None if the field is to be ignored: another unit,
// several ranges, or not well-formed.
std::optional<ByteRange> parse_range(std::string_view range, std::size_t size);

// The reply to a GET or HEAD: the answer, or 304, or the part that is asked for (206), or 416.
Reply reply_to(const Request& request, AnswerPtr answer, std::size_t route);

}  // namespace dstudio::http
