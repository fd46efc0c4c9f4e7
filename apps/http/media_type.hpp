// Media types by file name.
#pragma once

#include <string_view>

namespace dstudio::http {

// "text/html; charset=utf-8" for "a/b.html"; application/octet-stream for unknown endings.
std::string_view media_type(std::string_view file_name);

}  // namespace dstudio::http
