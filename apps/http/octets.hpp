// Classes of bytes in HTTP messages (RFC 9110, section 5.6; RFC 9112, section 2.2), as tables: one load per byte.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dstudio::http {

namespace octets {

enum Class : std::uint8_t { token = 1, text = 2, visible = 4, host = 8, digit = 16, hex = 32 };

constexpr std::array<std::uint8_t, 256> make_table() {
    std::array<std::uint8_t, 256> table{};
    const auto mark = [&table](std::string_view bytes, Class mark_class) {
        for (const char c : bytes) {
            auto& entry = table[static_cast<unsigned char>(c)];
            entry = static_cast<std::uint8_t>(entry | mark_class);
        }
    };
    constexpr std::string_view letters_and_digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    mark(letters_and_digits, token);
    mark("!#$%&'*+-.^_`|~", token);
    mark(letters_and_digits, host);
    mark("-._~%!$&'()*+;=:[]", host);  // RFC 3986's host and port, without the comma that would join two of them
    mark("0123456789", digit);
    mark("0123456789abcdefABCDEF", hex);
    for (std::size_t c = 0x20; c < 0x100; ++c) {
        if (c == 0x7f)
            continue;
        table[c] = static_cast<std::uint8_t>(table[c] | text);
        if (c > 0x20 && c < 0x7f)
            table[c] = static_cast<std::uint8_t>(table[c] | visible);
    }
    table['\t'] = static_cast<std::uint8_t>(table['\t'] | text);
    return table;
}

inline constexpr std::array<std::uint8_t, 256> table = make_table();

}  // namespace octets

constexpr bool is_octet(char c, octets::Class wanted) {
    return (octets::table[static_cast<unsigned char>(c)] & wanted) != 0;
}

constexpr bool all_octets(std::string_view bytes, octets::Class wanted) {
    for (const char c : bytes)
        if (!is_octet(c, wanted))
            return false;
    return true;
}

constexpr char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// `lower` must be in lower case already.
constexpr bool equals_ignoring_case(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size())
        return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (ascii_lower(text[i]) != lower[i])
            return false;
    return true;
}

// Optional white space of fields: spaces and tabs.
constexpr std::string_view trim_ows(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

}  // namespace dstudio::http
