#include "core/formula/library/sketches.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/formula/library/queueing_test_support.hpp"

using namespace dstudio::formula::library;
using dstudio::formula::library::test::Random;

namespace {

// doctest's Approx has an absolute part; this one compares small values by their digits.
doctest::Approx relative(double expected) {
    return doctest::Approx(expected).scale(1e-300);
}

// E (set bits / bits)^hashes by the chain of the number of set bits, in full.
double by_occupancy(std::size_t bits, std::size_t settings, double hashes) {
    const auto size = static_cast<double>(bits);
    std::vector<double> now(bits + 1);
    now[0] = 1;
    for (std::size_t n = 0; n < settings; ++n) {
        std::vector<double> next(bits + 1);
        for (std::size_t x = 0; x <= std::min(n, bits); ++x) {
            const double hit = static_cast<double>(x) / size;
            next[x] += now[x] * hit;
            if (x < bits)
                next[x + 1] += now[x] * (1 - hit);
        }
        now = next;
    }
    double result = 0;
    for (std::size_t x = 0; x <= bits; ++x)
        result += now[x] * std::pow(static_cast<double>(x) / size, hashes);
    return result;
}

}  // namespace

TEST_CASE("Bloom filter: the exact false positive rate is that of all hash values, counted one by one") {
    for (std::size_t bits = 1; bits <= 4; ++bits)
        for (std::size_t hashes = 1; hashes <= 3; ++hashes)
            for (std::size_t items = 1; items <= 2; ++items) {
                std::size_t outcomes = 1;
                for (std::size_t i = 0; i < hashes * (items + 1); ++i)
                    outcomes *= bits;
                std::size_t positives = 0;
                for (std::size_t outcome = 0; outcome < outcomes; ++outcome) {
                    std::size_t code = outcome;
                    std::vector<bool> set(bits);
                    for (std::size_t i = 0; i < hashes * items; ++i, code /= bits)
                        set[code % bits] = true;
                    bool positive = true;
                    for (std::size_t i = 0; i < hashes; ++i, code /= bits)
                        positive = positive && set[code % bits];
                    positives += positive ? 1 : 0;
                }
                CAPTURE(bits);
                CAPTURE(hashes);
                CAPTURE(items);
                CHECK(bloom_false_positive_exact(static_cast<double>(bits), static_cast<double>(hashes),
                                                 static_cast<double>(items)) ==
                      relative(static_cast<double>(positives) / static_cast<double>(outcomes)).epsilon(1e-12));
            }
}

TEST_CASE("Bloom filter: beyond the exact recursion the rate is good to 1e-4, or 1e-3 for 32 hashes") {
    struct Setting {
        std::size_t bits;
        std::size_t hashes;
        std::size_t items;
    };
    for (const Setting& setting :
         {Setting{3000, 8, 300}, {1000, 7, 700}, {2000, 16, 150}, {2000, 32, 70}, {20000, 2, 200}, {5000, 3, 4000}}) {
        const auto b = static_cast<double>(setting.bits);
        const auto h = static_cast<double>(setting.hashes);
        const auto n = static_cast<double>(setting.items);
        REQUIRE(b * h * n > bloom_exact_work_max);
        CAPTURE(setting.bits);
        CAPTURE(setting.hashes);
        const double expected = by_occupancy(setting.bits, setting.hashes * setting.items, h);
        CHECK(bloom_false_positive_exact(b, h, n) == relative(expected).epsilon(h <= 16 ? 1e-4 : 1e-3));
        CHECK(bloom_false_positive(b, h, n) < expected);  // Bose et al.
        CHECK(bloom_false_positive(b, h, n) == relative(expected).epsilon(0.3));
    }
    CHECK(bloom_false_positive_exact(100, 3, 20) == relative(by_occupancy(100, 60, 3)).epsilon(1e-12));
}

TEST_CASE("Bloom filter: an empty one has no false positives, one hash is right on average") {
    CHECK(bloom_false_positive(100, 3, 0) == 0);
    CHECK(bloom_false_positive_exact(100, 3, 0) == 0);
    CHECK(bloom_false_positive(1, 3, 5) == 1);
    CHECK(bloom_false_positive_exact(500, 1, 50) == relative(bloom_false_positive(500, 1, 50)).epsilon(1e-12));
}

