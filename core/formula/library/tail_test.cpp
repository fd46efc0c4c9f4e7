#include "core/formula/library/tail.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <map>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

#include "core/formula/library/queueing_test_support.hpp"

using namespace dstudio::formula;
using namespace dstudio::formula::library;
using dstudio::formula::library::test::Random;

namespace {

doctest::Approx near(double expected, double error = 1e-12) {
    return doctest::Approx(expected).scale(1e-300).epsilon(error);  // relative also for small values
}

using List = std::vector<double>;

// Probability that a lognormal time is above t.
double lognormal_above(double t, double median, double sigma) {
    return t <= 0 ? 1 : std::erfc(std::log(t / median) / sigma / std::numbers::sqrt2) / 2;
}

double normal(Random& random) {
    return std::sqrt(-2 * std::log(random.uniform())) * std::cos(2 * std::numbers::pi * random.uniform());
}

// Checks with 99.9 % confidence that a sample is at most `quantile` with probability q.
void check_quantile(double q, double quantile, const std::function<double()>& sample) {
    constexpr int samples = 200000;
    int below = 0;
    for (int i = 0; i < samples; ++i)
        below += sample() <= quantile ? 1 : 0;
    CAPTURE(q);
    CAPTURE(quantile);
    CHECK(std::abs(below / static_cast<double>(samples) - q) < 3.29 * std::sqrt(q * (1 - q) / samples));
}

struct Tails {
    double below;
    double above;
};

// Erlang: Poisson sums, the lower one from the other where that is the smaller.
Tails erlang(std::size_t stages, double mean, double t) {
    const double x = t / mean;
    const auto term = [x](double k) { return std::exp(k * std::log(x) - x - std::lgamma(k + 1)); };
    const auto n = static_cast<double>(stages);
    double above = 0;
    for (double k = 0; k < n; ++k)
        above += term(k);
    if (x > n)
        return {1 - above, above};
    double below = 0;
    for (double k = n; k < n + 2000; ++k)
        below += term(k);
    return {below, above};
}

const List probabilities{1e-9, 1e-4, 0.05, 0.3, 0.5, 0.500001, 0.9, 0.999, 1 - 1e-9};

void check_tails(double q, const Tails& tails, double error) {
    CAPTURE(q);
    if (q < 0.6)
        CHECK(tails.below == near(q, error));
    if (q > 0.4)
        CHECK(tails.above == near(1 - q, error));
}

}  // namespace

TEST_CASE("fan-out turns rare slowness into the common case (Dean and Barroso 2013)") {
    CHECK(std::abs(fanout_exceed_probability(100, 0.01) - 0.63) < 0.005);
    CHECK(std::abs(fanout_exceed_probability(2000, 0.0001) - 0.18) < 0.005);  // "almost one in five"
    CHECK(fanout_exceed_probability(1, 0.3) == near(0.3));
    CHECK(fanout_exceed_probability(3, 0.3) == near(1 - 0.343));
    CHECK(fanout_exceed_probability(3, 1) == 1);
    CHECK(fanout_exceed_probability(1000, 1e-20) == near(1e-17));
    CHECK(fanout_single_quantile(2, 0.81) == near(0.9));
    CHECK(fanout_single_quantile(100, 0) == 0);
    CHECK(fanout_single_quantile(100, 1) == 1);
    for (const double q : {0.01, 0.5, 0.99})
        CHECK(fanout_exceed_probability(70, 1 - fanout_single_quantile(70, q)) == near(1 - q, 1e-11));
}

