#include "core/base/statistics.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "core/base/distribution.hpp"

#if !defined(__EMSCRIPTEN__)
#include <boost/math/distributions/students_t.hpp>
#endif

using namespace dstudio::base;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double share(std::mt19937_64& random) {
    return static_cast<double>(random() >> 11U) * 0x1p-53;
}

std::vector<double> drawn(const Result<Distribution>& distribution, std::size_t count, const std::string& name = "x") {
    std::vector<double> sample(count);
    RandomStream stream(20261126, name);
    distribution->sample(stream, sample);
    return sample;
}

bool all_nan(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double x) { return std::isnan(x); });
}

// Type 7, from a sorted copy.
double sorted_quantile(std::vector<double> sample, double p) {
    std::sort(sample.begin(), sample.end());
    const double position = p * static_cast<double>(sample.size() - 1);
    const double below = std::floor(position);
    const double low = sample[static_cast<std::size_t>(below)];
    if (position == below)
        return low;
    const double high = sample[static_cast<std::size_t>(below) + 1];
    return low == high || low == -inf ? low : low + (position - below) * (high - low);
}

// P(X <= k) for X binomial, by the recurrence of its terms.
double binomial_cdf(int n, double p, int k) {
    double term = std::pow(1 - p, n);
    double sum = 0;
    for (int i = 0; i <= k; ++i) {
        sum += term;
        term *= static_cast<double>(n - i) / (i + 1) * p / (1 - p);
    }
    return sum;
}

}  // namespace

