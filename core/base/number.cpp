#include "core/base/number.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "core/base/assert.hpp"

namespace dstudio::base {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

std::optional<ReadNumber> read_number(std::string_view text) {
    std::string digits;
    std::size_t i = 0;
    ReadNumber number;
    bool any = false;
    const auto take_digits = [&](bool significant) {
        while (i < text.size() && (is_digit(text[i]) || (text[i] == '_' && any && i + 1 < text.size() &&
                                                         is_digit(text[i + 1]) && is_digit(text[i - 1])))) {
            if (text[i] != '_') {
                digits += text[i];
                any = true;
                number.has_nonzero_digit = number.has_nonzero_digit || (significant && text[i] != '0');
            }
            ++i;
        }
    };
    take_digits(true);
    // "1..5" is a range, not "1." and ".5".
    if (i < text.size() && text[i] == '.' && !(i + 1 < text.size() && text[i + 1] == '.') &&
        (any || (i + 1 < text.size() && is_digit(text[i + 1])))) {
        digits += '.';
        ++i;
        take_digits(true);
    }
    if (!any)
        return std::nullopt;
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        std::size_t j = i + 1;
        std::string exponent = "e";
        if (j < text.size() && (text[j] == '+' || text[j] == '-'))
            exponent += text[j++];
        if (j < text.size() && is_digit(text[j])) {
            while (j < text.size() && is_digit(text[j]))
                exponent += text[j++];
            digits += exponent;
            i = j;
        }
    }
    // Digits, point and exponent only: no locale but "C" is ever set, so strtod reads them exactly.
    number.value = std::strtod(digits.c_str(), nullptr);
    number.size_bytes = i;
    return number;
}

std::string shortest_decimal(double value) {
    return fmt::format("{}", value);
}

std::string rounded_decimal(double value, int digits) {
    DS_ASSERT(digits >= 1 && digits <= 17);
    if (!std::isfinite(value) || value == 0)
        return fmt::format("{}", value == 0 ? 0.0 : value);
    const double magnitude = std::fabs(value);
    if (magnitude >= 1e15 || magnitude < 1e-6)
        return fmt::format("{}", std::strtod(fmt::format("{:.{}e}", value, digits - 1).c_str(), nullptr));
    const int integer_digits = static_cast<int>(std::floor(std::log10(magnitude))) + 1;
    const int decimals = digits - integer_digits;
    std::string text = fmt::format("{:.{}f}", value, decimals > 0 ? decimals : 0);
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.')
            text.pop_back();
    }
    return text;
}

}  // namespace dstudio::base
