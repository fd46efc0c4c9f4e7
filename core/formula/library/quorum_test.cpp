#include "core/formula/library/quorum.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <map>
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

using Set = std::size_t;  // a bit for each replica

std::size_t size_of(Set set) {
    std::size_t result = 0;
    for (; set != 0; set >>= 1U)
        result += set & 1U;
    return result;
}

std::vector<Set> subsets(std::size_t n, std::size_t size) {
    std::vector<Set> result;
    for (Set set = 0; set < Set{1} << n; ++set)
        if (size_of(set) == size)
            result.push_back(set);
    return result;
}

// The sum of the probabilities of all sets of replicas that can be up and for which the predicate holds.
double enumerate(std::size_t n, double p_up, const std::function<bool(Set)>& predicate) {
    double sum = 0;
    for (Set set = 0; set < Set{1} << n; ++set)
        if (predicate(set)) {
            const std::size_t up = size_of(set);
            sum += std::pow(p_up, static_cast<double>(up)) * std::pow(1 - p_up, static_cast<double>(n - up));
        }
    return sum;
}

double real(std::size_t n) {
    return static_cast<double>(n);
}

// The fewest replicas that any two sets of sizes r and w have in common.
std::size_t least_overlap(std::size_t n, std::size_t r, std::size_t w) {
    std::size_t least = n;
    for (const Set read : subsets(n, r))
        for (const Set write : subsets(n, w))
            least = std::min(least, size_of(read & write));
    return least;
}

double choose(double n, double k) {
    double result = 1;
    for (double i = 1; i <= k; ++i)
        result *= (n - k + i) / i;
    return k > n ? 0 : result;
}

}  // namespace

TEST_CASE("quorums are available in as many states as have enough replicas up") {
    for (const double p_up : {0.0, 0.5, 0.99, 1.0})
        for (std::size_t n = 1; n <= 7; ++n) {
            for (std::size_t q = 1; q <= n + 1; ++q)
                CHECK(quorum_availability(real(n), real(q), p_up) ==
                      near(enumerate(n, p_up, [&](Set up) { return size_of(up) >= q; })));
            const auto byzantine = static_cast<std::size_t>(byzantine_quorum(real(n)));
            CHECK(byzantine_quorum_availability(real(n), p_up) ==
                  near(enumerate(n, p_up, [&](Set up) { return size_of(up) >= byzantine; })));
        }
}

TEST_CASE("quorums intersect exactly if no two sets of their sizes are disjoint") {
    for (std::size_t n = 1; n <= 6; ++n) {
        for (std::size_t r = 1; r <= n; ++r)
            for (std::size_t w = 1; w <= n; ++w)
                CHECK(quorum_intersects(real(n), real(r), real(w)) == (least_overlap(n, r, w) > 0 ? 1 : 0));
        std::size_t smallest = 1;
        while (least_overlap(n, smallest, smallest) == 0)
            ++smallest;
        CHECK(majority(real(n)) == real(smallest));
    }
    CHECK(std::isnan(quorum_intersects(3, 4, 1)));
    CHECK(std::isnan(quorum_intersects(3, 1, 4)));
}

TEST_CASE("Byzantine quorums are the smallest whose overlap is larger than the number of liars") {
    for (std::size_t n = 1; n <= 8; ++n) {
        const std::size_t liars = (n - 1) / 3;
        std::size_t smallest = 1;
        while (least_overlap(n, smallest, smallest) <= liars)
            ++smallest;
        CAPTURE(n);
        CHECK(byzantine_quorum(real(n)) == real(smallest));
    }
    for (double f = 1; f < 50; ++f)
        CHECK(byzantine_quorum(3 * f + 1) == 2 * f + 1);  // Castro and Liskov 1999
}

TEST_CASE("grid quorums agree with all states of the grid") {
    for (const double p_up : {0.0, 0.3, 0.9, 1.0})
        for (std::size_t rows = 1; rows <= 3; ++rows)
            for (std::size_t columns = 1; columns <= 4; ++columns) {
                const auto in_column = [&](Set up, std::size_t column) {
                    std::size_t members = 0;
                    for (std::size_t row = 0; row < rows; ++row)
                        members += up >> (column * rows + row) & 1U;
                    return members;
                };
                const auto covered = [&](Set up) {
                    for (std::size_t column = 0; column < columns; ++column)
                        if (in_column(up, column) == 0)
                            return false;
                    return true;
                };
                const auto full = [&](Set up) {
                    for (std::size_t column = 0; column < columns; ++column)
                        if (in_column(up, column) == rows)
                            return true;
                    return false;
                };
                CHECK(grid_read_availability(real(rows), real(columns), p_up) ==
                      near(enumerate(rows * columns, p_up, covered)));
                CHECK(grid_quorum_availability(real(rows), real(columns), p_up) ==
                      near(enumerate(rows * columns, p_up, [&](Set up) { return covered(up) && full(up); })));
            }
}

