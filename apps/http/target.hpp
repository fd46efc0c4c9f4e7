// Request targets (RFC 9112, section 3.2): which part is the path, which the query, and what the path's segments are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace dstudio::http {

struct Target {
    std::string_view path;   // raw, starts with '/', or is "*"
    std::string_view query;  // raw, without the question mark
};

// Splits a target that the framing guard has passed. The authority of an absolute form is dropped: this server has one
// site.
Target split_target(std::string_view target);

// The segments of a raw path, each decoded for itself: "/a/b%20c/" gives "a", "b c", "". Errors: invalid_argument for
// what no address of this site can mean and what file systems read as something else: broken percent-encoding, bytes
// that are not UTF-8, control characters, encoded slashes, backslashes, and the segments "." and "..".
base::Result<std::vector<std::string>> decode_path(std::string_view path);

}  // namespace dstudio::http