TEST_CASE("Bloom filter: 9.585 bits an item for one per cent, and seven hashes") {
    CHECK(bloom_bits(1000, 0.01) == relative(9585.06).epsilon(1e-6));
    CHECK(bloom_optimal_hashes(9585, 1000) == 7);
    CHECK(bloom_false_positive(9585, 7, 1000) == relative(0.01).epsilon(0.01));
    CHECK(bloom_bits(0, 0.01) == 0);
    CHECK(bloom_bits(10, 1) == 0);
    for (const double bits : {1.0, 10.0, 100.0, 999.0, 1e4, 1e5})
        for (const double items : {1.0, 7.0, 100.0, 1e4}) {
            double best = 1;
            for (double hashes = 2; hashes <= 200; ++hashes)
                best = hashes * std::log1p(-std::pow(1 - 1 / bits, hashes * items)) <
                               best * std::log1p(-std::pow(1 - 1 / bits, best * items))
                           ? hashes
                           : best;
            CAPTURE(bits);
            CAPTURE(items);
            if (best < 200)
                CHECK(bloom_optimal_hashes(bits, items) == best);
        }
    CHECK(bloom_optimal_hashes(100, 0) == 1);
}

TEST_CASE("HyperLogLog: 16384 registers give 0.81 %") {
    CHECK(hyperloglog_error(16384) == relative(0.008125));
    CHECK(hyperloglog_registers(0.0082) == 16384);
    CHECK(hyperloglog_registers(0.0081) == 32768);
    CHECK(hyperloglog_registers(1) == 16);
}

TEST_CASE("linear counting: the error is the spread of simulated estimates") {
    Random random{77};
    constexpr std::size_t bits = 1000;
    constexpr int items = 1500;
    std::vector<double> squares;
    for (int round = 0; round < 4100; ++round) {
        std::vector<bool> set(bits);
        double empty = bits;
        for (int i = 0; i < items; ++i) {
            const std::size_t bit = random.below(bits);
            empty -= set[bit] ? 0 : 1;
            set[bit] = true;
        }
        const double estimate = -static_cast<double>(bits) * std::log(empty / bits);
        squares.push_back((estimate / items - 1) * (estimate / items - 1));
    }
    const auto variance = test::estimate(squares);
    const double error = linear_counting_error(bits, items);
    CHECK(variance.half_width < 0.1 * variance.mean);
    CHECK(std::abs(error * error - variance.mean) < variance.half_width + 0.02 * variance.mean);
    // Few items: e^t - t - 1 is t^2 / 2.
    CHECK(linear_counting_error(1e12, 10) == relative(std::sqrt(0.5 / 1e12)).epsilon(1e-9));
}

TEST_CASE("Count-Min: 272 by 5 for one per cent each, and the bound holds for a simulated stream") {
    CHECK(count_min_width(0.01) == 272);
    CHECK(count_min_depth(0.01) == 5);
    CHECK(count_min_depth(1) == 1);
    CHECK(count_min_error(272, 1e6) == relative(9993.7).epsilon(1e-4));
    Random random{1};
    constexpr std::size_t width = 50;
    constexpr int depth = 2;
    constexpr int items = 1000;  // once each, beside the one that is asked for
    int worse = 0;
    constexpr int rounds = 2000;
    for (int round = 0; round < rounds; ++round) {
        double least = items;
        for (int row = 0; row < depth; ++row) {
            double shared = 0;
            for (int i = 0; i < items; ++i)
                shared += random.below(width) == 0 ? 1 : 0;
            least = std::min(least, shared);
        }
        worse += least > count_min_error(width, items) ? 1 : 0;
    }
    CHECK(worse < rounds * std::exp(-depth));
}

TEST_CASE("a reservoir takes the i-th item with probability sample / i") {
    for (const double sample : {1.0, 10.0, 100.0}) {
        double expected = 0;
        for (double i = 1; i <= 5000; ++i)
            expected += std::min(1.0, sample / i);
        CHECK(reservoir_insertions(sample, 5000) == relative(expected).epsilon(1e-12));
    }
    CHECK(reservoir_insertions(10, 7) == 7);
    CHECK(reservoir_insertions(10, 0) == 0);
}
