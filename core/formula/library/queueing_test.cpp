#include "core/formula/library/queueing.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <numbers>

#include "core/formula/library/queueing_test_support.hpp"

using namespace dstudio::formula;
using namespace dstudio::formula::library;
using doctest::Approx;
using dstudio::formula::library::test::Random;

namespace {

// a^n/n! over the sum of a^k/k!, by the definition.
double erlang_b_by_sum(int servers, double load) {
    long double term = 1;
    long double sum = 1;
    for (int k = 1; k <= servers; ++k) {
        term *= static_cast<long double>(load) / k;
        sum += term;
    }
    return static_cast<double>(term / sum);
}

// Probability of n >= servers in the infinite chain, whose tail is geometric.
double erlang_c_by_sum(int servers, double load) {
    long double term = 1;
    long double below = 0;
    for (int k = 1; k <= servers; ++k) {
        below += term;
        term *= static_cast<long double>(load) / k;
    }
    const long double tail = term * servers / (servers - static_cast<long double>(load));
    return static_cast<double>(tail / (below + tail));
}

std::vector<double> mmc_chain(double servers, double capacity, double arrival_rate, double service_rate) {
    return test::birth_death(
        static_cast<std::size_t>(capacity), [=](double) { return arrival_rate; },
        [=](double n) { return std::min(n, servers) * service_rate; });
}

// P(W > t), from the number found: with n >= c ahead, one waits for n - c + 1 departures, each exponential of rate
// c mu, so for longer than t if at most n - c of them happen in t.
double wait_tail(const std::vector<double>& chain, std::size_t servers, double service_rate, double t) {
    const double events = static_cast<double>(servers) * service_rate * t;
    double poisson = std::exp(-events);
    double at_most = 0;
    double tail = 0;
    for (std::size_t n = servers; n < chain.size(); ++n) {
        at_most += poisson;
        poisson *= events / static_cast<double>(n - servers + 1);
        tail += chain[n] * at_most;
    }
    return tail;
}

// P(W + S > t) by Simpson's rule over the service time.
double response_tail(const std::vector<double>& chain, std::size_t servers, double service_rate, double t) {
    constexpr int steps = 400;
    double sum = 0;
    for (int i = 0; i <= steps; ++i) {
        const double s = t * i / steps;
        const double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
        sum += weight * service_rate * std::exp(-service_rate * s) * wait_tail(chain, servers, service_rate, t - s);
    }
    return sum * t / steps / 3 + std::exp(-service_rate * t);
}

}  // namespace

TEST_CASE("Erlang B gives published values") {
    CHECK(std::abs(erlang_b(10, 5) - 0.018385) < 5e-7);
    CHECK(std::abs(erlang_b(5, 3) - 0.110054) < 5e-7);
    CHECK(std::abs(erlang_b_by_sum(10, 5) - 0.018385) < 5e-7);
    CHECK(std::abs(erlang_b_by_sum(5, 3) - 0.110054) < 5e-7);
}

TEST_CASE("Erlang's recursions agree with the direct sums") {
    for (const int servers : {1, 2, 3, 7, 20, 100, 400})
        for (const double utilisation : {0.01, 0.3, 0.8, 0.95, 0.999, 1.0, 1.7}) {
            CAPTURE(servers);
            CAPTURE(utilisation);
            const double load = utilisation * servers;
            CHECK(erlang_b(servers, load) == Approx(erlang_b_by_sum(servers, load)).epsilon(1e-12));
            if (utilisation < 1)
                CHECK(erlang_c(servers, load) == Approx(erlang_c_by_sum(servers, load)).epsilon(1e-12));
            else
                CHECK(erlang_c(servers, load) == 1);
        }
    CHECK(erlang_b(0, 3) == 1);
    CHECK(erlang_b(4, 0) == 0);
    CHECK(erlang_c(4, 0) == 0);
    CHECK(erlang_c(1, 0.3) == Approx(0.3).epsilon(1e-15));
    CHECK(erlang_c(2, 1) == Approx(1.0 / 3).epsilon(1e-15));
}

TEST_CASE("a million servers neither overflow nor lose digits") {
    // 1/B(n, n) = 1 + Q(n) with Ramanujan's Q(n) = sqrt(pi n / 2) - 1/3 + sqrt(pi / (2 n)) / 12 + O(1/n); Knuth, The
    // Art of Computer Programming, Volume 1, section 1.2.11.3.
    const double n = 1e6;
    const double root = std::sqrt(std::numbers::pi * n / 2);
    CHECK(1 / erlang_b(n, n) == Approx(root + 2.0 / 3 + std::sqrt(std::numbers::pi / (2 * n)) / 12).epsilon(1e-9));
    CHECK(std::isnan(erlang_b(n + 1, n)));
    CHECK(erlang_b(n, 1) == 0);
    CHECK(erlang_b(3, 1e300) == 1);
}

