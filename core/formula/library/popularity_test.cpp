#include "core/formula/library/popularity.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "core/formula/library/queueing_test_support.hpp"

using namespace dstudio::formula::library;
using dstudio::formula::library::test::Random;

namespace {

// doctest's Approx has an absolute part; this one compares small values by their digits.
doctest::Approx relative(double expected) {
    return doctest::Approx(expected).scale(1e-300);
}

double sum_by_rank(double first, double last, double exponent) {
    long double sum = 0;
    for (double rank = last; rank >= first; --rank)
        sum += std::pow(static_cast<long double>(rank), -static_cast<long double>(exponent));
    return static_cast<double>(sum);
}

}  // namespace

TEST_CASE("sums over ranks are those of the terms, for any exponent and range") {
    for (const double exponent : {0.0, 0.3, 0.99, 1.0, 1.0000001, 1.7, 4.0, 10.0})
        for (const double last : {1.0, 5.0, 63.0, 64.0, 65.0, 1000.0, 30000.0}) {
            CAPTURE(exponent);
            CAPTURE(last);
            CHECK(zipf_sum(1, last, exponent) == relative(sum_by_rank(1, last, exponent)).epsilon(1e-13));
            CHECK(zipf_sum(50, last, exponent) == relative(sum_by_rank(50, last, exponent)).epsilon(1e-12));
            CHECK(zipf_sum(900, last, exponent) == relative(sum_by_rank(900, last, exponent)).epsilon(1e-12));
        }
    CHECK(zipf_sum(5, 4, 1) == 0);
}

TEST_CASE("sums over very many ranks agree with Euler's constant and zeta(2)") {
    const double euler = std::numbers::egamma;
    CHECK(zipf_sum(1, 1e15, 1) == relative(std::log(1e15) + euler).epsilon(1e-14));
    CHECK(zipf_sum(1, 1e12, 2) == relative(std::numbers::pi * std::numbers::pi / 6).epsilon(1e-11));
    CHECK(zipf_sum(1, 1e15, 0) == relative(1e15).epsilon(1e-14));
}

TEST_CASE("Zipf probabilities fall with the rank and sum to 1") {
    double sum = 0;
    for (double rank = 1; rank <= 300; ++rank) {
        sum += zipf_probability(rank, 300, 0.8);
        CHECK(zipf_top_share(rank, 300, 0.8) == relative(sum).epsilon(1e-12));
    }
    CHECK(sum == relative(1).epsilon(1e-12));
    CHECK(zipf_probability(2, 300, 1) / zipf_probability(1, 300, 1) == relative(0.5));
    CHECK(std::isnan(zipf_probability(301, 300, 1)));
    CHECK(zipf_top_share(400, 300, 1) == 1);
    CHECK(zipf_top_share(0, 300, 1) == 0);
}

TEST_CASE("the condensed law gives the sums over all items") {
    for (const double items : {1.0, 512.0, 513.0, 2000.0, 200000.0})
        for (const double exponent : {0.0, 0.7, 1.0, 2.5, 10.0})
            for (const double t : {0.1, 30.0, 5000.0, 1e6}) {
                CAPTURE(items);
                CAPTURE(exponent);
                CAPTURE(t);
                double expected = 0;
                const double total = sum_by_rank(1, items, exponent);
                for (double rank = items; rank >= 1; --rank)
                    expected -= std::expm1(-t * std::pow(rank, -exponent) / total);
                double sum = 0;
                for (const auto& [weight, p] : zipf_classes(items, exponent))
                    sum -= weight * std::expm1(-t * p);
                CHECK(sum == relative(expected).epsilon(1e-9));
            }
    // A thousand million items, by sums that are known.
    double number = 0;
    double share = 0;
    double square = 0;
    for (const auto& [weight, p] : zipf_classes(1e9, 0.9)) {
        number += weight;
        share += weight * p;
        square += weight * p * p;
    }
    CHECK(number == relative(1e9).epsilon(1e-9));
    CHECK(share == relative(1).epsilon(1e-9));
    CHECK(square == relative(zipf_sum(1, 1e9, 1.8) / std::pow(zipf_sum(1, 1e9, 0.9), 2)).epsilon(1e-9));
    CHECK(zipf_classes(9e15, 1).size() < 3000);
}

TEST_CASE("the busiest shard of two keys has both or the hotter one") {
    for (const double shards : {2.0, 5.0, 100.0})
        for (const double exponent : {0.0, 1.0, 3.0}) {
            const double hottest = zipf_probability(1, 2, exponent);
            const double expected = hottest + (1 - hottest) / shards;
            CHECK(hot_key_max_shard_share(shards, 2, exponent) == relative(expected).epsilon(1e-9));
        }
    CHECK(hot_key_max_shard_share(1, 1000, 1) == 1);
    CHECK(hot_key_max_shard_share(50, 1, 1) == 1);
    CHECK(hot_key_max_shard_share(1e6, 1e6, 1) >= zipf_probability(1, 1e6, 1));
}

TEST_CASE("the busiest shard's share is that of simulated placements, to 2 % or 8 % as promised") {
    struct Setting {
        std::size_t shards;
        std::size_t items;
        double exponent;
        double tolerance;
    };
    const Setting settings[] = {{2, 100, 0.8, 0.02},   {8, 1000, 1.0, 0.02}, {64, 5000, 0.6, 0.02},
                                {16, 3000, 1.5, 0.02}, {500, 2000, 1, 0.02}, {8, 10, 0.0, 0.08},
                                {300, 300, 0.0, 0.08}, {64, 5000, 0.0, 0.02}};
    Random random{20261126};
    for (const Setting& setting : settings) {
        const std::size_t shards = setting.shards;
        const std::size_t items = setting.items;
        const double exponent = setting.exponent;
        CAPTURE(shards);
        CAPTURE(items);
        CAPTURE(exponent);
        std::vector<double> share(items);
        const double total = sum_by_rank(1, static_cast<double>(items), exponent);
        for (std::size_t i = 0; i < items; ++i)
            share[i] = std::pow(static_cast<double>(i + 1), -exponent) / total;
        std::vector<double> busiest;
        for (int round = 0; round < 1000; ++round) {
            std::vector<double> load(shards);
            for (std::size_t i = 0; i < items; ++i)
                load[random.below(shards)] += share[i];
            busiest.push_back(*std::max_element(load.begin(), load.end()));
        }
        const test::Estimate simulated = test::estimate(busiest);
        const double value = hot_key_max_shard_share(static_cast<double>(shards), static_cast<double>(items), exponent);
        CAPTURE(simulated.mean);
        CAPTURE(value);
        CHECK(std::abs(value - simulated.mean) <= setting.tolerance * simulated.mean + simulated.half_width);
    }
}
