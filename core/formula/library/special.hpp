// Special functions, and the distributions that engineers look up: binomial, Poisson, normal, Student's t, chi-square,
// beta, gamma, exponential, lognormal, Weibull, and confidence intervals of a proportion.
//
// Tails are computed as such, never as one minus the other, so that small ones keep their relative precision: about
// 1e-12, above a million trials (or shapes of a beta distribution) 3e-17 times their number. A cumulative probability
// is of at most k or x, a tail of at least k. Quantiles at probabilities 0 and 1 are the ends of the range, +-infinity
// included. Arguments lie in the domains of the table; what contradicts itself (more successes than trials) gives NaN.
// No function takes more than some ten milliseconds (most a microsecond), nor any memory.
//
// Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), chapters 6, 7 and 26, unless a function
// says otherwise.
#pragma once

#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

inline constexpr double trials_max = 1e9;

// Number of ways to choose k of n; 0 for k > n, +infinity beyond the range of double. Exact up to 2^53, then to 1e-13.
double binomial(double n, double k);

// n!, the nearest double; +infinity from 171 on.
double factorial(double n);

double log_gamma(double x);                // ln Gamma(x) for x > 0
double gamma_function(double x);           // Gamma(x) for any x; NaN at 0, -1, -2, ...
double beta_function(double a, double b);  // Gamma(a) Gamma(b) / Gamma(a + b)
double error_function(double x);           // erf(x), "erf" in the language

// Successes among n independent trials of probability p: exactly k (Loader 2000), at most k, at least k. k > n gives 0,
// 1, 0.
double binomial_pmf(double k, double n, double p);
double binomial_cdf(double k, double n, double p);
double binomial_tail(double k, double n, double p);

// Poisson distribution of a given mean (up to poisson_mean_max): exactly k, at most k, at least k.
double poisson_pmf(double k, double mean);
double poisson_cdf(double k, double mean);
double poisson_tail(double k, double mean);

// Standard normal distribution.
double normal_cdf(double x);
double normal_quantile(double p);

// The value below which a probability of p lies; degrees of freedom need not be integers, +infinity is the normal.
double student_t_quantile(double p, double dof);
double chi_square_quantile(double p, double dof);

// Beta distribution on 0 ... 1 (a successes and b failures); below 0 and above 1 the cdf is 0 and 1.
double beta_cdf(double x, double a, double b);
double beta_quantile(double p, double a, double b);
double beta_quantile_complement(double p, double a, double b);  // 1 less that, to full precision; not in the table

// Gamma distribution of mean shape * scale; 0 below 0.
double gamma_cdf(double x, double shape, double scale);
double gamma_quantile(double p, double shape, double scale);

double exponential_quantile(double p, double mean);                // -mean ln(1 - p)
double lognormal_quantile(double p, double median, double sigma);  // median e^(sigma z_p)
double weibull_cdf(double x, double scale, double shape);          // 1 - e^-((x / scale)^shape), 0 below 0

// Generalised harmonic number, the sum of k^-exponent for k = 1 ... n, to about 1e-13 for any n (Euler-Maclaurin).
double zeta_harmonic(double n, double exponent);

// Ends of the two-sided interval of confidence `level` for a probability of which `successes` of `trials` are known:
// Wilson's score interval (1927), and the exact one of Clopper and Pearson (1934), which covers at least with
// probability `level`. Level 1 gives 0 and 1.
double wilson_lower(double successes, double trials, double level);
double wilson_upper(double successes, double trials, double level);
double clopper_pearson_lower(double successes, double trials, double level);
double clopper_pearson_upper(double successes, double trials, double level);

// Principal branch of Lambert's W, w e^w = x with w >= -1, for x >= -1/e (Corless et al. 1996).
double lambert_w0(double x);

std::span<const Function> special_functions();

}  // namespace dstudio::formula::library
