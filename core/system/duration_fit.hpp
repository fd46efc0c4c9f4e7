// Measured durations as a distribution in the language of scenarios.
//
// Values above 0 are fitted by base::fit_positive (least AIC). Below fit_measured_min of them the mean is taken; a fit
// of fit_data_measured_min or more whose Kolmogorov-Smirnov distance is above fit_ks_max is replaced by the measured
// quantiles. The share of zeros is told apart, as the probability that it takes time at all.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace dstudio::system {

inline constexpr std::array<double, 3> fit_quantiles{0.5, 0.9, 0.99};

struct FitCandidate {
    std::string_view name;
    double aic = 0;
    double ks_distance = 0;
};

// How long something takes: what was measured, and the distribution taken for it.
struct DurationFit {
    std::size_t measured = 0;     // values
    double share_above_zero = 1;  // of them; the fit is of these
    std::string family;           // exponential, lognormal, gamma, point, data; empty if all are 0 or there are none
    std::string text;             // "lognormal(5.1 ms, 0.81)", as in a scenario
    double mean_s = 0;            // measured
    double ks_distance = 0;
    std::array<double, 3> measured_s{};  // fit_quantiles of the values above 0
    std::array<double, 3> fitted_s{};
    std::vector<FitCandidate> candidates;  // best first
};
inline constexpr std::size_t fit_measured_min = 8;
inline constexpr std::size_t fit_data_measured_min = 50;
inline constexpr double fit_ks_max = 0.1;

// REQUIRES: all finite and at least 0.
DurationFit fit_durations(std::vector<double> seconds);

// "1.25 ms" with four significant digits.
std::string duration_text(double seconds);

}  // namespace dstudio::system
