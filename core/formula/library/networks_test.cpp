#include "core/formula/library/networks.hpp"

#include <doctest/doctest.h>

#include "core/formula/library/closed_networks.hpp"
#include "core/formula/library/queueing_test_support.hpp"

using namespace dstudio::formula;
using namespace dstudio::formula::library;
using doctest::Approx;
using dstudio::formula::library::test::Random;

namespace {

// The mean number in a station alone, from a long birth-death chain.
double station_number(double servers, double arrival_rate, double service_rate) {
    const auto chain = test::birth_death(
        2000, [=](double) { return arrival_rate; }, [=](double n) { return std::min(n, servers) * service_rate; });
    return test::mean_of(chain, [](double n) { return n; });
}

struct OpenNetwork {
    std::vector<double> external;
    std::vector<double> rates;
    std::vector<double> servers;
    std::vector<double> routing;

    [[nodiscard]] double number() const { return jackson_number(external, rates, servers, routing); }
    [[nodiscard]] double response() const { return jackson_response(external, rates, servers, routing); }
    [[nodiscard]] double utilisation() const { return jackson_utilisation_max(external, rates, servers, routing); }
};

std::vector<double> random_demands(Random& random, std::size_t stations) {
    std::vector<double> demands(stations);
    for (double& demand : demands)
        demand = random.uniform(0.01, 2);
    return demands;
}

double sum(const std::vector<double>& values) {
    double total = 0;
    for (const double value : values)
        total += value;
    return total;
}

// Tasks of every arrival go to all stations; a response ends with the last (Lindley's recursion at each station).
std::vector<double> simulate_fork_join(Random& random, std::size_t branches, double arrival_rate, int customers) {
    std::vector<double> work(branches, 0.0);
    std::vector<double> responses;
    for (int i = 0; i < customers; ++i) {
        const double gap = random.exponential(1 / arrival_rate);
        double response = 0;
        for (double& backlog : work) {
            backlog = std::max(backlog - gap, 0.0) + random.exponential(1);
            response = std::max(response, backlog);
        }
        responses.push_back(response);
    }
    return responses;
}

}  // namespace

TEST_CASE("a Jackson network is a set of independent M/M/c stations") {
    const OpenNetwork tandem{{1.5, 0}, {2, 0.6}, {1, 4}, {0, 1, 0, 0}};
    const double number = station_number(1, 1.5, 2) + station_number(4, 1.5, 0.6);
    CHECK(tandem.number() == Approx(number).epsilon(1e-10));
    CHECK(tandem.response() == Approx(number / 1.5).epsilon(1e-10));
    CHECK(tandem.utilisation() == Approx(0.75).epsilon(1e-14));

    const OpenNetwork feedback{{0.5}, {1.25}, {1}, {0.2}};  // every fifth job comes back: 0.625 visits a second
    CHECK(feedback.number() == Approx(1).epsilon(1e-13));
    CHECK(feedback.response() == Approx(2).epsilon(1e-13));
}

TEST_CASE("random Jackson networks agree with traffic found by iteration") {
    Random random{21};
    for (int round = 0; round < 100; ++round) {
        const std::size_t n = 1 + random.below(7);
        OpenNetwork network;
        network.routing.resize(n * n);
        for (std::size_t i = 0; i < n; ++i) {
            network.external.push_back(random.uniform() < 0.3 ? 0 : random.uniform(0.1, 1));
            network.servers.push_back(static_cast<double>(1 + random.below(4)));
            double total = 0;
            for (std::size_t j = 0; j < n; ++j)
                total += network.routing[i * n + j] = random.uniform() < 0.4 ? random.uniform() : 0;
            for (std::size_t j = 0; j < n; ++j)
                network.routing[i * n + j] *= total > 0 ? 0.9 / total : 0;
        }
        network.external[0] = 0.3;
        std::vector<double> flow(n, 0.0);
        for (int pass = 0; pass < 500; ++pass) {
            std::vector<double> next = network.external;
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < n; ++j)
                    next[j] += flow[i] * network.routing[i * n + j];
            flow = next;
        }
        double number = 0;
        double busiest = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const double utilisation = random.uniform(0.1, 0.9);
            network.rates.push_back(flow[i] > 0 ? flow[i] / (network.servers[i] * utilisation) : 1.0);
            number += station_number(network.servers[i], flow[i], network.rates[i]);
            busiest = std::max(busiest, flow[i] > 0 ? utilisation : 0);
        }
        CHECK(network.number() == Approx(number).epsilon(1e-9));
        CHECK(network.response() == Approx(number / sum(network.external)).epsilon(1e-9));
        CHECK(network.utilisation() == Approx(busiest).epsilon(1e-10));
    }
}

