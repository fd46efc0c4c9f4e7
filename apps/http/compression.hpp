// Content codings made on the fly, for answers that are computed (files of the site are compressed when it is built).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "apps/http/accept_encoding.hpp"

namespace dstudio::http {

// Below this, the fields of the answer weigh as much as what could be saved.
inline constexpr std::size_t compressed_size_bytes_min = 1024;

// The bytes in that coding, at a level chosen for speed; none if that fails or does not make them smaller.
// REQUIRES: encoding is not identity.
std::optional<std::string> compress(std::string_view bytes, Encoding encoding);

}  // namespace dstudio::http
