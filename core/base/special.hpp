// Incomplete gamma and beta functions (regularised) and their inverses, from core/base/elementary.hpp alone: the same
// bits on every build.
//
// Parameters lie in [shape_min, shape_max]. Largest relative errors found, in tails down to 1e-200: 2e-12 for shapes up
// to 1e5, 1e-11 at 1e7, in proportion to the root of the shape; the inverses 2e-12. The exception is the lower tail of
// a beta with b below 0.1, where that bound holds for the absolute error. Time: O(1) for small shapes, O(sqrt(largest
// shape)) near the mode, about 0.1 ms at 1e9; the inverses take some five evaluations.
// Sources: NIST Digital Library of Mathematical Functions, 8.7.1, 8.9.2, 8.17.22 (series and continued fractions);
// Didonato and Morris, ACM Transactions on Mathematical Software 18(3), 1992 (the form of the last);
// Loader, Fast and Accurate Computation of Binomial Probabilities, 2000 (the form of the leading factors that keeps
// accuracy at large parameters). The inverses are Newton's method on the logarithm of the smaller tail, over log x or
// the log odds, in which that tail is concave, inside a bracket.
#pragma once

namespace dstudio::base::math {

inline constexpr double shape_min = 1e-6;
inline constexpr double shape_max = 1e9;

// P(X <= x) and P(X > x) for X gamma-distributed with the given shape and scale 1. NaN for NaN or a shape out of
// bounds.
double gamma_lower(double shape, double x);
double gamma_upper(double shape, double x);

// The x with gamma_lower(shape, x) = p; NaN for p outside [0, 1]. May be 0 for p > 0 if the true value is below the
// smallest double.
double gamma_quantile(double shape, double p);

// P(X <= x) for X beta-distributed with shapes a and b. NaN for NaN or a shape out of bounds.
double beta_lower(double a, double b, double x);

// The odds x / (1 - x) of the x with beta_lower(a, b, x) = p: keeps accuracy when x is near 1. NaN for p outside [0,
// 1].
double beta_quantile_odds(double a, double b, double p);
double beta_quantile(double a, double b, double p);

}  // namespace dstudio::base::math
