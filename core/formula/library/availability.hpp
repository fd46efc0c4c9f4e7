// Availability of systems made of parts that fail: structures, common causes, correlation, repair, redundancy.
//
// An availability is the probability that a part or system is up at a random moment; parts fail independently unless a
// function says how they do not. "k of n" systems are up while at least k (k_needed) of n parts are: k = 0 is always
// up, k > n never. Rates are in 1/s, times in s, both of exponential distributions. Arguments lie in the domains of the
// table; what contradicts itself gives NaN, as do more parts than the bounds here. Sums add positive terms only.
//
// Sources: Barlow and Proschan, Statistical Theory of Reliability and Life Testing (1975), chapters 1 and 2; Trivedi,
// Probability and Statistics with Reliability, Queuing and Computer Science Applications (2nd edition, 2001), chapter 8
// (Markov chains), unless a function says otherwise.
#pragma once

#include <cstddef>
#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

inline constexpr double identical_parts_max = 1e6;          // of Markov and correlated k-of-n systems: O(n) time
inline constexpr double zones_max = 1e4;                    // O(zones) time
inline constexpr std::size_t different_parts_max = 4096;    // O(n (n - k)) time
inline constexpr std::size_t cut_components_max = 20;       // of all that are in a cut: 2^20 states are looked at,
inline constexpr std::size_t minimal_cuts_max = 20;         // or up to 2^20 sets of minimal cuts,
inline constexpr std::size_t cut_components_wide_max = 64;  // then of this many components

// k of n identical parts.
double k_of_n_availability(double k, double n, double availability);

// k of n parts of different availabilities (Poisson binomial distribution, by dynamic programming).
double k_of_n_heterogeneous(double k, std::span<const double> availabilities);

// A system that is down while all components of at least one cut are. `cuts` lists component numbers (from 1), with 0
// between two cuts: [1, 2, 0, 3] is 3 in series with 1 and 2 in parallel. Cuts need not be minimal; no cut at all gives
// 1. Exact: by enumeration for up to cut_components_max components in cuts, else by disjoint products over up to
// minimal_cuts_max minimal cuts; some tenths of a second at worst. NaN beyond, and for a number without an
// availability.
double minimal_cut_availability(std::span<const double> availabilities, std::span<const double> cuts);

// Five components: 1 and 2 leave the source, 4 continues 1 and 5 continues 2 to the sink, 3 bridges the middle both
// ways. The minimal paths are 1-4, 2-5, 1-3-5, 2-3-4. NaN unless five are given.
double bridge_availability(std::span<const double> availabilities);

// Beta-factor model (Fleming 1975): a share beta of a part's unavailability Q comes from a common cause that takes all
// n parts down. (1 - beta Q) times the availability of k_needed of n independent parts of unavailability (1 - beta) Q.
double common_cause_availability(double n, double k_needed, double unavailability, double beta);

// At least k of n exchangeable trials succeed that share a random success probability, beta-distributed with the given
// mean; `correlation` is that of any two trials' outcomes: 0 is binomial, 1 all or nothing (Skellam 1948).
double beta_binomial_tail(double k, double n, double mean, double correlation);
double beta_binomial_availability(double n, double k_needed, double availability, double correlation);  // the same

// One-factor Gaussian copula (Vasicek 1987; Li 2000): a part is up while sqrt(r) Z + sqrt(1 - r) e_i is at most the
// normal quantile of its availability; Z is common, e_i the part's own, both standard normal, r the correlation (of
// these latent variables, not of the outcomes). 0 and 1 are exact, else a quadrature with an error below 1e-11.
double gaussian_copula_availability(double n, double k_needed, double availability, double correlation);

// Probability that two events of probabilities p_a and p_b, whose indicators have this correlation, both happen:
// p_a p_b + r sqrt(p_a (1 - p_a) p_b (1 - p_b)). NaN if no two such events exist: if that is outside the Frechet bounds
// max(0, p_a + p_b - 1) ... min(p_a, p_b).
double joint_failure(double p_a, double p_b, double correlation);

// k of n identical parts that fail and are repaired by up to `crews` at a time, also while the system is down: steady
// state of the birth-death chain of the number failed, with rates (n - i) failure_rate up and min(i, crews) repair_rate
// down.
double markov_repair_availability(double n, double k_needed, double failure_rate, double repair_rate, double crews);

// The same chain from all parts up: mean time until fewer than k_needed are. +infinity if none fail or none is needed,
// 0 for k_needed > n; repair_rate may be 0.
double markov_mttf(double n, double k_needed, double failure_rate, double repair_rate, double crews);

// An active unit with a hot standby, both failing at failure_rate, repaired one at a time. Five states:
//   both      both well: up. The standby fails -> single. The active fails -> switching with probability
//             switch_coverage, else -> unnoticed.
//   switching the standby takes over, for a mean of switch_time: down. -> single; or it fails first -> none; or the
//             failed unit's repair ends first -> both.
//   unnoticed nothing takes over: down. The repair ends -> both; the standby fails -> none.
//   single    one unit serves, the other is repaired: up. Repair ends -> both; failure -> none.
//   none      both failed: down. The first repair ends -> single.
// Probability of both and single. Coverage: Arnold, The concept of coverage (1973).
double standby_availability(double failure_rate, double repair_rate, double switch_coverage, double switch_time);

// Mean time to data loss of n disks of mean life disk_mttf that survive the loss of `tolerated` disks (RAID 5: 1, RAID
// 6: 2, an erasure code: its parity blocks), rebuilt one at a time for a mean of rebuild_time: markov_mttf with one
// crew. For rebuild_time << disk_mttf near disk_mttf^(t+1) / (n (n-1) ... (n-t) rebuild_time^t), the formula of Chen et
// al. (1994). +infinity for tolerated >= n, and for immediate rebuilds if any loss is tolerated.
double mttdl(double n, double tolerated, double disk_mttf, double rebuild_time);

// "Three nines" are 3: -log10(1 - availability), +infinity for 1; and back.
double nines(double availability);
double availability_from_nines(double nines);

// Replicas spread evenly over zones: one is up while its zone is (all its replicas then fail together) and it is itself
// up. Probability that at least replicas_needed are.
double zone_placement_availability(double zones, double zone_availability, double replicas_per_zone,
                                   double replica_availability, double replicas_needed);

// Shuffle sharding: probability that two random shards, each of `shard` of the nodes, share exactly `overlap` nodes
// (hypergeometric). NaN for a shard larger than all nodes.
double shuffle_shard_overlap(double nodes, double shard, double overlap);

std::span<const Function> availability_functions();

}  // namespace dstudio::formula::library
