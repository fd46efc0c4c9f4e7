// Decimal numbers as text: strict reading and shortest writing, free of locale.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dstudio::base {

// Reads the longest number at the start of `text`: digits, an optional fraction, an optional exponent ("12", "0.5",
// ".5", "1e-3", "1_000"); no sign. `size_bytes` is how much was read. None if there is no digit. A number beyond the
// range of double becomes infinity, one too near to zero becomes 0: the caller decides whether that is an error.
struct ReadNumber {
    double value = 0;
    std::size_t size_bytes = 0;
    bool has_nonzero_digit = false;  // tells an underflow from a zero
};
std::optional<ReadNumber> read_number(std::string_view text);

// The shortest decimal that reads back as the same double ("0.1", "1e+22"), "inf", "-inf" or "nan".
std::string shortest_decimal(double value);

// Rounded to `digits` significant digits (1 to 17), without trailing zeros: 0.40918 at 3 is "0.409", 12345 at 3 is
// "12345" (digits before the point are kept below 1e6, unlike the exponent form beyond).
std::string rounded_decimal(double value, int digits);

}  // namespace dstudio::base
