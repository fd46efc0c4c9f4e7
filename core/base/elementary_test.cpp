#include "core/base/elementary.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numbers>
#include <random>
#include <string>
#include <vector>

namespace math = dstudio::base::math;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double least = std::numeric_limits<double>::denorm_min();
constexpr double greatest = std::numeric_limits<double>::max();

// The reference is libm's long double: 64 bits natively. Under WebAssembly most of it is the double version, which
// needs an allowance of its own.
constexpr double reference_ulps = LDBL_MANT_DIG == 64 ? 0.01 : 2.5;

using Function = double (*)(double);
using Reference = long double (*)(long double);

double ulps_between(double found, long double expected) {
    if (expected == 0)
        return found == 0 ? 0 : inf;
    int exponent = 0;
    std::frexp(expected, &exponent);
    const long double ulp = std::ldexp(1.0L, std::max(exponent, -1021) - 53);
    return static_cast<double>(std::fabs(static_cast<long double>(found) - expected) / ulp);
}

bool same_bits(double a, double b) {
    std::uint64_t a_bits = 0;
    std::uint64_t b_bits = 0;
    std::memcpy(&a_bits, &a, sizeof a);
    std::memcpy(&b_bits, &b, sizeof b);
    return (a != a && b != b) || a_bits == b_bits;
}

double share(std::mt19937_64& random) {
    return static_cast<double>(random() >> 11U) * 0x1p-53;
}

enum class Spread { even, by_magnitude };

struct Range {
    std::string name;
    Function function;
    Reference reference;
    double lo;  // by magnitude: logarithms of the bounds, both signs
    double hi;
    Spread spread;
    double ulps_max;
    bool is_positive = false;
};

double draw(const Range& range, std::mt19937_64& random) {
    const double x = range.lo + share(random) * (range.hi - range.lo);
    if (range.spread == Spread::even)
        return x;
    return range.is_positive || random() % 2 == 0 ? std::exp(x) : -std::exp(x);
}

long double reference_normal_cdf(long double x) {
    return std::erfc(-x * std::sqrt(0.5L)) / 2;
}

}  // namespace

