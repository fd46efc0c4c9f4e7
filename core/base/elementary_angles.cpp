// Trigonometric functions and their inverses.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/elementary.hpp"
#include "core/base/elementary_parts.hpp"

namespace dstudio::base::math {

using namespace parts;

namespace {

constexpr double half_pi_high = 0x1.921fb54442d18p+0;
constexpr double half_pi_low = 0x1.1a62633145c07p-54;
constexpr double pi_high = 0x1.921fb54442d18p+1;
constexpr double pi_low = 0x1.1a62633145c07p-53;

// An angle less quadrant * pi/2; |high + low| is at most pi/4 (and a little).
struct Reduced {
    unsigned quadrant = 0;
    double high = 0;
    double low = 0;
};

// 64 zero bits, then 2/pi in binary.
constexpr std::array<std::uint64_t, 22> two_over_pi{
    0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561,
    0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41,
    0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
    0xf0cfbc209af4361d, 0xa9e391615ee61b08};

__extension__ using Wide = unsigned __int128;

// Payne and Hanek: of the product x * 2/pi only the bits that are worth less than 4 and at least 2^-254 are formed, in
// integers. REQUIRES: 2^-1 <= x < inf.
Reduced reduce_exactly(double x) {
    const std::uint64_t bits = to_bits(x);
    const std::uint64_t mantissa = (bits & mantissa_mask) | (mantissa_mask + 1);
    // x = mantissa * 2^e; the bit of weight 2^-i of 2/pi counts if e - i < 2, and stands at 63 + i in the table.
    const auto first_bit = static_cast<std::size_t>((bits >> 52U) - 1075 + 62);
    const std::size_t word = first_bit / 64;
    const auto shift = static_cast<unsigned>(first_bit % 64);
    std::array<std::uint64_t, 4> product{};  // most significant first: the value is product * 2^-254, modulo 4
    std::uint64_t carry = 0;
    for (std::size_t j = 4; j-- > 0;) {
        const std::uint64_t window =
            shift == 0 ? two_over_pi[word + j]
                       : (two_over_pi[word + j] << shift) | (two_over_pi[word + j + 1] >> (64 - shift));
        const Wide sum = static_cast<Wide>(mantissa) * window + carry;
        product[j] = static_cast<std::uint64_t>(sum);
        carry = static_cast<std::uint64_t>(sum >> 64U);
    }
    unsigned quadrant = static_cast<unsigned>(product[0] >> 62U);
    // The fraction of the quadrant, to the nearest quadrant: a two's complement number in [-1/2, 1/2).
    for (std::size_t j = 0; j < 4; ++j)
        product[j] = (product[j] << 2U) | (j < 3 ? product[j + 1] >> 62U : 0);
    const bool is_negative = (product[0] >> 63U) != 0;
    if (is_negative) {
        ++quadrant;
        bool borrow = true;
        for (std::size_t j = 4; j-- > 0;) {
            product[j] = ~product[j] + (borrow ? 1 : 0);
            borrow = borrow && product[j] == 0;
        }
    }
    // Its first 106 significant bits. No double is so near to a multiple of pi/2 that the first word and 16 bits more
    // vanish (Muller 2016, section 11.3), so three words hold them.
    double scale = 0x1p-53;
    std::size_t first = 0;
    if (product[0] == 0) {
        first = 1;
        scale *= 0x1p-64;
    }
    unsigned leading = 0;
    while (leading < 63 && (product[first] >> (63 - leading)) == 0)
        ++leading;
    const auto word_at = [&](std::size_t j) {
        return leading == 0 ? product[first + j]
                            : (product[first + j] << leading) | (product[first + j + 1] >> (64 - leading));
    };
    for (unsigned i = 0; i < leading; ++i)
        scale *= 0.5;
    const std::uint64_t top = word_at(0);
    const std::uint64_t next = word_at(1);
    const double high = static_cast<double>(top >> 11U) * scale;
    const double low = static_cast<double>(((top & 0x7ff) << 42U) | (next >> 22U)) * (scale * 0x1p-53);
    const DoubleDouble angle = DoubleDouble{high, low} * DoubleDouble{half_pi_high, half_pi_low};
    return {quadrant % 4, is_negative ? -angle.high : angle.high, is_negative ? -angle.low : angle.low};
}

// REQUIRES: x is finite.
Reduced reduce(double x) {
    const double magnitude = std::fabs(x);
    if (magnitude <= half_pi_high / 2)
        return {0, x, -0.0};  // which adds nothing, not even to -0
    Reduced reduced;
    bool is_done = false;
    if (magnitude < 0x1p20) {
        // Cody and Waite: pi/2 in three parts; the products with the first two, of 33 bits each, are exact.
        const double n = (magnitude * (2 / half_pi_high / 2) + rounder) - rounder;
        const double first = magnitude - n * 0x1.921fb544p+0;
        const DoubleDouble second = two_sum(first, -(n * 0x1.0b4611a6p-34));
        const DoubleDouble third = two_sum(second.high, second.low - n * 0x1.3198a2e037073p-69);
        reduced = {static_cast<unsigned>(n) % 4, third.high, third.low};
        is_done = std::fabs(third.high) > 0x1p-24;  // nearer to a multiple the three parts are too short
    }
    if (!is_done)
        reduced = reduce_exactly(magnitude);
    if (is_negative(x)) {
        reduced.quadrant = (4 - reduced.quadrant) % 4;
        reduced.high = -reduced.high;
        reduced.low = -reduced.low;
    }
    return reduced;
}

double sin_series(double high, double low) {
    if (std::fabs(high) < 0x1p-27)
        return high + low;
    const double z = high * high;
    const double z2 = z * z;
    const double p0 = -1.0 / 6 + z * (1.0 / 120);
    const double p1 = -1.0 / 5040 + z * (1.0 / 362880);
    const double p2 = -1.0 / 39916800 + z * (1.0 / 6227020800);
    const double p3 = -1.0 / 1307674368000 + z * (1.0 / 355687428096000);
    const double p = (p0 + z2 * p1) + z2 * z2 * (p2 + z2 * p3);
    return high + (z * high * p + low * (1 - 0.5 * z));
}

double cos_series(double high, double low) {
    const double z = high * high;
    const double z2 = z * z;
    const double p0 = 1.0 / 24 - z * (1.0 / 720);
    const double p1 = 1.0 / 40320 - z * (1.0 / 3628800);
    const double p2 = 1.0 / 479001600 - z * (1.0 / 87178291200);
    const double p3 = 1.0 / 20922789888000 - z * (1.0 / 6402373705728000);
    const double p = (p0 + z2 * p1) + z2 * z2 * (p2 + z2 * p3);
    const double half = 0.5 * z;
    const double main = 1 - half;
    return main + (((1 - main) - half) + (z2 * p - high * low));
}

// atan(i/8), high and low part.
constexpr std::array<DoubleDouble, 9> atan_table{{{0, 0},
                                                  {0x1.fd5ba9aac2f6ep-4, -0x1.cd37686760c17p-59},
                                                  {0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
                                                  {0x1.6f61941e4def1p-2, -0x1.c63aae6f6e918p-56},
                                                  {0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
                                                  {0x1.1e00babdefeb4p-1, -0x1.928df287a668fp-58},
                                                  {0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
                                                  {0x1.700a7c5784634p-1, -0x1.8c34d25aadef6p-56},
                                                  {0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55}}};

// The angle of (small, large) for 0 <= small <= large, large > 0: atan(c) + atan(t) with c the nearest eighth of
// small/large and |t| <= 1/16.
DoubleDouble angle_of_ratio(double small, double large) {
    const double eighths = (8 * (small / large) + rounder) - rounder;
    const double c = eighths / 8;
    // c has three bits or fewer, but c * large may still round: small - c * large by parts.
    double t = small / large;
    if (eighths > 0) {
        const DoubleDouble product = two_product(c, large);
        const double numerator = (small - product.high) - product.low;
        t = numerator / (large + c * small);
    }
    const double z = t * t;
    const double series =
        t * z * (-1.0 / 3 + z * (1.0 / 5 + z * (-1.0 / 7 + z * (1.0 / 9 + z * (-1.0 / 11 + z * (1.0 / 13 - z / 15))))));
    const DoubleDouble& table = atan_table[static_cast<std::size_t>(eighths)];
    const DoubleDouble sum = two_sum(table.high, t);
    return {sum.high, sum.low + (table.low + series)};
}

// The angle of (y, x) in [0, pi]. REQUIRES: y >= 0, both finite, not both 0.
double upper_angle(double y, double x) {
    double a = y;
    double b = std::fabs(x);
    // Away from the ends of the range, so that no product overflows and no split part underflows.
    const double larger = std::max(a, b);
    const double scale = larger > 0x1p900 ? 0x1p-200 : (larger < 0x1p-700 ? 0x1p300 : 1.0);
    a *= scale;
    b *= scale;
    DoubleDouble angle = a <= b ? angle_of_ratio(a, b) : angle_of_ratio(b, a);
    if (a > b) {
        const DoubleDouble turned = two_sum(half_pi_high, -angle.high);
        angle = {turned.high, turned.low + (half_pi_low - angle.low)};
    }
    if (is_negative(x)) {
        const DoubleDouble turned = two_sum(pi_high, -angle.high);
        angle = {turned.high, turned.low + (pi_low - angle.low)};
    }
    return angle.high + angle.low;
}

}  // namespace

double sin(double x) {
    if (!(std::fabs(x) < infinity))
        return not_a_number;
    const Reduced r = reduce(x);
    const double y = r.quadrant % 2 == 0 ? sin_series(r.high, r.low) : cos_series(r.high, r.low);
    return r.quadrant < 2 ? y : -y;
}

double cos(double x) {
    if (!(std::fabs(x) < infinity))
        return not_a_number;
    const Reduced r = reduce(x);
    const double y = r.quadrant % 2 == 0 ? cos_series(r.high, r.low) : sin_series(r.high, r.low);
    return r.quadrant == 0 || r.quadrant == 3 ? y : -y;
}

double tan(double x) {
    if (!(std::fabs(x) < infinity))
        return not_a_number;
    if (std::fabs(x) < 0x1p-27)
        return x;
    const Reduced r = reduce(x);
    const double s = sin_series(r.high, r.low);
    const double c = cos_series(r.high, r.low);
    return r.quadrant % 2 == 0 ? s / c : -c / s;
}

double atan2(double y, double x) {
    if (x != x || y != y)
        return not_a_number;
    const double a = std::fabs(y);
    const double b = std::fabs(x);
    double angle = 0;
    if (a == infinity && b == infinity)
        angle = is_negative(x) ? pi_high * 0.75 : pi_high * 0.25;
    else if (a == infinity)
        angle = half_pi_high;
    else if (a == 0 || b == infinity)
        angle = is_negative(x) ? pi_high : 0;
    else
        angle = upper_angle(a, x);
    return with_sign_of(angle, y);
}

double atan(double x) {
    return atan2(x, 1);
}

// The angle between the legs x and sqrt(1 - x^2) of a right triangle with hypotenuse 1.
double asin(double x) {
    if (!(std::fabs(x) <= 1))
        return not_a_number;
    return atan2(x, std::sqrt((1 - x) * (1 + x)));
}

double acos(double x) {
    if (!(std::fabs(x) <= 1))
        return not_a_number;
    return atan2(std::sqrt((1 - x) * (1 + x)), x);
}

}  // namespace dstudio::base::math
