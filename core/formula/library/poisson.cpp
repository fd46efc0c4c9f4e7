#include "core/formula/library/poisson.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/formula/library/binding.hpp"

namespace dstudio::formula::library {

namespace {

constexpr double large_shape = 1e4;

// ln n! less Stirling's n ln n - n + ln(2 pi n) / 2, for n of at least 16.
double stirling_rest(double n) {
    const double square = n * n;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 / square) / square) / square) / n;
}

struct Tails {
    double lower;
    double upper;
};

// Temme's uniform expansion with its first term: both tails keep their relative precision.
Tails tails_of_large_shape(double shape, double x) {
    const double mu = (x - shape) / shape;
    const double half_square = std::max(mu - std::log1p(mu), 0.0);
    const double eta = std::copysign(std::sqrt(2 * half_square), mu);
    // 1 / mu - 1 / eta; near 0 its power series, as the difference cancels there.
    const double first = std::abs(eta) < 0.1
                             ? -1.0 / 3 + eta * (1.0 / 12 + eta * (-2.0 / 135 + eta * (1.0 / 864 + eta / 2835)))
                             : 1 / mu - 1 / eta;
    const double rest = std::exp(-shape * half_square) / std::sqrt(2 * std::numbers::pi * shape) * first;
    const double scaled = eta * std::sqrt(shape / 2);
    return {.lower = std::erfc(-scaled) / 2 - rest, .upper = std::erfc(scaled) / 2 + rest};
}

// Regularised incomplete gamma functions: by the power series of the lower one or the continued fraction of the upper
// one (Lentz's method), whichever converges fast.
Tails gamma_tails(double shape, double x) {
    if (x <= 0)
        return {.lower = 0, .upper = 1};
    if (shape >= large_shape)
        return tails_of_large_shape(shape, x);
    constexpr int terms_max = 5000;
    constexpr double precision = 1e-17;
    const double density = poisson_probability(shape, x);  // x^shape e^-x / Gamma(shape + 1)
    if (x < shape + 1) {
        double sum = 1;
        double term = 1;
        for (int i = 1; i < terms_max && term > precision * sum; ++i) {
            term *= x / (shape + i);
            sum += term;
        }
        const double lower = std::min(density * sum, 1.0);
        return {.lower = lower, .upper = 1 - lower};
    }
    constexpr double tiny = 1e-290;
    double b = x + 1 - shape;
    double c = 1 / tiny;
    double d = 1 / b;
    double fraction = d;
    for (int i = 1; i < terms_max; ++i) {
        const double a = -i * (i - shape);
        b += 2;
        d = a * d + b;
        d = 1 / (std::abs(d) < tiny ? tiny : d);
        c = b + a / c;
        c = std::abs(c) < tiny ? tiny : c;
        fraction *= c * d;
        if (std::abs(c * d - 1) < 1e-15)
            break;
    }
    const double upper = std::min(density * shape * fraction, 1.0);
    return {.lower = 1 - upper, .upper = upper};
}

}  // namespace

double poisson_probability(double number, double mean) {
    if (mean <= 0)
        return number <= 0 ? 1 : 0;
    if (number < 16)
        return std::exp(number * std::log(mean) - mean - std::lgamma(number + 1));
    // n ln(n / mean) - n + mean, written so that it does not cancel near the mean.
    const double y = (number - mean) / mean;
    const double deviance = mean * ((1 + y) * std::log1p(y) - y);
    return std::exp(-deviance - stirling_rest(number)) / std::sqrt(2 * std::numbers::pi * number);
}

double poisson_at_most(double number, double mean) {
    return number < 0 ? 0 : gamma_tails(number + 1, mean).upper;
}

double poisson_above(double number, double mean) {
    return number < 0 ? 1 : gamma_tails(number + 1, mean).lower;
}

double poisson_exceedance_level(double mean, double tail) {
    if (tail >= 1 || mean <= 0)
        return 0;
    if (tail <= 0)
        return infinity;
    double low = -1;  // exceeded too often
    double high = std::floor(mean);
    for (double step = std::ceil(std::sqrt(mean)); poisson_above(high, mean) > tail; step *= 2) {
        low = high;
        high += step;
    }
    while (high - low > 1) {
        const double middle = low + std::floor((high - low) / 2);
        (poisson_above(middle, mean) > tail ? low : high) = middle;
    }
    return high;
}

namespace {

constexpr Domain countable_mean{.min = 0, .max = poisson_mean_max};

constexpr Parameter mean{"mean", "1", countable_mean};
constexpr Parameter level_parameters[] = {mean, {"tail", "1", probability}};

constexpr std::string_view incomplete_gamma =
    "Abramowitz and Stegun, Handbook of Mathematical Functions (1964), section 6.5 (incomplete gamma function)";

constexpr Function table[] = {
    entry<poisson_exceedance_level>("poisson_exceedance_level", level_parameters, "1",
                                    "Smallest number that a Poisson number exceeds with at most a given probability",
                                    incomplete_gamma),
};

}  // namespace

std::span<const Function> poisson_functions() {
    return table;
}

}  // namespace dstudio::formula::library
