#include "core/formula/library/spreading.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
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

// Nodes that know after each round of push gossip, until all do.
std::vector<double> simulate_push(Random& random, std::size_t nodes, int fanout) {
    std::vector<bool> knows(nodes);
    knows[0] = true;
    std::vector<double> informed{1};
    while (informed.back() < static_cast<double>(nodes)) {
        std::vector<bool> next = knows;
        double count = informed.back();
        for (std::size_t node = 0; node < nodes; ++node)
            for (int i = 0; knows[node] && i < fanout; ++i) {
                const std::size_t other = (node + 1 + random.below(nodes - 1)) % nodes;
                count += next[other] ? 0 : 1;
                next[other] = true;
            }
        knows = next;
        informed.push_back(count);
    }
    return informed;
}

double iterate(double from, int times, double (*step)(double, double), double parameter) {
    for (int i = 0; i < times; ++i)
        from = step(from, parameter);
    return from;
}

}  // namespace

TEST_CASE("push gossip: the mean field and Pittel's rounds are those of simulated gossip") {
    Random random{17};
    constexpr std::size_t nodes = 1000;
    for (const int fanout : {1, 3}) {
        double to_half = 0;
        double to_all = 0;
        double after_five = 0;
        constexpr int runs = 200;
        for (int run = 0; run < runs; ++run) {
            const auto informed = simulate_push(random, nodes, fanout);
            std::size_t round = 0;
            while (informed[round] < nodes / 2.0)
                ++round;
            to_half += static_cast<double>(round) / runs;
            to_all += static_cast<double>(informed.size() - 1) / runs;
            after_five += informed[5] / runs;
        }
        CAPTURE(fanout);
        CAPTURE(to_half);
        CAPTURE(to_all);
        CHECK(std::abs(gossip_rounds_to_fraction(nodes, fanout, 0.5) - to_half) < 1);
        CHECK(std::abs(gossip_rounds_to_fraction(nodes, fanout, 1) - to_all) < 2);
        CHECK(gossip_infected(nodes, fanout, 5) == relative(after_five).epsilon(0.03));
        if (fanout == 1)
            CHECK(std::abs(gossip_rounds_push(nodes) - to_all) < 2);
    }
}

TEST_CASE("push gossip: the first round tells one node, rounds are the first to reach the fraction, no fanout never") {
    CHECK(gossip_infected(1000, 1, 0) == 1);
    CHECK(gossip_infected(1000, 1, 1) == relative(2).epsilon(1e-12));
    CHECK(gossip_infected(2, 1, 1) == 2);
    CHECK(gossip_infected(1, 1, 9) == 1);
    CHECK(gossip_infected(1000, 1, gossip_rounds_max) == relative(1000));
    for (const double fraction : {0.01, 0.3, 0.9, 0.999}) {
        const double rounds = gossip_rounds_to_fraction(1e6, 2, fraction);
        CHECK(gossip_infected(1e6, 2, rounds) >= fraction * 1e6);
        CHECK(gossip_infected(1e6, 2, rounds - 1) < fraction * 1e6);
    }
    CHECK(gossip_rounds_to_fraction(1000, 1, 0) == 0);
    CHECK(gossip_rounds_to_fraction(1000, 0, 0.5) == infinity);
    CHECK(gossip_rounds_to_fraction(1000, 1e-9, 0.5) == infinity);
}

TEST_CASE("rumor mongering leaves the residues of Demers et al.: 20 % for k = 1, 6 % for k = 2") {
    CHECK(std::round(100 * gossip_residue(1)) == 20);
    CHECK(std::round(100 * gossip_residue(2)) == 6);
}

TEST_CASE("an epidemic's final size is the fixed point that iteration from above finds") {
    for (const double r0 : {1.05, 1.5, 2.0, 3.0, 12.0}) {
        const double z = iterate(
            1, 20000, [](double x, double r) { return 1 - std::exp(-r * x); }, r0);
        CHECK(sir_final_size(r0) == relative(z).epsilon(1e-12));
    }
    CHECK(sir_final_size(2) == relative(0.7968121300200199).epsilon(1e-14));
    CHECK(sir_final_size(1) == 0);
    CHECK(sir_final_size(0) == 0);
    CHECK(sir_final_size(1 + 1e-9) == relative(2e-9).epsilon(1e-6));  // 2 (r0 - 1) to first order
    CHECK(sir_final_size(1e6) == 1);
}

TEST_CASE("the final size is the share of a simulated epidemic that does not die out at once") {
    // One infects Poisson(r0) random others of n: the giant component of a random graph.
    Random random{23};
    constexpr std::size_t people = 20000;
    const double r0 = 1.7;
    double share = 0;
    int large = 0;
    for (int run = 0; run < 40; ++run) {
        std::vector<bool> infected(people);
        std::vector<std::size_t> active{0};
        infected[0] = true;
        std::size_t reached = 1;
        while (!active.empty()) {
            active.pop_back();
            for (double time = random.exponential(1); time < r0; time += random.exponential(1)) {
                const std::size_t other = random.below(people);
                if (infected[other])
                    continue;
                infected[other] = true;
                active.push_back(other);
                ++reached;
            }
        }
        if (reached < people / 10)
            continue;
        ++large;
        share += static_cast<double>(reached) / people;
    }
    CHECK(large > 10);
    CHECK(share / large == relative(sir_final_size(r0)).epsilon(0.01));
}

