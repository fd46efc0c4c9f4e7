// What spreads: gossip, epidemics, branching processes, and cascades of failures.
//
// Mean-field models: exact for infinitely many nodes, deterministic for finite ones, so that results may be fractions
// of a node. Arguments lie in the domains of the table.
//
// Sources: Pittel, On spreading a rumor (1987); Demers et al., Epidemic algorithms for replicated database maintenance
// (1987); Kermack and McKendrick, A contribution to the mathematical theory of epidemics (1927); Pastor-Satorras and
// Vespignani, Epidemic spreading in scale-free networks (2001); Molloy and Reed, A critical point for random graphs
// with a given degree sequence (1995); Cohen, Erez, ben-Avraham and Havlin, Resilience of the internet to random
// breakdowns (2000); Harris, The theory of branching processes (1963); Watts, A simple model of global cascades on
// random networks (2002); Daniels, The statistical theory of the strength of bundles of threads (1945).
#pragma once

#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

inline constexpr double gossip_rounds_max = 100000;

// Push gossip with fanout 1: rounds until all know, log2 n + ln n up to a bounded term (Pittel).
double gossip_rounds_push(double nodes);

// Push gossip: nodes that know after some rounds, from one. In each round each node that knows tells `fanout` random
// others: x' = n - (n - x) (1 - 1 / (n - 1))^(fanout x).
double gossip_infected(double nodes, double fanout, double rounds);

// The same recursion: the first round after which a fraction of the nodes knows (for all: less than half a node does
// not). +infinity if that takes more than gossip_rounds_max rounds.
double gossip_rounds_to_fraction(double nodes, double fanout, double fraction);

// Rumor mongering: nodes lose interest with probability 1 / k after each push to one that knew. The fraction that never
// hears, s = e^(-(k + 1) (1 - s)).
double gossip_residue(double k);

// SIR epidemic: the fraction ever infected, the positive root of z = 1 - e^(-r0 z); 0 for r0 of at most 1. Also the
// giant component of an Erdos-Renyi graph with mean degree r0.
double sir_final_size(double r0);

// SIS on an uncorrelated random network: infection rate over recovery rate above which an epidemic persists, <k> /
// <k^2>. NaN if <k^2> is below <k>^2.
double epidemic_threshold(double mean_degree, double mean_square_degree);

// Random failure of nodes: the fraction that must stay for a giant component, 1 / (<k^2>/<k> - 1). NaN if there is none
// even with all nodes (<k^2>/<k> of at most 2, Molloy and Reed), or <k^2> is below <k>^2.
double percolation_threshold(double mean_degree, double mean_square_degree);

// Branching process: the probability that the descendants of one die out, with a Poisson number of children of a given
// mean, or `children` chances of p each.
double galton_watson_extinction_poisson(double mean);
double galton_watson_extinction_binomial(double children, double p);

// Branching process: mean total size, the first included, 1 / (1 - mean); +infinity from mean 1 on.
double cascade_size_mean(double mean);

// Branching process with a Poisson number of children: probability that it has exactly this total size,
// e^(-mean n) (mean n)^(n-1) / n! (Borel). From mean 1 on they sum to the extinction probability.
double cascade_size_probability(double mean, double size);

// Watts's threshold model on an Erdos-Renyi graph: a node fails once a fraction `threshold` of its neighbours has, so
// that degrees up to 1 / threshold are vulnerable to a single one. Mean number of vulnerable nodes that the failure of
// a vulnerable one reaches, sum of k (k - 1) p_k over the vulnerable degrees over the mean degree (the cascade
// condition is that it exceeds 1).
double watts_branching(double mean_degree, double threshold);

// 1 if a single failure can set off a global cascade (watts_branching above 1), 0 if not.
double watts_global_cascade(double mean_degree, double threshold);

// Nodes share their total load equally. Before the failures each carries `utilisation` of the mean capacity; capacities
// are spread evenly over 1 - capacity_spread ... 1 + capacity_spread of it. After the initial failures the survivors
// share the load, the overloaded ones fail, and so on. Survivors at the end (real-valued), in closed form: the largest
// fixed point of the recursion. NaN if more fail than there are.
double load_redistribution_cascade(double nodes, double initial_failed, double utilisation, double capacity_spread);

std::span<const Function> spreading_functions();

}  // namespace dstudio::formula::library
