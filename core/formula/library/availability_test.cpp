#include "core/formula/library/availability.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <map>
#include <numbers>
#include <string>
#include <string_view>
#include <utility>
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
using States = std::vector<bool>;

// The sum of the probabilities of all states of independent components in which the system is up.
double enumerate(const List& availabilities, const std::function<bool(const States&)>& is_up) {
    double sum = 0;
    for (std::size_t code = 0; code < std::size_t{1} << availabilities.size(); ++code) {
        States up;
        double p = 1;
        for (std::size_t i = 0; i < availabilities.size(); ++i) {
            up.push_back((code >> i & 1U) != 0);
            p *= up[i] ? availabilities[i] : 1 - availabilities[i];
        }
        if (is_up(up))
            sum += p;
    }
    return sum;
}

std::ptrdiff_t number_up(const States& up) {
    return std::count(up.begin(), up.end(), true);
}

bool enough(const States& up, double k) {
    return static_cast<double>(number_up(up)) >= k;
}

bool no_cut_is_down(const States& up, const List& cuts) {
    bool all_down = true;
    bool any = false;
    for (std::size_t i = 0; i <= cuts.size(); ++i) {
        if (i < cuts.size() && cuts[i] > 0) {
            all_down = all_down && !up[static_cast<std::size_t>(cuts[i]) - 1];
            any = true;
            continue;
        }
        if (any && all_down)
            return false;
        all_down = true;
        any = false;
    }
    return true;
}

// Solves a x = b by elimination with pivots.
List solve(std::vector<List> a, List b) {
    const std::size_t n = b.size();
    for (std::size_t column = 0; column < n; ++column) {
        std::size_t pivot = column;
        for (std::size_t row = column; row < n; ++row)
            if (std::abs(a[row][column]) > std::abs(a[pivot][column]))
                pivot = row;
        std::swap(a[column], a[pivot]);
        std::swap(b[column], b[pivot]);
        for (std::size_t row = 0; row < n; ++row) {
            if (row == column)
                continue;
            const double factor = a[row][column] / a[column][column];
            for (std::size_t j = column; j < n; ++j)
                a[row][j] -= factor * a[column][j];
            b[row] -= factor * b[column];
        }
    }
    for (std::size_t i = 0; i < n; ++i)
        b[i] /= a[i][i];
    return b;
}

// A chain by its generator matrix: q[i][j] is the rate from i to j.
struct Chain {
    std::vector<List> q;

    explicit Chain(std::size_t states) : q(states, List(states, 0)) {}
    void add(std::size_t from, std::size_t to, double rate) {
        q[from][to] += rate;
        q[from][from] -= rate;
    }
    [[nodiscard]] List steady_state() const {  // pi q = 0, the last equation replaced by sum of pi = 1
        std::vector<List> a(q.size(), List(q.size()));
        for (std::size_t i = 0; i < q.size(); ++i)
            for (std::size_t j = 0; j < q.size(); ++j)
                a[j][i] = j + 1 == q.size() ? 1 : q[i][j];
        List b(q.size(), 0);
        b.back() = 1;
        return solve(a, b);
    }
    // Mean time from state 0 to the first state from `target` on.
    [[nodiscard]] double passage(std::size_t target) const {
        std::vector<List> a(target, List(target));
        for (std::size_t i = 0; i < target; ++i)
            for (std::size_t j = 0; j < target; ++j)
                a[i][j] = q[i][j];
        return solve(a, List(target, -1))[0];
    }
};

// States are numbers of failed parts.
Chain repair_chain(std::size_t n, double failure_rate, double repair_rate, std::size_t crews) {
    Chain chain(n + 1);
    for (std::size_t failed = 0; failed < n; ++failed) {
        chain.add(failed, failed + 1, static_cast<double>(n - failed) * failure_rate);
        chain.add(failed + 1, failed, static_cast<double>(std::min(failed + 1, crews)) * repair_rate);
    }
    return chain;
}

}  // namespace

