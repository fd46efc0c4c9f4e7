// Which content coding a client wants (RFC 9110, section 12.5.3), among those that this server has.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dstudio::http {

enum class Encoding : std::uint8_t { identity, gzip, brotli };

inline constexpr std::size_t encoding_count = 3;

// "gzip", "br"; empty for identity.
std::string_view encoding_name(Encoding encoding);

// The codings that a client accepts, best first; identity is always among them, because an answer that is not
// understood perfectly is better than none (the RFC's own advice). `code` numbers the preferences, for use in keys.
struct EncodingPreference {
    std::array<Encoding, encoding_count> order{Encoding::identity};
    std::uint8_t count = 1;
    std::uint8_t code = 0;
};

// Weights decide; among equal ones Brotli comes before gzip before identity. Malformed elements are skipped. An empty
// value accepts identity only.
EncodingPreference parse_accept_encoding(std::string_view value);

}  // namespace dstudio::http
