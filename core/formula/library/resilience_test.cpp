#include "core/formula/library/resilience.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/formula/library/queueing_test_support.hpp"

using namespace dstudio::formula;
using namespace dstudio::formula::library;
using dstudio::formula::library::test::Random;

namespace {

// doctest's Approx has an absolute part; this one compares small values by their digits.
doctest::Approx relative(double expected) {
    return doctest::Approx(expected).scale(1e-300);
}

// A call through layers that each make up to `attempts` calls below; counts the calls that reach the bottom.
bool call(Random& random, int attempts, int layers, double failure, double& reached) {
    if (layers == 0) {
        ++reached;
        return random.uniform() >= failure;
    }
    for (int i = 0; i < attempts; ++i)
        if (call(random, attempts, layers - 1, failure, reached))
            return true;
    return false;
}

// Mean delay before a retry by simulation of decorrelated jitter.
test::Estimate simulate_decorrelated(double base, double cap, int retry) {
    Random random{101};
    std::vector<double> delays;
    for (int n = 0; n < 200000; ++n) {
        double delay = base;
        for (int i = 0; i < retry; ++i)
            delay = std::min(cap, random.uniform(base, 3 * delay));
        delays.push_back(delay);
    }
    return test::estimate(delays);
}

// Golden-section search for the minimum of a function that falls, then rises.
template <class F>
double minimum_of(double low, double high, F f) {
    const double ratio = (std::sqrt(5.0) - 1) / 2;
    for (int i = 0; i < 200; ++i) {
        const double a = high - ratio * (high - low);
        const double b = low + ratio * (high - low);
        (f(a) < f(b) ? high : low) = f(a) < f(b) ? b : a;
    }
    return (low + high) / 2;
}

}  // namespace

TEST_CASE("retries: the mean number of attempts is the sum of the chances to need each") {
    for (const double p : {0.0, 1e-9, 0.1, 0.5, 0.999, 1.0})
        for (const int attempts : {1, 2, 5, 40}) {
            double mean = 0;
            double needed = 1;
            for (int i = 0; i < attempts; ++i, needed *= p)
                mean += needed;
            CHECK(retry_amplification(attempts, p) == relative(mean).epsilon(1e-10));
            CHECK(retry_success(attempts, p) == relative(1 - needed));
        }
}

TEST_CASE("retries in layers: 64 calls from three layers of four attempts, and the mean of simulated calls") {
    // Beyer et al., Site Reliability Engineering (2016), chapter 22: 4^3 = 64 attempts on the database.
    CHECK(layered_retry_amplification(4, 3, 1) == 64);
    CHECK(layered_retry_amplification(3, 1, 0.3) == relative(retry_amplification(3, 0.3)));
    CHECK(layered_retry_amplification(3, 500, 0.5) == relative(2));
    Random random{19};
    std::vector<double> counts;
    for (int n = 0; n < 20000; ++n) {
        double reached = 0;
        call(random, 3, 2, 0.7, reached);
        counts.push_back(reached);
    }
    test::check_simulated("layers", test::estimate(counts), layered_retry_amplification(3, 2, 0.7));
}

