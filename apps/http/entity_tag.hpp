// Strong entity tags: the XXH3 hash of the bytes that are sent.
#pragma once

#include <string>
#include <string_view>

namespace dstudio::http {

// 16 hexadecimal digits in quotes.
std::string entity_tag(std::string_view bytes);

}  // namespace dstudio::http
