#include "core/system/trace_values.hpp"

#include <array>
#include <charconv>

#include "core/base/text.hpp"

namespace dstudio::system {
namespace {

std::optional<std::uint64_t> hexadecimal(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (text.empty() || code != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

// N bytes of base64 with its padding, the most significant first.
template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> base64(std::string_view text) {
    constexpr std::size_t size = (N + 2) / 3 * 4;
    constexpr std::size_t digits = (N * 8 + 5) / 6;
    if (text.size() != size)
        return std::nullopt;
    std::array<std::uint8_t, N> bytes{};
    std::uint32_t bits = 0;
    int bit_count = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const char c = text[i];
        std::uint32_t value = 0;
        if (i >= digits) {
            if (c != '=')
                return std::nullopt;
            continue;
        }
        if (c >= 'A' && c <= 'Z')
            value = static_cast<std::uint32_t>(c - 'A');
        else if (c >= 'a' && c <= 'z')
            value = static_cast<std::uint32_t>(c - 'a') + 26;
        else if (c >= '0' && c <= '9')
            value = static_cast<std::uint32_t>(c - '0') + 52;
        else if (c == '+' || c == '-')
            value = 62;
        else if (c == '/' || c == '_')
            value = 63;
        else
            return std::nullopt;
        bits = (bits << 6U | value) & 0xffffU;
        bit_count += 6;
        if (bit_count >= 8 && at < N) {
            bit_count -= 8;
            bytes[at++] = static_cast<std::uint8_t>(bits >> static_cast<unsigned>(bit_count));
        }
    }
    return bytes;
}

template <std::size_t N>
std::uint64_t big_endian(const std::array<std::uint8_t, N>& bytes, std::size_t from) {
    std::uint64_t value = 0;
    for (std::size_t i = from; i < from + 8; ++i)
        value = value << 8U | bytes[i];
    return value;
}

double count_of_threshold(std::string_view digits) {
    constexpr std::size_t digits_max = 14;
    const auto value = digits.size() <= digits_max ? hexadecimal(digits) : std::nullopt;
    if (!value)
        return 0;
    constexpr std::uint64_t all = std::uint64_t{1} << 56U;
    const std::uint64_t threshold = *value << (4 * (digits_max - digits.size()));
    return static_cast<double>(all) / static_cast<double>(all - threshold);
}

}  // namespace

bool read_trace_id(std::string_view text, TraceSpanId& id) {
    constexpr std::size_t digits = 32;
    if (const auto bytes = base64<16>(text)) {
        id.trace_high = big_endian(*bytes, 0);
        id.trace_low = big_endian(*bytes, 8);
    } else if (text.size() <= digits) {
        const std::size_t low_from = text.size() > 16 ? text.size() - 16 : 0;
        const auto low = hexadecimal(text.substr(low_from));
        const auto high = low_from == 0 ? std::optional<std::uint64_t>(0) : hexadecimal(text.substr(0, low_from));
        if (!low || !high)
            return false;
        id.trace_high = *high;
        id.trace_low = *low;
    } else {
        return false;
    }
    return id.trace_high != 0 || id.trace_low != 0;
}

std::optional<std::uint64_t> read_span_id(std::string_view text) {
    if (const auto bytes = base64<8>(text))
        return big_endian(*bytes, 0);
    return text.size() <= 16 ? hexadecimal(text) : std::nullopt;
}

std::optional<std::uint64_t> read_whole(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || code != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

TraceSpanKind span_kind_named(std::string_view name) {
    constexpr std::array<std::string_view, 6> kinds{"SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL",
                                                    "SPAN_KIND_SERVER",      "SPAN_KIND_CLIENT",
                                                    "SPAN_KIND_PRODUCER",    "SPAN_KIND_CONSUMER"};
    for (std::size_t i = 0; i < kinds.size(); ++i)
        if (name == kinds[i])
            return static_cast<TraceSpanKind>(i);
    const auto value = read_whole(name);
    return value && *value < kinds.size() ? static_cast<TraceSpanKind>(*value) : TraceSpanKind::unspecified;
}

double adjusted_count_of(std::string_view trace_state) {
    double count = 0;
    for (const std::string_view entry : base::split(trace_state, ',')) {
        const std::string_view vendor = base::trim(entry);
        if (!vendor.starts_with("ot="))
            continue;
        for (const std::string_view pair : base::split(vendor.substr(3), ';')) {
            if (pair.starts_with("th:"))
                return count_of_threshold(pair.substr(3));
            constexpr std::uint64_t exponent_max = 62;
            if (const auto exponent = pair.starts_with("p:") ? read_whole(pair.substr(2)) : std::nullopt;
                exponent && *exponent <= exponent_max)
                count = static_cast<double>(std::uint64_t{1} << *exponent);
        }
    }
    return count;
}

}  // namespace dstudio::system