TEST_CASE("each function agrees with long double within the error that the header states") {
    const std::vector<Range> ranges{
        {"exp", math::exp, [](long double x) { return std::exp(x); }, -708, 709, Spread::even, 0.92},
        {"exp, near 0", math::exp, [](long double x) { return std::exp(x); }, -40, 1, Spread::by_magnitude, 0.92},
        {"exp, subnormal", math::exp, [](long double x) { return std::exp(x); }, -745, -708, Spread::even, 0.92},
        {"log", math::log, [](long double x) { return std::log(x); }, -744, 709, Spread::by_magnitude, 0.84, true},
        {"log, near 1", math::log, [](long double x) { return std::log(x); }, 0.5, 2, Spread::even, 0.84},
        {"expm1", math::expm1, [](long double x) { return std::expm1(x); }, -37, 6.5, Spread::by_magnitude, 0.92},
        {"expm1, near 1", math::expm1, [](long double x) { return std::expm1(x); }, -3, 3, Spread::even, 0.92},
        {"log1p", math::log1p, [](long double x) { return std::log1p(x); }, -37, 700, Spread::by_magnitude, 0.92, true},
        {"log1p, near 0", math::log1p, [](long double x) { return std::log1p(x); }, -1, 1, Spread::even, 0.92},
        {"log2", math::log2, [](long double x) { return std::log2(x); }, -744, 709, Spread::by_magnitude, 0.501, true},
        {"log2, near 1", math::log2, [](long double x) { return std::log2(x); }, 0.5, 2, Spread::even, 0.501},
        {"log10", math::log10, [](long double x) { return std::log10(x); }, -744, 709, Spread::by_magnitude, 0.501,
         true},
        {"log10, near 1", math::log10, [](long double x) { return std::log10(x); }, 0.5, 2, Spread::even, 0.501},
        {"sin", math::sin, [](long double x) { return std::sin(x); }, -30, 43, Spread::by_magnitude, 0.81},
        {"cos", math::cos, [](long double x) { return std::cos(x); }, -30, 43, Spread::by_magnitude, 0.81},
        {"tan", math::tan, [](long double x) { return std::tan(x); }, -30, 43, Spread::by_magnitude, 2.3},
        {"asin", math::asin, [](long double x) { return std::asin(x); }, -1, 1, Spread::even, 2.2},
        {"acos", math::acos, [](long double x) { return std::acos(x); }, -1, 1, Spread::even, 1.8},
        {"atan", math::atan, [](long double x) { return std::atan(x); }, -700, 700, Spread::by_magnitude, 1.8},
        {"atan, near 1", math::atan, [](long double x) { return std::atan(x); }, -3, 3, Spread::even, 1.8},
        {"tanh", math::tanh, [](long double x) { return std::tanh(x); }, -37, 4, Spread::by_magnitude, 2.4},
        {"erf", math::erf, [](long double x) { return std::erf(x); }, -37, 2, Spread::by_magnitude, 2.2},
        {"erfc", math::erfc, [](long double x) { return std::erfc(x); }, -6, 26.5, Spread::even, 3.1},
        {"erfc, near 0", math::erfc, [](long double x) { return std::erfc(x); }, -1, 1, Spread::even, 3.1},
        {"normal_cdf", math::normal_cdf, reference_normal_cdf, -37.5, 8.5, Spread::even, 4},
        {"lgamma", math::lgamma, [](long double x) { return std::lgamma(x); }, -37, 700, Spread::by_magnitude, 8, true},
        {"lgamma, near its zeros", math::lgamma, [](long double x) { return std::lgamma(x); }, 0.5, 3, Spread::even,
         8}};
    for (const Range& range : ranges) {
        std::mt19937_64 random(20261126);
        double worst = 0;
        double worst_x = 0;
        for (int i = 0; i < 200'000; ++i) {
            const double x = draw(range, random);
            const double error = ulps_between(range.function(x), range.reference(x));
            if (!(error <= worst)) {
                worst = error;
                worst_x = x;
            }
        }
        CAPTURE(range.name);
        CAPTURE(worst_x);
        // The double versions are rough where their argument's own rounding is magnified.
        const bool is_rough =
            LDBL_MANT_DIG != 64 && (range.function == math::lgamma || range.function == math::normal_cdf);
        CHECK(worst <= range.ulps_max + (is_rough ? 2000 : reference_ulps));
    }
}

TEST_CASE("pow is within 0.52 ulp of long double for normal results") {
    std::mt19937_64 random(7);
    double worst = 0;
    for (int i = 0; i < 400'000; ++i) {
        const double x = std::exp(1400 * share(random) - 700);
        const double y = (1400 * share(random) - 700) / std::log(x);  // results over the whole range
        // An error of the reference's own (1 ulp of 64 bits, times its condition) is far below the bound.
        worst = std::max(worst, ulps_between(math::pow(x, y), std::pow(static_cast<long double>(x), y)));
    }
    for (int i = 0; i < 100'000; ++i) {
        const double x = 1 + (share(random) - 0.5) * 1e-6;
        const double y = 1e8 * (share(random) - 0.5);
        worst = std::max(worst, ulps_between(math::pow(x, y), std::pow(static_cast<long double>(x), y)));
    }
    CHECK(worst <= 0.52 + reference_ulps);
}

TEST_CASE("powers of integers, square roots and logarithms of exact powers are exact") {
    for (int x = -30; x <= 30; ++x) {
        double product = 1;
        for (int n = 0; n <= 30 && std::fabs(product) < 0x1p53; ++n, product *= x)
            CHECK(math::pow(x, n) == product);
    }
    std::mt19937_64 random(3);
    for (int i = 0; i < 10'000; ++i) {
        const double root = static_cast<double>(random() >> 39U);
        CHECK(math::pow(root * root, 0.5) == root);
    }
    for (int k = -1074; k <= 1023; ++k) {
        CHECK(math::log2(std::ldexp(1.0, k)) == k);
        CHECK(math::pow(2, k) == std::ldexp(1.0, k));
    }
    double ten = 1;
    for (int k = 0; k <= 22; ++k, ten *= 10)  // exact doubles to 10^22
        CHECK(math::log10(ten) == k);
}

