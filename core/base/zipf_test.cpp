#include "core/base/zipf.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace dstudio::base;

// Counts of each value against k^-s / H(n, s), by chi-squared; the tail is put together.
TEST_CASE("zipf draws each value as often as it should") {
    for (const double exponent : {0.5, 0.99, 1.0, 1.5, 3.0})
        for (const std::uint32_t n : {1U, 2U, 10U, 1000U, 1'000'000U}) {
            CAPTURE(exponent);
            CAPTURE(n);
            double sum = 0;
            for (std::uint32_t k = n; k >= 1; --k)
                sum += std::pow(k, -exponent);
            constexpr std::uint32_t shown = 20;
            constexpr double draws = 200'000;
            std::vector<double> counts(shown + 1);
            const Zipf zipf(n, exponent);
            RandomStream stream(1, "zipf");
            for (double i = 0; i < draws; ++i) {
                const std::uint32_t k = zipf.sample(stream);
                REQUIRE(k >= 1);
                REQUIRE(k <= n);
                ++counts[k <= shown ? k - 1 : shown];
            }
            double chi_squared = 0;
            double left = 1;
            for (std::uint32_t k = 1; k <= std::min(n, shown); ++k) {
                const double share = std::pow(k, -exponent) / sum;
                left -= share;
                chi_squared += std::pow(counts[k - 1] - draws * share, 2) / (draws * share);
            }
            if (n > shown && draws * left > 5)
                chi_squared += std::pow(counts[shown] - draws * left, 2) / (draws * left);
            CHECK(chi_squared < 52);  // 1 in 10^4 of 20 degrees of freedom is above
        }
}
