#include "core/base/special.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#if !defined(__EMSCRIPTEN__)
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#endif

namespace math = dstudio::base::math;

namespace {

double share(std::mt19937_64& random) {
    return static_cast<double>(random() >> 11U) * 0x1p-53;
}

double relative_error(double found, long double expected) {
    return static_cast<double>(std::fabs((static_cast<long double>(found) - expected) / expected));
}

}  // namespace

TEST_CASE("the upper tail of a gamma with a whole shape is a sum of Poisson probabilities") {
    for (int shape = 1; shape <= 60; ++shape)
        for (const double x : {0.01, 0.3, 1.0, 2.5, 7.0, 20.0, 55.0, 130.0}) {
            long double term = std::exp(-static_cast<long double>(x));
            long double sum = 0;
            for (int k = 0; k < shape; ++k) {
                sum += term;
                term *= static_cast<long double>(x) / (k + 1);
            }
            CHECK(relative_error(math::gamma_upper(shape, x), sum) < 1e-13);
            CHECK(math::gamma_lower(shape, x) + math::gamma_upper(shape, x) == doctest::Approx(1).epsilon(1e-15));
        }
}

TEST_CASE("a beta with whole shapes is a binomial tail, and one with shapes 1/2 the arcsine law") {
    for (int n = 1; n <= 40; ++n)
        for (int a = 1; a <= n; ++a)
            for (const double x : {0.01, 0.2, 0.5, 0.73, 0.99}) {
                // P(at least a of n successes).
                long double sum = 0;
                long double choose = 1;
                for (int k = 0; k <= n; ++k) {
                    if (k >= a)
                        sum += choose * std::pow(static_cast<long double>(x), k) *
                               std::pow(1 - static_cast<long double>(x), n - k);
                    choose = choose * (n - k) / (k + 1);
                }
                CHECK(relative_error(math::beta_lower(a, n - a + 1, x), sum) < 1e-13);
            }
    for (const double x : {1e-10, 0.1, 0.5, 0.9, 0.999})
        CHECK(math::beta_lower(0.5, 0.5, x) ==
              doctest::Approx(2 / std::numbers::pi * std::asin(std::sqrt(x))).epsilon(1e-13));
    for (const double a : {0.001, 0.3, 4.0, 900.0})
        for (const double x : {0.2, 0.7, 0.99}) {
            CHECK(math::beta_lower(a, 1, x) == doctest::Approx(std::pow(x, a)).epsilon(1e-13));
            CHECK(math::beta_lower(1, a, x) == doctest::Approx(-std::expm1(a * std::log1p(-x))).epsilon(1e-13));
        }
}

TEST_CASE("quantiles have published values") {
    // Chi-square with n degrees of freedom is twice a gamma of shape n/2: Abramowitz and Stegun 1964, table 26.8.
    CHECK(2 * math::gamma_quantile(0.5, 0.95) == doctest::Approx(3.84146).epsilon(1e-6));
    CHECK(2 * math::gamma_quantile(5, 0.95) == doctest::Approx(18.3070).epsilon(1e-5));
    CHECK(2 * math::gamma_quantile(50, 0.05) == doctest::Approx(77.9295).epsilon(1e-6));
    CHECK(2 * math::gamma_quantile(5, 0.005) == doctest::Approx(2.15585).epsilon(1e-5));
    // Exponential, power and arcsine laws have quantiles in closed form.
    CHECK(math::gamma_quantile(1, 0.5) == doctest::Approx(std::numbers::ln2).epsilon(1e-14));
    CHECK(math::beta_quantile(3, 1, 0.2) == doctest::Approx(std::cbrt(0.2)).epsilon(1e-14));
    CHECK(math::beta_quantile(0.5, 0.5, 0.3) ==
          doctest::Approx(std::pow(std::sin(0.15 * std::numbers::pi), 2)).epsilon(1e-13));
}

TEST_CASE("quantiles invert the distribution functions over all magnitudes") {
    std::mt19937_64 random(4);
    for (int i = 0; i < 4000; ++i) {
        const double a = std::pow(10, 8 * share(random) - 3);
        const double b = std::pow(10, 8 * share(random) - 3);
        const double p = i % 2 == 0 ? share(random) : std::exp(-60 * share(random));
        CAPTURE(a);
        CAPTURE(b);
        CAPTURE(p);
        const double x = math::gamma_quantile(a, p);
        if (x > 1e-290)
            CHECK(math::gamma_lower(a, x) == doctest::Approx(p).epsilon(2e-11));
        const double y = math::beta_quantile(a, b, p);
        // Beside 1 a double cannot be near enough to the quantile.
        if (y > 1e-290 && y < 0.99 && b > 0.1)
            CHECK(math::beta_lower(a, b, y) == doctest::Approx(p).epsilon(2e-11));
        if (p > 1e-3) {  // the odds' reciprocal is the mirrored quantile's
            const double odds = math::beta_quantile_odds(a, b, p);
            const double mirrored = math::beta_quantile_odds(b, a, 1 - p);
            if (odds > 1e-290 && odds < 1e290)
                CHECK(odds * mirrored == doctest::Approx(1).epsilon(1e-9 / std::min({a, b, 1.0})));
        }
    }
}

