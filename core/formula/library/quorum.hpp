// Quorums: how available, how stale and how fast they are.
//
// n replicas fail independently, each up with the same probability; a quorum of q is available while at least q are up.
// Quorums larger than n are never available, and NaN where they are asked for something else. Reads and writes of
// partial quorums go to random replicas (probabilistically bounded staleness). Times are in s, rates in 1/s. Arguments
// lie in the domains of the table.
//
// Sources: Gifford, Weighted voting for replicated data (1979); Malkhi and Reiter, Byzantine quorum systems (1998);
// Bailis, Venkataraman, Franklin, Hellerstein and Stoica, Probabilistically bounded staleness for practical partial
// quorums (2012); David and Nagaraja, Order Statistics (3rd edition, 2003), chapter 2.
#pragma once

#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

inline constexpr double replicas_max = 1e6;  // O(r) or O(w) time where a product is taken

// Probability that at least `quorum` of n replicas are up.
double quorum_availability(double n, double quorum, double p_up);

// 1 if every set of r replicas meets every set of w, that is r + w > n, else 0. NaN for r or w above n.
double quorum_intersects(double n, double r, double w);

// The smallest number such that any two sets of so many meet: floor(n / 2) + 1.
double majority(double n);

// The smallest number such that any two sets of so many share an honest replica, of n with floor((n - 1) / 3) liars:
// ceil((n + f + 1) / 2), which is 2f + 1 of 3f + 1 (Malkhi and Reiter's dissemination quorums). And the probability
// that so many are up.
double byzantine_quorum(double n);
double byzantine_quorum_availability(double n, double p_up);

// Grid protocol (Cheung, Ammar and Ahamad 1990): a read needs one replica of every column; a write, and what is meant
// by the grid's quorum, in addition all of some column. (1 - (1-p)^rows)^columns, and that less (1 - p^rows -
// (1-p)^rows)^columns.
double grid_read_availability(double rows, double columns, double p_up);
double grid_quorum_availability(double rows, double columns, double p_up);

// Probability that a read of r random replicas meets none of the w that have the last write: C(n-w, r) / C(n, r). NaN
// for r or w above n.
double pbs_stale_probability(double n, double r, double w);

// Probability that it meets none of the last k writes, each to w random replicas: the k-th power.
double pbs_k_stale(double n, double r, double w, double k);

// Probability that a read started a time t after a write committed sees it. Model: the write goes to all n replicas at
// once and takes an exponential time of propagation_rate to each, independently; it commits when w have it; the read
// asks r random replicas and takes no time (Bailis et al.'s WARS with W exponential and A, R, S zero). What is left of
// the n - w propagations at the commit is exponential anew, so that the answer is 1 - C(n-w, r) / C(n, r) e^(-r rate
// t).
double pbs_t_visibility(double n, double r, double w, double t, double propagation_rate);

// n replies take independent exponential times of the same mean. Quantile and mean of the time until `quorum` of them
// are there; the mean is mean (1/n + 1/(n-1) + ... + 1/(n-quorum+1)). NaN for a quorum above n.
double quorum_latency_quantile(double n, double quorum, double p, double mean);
double order_statistic_mean_exponential(double n, double quorum, double mean);

// Probability that at least `quorum` of n replies are there by a time at which each is with probability `cdf`. NaN for
// a quorum above n.
double order_statistic_probability(double n, double quorum, double cdf);

std::span<const Function> quorum_functions();

}  // namespace dstudio::formula::library
