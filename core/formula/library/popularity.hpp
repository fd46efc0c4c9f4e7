// Zipf's law: of `items` items the one of rank k is asked for with a probability proportional to k^-exponent; and how
// unevenly such items load the shards that they are hashed to.
//
// Exponent 0 is the uniform law. Sums over ranks take O(1) terms for any number of items: the first ranks one by one,
// the rest by the Euler-Maclaurin formula, to a relative precision of about 1e-13. Arguments lie in the domains of the
// table; ranks beyond the items give NaN.
// Sources: Breslau, Cao, Fan, Phillips and Shenker, Web caching and Zipf-like distributions (1999), section III;
// Abramowitz and Stegun (1964), 23.1.30 (Euler-Maclaurin).
#pragma once

#include <span>
#include <vector>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

inline constexpr double zipf_exponent_max = 10;

// Sum of k^-exponent for k from `first` to `last` (integers from 1); 0 if there are none.
double zipf_sum(double first, double last, double exponent);

// Probability that a request is for the item of this rank.
double zipf_probability(double rank, double items, double exponent);

// Share of the requests that goes to the `top` most popular items; 1 for all of them or more.
double zipf_top_share(double top, double items, double exponent);

// A law of popularity, condensed: the sum of g(probability of an item) over all items is the sum of
// weight * g(probability) over the classes. Weights are numbers of items, for condensed ranks also fractions or
// slightly negative.
struct PopularityClass {
    double weight;
    double probability;
};

// Zipf's law in at most some thousand classes, ordered from the hottest item. Exact up to zipf_ranks_exact * 2 items;
// beyond, the relative error of the sum is below 1e-9 for functions g(p) smooth on the scale of ln p, such as
// 1 - e^(-p t).
inline constexpr double zipf_ranks_exact = 256;
std::vector<PopularityClass> zipf_classes(double items, double exponent);

// Share of the requests that the busiest shard gets, on average over the hash: Zipf-popular items, hashed to shards.
// The hottest key's share is a lower bound. Model: one shard has the hottest key, and the rest of the load is
// independent between shards: Bernoulli for the next keys, a translated gamma for the many small ones. Exact for one
// shard; within 2 % of simulation for exponents from 0.6 and a hundred items on, 8 % for few or equally popular items.
double hot_key_max_shard_share(double shards, double items, double exponent);

std::span<const Function> popularity_functions();

}  // namespace dstudio::formula::library