TEST_CASE("the ends of the domains are defined") {
    constexpr double inf = std::numeric_limits<double>::infinity();
    const double undefined = std::numeric_limits<double>::quiet_NaN();
    CHECK(math::gamma_lower(2, 0) == 0);
    CHECK(math::gamma_lower(2, -1) == 0);
    CHECK(math::gamma_upper(2, -1) == 1);
    CHECK(math::gamma_lower(2, inf) == 1);
    CHECK(math::gamma_upper(2, inf) == 0);
    CHECK(math::gamma_lower(2, 5e-324) == 0);
    CHECK(math::gamma_lower(2, 1e308) == 1);
    CHECK(math::gamma_quantile(2, 0) == 0);
    CHECK(math::gamma_quantile(2, 1) == inf);
    CHECK(math::beta_lower(2, 3, 0) == 0);
    CHECK(math::beta_lower(2, 3, 1) == 1);
    CHECK(math::beta_lower(2, 3, 7) == 1);
    CHECK(math::beta_quantile(2, 3, 0) == 0);
    CHECK(math::beta_quantile(2, 3, 1) == 1);
    CHECK(math::beta_quantile_odds(2, 3, 1) == inf);
    for (const double bad : {undefined, 0.0, -1.0, 1e-7, 1e10, inf}) {
        CHECK(std::isnan(math::gamma_lower(bad, 1)));
        CHECK(std::isnan(math::gamma_upper(bad, 1)));
        CHECK(std::isnan(math::gamma_quantile(bad, 0.5)));
        CHECK(std::isnan(math::beta_lower(bad, 1, 0.5)));
        CHECK(std::isnan(math::beta_quantile(1, bad, 0.5)));
    }
    for (const double bad : {undefined, -0.1, 1.1}) {
        CHECK(std::isnan(math::gamma_quantile(2, bad)));
        CHECK(std::isnan(math::beta_quantile(2, 3, bad)));
    }
    CHECK(std::isnan(math::gamma_lower(2, undefined)));
    CHECK(std::isnan(math::beta_lower(2, 3, undefined)));
    // At the bounds of the shapes, where the answers are near to what the laws of large numbers say.
    CHECK(math::gamma_lower(math::shape_max, math::shape_max) == doctest::Approx(0.5).epsilon(1e-4));
    CHECK(math::gamma_quantile(math::shape_max, 0.5) == doctest::Approx(math::shape_max - 1.0 / 3).epsilon(1e-14));
    CHECK(math::beta_quantile(math::shape_max, math::shape_max, 0.5) == doctest::Approx(0.5).epsilon(1e-12));
    CHECK(math::gamma_quantile(math::shape_min, 0.5) == 0);
    CHECK(math::beta_lower(math::shape_min, math::shape_min, 0.3) == doctest::Approx(0.5).epsilon(1e-5));
}

#if !defined(__EMSCRIPTEN__)
TEST_CASE("the incomplete functions agree with Boost.Math in long double") {
    std::mt19937_64 random(5);
    for (int i = 0; i < 3000; ++i) {
        const double a = std::pow(10, 8 * share(random) - 3);
        const double b = std::pow(10, 8 * share(random) - 3);
        const double z = 12 * share(random) - 6;  // deviations from the mean
        CAPTURE(a);
        CAPTURE(b);
        if (const double x = a + z * std::sqrt(a); x > 0) {
            CAPTURE(x);
            const long double lower = boost::math::gamma_p(static_cast<long double>(a), static_cast<long double>(x));
            const long double upper = boost::math::gamma_q(static_cast<long double>(a), static_cast<long double>(x));
            CHECK(relative_error(math::gamma_lower(a, x), lower) < 2e-12);
            if (upper > 1e-300L)
                CHECK(relative_error(math::gamma_upper(a, x), upper) < 2e-12);
        }
        const double mean = a / (a + b);
        if (const double x = mean + z * std::sqrt(mean * (1 - mean) / (a + b + 1)); x > 0 && x < 1) {
            CAPTURE(x);
            const long double lower = boost::math::ibeta(static_cast<long double>(a), static_cast<long double>(b),
                                                         static_cast<long double>(x));
            if (lower > 1e-300L) {
                if (b >= 0.1)
                    CHECK(relative_error(math::beta_lower(a, b, x), lower) < 2e-12);
                else
                    CHECK(std::fabs(math::beta_lower(a, b, x) - static_cast<double>(lower)) < 2e-12);
            }
        }
    }
}
#endif