TEST_CASE("the numbers of servers are the smallest that reach the target") {
    for (const double load : {0.2, 1.0, 7.5, 60.0, 300.0})
        for (const double target : {0.5, 0.05, 1e-3, 1e-9}) {
            CAPTURE(load);
            CAPTURE(target);
            const auto lossy = static_cast<int>(erlang_b_servers(load, target));
            CHECK(erlang_b_by_sum(lossy, load) <= target);
            CHECK((lossy == 0 || erlang_b_by_sum(lossy - 1, load) > target));
            const auto queueing = static_cast<int>(erlang_c_servers(load, target));
            CHECK(queueing > load);
            CHECK(erlang_c_by_sum(queueing, load) <= target);
            CHECK((queueing - 1 <= load || erlang_c_by_sum(queueing - 1, load) > target));
        }
    CHECK(erlang_b_servers(5, 1) == 0);
    CHECK(erlang_c_servers(5, 1) == 6);
    CHECK(erlang_b_servers(0, 0) == 1);
    CHECK(erlang_c_servers(0, 0) == 1);
    CHECK(erlang_b_servers(5, 0) == infinity);
    CHECK(erlang_c_servers(5, 0) == infinity);
    CHECK(std::isnan(erlang_b_servers(2e6, 0.01)));
    CHECK(std::isnan(erlang_c_servers(1e6, 0.01)));
}

TEST_CASE("the M/M/c wait agrees with a long chain, and has no bound when unstable") {
    for (const double servers : {1.0, 2.0, 5.0, 30.0}) {
        const double service_rate = 0.4;
        const double arrival_rate = 0.85 * servers * service_rate;
        const auto chain = mmc_chain(servers, 600, arrival_rate, service_rate);
        const double queue = test::mean_of(chain, [=](double n) { return std::max(n - servers, 0.0); });
        CHECK(mmc_wait(servers, arrival_rate, service_rate) == Approx(queue / arrival_rate).epsilon(1e-11));
        CHECK(mmc_wait(servers, servers * service_rate, service_rate) == infinity);
    }
    CHECK(mmc_wait(3, 0, 1) == 0);
    CHECK(mmc_wait(1, 0.9, 1) == Approx(9).epsilon(1e-14));
}

TEST_CASE("quantiles of wait and response invert the tails of the chain") {
    const double mu = 0.5;
    // In the second the wait's rate equals the service rate, in the third nearly so, in the last it is far above.
    for (const auto& station : {std::pair{3.0, 2.4}, {3.0, 2.0}, {3.0, 2 + 1e-9}, {1.0, 0.7}, {8.0, 2.0}}) {
        const double servers = station.first;
        const double load = station.second;
        INFO(servers, " servers, load ", load);
        const auto chain = mmc_chain(servers, 400, load * mu, mu);
        for (const double q : {0.05, 0.5, 0.9, 0.99, 0.9999}) {
            CAPTURE(q);
            const double wait = mmc_wait_quantile(servers, load * mu, mu, q);
            if (wait > 0)
                CHECK(wait_tail(chain, static_cast<std::size_t>(servers), mu, wait) == Approx(1 - q).epsilon(1e-9));
            else
                CHECK(wait_tail(chain, static_cast<std::size_t>(servers), mu, 0) <= 1 - q);
            const double response = mmc_response_quantile(servers, load * mu, mu, q);
            CHECK(response_tail(chain, static_cast<std::size_t>(servers), mu, response) == Approx(1 - q).epsilon(1e-6));
        }
    }
    CHECK(mmc_wait_quantile(2, 1, 1, 0.6) == 0);  // two thirds do not wait
    CHECK(mmc_wait_quantile(2, 1, 1, 0.7) == Approx(std::log(1 / 0.9)).epsilon(1e-12));
}

TEST_CASE("quantiles at their ends") {
    CHECK(mmc_wait_quantile(2, 1, 1, 1) == infinity);
    CHECK(mmc_wait_quantile(2, 0, 1, 1) == 0);
    CHECK(mmc_wait_quantile(2, 2, 1, 0.5) == infinity);
    CHECK(mmc_response_quantile(2, 1, 1, 0) == 0);
    CHECK(mmc_response_quantile(2, 1, 1, 1) == infinity);
    CHECK(mmc_response_quantile(2, 3, 1, 0.5) == infinity);
    CHECK(mmc_response_quantile(5, 0, 2, 0.9) == Approx(std::log(10) / 2).epsilon(1e-13));
    CHECK(mm1_response_quantile(0.5, 1, 0) == 0);
    CHECK(mm1_response_quantile(0.5, 1, 1) == infinity);
    CHECK(mm1_response_quantile(1, 1, 0.5) == infinity);
    CHECK(mm1_response_quantile(3, 4, 0.95) == Approx(std::log(20)).epsilon(1e-13));
    for (const double q : {0.01, 0.5, 0.95, 0.999999})
        CHECK(mmc_response_quantile(1, 3, 4, q) == Approx(mm1_response_quantile(3, 4, q)).epsilon(1e-12));
    CHECK(mmc_response_quantile(1e6, 9.99e5, 1, 0.99) > std::log(100));
}

