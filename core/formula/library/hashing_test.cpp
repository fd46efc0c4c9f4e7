#include "core/formula/library/hashing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "core/formula/library/queueing_test_support.hpp"

using namespace dstudio::formula;
using namespace dstudio::formula::library;
using dstudio::formula::library::test::Estimate;
using dstudio::formula::library::test::Random;

namespace {

// doctest's Approx has an absolute part; this one compares small values by their digits.
doctest::Approx relative(double expected) {
    return doctest::Approx(expected).scale(1e-300);
}

// P(no bin gets more than k balls), bin by bin: of the balls left, a binomial number lands in the next of the bins
// left.
double at_most(std::size_t balls, std::size_t bins, std::size_t k) {
    std::vector<long double> left(balls + 1);  // probability that so many balls are left
    left[balls] = 1;
    for (std::size_t bin = bins; bin > 1; --bin) {
        const long double p = 1.0L / static_cast<long double>(bin);
        std::vector<long double> next(balls + 1);
        for (std::size_t n = 0; n <= balls; ++n) {
            long double chance = left[n] * std::pow(1 - p, static_cast<long double>(n));
            for (std::size_t j = 0; j <= std::min(n, k) && chance > 0; ++j) {
                next[n - j] += chance;
                chance *= static_cast<long double>(n - j) / static_cast<long double>(j + 1) * p / (1 - p);
            }
        }
        left = next;
    }
    long double result = 0;
    for (std::size_t n = 0; n <= std::min(balls, k); ++n)
        result += left[n];
    return static_cast<double>(result);
}

double max_expected(std::size_t balls, std::size_t bins) {
    double sum = 0;
    double exceeded = 1;
    for (std::size_t k = 0; k < balls && exceeded > 1e-13; ++k) {
        exceeded = 1 - at_most(balls, bins, k);
        sum += exceeded;
    }
    return sum;
}

bool agree(double value, const Estimate& simulated, double tolerance) {
    return std::abs(value - simulated.mean) <= tolerance + simulated.half_width;
}

}  // namespace

TEST_CASE("the fullest bin of few balls is that of all placements, counted one by one") {
    for (std::size_t bins = 1; bins <= 5; ++bins)
        for (std::size_t balls = 0; balls <= 7; ++balls) {
            double sum = 0;
            double placements = 1;
            for (std::size_t i = 0; i < balls; ++i)
                placements *= static_cast<double>(bins);
            for (double placement = 0; placement < placements; ++placement) {
                std::vector<int> load(bins);
                auto code = static_cast<std::size_t>(placement);
                for (std::size_t i = 0; i < balls; ++i, code /= bins)
                    ++load[code % bins];
                sum += *std::max_element(load.begin(), load.end());
            }
            CAPTURE(balls);
            CAPTURE(bins);
            CHECK(balls_in_bins_max_expected(static_cast<double>(balls), static_cast<double>(bins)) ==
                  relative(sum / placements).epsilon(1e-12));
        }
}

TEST_CASE("the fullest bin of more balls is exact up to 32, and to 0.2 / sqrt(balls) of a ball beyond") {
    for (const std::size_t bins : {2U, 3U, 10U, 40U, 300U})
        for (const std::size_t balls : {20U, 32U, 33U, 50U, 100U, 150U}) {
            CAPTURE(balls);
            CAPTURE(bins);
            const auto n = static_cast<double>(balls);
            const double tolerance = balls <= 32 ? 1e-11 : (bins == 2 ? 0.2 : 0.02) / std::sqrt(n);
            const double expected = max_expected(balls, bins);
            CAPTURE(expected);
            CHECK(std::abs(balls_in_bins_max_expected(n, static_cast<double>(bins)) - expected) < tolerance);
        }
}

TEST_CASE("the fullest of very many or very few bins follows known limits") {
    // Two bins: the larger part of m fair coin flips exceeds m / 2 by sqrt(m / (2 pi)) on average.
    CHECK(balls_in_bins_max_expected(1e9, 2) - 5e8 == relative(std::sqrt(1e9 / (2 * std::numbers::pi))).epsilon(1e-5));
    CHECK(balls_in_bins_max_expected(1e14, 2) - 5e13 ==
          relative(std::sqrt(1e14 / (2 * std::numbers::pi))).epsilon(1e-5));
    // Many bins: two balls share one with the probability of a collision.
    CHECK(balls_in_bins_max_expected(100, 1e9) - 1 == relative(100.0 * 99 / 2 / 1e9).epsilon(1e-4));
    CHECK(balls_in_bins_max_expected(20, 1e9) - 1 == relative(20.0 * 19 / 2 / 1e9).epsilon(1e-4));
    CHECK(balls_in_bins_max_expected(5000, 1) == 5000);
    // The walk ball by ball and the integral meet at 100000 balls a bin.
    const double below = balls_in_bins_max_expected(1e7, 100) - 1e5;
    const double above = balls_in_bins_max_expected(1.0001e7, 100) - 1.0001e5;
    CHECK(above == relative(below).epsilon(2e-4));
}

