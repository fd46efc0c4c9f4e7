#include "core/formula/library/quorum.hpp"

#include <algorithm>
#include <cmath>

#include "core/formula/library/binding.hpp"
#include "core/formula/library/popularity.hpp"
#include "core/formula/library/special.hpp"

namespace dstudio::formula::library {

double quorum_availability(double n, double quorum, double p_up) {
    return binomial_tail(quorum, n, p_up);
}

double quorum_intersects(double n, double r, double w) {
    if (r > n || w > n)
        return no_answer;
    return r + w > n ? 1 : 0;
}

double majority(double n) {
    return std::floor(n / 2) + 1;
}

double byzantine_quorum(double n) {
    const double liars = std::floor((n - 1) / 3);
    return std::ceil((n + liars + 1) / 2);
}

double byzantine_quorum_availability(double n, double p_up) {
    return binomial_tail(byzantine_quorum(n), n, p_up);
}

double grid_read_availability(double rows, double columns, double p_up) {
    return std::pow(1 - std::pow(1 - p_up, rows), columns);
}

double grid_quorum_availability(double rows, double columns, double p_up) {
    const double covered = 1 - std::pow(1 - p_up, rows);
    const double not_full = std::max(covered - std::pow(p_up, rows), 0.0);
    return std::pow(covered, columns) - std::pow(not_full, columns);
}

double pbs_stale_probability(double n, double r, double w) {
    if (r > n || w > n)
        return no_answer;
    // The quotient of binomial coefficients is symmetric in r and w.
    const double fewer = std::min(r, w);
    const double more = std::max(r, w);
    double result = 1;
    for (double i = 0; i < fewer && result > 0; ++i)
        result *= std::max(n - more - i, 0.0) / (n - i);
    return result;
}

double pbs_k_stale(double n, double r, double w, double k) {
    return std::pow(pbs_stale_probability(n, r, w), k);
}

double pbs_t_visibility(double n, double r, double w, double t, double propagation_rate) {
    return 1 - pbs_stale_probability(n, r, w) * std::exp(-r * propagation_rate * t);
}

double quorum_latency_quantile(double n, double quorum, double p, double mean) {
    if (quorum > n)
        return no_answer;
    // The share of replies that are there by then has a beta distribution, as has its complement, the share that is
    // not; the smaller of both keeps its digits.
    const double there = beta_quantile(p, quorum, n - quorum + 1);
    if (there < 0.5)
        return -mean * std::log1p(-there);
    return -mean * std::log(beta_quantile_complement(p, quorum, n - quorum + 1));
}

double order_statistic_mean_exponential(double n, double quorum, double mean) {
    if (quorum > n)
        return no_answer;
    return mean * zipf_sum(n - quorum + 1, n, 1);
}

double order_statistic_probability(double n, double quorum, double cdf) {
    return quorum > n ? no_answer : binomial_tail(quorum, n, cdf);
}

namespace {

constexpr Domain replica_count{.min = 1, .max = replicas_max, .integer = true};

constexpr Parameter n{"n", "1", replica_count};
constexpr Parameter r{"r", "1", positive_count};
constexpr Parameter w{"w", "1", positive_count};
constexpr Parameter p_up{"p_up", "1", probability};
constexpr Parameter quorum{"quorum", "1", positive_count};
constexpr Parameter mean{"mean", "s", non_negative};

constexpr Parameter quorum_parameters[] = {n, quorum, p_up};
constexpr Parameter read_write_parameters[] = {n, r, w};
constexpr Parameter size_parameters[] = {{"n", "1", positive_count}};
constexpr Parameter byzantine_parameters[] = {n, p_up};
constexpr Parameter grid_parameters[] = {{"rows", "1", replica_count}, {"columns", "1", replica_count}, p_up};
constexpr Parameter k_stale_parameters[] = {n, r, w, {"k", "1", positive_count}};
constexpr Parameter visibility_parameters[] = {
    n, r, w, {"t", "s", non_negative}, {"propagation_rate", "1/s", non_negative}};
constexpr Parameter latency_parameters[] = {n, quorum, {"p", "1", probability}, mean};
constexpr Parameter latency_mean_parameters[] = {n, quorum, mean};
constexpr Parameter order_parameters[] = {n, quorum, {"cdf", "1", probability}};

constexpr std::string_view gifford = "Gifford, Weighted Voting for Replicated Data (1979)";
constexpr std::string_view thomas = "Thomas, A Majority Consensus Approach to Concurrency Control (1979)";
constexpr std::string_view malkhi =
    "Malkhi and Reiter, Byzantine Quorum Systems (1998), dissemination quorums; Castro and Liskov, Practical Byzantine "
    "Fault Tolerance (1999)";
constexpr std::string_view cheung =
    "Cheung, Ammar and Ahamad, The Grid Protocol: A High Performance Scheme for Maintaining Replicated Data (1990)";
constexpr std::string_view bailis =
    "Bailis, Venkataraman, Franklin, Hellerstein and Stoica, Probabilistically Bounded Staleness for Practical Partial "
    "Quorums (2012), section 3";
constexpr std::string_view david = "David and Nagaraja, Order Statistics (3rd edition, 2003), chapter 2";

constexpr Function table[] = {
    entry<quorum_availability>("quorum_availability", quorum_parameters, "1",
                               "Probability that at least a quorum of n independent replicas are up", gifford),
    entry<quorum_intersects>("quorum_intersects", read_write_parameters, "1",
                             "1 if every read quorum of r meets every write quorum of w of n replicas, else 0",
                             gifford),
    entry<majority>("majority", size_parameters, "1", "The smallest majority of n", thomas),
    entry<byzantine_quorum>("byzantine_quorum", size_parameters, "1",
                            "The smallest quorum of n replicas any two of which share an honest one, if fewer than a "
                            "third lie",
                            malkhi),
    entry<byzantine_quorum_availability>("byzantine_quorum_availability", byzantine_parameters, "1",
                                         "Probability that a Byzantine quorum of n independent replicas is up", malkhi),
    entry<grid_read_availability>("grid_read_availability", grid_parameters, "1",
                                  "Probability that a grid of replicas has one up in every column", cheung),
    entry<grid_quorum_availability>("grid_quorum_availability", grid_parameters, "1",
                                    "Probability that a grid of replicas has one up in every column and all up in some "
                                    "column",
                                    cheung),
    entry<pbs_stale_probability>("pbs_stale_probability", read_write_parameters, "1",
                                 "Probability that a read of r random replicas misses a write to w of n", bailis),
    entry<pbs_k_stale>("pbs_k_stale", k_stale_parameters, "1",
                       "Probability that a read of r random replicas misses the last k writes to w of n each", bailis),
    entry<pbs_t_visibility>("pbs_t_visibility", visibility_parameters, "1",
                            "Probability that a read a time t after a write committed sees it, for exponential "
                            "propagation to each replica",
                            bailis),
    entry<quorum_latency_quantile>("quorum_latency_quantile", latency_parameters, "s",
                                   "The p-quantile of the time until a quorum of n exponential replies is there",
                                   david),
    entry<order_statistic_mean_exponential>("order_statistic_mean_exponential", latency_mean_parameters, "s",
                                            "Mean time until a quorum of n exponential replies is there", david),
    entry<order_statistic_probability>("order_statistic_probability", order_parameters, "1",
                                       "Probability that a quorum of n replies is there when each is with a given "
                                       "probability",
                                       david),
};

}  // namespace

std::span<const Function> quorum_functions() {
    return table;
}

}  // namespace dstudio::formula::library
