// Truncation and intervals: small cases by hand, and how often intervals cover on series whose mean is known.
#include "core/sim/run_control.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/base/distribution.hpp"
#include "core/base/statistics.hpp"

using namespace dstudio;
using namespace dstudio::sim;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

std::vector<double> drawn(const base::Distribution& distribution, std::uint64_t seed, const char* name,
                          std::size_t count) {
    std::vector<double> values(count);
    base::RandomStream stream(seed, name);
    distribution.sample(stream, values);
    return values;
}

// x[i + 1] = correlation x[i] + noise, stationary from the start, with mean 0.
std::vector<double> autoregressive(std::uint64_t seed, std::size_t count, double correlation) {
    std::vector<double> x = drawn(*base::Distribution::normal(0, 1), seed, "noise", count);
    x[0] /= std::sqrt(1 - correlation * correlation);
    for (std::size_t i = 1; i < count; ++i)
        x[i] += correlation * x[i - 1];
    return x;
}

// Waits in M/M/1, by Lindley's recurrence from an empty system; service takes 1 on average, so that the mean wait is
// load / (1 - load).
std::vector<double> queue_waits(std::uint64_t seed, std::size_t count, double load) {
    const std::vector<double> gaps = drawn(*base::Distribution::exponential(1 / load), seed, "arrivals", count);
    const std::vector<double> services = drawn(*base::Distribution::exponential(1), seed, "service", count);
    std::vector<double> waits(count);
    for (std::size_t i = 1; i < count; ++i)
        waits[i] = std::max(0.0, waits[i - 1] + services[i - 1] - gaps[i]);
    return waits;
}

bool covers(const Estimate& estimate, double truth) {
    return std::fabs(estimate.mean - truth) <= estimate.half_width;
}

// Whether `covered` of `runs` lies within the central 0.998 of the binomial distribution with the given coverage: for
// 400 runs at 0.95 that is 365 to 392. REQUIRES: coverage^runs is above the smallest double.
bool is_plausible(int covered, int runs, double coverage) {
    const int misses = runs - covered;
    const double miss = 1 - coverage;
    double term = 1;
    for (int i = 0; i < runs; ++i)
        term *= coverage;
    double up_to = 0;
    double last = 0;
    for (int i = 0; i <= misses; ++i) {
        up_to += term;
        last = term;
        term *= static_cast<double>(runs - i) / (i + 1) * miss / coverage;
    }
    return up_to >= 0.001 && 1 - up_to + last >= 0.001;
}

// Each value `times` times.
std::vector<double> repeated(const std::vector<double>& values, std::size_t times) {
    std::vector<double> result;
    for (const double value : values)
        result.insert(result.end(), times, value);
    return result;
}

}  // namespace

// ------------------------------------------------------------------------------------------------------- truncation