TEST_CASE("reads are stale as often as random sets miss the written one") {
    for (std::size_t n = 1; n <= 7; ++n)
        for (std::size_t w = 1; w <= n; ++w)
            for (std::size_t r = 1; r <= n; ++r) {
                const Set written = (Set{1} << w) - 1;
                double missed = 0;
                const std::vector<Set> reads = subsets(n, r);
                for (const Set read : reads)
                    missed += (read & written) == 0 ? 1 : 0;
                const double stale = missed / real(reads.size());
                CHECK(pbs_stale_probability(real(n), real(r), real(w)) == near(stale));
                CHECK(pbs_k_stale(real(n), real(r), real(w), 3) == near(stale * stale * stale));
                CHECK(pbs_k_stale(real(n), real(r), real(w), 1) == near(stale));
            }
    CHECK(pbs_stale_probability(3, 1, 1) == near(2.0 / 3));  // Bailis et al. 2012, section 3
    CHECK(pbs_stale_probability(3, 1, 2) == near(1.0 / 3));
    CHECK(pbs_stale_probability(100, 30, 30) == near(choose(70, 30) / choose(100, 30)));
    CHECK(pbs_stale_probability(1e6, 5e5, 5e5 + 1) == 0);
    CHECK(std::isnan(pbs_stale_probability(3, 4, 1)));
    CHECK(std::isnan(pbs_k_stale(3, 1, 4, 2)));
}

TEST_CASE("visibility is the sum over how many replicas a write has reached") {
    for (const double t : {0.0, 0.2, 1.0, 7.0})
        for (std::size_t w = 1; w <= 5; ++w)
            for (std::size_t r = 1; r <= 5; ++r) {
                // Bailis et al. 2012, section 3: c of the n = 5 replicas reached at t, the read misses all of them.
                const double reached = 1 - std::exp(-1.5 * t);
                double stale = 0;
                for (std::size_t more = 0; more <= 5 - w; ++more) {
                    const double law = choose(real(5 - w), real(more)) * std::pow(reached, real(more)) *
                                       std::pow(1 - reached, real(5 - w - more));
                    stale += law * choose(real(5 - w - more), real(r)) / choose(5, real(r));
                }
                CHECK(pbs_t_visibility(5, real(r), real(w), t, 1.5) == near(1 - stale));
            }
    CHECK(pbs_t_visibility(3, 1, 1, 0, 2) == near(1.0 / 3));
    CHECK(pbs_t_visibility(3, 1, 1, infinity, 2) == 1);
    CHECK(std::isnan(pbs_t_visibility(3, 4, 1, 1, 2)));
}

TEST_CASE("visibility agrees with a simulation of the writes and reads (fixed seed, 99.9 % confidence)") {
    Random random{11};
    constexpr int rounds = 200000;
    constexpr std::size_t n = 5;
    constexpr std::size_t w = 2;
    int seen = 0;
    for (int round = 0; round < rounds; ++round) {
        std::vector<double> arrivals;
        for (std::size_t i = 0; i < n; ++i)
            arrivals.push_back(random.exponential(1 / 1.5));
        std::vector<double> sorted = arrivals;
        std::sort(sorted.begin(), sorted.end());
        const double read_time = sorted[w - 1] + 0.2;
        const std::size_t first = random.below(n);
        std::size_t second = random.below(n - 1);
        second += second >= first ? 1 : 0;
        seen += arrivals[first] <= read_time || arrivals[second] <= read_time ? 1 : 0;
    }
    const double expected = pbs_t_visibility(n, 2, w, 0.2, 1.5);
    CHECK(std::abs(seen / static_cast<double>(rounds) - expected) <
          3.29 * std::sqrt(expected * (1 - expected) / rounds));
}

TEST_CASE("as many replies as the quorum are there by the quantile with the probability asked for") {
    for (const double p : {1e-12, 0.01, 0.5, 0.99, 1 - 1e-12})
        for (std::size_t n = 1; n <= 6; ++n)
            for (std::size_t q = 1; q <= n; ++q) {
                const double t = quorum_latency_quantile(real(n), real(q), p, 3);
                const double there = 1 - std::exp(-t / 3);
                // Of the sides, the one that p is near to 0 of, so that digits count.
                const auto by_then = [&](Set replies) { return size_of(replies) >= q; };
                const auto not_yet = [&](Set replies) { return size_of(replies) < q; };
                if (p < 0.6 && p > 1e-9)
                    CHECK(enumerate(n, there, by_then) == near(p, 1e-9));
                if (p > 0.4 && p < 1 - 1e-9)
                    CHECK(enumerate(n, there, not_yet) == near(1 - p, 1e-9));
                CHECK(order_statistic_probability(real(n), real(q), 0.3) == near(enumerate(n, 0.3, by_then)));
            }
    for (const double p : {1e-300, 1e-12, 0.3, 1 - 1e-12}) {
        CHECK(quorum_latency_quantile(4, 1, p, 3) == near(-3 * std::log1p(-p) / 4));  // the first of four
        const double tail = p > 0.5 ? (1 - p) / 4 : -std::expm1(std::log(p) / 4);     // p^(1/4) is all of four
        CHECK(quorum_latency_quantile(4, 4, p, 3) ==
              near(tail < 0.5 ? -3 * std::log(tail) : -3 * std::log1p(-std::pow(p, 0.25)), 1e-10));
    }
    CHECK(quorum_latency_quantile(5, 3, 0, 2) == 0);
    CHECK(quorum_latency_quantile(5, 3, 1, 2) == infinity);
    CHECK(std::isnan(quorum_latency_quantile(3, 4, 0.5, 2)));
    CHECK(std::isnan(order_statistic_probability(3, 4, 0.5)));
}