TEST_CASE("sine and cosine of large arguments have the published values") {
    // 10^22: Ng, Argument Reduction for Huge Arguments: Good to the Last Bit, 1992.
    CHECK(math::sin(1e22) == -0.8522008497671888);
    // The double nearest to a multiple of pi/2: Muller, Elementary Functions, 2016, section 11.3.
    CHECK(math::cos(std::ldexp(6381956970095103.0, 797)) ==
          doctest::Approx(-4.68716592425462761112e-19).epsilon(1e-15));
    CHECK(math::sin(std::ldexp(6381956970095103.0, 797)) == 1);
    // sin(double(pi)) is pi's error as a double.
    CHECK(math::sin(std::numbers::pi) == doctest::Approx(1.2246467991473531772e-16).epsilon(1e-15));
    CHECK(math::cos(std::numbers::pi / 2) == doctest::Approx(6.1232339957367658861e-17).epsilon(1e-15));
    std::mt19937_64 random(5);
    for (int i = 0; i < 20'000; ++i) {
        const double x = std::ldexp(1 + share(random), static_cast<int>(random() % 1023));
        const double s = math::sin(x);
        const double c = math::cos(x);
        CHECK(s * s + c * c == doctest::Approx(1).epsilon(1e-15));
        CHECK(math::tan(x) == doctest::Approx(s / c).epsilon(1e-15));
        // Doubling is exact in binary, so the reductions of x and 2x meet different bits of 2/pi.
        CHECK(std::fabs(math::sin(2 * x) - 2 * s * c) < 1e-15);
        CHECK(math::sin(-x) == -s);
        CHECK(math::cos(-x) == c);
    }
}

TEST_CASE("beside multiples of pi/2 sine and cosine keep their accuracy") {
    double worst = 0;
    for (int k = 1; k < 700'000; k += LDBL_MANT_DIG == 64 ? 1 : 7) {  // past the switch to exact reduction at 2^20
        const auto x = static_cast<double>(k * (std::numbers::pi_v<long double> / 2));
        worst = std::max(worst, ulps_between(math::sin(x), std::sin(static_cast<long double>(x))));
        worst = std::max(worst, ulps_between(math::cos(x), std::cos(static_cast<long double>(x))));
    }
    CHECK(worst <= 0.81 + reference_ulps);
}

