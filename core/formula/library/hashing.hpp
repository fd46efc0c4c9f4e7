// Placement by hashing: how uneven the fullest bin or server gets, and when hashes collide.
//
// Hashes are uniform and independent. Results are numerical, not asymptotic (no log n / log log n); each function says
// how exact it is. Arguments lie in the domains of the table. None takes more than a few milliseconds, nor more than
// some thousand numbers of memory.
//
// Sources: Raab and Steger, "Balls into bins" - a simple and tight analysis (1998); Jacquet and Szpankowski, Analytical
// depoissonization and its applications (1998); Azar, Broder, Karlin and Upfal, Balanced allocations (1999);
// Mitzenmacher, The power of two choices in randomized load balancing (2001); Karger et al., Consistent hashing and
// random trees (1997); Mirrokni, Thorup and Zadimoghaddam, Consistent hashing with bounded loads (2018).
#pragma once

#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

// Mean number of balls in the fullest bin after throwing `balls` at random. Exact to rounding up to 32 balls; beyond,
// from the Poissonised bins with the first term of depoissonisation, to 0.2 / sqrt(balls) of a ball (for two bins; less
// for more).
double balls_in_bins_max_expected(double balls, double bins);

// The smallest load that the fullest bin stays at or below with probability q, when the bins' loads are taken as
// independent Poisson numbers; never below ceil(balls / bins) nor above balls.
double balls_in_bins_max_quantile(double balls, double bins, double q);

// Mean load of the fullest bin when each ball goes to the emptier of two random bins. Fluid limit ds_i/dt = s_{i-1}^2 -
// s_i^2 for the fraction s_i of bins with at least i balls at t = balls / bins, integrated numerically; the bins above
// a level are then taken as Poisson. Within 0.1 of simulation from ten bins on; 1 bin is exact.
double two_choices_max(double balls, double bins);

// Supermarket model: Poisson arrivals join the shortest of `choices` random queues of infinitely many M/M/1 servers.
// Mean time in system, sum over i >= 1 of rho^((d^i - d) / (d - 1)) service times; +infinity from utilisation 1 on.
double power_of_d_response(double choices, double utilisation, double service_time);

// The same model: fraction of the queues that hold at least `length` customers, rho^((d^length - 1) / (d - 1)).
double power_of_d_tail(double choices, double utilisation, double length);

// Consistent hashing with V = virtual_nodes random points a node: shares are Dirichlet(V, ..., V) distributed. Mean of
// the largest share over the mean share 1 / nodes, exact (numerical integral, relative error about 1e-8): normalising
// gammas by their independent sum makes it the mean of the largest of N gammas over V. V = 1 gives H_N.
double consistent_hash_peak_to_mean(double nodes, double virtual_nodes);

// The same model: standard deviation of a node's share of the ring, sqrt((N - 1) / (N V + 1)) / N.
double consistent_hash_share_sd(double nodes, double virtual_nodes);

// Bounded loads: a server takes at most ceil((1 + headroom) keys / servers) keys, and a key that finds its server full
// tries further ones until it fits. Mean number of tries beyond the first, if each goes to a fresh random server (as by
// rehashing, or with many virtual nodes) and there are many servers; on a plain ring runs of full servers make it more.
double bounded_load_forwarding(double keys, double servers, double headroom);

// Probability that of `items` random values out of `space` two agree, to about 1e-13 relative also for a space of
// 2^128; 1 for more items than space.
double birthday_collision(double items, double space);

// The smallest number of items that collide with at least this probability; space + 1 for probability 1. Above 2^53 the
// nearest double.
double birthday_items(double space, double probability);

std::span<const Function> hashing_functions();

}  // namespace dstudio::formula::library
