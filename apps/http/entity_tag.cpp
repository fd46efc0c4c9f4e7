#include "apps/http/entity_tag.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace dstudio::http {

std::string entity_tag(std::string_view bytes) {
    return fmt::format("\"{:016x}\"", XXH3_64bits(bytes.data(), bytes.size()));
}

}  // namespace dstudio::http
