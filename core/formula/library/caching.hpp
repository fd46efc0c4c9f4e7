// Hit ratios of caches under the independent reference model: each request is for item i with a fixed probability p_i.
//
// Items have the same size. A capacity of all items or more hits always. "zipf" functions take Zipf's law (see
// popularity.hpp) over any number of items at the cost of about a thousand; the others a list of relative popularities,
// which need not sum to 1. The characteristic-time approximations are exact in the limit of large caches; for tens of
// cached items they are good to about one per cent. Arguments lie in the domains of the table.
//
// Sources: Che, Tung and Wang, Hierarchical web caching systems: modeling, design and experimental results (2002);
// Fricker, Robert and Roberts, A versatile and accurate approximation for LRU cache performance (2012); Gelenbe, A
// unified approach to the evaluation of a class of replacement algorithms (1973); Martina, Garetto and Leonardi, A
// unified approach to the performance analysis of caching systems (2014).
#pragma once

#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

// LRU: the number of requests after which an item that is not asked for again leaves the cache: the root t of
// sum (1 - e^(-p_i t)) = cache_items. +infinity if all items fit.
double che_characteristic_time(double cache_items, double items, double exponent);

// LRU: sum of p_i (1 - e^(-p_i t)).
double che_hit_ratio(double cache_items, double items, double exponent);
double che_hit_ratio_rates(double cache_items, std::span<const double> rates);

// FIFO and random replacement, which have the same hit ratio (Gelenbe): sum of p_i (p_i t) / (1 + p_i t), with t such
// that the items in the cache, sum of (p_i t) / (1 + p_i t), are cache_items.
double fifo_hit_ratio(double cache_items, double items, double exponent);
double fifo_hit_ratio_rates(double cache_items, std::span<const double> rates);

// The best that any cache without knowledge of the future can do: it holds the most popular items (perfect LFU).
double zipf_ideal_hit(double cache_items, double items, double exponent);

// A cache without limit whose items expire ttl after they were fetched, for Poisson requests of one item:
// rate ttl / (1 + rate ttl). Jung, Berger and Balakrishnan, Modeling TTL-based internet caches (2003).
double ttl_hit_ratio(double rate, double ttl);

// The same if each hit starts the time anew: 1 - e^(-rate ttl).
double ttl_hit_ratio_renewed(double rate, double ttl);

std::span<const Function> caching_functions();

}  // namespace dstudio::formula::library