TEST_CASE("the slowest of n is below its quantile if all are") {
    for (const double q : {1e-12, 0.01, 0.5, 0.99, 1 - 1e-12})
        for (const double n : {1.0, 2.0, 100.0, 1e9}) {
            CAPTURE(q);
            CAPTURE(n);
            // ln of the probability that all are below: n ln(1 - tail), which keeps the digits of 1 - q also near 1.
            const double exponential_tail = std::exp(-max_quantile_exponential(n, q, 2) / 2);
            const double lognormal_tail = lognormal_above(max_quantile_lognormal(n, q, 3, 0.8), 3, 0.8);
            CHECK(n * std::log1p(-exponential_tail) == near(std::log(q), n < 2 && q < 0.1 ? 1e-4 : 1e-9));
            CHECK(n * std::log1p(-lognormal_tail) == near(std::log(q), n < 2 && q < 0.1 ? 1e-4 : 1e-9));
        }
    CHECK(max_quantile_exponential(1, 1e-12, 2) == near(2e-12, 1e-11));
    CHECK(max_quantile_exponential(5, 0, 2) == 0);
    CHECK(max_quantile_exponential(5, 1, 2) == infinity);
    CHECK(max_quantile_lognormal(5, 0, 2, 1) == 0);
    CHECK(max_quantile_lognormal(5, 1, 2, 1) == infinity);
    CHECK(max_quantile_lognormal(5, 0.9, 2, 0) == 2);
    CHECK(max_exponential_mean(3, 6) == near(6 * (1 + 1.0 / 2 + 1.0 / 3)));
    // The mean as the integral of the quantile over q, by the midpoint rule.
    double sum = 0;
    constexpr int steps = 200000;
    for (int i = 0; i < steps; ++i)
        sum += max_quantile_exponential(20, (i + 0.5) / steps, 6) / steps;
    CHECK(max_exponential_mean(20, 6) == near(sum, 1e-4));
}

TEST_CASE("a hedged request is unanswered if both of its copies are") {
    for (const double q : {1e-9, 0.1, 0.5, 0.9, 0.999, 1 - 1e-9})
        for (const double delay : {0.0, 0.5, 2.0, 6.0, 100.0}) {
            CAPTURE(q);
            CAPTURE(delay);
            const double t = hedged_quantile_exponential(q, 2, delay);
            CHECK(t / 2 + std::max(t - delay, 0.0) / 2 == near(-std::log1p(-q)));
            const double u = hedged_quantile_lognormal(q, 2, 0.9, delay);
            const double unanswered = lognormal_above(u, 2, 0.9) * lognormal_above(u - delay, 2, 0.9);
            if (q < 0.5)
                CHECK(1 - unanswered == near(q, 1e-6));
            else
                CHECK(unanswered == near(1 - q, 1e-10));
        }
    for (const double q : {0.01, 0.5, 0.999}) {
        CHECK(hedged_quantile_exponential(q, 2, 0) == near(tied_quantile_exponential(q, 2)));
        CHECK(hedged_quantile_lognormal(q, 2, 0.9, 0) == near(tied_quantile_lognormal(q, 2, 0.9)));
        CHECK(hedged_quantile_exponential(q, 2, infinity) == near(-2 * std::log1p(-q)));
        CHECK(std::exp(-2 * tied_quantile_exponential(q, 2) / 2) == near(1 - q));
        const double tail = lognormal_above(tied_quantile_lognormal(q, 2, 0.9), 2, 0.9);
        CHECK(tail * tail == near(1 - q, 1e-10));
        // The second copy can only help, and no more than one sent at once.
        const double alone = hedged_quantile_lognormal(q, 2, 0.9, infinity);
        CHECK(lognormal_above(alone, 2, 0.9) == near(1 - q, 1e-10));
        CHECK(hedged_quantile_lognormal(q, 2, 0.9, 1) <= alone);
        CHECK(hedged_quantile_lognormal(q, 2, 0.9, 1) >= tied_quantile_lognormal(q, 2, 0.9));
    }
    CHECK(hedged_quantile_exponential(0, 2, 1) == 0);
    CHECK(hedged_quantile_exponential(1, 2, 1) == infinity);
    CHECK(hedged_quantile_lognormal(0, 2, 0.9, 1) == 0);
    CHECK(hedged_quantile_lognormal(1, 2, 0.9, 1) == infinity);
    CHECK(hedged_quantile_lognormal(0.9, 2, 0, 1) == 2);
    CHECK(tied_quantile_lognormal(0.9, 2, 0) == 2);
    CHECK(tied_quantile_lognormal(0, 2, 0.9) == 0);
    CHECK(tied_quantile_lognormal(1, 2, 0.9) == infinity);
}