TEST_CASE("the fullest bin of many balls is that of simulated throws") {
    Random random{11};
    std::vector<double> fullest;
    for (int round = 0; round < 410; ++round) {
        std::vector<int> load(2000);
        for (int i = 0; i < 20000; ++i)
            ++load[random.below(load.size())];
        fullest.push_back(*std::max_element(load.begin(), load.end()));
    }
    test::check_simulated("fullest of 2000 bins", test::estimate(fullest), balls_in_bins_max_expected(20000, 2000));
}

TEST_CASE("quantiles of the fullest bin are those of the exact distribution") {
    for (const std::size_t bins : {10U, 100U, 400U})
        for (const double q : {0.1, 0.5, 0.9, 0.99, 0.9999}) {
            const std::size_t balls = 120;
            CAPTURE(bins);
            CAPTURE(q);
            // Poissonised, so that it may be one off where the exact probability is next to q.
            const double level = balls_in_bins_max_quantile(static_cast<double>(balls), static_cast<double>(bins), q);
            const auto k = static_cast<std::size_t>(level);
            CHECK(at_most(balls, bins, k) >= q - 0.03);
            CHECK((k == 0 || at_most(balls, bins, k - 1) < q + 0.03));
        }
    CHECK(balls_in_bins_max_quantile(120, 10, 1) == 120);
    CHECK(balls_in_bins_max_quantile(125, 10, 0) == 13);  // some bin has as many
    CHECK(balls_in_bins_max_quantile(0, 10, 0.5) == 0);
    CHECK(balls_in_bins_max_quantile(120, 1, 0.5) == 120);
}

TEST_CASE("two choices: the fluid limit's fullest bin is within 0.1 of simulated throws") {
    struct Setting {
        std::size_t balls;
        std::size_t bins;
        int rounds;
    };
    Random random{7};
    for (const Setting& setting : {Setting{10, 10, 4100},
                                   {1000, 10, 820},
                                   {100, 100, 2050},
                                   {6000, 100, 205},
                                   {300, 3000, 2050},
                                   {2000, 2000, 410}}) {
        const std::size_t balls = setting.balls;
        const std::size_t bins = setting.bins;
        std::vector<double> fullest;
        for (int round = 0; round < setting.rounds; ++round) {
            std::vector<int> load(bins);
            int most = 0;
            for (std::size_t i = 0; i < balls; ++i) {
                int& first = load[random.below(bins)];
                int& second = load[random.below(bins)];
                most = std::max(most, ++(first <= second ? first : second));
            }
            fullest.push_back(most);
        }
        const Estimate simulated = test::estimate(fullest);
        const double value = two_choices_max(static_cast<double>(balls), static_cast<double>(bins));
        CAPTURE(balls);
        CAPTURE(bins);
        CAPTURE(simulated.mean);
        CAPTURE(value);
        CHECK(agree(value, simulated, 0.1));
    }
    CHECK(two_choices_max(500, 1) == 500);
    CHECK(two_choices_max(1, 500) == 1);
    // Heavily loaded, the excess over the mean no longer depends on it (Berenbrink, Czumaj, Steger and Vöcking 2000).
    CHECK(two_choices_max(1e9, 1000) - 1e6 == relative(two_choices_max(38000, 1000) - 38).epsilon(1e-3));
    // log2 log2 n growth against log n / log log n: from a thousand to 10^12 bins not two levels.
    CHECK(two_choices_max(1e12, 1e12) - two_choices_max(1e3, 1e3) < 2);
}

