// Any bytes as percent-encoded text and as a query string: decoded text is UTF-8 without NUL, and encoding undoes it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/assert.hpp"
#include "core/base/date.hpp"
#include "core/base/percent.hpp"
#include "core/base/text.hpp"

using namespace dstudio::base;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (const PlusSign plus : {PlusSign::literal, PlusSign::space}) {
        const auto decoded = percent_decode(bytes, plus);
        if (!decoded)
            continue;
        DS_ASSERT(!first_invalid_utf8(*decoded));
        DS_ASSERT(decoded->find('\0') == std::string::npos);
        DS_ASSERT(decoded->size() <= size);
        const auto again = percent_decode(percent_encode(*decoded), plus);
        DS_ASSERT(again && *again == *decoded);
    }
    if (const auto fields = parse_query(bytes))
        for (const auto& [name, value] : *fields)
            DS_ASSERT(!first_invalid_utf8(name) && !first_invalid_utf8(value));
    const std::string_view prefix = utf8_prefix(bytes, size / 2);
    DS_ASSERT(prefix.size() <= size / 2 && bytes.starts_with(prefix));
    if (!first_invalid_utf8(bytes))
        DS_ASSERT(!first_invalid_utf8(prefix));
    DS_ASSERT(escape_html(bytes).find('<') == std::string::npos);
    if (is_slug(bytes))
        DS_ASSERT(percent_encode(bytes) == bytes);
    (void)parse_partial_date(bytes);
    return 0;
}