TEST_CASE("hedged and tied requests agree with a simulation (fixed seed, 99.9 % confidence)") {
    Random random{3};
    const auto lognormal = [&random] { return 2 * std::exp(0.9 * normal(random)); };
    for (const double q : {0.5, 0.95, 0.99}) {
        check_quantile(q, hedged_quantile_exponential(q, 2, 1.5),
                       [&] { return std::min(random.exponential(2), 1.5 + random.exponential(2)); });
        check_quantile(q, hedged_quantile_lognormal(q, 2, 0.9, 3),
                       [&] { return std::min(lognormal(), 3 + lognormal()); });
        check_quantile(q, tied_quantile_exponential(q, 2),
                       [&] { return std::min(random.exponential(2), random.exponential(2)); });
        check_quantile(q, tied_quantile_lognormal(q, 2, 0.9), [&] { return std::min(lognormal(), lognormal()); });
    }
}

TEST_CASE("hedging after the 95th percentile sends 5 % more (Dean and Barroso 2013)") {
    CHECK(hedge_extra_load_exponential(2, -2 * std::log(0.05)) == near(0.05));
    CHECK(hedge_extra_load_lognormal(2, 0.9, 2 * std::exp(0.9 * 1.6448536269514722)) == near(0.05));
    CHECK(hedge_extra_load_exponential(2, 0) == 1);
    CHECK(hedge_extra_load_exponential(2, infinity) == 0);
    CHECK(hedge_extra_load_exponential(0, 1) == 0);
    CHECK(hedge_extra_load_lognormal(2, 0.9, 0) == 1);
    CHECK(hedge_extra_load_lognormal(2, 0, 1.9) == 1);
    CHECK(hedge_extra_load_lognormal(2, 0, 2.1) == 0);
}

TEST_CASE("sums of normal times add means and variances") {
    const double t = sum_quantile_normal(0.975, List{1, 2, 3}, List{3, 4, 12});
    CHECK(t == near(6 + 13 * 1.959963984540054));
    CHECK(sum_quantile_normal(0.5, List{1, -2}, List{3, 4}) == near(-1));
    CHECK(sum_quantile_normal(0.9, List{1, 2}, List{0, 0}) == 3);
    CHECK(std::isnan(sum_quantile_normal(0.9, List{1, 2}, List{1})));
}

TEST_CASE("sums of equal exponential times are Erlang's") {
    for (const std::size_t stages : {1U, 2U, 3U, 7U, 30U, 300U})
        for (const double q : probabilities) {
            CAPTURE(stages);
            check_tails(q, erlang(stages, 0.25, sum_quantile_exponential(q, List(stages, 0.25))),
                        stages < 100 ? 1e-11 : 1e-10);
        }
    CHECK(sum_quantile_exponential(1e-300, List{3}) == near(3e-300, 1e-10));
    CHECK(sum_quantile_exponential(1e-300, List{1, 1}) == near(std::sqrt(2e-300), 1e-10));
    CHECK(sum_quantile_exponential(1 - 0x1p-53, List{3}) == near(3 * 53 * std::numbers::ln2, 1e-12));
}

TEST_CASE("sums of different exponential times have their partial fractions") {
    for (const List& means : std::vector<List>{{1, 2}, {5, 0.2, 1}, {1e-6, 1, 1e4}, {0.1, 0.3, 0.9, 2.7, 8.1}})
        for (const double q : probabilities) {
            const double t = sum_quantile_exponential(q, means);
            // Above t: sum of e^(-t / m_i) m_i^(n-1) / prod of (m_i - m_j).
            long double above = 0;
            for (std::size_t i = 0; i < means.size(); ++i) {
                long double term = std::exp(-static_cast<long double>(t) / means[i]);
                for (std::size_t j = 0; j < means.size(); ++j)
                    if (j != i)
                        term *= static_cast<long double>(means[i]) / (static_cast<long double>(means[i]) - means[j]);
                above += term;
            }
            CAPTURE(means);
            CAPTURE(q);
            CHECK(std::abs(static_cast<double>(above) - (1 - q)) < 1e-12 * (1 - q) + 1e-15);
            List shuffled(means.rbegin(), means.rend());
            for (double& mean : shuffled)
                mean *= 1e-3;
            shuffled.push_back(0);  // takes no time
            CHECK(sum_quantile_exponential(q, shuffled) == near(1e-3 * t, 1e-11));
        }
}