TEST_CASE("a simulated network with feedback agrees in the number of customers") {
    // As a Markov chain: exponential time to the next event, which is an arrival at 0 or an end of service.
    const OpenNetwork network{{0.6, 0}, {1.2, 0.5}, {1, 2}, {0.1, 0.8, 0.3, 0}};
    Random random{22};
    double n[2] = {0, 0};
    std::vector<double> numbers;
    double now = 0;
    double sample = 0;  // sampled on a grid of time
    while (numbers.size() < 600000) {
        const double ends[2] = {std::min(n[0], 1.0) * 1.2, std::min(n[1], 2.0) * 0.5};
        const double rate = 0.6 + ends[0] + ends[1];
        now += random.exponential(1 / rate);
        for (; sample < now; sample += 2)
            numbers.push_back(n[0] + n[1]);
        const double pick = random.uniform() * rate;
        if (pick < 0.6) {
            ++n[0];
            continue;
        }
        const std::size_t from = pick < 0.6 + ends[0] ? 0 : 1;
        --n[from];
        const double route = random.uniform();
        if (route < network.routing[from * 2])
            ++n[0];
        else if (route < network.routing[from * 2] + network.routing[from * 2 + 1])
            ++n[1];
    }
    test::check_simulated("number", test::estimate(numbers), network.number());
}

TEST_CASE("Jackson networks without an answer") {
    const OpenNetwork good{{1, 0}, {2, 2}, {1, 1}, {0, 1, 0, 0}};
    CHECK(good.number() == Approx(2).epsilon(1e-13));
    OpenNetwork network = good;
    network.rates[1] = 1;
    CHECK(network.number() == infinity);
    CHECK(network.response() == infinity);
    CHECK(network.utilisation() == 1);
    network = good;
    network.routing = {0, 1, 1, 0};  // nobody leaves
    CHECK(std::isnan(network.number()));
    CHECK(std::isnan(network.utilisation()));
    network.routing = {0.5, 0.6, 0, 0};
    CHECK(std::isnan(network.number()));
    network.routing = {0, 1, 0};
    CHECK(std::isnan(network.number()));
    network = good;
    network.external = {0, 0};
    CHECK(network.number() == 0);
    CHECK(std::isnan(network.response()));
    network = good;
    network.servers = {1};
    CHECK(std::isnan(network.response()));
    network.servers = {1e6, 1};
    CHECK(std::isnan(network.number()));
    const OpenNetwork unvisited{{1, 0}, {2, 1e-9}, {1, 1}, {0, 0, 0, 0}};
    CHECK(unvisited.number() == Approx(1).epsilon(1e-13));
    const OpenNetwork rounded{{1, 0}, {2, 2}, {1, 1}, {0.1 + 0.2, 0.7, 0.3, 0.7}};  // leaves by rounding only
    CHECK(std::isnan(rounded.number()));
}

TEST_CASE("bounds hold for exact solutions of random closed networks, the balanced ones inside the asymptotic") {
    Random random{23};
    for (int round = 0; round < 500; ++round) {
        const auto demands = random_demands(random, 1 + random.below(6));
        const double think_time = random.uniform() < 0.3 ? 0 : random.uniform(0, 20);
        const auto n = static_cast<double>(1 + random.below(40));
        const double x = mva_throughput(n, think_time, demands);
        const double r = mva_response(n, think_time, demands);
        const double more = 1 + 1e-12;
        CHECK(balanced_throughput_lower(n, think_time, demands) <= x * more);
        CHECK(x <= balanced_throughput_upper(n, think_time, demands) * more);
        CHECK(balanced_response_lower(n, think_time, demands) <= r * more);
        CHECK(r <= balanced_response_upper(n, think_time, demands) * more);
        CHECK(balanced_throughput_upper(n, think_time, demands) <=
              asymptotic_throughput_upper(n, think_time, demands) * more);
        CHECK(asymptotic_response_lower(n, think_time, demands) <=
              balanced_response_lower(n, think_time, demands) * more);
    }
}

