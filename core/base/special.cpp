#include "core/base/special.hpp"

#include <cmath>
#include <limits>

#include "core/base/elementary.hpp"

namespace dstudio::base::math {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double log_root_two_pi = 0x1.d67f1c864beb5p-1;
constexpr double inverse_root_two_pi = 0x1.9884533d43651p-2;
constexpr double series_epsilon = 0x1p-54;
constexpr int iterations_max = 10'000'000;  // far above the need at shape_max: a loop without end is no answer

bool is_shape(double a) {
    return a >= shape_min && a <= shape_max;
}

// log(ratio) - excess for excess = ratio - 1, each known to its own accuracy: no loss near ratio 1 nor near 0.
double log_less_excess(double ratio, double excess) {
    if (excess < -0.3 || excess > 0.3)
        return log(ratio) - excess;
    // With s = u / (2 + u): log(1 + u) = 2 (s + s^3/3 + ...) and 2 s - u = -s u.
    const double s = excess / (2 + excess);
    const double z = s * s;
    double sum = 0;
    for (int n = 23; n >= 3; n -= 2)
        sum = sum * z + 2.0 / n;
    return s * (z * sum - excess);
}

// lgamma(a) - ((a - 1/2) log a - a + log sqrt(2 pi)): Stirling's error.
double stirling_error(double a) {
    if (a < 10)
        return lgamma(a) - ((a - 0.5) * log(a) - a + log_root_two_pi);
    const double z = 1 / (a * a);
    return (1.0 / 12 + z * (-1.0 / 360 + z * (1.0 / 1260 + z * (-1.0 / 1680 +
                                                                z * (1.0 / 1188 + z * (-691.0 / 360360 + z / 156)))))) /
           a;
}

// x^a e^-x / Gamma(a + 1).
double gamma_factor(double a, double x) {
    if (a < 10)
        return exp(a * log(x) - x - lgamma(a + 1));
    return exp(a * log_less_excess(x / a, (x - a) / a) - stirling_error(a)) * (inverse_root_two_pi / std::sqrt(a));
}

struct Tails {
    double lower = 0;
    double upper = 0;
    double factor = 0;  // gamma: x times the density. beta: x (1 - x) times the density
};

Tails gamma_tails(double a, double x) {
    const double factor = gamma_factor(a, x);
    if (a < 1 && x <= 1) {
        // Both tails without cancellation: x^a/Gamma(1+a) = e^u; the rest is the series of DLMF 8.7.1.
        const double u = a * log(x) - lgamma(1 + a);
        double term = 1;
        double sum = 0;
        for (int n = 1; n < 40; ++n) {
            term *= -x / n;
            sum += term / (a + n);
        }
        const double power = exp(u);
        return {power * (1 + a * sum), -expm1(u) - power * a * sum, a * factor};
    }
    if (x < a + 1) {
        double term = 1;
        double sum = 1;
        for (int n = 1; n < iterations_max && term > sum * series_epsilon; ++n) {
            term *= x / (a + n);
            sum += term;
        }
        const double lower = factor * sum;
        return {lower, 1 - lower, a * factor};
    }
    // Continued fraction 8.9.2 by Lentz's method.
    double b = x + 1 - a;
    double c = 1e300;
    double d = 1 / b;
    double h = d;
    for (int n = 1; n < iterations_max; ++n) {
        const double numerator = -n * (n - a);
        b += 2;
        d = 1 / (numerator * d + b);
        c = b + numerator / c;
        const double step = c * d;
        h *= step;
        if (std::fabs(step - 1) < 4 * series_epsilon)
            break;
    }
    const double upper = a * factor * h;
    return {1 - upper, upper, a * factor};
}

// log(Gamma(a + b) / Gamma(b)) for b >= 10, accurate also for b far above a.
double log_gamma_ratio(double a, double b) {
    return (b - 0.5) * log1p(a / b) + a * (log(a + b) - 1) + (stirling_error(a + b) - stirling_error(b));
}

double log_beta_power(double a, double x, double y) {
    return a * (x <= 0.5 ? log(x) : log1p(-y));
}

// x^a y^b / B(a, b) with y = 1 - x.
double beta_factor(double a, double b, double x, double y) {
    if (a >= 10 && b >= 10) {
        const double n = a + b;
        const double distance = b * x - a * y;
        return exp(a * log_less_excess(x / (a / n), distance / a) + b * log_less_excess(y / (b / n), -distance / b) +
                   (stirling_error(n) - stirling_error(a) - stirling_error(b))) *
               (inverse_root_two_pi * std::sqrt(a / n * b));
    }
    const double powers = log_beta_power(a, x, y) + log_beta_power(b, y, x);
    if (b >= 10)
        return exp(powers + (log_gamma_ratio(a, b) - lgamma(a)));
    if (a >= 10)
        return exp(powers + (log_gamma_ratio(b, a) - lgamma(b)));
    return exp(powers + (lgamma(a + b) - lgamma(a) - lgamma(b)));
}

// I_x(a, b) / factor for x below about the mean, by Lentz's method. The continued fraction is the even part of DLMF
// 8.17.22, in the form of Didonato and Morris (ACM Transactions on Mathematical Software 18(3), 1992) with a y - b x in
// place of a difference from 1, which would lose what y knows when x is near 1.
double beta_fraction(double a, double b, double x, double y) {
    const double difference = a * y - b * x;
    double f = a * (difference + 1) / (a + 1);
    double c = f;
    double d = 0;
    for (int n = 1; n < iterations_max; ++n) {
        const double middle = a + 2 * n - 1;
        const double alpha = (a + n - 1) / middle * ((a + b + n - 1) / middle) * n * (b - n) * x * x;
        const double beta = n + n * (b - n) * x / middle + (a + n) * (difference + 1 + n * (1 + y)) / (middle + 2);
        d = 1 / (beta + alpha * d);
        c = beta + alpha / c;
        const double step = c * d;
        f *= step;
        if (std::fabs(step - 1) < 4 * series_epsilon)
            break;
    }
    return 1 / f;
}

// REQUIRES: x and y in (0, 1), y = 1 - x but each with its own accuracy.
Tails beta_tails(double a, double b, double x, double y) {
    const double factor = beta_factor(a, b, x, y);
    if (x * (a + b + 2) < a + 1) {
        const double lower = factor * beta_fraction(a, b, x, y);
        return {lower, 1 - lower, factor};
    }
    const double upper = factor * beta_fraction(b, a, y, x);
    return {1 - upper, upper, factor};
}

// The u > 0 at which a tail equals `target`. tails(u) has the derivative of the lower tail by log u as its factor. The
// logarithm of the tail is concave over log u, so Newton's steps approach from one side; the bracket guards the first
// steps, far out, where a tail may underflow.
template <class TailsOf>
double solve_tail(double start, double target, bool is_lower, TailsOf tails) {
    double u = start;
    double low = 0;
    double high = infinity;
    const double log_target = log(target);
    for (int i = 0; i < 200; ++i) {
        const Tails at = tails(u);
        const double tail = is_lower ? at.lower : at.upper;
        const bool is_below = is_lower ? tail < target : tail > target;
        (is_below ? low : high) = u;
        double step = (log_target - log(tail)) * tail / (is_lower ? at.factor : -at.factor);
        if (!(std::fabs(step) < 3))
            step = is_below ? 3 : -3;
        double next = u * exp(step);
        if (!(next > low && next < high)) {
            if (std::fabs(step) < 1e-13)
                return u;
            next = low > 0 && high < infinity ? std::sqrt(low) * std::sqrt(high) : next;
        }
        if (next == u || next == 0 || next == infinity)
            return next;
        u = next;
        if (std::fabs(step) < 1e-15)
            return u;
    }
    return u;
}

}  // namespace