TEST_CASE("sums of many short and one long exponential time have their closed form") {
    for (const std::size_t stages : {3U, 40U, 1000U})
        for (const double mean : {1e-6, 0.003, 0.4})
            for (const double q : {1e-6, 0.1, 0.5, 0.9, 1 - 1e-9}) {
                List means(stages, mean);
                means.push_back(1);
                const double t = sum_quantile_exponential(q, means);
                // At most t: P(n, t/m) - e^-t (1 - m)^-n P(n, t (1 - m) / m), P being Erlang's probabilities. Near 0
                // and for many stages both terms cancel, hence the absolute error.
                const double tilted = std::exp(-t - static_cast<double>(stages) * std::log1p(-mean)) *
                                      erlang(stages, mean / (1 - mean), t).below;
                const Tails plain = erlang(stages, mean, t);
                CAPTURE(stages);
                CAPTURE(mean);
                CAPTURE(q);
                if (mean < 0.1)
                    CHECK(plain.above + tilted == near(1 - q, 1e-10));
                CHECK(std::abs(plain.below - tilted - q) < 1e-9);
            }
}

TEST_CASE("quantiles of sums of exponential times have their edges and bounds") {
    CHECK(sum_quantile_exponential(0, List{1, 2}) == 0);
    CHECK(sum_quantile_exponential(1, List{1, 2}) == infinity);
    CHECK(sum_quantile_exponential(0.5, List{0, 0}) == 0);
    CHECK(sum_quantile_exponential(0.5, List{1, infinity}) == infinity);
    CHECK(std::isnan(sum_quantile_exponential(0.5, List(4097, 1.0))));
    // The median of a gamma distribution of shape n is n - 1/3 + 8 / (405 n) and less (Choi 1994).
    CHECK(sum_quantile_exponential(0.5, List(4096, 1.0)) == near(4096 - 1.0 / 3 + 8 / (405 * 4096.0), 1e-10));
}

TEST_CASE("sums of lognormal times are of the mean and variance of their parts") {
    for (const double q : {0.01, 0.5, 0.99})  // one stage is itself
        CHECK(lognormal_above(sum_quantile_lognormal(q, List{2}, List{0.9}), 2, 0.9) == near(1 - q, 1e-10));
    // A sum's median and 84.13 % quantile tell its lognormal's parameters; from them mean and variance.
    const List medians{1, 3, 0.5};
    const List sigmas{0.5, 0.2, 1};
    const double median = sum_quantile_lognormal(0.5, medians, sigmas);
    const double sigma = std::log(sum_quantile_lognormal(0.84134474606854295, medians, sigmas) / median);
    double mean = 0;
    double second = 0;  // mean square, from E[x^2] of each and the products of the means
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            second += i == j ? medians[i] * medians[i] * std::exp(2 * sigmas[i] * sigmas[i])
                             : medians[i] * medians[j] * std::exp((sigmas[i] * sigmas[i] + sigmas[j] * sigmas[j]) / 2);
    for (std::size_t i = 0; i < 3; ++i)
        mean += medians[i] * std::exp(sigmas[i] * sigmas[i] / 2);
    CHECK(median * std::exp(sigma * sigma / 2) == near(mean, 1e-10));
    CHECK(median * median * std::exp(2 * sigma * sigma) == near(second, 1e-10));
    CHECK(sum_quantile_lognormal(0.9, List{2, 3}, List{0, 0}) == near(5));
    CHECK(sum_quantile_lognormal(0.9, List{0, 0}, List{1, 1}) == 0);
    CHECK(std::isnan(sum_quantile_lognormal(0.9, List{2, 3}, List{0})));

    // The approximation is good to 3 % at the 90th percentile for sigma 0.6.
    Random random{5};
    std::vector<double> samples;
    for (int i = 0; i < 100001; ++i) {
        double sum = 0;
        for (int stage = 0; stage < 4; ++stage)
            sum += std::exp(0.6 * normal(random));
        samples.push_back(sum);
    }
    std::sort(samples.begin(), samples.end());
    CHECK(sum_quantile_lognormal(0.9, List(4, 1.0), List(4, 0.6)) == near(samples[90000], 0.03));
}

