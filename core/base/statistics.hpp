// Descriptive statistics of samples of doubles: moments, quantiles, histograms, densities, confidence intervals and
// correlations.
//
// NaN: a sample that holds a NaN has no order, so what is computed from it is NaN (each function says so). Infinite
// values are ordered like others, but make means and variances NaN or infinite. Everything is a function of the
// sequence of values, to the bit on every build; the order of the values matters for last bits of sums only.
// Time is O(n) unless stated; scratch memory is at most a copy of the sample, and usually a small part of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dstudio::base {

// Count, mean, variance, extremes in one pass (Welford, Technometrics 4(3), 1962); two of them merge (Chan, Golub and
// LeVeque, COMPSTAT 1982). A NaN among the values makes all but the count NaN.
class Moments {
  public:
    void add(double value);
    // As if one by one, up to rounding, but faster.
    void add(std::span<const double> values);
    void merge(const Moments& other);

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] double mean() const;                // NaN if empty
    [[nodiscard]] double variance() const;            // of the population, estimated (n - 1); NaN below two values
    [[nodiscard]] double standard_deviation() const;  // its root
    [[nodiscard]] double standard_error() const;      // of the mean, for independent values
    [[nodiscard]] double min() const;                 // NaN if empty
    [[nodiscard]] double max() const;

  private:
    std::uint64_t count_ = 0;
    double mean_ = 0;
    double square_sum_ = 0;  // of the distances to the mean
    double min_ = 0;
    double max_ = 0;
    bool has_nan_ = false;
};

// The values of the given ranks (0 is the smallest) in ascending order; NaN for all if the sample holds a NaN, and for
// ranks beyond it. Selection by buckets whose limits come from a small part of the sample: about two passes.
std::vector<double> order_statistics(std::span<const double> sample, std::span<const std::size_t> ranks);

// Quantiles by linear interpolation of order statistics at (n - 1) p (type 7 of Hyndman and Fan, The American
// Statistician 50(4), 1996). NaN for an empty sample, one with NaN, and for p outside [0, 1]; between an
// infinite value and a finite one the infinite, between both infinities NaN.
std::vector<double> quantiles(std::span<const double> sample, std::span<const double> p);
double quantile(std::span<const double> sample, double p);

// Bins of equal width; a value at an inner border belongs to the bin above it, `hi` to the last bin.
struct Histogram {
    double lo = 0;
    double hi = 0;
    std::vector<std::uint64_t> counts;
    std::uint64_t below = 0;
    std::uint64_t above = 0;
    std::uint64_t undefined = 0;  // NaN
};
// REQUIRES: bins > 0, lo < hi, both finite.
Histogram histogram(std::span<const double> sample, std::size_t bins, double lo, double hi);

// A density on a regular grid, for a picture: values[i] belongs to from + i * step, and their integral over the grid
// (by trapezoids) is 1. `share` is the part of the sample that lies within the grid. The grid ends at the sample's
// extremes where these are near, else at robust limits: the quantiles 0.0025 and 0.9975, and at most six interquartile
// ranges from the quartiles. Gaussian kernel with the bandwidth of Silverman (Density Estimation for Statistics and
// Data Analysis, 1986, section 3.4.2), applied to a fine histogram; at an extreme of the sample the kernel is
// reflected. Without values if the sample has fewer than two different finite values or a NaN.
struct Density {
    double from = 0;
    double step = 0;
    std::vector<double> values;
    double share = 0;
};
// REQUIRES: points >= 2.
Density density(std::span<const double> sample, std::size_t points = 200);

struct Interval {
    double lo = 0;
    double hi = 0;

    bool operator==(const Interval&) const = default;
};

// Student's interval for the mean of independent values, exact for normal ones. (-inf, inf) below two values; NaN if
// the moments are NaN. REQUIRES: 0 < level < 1.
Interval mean_interval(const Moments& moments, double level);

// The interval between two order statistics that holds the population's quantile with about the given probability,
// whatever the distribution: ranks by the normal approximation to the binomial (Conover, Practical Nonparametric
// Statistics, 1999, section 3.2). An end that the sample is too small for is infinite. NaN for a sample with NaN, an
// empty one, or p outside (0, 1). REQUIRES: 0 < level < 1.
std::vector<Interval> quantile_intervals(std::span<const double> sample, std::span<const double> p, double level);
Interval quantile_interval(std::span<const double> sample, double p, double level);

// The t with P(T <= t) = p for Student's distribution; -inf at 0, inf at 1; NaN for p outside [0, 1] or dof below
// 2e-6. dof may be infinite (the normal). Relative error about 1e-13.
double student_t_quantile(double p, double dof);

// Ranks from 1, equal values get the mean of theirs; NaN for all if the sample holds a NaN. O(n log n).
std::vector<double> mid_ranks(std::span<const double> sample);

// Correlation of values, and of ranks (O(n log n)), in [-1, 1]. NaN if either has a NaN or is constant, or there are
// fewer than two pairs. REQUIRES: equal sizes.
double pearson(std::span<const double> x, std::span<const double> y);
double spearman(std::span<const double> x, std::span<const double> y);

}  // namespace dstudio::base