double gamma_lower(double shape, double x) {
    if (!is_shape(shape) || x != x)
        return not_a_number;
    if (x <= 0)
        return 0;
    return x == infinity ? 1 : gamma_tails(shape, x).lower;
}

double gamma_upper(double shape, double x) {
    if (!is_shape(shape) || x != x)
        return not_a_number;
    if (x <= 0)
        return 1;
    return x == infinity ? 0 : gamma_tails(shape, x).upper;
}

double gamma_quantile(double shape, double p) {
    if (!is_shape(shape) || !(p >= 0 && p <= 1))
        return not_a_number;
    if (p == 0 || p == 1)
        return p == 0 ? 0 : infinity;
    // For x near 0 the lower tail is x^a / Gamma(a + 1); its relative error is about x.
    const double log_small = (log(p) + lgamma(shape + 1)) / shape;
    if (log_small < -40)
        return exp(log_small);
    const bool is_lower = p <= 0.5;
    double start = 0;
    if (shape < 1) {
        // A smaller shape gives smaller values: the exponential's upper quantile is an upper bound.
        start = is_lower ? exp(log_small) : -log1p(-p);
    } else {
        // Wilson and Hilferty, Proceedings of the National Academy of Sciences 17, 1931.
        const double t = 1 - 1 / (9 * shape) + normal_quantile(p) / (3 * std::sqrt(shape));
        start = t > 0.2 ? shape * t * t * t : exp(log_small);
    }
    return solve_tail(start, is_lower ? p : 1 - p, is_lower, [shape](double x) { return gamma_tails(shape, x); });
}

double beta_lower(double a, double b, double x) {
    if (!is_shape(a) || !is_shape(b) || x != x)
        return not_a_number;
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    return beta_tails(a, b, x, 1 - x).lower;
}

double beta_quantile_odds(double a, double b, double p) {
    if (!is_shape(a) || !is_shape(b) || !(p >= 0 && p <= 1))
        return not_a_number;
    if (p == 0 || p == 1)
        return p == 0 ? 0 : infinity;
    const double log_beta = b >= 10   ? lgamma(a) - log_gamma_ratio(a, b)
                            : a >= 10 ? lgamma(b) - log_gamma_ratio(b, a)
                                      : lgamma(a) + lgamma(b) - lgamma(a + b);
    // Near 0 the lower tail is x^a / (a B(a, b)), near 1 the upper tail (1 - x)^b / (b B(a, b)).
    const double log_small = (log(p) + log(a) + log_beta) / a;
    if (log_small + log(1 + b) < -40)
        return exp(log_small);
    const double log_small_rest = (log1p(-p) + log(b) + log_beta) / b;
    if (log_small_rest + log(1 + a) < -40)
        return exp(-log_small_rest);
    const auto tails = [a, b](double odds) { return beta_tails(a, b, odds / (1 + odds), 1 / (1 + odds)); };
    // The smaller tail is solved for; the log odds of the median are near those of the mean.
    const bool is_lower = p <= 0.5;
    return solve_tail(a / b, is_lower ? p : 1 - p, is_lower, tails);
}

double beta_quantile(double a, double b, double p) {
    const double odds = beta_quantile_odds(a, b, p);
    return odds == infinity ? 1 : odds / (1 + odds);
}

}  // namespace dstudio::base::math
