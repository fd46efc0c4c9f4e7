#include "core/base/distribution_fit.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/assert.hpp"
#include "core/base/elementary.hpp"
#include "core/base/special.hpp"
#include "core/base/statistics.hpp"

namespace dstudio::base {
namespace {

// Digamma and trigamma for x > 0: recurrence up to where the asymptotic series (NIST Digital Library of Mathematical
// Functions, 5.11.2 and 5.15.8) is good to 1e-14.
struct PolyGamma {
    double digamma = 0;
    double trigamma = 0;
};
PolyGamma polygamma(double x) {
    constexpr double series_from = 10;
    PolyGamma sum;
    for (; x < series_from; x += 1) {
        sum.digamma -= 1 / x;
        sum.trigamma += 1 / (x * x);
    }
    const double inverse = 1 / x;
    const double square = inverse * inverse;
    sum.digamma +=
        math::log(x) - inverse / 2 - square * (1.0 / 12 - square * (1.0 / 120 - square * (1.0 / 252 - square / 240)));
    sum.trigamma +=
        inverse * (1 + inverse / 2 + square * (1.0 / 6 - square * (1.0 / 30 - square * (1.0 / 42 - square / 30))));
    return sum;
}

// The shape k with log k - digamma(k) = s; s > 0 is the logarithm of the mean less the mean of the logarithms.
double gamma_shape(double s) {
    double k = (3 - s + std::sqrt((s - 3) * (s - 3) + 24 * s)) / (12 * s);
    constexpr int steps_max = 20;  // a start good to 1.5 % needs some five
    for (int step = 0; step < steps_max; ++step) {
        k = std::clamp(k, math::shape_min, math::shape_max);
        const PolyGamma at = polygamma(k);
        // Newton on 1/k, in which the function is nearly straight.
        const double inverse = 1 / k + (math::log(k) - at.digamma - s) / (k * k * (1 / k - at.trigamma));
        if (!(inverse > 0) || !std::isfinite(inverse))
            break;
        const double next = 1 / inverse;
        const bool is_there = std::abs(next - k) <= 1e-12 * k;
        k = next;
        if (is_there)
            break;
    }
    return std::clamp(k, math::shape_min, math::shape_max);
}

}  // namespace

double ks_distance(std::span<const double> ascending, const Distribution& distribution) {
    DS_ASSERT(!ascending.empty());
    constexpr std::size_t looked_at_max = 20'000;
    const std::size_t n = ascending.size();
    const std::size_t stride = (n + looked_at_max - 1) / looked_at_max;
    double distance = 0;
    for (std::size_t i = 0; i < n; i += stride) {
        const double expected = distribution.cdf(ascending[i]);
        distance = std::max({distance, expected - static_cast<double>(i) / static_cast<double>(n),
                             static_cast<double>(i + 1) / static_cast<double>(n) - expected});
    }
    return distance;
}

std::vector<FittedDistribution> fit_positive(std::span<const double> sample) {
    DS_ASSERT(!sample.empty());
    std::vector<double> ascending(sample.begin(), sample.end());
    std::sort(ascending.begin(), ascending.end());
    DS_ASSERT(ascending.front() > 0 && std::isfinite(ascending.back()));
    Moments plain;
    Moments logs;
    for (const double x : ascending) {
        plain.add(x);
        logs.add(math::log(x));
    }
    const auto n = static_cast<double>(ascending.size());
    const double mean = plain.mean();
    constexpr double least_deviation = 1e-6;
    if (ascending.size() < 2 || !(plain.standard_deviation() > least_deviation * mean))
        return {};

    std::vector<FittedDistribution> fits;
    const auto add = [&](std::string_view name, Result<Distribution> distribution, int parameters, double likelihood) {
        if (distribution && std::isfinite(likelihood))
            fits.push_back({name, std::move(*distribution), likelihood, 2 * parameters - 2 * likelihood, 0});
    };
    add("exponential", Distribution::exponential(mean), 1, -n * (math::log(mean) + 1));

    constexpr double two_pi = 6.283185307179586;
    const double log_variance = logs.variance() * (n - 1) / n;  // the likelihood's, not the unbiased one
    add("lognormal", Distribution::lognormal(logs.mean(), std::sqrt(log_variance)), 2,
        -n * (logs.mean() + math::log(two_pi * log_variance) / 2 + 0.5));

    if (const double s = math::log(mean) - logs.mean(); s > 0) {
        const double shape = gamma_shape(s);
        const double scale = mean / shape;
        add("gamma", Distribution::gamma(shape, scale), 2,
            n * ((shape - 1) * logs.mean() - shape - shape * math::log(scale) - math::lgamma(shape)));
    }
    for (FittedDistribution& fit : fits)
        fit.ks_distance = ks_distance(ascending, fit.distribution);
    std::stable_sort(fits.begin(), fits.end(),
                     [](const FittedDistribution& a, const FittedDistribution& b) { return a.aic < b.aic; });
    return fits;
}

}  // namespace dstudio::base