TEST_CASE("moments agree with two passes in long double, one by one, in batches and merged") {
    // Far from 0, where a naive sum of squares would keep no digit of the variance.
    std::vector<double> sample = drawn(Distribution::normal(1e9, 1), 10'007);
    long double mean = 0;
    for (const double x : sample)
        mean += x;
    mean /= static_cast<long double>(sample.size());
    long double squares = 0;
    for (const double x : sample)
        squares += (x - mean) * (x - mean);
    const auto variance = static_cast<double>(squares / static_cast<long double>(sample.size() - 1));
    const auto check = [&](const Moments& moments) {
        CHECK(moments.count() == sample.size());
        CHECK(moments.mean() == doctest::Approx(static_cast<double>(mean)).epsilon(1e-14));
        CHECK(moments.variance() == doctest::Approx(variance).epsilon(5e-8));
        CHECK(moments.standard_deviation() == doctest::Approx(std::sqrt(variance)).epsilon(5e-8));
        CHECK(moments.standard_error() == doctest::Approx(std::sqrt(variance / 10'007)).epsilon(5e-8));
        CHECK(moments.min() == *std::min_element(sample.begin(), sample.end()));
        CHECK(moments.max() == *std::max_element(sample.begin(), sample.end()));
    };
    Moments single;
    for (const double x : sample)
        single.add(x);
    check(single);
    Moments batch;
    batch.add(sample);
    check(batch);
    for (const std::size_t cut : {0U, 1U, 3000U, 10'007U}) {
        Moments first;
        Moments second;
        first.add(std::span<const double>(sample).first(cut));
        for (const double x : std::span<const double>(sample).subspan(cut))
            second.add(x);
        first.merge(second);
        check(first);
    }
}

TEST_CASE("moments of nothing, of one value, of NaN and of huge values") {
    Moments none;
    CHECK(none.count() == 0);
    for (const double value : {none.mean(), none.variance(), none.standard_error(), none.min(), none.max()})
        CHECK(std::isnan(value));
    Moments one;
    one.add(7);
    CHECK(one.mean() == 7);
    CHECK(one.min() == 7);
    CHECK(one.max() == 7);
    CHECK(std::isnan(one.variance()));
    Moments equal;
    equal.add(std::vector<double>(5000, 0.1));
    CHECK(equal.mean() == doctest::Approx(0.1).epsilon(1e-15));
    CHECK(equal.variance() == doctest::Approx(0));
    for (const std::vector<double>& values :
         {std::vector<double>{undefined, 1, 2}, std::vector<double>{1, undefined, 2},
          std::vector<double>{1, 2, undefined}}) {
        Moments batch;
        batch.add(values);
        Moments single;
        for (const double x : values)
            single.add(x);
        for (const Moments& moments : {batch, single}) {
            CHECK(moments.count() == 3);
            for (const double value : {moments.mean(), moments.variance(), moments.min(), moments.max()})
                CHECK(std::isnan(value));
        }
    }
    Moments huge;
    huge.add(std::vector<double>{1.5e308, 1.5e308, 1.5e308});
    CHECK(huge.mean() == doctest::Approx(1.5e308).epsilon(1e-15));
    Moments infinite;
    infinite.add(std::vector<double>{1, inf, 2});
    CHECK(infinite.max() == inf);
    CHECK(infinite.min() == 1);
}

TEST_CASE("quantiles are those of the sorted sample, to the bit, for every shape and size") {
    const std::vector<double> p{0, 1e-6, 0.01, 0.05, 0.1, 0.25, 1.0 / 3, 0.5, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999999, 1};
    struct Shape {
        std::string name;
        Result<Distribution> distribution;
    };
    const std::vector<Shape> shapes{{"normal", Distribution::normal(0, 1)},
                                    {"far from 0", Distribution::normal(1e12, 1e-3)},
                                    {"lognormal", Distribution::lognormal(0, 1)},
                                    {"long tail", Distribution::lognormal(0, 8)},
                                    {"most at 0", Distribution::gamma(0.001, 1)},
                                    {"at both ends", Distribution::beta(0.01, 0.01)},
                                    {"point", Distribution::point(2)},
                                    {"huge", Distribution::uniform(-8e307, 8e307)}};
    std::mt19937_64 random(1);
    for (const Shape& shape : shapes)
        for (const std::size_t size : {1U, 2U, 3U, 10U, 1000U, 8191U, 8192U, 8193U, 100'001U}) {
            CAPTURE(shape.name);
            CAPTURE(size);
            std::vector<double> sample = drawn(shape.distribution, size);
            const std::vector<double> before = sample;
            const std::vector<double> found = quantiles(sample, p);
            CHECK(sample == before);
            for (std::size_t i = 0; i < p.size(); ++i)
                CHECK(found[i] == sorted_quantile(sample, p[i]));
            CHECK(quantile(sample, 0.9) == found[10]);
        }
    for (const int variant : {0, 1, 2, 3, 4}) {
        CAPTURE(variant);
        std::vector<double> sample(50'000);
        for (std::size_t i = 0; i < sample.size(); ++i) {
            const auto index = static_cast<double>(i);
            const std::array<double, 5> values{index, -index, static_cast<double>(random() % 7),
                                               i % 10 == 0 ? (i % 20 == 0 ? inf : -inf) : share(random),
                                               i % 3 == 0 ? -0.0 : 0.0};
            sample[i] = values[static_cast<std::size_t>(variant)];
        }
        const std::vector<double> found = quantiles(sample, p);
        for (std::size_t i = 0; i < p.size(); ++i) {
            CHECK(found[i] == sorted_quantile(sample, p[i]));
            CHECK(!(found[i] == 0 && std::signbit(found[i])));
        }
    }
}

TEST_CASE("order statistics come in the order of the ranks asked for") {
    const std::vector<double> sample{5, 3, 9, 1, 7};
    CHECK(order_statistics(sample, std::vector<std::size_t>{4, 0, 2, 2, 1}) == std::vector<double>{9, 1, 5, 5, 3});
    CHECK(std::isnan(order_statistics(sample, std::vector<std::size_t>{5})[0]));
    CHECK(order_statistics(sample, {}).empty());
    CHECK(all_nan(order_statistics(std::vector<double>{1, undefined}, std::vector<std::size_t>{0, 1})));
    CHECK(all_nan(order_statistics({}, std::vector<std::size_t>{0})));
}

TEST_CASE("quantiles of nothing, with NaN, and outside [0, 1] are NaN") {
    const std::vector<double> p{0.1, 0.9};
    CHECK(all_nan(quantiles({}, p)));
    CHECK(all_nan(quantiles(std::vector<double>{1, undefined, 3}, p)));
    CHECK(all_nan(quantiles(std::vector<double>{1, 2}, std::vector<double>{-0.1, 1.1, undefined})));
    CHECK(quantiles(std::vector<double>{1, 2}, {}).empty());
    CHECK(quantile(std::vector<double>{4}, 0.3) == 4);
    CHECK(quantile(std::vector<double>{-inf, inf}, 0) == -inf);
    CHECK(quantile(std::vector<double>{-inf, 0}, 0.5) == -inf);
    CHECK(quantile(std::vector<double>{0, inf}, 0.5) == inf);
    CHECK(std::isnan(quantile(std::vector<double>{-inf, inf}, 0.5)));
}

TEST_CASE("a histogram counts each value once, borders belong above, the last to the last bin") {
    const std::vector<double> sample{0, 0.5, 1, 1.5, 2, 2.999, 3, -0.001, 3.001, undefined, inf, -inf};
    const Histogram h = histogram(sample, 3, 0, 3);
    CHECK(h.counts == std::vector<std::uint64_t>{2, 2, 3});
    CHECK(h.below == 2);
    CHECK(h.above == 2);
    CHECK(h.undefined == 1);
    const Histogram huge = histogram(std::vector<double>{-1e308, 0, 1e308}, 2, -1e308, 1e308);
    CHECK(huge.counts == std::vector<std::uint64_t>{1, 2});
    CHECK(histogram({}, 4, 0, 1).counts == std::vector<std::uint64_t>(4));
}

TEST_CASE("a density integrates to 1 and is near the true one") {
    struct Case {
        std::string name;
        Result<Distribution> distribution;
        double (*density)(double);
        double tolerance;  // in the middle of the grid: bias of the kernel and five deviations
        double edge_tolerance;
    };
    const std::vector<Case> cases{
        {"normal", Distribution::normal(0, 1),
         [](double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }, 0.01, 0.01},
        {"uniform", Distribution::uniform(0, 1), [](double) { return 1.0; }, 0.05, 0.05},
        {"exponential", Distribution::exponential(1), [](double x) { return std::exp(-x); }, 0.03, 0.12}};
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const std::vector<double> sample = drawn(c.distribution, 200'000);
        const Density d = density(sample);
        REQUIRE(d.values.size() == 200);
        double integral = 0;
        for (std::size_t i = 0; i < d.values.size(); ++i) {
            integral += d.values[i] * d.step * (i == 0 || i == 199 ? 0.5 : 1);
            const double x = d.from + static_cast<double>(i) * d.step;
            const bool is_edge = i < 10 || i >= 190;
            CHECK(std::fabs(d.values[i] * d.share - c.density(x)) < (is_edge ? c.edge_tolerance : c.tolerance));
        }
        CHECK(integral == doctest::Approx(1).epsilon(1e-12));
        double within = 0;
        for (const double x : sample)
            within += x >= d.from && x <= d.from + 199 * d.step * (1 + 1e-12) ? 1 : 0;
        CHECK(d.share == doctest::Approx(within / 200'000).epsilon(1e-4));
    }
}

TEST_CASE("a density does not stretch over far tails, and needs two different values") {
    const std::vector<double> tailed = drawn(Distribution::lognormal(0, 3), 100'000);
    const Density d = density(tailed, 100);
    CHECK(d.values.size() == 100);
    CHECK(d.from >= 0);
    // The third quartile is e^2.02 = 7.6, the interquartile range about 7.5.
    CHECK(d.from + 99 * d.step < 7.6 + 6.5 * 7.5);
    CHECK(d.share > 0.85);
    for (const std::vector<double>& none : {std::vector<double>{}, std::vector<double>{1}, std::vector<double>(50, 3.0),
                                            std::vector<double>{1, 2, undefined}})
        CHECK(density(none).values.empty());
    const Density two = density(std::vector<double>{1, 2}, 50);
    CHECK(two.from == 1);
    CHECK(two.from + 49 * two.step == doctest::Approx(2));
    CHECK(two.share == 1);
    for (const double value : two.values)
        CHECK(value > 0);
}

TEST_CASE("Student's quantiles have closed forms and published values") {
    for (const double p : {1e-12, 0.001, 0.2, 0.4999, 0.6, 0.975, 0.999999}) {
        CAPTURE(p);
        // Cauchy; then 2 and 4 degrees (Shaw, Journal of Computational Finance 9(4), 2006).
        CHECK(student_t_quantile(p, 1) == doctest::Approx(-1 / std::tan(std::numbers::pi * p)).epsilon(1e-9));
        CHECK(student_t_quantile(p, 2) == doctest::Approx((2 * p - 1) / std::sqrt(2 * p * (1 - p))).epsilon(1e-10));
        const double root = std::sqrt(4 * p * (1 - p));
        const double four = std::copysign(2 * std::sqrt(std::cos(std::acos(root) / 3) / root - 1), p - 0.5);
        CHECK(student_t_quantile(p, 4) == doctest::Approx(four).epsilon(1e-7));
    }
    // Fisher and Yates's table.
    CHECK(student_t_quantile(0.975, 10) == doctest::Approx(2.228).epsilon(2e-4));
    CHECK(student_t_quantile(0.975, 5) == doctest::Approx(2.571).epsilon(2e-4));
    CHECK(student_t_quantile(0.95, 30) == doctest::Approx(1.697).epsilon(3e-4));
    CHECK(student_t_quantile(0.975, inf) == doctest::Approx(1.959963984540054).epsilon(1e-15));
    // The expansion for many degrees of freedom meets the exact function.
    for (const double p : {1e-9, 0.01, 0.3, 0.8})
        CHECK(student_t_quantile(p, 1e6) == doctest::Approx(student_t_quantile(p, 1e6 * (1 + 1e-9))).epsilon(1e-13));
    CHECK(student_t_quantile(0.5, 3) == 0);
    CHECK(student_t_quantile(0, 3) == -inf);
    CHECK(student_t_quantile(1, 3) == inf);
    CHECK(student_t_quantile(0.25, 7) == -student_t_quantile(0.75, 7));
    for (const double bad : {-0.1, 1.1, undefined})
        CHECK(std::isnan(student_t_quantile(bad, 3)));
    for (const double bad : {0.0, -1.0, undefined})
        CHECK(std::isnan(student_t_quantile(0.7, bad)));
}

#if !defined(__EMSCRIPTEN__)
TEST_CASE("Student's quantiles agree with Boost.Math") {
    std::mt19937_64 random(2);
    for (int i = 0; i < 2000; ++i) {
        const double dof = std::pow(10, 9 * share(random) - 1);
        const double p = i % 2 == 0 ? share(random) : std::exp(-25 * share(random));
        CAPTURE(dof);
        CAPTURE(p);
        const auto expected = static_cast<double>(
            boost::math::quantile(boost::math::students_t_distribution<long double>(dof), static_cast<long double>(p)));
        CHECK(student_t_quantile(p, dof) == doctest::Approx(expected).epsilon(1e-12));
    }
}
#endif

TEST_CASE("the interval for a mean is Student's") {
    // Student's own example (Biometrika 6, 1908): hours of sleep gained by ten patients. Mean 1.58; R's t.test gives
    // the interval 0.7001142 to 2.4598858.
    Moments sleep;
    sleep.add(std::vector<double>{1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4});
    const Interval interval = mean_interval(sleep, 0.95);
    CHECK(interval.lo == doctest::Approx(0.7001142).epsilon(1e-7));
    CHECK(interval.hi == doctest::Approx(2.4598858).epsilon(1e-7));
    Moments one;
    CHECK(mean_interval(one, 0.9) == Interval{-inf, inf});
    one.add(3);
    CHECK(mean_interval(one, 0.9) == Interval{-inf, inf});
    one.add(undefined);
    CHECK(std::isnan(mean_interval(one, 0.9).lo));
    Moments equal;
    equal.add(std::vector<double>{2, 2, 2});
    CHECK(mean_interval(equal, 0.9) == Interval{2, 2});
}

TEST_CASE("the interval for a quantile has the coverage that the binomial gives its ranks") {
    for (const int n : {30, 100, 300}) {
        std::vector<double> ranks(static_cast<std::size_t>(n));
        std::iota(ranks.begin(), ranks.end(), 1.0);
        std::reverse(ranks.begin(), ranks.end());
        for (const double p : {0.25, 0.5, 0.8})
            for (const double level : {0.8, 0.95}) {
                CAPTURE(n);
                CAPTURE(p);
                CAPTURE(level);
                const Interval interval = quantile_interval(ranks, p, level);
                // P(X_(r) <= quantile <= X_(s)) = P(r <= B <= s - 1), B the number of values at most the quantile.
                const double coverage = binomial_cdf(n, p, static_cast<int>(interval.hi) - 1) -
                                        binomial_cdf(n, p, static_cast<int>(interval.lo) - 1);
                // Ranks are whole: each end may be off by half of one rank's probability there, and by the skewness.
                const double z = level == 0.8 ? 1.2816 : 1.9600;
                const double one_rank = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi * n * p * (1 - p));
                CHECK(coverage > level - one_rank - 0.01);
                CHECK(coverage < level + one_rank + 0.01);
            }
    }
    // By hand: ranks 12 -+ 1.645 * sqrt(3), rounded up.
    std::vector<double> sixteen(16);
    std::iota(sixteen.begin(), sixteen.end(), 1.0);
    CHECK(quantile_interval(sixteen, 0.75, 0.9) == Interval{10, 15});
}

TEST_CASE("the interval for a quantile is infinite where the sample is too small, NaN where nothing is known") {
    const std::vector<double> five{1, 2, 3, 4, 5};
    CHECK(quantile_interval(five, 0.01, 0.9).lo == -inf);
    CHECK(quantile_interval(five, 0.99, 0.9).hi == inf);
    CHECK(std::isnan(quantile_interval(five, 0, 0.9).lo));
    CHECK(std::isnan(quantile_interval(five, 1, 0.9).hi));
    CHECK(std::isnan(quantile_interval({}, 0.5, 0.9).lo));
    CHECK(std::isnan(quantile_interval(std::vector<double>{1, undefined}, 0.5, 0.9).lo));
    const std::vector<double> p{0.9, 0.5};
    const std::vector<Interval> both = quantile_intervals(drawn(Distribution::normal(0, 1), 20'000), p, 0.99);
    CHECK(both[0].lo < 1.2816);
    CHECK(both[0].hi > 1.2815);
    CHECK(both[1].lo < 0);
    CHECK(both[1].hi > 0);
    CHECK(both[1].hi - both[1].lo ==
          doctest::Approx(2 * 2.576 * std::sqrt(std::numbers::pi / 2 / 20'000)).epsilon(0.15));
}

TEST_CASE("ranks are shared by equal values") {
    std::mt19937_64 random(3);
    for (int round = 0; round < 50; ++round) {
        std::vector<double> sample(1 + random() % 40);
        for (double& x : sample)
            x = static_cast<double>(random() % 10);
        const std::vector<double> ranks = mid_ranks(sample);
        for (std::size_t i = 0; i < sample.size(); ++i) {
            double rank = 0.5;  // 1/2 + the smaller ones + half of the equal ones, itself included
            for (const double other : sample)
                rank += other < sample[i] ? 1.0 : (other == sample[i] ? 0.5 : 0.0);
            CHECK(ranks[i] == rank);
        }
    }
    CHECK(mid_ranks({}).empty());
    CHECK(all_nan(mid_ranks(std::vector<double>{1, undefined})));
    CHECK(mid_ranks(std::vector<double>{0.0, -0.0, inf, -inf}) == std::vector<double>{2.5, 2.5, 4, 1});
}

TEST_CASE("correlations have published values") {
    // Anscombe, The American Statistician 27(1), 1973: four data sets with the correlation 0.816.
    const std::vector<double> x{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
    const std::vector<double> y1{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
    const std::vector<double> y2{9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74};
    const std::vector<double> y3{7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73};
    for (const std::vector<double>& y : {y1, y2, y3})
        CHECK(pearson(x, y) == doctest::Approx(0.816).epsilon(1e-3));
    // Without ties: 1 - 6 sum d^2 / (n (n^2 - 1)), Spearman 1904.
    const std::vector<double> a{3, 1, 4, 2, 5};
    const std::vector<double> b{30, 20, 90, 40, 70};  // ranks 2, 1, 5, 3, 4
    CHECK(spearman(a, b) == doctest::Approx(1 - 6 * (1 + 0 + 1 + 1 + 1) / 120.0));
    std::vector<double> increasing(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
        increasing[i] = std::exp(x[i]);
    CHECK(spearman(x, increasing) == doctest::Approx(1).epsilon(1e-15));
    CHECK(pearson(x, x) == doctest::Approx(1).epsilon(1e-15));
    std::vector<double> opposite = x;
    for (double& value : opposite)
        value = 5 - 3 * value;
    CHECK(pearson(x, opposite) == doctest::Approx(-1).epsilon(1e-15));
    CHECK(pearson(x, opposite) >= -1);
}

TEST_CASE("correlations of constants, of too few pairs and of NaN are NaN") {
    const std::vector<double> up{1, 2, 3};
    const std::vector<double> constant(3, 0.1);
    const std::vector<double> broken{1, undefined, 3};
    for (const auto correlation : {pearson, spearman}) {
        CHECK(std::isnan(correlation(up, constant)));
        CHECK(std::isnan(correlation(constant, up)));
        CHECK(std::isnan(correlation(up, broken)));
        CHECK(std::isnan(correlation({}, {})));
        CHECK(std::isnan(correlation(std::vector<double>{1}, std::vector<double>{2})));
    }
}

TEST_CASE("independent streams are uncorrelated, a common part correlates") {
    // For independent pairs the correlation has deviation 1/sqrt(n - 1): 5 of them are exceeded once in 1.7 million.
    constexpr std::size_t n = 50'000;
    const std::vector<double> a = drawn(Distribution::normal(0, 1), n, "a");
    const std::vector<double> b = drawn(Distribution::normal(0, 1), n, "b");
    CHECK(std::fabs(pearson(a, b)) < 5 / std::sqrt(static_cast<double>(n)));
    CHECK(std::fabs(spearman(a, b)) < 5 / std::sqrt(static_cast<double>(n)));
    std::vector<double> mixed(n);
    for (std::size_t i = 0; i < n; ++i)
        mixed[i] = 0.6 * a[i] + 0.8 * b[i];
    CHECK(pearson(a, mixed) == doctest::Approx(0.6).epsilon(0.03));
    // Spearman's for a bivariate normal: 6/pi asin(r/2) (Pearson 1907).
    CHECK(spearman(a, mixed) == doctest::Approx(6 / std::numbers::pi * std::asin(0.3)).epsilon(0.03));
}
