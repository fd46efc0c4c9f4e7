// Uncertain inputs propagated through a model by seeded Monte Carlo.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/formula/evaluate.hpp"

namespace dstudio::formula {

inline constexpr std::size_t sample_count_max = 10'000'000;

struct SampleOptions {
    std::size_t count = 100'000;
    std::uint64_t seed = 1;
    std::vector<double> quantiles{0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99};
};

struct RankInfluence {
    std::size_t input = 0;  // variable
    std::size_t component = 0;
    double rank_correlation = 0;  // Spearman's, of input and output
};

struct OutputSample {
    std::size_t variable = 0;
    double mean = 0;
    double deviation = 0;
    double standard_error = 0;  // of the mean
    double min = 0;
    double max = 0;
    std::vector<double> quantiles;      // in the order of the options
    std::vector<double> quantile_lows;  // 95 % interval of each, by order statistics
    std::vector<double> quantile_highs;
    double density_from = 0;  // regular grid; the density's integral over it is the share within
    double density_step = 0;
    std::vector<double> density;
    double undefined_share = 0;             // of the samples: NaN, left out of all of the above
    double unbounded_share = 0;             // infinite: they count in quantiles and extremes, make the mean infinite
                                            // and stand beside the density
    std::vector<RankInfluence> influences;  // by falling magnitude; empty if the output does not vary
};

struct SampleReport {
    std::size_t count = 0;
    std::uint64_t seed = 0;
    std::vector<OutputSample> outputs;    // of one number each
    std::vector<double> violated_shares;  // by requirement: of the samples in which it does not hold
    std::vector<std::pair<std::size_t, double>>
        outside_shares;  // inputs with samples outside their domain (clamped there)
    std::vector<Warning> warnings;
};

// Each uncertain input draws from a stream of its own, named after it: to change one distribution leaves the other
// inputs' draws as they were. Correlation exists only where the model declares it: the rank correlation r of two inputs
// becomes the normal copula with correlation 2*sin(pi*r/6) (Pearson 1907; Iman and Conover 1982 discuss the choice), in
// which each input keeps its own distribution. Inputs are never paired by the order of samples. The same model, inputs,
// count and seed give the same report. Errors: invalid_argument if nothing is uncertain, the count is out of bounds, or
// the declared correlations contradict each other (no such joint distribution exists).
base::Result<SampleReport> sample(const Model& model, const Bindings& bindings, const SampleOptions& options = {});

}  // namespace dstudio::formula
