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

#include "core/base/statistics.hpp"

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
    base::Interval mean_interval_s{};  // of it, 95 %, by Student; infinite below two values
    base::Interval p99_interval_s{};   // of values above 0, 95 %; without an upper end below about 380 of them
    double ks_distance = 0;
    std::array<double, 3> measured_s{};  // fit_quantiles of the values above 0
    std::array<double, 3> fitted_s{};
    std::vector<FitCandidate> candidates;  // best first
};

// Few or scattered measurements, of which a draft has to warn: fewer than thin_measured_min (a mean's distribution is
// near the normal from 25 or 30 values on: Hogg, Tanis and Zimmerman, Probability and Statistical Inference, 2015,
// chapter 5), or an interval of the mean wider than thin_relative_max of it either way (Law, Simulation Modeling and
// Analysis, 2015, section 9.4.1, asks for a relative error of at most 0.15).
inline constexpr std::size_t thin_measured_min = 30;
inline constexpr double thin_relative_max = 0.15;
inline constexpr double thin_level = 0.95;
bool is_thin(const DurationFit& fit);

// Half the interval's width over the mean; infinite where there is no interval.
double relative_error(const DurationFit& fit);

inline constexpr std::size_t fit_measured_min = 8;
inline constexpr std::size_t fit_data_measured_min = 50;
inline constexpr double fit_ks_max = 0.1;

// REQUIRES: all finite and at least 0.
DurationFit fit_durations(std::vector<double> seconds);

// "1.25 ms" with four significant digits.
std::string duration_text(double seconds);

}  // namespace dstudio::system