TEST_CASE("k-of-n systems agree with all their states") {
    const List different{0.9, 0.5, 0.99, 0.2, 0.75, 1, 0.6};
    for (double k = 0; k <= 8; ++k) {
        const auto is_up = [k](const States& up) { return enough(up, k); };
        CHECK(k_of_n_availability(k, 7, 0.83) == near(enumerate(List(7, 0.83), is_up)));
        CHECK(k_of_n_heterogeneous(k, different) == near(enumerate(different, is_up)));
        CHECK(k_of_n_heterogeneous(k, List(7, 0.83)) == near(k_of_n_availability(k, 7, 0.83)));
    }
    CHECK(k_of_n_heterogeneous(3000, List(4096, 0.75)) == near(k_of_n_availability(3000, 4096, 0.75), 1e-10));
    CHECK(std::isnan(k_of_n_heterogeneous(3000, List(4097, 0.75))));
}

TEST_CASE("systems by minimal cuts agree with all their states") {
    const List parts{0.9, 0.5, 0.99, 0.2, 0.75, 0.7, 0.6};
    for (const List& cuts : std::vector<List>{{1},
                                              {1, 0, 2},
                                              {1, 2, 3},
                                              {0, 0, 7, 6, 0, 0, 1, 2, 0},
                                              {1, 2, 0, 1, 2, 3, 0, 2, 1, 0, 2, 2},  // not minimal, repeated
                                              {1, 2, 0, 2, 3, 0, 3, 4, 0, 4, 5, 0, 5, 6, 0, 6, 7, 0, 7, 1}})
        CHECK(minimal_cut_availability(parts, cuts) ==
              near(enumerate(parts, [&](const States& up) { return no_cut_is_down(up, cuts); })));
    CHECK(minimal_cut_availability(parts, List{0}) == 1);
    CHECK(std::isnan(minimal_cut_availability(parts, List{1, 8})));
}

TEST_CASE("systems of many components by cuts have their closed forms and recursions") {
    // Twenty cuts of three components each, without common ones.
    List cuts;
    List parts;
    double expected = 1;
    for (std::size_t i = 0; i < 20; ++i) {
        double all_down = 1;
        for (std::size_t j = 0; j < 3; ++j) {
            parts.push_back(0.5 + 0.007 * static_cast<double>(3 * i + j));
            cuts.push_back(static_cast<double>(parts.size()));
            all_down *= 1 - parts.back();
        }
        cuts.push_back(0);
        expected *= 1 - all_down;
    }
    CHECK(minimal_cut_availability(parts, cuts) == near(expected));

    // Down if three neighbours in a row of 22 are: recursion over how many at the end are down.
    const List row(22, 0.7);
    List triples;
    for (double i = 1; i <= 20; ++i)
        for (const double entry : {i, i + 1, i + 2, 0.0})
            triples.push_back(entry);
    double none = 1;
    double one = 0;
    double two = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const double up = (none + one + two) * row[i];
        two = one * (1 - row[i]);
        one = none * (1 - row[i]);
        none = up;
    }
    CHECK(minimal_cut_availability(row, triples) == near(none + one + two));

    // 21 minimal cuts of 22 components are one too many. A cut of one component makes those pairs redundant that
    // contain it: one at an end leaves as many cuts, one inside leaves one less.
    List pairs;
    for (double i = 1; i <= 21; ++i)
        for (const double entry : {i, i + 1, 0.0})
            pairs.push_back(entry);
    CHECK(std::isnan(minimal_cut_availability(row, pairs)));
    pairs.insert(pairs.end(), {22, 0});
    CHECK(std::isnan(minimal_cut_availability(row, pairs)));
    pairs.insert(pairs.end(), {3, 0});
    CHECK(std::isfinite(minimal_cut_availability(row, pairs)));

    List wide(70, 0.9);
    List one_cut;
    for (double i = 1; i <= 64; ++i)
        one_cut.push_back(i);
    CHECK(minimal_cut_availability(wide, one_cut) == 1);  // less 1e-64
    one_cut.push_back(65);
    CHECK(std::isnan(minimal_cut_availability(wide, one_cut)));
}

TEST_CASE("the bridge works while a path does") {
    const List parts{0.9, 0.5, 0.3, 0.8, 0.75};
    const double expected = enumerate(parts, [](const States& up) {
        return (up[0] && up[3]) || (up[1] && up[4]) || (up[0] && up[2] && up[4]) || (up[1] && up[2] && up[3]);
    });
    CHECK(bridge_availability(parts) == near(expected));
    CHECK(minimal_cut_availability(parts, List{1, 2, 0, 4, 5, 0, 1, 3, 5, 0, 2, 3, 4}) == near(expected));
    // For equal parts 2 p^2 + 2 p^3 - 5 p^4 + 2 p^5 (Barlow and Proschan 1975).
    CHECK(bridge_availability(List(5, 0.9)) == near(2 * 0.81 + 2 * 0.729 - 5 * 0.6561 + 2 * 0.59049));
    CHECK(std::isnan(bridge_availability(List(4, 0.9))));
    CHECK(std::isnan(bridge_availability(List(6, 0.9))));
}