TEST_CASE("a lognormal through the median and the 99th percentile meets both") {
    const double sigma = lognormal_sigma_from_p50_p99(0.02, 0.5);
    CHECK(lognormal_above(0.5, 0.02, sigma) == near(0.01, 1e-11));
    CHECK(lognormal_sigma_from_p50_p99(3, 3) == 0);
    CHECK(std::isnan(lognormal_sigma_from_p50_p99(3, 2)));
    CHECK(slo_percentile_lognormal(0.5, 0.02, 0.5) == near(0.99));
    CHECK(slo_percentile_lognormal(0.02, 0.02, 0.5) == near(0.5));
    CHECK(slo_percentile_lognormal(0.1, 0.02, 0.5) == near(1 - lognormal_above(0.1, 0.02, sigma)));
    CHECK(slo_percentile_lognormal(0, 0.02, 0.5) == 0);
    CHECK(slo_percentile_lognormal(2.9, 3, 3) == 0);
    CHECK(slo_percentile_lognormal(3, 3, 3) == 1);
    CHECK(std::isnan(slo_percentile_lognormal(1, 3, 2)));
}

namespace {

const std::map<std::string_view, List> arguments_by_name{
    {"n", {12}},         {"p_single", {0.03}},    {"q", {0.85}},          {"mean", {1.4}},
    {"median", {0.9}},   {"sigma", {0.7}},        {"hedge_delay", {0.8}}, {"means", {0.5, 1.2}},
    {"sds", {0.3, 0.6}}, {"medians", {0.7, 1.1}}, {"sigmas", {0.4, 0.8}}, {"objective", {1.5}},
    {"p50", {0.6}},      {"p99", {2.7}}};

// Calls through the table, with times multiplied by `scale`.
double call(const Function& function, double scale) {
    std::vector<List> values;
    for (const Parameter& parameter : function.parameters) {
        values.push_back(arguments_by_name.at(parameter.name));
        CHECK((parameter.is_list || values.back().size() == 1));
        for (double& value : values.back()) {
            CHECK(parameter.domain.contains(value));
            value *= parameter.unit == "s" ? scale : 1;
        }
    }
    const std::vector<std::span<const double>> arguments(values.begin(), values.end());
    return function.call(arguments);
}

}  // namespace

TEST_CASE("the table of tail functions binds them by the right names and units") {
    const std::map<std::string_view, double> direct{
        {"fanout_exceed_probability", fanout_exceed_probability(12, 0.03)},
        {"fanout_single_quantile", fanout_single_quantile(12, 0.85)},
        {"max_exponential_mean", max_exponential_mean(12, 1.4)},
        {"max_quantile_exponential", max_quantile_exponential(12, 0.85, 1.4)},
        {"max_quantile_lognormal", max_quantile_lognormal(12, 0.85, 0.9, 0.7)},
        {"hedged_quantile_exponential", hedged_quantile_exponential(0.85, 1.4, 0.8)},
        {"hedged_quantile_lognormal", hedged_quantile_lognormal(0.85, 0.9, 0.7, 0.8)},
        {"hedge_extra_load_exponential", hedge_extra_load_exponential(1.4, 0.8)},
        {"hedge_extra_load_lognormal", hedge_extra_load_lognormal(0.9, 0.7, 0.8)},
        {"tied_quantile_exponential", tied_quantile_exponential(0.85, 1.4)},
        {"tied_quantile_lognormal", tied_quantile_lognormal(0.85, 0.9, 0.7)},
        {"sum_quantile_normal", sum_quantile_normal(0.85, List{0.5, 1.2}, List{0.3, 0.6})},
        {"sum_quantile_exponential", sum_quantile_exponential(0.85, List{0.5, 1.2})},
        {"sum_quantile_lognormal", sum_quantile_lognormal(0.85, List{0.7, 1.1}, List{0.4, 0.8})},
        {"lognormal_sigma_from_p50_p99", lognormal_sigma_from_p50_p99(0.6, 2.7)},
        {"slo_percentile_lognormal", slo_percentile_lognormal(1.5, 0.6, 2.7)}};
    CHECK(tail_functions().size() == direct.size());
    for (const Function& function : tail_functions()) {
        CAPTURE(std::string(function.name));
        CHECK_FALSE(function.summary.empty());
        CHECK(function.summary.back() != '.');
        CHECK_FALSE(function.source.empty());
        CHECK(call(function, 1) == near(direct.at(function.name), 1e-14));
        const double factor = function.unit == "s" ? 2 : 1;
        CHECK(call(function, 2) == near(factor * direct.at(function.name), 1e-10));
    }
}