TEST_CASE("the angle functions keep quadrants, signs of zero and limits") {
    constexpr double pi = std::numbers::pi;
    struct Case {
        double y, x, angle;
    };
    for (const Case& c : {Case{0.0, 1, 0.0},       {-0.0, 1, -0.0},           {0.0, -1, pi},
                          {-0.0, -1, -pi},         {0.0, 0.0, 0.0},           {-0.0, 0.0, -0.0},
                          {0.0, -0.0, pi},         {-0.0, -0.0, -pi},         {1, 0.0, pi / 2},
                          {-1, -0.0, -pi / 2},     {inf, 3, pi / 2},          {-inf, 3, -pi / 2},
                          {3, inf, 0.0},           {-3, inf, -0.0},           {3, -inf, pi},
                          {-3, -inf, -pi},         {inf, inf, pi / 4},        {-inf, inf, -pi / 4},
                          {inf, -inf, 3 * pi / 4}, {-inf, -inf, -3 * pi / 4}, {1, 1, pi / 4},
                          {-1, 1, -pi / 4},        {undefined, 1, undefined}, {1, undefined, undefined},
                          {1e308, 1e308, pi / 4},  {least, least, pi / 4},    {1e-300, 1e300, 0.0}}) {
        CAPTURE(c.y);
        CAPTURE(c.x);
        CHECK(same_bits(math::atan2(c.y, c.x), c.angle));
    }
    std::mt19937_64 random(6);
    double worst = 0;
    for (int i = 0; i < 100'000; ++i) {
        const double y = (random() % 2 == 0 ? 1 : -1) * std::exp(40 * share(random) - 20);
        const double x = (random() % 2 == 0 ? 1 : -1) * std::exp(40 * share(random) - 20);
        worst = std::max(worst, ulps_between(math::atan2(y, x),
                                             std::atan2(static_cast<long double>(y), static_cast<long double>(x))));
    }
    CHECK(worst <= 1.8 + reference_ulps);
    CHECK(math::asin(1) == pi / 2);
    CHECK(math::asin(-1) == -pi / 2);
    CHECK(same_bits(math::asin(-0.0), -0.0));
    CHECK(math::acos(1) == 0);
    CHECK(math::acos(-1) == pi);
    CHECK(math::acos(0) == pi / 2);
    for (const double outside : {1.0000000000000002, -2.0, inf, undefined}) {
        CHECK(std::isnan(math::asin(outside)));
        CHECK(std::isnan(math::acos(outside)));
    }
    for (const Function f : {math::sin, math::cos, math::tan})
        for (const double x : {inf, -inf, undefined})
            CHECK(std::isnan(f(x)));
    for (const Function f : {math::sin, math::tan, math::atan, math::tanh, math::expm1, math::log1p})
        for (const double tiny : {0.0, -0.0, 1e-300, -1e-300, least})
            CHECK(same_bits(f(tiny), tiny));
    CHECK(same_bits(math::erf(-0.0), -0.0));
    CHECK(math::atan(inf) == pi / 2);
    CHECK(math::tanh(inf) == 1);
    CHECK(math::tanh(-400) == -1);
    CHECK(std::isnan(math::tanh(undefined)));
}

TEST_CASE("exponential and logarithm have IEEE 754's values at the ends of their domains") {
    struct Case {
        Function function;
        double x, y;
    };
    for (const Case& c : {Case{math::exp, 0.0, 1},
                          {math::exp, -0.0, 1},
                          {math::exp, inf, inf},
                          {math::exp, -inf, 0},
                          {math::exp, undefined, undefined},
                          {math::exp, 709.782712893384, 1.797693134862273e308},
                          {math::exp, 709.7827128933841, inf},
                          {math::exp, 1e300, inf},
                          {math::exp, -745.1332191019411, least},
                          {math::exp, -745.1332191019412, 0},
                          {math::exp, -1e300, 0},
                          {math::exp, 710, inf},
                          {math::exp, -746, 0},
                          {math::log, 1, 0},
                          {math::log, 0.0, -inf},
                          {math::log, -0.0, -inf},
                          {math::log, -1, undefined},
                          {math::log, -inf, undefined},
                          {math::log, inf, inf},
                          {math::log, undefined, undefined},
                          {math::log, -least, undefined},
                          {math::log2, inf, inf},
                          {math::log2, 0, -inf},
                          {math::log2, -1, undefined},
                          {math::log10, undefined, undefined},
                          {math::log10, 0, -inf},
                          {math::expm1, inf, inf},
                          {math::expm1, -inf, -1},
                          {math::expm1, undefined, undefined},
                          {math::expm1, 709.7827128933841, inf},
                          {math::expm1, -800, -1},
                          {math::log1p, -1, -inf},
                          {math::log1p, -2, undefined},
                          {math::log1p, inf, inf},
                          {math::log1p, undefined, undefined},
                          {math::erf, inf, 1},
                          {math::erf, -inf, -1},
                          {math::erf, undefined, undefined},
                          {math::erfc, inf, 0},
                          {math::erfc, -inf, 2},
                          {math::erfc, undefined, undefined},
                          {math::normal_cdf, inf, 1},
                          {math::normal_cdf, -inf, 0},
                          {math::normal_cdf, 0, 0.5},
                          {math::normal_cdf, undefined, undefined},
                          {math::normal_quantile, 0, -inf},
                          {math::normal_quantile, 1, inf},
                          {math::normal_quantile, 0.5, 0},
                          {math::normal_quantile, -0.1, undefined},
                          {math::normal_quantile, 1.1, undefined},
                          {math::normal_quantile, undefined, undefined},
                          {math::lgamma, 0, inf},
                          {math::lgamma, -1, undefined},
                          {math::lgamma, inf, inf},
                          {math::lgamma, undefined, undefined},
                          {math::lgamma, 1, 0},
                          {math::lgamma, 2, 0},
                          {math::lgamma, greatest, inf}}) {
        CAPTURE(c.x);
        CAPTURE(c.y);
        const double found = c.function(c.x);
        CAPTURE(found);
        CHECK((same_bits(found, c.y) || found == doctest::Approx(c.y).epsilon(1e-14)));
    }
    CHECK(math::log(least) == doctest::Approx(-1074 * std::numbers::ln2).epsilon(1e-15));
    CHECK(math::log(greatest) == doctest::Approx(1024 * std::numbers::ln2).epsilon(1e-15));
    CHECK(math::expm1(709.782712893384) == doctest::Approx(1.797693134862273e308).epsilon(1e-13));
}