TEST_CASE("the beta-factor model is a common event in series with independent parts") {
    for (const double beta : {0.0, 0.1, 0.7, 1.0})
        for (double k = 0; k <= 5; ++k) {
            List parts(4, 1 - (1 - beta) * 0.2);
            parts.push_back(1 - beta * 0.2);  // that the common cause does not strike
            const double expected = enumerate(parts, [k](const States& up) {
                return k <= 0 || (up.back() && enough(States(up.begin(), up.end() - 1), k));
            });
            CHECK(common_cause_availability(4, k, 0.2, beta) == near(expected));
        }
    // By hand: two parts of unavailability 0.01, one needed, a tenth of it common: 1 - 0.001 - 0.999 * 0.009^2.
    CHECK(common_cause_availability(2, 1, 0.01, 0.1) == near(1 - 0.001 - 0.999 * 0.000081));
}

TEST_CASE("the beta-binomial distribution is Polya's urn, with the correlation asked for") {
    for (const double mean : {0.05, 0.5, 0.9})
        for (const double correlation : {1e-9, 0.01, 0.3, 0.9, 0.999}) {
            const double a = mean * (1 - correlation) / correlation;
            const double b = (1 - mean) * (1 - correlation) / correlation;
            // One draw after the other, a success making the next one likelier.
            const std::size_t n = 9;
            List law{1};
            for (std::size_t i = 0; i < n; ++i) {
                List next(i + 2, 0);
                for (std::size_t k = 0; k <= i; ++k) {
                    const double success = (a + static_cast<double>(k)) / (a + b + static_cast<double>(i));
                    next[k + 1] += law[k] * success;
                    next[k] += law[k] * (b + static_cast<double>(i - k)) / (a + b + static_cast<double>(i));
                }
                law = next;
            }
            double tail = 0;
            for (std::size_t k = n + 1; k-- > 0;) {
                tail += law[k];
                CHECK(beta_binomial_tail(static_cast<double>(k), n, mean, correlation) == near(tail, 1e-11));
                CHECK(beta_binomial_availability(n, static_cast<double>(k), mean, correlation) == near(tail, 1e-11));
            }
            const double both = beta_binomial_tail(2, 2, mean, correlation);
            CHECK((both - mean * mean) / (mean * (1 - mean)) == near(correlation, 1e-6));
        }
    CHECK(beta_binomial_tail(3, 5, 0.7, 0) == near(k_of_n_availability(3, 5, 0.7)));
    CHECK(beta_binomial_tail(3, 5, 0.7, 1e-13) == near(k_of_n_availability(3, 5, 0.7), 1e-10));
    CHECK(beta_binomial_tail(3, 5, 0.7, 1) == 0.7);
    CHECK(beta_binomial_tail(0, 5, 0.7, 1) == 1);
    CHECK(beta_binomial_tail(6, 5, 0.7, 0.5) == 0);
    CHECK(beta_binomial_tail(3, 5, 0, 0.5) == 0);
    CHECK(beta_binomial_tail(3, 5, 1, 0.5) == 1);
    // Uniform success probability: every number of successes is equally likely.
    CHECK(beta_binomial_tail(250001, 1e6, 0.5, 1.0 / 3) == near(1 - 250001 / 1000001.0, 1e-9));
}

TEST_CASE("the Gaussian copula has the orthant probabilities of correlated normal numbers") {
    for (const double r : {0.001, 0.2, 0.5, 0.9, 0.99999}) {
        const double quadrant = 0.25 + std::asin(r) / (2 * std::numbers::pi);  // Sheppard 1898
        CHECK(gaussian_copula_availability(2, 2, 0.5, r) == near(quadrant, 1e-11));
        CHECK(gaussian_copula_availability(2, 1, 0.5, r) == near(1 - quadrant, 1e-11));
        CHECK(gaussian_copula_availability(3, 3, 0.5, r) ==
              near(0.125 + 3 * std::asin(r) / (4 * std::numbers::pi), 1e-11));
        CHECK(gaussian_copula_availability(1, 1, 0.973, r) == near(0.973, 1e-11));
    }
    // Equal weights of the common and of n own variables: all ranks are equally likely.
    CHECK(gaussian_copula_availability(9, 9, 0.5, 0.5) == near(0.1, 1e-11));
    CHECK(gaussian_copula_availability(9, 4, 0.5, 0.5) == near(0.6, 1e-11));
    CHECK(gaussian_copula_availability(1e6, 3e5, 0.5, 0.5) == near(1 - 3e5 / 1000001, 1e-10));
}