TEST_CASE("M/M/c/K agrees with its birth-death chain, also in overload") {
    for (const double c : {1.0, 2.0, 6.0})
        for (const double room : {0.0, 1.0, 5.0, 60.0})
            for (const double utilisation : {0.02, 0.7, 1.0, 1.3, 40.0}) {
                const double k = c + room;
                const double mu = 0.8;
                const double lambda = utilisation * c * mu;
                INFO(c, " servers, capacity ", k, ", utilisation ", utilisation);
                const auto chain = mmc_chain(c, k, lambda, mu);
                const double accepted = lambda * (1 - chain.back());
                const double queue = test::mean_of(chain, [=](double n) { return std::max(n - c, 0.0); });
                CHECK(mmck_blocking(c, k, lambda / mu) == Approx(chain.back()).epsilon(1e-11));
                CHECK(mmck_mean_number(c, k, lambda / mu) ==
                      Approx(test::mean_of(chain, [](double n) { return n; })).epsilon(1e-11));
                CHECK(mmck_throughput(c, k, lambda, mu) == Approx(accepted).epsilon(1e-11));
                CHECK(mmck_wait(c, k, lambda, mu) == Approx(queue / accepted).epsilon(1e-11));
            }
}

TEST_CASE("M/M/c/K at its limits") {
    CHECK(mmck_blocking(4, 4, 3) == Approx(erlang_b(4, 3)).epsilon(1e-14));
    CHECK(mmck_wait(4, 4, 3, 1) == 0);
    CHECK(mmck_wait(4, 9, 0, 1) == 0);
    CHECK(mmck_blocking(2, 1e6, 1.9) < 1e-300);
    CHECK(mmck_wait(2, 1e6, 1.9, 1) == Approx(mmc_wait(2, 1.9, 1)).epsilon(1e-10));
    CHECK(mmck_mean_number(1, 1e6, 2) == Approx(1e6 - 1).epsilon(1e-12));  // K - 1 / (rho - 1), as rho^K is large
    CHECK(mmck_blocking(1, 1e6, 1) == Approx(1 / (1e6 + 1)).epsilon(1e-9));
    CHECK(std::isnan(mmck_blocking(5, 4, 1)));
    CHECK(std::isnan(mmck_wait(1, 2e6, 1, 1)));
}

TEST_CASE("the number in M/M/inf is Poisson") {
    double sum = 0;
    double share = std::exp(-50.0);
    for (int n = 0; n < 200; ++n) {
        CHECK(mm_infinity_probability(n, 50) == Approx(share).epsilon(1e-12));
        const double before = sum;
        sum += share;
        share *= 50.0 / (n + 1);
        const double middle = (before + sum) / 2;
        if (middle > before && middle < sum && sum < 1 - 1e-12)
            CHECK(mm_infinity_quantile(50, middle) == n);
    }
    CHECK(mm_infinity_probability(0, 0) == 1);
    CHECK(mm_infinity_probability(2, 0) == 0);
    CHECK(mm_infinity_quantile(0, 1) == 0);
    CHECK(mm_infinity_quantile(3, 1) == infinity);
    CHECK(mm_infinity_quantile(0.1, 0.9) == 0);  // e^-0.1 = 0.905
    CHECK(mm_infinity_quantile(0.1, 0.91) == 1);
    CHECK(std::isnan(mm_infinity_quantile(2e6, 0.5)));
    // Cornish-Fisher: mean + z sd + (z^2 - 1) / 6, as the skewness is 1 / sd; z of 0.975 is 1.959964.
    CHECK(std::abs(mm_infinity_quantile(1e6, 0.975) - (1e6 + 1959.964 + (1.959964 * 1.959964 - 1) / 6)) <= 1);
    CHECK(std::abs(mm_infinity_quantile(1e6, 0.025) - (1e6 - 1959.964 + (1.959964 * 1.959964 - 1) / 6)) <= 1);
}