TEST_CASE("pow has the special values of C annex F.10.4.4") {
    struct Case {
        double x, y, power;
    };
    for (const Case& c : {Case{0.0, -3, inf},
                          {-0.0, -3, -inf},
                          {0.0, -2, inf},
                          {-0.0, -2, inf},
                          {-0.0, -2.5, inf},
                          {0.0, 3, 0.0},
                          {-0.0, 3, -0.0},
                          {-0.0, 2, 0.0},
                          {-0.0, 0.5, 0.0},
                          {0.0, inf, 0.0},
                          {0.0, -inf, inf},
                          {-1, inf, 1},
                          {-1, -inf, 1},
                          {1, undefined, 1},
                          {undefined, 0.0, 1},
                          {undefined, -0.0, 1},
                          {inf, 0.0, 1},
                          {-8, 1.0 / 3, undefined},
                          {-2, 0.5, undefined},
                          {-2, 3, -8},
                          {-2, 2, 4},
                          {-2, -1, -0.5},
                          {-2, 0x1p60, inf},
                          {-2, -0x1p60, 0.0},
                          {-1, 0x1p52 + 1, -1},
                          {-1, 0x1p53 - 1, -1},
                          {-1, 0x1p53, 1},
                          {-1, 0x1p51 + 0.5, undefined},
                          {-2, 0x1p53, inf},
                          {0.5, -inf, inf},
                          {1.5, -inf, 0.0},
                          {0.5, inf, 0.0},
                          {1.5, inf, inf},
                          {-inf, -3, -0.0},
                          {-inf, -2, 0.0},
                          {-inf, 3, -inf},
                          {-inf, 2, inf},
                          {-inf, 0.5, inf},
                          {inf, -1, 0.0},
                          {inf, 1, inf},
                          {undefined, 1, undefined},
                          {2, undefined, undefined},
                          {10, 309, inf},
                          {-10, 309, -inf},
                          {10, -324, 0.0},
                          {10, -330, 0.0},
                          {-10, -331, -0.0},
                          {2, -1074, least},
                          {2, 1e300, inf},
                          {0.5, 1e300, 0.0},
                          {1 + 0x1p-52, 1e300, inf},
                          {1 - 0x1p-53, 1e300, 0.0},
                          {greatest, 1e-300, 1},
                          {2, 1e-20, 1},
                          {greatest, 1, greatest},
                          {least, 1, least},
                          {-greatest, 3, -inf}}) {
        CAPTURE(c.x);
        CAPTURE(c.y);
        CHECK(same_bits(math::pow(c.x, c.y), c.power));
    }
}