TEST_CASE("the Gaussian copula agrees with the sum over its common factor, and with its limits") {
    for (const double r : {1e-6, 0.05, 0.4, 0.8, 0.999})
        for (const double a : {0.3, 0.95, 0.9999})
            for (const double k : {1.0, 4.0, 6.0, 7.0}) {
                // c by bisection of erfc, then the trapezoidal rule over z, which is exact but for rounding.
                double low = -10;
                double high = 10;
                for (int i = 0; i < 200; ++i)
                    (std::erfc(-(low + high) / 2 / std::numbers::sqrt2) / 2 < a ? low : high) = (low + high) / 2;
                double expected = 0;
                const double step = r > 0.9 ? 0.0005 : 0.005;
                for (double z = -9; z < 9; z += step) {
                    const double x = (low - std::sqrt(r) * z) / std::sqrt(1 - r);
                    const double up = std::erfc(-x / std::numbers::sqrt2) / 2;
                    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
                    double tail = 0;
                    for (double j = k, choose = 1; j <= 7; ++j) {
                        choose = 1;
                        for (double i = 1; i <= j; ++i)
                            choose *= (7 - j + i) / i;
                        tail += choose * std::pow(up, j) * std::pow(1 - up, 7 - j);
                    }
                    expected += step * density * tail;
                }
                CAPTURE(r);
                CAPTURE(a);
                CAPTURE(k);
                CHECK(std::abs(gaussian_copula_availability(7, k, a, r) - expected) < 1e-11);
            }
    for (const double n : {2.0, 5.0, 1000.0, 1e6})
        for (const double k : {1.0, std::ceil(0.9 * n), n}) {
            CHECK(gaussian_copula_availability(n, k, 0.9, 0) == near(k_of_n_availability(k, n, 0.9)));
            const double close = gaussian_copula_availability(n, k, 0.9, 1e-16);
            CHECK(std::abs(close - k_of_n_availability(k, n, 0.9)) < 1e-5);
            CHECK(gaussian_copula_availability(n, k, 0.9, 1) == 0.9);
            CHECK(std::abs(gaussian_copula_availability(n, k, 0.9, 1 - 1e-15) - 0.9) < 1e-6);
        }
    CHECK(gaussian_copula_availability(5, 0, 0.3, 0.5) == 1);
    CHECK(gaussian_copula_availability(5, 6, 0.3, 0.5) == 0);
    CHECK(gaussian_copula_availability(5, 2, 0, 0.5) == 0);
    CHECK(gaussian_copula_availability(5, 2, 1, 0.5) == 1);
}

TEST_CASE("the Gaussian copula agrees with a simulation (fixed seed, 99.9 % confidence)") {
    Random random{7};
    const auto normal = [&random] {
        return std::sqrt(-2 * std::log(random.uniform())) * std::cos(2 * std::numbers::pi * random.uniform());
    };
    const double r = 0.35;
    const double limit = 1.2815515655446004;  // of the 90 % quantile
    constexpr int rounds = 200000;
    int works = 0;
    for (int i = 0; i < rounds; ++i) {
        const double common = normal();
        int up = 0;
        for (int part = 0; part < 5; ++part)
            up += std::sqrt(r) * common + std::sqrt(1 - r) * normal() <= limit ? 1 : 0;
        works += up >= 4 ? 1 : 0;
    }
    const double expected = gaussian_copula_availability(5, 4, 0.9, r);
    const double deviation = std::sqrt(expected * (1 - expected) / rounds);
    CHECK(std::abs(works / static_cast<double>(rounds) - expected) < 3.29 * deviation);
    CHECK(std::abs(k_of_n_availability(4, 5, 0.9) - expected) > 10 * deviation);  // independence would be noticed
}