TEST_CASE("supermarket model: the mean time is that of 500 simulated servers, and of the series by hand") {
    CHECK(power_of_d_response(2, 0.5, 1) == relative(1 + 1.0 / 4 + 1.0 / 64 + 1.0 / 16384).epsilon(1e-8));
    Random random{29};
    constexpr std::size_t servers = 500;
    constexpr double utilisation = 0.9;
    std::vector<int> queue(servers);
    std::vector<double> number;  // in system a server, at the steps of a Poisson process of arrivals and service ends
    double total = 0;
    for (int step = 0; step < 1000000; ++step) {
        if (random.uniform() < utilisation / (1 + utilisation)) {
            int& first = queue[random.below(servers)];
            int& second = queue[random.below(servers)];
            ++(first <= second ? first : second);
            ++total;
        } else if (int& server = queue[random.below(servers)]; server > 0) {
            --server;
            --total;
        }
        number.push_back(total / servers);
    }
    const Estimate simulated = test::estimate(number);
    const double expected = utilisation * power_of_d_response(2, utilisation, 1);  // Little
    CAPTURE(simulated.mean);
    CAPTURE(simulated.half_width);
    CHECK(simulated.half_width < 0.05 * expected);
    CHECK(agree(expected, simulated, 0.01 * expected));  // infinitely many servers against 500
}

TEST_CASE("supermarket model: the tails are in balance and Little's law gives the mean time") {
    for (const double d : {1.0, 2.0, 3.0, 5.0})
        for (const double rho : {0.1, 0.7, 0.95}) {
            double number = 0;
            for (double i = 1; i < 600; ++i) {
                const double tail = power_of_d_tail(d, rho, i);
                const double arrivals = rho * (std::pow(power_of_d_tail(d, rho, i - 1), d) - std::pow(tail, d));
                CHECK(arrivals == relative(tail - power_of_d_tail(d, rho, i + 1)).epsilon(1e-9));
                number += tail;
            }
            CHECK(power_of_d_response(d, rho, 0.02) == relative(0.02 * number / rho).epsilon(1e-9));
        }
    CHECK(power_of_d_response(1, 0.5, 3) == 6);
    CHECK(power_of_d_response(2, 0, 3) == 3);
    CHECK(power_of_d_response(2, 1, 3) == infinity);
    CHECK(power_of_d_tail(2, 1, 9) == 1);
}

TEST_CASE("consistent hashing: the largest share is H_N over N for single points, and exact for two nodes of two") {
    for (const int nodes : {2, 3, 10, 1000}) {
        double harmonic = 0;
        for (int i = nodes; i > 0; --i)
            harmonic += 1.0 / i;
        CHECK(consistent_hash_peak_to_mean(nodes, 1) == relative(harmonic).epsilon(1e-8));
    }
    // A share is Beta(2, 2): 2 * integral from 1/2 to 1 of x 6 x (1 - x) is 11/16, of a mean of 1/2.
    CHECK(consistent_hash_peak_to_mean(2, 2) == relative(11.0 / 8).epsilon(1e-8));
    CHECK(consistent_hash_peak_to_mean(1, 50) == 1);
    CHECK(consistent_hash_share_sd(2, 2) == relative(std::sqrt(1.0 / 20)));  // Beta(2, 2)
    CHECK(consistent_hash_share_sd(1, 2) == 0);
    // Large shapes are normal: mean of the larger of two normals is sd / sqrt(pi), with shares' differences doubled.
    const double points = 1e6;
    CHECK(consistent_hash_peak_to_mean(2, points) - 1 ==
          relative(std::sqrt(1 / (std::numbers::pi * points))).epsilon(1e-3));
}

TEST_CASE("consistent hashing: shares are those of simulated rings") {
    Random random{5};
    constexpr std::size_t nodes = 10;
    constexpr std::size_t points = 20;
    std::vector<double> peaks;
    std::vector<double> squares;
    for (int round = 0; round < 4100; ++round) {
        std::vector<double> ring(nodes * points);
        for (double& point : ring)
            point = random.uniform();
        std::vector<std::size_t> order(ring.size());
        for (std::size_t i = 0; i < order.size(); ++i)
            order[i] = i;
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ring[a] < ring[b]; });
        std::vector<double> share(nodes);
        for (std::size_t i = 0; i < order.size(); ++i)
            share[order[i] % nodes] +=
                i > 0 ? ring[order[i]] - ring[order[i - 1]] : ring[order[0]] + 1 - ring[order.back()];
        peaks.push_back(*std::max_element(share.begin(), share.end()) * nodes);
        squares.push_back((share[0] - 1.0 / nodes) * (share[0] - 1.0 / nodes));
    }
    test::check_simulated("peak to mean", test::estimate(peaks), consistent_hash_peak_to_mean(nodes, points));
    const Estimate variance = test::estimate(squares);
    CHECK(agree(std::pow(consistent_hash_share_sd(nodes, points), 2), variance, 0));
    CHECK(variance.half_width < 0.15 * variance.mean);
}

