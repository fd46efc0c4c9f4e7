#include "core/formula/library/poisson.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace dstudio::formula;
using namespace dstudio::formula::library;

namespace {

long double log_term(long double number, long double mean) {
    return number * std::log(mean) - mean - std::lgamma(number + 1);
}

long double sum_of_terms(double from, double to, double mean) {
    long double sum = 0;
    for (double n = from; n <= to; ++n)
        sum += std::exp(log_term(n, mean));
    return sum;
}

bool near(double value, long double expected, double relative) {
    return std::abs(value - static_cast<double>(expected)) <= relative * std::abs(static_cast<double>(expected));
}

}  // namespace

TEST_CASE("Poisson probabilities and both tails are the sums of their terms") {
    for (const double mean : {0.001, 0.5, 1.0, 7.3, 40.0, 300.0})
        for (double n = 0; n <= mean * 2 + 20; n += 1 + std::floor(mean / 10)) {
            CAPTURE(mean);
            CAPTURE(n);
            CHECK(near(poisson_probability(n, mean), std::exp(log_term(n, mean)), 1e-12));
            CHECK(near(poisson_at_most(n, mean), sum_of_terms(0, n, mean), 1e-11));
            CHECK(near(poisson_above(n, mean), sum_of_terms(n + 1, n + 60 + 8 * mean, mean), 1e-11));
        }
}

TEST_CASE("tails of large means keep eight digits, also where they are small") {
    const double mean = 20000;  // beyond the change of method at 10000
    const double sd = std::sqrt(mean);
    for (const double z : {-7.0, -3.0, -0.5, 0.0, 0.01, 1.0, 4.0, 8.0}) {
        CAPTURE(z);
        const double n = std::floor(mean + z * sd);
        if (z <= 0)
            CHECK(near(poisson_at_most(n, mean), sum_of_terms(n - 1700, n, mean), 3e-8));
        else
            CHECK(near(poisson_above(n, mean), sum_of_terms(n + 1, n + 1700, mean), 3e-8));
        CHECK(near(poisson_at_most(n, mean) + poisson_above(n, mean), 1, 1e-13));
    }
    // The two methods meet at a shape of 10000.
    CHECK(near(poisson_at_most(9999 - 1e-9, 9900), poisson_at_most(9999, 9900), 1e-8));
    CHECK(near(poisson_above(9999 - 1e-9, 10200), poisson_above(9999, 10200), 1e-8));
}

TEST_CASE("Poisson numbers below 0 do not occur, and without a mean only 0 does") {
    CHECK(poisson_at_most(-1, 3) == 0);
    CHECK(poisson_above(-1, 3) == 1);
    CHECK(poisson_probability(0, 0) == 1);
    CHECK(poisson_probability(2, 0) == 0);
    CHECK(poisson_above(0, 0) == 0);
}

TEST_CASE("an exceedance level is the first number that is exceeded rarely enough") {
    for (const double mean : {0.01, 1.0, 25.0, 1e4, 3e7, 1e12})
        for (const double tail : {0.9, 0.5, 0.01, 1e-9, 1e-20}) {
            CAPTURE(mean);
            CAPTURE(tail);
            const double level = poisson_exceedance_level(mean, tail);
            CHECK(level == std::floor(level));
            CHECK(poisson_above(level, mean) <= tail);
            CHECK((level == 0 || poisson_above(level - 1, mean) > tail));
        }
    CHECK(poisson_exceedance_level(5, 1) == 0);
    CHECK(poisson_exceedance_level(0, 0) == 0);
    CHECK(poisson_exceedance_level(5, 0) == infinity);
    // A normal quantile with its first correction for skewness: 2.326348 for 1 %.
    const double z = 2.3263478740408408;
    CHECK(poisson_exceedance_level(1e12, 0.01) == doctest::Approx(1e12 + z * 1e6 + (z * z - 1) / 6).epsilon(2e-12));
}