TEST_CASE("the mean time to a quorum of replies is the integral of its tail") {
    for (std::size_t n = 1; n <= 6; ++n)
        for (std::size_t q = 1; q <= n; ++q) {
            constexpr int steps = 60000;
            const double h = 60.0 / steps;
            double sum = 0;
            for (int i = 0; i <= steps; ++i) {
                const double there = -std::expm1(-i * h);
                double tail = 0;  // fewer than q are there
                for (std::size_t k = 0; k < q; ++k)
                    tail += choose(real(n), real(k)) * std::pow(there, real(k)) * std::pow(1 - there, real(n - k));
                sum += (i == 0 || i == steps ? 0.5 : 1) * tail * h;
            }
            CHECK(order_statistic_mean_exponential(real(n), real(q), 2) == near(2 * sum, 1e-5));
        }
    CHECK(order_statistic_mean_exponential(3, 2, 1) == near(1.0 / 3 + 1.0 / 2));
    CHECK(std::isnan(order_statistic_mean_exponential(3, 4, 1)));
}

namespace {

const std::map<std::string_view, double> arguments_by_name{{"n", 7},
                                                           {"r", 2},
                                                           {"w", 3},
                                                           {"p_up", 0.9},
                                                           {"quorum", 4},
                                                           {"mean", 0.6},
                                                           {"rows", 3},
                                                           {"columns", 4},
                                                           {"k", 2},
                                                           {"t", 0.35},
                                                           {"p", 0.8},
                                                           {"cdf", 0.7},
                                                           {"propagation_rate", 1.4}};

// Calls through the table, with times multiplied by `scale` and rates divided by it.
double call(const Function& function, double scale) {
    std::vector<double> values;
    for (const Parameter& parameter : function.parameters) {
        const double value = arguments_by_name.at(parameter.name);
        CHECK(parameter.domain.contains(value));
        values.push_back(parameter.unit == "s" ? value * scale : parameter.unit == "1/s" ? value / scale : value);
    }
    std::vector<std::span<const double>> lists;
    for (const double& value : values)
        lists.emplace_back(&value, 1);
    return function.call(lists);
}

}  // namespace

TEST_CASE("the table of quorum functions binds them by the right names and units") {
    const std::map<std::string_view, double> direct{
        {"quorum_availability", quorum_availability(7, 4, 0.9)},
        {"quorum_intersects", quorum_intersects(7, 2, 3)},
        {"majority", majority(7)},
        {"byzantine_quorum", byzantine_quorum(7)},
        {"byzantine_quorum_availability", byzantine_quorum_availability(7, 0.9)},
        {"grid_read_availability", grid_read_availability(3, 4, 0.9)},
        {"grid_quorum_availability", grid_quorum_availability(3, 4, 0.9)},
        {"pbs_stale_probability", pbs_stale_probability(7, 2, 3)},
        {"pbs_k_stale", pbs_k_stale(7, 2, 3, 2)},
        {"pbs_t_visibility", pbs_t_visibility(7, 2, 3, 0.35, 1.4)},
        {"quorum_latency_quantile", quorum_latency_quantile(7, 4, 0.8, 0.6)},
        {"order_statistic_mean_exponential", order_statistic_mean_exponential(7, 4, 0.6)},
        {"order_statistic_probability", order_statistic_probability(7, 4, 0.7)}};
    CHECK(quorum_functions().size() == direct.size());
    for (const Function& function : quorum_functions()) {
        CAPTURE(std::string(function.name));
        CHECK_FALSE(function.summary.empty());
        CHECK(function.summary.back() != '.');
        CHECK_FALSE(function.source.empty());
        CHECK(call(function, 1) == near(direct.at(function.name), 1e-14));
        const double factor = function.unit == "s" ? 2 : 1;
        CHECK(call(function, 2) == near(factor * direct.at(function.name), 1e-10));
    }
}
