// The inside of core/base/elementary.hpp, for its own sources only: bits of doubles and double-double arithmetic.
//
// A double-double is an unevaluated sum of two doubles, of about 106 bits (Dekker, Numerische Mathematik 18, 1971;
// Knuth, The Art of Computer Programming 2, 1997, section 4.2.2, for two_sum). All of it holds without fused
// multiply-add.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

namespace dstudio::base::math::parts {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

inline std::uint64_t to_bits(double x) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
}

inline double from_bits(std::uint64_t bits) {
    double x = 0;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}

inline bool is_negative(double x) {
    return (to_bits(x) >> 63U) != 0;
}

inline double with_sign_of(double magnitude, double sign) {
    constexpr std::uint64_t top = 1ULL << 63U;
    return from_bits((to_bits(magnitude) & ~top) | (to_bits(sign) & top));
}

// An unevaluated sum; |low| is at most half an ulp of high.
struct DoubleDouble {
    double high = 0;
    double low = 0;
};

constexpr DoubleDouble two_sum(double a, double b) {
    const double sum = a + b;
    const double b_seen = sum - a;
    return {sum, (a - (sum - b_seen)) + (b - b_seen)};
}

// REQUIRES: |a| >= |b| or a is 0.
constexpr DoubleDouble quick_two_sum(double a, double b) {
    const double sum = a + b;
    return {sum, b - (sum - a)};
}

// The exact product, by Veltkamp's splitting. REQUIRES: |a|, |b| < 2^995, and no underflow.
constexpr DoubleDouble two_product(double a, double b) {
    constexpr double splitter = 0x1p27 + 1;
    const double a_scaled = a * splitter;
    const double a_high = a_scaled - (a_scaled - a);
    const double a_low = a - a_high;
    const double b_scaled = b * splitter;
    const double b_high = b_scaled - (b_scaled - b);
    const double b_low = b - b_high;
    const double product = a * b;
    return {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

constexpr DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble high = two_sum(a.high, b.high);
    const DoubleDouble low = two_sum(a.low, b.low);
    const DoubleDouble sum = quick_two_sum(high.high, high.low + low.high);
    return quick_two_sum(sum.high, sum.low + low.low);
}

constexpr DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble high = two_product(a.high, b.high);
    return quick_two_sum(high.high, high.low + (a.high * b.low + a.low * b.high));
}

constexpr DoubleDouble operator/(DoubleDouble a, double b) {
    const double first = a.high / b;
    const DoubleDouble back = two_product(first, b);
    const double second = (((a.high - back.high) - back.low) + a.low) / b;
    return quick_two_sum(first, second);
}

// x + rounder is x rounded to an integer (ties to even) in the low bits of the sum, for |x| < 2^51.
inline constexpr double rounder = 0x1.8p52;
inline constexpr std::uint64_t rounder_bits = 0x4338000000000000;

inline constexpr std::uint64_t mantissa_mask = (1ULL << 52U) - 1;

// exp(x.high + x.low) with an error of 0.52 ulp, for |x.low| far below 1.
double exp_of_sum(DoubleDouble x);

}  // namespace dstudio::base::math::parts
