// Incomplete gamma and beta functions (regularised) and their inverses, from core/base/elementary.hpp alone: the same
// bits on every build.
//
// Parameters lie in [shape_min, shape_max]. Relative error: at most 1e-12 for shapes from 0.1 to 1e5, growing to about
// 1e-10 at 1e9; below 0.1 the same bound holds for the absolute error. Time: O(1) for small shapes, O(sqrt(largest
// shape)) near the mode, about 1 ms at 1e9; the inverses take some ten evaluations.
// Sources: NIST Digital Library of Mathematical Functions, 8.7.1, 8.9.2, 8.17.22 (series and continued fractions);
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
