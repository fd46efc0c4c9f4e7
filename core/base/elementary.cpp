// Exponential, logarithm, power, hyperbolic tangent.
#include "core/base/elementary.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/assert.hpp"
#include "core/base/elementary_parts.hpp"

namespace dstudio::base::math {

using namespace parts;

namespace {

constexpr std::uint64_t one_bits = 0x3ff0000000000000;

// ln 2 = high + low; the high part has 41 bits, so that its product with an exponent is exact.
constexpr double ln2_high = 0x1.62e42fefa3000p-1;
constexpr double ln2_low = 0x1.3de6af278ece6p-42;
constexpr double inverse_ln2 = 0x1.71547652b82fep+0;

// ---------------------------------------------------------------------------------------------------- exp and log

// exp(x) = 2^k exp(r), |r| <= ln 2 / 2. Taylor's series to r^13: the rest is below 2^-57. `k_bits` gives k modulo 2^64.
inline double exp_mantissa(double x, std::uint64_t& k_bits) {
    const double shifted = x * inverse_ln2 + rounder;
    const double k = shifted - rounder;
    const double high = x - k * ln2_high;
    const double low = k * ln2_low;
    const double r = high - low;
    const double lost = (high - r) - low;
    const double r2 = r * r;
    const double r4 = r2 * r2;
    const double q0 = 1.0 / 2 + r * (1.0 / 6);
    const double q1 = 1.0 / 24 + r * (1.0 / 120);
    const double q2 = 1.0 / 720 + r * (1.0 / 5040);
    const double q3 = 1.0 / 40320 + r * (1.0 / 362880);
    const double q4 = 1.0 / 3628800 + r * (1.0 / 39916800);
    const double q5 = 1.0 / 479001600 + r * (1.0 / 6227020800);
    const double q = (q0 + r2 * q1) + r4 * ((q2 + r2 * q3) + r4 * (q4 + r2 * q5));
    k_bits = to_bits(shifted) - rounder_bits;
    return 1.0 + (r + (r2 * q + lost));
}

// Where the result is normal and finite, with room.
inline bool exp_is_regular(double x) {
    return x > -708.0 && x < 709.0;
}

// REQUIRES: exp_is_regular(x); otherwise the result has no sense.
inline double exp_regular(double x) {
    std::uint64_t k = 0;
    const double y = exp_mantissa(x, k);
    return y * from_bits((k + 1023) << 52U);
}

double exp_any(double x) {
    if (exp_is_regular(x))
        return exp_regular(x);
    if (x > 710)
        return infinity;
    if (x < -746)
        return 0;
    if (x != x)
        return x;
    std::uint64_t k = 0;
    const double y = exp_mantissa(x, k);
    // 2^k in two halves, because k reaches from -1076 to 1024; only the last product can round.
    const std::uint64_t half = (k + 2048) >> 1U;
    const std::uint64_t rest = k + 2048 - half;
    return y * from_bits((half - 1) << 52U) * from_bits((rest - 1) << 52U);
}

// log(1 + f) = f - (f^2/2 - s (f^2/2 + R)) with s = f / (2 + f) and R = s (2 s^2/3 + 2 s^4/5 + ...): this is
// 2 artanh(s) written so that its largest terms are exact. For 1 + f in [sqrt(1/2), sqrt(2)] terms to s^20 do.
// `exponent` adds exponent * ln 2.
inline double log_series(double f, double exponent, double extra) {
    const double s = f / (2.0 + f);
    const double z = s * s;
    const double z2 = z * z;
    const double z4 = z2 * z2;
    const double p0 = 2.0 / 3 + z * (2.0 / 5);
    const double p1 = 2.0 / 7 + z * (2.0 / 9);
    const double p2 = 2.0 / 11 + z * (2.0 / 13);
    const double p3 = 2.0 / 15 + z * (2.0 / 17);
    const double p4 = 2.0 / 19 + z * (2.0 / 21);
    const double r = z * ((p0 + z2 * p1) + z4 * ((p2 + z2 * p3) + z4 * p4));
    const double half_square = 0.5 * f * f;
    return exponent * ln2_high + (f - (half_square - (s * (half_square + r) + (exponent * ln2_low + extra))));
}

// x = 2^k m with m in [sqrt(1/2), sqrt(2)). REQUIRES: 0 < x < inf, normal; the bits of others give bits without sense.
struct Scaled {
    double mantissa;
    double exponent;
};

constexpr std::uint64_t root_half_bits = 0x3fe6a09e667f3bcd;

inline Scaled scaled(double x) {
    const std::uint64_t shifted = to_bits(x) + (one_bits - root_half_bits);
    // The exponent as a double without a conversion, which SSE2 has for 32 bits only.
    const double exponent = from_bits((shifted >> 52U) | 0x4330000000000000) - (0x1p52 + 1023);
    return {from_bits((shifted & mantissa_mask) + root_half_bits), exponent};
}

inline bool log_is_regular(double x) {
    return x >= 0x1p-1022 && x < infinity;
}

// REQUIRES: log_is_regular(x); otherwise the result has no sense.
inline double log_regular(double x) {
    const Scaled parts = scaled(x);
    return log_series(parts.mantissa - 1.0, parts.exponent, 0.0);
}

double log_any(double x) {
    if (log_is_regular(x))
        return log_regular(x);
    if (!(x > 0))
        return x == 0 ? -infinity : not_a_number;
    if (x == infinity)
        return x;
    const Scaled parts = scaled(x * 0x1p54);
    return log_series(parts.mantissa - 1.0, parts.exponent - 54, 0.0);
}

// Runs `regular` over blocks and repairs by `any` what was not regular. The blocks have a fixed size and lie in arrays
// of our own because g++ at -O2 vectorises only loops whose count and independence it knows, and only without selects.
template <class Check, class Regular, class Any>
void in_blocks(std::span<const double> x, std::span<double> out, Check is_regular, Regular regular, Any any) {
    DS_ASSERT(x.size() == out.size());
    constexpr std::size_t block_size = 64;
    std::array<double, block_size> from{};
    std::array<double, block_size> to{};
    for (std::size_t start = 0; start < x.size(); start += block_size) {
        const std::size_t count = std::min(block_size, x.size() - start);
        if (count < block_size / 4) {
            for (std::size_t i = start; i < start + count; ++i)
                out[i] = any(x[i]);
            return;
        }
        std::copy_n(x.data() + start, count, from.data());
        for (std::size_t i = 0; i < block_size; ++i)
            to[i] = regular(from[i]);
        std::size_t regular_count = 0;
        for (std::size_t i = 0; i < count; ++i)
            regular_count += is_regular(from[i]) ? 1U : 0U;
        if (regular_count < count)
            for (std::size_t i = 0; i < count; ++i)
                if (!is_regular(from[i]))
                    to[i] = any(from[i]);
        std::copy_n(to.data(), count, out.data() + start);
    }
}

// ------------------------------------------------------------------------------- double-double logarithm and power

// Intervals of width 2^-8 below 1 and 2^-7 above, from 0.70703125 to 1.4140625.
constexpr std::size_t table_size = 128;
constexpr std::size_t intervals_below_one = 75;
constexpr std::uint64_t first_interval_bits = 0x3fe6a00000000000;

struct LogEntry {
    double inverse;          // of the interval's middle, with at most 10 bits, so that products with 26 bits are exact
    DoubleDouble log_value;  // -log(inverse)
};

constexpr DoubleDouble minus_log(double q) {
    // 2 artanh((1 - q) / (1 + q)), the ratio's parts being exact.
    const DoubleDouble s = DoubleDouble{1.0 - q, 0} / (1.0 + q);
    const DoubleDouble square = s * s;
    DoubleDouble sum{};
    for (int n = 41; n >= 1; n -= 2)
        sum = sum * square + DoubleDouble{2, 0} / n;
    return sum * s;
}

constexpr std::array<LogEntry, table_size> make_log_table() {
    std::array<LogEntry, table_size> table{};
    for (std::size_t i = 0; i < table_size; ++i) {
        const bool below = i < intervals_below_one;
        const double offset = below ? static_cast<double>(i) / 256 : static_cast<double>(i - intervals_below_one) / 128;
        const double middle = below ? 0.70703125 + offset + 1.0 / 512 : 1.0 + offset + 1.0 / 256;
        double inverse = ((512 / middle + rounder) - rounder) / 512;
        if (i + 1 == intervals_below_one || i == intervals_below_one)
            inverse = 1;  // beside 1 the logarithm is small: no cancellation is allowed there
        table[i] = {inverse, minus_log(inverse)};
    }
    return table;
}

constexpr std::array<DoubleDouble, table_size> make_exp_table() {
    std::array<DoubleDouble, table_size> table{};
    constexpr DoubleDouble ln2{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
    for (std::size_t j = 0; j < table_size; ++j) {
        const DoubleDouble x = ln2 * DoubleDouble{static_cast<double>(j) / table_size, 0};
        DoubleDouble sum{1, 0};
        for (int n = 26; n >= 1; --n)
            sum = DoubleDouble{1, 0} + (sum * x) / n;
        table[j] = sum;
    }
    return table;
}

constexpr std::array<LogEntry, table_size> log_table = make_log_table();
constexpr std::array<DoubleDouble, table_size> exp_table = make_exp_table();  // 2^(j/128)

// log(x) with an error of about 2^-66 relative. REQUIRES: 0 < x < inf.
DoubleDouble log_double_double(double x) {
    double exponent = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        exponent = -54;
    }
    const std::uint64_t offset = to_bits(x) - first_interval_bits;
    const auto index = static_cast<std::size_t>((offset >> 45U) % table_size);
    exponent += static_cast<double>(static_cast<std::int64_t>(offset) >> 52U);
    const std::uint64_t z_bits = (offset & mantissa_mask) + first_interval_bits;
    const double z = from_bits(z_bits);
    const double z_high = from_bits(z_bits & ~((1ULL << 27U) - 1));
    const LogEntry& entry = log_table[index];
    // r = z * inverse - 1 exactly, |r| <= 2^-7.
    const DoubleDouble r = two_sum(z_high * entry.inverse - 1.0, (z - z_high) * entry.inverse);
    const DoubleDouble square = two_product(r.high, r.high);
    const double h = r.high;
    const double p01 = 1.0 / 3 - h * (1.0 / 4);
    const double p23 = 1.0 / 5 - h * (1.0 / 6);
    const double p45 = 1.0 / 7 - h * (1.0 / 8);
    const double p67 = 1.0 / 9 - h * (1.0 / 10);
    const double s = square.high;
    const double cubic = s * h * ((p01 + s * p23) + s * s * (p45 + s * p67));
    const DoubleDouble first = two_sum(exponent * ln2_high, entry.log_value.high);
    const DoubleDouble second = two_sum(first.high, h);
    const DoubleDouble third = two_sum(second.high, -0.5 * square.high);
    const double low = first.low + (second.low + third.low) + (entry.log_value.low + exponent * ln2_low) +
                       (r.low - 0.5 * square.low - h * r.low + cubic);
    return quick_two_sum(third.high, low);
}

enum class Parity { fraction, even, odd };

Parity parity_of(double y) {
    const double magnitude = std::fabs(y);
    if (magnitude >= 0x1p53)
        return Parity::even;
    const auto whole = static_cast<std::int64_t>(magnitude);
    if (static_cast<double>(whole) != magnitude)
        return Parity::fraction;
    return whole % 2 == 0 ? Parity::even : Parity::odd;
}

}  // namespace

double parts::exp_of_sum(DoubleDouble x) {
    if (x.high > 710)
        return infinity;
    if (x.high < -746)
        return 0;
    constexpr double step_high = 0x1.62e42fef80000p-8;  // ln 2 / 128, 34 bits and the rest
    constexpr double step_low = 0x1.1cf79abc9e3b4p-43;
    const double shifted = x.high * (table_size * inverse_ln2) + rounder;
    const double k = shifted - rounder;
    const double r = ((x.high - k * step_high) - k * step_low) + x.low;  // |r| <= 0.0028
    const double r2 = r * r;
    const double tail = r + r2 * (0.5 + r * (1.0 / 6)) + r2 * r2 * (1.0 / 24 + r * (1.0 / 120));
    const auto steps = static_cast<std::int64_t>(to_bits(shifted) - rounder_bits);
    const DoubleDouble& base = exp_table[static_cast<std::size_t>(steps & 127)];
    const double y = base.high + (base.low + base.high * tail);
    const std::int64_t exponent = steps >> 7U;
    const std::int64_t half = exponent >> 1U;
    return y * from_bits(static_cast<std::uint64_t>(half + 1023) << 52U) *
           from_bits(static_cast<std::uint64_t>(exponent - half + 1023) << 52U);
}

double exp(double x) {
    return exp_any(x);
}

double log(double x) {
    return log_any(x);
}

void exp(std::span<const double> x, std::span<double> out) {
    in_blocks(
        x, out, [](double value) { return exp_is_regular(value); }, [](double value) { return exp_regular(value); },
        [](double value) { return exp_any(value); });
}

void log(std::span<const double> x, std::span<double> out) {
    in_blocks(
        x, out, [](double value) { return log_is_regular(value); }, [](double value) { return log_regular(value); },
        [](double value) { return log_any(value); });
}

double expm1(double x) {
    if (x > 710)
        return infinity;
    if (x < -38)
        return -1;
    if (std::fabs(x) < 0x1p-54)
        return x;
    const double shifted = x * inverse_ln2 + rounder;
    const double k = shifted - rounder;
    const double high = x - k * ln2_high;
    const double low = k * ln2_low;
    const double r = high - low;
    const double lost = (high - r) - low;
    double sum = 1.0 / 6227020800;
    double inverse_factorial = 1.0 / 479001600;
    for (int n = 12; n >= 2; --n) {  // Taylor's series from r^13 down to r^2/2!
        sum = sum * r + inverse_factorial;
        inverse_factorial *= n;
    }
    const double rest = r * r * sum + (lost + r * lost);  // exp(r + lost) - 1 - r
    if (k == 0)
        return r + rest;
    if (k > 1023)  // 2^k alone is infinite
        return 2 * (0x1p1023 * (1 + (r + rest)));
    const double power = from_bits((to_bits(shifted) - rounder_bits + 1023) << 52U);
    const DoubleDouble one_less = two_sum(1, -1 / power);
    const DoubleDouble sum_of_both = two_sum(one_less.high, r);
    return power * (sum_of_both.high + (sum_of_both.low + (one_less.low + rest)));
}

double log1p(double x) {
    if (!(x > -1))
        return x == -1 ? -infinity : not_a_number;
    if (x == infinity || std::fabs(x) < 0x1p-54)
        return x;
    if (x > -0.29 && x < 0.41)
        return log_series(x, 0, 0);
    // u = 1 + x is rounded; log(1 + x) = log(u) + (1 + x - u) / u.
    const DoubleDouble u = two_sum(1, x);
    const Scaled parts = scaled(u.high);
    return log_series(parts.mantissa - 1, parts.exponent, u.low / u.high);
}

double log2(double x) {
    if (!(x > 0) || x == infinity)
        return log_any(x);
    constexpr DoubleDouble inverse{0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56};
    const DoubleDouble y = log_double_double(x) * inverse;
    return y.high + y.low;
}

double log10(double x) {
    if (!(x > 0) || x == infinity)
        return log_any(x);
    constexpr DoubleDouble inverse{0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57};
    const DoubleDouble y = log_double_double(x) * inverse;
    return y.high + y.low;
}

double pow(double x, double y) {
    if (y == 0 || x == 1)
        return 1;
    if (x != x || y != y)
        return not_a_number;
    const double magnitude = std::fabs(x);
    if (y == infinity || y == -infinity) {
        if (magnitude == 1)
            return 1;
        return (magnitude > 1) == (y > 0) ? infinity : 0;
    }
    const Parity parity = is_negative(x) ? parity_of(y) : Parity::even;
    const double sign = parity == Parity::odd ? -1.0 : 1.0;
    if (x == 0 || magnitude == infinity)
        return sign * ((x == 0) == (y > 0) ? 0 : infinity);
    if (parity == Parity::fraction)
        return not_a_number;
    if (magnitude == 1)
        return sign;
    // |log x| is at least 2^-54 here: beyond these bounds the result is certain, and the products below are safe.
    if (std::fabs(y) > 0x1p65)
        return sign * ((magnitude > 1) == (y > 0) ? infinity : 0);
    if (std::fabs(y) < 0x1p-66)
        return sign;
    const DoubleDouble log_x = log_double_double(magnitude);
    const DoubleDouble product = two_product(y, log_x.high);
    return sign * parts::exp_of_sum(quick_two_sum(product.high, product.low + y * log_x.low));
}

double tanh(double x) {
    if (x != x)
        return x;
    const double magnitude = std::fabs(x);
    if (magnitude > 22)
        return with_sign_of(1, x);
    const double e = expm1(2 * magnitude);
    return with_sign_of(e / (e + 2), x);
}

}  // namespace dstudio::base::math
