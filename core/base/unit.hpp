// Dimensions and the units that people type: ms, s, /s, rpm, B, KiB, GiB/s, %, km, $/h, ...
//
// A quantity is kept as a double in the base units of its dimension: second, metre, kilogram, kelvin, byte, US dollar.
// Counts (requests, servers, keys) and ratios are dimensionless, as in the SI Brochure, 9th ed., section 2.3.3. A year
// is 365 d and a month 30 d, as in service-level objectives. Currencies do not convert: there is one, the dollar.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace dstudio::base {

// Exponents of the base units, in twelfths, so that square, cube and fourth roots stay exact.
struct Dimension {
    enum Base : std::size_t { time, length, mass, temperature, data, money, base_count };
    static constexpr int whole = 12;

    std::array<std::int16_t, base_count> twelfths{};

    bool operator==(const Dimension&) const = default;
    [[nodiscard]] bool is_none() const { return *this == Dimension{}; }
};

Dimension operator*(const Dimension& a, const Dimension& b);
Dimension operator/(const Dimension& a, const Dimension& b);
// None if the exponents leave twelfths or get beyond +-100.
std::optional<Dimension> power(const Dimension& dimension, double exponent);
// In base units: "s", "1/s", "B/s", "m^2", "1" for none; words where there is one: "time", "rate", "data".
std::string dimension_text(const Dimension& dimension);
std::string dimension_word(const Dimension& dimension);

struct Unit {
    Dimension dimension;
    // Both are whole for the units people type, so that a conversion rounds once: 250 ms is 250 / 1000, not 250 *
    // 0.001.
    double numerator = 1;
    double denominator = 1;
    std::string text = "1";

    [[nodiscard]] double to_base(double value) const { return value * numerator / denominator; }
    [[nodiscard]] double from_base(double value) const { return value * denominator / numerator; }
    bool operator==(const Unit&) const = default;
};

// One symbol: "ms", "GiB", "%", "$", "req". None if it is not known.
std::optional<Unit> find_unit(std::string_view symbol);
// All symbols, for completion and suggestions.
std::vector<std::string_view> unit_symbols();

// "1/s", "B/s", "USD/(GB h)", "m^2", "/s", "1". Errors: invalid_argument, naming the symbol and the nearest known one.
Result<Unit> parse_unit(std::string_view text);

// The unit in which a person would read that value: 0.0042 s is 4.2 in "ms". Base unit where there is no better one.
Unit natural_unit(double value, const Dimension& dimension);

// "4.2 ms", "40.9 %", "8 1/s", "unbounded" for infinity, "undefined" for NaN. With a unit: in that unit, else in the
// natural one.
std::string quantity_text(double value, const Dimension& dimension, int digits, const Unit* unit = nullptr);

}  // namespace dstudio::base