TEST_CASE("the normal distribution and the gamma function have published values") {
    // Wichura, AS 241, gives these three for PPND16.
    CHECK(math::normal_quantile(0.25) == doctest::Approx(-0.6744897501960817).epsilon(1e-15));
    CHECK(math::normal_quantile(0.001) == doctest::Approx(-3.090232306167814).epsilon(1e-15));
    CHECK(math::normal_quantile(1e-20) == doctest::Approx(-9.262340089798408).epsilon(1e-15));
    CHECK(math::normal_quantile(0.975) == doctest::Approx(1.959963984540054).epsilon(1e-15));
    // Abramowitz and Stegun 1964, table 7.1.
    CHECK(math::erf(0.5) == doctest::Approx(0.5204998778).epsilon(1e-10));
    CHECK(math::erf(1) == doctest::Approx(0.8427007929).epsilon(1e-10));
    CHECK(math::erf(2) == doctest::Approx(0.9953222650).epsilon(1e-10));
    CHECK(math::lgamma(0.5) == doctest::Approx(0.5 * std::log(std::numbers::pi)).epsilon(1e-15));
    long double log_factorial = 0;
    for (int n = 2; n <= 200; ++n) {
        log_factorial += std::log(static_cast<long double>(n));
        CHECK(math::lgamma(n + 1) == doctest::Approx(static_cast<double>(log_factorial)).epsilon(2e-15));
    }
}

TEST_CASE("the normal quantile inverts the distribution function in both tails") {
    std::mt19937_64 random(11);
    for (int i = 0; i < 50'000; ++i) {
        const double p = i % 2 == 0 ? share(random) : std::exp(-700 * share(random));
        const double z = math::normal_quantile(p);
        // An error of 8 ulps in z costs about z^2 times that in p.
        CHECK(math::normal_cdf(z) == doctest::Approx(p).epsilon(1e-15 * (2 + z * z)));
        if (p > 1e-3)
            CHECK(math::normal_quantile(1 - p) == doctest::Approx(-z).epsilon(1e-12));
    }
}

TEST_CASE("batches give the scalar function's bits at any length, also in place") {
    std::mt19937_64 random(12);
    for (std::size_t size = 0; size < 300; ++size) {
        std::vector<double> x(size);
        for (double& value : x) {
            value = 1600 * share(random) - 800;
            if (random() % 16 == 0)
                value = std::vector<double>{
                    undefined, inf, -inf, 0.0, -0.0, least, 1e-310, -745.0, 709.9, 1e300}[random() % 10];
        }
        std::vector<double> out(size);
        math::exp(x, out);
        for (std::size_t i = 0; i < size; ++i)
            CHECK(same_bits(out[i], math::exp(x[i])));
        math::log(x, out);
        for (std::size_t i = 0; i < size; ++i)
            CHECK(same_bits(out[i], math::log(x[i])));
        std::vector<double> in_place = x;
        math::log(in_place, in_place);
        for (std::size_t i = 0; i < size; ++i)
            CHECK(same_bits(in_place[i], out[i]));
    }
}

TEST_CASE("every build gives the same bits") {
    // No theory stands behind this number: it is what g++, clang++ and WebAssembly found alike, and it differs as soon
    // as a compiler contracts, reorders or calls libm.
    std::uint64_t hash = 0;
    const auto add = [&hash](double value) {
        std::uint64_t bits = 1;
        if (value == value)
            std::memcpy(&bits, &value, sizeof bits);
        hash = (hash ^ bits) * 0x100000001b3;
        hash ^= hash >> 29U;
    };
    std::mt19937_64 random(13);
    for (int i = 0; i < 20'000; ++i) {
        const double u = share(random);
        const double v = share(random);
        for (const Function f :
             {math::exp, math::expm1, math::tanh, math::erf, math::erfc, math::normal_cdf, math::atan})
            add(f(40 * u - 20));
        for (const Function f :
             {math::log, math::log1p, math::log2, math::log10, math::lgamma, math::sin, math::cos, math::tan})
            add(f(1000 * u));
        for (const Function f : {math::asin, math::acos, math::normal_quantile})
            add(f(u));
        add(math::pow(10 * u, 40 * v - 20));
        add(math::atan2(u - 0.5, v - 0.5));
        add(math::sin(u * 0x1p1000));
    }
    CHECK(hash == 0x294a9e88be3db42cULL);
}