TEST_CASE("joint failures have the correlation asked for, if it is possible") {
    for (const double p_a : {0.01, 0.3, 0.5})
        for (const double p_b : {0.01, 0.2, 0.9})
            for (double r = -1; r <= 1; r += 0.125) {
                const double deviations = std::sqrt(p_a * (1 - p_a) * p_b * (1 - p_b));
                const double joint = joint_failure(p_a, p_b, r);
                // All four cells of the table of both events are to be probabilities.
                const double wanted = p_a * p_b + r * deviations;
                const double least = std::min({wanted, p_a - wanted, p_b - wanted, 1 - p_a - p_b + wanted});
                if (least > 1e-9)
                    CHECK((joint - p_a * p_b) / deviations == doctest::Approx(r));
                if (least < -1e-9)
                    CHECK(std::isnan(joint));
            }
    CHECK(joint_failure(0.3, 0.3, 1) == near(0.3));
    CHECK(joint_failure(0.001, 0.001, 1) == near(0.001));
    CHECK(joint_failure(0.5, 0.5, -1) == 0);
    CHECK(joint_failure(0.3, 0.7, -1) == doctest::Approx(0).epsilon(1e-12));
    CHECK(std::isnan(joint_failure(0.1, 0.9, 1)));
    CHECK(std::isnan(joint_failure(0.1, 0.1, -1)));
    CHECK(joint_failure(0, 0.4, 0.5) == 0);
    CHECK(joint_failure(1, 0.4, 0.5) == near(0.4));
}

TEST_CASE("repair and time to failure agree with the generator matrix") {
    for (const std::size_t n : {1U, 2U, 3U, 6U})
        for (const std::size_t crews : {1U, 2U, 6U})
            for (const double repair_rate : {0.1, 1.0, 20.0}) {
                const Chain chain = repair_chain(n, 0.3, repair_rate, crews);
                const List steady = chain.steady_state();
                for (std::size_t k = 1; k <= n; ++k) {
                    double up = 0;
                    for (std::size_t failed = 0; failed <= n - k; ++failed)
                        up += steady[failed];
                    const auto size = static_cast<double>(n);
                    const auto needed = static_cast<double>(k);
                    const auto teams = static_cast<double>(crews);
                    CHECK(markov_repair_availability(size, needed, 0.3, repair_rate, teams) == near(up, 1e-11));
                    CHECK(markov_mttf(size, needed, 0.3, repair_rate, teams) == near(chain.passage(n - k + 1), 1e-7));
                }
            }
}

TEST_CASE("repair has its limits: independent parts, no failures, no repairs") {
    const double a = 5.0 / (5 + 0.2);
    CHECK(markov_repair_availability(8, 6, 0.2, 5, 8) == near(k_of_n_availability(6, 8, a)));
    CHECK(markov_repair_availability(1e6, 961000, 0.2, 5, 1e6) == near(k_of_n_availability(961000, 1e6, a), 1e-8));
    CHECK(markov_repair_availability(8, 0, 0.2, 5, 1) == 1);
    CHECK(markov_repair_availability(8, 9, 0.2, 5, 1) == 0);
    CHECK(markov_repair_availability(8, 8, 0, 5, 1) == 1);
    CHECK(markov_repair_availability(8, 8, 1e-320, 1, 1) == 1);
    CHECK(markov_repair_availability(3, 1, 1e300, 1e-300, 1) == 0);
    CHECK(markov_mttf(3, 1, 0.5, 0, 1) == near(2 * (1.0 / 3 + 1.0 / 2 + 1)));
    CHECK(markov_mttf(3, 4, 0.5, 1, 1) == 0);
    CHECK(markov_mttf(3, 0, 0.5, 1, 1) == infinity);
    CHECK(markov_mttf(3, 1, 0, 1, 1) == infinity);
    // Two parts, one needed: (3 lambda + mu) / (2 lambda^2).
    CHECK(markov_mttf(2, 1, 0.5, 10, 1) == near((1.5 + 10) / 0.5));
}

