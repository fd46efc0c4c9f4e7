// Which distribution do measurements come from: maximum likelihood in each family, families ranked by Akaike's
// information criterion (AIC = 2 parameters - 2 log likelihood; Akaike, IEEE Transactions on Automatic Control 19(6),
// 1974), and how far the fit is from the data by the distance of Kolmogorov and Smirnov.
//
// For positive values, as durations are: exponential (its mean), lognormal (mean and deviation of the logarithms),
// gamma (shape by Newton's method from the start of Minka, Estimating a Gamma distribution, 2002). The same bits on
// every build. O(n log n) time; memory: a sorted copy of the sample.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/base/distribution.hpp"

namespace dstudio::base {

struct FittedDistribution {
    std::string_view name;  // "lognormal"
    Distribution distribution;
    double log_likelihood = 0;
    double aic = 0;
    double ks_distance = 0;  // in [0, 1]; the parameters came from the same data, so it makes no test of significance
};

// Best first: the least AIC, ties in the order exponential, lognormal, gamma. Empty if all values are (nearly) equal,
// with a deviation below 1e-6 of their mean: that is a point.
// REQUIRES: at least one value, all finite and above 0.
std::vector<FittedDistribution> fit_positive(std::span<const double> sample);

// The largest difference between the share of the sample up to a value and the distribution function there. Beyond
// 20,000 values every k-th is looked at, which may miss k / n of it.
// REQUIRES: ascending, not empty.
double ks_distance(std::span<const double> ascending, const Distribution& distribution);

}  // namespace dstudio::base