TEST_CASE("bounded loads: forwardings are those of simulated random forwarding") {
    Random random{3};
    for (const double headroom : {0.1, 0.25, 0.5}) {
        constexpr std::size_t servers = 2000;
        constexpr std::size_t keys = 20 * servers;
        const int capacity = static_cast<int>(std::lround(20 * (1 + headroom)));
        std::vector<double> forwardings;
        for (int round = 0; round < 82; ++round) {
            std::vector<int> load(servers);
            double forwarded = 0;
            for (std::size_t key = 0; key < keys; ++key) {
                std::size_t server = random.below(servers);
                for (; load[server] >= capacity; ++forwarded)
                    server = random.below(servers);
                ++load[server];
            }
            forwardings.push_back(forwarded / keys);
        }
        CAPTURE(headroom);
        const Estimate simulated = test::estimate(forwardings);
        CHECK(agree(bounded_load_forwarding(keys, servers, headroom), simulated, 0.005 * simulated.mean));
    }
    // One key a server at half load: a = -ln(1/2) tries of 1/2.
    CHECK(bounded_load_forwarding(50, 100, 0.5) == relative(2 * std::numbers::ln2 - 1).epsilon(1e-12));
    CHECK(bounded_load_forwarding(0, 100, 0.1) == 0);
    CHECK(bounded_load_forwarding(1000, 100, 0) == infinity);
    CHECK(bounded_load_forwarding(1e15, 100, 0.1) == 0);
}

TEST_CASE("birthdays: 23 people of 365 days, and the other well-known rows") {
    CHECK(birthday_collision(22, 365) == relative(0.475695).epsilon(1e-6));
    CHECK(birthday_collision(23, 365) == relative(0.507297).epsilon(1e-6));
    CHECK(birthday_collision(57, 365) == relative(0.990122).epsilon(1e-6));
    CHECK(birthday_items(365, 0.5) == 23);
    CHECK(birthday_items(365, 0.99) == 57);
    CHECK(birthday_items(365, 0) == 0);
    CHECK(birthday_items(365, 1) == 366);
    CHECK(birthday_collision(366, 365) == 1);
    CHECK(birthday_collision(0, 365) == 0);
    CHECK(birthday_collision(1, 365) == 0);
}

TEST_CASE("birthdays: the probability is the product over the values, to 13 digits") {
    for (const double space : {100.0, 365.0, 1e4, 1e7, 1e12})
        for (const double items : {2.0, 3.0, 60.0, 64.0, 65.0, 66.0, 90.0, 1000.0, 9000.0}) {
            if (items > space)
                continue;
            CAPTURE(space);
            CAPTURE(items);
            long double log_distinct = 0;
            for (double i = 1; i < items; ++i)
                log_distinct += std::log1p(-static_cast<long double>(i) / static_cast<long double>(space));
            const auto expected = static_cast<double>(-std::expm1(log_distinct));
            CHECK(birthday_collision(items, space) == relative(expected).epsilon(2e-13));
        }
}

TEST_CASE("birthdays: in a space of 2^128 the first terms of the series in items / space are exact") {
    const double space = std::exp2(128);
    for (const double items : {2.0, 65.0, 1e6, 1e12}) {
        const double pairs = items / 2 * (items - 1);
        CHECK(birthday_collision(items, space) == relative(pairs / space).epsilon(1e-13));
    }
    CHECK(birthday_collision(1e17, 1e300) == relative(5e-267).epsilon(1e-13));
    CHECK(birthday_collision(1e300, 1e300) == 1);
    CHECK(birthday_collision(std::exp2(64), space) == relative(-std::expm1(-0.5)).epsilon(1e-13));
    CHECK(birthday_items(space, 0.5) == relative(std::sqrt(2 * std::numbers::ln2) * std::exp2(64)).epsilon(1e-13));
    for (const double target : {1e-12, 0.01, 0.5, 0.999999}) {
        for (const double size : {50.0, 1e3, 1e6, std::exp2(64)}) {
            const double items = birthday_items(size, target);
            CHECK(birthday_collision(items, size) >= target * (1 - 1e-12));
            CHECK(birthday_collision(items - 1, size) < target * (1 + 1e-12));
        }
    }
}