TEST_CASE("the active and standby pair agrees with the generator matrix of its five states") {
    enum State : std::size_t { both, switching, unnoticed, single, none };
    for (const double failure : {0.01, 0.5})
        for (const double coverage : {0.0, 0.8, 1.0})
            for (const double switch_time : {0.001, 0.5, 40.0}) {
                const double repair = 0.7;
                Chain chain(5);
                chain.add(both, single, failure);  // of the standby
                chain.add(both, switching, failure * coverage);
                chain.add(both, unnoticed, failure * (1 - coverage));
                chain.add(switching, single, 1 / switch_time);
                chain.add(switching, both, repair);
                chain.add(switching, none, failure);
                chain.add(unnoticed, both, repair);
                chain.add(unnoticed, none, failure);
                chain.add(single, both, repair);
                chain.add(single, none, failure);
                chain.add(none, single, repair);
                const List steady = chain.steady_state();
                CHECK(standby_availability(failure, repair, coverage, switch_time) ==
                      near(steady[both] + steady[single]));
            }
    // Perfect switching is one of two with one crew.
    CHECK(standby_availability(0.5, 0.7, 1, 0) == near(markov_repair_availability(2, 1, 0.5, 0.7, 1)));
    CHECK(standby_availability(0, 0.7, 0.9, 1) == 1);
}

TEST_CASE("the mean time to data loss agrees with the generator matrix and, for quick rebuilds, with RAID's formula") {
    for (const std::size_t tolerated : {0U, 1U, 2U, 4U}) {
        const Chain chain = repair_chain(8, 1 / 50.0, 1 / 3.0, 1);
        CHECK(mttdl(8, static_cast<double>(tolerated), 50, 3) == near(chain.passage(tolerated + 1), 1e-9));
    }
    const double life = 1e5 * 3600;
    const double rebuild = 3600;
    CHECK(mttdl(10, 1, life, rebuild) == near(life * life / (10 * 9 * rebuild), 0.001));  // RAID 5, Chen et al. 1994
    CHECK(mttdl(10, 2, life, rebuild) == near(std::pow(life, 3) / (10 * 9 * 8 * rebuild * rebuild), 0.001));
    CHECK(mttdl(10, 0, life, rebuild) == near(life / 10));
    CHECK(mttdl(10, 0, life, 0) == near(life / 10));
    CHECK(mttdl(10, 1, life, 0) == infinity);
    CHECK(mttdl(10, 10, life, rebuild) == infinity);
}

TEST_CASE("nines count the digits of an availability") {
    CHECK(nines(0.999) == near(3));
    CHECK(nines(0) == 0);
    CHECK(nines(1) == infinity);
    CHECK(availability_from_nines(4) == near(0.9999, 1e-15));
    CHECK(availability_from_nines(0) == 0);
    CHECK(availability_from_nines(infinity) == 1);
    for (const double a : {1e-9, 0.3, 0.95, 0.9999})
        CHECK(availability_from_nines(nines(a)) == near(a));
}

TEST_CASE("replicas in zones agree with all states of zones and replicas") {
    const std::size_t zones = 3;
    const std::size_t each = 3;
    for (double needed = 0; needed <= 10; ++needed) {
        List parts(zones, 0.9);
        parts.insert(parts.end(), zones * each, 0.7);
        const double expected = enumerate(parts, [&](const States& up) {
            double serving = 0;
            for (std::size_t i = 0; i < zones * each; ++i)
                serving += up[i / each] && up[zones + i] ? 1 : 0;
            return serving >= needed;
        });
        CHECK(zone_placement_availability(zones, 0.9, each, 0.7, needed) == near(expected));
    }
    CHECK(zone_placement_availability(3, 1, 2, 0.9, 4) == near(k_of_n_availability(4, 6, 0.9)));
    CHECK(zone_placement_availability(3, 0.9, 2, 1, 4) == near(k_of_n_availability(2, 3, 0.9)));
}

TEST_CASE("overlaps of shuffle shards agree with all pairs of shards") {
    for (std::size_t nodes = 1; nodes <= 8; ++nodes)
        for (std::size_t shard = 1; shard <= nodes; ++shard) {
            const std::size_t mine = (std::size_t{1} << shard) - 1;  // the other shard runs over all
            List pairs(nodes + 2, 0);
            double all = 0;
            const auto ones = [](std::size_t set) {
                std::size_t result = 0;
                for (; set != 0; set >>= 1U)
                    result += set & 1U;
                return result;
            };
            for (std::size_t other = 0; other < std::size_t{1} << nodes; ++other)
                if (ones(other) == shard) {
                    ++pairs[ones(other & mine)];
                    ++all;
                }
            for (std::size_t overlap = 0; overlap <= nodes + 1; ++overlap)
                CHECK(shuffle_shard_overlap(static_cast<double>(nodes), static_cast<double>(shard),
                                            static_cast<double>(overlap)) == near(pairs[overlap] / all));
        }
    CHECK(shuffle_shard_overlap(100, 5, 5) == near(1 / 75287520.0));  // (100 over 5)
    CHECK(std::isnan(shuffle_shard_overlap(4, 5, 1)));
}

