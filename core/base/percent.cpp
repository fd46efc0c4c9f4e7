#include "core/base/percent.hpp"

#include "core/base/text.hpp"

namespace dstudio::base {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

}  // namespace

Result<std::string> percent_decode(std::string_view text, PlusSign plus) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == PlusSign::space) {
            decoded += ' ';
        } else if (text[i] != '%') {
            decoded += text[i];
        } else {
            const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return fail(ErrorCode::invalid_argument,
                            "'%' at offset " + std::to_string(i) + " is not followed by two hexadecimal digits",
                            "write a literal percent sign as %25");
            decoded += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    if (decoded.find('\0') != std::string::npos)
        return fail(ErrorCode::invalid_argument, "the text holds a NUL byte");
    if (const auto offset = first_invalid_utf8(decoded))
        return fail(ErrorCode::invalid_argument, "the decoded text is not UTF-8 at byte " + std::to_string(*offset));
    return decoded;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        if (is_unreserved(c)) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += '%';
            encoded += digits[byte >> 4U];
            encoded += digits[byte & 15U];
        }
    }
    return encoded;
}

Result<QueryFields> parse_query(std::string_view query) {
    QueryFields fields;
    for (const std::string_view part : split(query, '&')) {
        if (part.empty())
            continue;
        const std::size_t equals = part.find('=');
        auto name = percent_decode(part.substr(0, equals), PlusSign::space);
        if (!name)
            return tl::unexpected<Error>(name.error());
        auto value = percent_decode(equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1),
                                    PlusSign::space);
        if (!value)
            return tl::unexpected<Error>(value.error());
        fields.emplace_back(std::move(*name), std::move(*value));
    }
    return fields;
}

}  // namespace dstudio::base
