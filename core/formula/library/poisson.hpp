// The Poisson distribution over its whole range: probability, both tails, quantiles.
//
// Tails are computed as such, never as one minus the other, so that small ones keep their relative precision: about
// 1e-11 for numbers up to 10,000, 1e-8 beyond. Means go up to poisson_mean_max; O(sqrt(number)) time up to 10,000, O(1)
// beyond. Arguments lie in the domains of the table.
// Sources: Abramowitz and Stegun (1964), 6.5 (the tails are incomplete gamma functions); Temme, The asymptotic
// expansion of the incomplete gamma functions (1979), for large shapes; Loader, Fast and accurate computation of
// binomial probabilities (2000), for the probability.
#pragma once

#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

inline constexpr double poisson_mean_max = 1e15;

// Probability of exactly `number`.
double poisson_probability(double number, double mean);

// Probability of at most `number`, and of more than `number`. Numbers below 0 give 0 and 1. For a number that is no
// integer this is the smooth interpolation by the incomplete gamma function.
double poisson_at_most(double number, double mean);
double poisson_above(double number, double mean);

// The smallest integer that is exceeded with a probability of at most `tail`; +infinity for tail 0 and a positive mean.
double poisson_exceedance_level(double mean, double tail);

std::span<const Function> poisson_functions();

}  // namespace dstudio::formula::library