namespace {

const std::map<std::string_view, List> arguments_by_name{{"k", {3}},
                                                         {"n", {6}},
                                                         {"k_needed", {4}},
                                                         {"availability", {0.8}},
                                                         {"availabilities", {0.9, 0.8, 0.7, 0.6, 0.5}},
                                                         {"cuts", {1, 2, 0, 4}},
                                                         {"unavailability", {0.15}},
                                                         {"beta", {0.3}},
                                                         {"mean", {0.55}},
                                                         {"correlation", {0.25}},
                                                         {"p_a", {0.3}},
                                                         {"p_b", {0.45}},
                                                         {"failure_rate", {0.2}},
                                                         {"repair_rate", {1.7}},
                                                         {"crews", {2}},
                                                         {"switch_coverage", {0.9}},
                                                         {"switch_time", {0.4}},
                                                         {"tolerated", {2}},
                                                         {"disk_mttf", {30}},
                                                         {"rebuild_time", {0.7}},
                                                         {"nines", {2.5}},
                                                         {"zones", {3}},
                                                         {"zone_availability", {0.95}},
                                                         {"replicas_per_zone", {2}},
                                                         {"replica_availability", {0.85}},
                                                         {"replicas_needed", {4}},
                                                         {"nodes", {12}},
                                                         {"shard", {4}},
                                                         {"overlap", {1}}};

// Calls through the table, with times multiplied by `scale` and rates divided by it.
double call(const Function& function, double scale) {
    std::vector<List> values;
    for (const Parameter& parameter : function.parameters) {
        values.push_back(arguments_by_name.at(parameter.name));
        CHECK((parameter.is_list || values.back().size() == 1));
        for (double& value : values.back()) {
            CHECK(parameter.domain.contains(value));
            value *= parameter.unit == "s" ? scale : parameter.unit == "1/s" ? 1 / scale : 1;
        }
    }
    const std::vector<std::span<const double>> arguments(values.begin(), values.end());
    return function.call(arguments);
}

}  // namespace

TEST_CASE("the table of availability functions binds them by the right names and units") {
    const List five{0.9, 0.8, 0.7, 0.6, 0.5};
    const std::map<std::string_view, double> direct{
        {"k_of_n_availability", k_of_n_availability(3, 6, 0.8)},
        {"k_of_n_heterogeneous", k_of_n_heterogeneous(3, five)},
        {"minimal_cut_availability", minimal_cut_availability(five, List{1, 2, 0, 4})},
        {"bridge_availability", bridge_availability(five)},
        {"common_cause_availability", common_cause_availability(6, 4, 0.15, 0.3)},
        {"beta_binomial_tail", beta_binomial_tail(3, 6, 0.55, 0.25)},
        {"beta_binomial_availability", beta_binomial_availability(6, 4, 0.8, 0.25)},
        {"gaussian_copula_availability", gaussian_copula_availability(6, 4, 0.8, 0.25)},
        {"joint_failure", joint_failure(0.3, 0.45, 0.25)},
        {"markov_repair_availability", markov_repair_availability(6, 4, 0.2, 1.7, 2)},
        {"markov_mttf", markov_mttf(6, 4, 0.2, 1.7, 2)},
        {"standby_availability", standby_availability(0.2, 1.7, 0.9, 0.4)},
        {"mttdl", mttdl(6, 2, 30, 0.7)},
        {"nines", nines(0.8)},
        {"availability_from_nines", availability_from_nines(2.5)},
        {"zone_placement_availability", zone_placement_availability(3, 0.95, 2, 0.85, 4)},
        {"shuffle_shard_overlap", shuffle_shard_overlap(12, 4, 1)}};
    CHECK(availability_functions().size() == direct.size());
    for (const Function& function : availability_functions()) {
        CAPTURE(std::string(function.name));
        CHECK_FALSE(function.summary.empty());
        CHECK(function.summary.back() != '.');
        CHECK_FALSE(function.source.empty());
        CHECK(call(function, 1) == near(direct.at(function.name), 1e-14));
        const double factor = function.unit == "s" ? 2 : 1;
        CHECK(call(function, 2) == near(factor * direct.at(function.name), 1e-10));
    }
}