TEST_CASE("bounds of networks where they are known") {
    // Lazowska et al. (1984): visits 121, 70, 50; service times 0.005, 0.030, 0.027; think time 15.
    const std::vector<double> demands{0.605, 2.1, 1.35};
    CHECK(saturation_population(15, demands) == Approx(19.055 / 2.1).epsilon(1e-14));
    CHECK(asymptotic_throughput_upper(3, 15, demands) == Approx(3 / 19.055).epsilon(1e-14));
    CHECK(asymptotic_throughput_upper(30, 15, demands) == Approx(1 / 2.1).epsilon(1e-14));
    CHECK(asymptotic_response_lower(3, 15, demands) == Approx(4.055).epsilon(1e-14));
    CHECK(asymptotic_response_lower(30, 15, demands) == Approx(48).epsilon(1e-14));

    // Balanced and without thinking, both bounds meet the exact N / (D + (N - 1) D / K); an idle station is none.
    const std::vector<double> balanced{0.5, 0.5, 0, 0.5};
    for (const double n : {1.0, 4.0, 50.0}) {
        const double exact = n / (1.5 + (n - 1) * 0.5);
        CHECK(balanced_throughput_lower(n, 0, balanced) == Approx(exact).epsilon(1e-14));
        CHECK(balanced_throughput_upper(n, 0, balanced) == Approx(exact).epsilon(1e-14));
    }
    const std::vector<double> none{0, 0};
    CHECK(saturation_population(3, none) == infinity);
    CHECK(asymptotic_throughput_upper(6, 3, none) == 2);
    CHECK(balanced_throughput_upper(6, 3, none) == 2);
    CHECK(balanced_throughput_lower(6, 3, none) == 2);
    CHECK(balanced_response_upper(6, 3, none) == 0);
}

TEST_CASE("harmonic numbers agree with the sum on both sides of the series") {
    CHECK(harmonic_number(0) == 0);
    CHECK(harmonic_number(1) == 1);
    CHECK(harmonic_number(4) == Approx(25.0 / 12).epsilon(1e-15));
    for (const int n : {50, 100, 101, 102, 1000, 1000000}) {
        long double total = 0;
        for (int k = n; k > 0; --k)
            total += 1.0L / k;
        CHECK(harmonic_number(n) == Approx(static_cast<double>(total)).epsilon(2e-15));
    }
}

TEST_CASE("fork-join is M/M/1 with one branch, Flatto and Hahn with two, and the longest task when idle") {
    CHECK(fork_join_response(1, 0.5, 1) == Approx(2).epsilon(1e-15));
    CHECK(fork_join_response(2, 0.5, 1) == Approx(11.5 / 8 * 2).epsilon(1e-14));
    for (const double n : {1.0, 2.0, 3.0, 32.0})
        CHECK(fork_join_response(n, 0, 2) == Approx(fork_join_unloaded(n, 0.5)).epsilon(1e-14));
    CHECK(fork_join_unloaded(3, 6) == Approx(11).epsilon(1e-14));
    CHECK(fork_join_response(4, 1, 1) == infinity);
    Random random{24};
    for (const double rho : {0.3, 0.7})
        test::check_simulated("two branches", test::estimate(simulate_fork_join(random, 2, rho, 1000000)),
                              fork_join_response(2, rho, 1));
}

TEST_CASE("Nelson and Tantawi's approximation is within 5 % of simulations of up to 32 branches") {
    Random random{25};
    for (const std::size_t branches : {4U, 12U, 32U})
        for (const double rho : {0.2, 0.5, 0.8}) {
            CAPTURE(branches);
            CAPTURE(rho);
            const auto simulated = test::estimate(simulate_fork_join(random, branches, rho, 300000));
            CHECK(simulated.half_width < 0.05 * simulated.mean);
            CHECK(fork_join_response(static_cast<double>(branches), rho, 1) == Approx(simulated.mean).epsilon(0.05));
        }
}
