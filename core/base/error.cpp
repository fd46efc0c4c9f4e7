#include "core/base/error.hpp"

#include <array>

#include "core/base/assert.hpp"

namespace dstudio::base {
namespace {

constexpr std::array kinds{
    ErrorKind{ErrorCode::invalid_argument, "invalid-argument", 400, 2, "The request is not understood"},
    ErrorKind{ErrorCode::not_found, "not-found", 404, 1, "There is no such thing"},
    ErrorKind{ErrorCode::method_not_allowed, "method-not-allowed", 405, 2, "This resource cannot be used in that way"},
    ErrorKind{ErrorCode::too_large, "too-large", 413, 2, "The request is too large"},
    ErrorKind{ErrorCode::too_much_work, "too-much-work", 422, 1, "The request asks for more work than is done here"},
    ErrorKind{ErrorCode::malformed_content, "malformed-content", 422, 1, "The content has errors"},
    ErrorKind{ErrorCode::unreadable_file, "unreadable-file", 503, 3, "A file cannot be read"},
    ErrorKind{ErrorCode::unwritable_file, "unwritable-file", 503, 3, "A file cannot be written"},
    ErrorKind{ErrorCode::corrupt_pack, "corrupt-pack", 503, 3, "The catalogue pack is damaged"},
    ErrorKind{ErrorCode::unavailable, "unavailable", 503, 3, "The service cannot answer now"},
    ErrorKind{ErrorCode::internal, "internal", 500, 3, "Something failed that should not"},
};

}  // namespace

std::span<const ErrorKind> error_table() {
    return kinds;
}

const ErrorKind& error_kind(ErrorCode code) {
    const auto index = static_cast<std::size_t>(code);
    DS_ASSERT(index < kinds.size());
    DS_ASSERT(kinds[index].code == code);
    return kinds[index];
}

}  // namespace dstudio::base
