// Elementary and special functions that give the same bits on every build.
//
// They use only + - * / and sqrt on doubles (exactly rounded by IEEE 754), comparisons and integer operations, so g++,
// clang++ and WebAssembly agree to the last bit, which libm does not promise. This needs -ffp-contract=off.
// The special cases are those of IEEE 754-2019 section 9.2 and ISO C annex F: NaN in, NaN out; results beyond the
// largest double are infinite, those below the smallest are 0; the sign of a zero is kept where the function is odd.
//
// Largest errors found over some millions of arguments, in units in the last place (ulp), the half that rounding alone
// costs included:
//   exp 0.92   log 0.84   pow 0.52   log2, log10 0.501   expm1, log1p 0.92   sin, cos 0.81   tan 2.3
//   atan, atan2 1.8   asin 2.1   acos 1.7   tanh 2.4   erf 2.1   erfc 3.1   normal_cdf 4   normal_quantile, lgamma 8
// Methods: reduction of the argument and series whose terms are kept until they fall below a quarter ulp (Muller,
// Elementary Functions: Algorithms and Implementation, 2016); double-double steps after Dekker (Numerische Mathematik
// 18, 1971); sin, cos, tan of any finite argument after Payne and Hanek (SIGNUM Newsletter 18(1), 1983).
#pragma once

#include <span>

namespace dstudio::base::math {

double exp(double x);
double expm1(double x);  // exp(x) - 1 without loss near 0
double log(double x);    // -inf at 0, NaN below
double log1p(double x);  // log(1 + x) without loss near 0
double log2(double x);   // exact at powers of two
double log10(double x);  // exact at powers of ten
double pow(double x, double y);

double sin(double x);  // radians
double cos(double x);
double tan(double x);
double asin(double x);  // NaN outside [-1, 1]
double acos(double x);
double atan(double x);
double atan2(double y, double x);
double tanh(double x);

double erf(double x);
double erfc(double x);

// Logarithm of the gamma function for x > 0; inf at 0, NaN below.
double lgamma(double x);

// Standard normal distribution: P(Z <= x), and its inverse for p in [0, 1] (-inf at 0, inf at 1, NaN outside).
// The inverse is PPND16 of Wichura, Algorithm AS 241, Applied Statistics 37(3), 1988.
double normal_cdf(double x);
double normal_quantile(double p);

// out[i] = f(x[i]), to the bit as the scalar function, by loops that compilers vectorise. REQUIRES: equal sizes; x and
// out are the same or do not overlap.
void exp(std::span<const double> x, std::span<double> out);
void log(std::span<const double> x, std::span<double> out);

}  // namespace dstudio::base::math