TEST_CASE("thresholds of random networks: 1 / degree on regular ones, 1 / mean on Erdos-Renyi graphs") {
    CHECK(epidemic_threshold(4, 16) == 0.25);
    CHECK(epidemic_threshold(4, 20) == 0.2);                            // Poisson degrees: 1 / (mean + 1)
    CHECK(percolation_threshold(4, 20) == relative(0.25));              // 1 / mean
    CHECK(percolation_threshold(3, 9) == relative(0.5));                // 1 / (degree - 1)
    CHECK(percolation_threshold(0.1 + 0.2 + 2.7, 9) == relative(0.5));  // a mean that is off by rounding
    CHECK(std::isnan(percolation_threshold(2, 4)));                     // rings
    CHECK(std::isnan(percolation_threshold(0.5, 0.75)));                // Erdos-Renyi below mean degree 1
    CHECK(std::isnan(percolation_threshold(4, 15)));
    CHECK(std::isnan(epidemic_threshold(4, 15)));
}

TEST_CASE("extinction probabilities are the limits of the iterated generating functions") {
    for (const double mean : {0.3, 1.0, 1.1, 2.0, 5.0, 30.0}) {
        const double q = iterate(
            0, 200000, [](double s, double m) { return std::exp(m * (s - 1)); }, mean);
        CHECK(galton_watson_extinction_poisson(mean) == relative(q).epsilon(mean == 1.0 ? 1e-4 : 1e-12));
    }
    for (const double p : {0.1, 0.25, 0.4, 0.8, 0.99}) {
        const double q = iterate(
            0, 20000, [](double s, double x) { return std::pow(1 - x + x * s, 4); }, p);
        CHECK(galton_watson_extinction_binomial(4, p) == relative(q).epsilon(p == 0.25 ? 1e-3 : 1e-12));
    }
    CHECK(galton_watson_extinction_binomial(1, 1) == 0);  // always exactly one child
    CHECK(galton_watson_extinction_binomial(1, 0.9) == 1);
    CHECK(galton_watson_extinction_binomial(3, 1) == 0);
    CHECK(galton_watson_extinction_binomial(2, 0.75) == relative(1.0 / 9));  // ((1 - p) / p)^2
    CHECK(galton_watson_extinction_binomial(1e15, 2e-15) ==
          relative(galton_watson_extinction_poisson(2)).epsilon(1e-9));
}

TEST_CASE("Borel's cascade sizes sum to the extinction probability and have the mean size") {
    for (const double mean : {0.2, 0.8, 1.5}) {
        double sum = 0;
        double total = 0;
        for (double n = 1; n <= 20000; ++n) {
            sum += cascade_size_probability(mean, n);
            total += n * cascade_size_probability(mean, n);
        }
        CHECK(sum == relative(galton_watson_extinction_poisson(mean)).epsilon(1e-9));
        if (mean < 1)
            CHECK(total == relative(cascade_size_mean(mean)).epsilon(1e-9));
    }
    CHECK(cascade_size_probability(0, 1) == 1);
    CHECK(cascade_size_probability(0, 2) == 0);
    CHECK(cascade_size_probability(0.5, 2) == relative(0.5 * std::exp(-1)));  // e^(-2 m) (2 m) / 2
    CHECK(cascade_size_mean(1) == infinity);
}

TEST_CASE("Watts: the vulnerable branching is its sum over degrees, with a window of global cascades") {
    for (const double z : {0.5, 1.5, 4.0, 9.0, 20.0})
        for (const int vulnerable : {1, 2, 3, 5, 10, 49}) {
            long double sum = 0;
            long double of_degree = std::exp(-static_cast<long double>(z));
            for (int k = 0; k <= vulnerable; ++k) {
                sum += of_degree * k * (k - 1);
                of_degree *= z / (k + 1);
            }
            CAPTURE(z);
            CAPTURE(vulnerable);
            CHECK(watts_branching(z, 1.0 / vulnerable) == relative(static_cast<double>(sum) / z).epsilon(1e-11));
        }
    // Threshold 0.18: cascades between mean degrees of 1 and about 6 (Watts 2002, figure 1).
    CHECK(watts_global_cascade(0.9, 0.18) == 0);
    CHECK(watts_global_cascade(1.1, 0.18) == 1);
    CHECK(watts_global_cascade(5, 0.18) == 1);
    CHECK(watts_global_cascade(7, 0.18) == 0);
    CHECK(watts_global_cascade(4, 1) == 0);
}

// Loads at which the two fixed points meet exactly are left out: there the rounding to whole nodes decides.
TEST_CASE("load redistribution: survivors are those of the recursion over single nodes") {
    constexpr int nodes = 20000;
    for (const double spread : {0.0, 0.1, 0.5, 0.9, 1.0})
        for (const double utilisation : {0.21, 0.44, 0.6, 0.8, 1.1})
            for (const int failed : {0, 200, 4000, 12000}) {
                const int left = nodes - failed;
                int alive = left;
                while (alive > 0) {
                    const double load = utilisation * nodes / alive;
                    int able = 0;
                    for (int i = 0; i < left; ++i)
                        able += 1 - spread + 2 * spread * (i + 0.5) / left >= load ? 1 : 0;
                    if (able >= alive)
                        break;
                    alive = able;
                }
                CAPTURE(spread);
                CAPTURE(utilisation);
                CAPTURE(failed);
                CHECK(std::abs(load_redistribution_cascade(nodes, failed, utilisation, spread) - alive) <=
                      0.001 * nodes);
            }
    CHECK(load_redistribution_cascade(10, 10, 0.1, 0.2) == 0);
    CHECK(std::isnan(load_redistribution_cascade(10, 11, 0.1, 0.2)));
}
