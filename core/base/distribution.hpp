// Probability distributions as values: sampling, quantiles, distribution function, moments.
//
// A distribution is made by a factory that checks its parameters and is valid from then on. Units are the caller's.
// Samples depend on the stream alone, to the bit on every build, and not on how the draws are cut into batches:
// `out` of 100 holds what two calls with 50 would.
// Sampling: normal and exponential by the ziggurat with 256 layers (Marsaglia and Tsang, Journal of Statistical
// Software 5(8), 2000, with layer and position from separate bits as Doornik asks, 2005), gamma by Marsaglia and Tsang
// (ACM Transactions on Mathematical Software 26(3), 2000), beta as a ratio of gammas, the others by inversion.
// Quantiles and distribution functions: relative error about 1e-14, for gamma and beta see core/base/special.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/random.hpp"

namespace dstudio::base {

enum class DistributionKind : std::uint8_t {
    point,
    normal,
    lognormal,
    uniform,
    triangular,
    beta,
    gamma,
    exponential,
    empirical,
};

struct Support {
    double min = 0;  // may be -inf
    double max = 0;  // may be inf

    bool operator==(const Support&) const = default;
};

class Distribution {
  public:
    // Always `value`. Like all parameters below it must be finite: NaN and inf are refused (invalid_argument).
    static Result<Distribution> point(double value);
    // Deviation at least 0; at 0 it is a point.
    static Result<Distribution> normal(double mean, double standard_deviation);
    // exp of a normal with mean `mu` and deviation `sigma` (at least 0): the median is exp(mu).
    static Result<Distribution> lognormal(double mu, double sigma);
    // min at most max.
    static Result<Distribution> uniform(double min, double max);
    // min <= mode <= max.
    static Result<Distribution> triangular(double min, double mode, double max);
    // Shapes in [1e-6, 1e9] (math::shape_min, shape_max); values in [0, 1], mean a / (a + b).
    static Result<Distribution> beta(double a, double b);
    // Shape in [1e-6, 1e9], scale above 0; mean shape * scale.
    static Result<Distribution> gamma(double shape, double scale);
    // Mean above 0.
    static Result<Distribution> exponential(double mean);
    // The distribution whose quantile function joins the data's order statistics by straight lines (type 7 of Hyndman
    // and Fan, The American Statistician 50(4), 1996): min and max are those of the data; its mean is that of the
    // lines, which for few data differs a little from the data's own. At least one value; O(n log n).
    static Result<Distribution> empirical(std::vector<double> data);

    // The normal and the lognormal with P(X <= x1) = p1 and P(X <= x2) = p2. p1 and p2 differ and lie in (0, 1); the
    // greater has the greater (or the same) x; for the lognormal both x are above 0.
    static Result<Distribution> normal_from_quantiles(double p1, double x1, double p2, double x2);
    static Result<Distribution> lognormal_from_quantiles(double p1, double x1, double p2, double x2);

    [[nodiscard]] DistributionKind kind() const { return kind_; }
    // In the order of the factory's arguments; empty for an empirical one, whose data (ascending) are `data()`.
    [[nodiscard]] std::span<const double> parameters() const;
    [[nodiscard]] std::span<const double> data() const { return data_; }

    // Fills `out` with independent draws. A draw of a gamma or beta with a shape far below 1 may be exactly 0 or 1.
    void sample(RandomStream& stream, std::span<double> out) const;
    // One draw.
    [[nodiscard]] double sample(RandomStream& stream) const {
        return kind_ == DistributionKind::point ? parameters_[0] : sample_varying(stream);
    }

    // The smallest x with P(X <= x) >= p: support().min at 0, support().max at 1, NaN outside [0, 1].
    [[nodiscard]] double quantile(double p) const;
    // P(X <= x); NaN for NaN.
    [[nodiscard]] double cdf(double x) const;
    [[nodiscard]] double mean() const;
    [[nodiscard]] double variance() const;
    // The smallest closed interval that holds all values.
    [[nodiscard]] Support support() const;

    bool operator==(const Distribution&) const = default;

  private:
    Distribution(DistributionKind kind, double first, double second = 0, double third = 0)
        : kind_(kind), parameters_{first, second, third} {}

    template <class Use>
    void draw_by(Use& use) const;
    double sample_varying(RandomStream& stream) const;

    DistributionKind kind_ = DistributionKind::point;
    std::array<double, 3> parameters_{};  // the factory's arguments, then zeros
    std::vector<double> data_;            // ascending
};

// Single draws, and batches, of the standard normal (mean 0, deviation 1) and the standard exponential (mean 1).
double sample_normal(RandomStream& stream);
double sample_exponential(RandomStream& stream);
void sample_normal(RandomStream& stream, std::span<double> out);
void sample_exponential(RandomStream& stream, std::span<double> out);

}  // namespace dstudio::base
