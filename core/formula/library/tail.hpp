// Tail latency: fan-out, hedged and tied requests, sums of stages.
//
// Requests take independent times: exponential, by their mean, or lognormal, by the median and sigma, the standard
// deviation of the natural logarithm. Times are in s; q is the probability of a quantile, where 0 gives the least time
// and 1 the greatest, +infinity included. Arguments lie in the domains of the table; lists of different lengths give
// NaN.
//
// Sources: Dean and Barroso, The tail at scale (2013), unless a function says otherwise.
#pragma once

#include <cstddef>
#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

// A request to n servers, each of which is slow with probability p_single: 1 - (1 - p_single)^n.
double fanout_exceed_probability(double n, double p_single);

// The quantile at which each of n servers has to meet a limit, so that all of them do with probability q: q^(1/n).
double fanout_single_quantile(double n, double q);

// The slowest of n: mean (1 + 1/2 + ... + 1/n) mean, and quantiles, those of one at q^(1/n).
double max_exponential_mean(double n, double mean);
double max_quantile_exponential(double n, double q, double mean);
double max_quantile_lognormal(double n, double q, double median, double sigma);

// A request that is sent a second time, independently, if there is no answer after hedge_delay; the first answer
// counts. Exponential: in closed form; lognormal: the root of S(t) S(t - hedge_delay) = 1 - q to rounding, S(t) being
// the probability that one takes longer than t.
double hedged_quantile_exponential(double q, double mean, double hedge_delay);
double hedged_quantile_lognormal(double q, double median, double sigma, double hedge_delay);

// The share of requests that are sent a second time, S(hedge_delay).
double hedge_extra_load_exponential(double mean, double hedge_delay);
double hedge_extra_load_lognormal(double median, double sigma, double hedge_delay);

// A request that two servers start at once, the first answer counting (the limit of tied requests for queues without
// cancellation): quantile of the lesser of two.
double tied_quantile_exponential(double q, double mean);
double tied_quantile_lognormal(double q, double median, double sigma);

// Stages one after the other: quantile of the sum of independent times.
inline constexpr std::size_t stages_max = 4096;  // of exponential ones; O(stages) time, some hundred steps for each

// Normal stages, exact; below 0 where the normal is.
double sum_quantile_normal(double q, std::span<const double> means, std::span<const double> sds);

// Exponential stages of any means, equal ones included (hypoexponential, Erlang): by numerical inversion of the Laplace
// transform along a path through its saddle point, where nothing cancels. The tail (of either side) at the quantile has
// a relative error of about 1e-12 for a hundred stages, 1e-10 for thousands. NaN above stages_max.
double sum_quantile_exponential(double q, std::span<const double> means);

// Lognormal stages: the Fenton-Wilkinson approximation (Fenton 1960), a lognormal of the same mean and variance. Poor
// in the lower tail and for sigmas above 1.
double sum_quantile_lognormal(double q, std::span<const double> medians, std::span<const double> sigmas);

// The lognormal with a given median and 99th percentile: its sigma, ln(p99 / p50) / 2.3263..., and the share of
// requests that it answers within an objective. NaN for p99 < p50.
double lognormal_sigma_from_p50_p99(double p50, double p99);
double slo_percentile_lognormal(double objective, double p50, double p99);

std::span<const Function> tail_functions();

}  // namespace dstudio::formula::library