TEST_CASE("retry storm: load and failure probability are the fixed point that iteration finds") {
    for (const double arrival_rate : {10.0, 90.0, 99.0, 150.0, 1000.0})
        for (const double attempts : {1.0, 3.0, 10.0})
            for (const double base : {0.0, 0.05, 0.5}) {
                constexpr double capacity = 100;
                double failure = base;
                for (int i = 0; i < 200000; ++i) {
                    double mean = 0;
                    double needed = 1;
                    for (double k = 0; k < attempts; ++k, needed *= failure)
                        mean += needed;
                    const double next = 1 - (1 - base) * std::min(1.0, capacity / (arrival_rate * mean));
                    if (std::abs(next - failure) < 1e-15)
                        break;
                    failure = (failure + next) / 2;
                }
                CAPTURE(arrival_rate);
                CAPTURE(attempts);
                CAPTURE(base);
                CHECK(retry_storm_failure(arrival_rate, capacity, attempts, base) == relative(failure).epsilon(1e-6));
                const double load = retry_storm_load(arrival_rate, capacity, attempts, base);
                CHECK(1 - (1 - base) * std::min(1.0, capacity / load) == relative(failure).epsilon(1e-6));
                CHECK(retry_storm_goodput(arrival_rate, capacity, attempts, base) ==
                      relative(arrival_rate * (1 - std::pow(failure, attempts))).epsilon(1e-6));
            }
    CHECK(retry_storm_load(0, 100, 3, 0.1) == 0);
    CHECK(retry_storm_failure(0, 100, 3, 0.1) == relative(0.1));
    CHECK(retry_storm_load(5, 100, 3, 1) == 15);  // it fails anyway
    CHECK(retry_storm_load(500, 100, 3, 1) == 1500);
}

TEST_CASE("backoff doubles up to the cap; full jitter halves it, equal jitter takes a quarter off") {
    CHECK(backoff_delay_full_jitter(0.1, 2, 1) == relative(0.05));
    CHECK(backoff_delay_full_jitter(0.1, 2, 4) == relative(0.4));
    CHECK(backoff_delay_full_jitter(0.1, 2, 9) == 1);
    CHECK(backoff_delay_equal_jitter(0.1, 2, 4) == relative(0.6));
    CHECK(backoff_delay_equal_jitter(0.1, 2, 5000) == 1.5);
}

TEST_CASE("decorrelated jitter: simulated means, and a double integral for the second retry") {
    for (const int retry : {1, 2, 4, 8, 40}) {
        CAPTURE(retry);
        test::check_simulated("cap 20", simulate_decorrelated(1, 20, retry),
                              backoff_delay_decorrelated_jitter(1, 20, retry));
        test::check_simulated("cap 1.5", simulate_decorrelated(1, 1.5, retry),
                              backoff_delay_decorrelated_jitter(1, 1.5, retry));
    }
    // The second delay with cap 4: the first is uniform in 1 ... 3.
    double mean = 0;
    constexpr int steps = 200000;
    for (int i = 0; i < steps; ++i) {
        const double top = 3 * (1 + 2 * (i + 0.5) / steps);
        mean += (top <= 4 ? (1 + top) / 2 : (7.5 + 4 * (top - 4)) / (top - 1)) / steps;  // 7.5: integral of x, 1 ... 4
    }
    CHECK(backoff_delay_decorrelated_jitter(0.2, 0.8, 2) == relative(0.2 * mean).epsilon(1e-4));
    // Where the cap just comes into reach, nothing jumps.
    CHECK(backoff_delay_decorrelated_jitter(1, 243.1, 5) ==
          relative(backoff_delay_decorrelated_jitter(1, 242.9, 5)).epsilon(1e-4));
    CHECK(backoff_delay_decorrelated_jitter(1, 1e9, 2) == relative(3.5));  // 1/2 + 3/2 (1/2 + 3/2)
    CHECK(backoff_delay_decorrelated_jitter(1, 1, 7) == 1);
    CHECK(std::isnan(backoff_delay_decorrelated_jitter(2, 1, 7)));
}

TEST_CASE("burn rates: the alerts that the SRE workbook recommends spend 2, 5 and 10 % of 30 days") {
    constexpr double hour = 3600;
    CHECK(burn_rate_budget_spent(hour, 14.4, 720 * hour) == relative(0.02));
    CHECK(burn_rate_budget_spent(6 * hour, 6, 720 * hour) == relative(0.05));
    CHECK(burn_rate_budget_spent(72 * hour, 1, 720 * hour) == relative(0.1));
    CHECK(error_budget(30 * 24 * hour, 0.999) == relative(43.2 * 60));
    CHECK(burn_rate(0.01, 0.999) == relative(10));
    CHECK(burn_rate(0, 1) == 0);
    CHECK(burn_rate(0.1, 1) == infinity);
}