TEST_CASE("the finite-source utilisation agrees with its chain and with Erlang B") {
    for (const std::size_t sources : {1U, 2U, 5U, 40U})
        for (const double think_time : {0.01, 3.0, 50.0, 1e4}) {
            const auto n = static_cast<double>(sources);
            const double service_time = 0.7;
            const auto chain = test::birth_death(
                sources, [=](double k) { return (n - k) / think_time; }, [=](double) { return 1 / service_time; });
            const double busy = test::mean_of(chain, [](double k) { return k > 0 ? 1.0 : 0.0; });
            CHECK(mm1_finite_source_utilisation(n, think_time, service_time) == Approx(busy).epsilon(1e-10));
            // Seen from the thinkers, the server's idle time is when all N "thinking servers" are busy.
            CHECK(mm1_finite_source_utilisation(n, think_time, service_time) ==
                  Approx(1 - erlang_b(n, think_time / service_time)).epsilon(1e-10));
        }
    CHECK(mm1_finite_source_utilisation(3, 0, 0.7) == 1);
    CHECK(std::isnan(mm1_finite_source_utilisation(2e6, 1, 1)));
}

TEST_CASE("a simulated M/M/3 station agrees in wait, response and quantiles") {
    Random random{1};
    const double lambda = 2.25;
    const auto passages = test::simulate_fcfs(
        3, 1500000, [&] { return random.exponential(1 / lambda); }, [&] { return random.exponential(1); });
    test::check_simulated("wait", test::estimate(passages.waits), mmc_wait(3, lambda, 1));
    test::check_simulated("response", test::estimate(passages.responses), mmc_wait(3, lambda, 1) + 1);
    test::check_simulated("share that waits", test::estimate(test::indicator(passages.waits, 0)), erlang_c(3, lambda));
    for (const double q : {0.5, 0.75, 0.9}) {
        const double wait = mmc_wait_quantile(3, lambda, 1, q);
        const double response = mmc_response_quantile(3, lambda, 1, q);
        if (wait > 0)
            test::check_simulated("wait above its quantile", test::estimate(test::indicator(passages.waits, wait)),
                                  1 - q);
        test::check_simulated("response above its quantile",
                              test::estimate(test::indicator(passages.responses, response)), 1 - q);
    }
}

TEST_CASE("simulated M/M/1 busy periods and responses agree") {
    Random random{2};
    std::vector<double> periods;
    while (periods.size() < 200000) {
        double work = random.exponential(1);
        double length = 0;
        for (double gap = random.exponential(2); gap < work; gap = random.exponential(2)) {
            length += gap;
            work += random.exponential(1) - gap;
        }
        periods.push_back(length + work);
    }
    test::check_simulated("busy period", test::estimate(periods), mm1_busy_period(0.5, 1));
    CHECK(mm1_busy_period(1, 1) == infinity);
    const auto passages = test::simulate_fcfs(
        1, 400000, [&] { return random.exponential(2); }, [&] { return random.exponential(1); });
    test::check_simulated("response above its quantile",
                          test::estimate(test::indicator(passages.responses, mm1_response_quantile(0.5, 1, 0.9))), 0.1);
}

TEST_CASE("a simulated M/M/2/5 station agrees in loss, number, wait and throughput") {
    Random random{3};
    const double lambda = 2.2;
    double now = 0;
    std::vector<double> free_at{0, 0};
    std::deque<double> departures;  // sorted
    std::vector<double> lost;
    std::vector<double> found;
    std::vector<double> waits;
    for (int i = 0; i < 500000; ++i) {
        now += random.exponential(1 / lambda);
        while (!departures.empty() && departures.front() <= now)
            departures.pop_front();
        found.push_back(static_cast<double>(departures.size()));
        lost.push_back(departures.size() == 5 ? 1 : 0);
        if (departures.size() == 5)
            continue;
        double& server = *std::min_element(free_at.begin(), free_at.end());
        waits.push_back(std::max(server - now, 0.0));
        server = std::max(server, now) + random.exponential(1);
        departures.insert(std::upper_bound(departures.begin(), departures.end(), server), server);
    }
    test::check_simulated("loss", test::estimate(lost), mmck_blocking(2, 5, lambda));
    test::check_simulated("number, as Poisson arrivals see it", test::estimate(found), mmck_mean_number(2, 5, lambda));
    test::check_simulated("wait", test::estimate(waits), mmck_wait(2, 5, lambda, 1));
    const double accepted = static_cast<double>(waits.size()) / now;
    CHECK(accepted == Approx(mmck_throughput(2, 5, lambda, 1)).epsilon(0.01));
}

TEST_CASE("a simulated repair shop agrees in utilisation") {
    Random random{4};
    const double think_time = 5;
    std::priority_queue<double, std::vector<double>, std::greater<>> requests;
    for (int i = 0; i < 6; ++i)
        requests.push(random.exponential(think_time));
    std::vector<double> cycles;  // time between two ends of service
    double free_at = 0;
    for (int i = 0; i < 400000; ++i) {
        const double end = std::max(free_at, requests.top()) + random.exponential(1);
        requests.pop();
        requests.push(end + random.exponential(think_time));
        cycles.push_back(end - free_at);
        free_at = end;
    }
    test::check_simulated("cycle", test::estimate(cycles), 1 / mm1_finite_source_utilisation(6, think_time, 1));
}