TEST_CASE("MSER-5 drops the batches that cost more than they give, by hand") {
    struct Case {
        std::vector<double> batch_means;
        Truncation expected;
    };
    const std::vector<Case> cases{
        // Squared standard errors from 1 dropped on: 20/9 / 81 = 0.0274, 2 / 64 = 0.0313, 12/7 / 49 = 0.0350.
        {{10, 0, 1, 0, 1, 0, 1, 0, 1, 0}, {5, true}},
        {{10, 5, 0, 1, 0, 1, 0, 1, 0, 1}, {10, true}},
        {{0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, {0, true}},
        // The rest of four is constant already; dropping more gives the same 0.
        {{9, 3, 3, 3, 3, 3}, {5, true}},
        {{7, 7, 7, 7}, {0, true}},
        // A drift: the minimum lies at the half, or beyond.
        {{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, {25, false}},
        {{1, 2}, {5, false}},
        {{1}, {0, false}},
        {{}, {0, false}},
    };
    for (const Case& row : cases) {
        CAPTURE(row.batch_means.size());
        std::vector<double> series = repeated(row.batch_means, 5);
        CHECK(mser5_truncation(series) == row.expected);
        // An incomplete batch is not looked at.
        series.insert(series.end(), 4, 1e6);
        CHECK(mser5_truncation(series) == row.expected);
    }
}

TEST_CASE("MSER-5 looks at means of five, not at single observations") {
    // The first batch holds an outlier and its opposite; its mean is 0.5 among 0.6 and 0.4.
    std::vector<double> series{90, -90, 1, 1, 0.5};
    for (int i = 0; i < 40; ++i)
        series.push_back(i % 2 == 0 ? 1 : 0);
    CHECK(mser5_truncation(series) == Truncation{0, true});
}

TEST_CASE("MSER-5 answers that a series with a value that is not finite is not settled") {
    for (const double value : {undefined, inf, -inf})
        for (const std::size_t at : {0U, 30U, 49U}) {
            std::vector<double> series = autoregressive(1, 50, 0);
            series[at] = value;
            CHECK(mser5_truncation(series) == Truncation{0, false});
        }
}

TEST_CASE("MSER-5 finds a known transient and takes its bias away") {
    constexpr int runs = 200;
    int settled = 0;
    int dropped_enough = 0;
    double bias_before = 0;
    double bias_after = 0;
    for (int seed = 1; seed <= runs; ++seed) {
        std::vector<double> series = autoregressive(static_cast<std::uint64_t>(seed), 2000, 0.5);
        double transient = 20;
        for (double& value : series) {
            value += transient;
            transient *= 0.98;
        }
        const Truncation truncation = mser5_truncation(series);
        settled += truncation.is_settled ? 1 : 0;
        // After 70 observations it is still 4.9, well above the noise.
        dropped_enough += truncation.dropped > 70 && truncation.dropped % 5 == 0 ? 1 : 0;
        base::Moments before;
        base::Moments after;
        before.add(series);
        after.add(std::span<const double>(series).subspan(truncation.dropped));
        bias_before += before.mean() / runs;
        bias_after += after.mean() / runs;
    }
    CHECK(settled >= runs * 95 / 100);
    CHECK(dropped_enough == runs);
    CHECK(bias_before > 0.4);
    CHECK(std::fabs(bias_after) < 0.03);
}

TEST_CASE("MSER-5 seldom drops much of a series that is stationary") {
    int short_drops = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed)
        short_drops += mser5_truncation(autoregressive(seed, 1000, 0)).dropped <= 200 ? 1 : 0;
    CHECK(short_drops >= 180);
}

// ------------------------------------------------------------------------------------------------------ batch means

TEST_CASE("batch means by hand: ten pairs that rise") {
    // Neighbours are correlated at each number of batches, and 20 observations allow ten only.
    const std::vector<double> series = repeated({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 2);
    const Estimate estimate = batch_means(series, 0.95);
    CHECK(estimate.batches == 10);
    CHECK(estimate.level == 0.95);
    CHECK(estimate.mean == 5.5);
    // variance of the means 82.5 / 9; Student's factor for 9 degrees of freedom 2.26215716...
    CHECK(estimate.half_width == doctest::Approx(2.2621571628 * std::sqrt(82.5 / 9 / 10)).epsilon(1e-9));
}

TEST_CASE("batches of unequal size are weighted by it") {
    // 21 observations: the first batch holds three. Alternating, so that ten are taken at once.
    std::vector<double> series{3, 3, 3};
    for (int i = 1; i < 10; ++i)
        series.insert(series.end(), 2, i % 2 == 0 ? 3.0 : -3.0);
    const Estimate estimate = batch_means(series, 0.9);
    CHECK(estimate.batches == 10);
    CHECK(estimate.mean == doctest::Approx(3.0 / 21));
    // 11 values 3, 10 values -3: the sum of squares is 21 * 9 - 9 / 21.
    CHECK(estimate.half_width == doctest::Approx(1.8331129327 * std::sqrt((189 - 9.0 / 21) / 9 / 21)).epsilon(1e-9));
}

TEST_CASE("fewer than twenty observations have a mean and no half width") {
    const std::vector<double> series = repeated({2}, 20);
    const Estimate few = batch_means(std::span<const double>(series).first(19), 0.95);
    CHECK(few.mean == 2);
    CHECK(std::isnan(few.half_width));
    CHECK(few.batches == 0);
    CHECK(std::isnan(batch_means({}, 0.95).mean));
    const Estimate constant = batch_means(series, 0.95);
    CHECK(constant.mean == 2);
    CHECK(constant.half_width == 0);
    std::vector<double> holed = series;
    holed[7] = undefined;
    CHECK(std::isnan(batch_means(holed, 0.95).half_width));
}

TEST_CASE("the number of batches is 40 for independent values and falls with the correlation, never below ten") {
    double independent = 0;
    double correlated = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const Estimate few = batch_means(autoregressive(seed, 1000, 0.99), 0.95);
        CHECK(few.batches >= 10);
        correlated += static_cast<double>(few.batches) / 100;
        const Estimate many = batch_means(autoregressive(seed, 1000, 0), 0.95);
        CHECK(many.batches <= 40);
        independent += static_cast<double>(many.batches) / 100;
    }
    CHECK(independent > 36);
    CHECK(correlated < 13);
    // A plain slope is rejected at every number of batches; alternation is not, however strong.
    std::vector<double> slope(400);
    std::vector<double> alternating(400);
    for (std::size_t i = 0; i < slope.size(); ++i) {
        slope[i] = static_cast<double>(i);
        alternating[i] = static_cast<double>(i / 10 % 2);
    }
    CHECK(batch_means(slope, 0.95).batches == 10);
    CHECK(batch_means(alternating, 0.95).batches == 40);
}

TEST_CASE("intervals from batch means cover the true mean as often as the header says") {
    struct Row {
        const char* model;
        double parameter;
        std::size_t observations;
        double coverage;
    };
    constexpr int runs = 400;
    const std::vector<Row> rows{
        {"autoregressive", 0, 100, 0.95},    {"autoregressive", 0, 2000, 0.95},   {"autoregressive", 0.5, 5000, 0.95},
        {"autoregressive", 0.9, 1000, 0.91}, {"autoregressive", 0.9, 5000, 0.95}, {"queue", 0.5, 5000, 0.94},
        {"queue", 0.8, 1000, 0.76},          {"queue", 0.8, 5000, 0.88},          {"queue", 0.8, 20'000, 0.92},
    };
    for (const Row& row : rows) {
        const bool is_queue = row.model[0] == 'q';
        int covered = 0;
        for (int seed = 1; seed <= runs; ++seed) {
            const auto number = static_cast<std::uint64_t>(seed);
            const std::vector<double> series = is_queue ? queue_waits(number, row.observations, row.parameter)
                                                        : autoregressive(number, row.observations, row.parameter);
            const double truth = is_queue ? row.parameter / (1 - row.parameter) : 0;
            covered += covers(batch_means(series, 0.95), truth) ? 1 : 0;
        }
        CAPTURE(row.model);
        CAPTURE(row.parameter);
        CAPTURE(row.observations);
        CAPTURE(covered);
        CHECK(is_plausible(covered, runs, row.coverage));
    }
    // What batching is for: the same series taken as independent.
    int covered = 0;
    for (int seed = 1; seed <= runs; ++seed)
        covered += covers(replication_estimate(autoregressive(static_cast<std::uint64_t>(seed), 1000, 0.9), 0.95), 0);
    CHECK(covered < runs / 2);
}

// ----------------------------------------------------------------------------------------------------- replications

TEST_CASE("the interval from replications is Student's, by hand") {
    const std::vector<double> means{1, 2, 3, 4, 5};
    const Estimate estimate = replication_estimate(means, 0.95);
    CHECK(estimate.mean == 3);
    CHECK(estimate.batches == 5);
    CHECK(estimate.level == 0.95);
    CHECK(estimate.half_width == doctest::Approx(2.7764451052 * std::sqrt(2.5 / 5)).epsilon(1e-9));
    CHECK(std::isnan(replication_estimate({}, 0.95).mean));
    const Estimate one = replication_estimate(std::span<const double>(means).first(1), 0.95);
    CHECK(one.mean == 1);
    CHECK(std::isnan(one.half_width));
}

TEST_CASE("intervals from replications cover at each level, also from three") {
    for (const double level : {0.5, 0.8, 0.95})
        for (const std::size_t count : {3U, 10U}) {
            constexpr int runs = 800;
            int covered = 0;
            for (int seed = 1; seed <= runs; ++seed)
                covered += covers(replication_estimate(drawn(*base::Distribution::normal(7, 2),
                                                             static_cast<std::uint64_t>(seed), "means", count),
                                                       level),
                                  7);
            CAPTURE(level);
            CAPTURE(count);
            CAPTURE(covered);
            CHECK(is_plausible(covered, runs, level));
        }
}

TEST_CASE("a paired difference is as sharp as the pairs are alike") {
    const std::vector<double> a{10, 20, 30, 40};
    const std::vector<double> b{9, 18, 29, 38};
    const Estimate estimate = paired_difference(a, b, 0.95);
    CHECK(estimate.mean == 1.5);
    CHECK(estimate.batches == 4);
    // differences 1, 2, 1, 2: variance 1/3
    CHECK(estimate.half_width == doctest::Approx(3.1824463053 * std::sqrt(1.0 / 12)).epsilon(1e-9));
    CHECK(paired_difference(b, a, 0.95).mean == -1.5);
    CHECK(paired_difference(a, a, 0.95).half_width == 0);

    // Queues whose services differ by 2%, under the same arrivals and services, and under others.
    std::vector<double> slow;
    std::vector<double> fast;
    std::vector<double> fast_elsewhere;
    const auto mean_wait = [](std::uint64_t seed, double load) {
        base::Moments moments;
        moments.add(queue_waits(seed, 500, load));
        return moments.mean();
    };
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        slow.push_back(mean_wait(seed, 0.51));
        fast.push_back(mean_wait(seed, 0.5));
        fast_elsewhere.push_back(mean_wait(seed + 1000, 0.5));
    }
    CHECK(paired_difference(slow, fast, 0.95).half_width * 5 <
          paired_difference(slow, fast_elsewhere, 0.95).half_width);
}

// ------------------------------------------------------------------------------------------------------------- stop

TEST_CASE("an estimate is precise when its half width is small against its mean and enough values stand behind it") {
    const StopRule rule{.relative_precision = 0.125, .replications_min = 5};
    CHECK(is_precise({8, 1, 0.95, 5}, rule));
    CHECK(is_precise({-8, 1, 0.95, 5}, rule));
    CHECK_FALSE(is_precise({8, 1.0001, 0.95, 500}, rule));
    CHECK_FALSE(is_precise({8, 1, 0.95, 4}, rule));
    CHECK(is_precise({0, 0, 0.95, 5}, rule));
    CHECK_FALSE(is_precise({0, 1e-300, 0.95, 5}, rule));
    CHECK_FALSE(is_precise({8, undefined, 0.95, 5}, rule));
    CHECK_FALSE(is_precise({undefined, 1, 0.95, 5}, rule));
    CHECK_FALSE(is_precise(Estimate(), rule));
}

TEST_CASE("replicating until precise keeps the coverage near the level") {
    constexpr int runs = 400;
    const StopRule rule{.relative_precision = 0.1, .replications_min = 10};
    int covered = 0;
    for (int seed = 1; seed <= runs; ++seed) {
        const std::vector<double> all =
            drawn(*base::Distribution::normal(1, 0.25), static_cast<std::uint64_t>(seed), "means", 200);
        std::size_t count = rule.replications_min;
        Estimate estimate = replication_estimate(std::span<const double>(all).first(count), 0.95);
        while (!is_precise(estimate, rule) && count < all.size())
            estimate = replication_estimate(std::span<const double>(all).first(++count), 0.95);
        CHECK(is_precise(estimate, rule));
        covered += covers(estimate, 1) ? 1 : 0;
    }
    CAPTURE(covered);
    CHECK(is_plausible(covered, runs, 0.93));
}