TEST_CASE("burn-rate alerts fire when the mean over the window reaches the threshold, or never") {
    for (const double errors : {1.0, 0.2, 0.0145}) {
        const double expected = burn_rate_detection_time(3600, 14.4, errors, 0.999);
        int second = 0;  // errors since then, none before
        while (errors * second / 3600 < 14.4 * 0.001)
            ++second;
        CHECK(std::abs(expected - second) <= 1);
    }
    CHECK(burn_rate_detection_time(3600, 14.4, 1, 0.999) == relative(51.84));
    CHECK(burn_rate_detection_time(3600, 14.4, 0.0143, 0.999) == infinity);
    CHECK(burn_rate_detection_time(3600, 14.4, 0, 0.999) == infinity);
    CHECK(burn_rate_detection_time(3600, 2000, 1, 0.999) == infinity);  // more than all requests would have to fail
}

TEST_CASE("checkpoints: five minutes each and a failure a day make two hours (Young)") {
    CHECK(young_interval(300, 86400) == relative(7200));
    CHECK(young_interval(0, 86400) == 0);
}

TEST_CASE("checkpoints: the best interval minimises the overhead, and Daly's estimate is next to it") {
    constexpr double mtbf = 86400;
    for (const double cost : {1.0, 60.0, 600.0, 7200.0, 86400.0}) {
        CAPTURE(cost);
        const double best =
            minimum_of(0.0, 2 * mtbf, [&](double interval) { return checkpoint_overhead(interval, cost, 300, mtbf); });
        CHECK(checkpoint_interval_optimal(cost, mtbf) == relative(best).epsilon(1e-5));
        const double tolerance = cost <= 600 ? 0.001 : 0.06;
        CHECK(daly_interval(cost, mtbf) == relative(best).epsilon(tolerance));
        // Young's leaves more work undone, or is the same.
        CHECK(checkpoint_overhead(daly_interval(cost, mtbf), cost, 300, mtbf) <=
              checkpoint_overhead(young_interval(cost, mtbf), cost, 300, mtbf));
    }
    CHECK(daly_interval(3 * mtbf, mtbf) == mtbf);
    CHECK(daly_interval(2 * mtbf * (1 - 1e-12), mtbf) == relative(mtbf * 8 / 9));  // 2 (1 + 1/3 + 1/9) - 2
}

TEST_CASE("checkpoints: the overhead is that of simulated runs with failures") {
    Random random{55};
    constexpr double interval = 50;
    constexpr double cost = 5;
    constexpr double restart = 8;
    constexpr double mtbf = 70;
    std::vector<double> ratios;
    for (int run = 0; run < 20000; ++run) {
        double clock = 0;
        double failure = random.exponential(mtbf);
        const auto survives = [&](double duration) {  // if not, the clock stands at the failure, and the next is drawn
            if (failure >= duration) {
                failure -= duration;
                clock += duration;
                return true;
            }
            clock += failure;
            failure = random.exponential(mtbf);
            return false;
        };
        while (!survives(interval + cost))
            while (!survives(restart)) {
            }
        ratios.push_back(clock / interval);
    }
    test::check_simulated("overhead", test::estimate(ratios), checkpoint_overhead(interval, cost, restart, mtbf));
}

TEST_CASE("token bucket and backlog, step by step") {
    double tokens = 100;
    double time = 0;
    constexpr double step = 1e-4;
    for (; tokens > 0; time += step)
        tokens += (20 - 70) * step;
    CHECK(token_bucket_burst_duration(100, 20, 70) == relative(time).epsilon(1e-3));
    CHECK(token_bucket_burst_duration(100, 20, 20) == infinity);
    CHECK(drain_time(500, 30, 20) == 50);
    CHECK(drain_time(500, 20, 20) == infinity);
    CHECK(drain_time(0, 20, 30) == 0);
}
