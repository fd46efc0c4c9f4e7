#include "core/formula/library/tail.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "core/formula/library/binding.hpp"
#include "core/formula/library/popularity.hpp"
#include "core/formula/library/special.hpp"

namespace dstudio::formula::library {

namespace {

// The standard normal number that is exceeded with probability `tail`, which may be far below the precision of 1.
double normal_exceeded(double tail) {
    return -normal_quantile(tail);
}

double lognormal_exceeded(double tail, double median, double sigma) {
    return sigma <= 0 || median <= 0 ? median : median * std::exp(sigma * normal_exceeded(tail));
}

// Probability of more than `time`.
double lognormal_tail(double time, double median, double sigma) {
    if (time < median && (time <= 0 || sigma <= 0))
        return 1;
    if (sigma <= 0 || median <= 0)
        return 0;
    return normal_cdf(-std::log(time / median) / sigma);
}

// 1 - q^(1/n)
double single_tail(double n, double q) {
    return -std::expm1(std::log(q) / n);
}

}  // namespace

double fanout_exceed_probability(double n, double p_single) {
    return p_single >= 1 ? 1 : -std::expm1(n * std::log1p(-p_single));
}

double fanout_single_quantile(double n, double q) {
    return std::exp(std::log(q) / n);
}

double max_exponential_mean(double n, double mean) {
    return mean * zipf_sum(1, n, 1);
}

double max_quantile_exponential(double n, double q, double mean) {
    if (mean <= 0)
        return 0;
    const double tail = single_tail(n, q);
    // Near 1, the tail's own logarithm would lose what q^(1/n) still has.
    return mean * (tail < 0.5 ? -std::log(tail) : -std::log1p(-fanout_single_quantile(n, q)));
}

double max_quantile_lognormal(double n, double q, double median, double sigma) {
    const double tail = single_tail(n, q);
    return tail < 0.5 ? lognormal_exceeded(tail, median, sigma)
                      : lognormal_quantile(fanout_single_quantile(n, q), median, sigma);
}

double hedged_quantile_exponential(double q, double mean, double hedge_delay) {
    const double alone = exponential_quantile(q, mean);
    if (alone <= hedge_delay)
        return alone;
    // From the delay on, answers come at twice the rate.
    return std::isinf(alone) ? alone : hedge_delay + (alone - hedge_delay) / 2;
}

double hedged_quantile_lognormal(double q, double median, double sigma, double hedge_delay) {
    const double alone = lognormal_quantile(q, median, sigma);
    if (sigma <= 0 || median <= 0 || !(alone > hedge_delay) || std::isinf(alone))
        return alone;
    double low = std::max(hedge_delay, tied_quantile_lognormal(q, median, sigma));
    double high = alone;
    const auto tail = [=](double t) {
        return lognormal_tail(t, median, sigma) * lognormal_tail(t - hedge_delay, median, sigma);
    };
    for (double middle = low + (high - low) / 2; low < middle && middle < high; middle = low + (high - low) / 2)
        (tail(middle) > 1 - q ? low : high) = middle;
    return high;
}

double hedge_extra_load_exponential(double mean, double hedge_delay) {
    return mean <= 0 ? 0 : std::exp(-hedge_delay / mean);
}

double hedge_extra_load_lognormal(double median, double sigma, double hedge_delay) {
    return lognormal_tail(hedge_delay, median, sigma);
}

double tied_quantile_exponential(double q, double mean) {
    return exponential_quantile(q, mean / 2);
}

double tied_quantile_lognormal(double q, double median, double sigma) {
    // Both take longer with probability 1 - q: each with its root.
    const double tail = std::exp(std::log1p(-q) / 2);
    return tail < 0.5 ? lognormal_exceeded(tail, median, sigma)
                      : lognormal_quantile(-std::expm1(std::log1p(-q) / 2), median, sigma);
}

double sum_quantile_normal(double q, std::span<const double> means, std::span<const double> sds) {
    if (means.size() != sds.size())
        return no_answer;
    double mean = 0;
    double sd = 0;
    for (std::size_t i = 0; i < means.size(); ++i) {
        mean += means[i];
        sd = std::hypot(sd, sds[i]);
    }
    return sd <= 0 ? mean : mean + sd * normal_quantile(q);
}

namespace {

struct Passage {
    double probability = 0;  // of one side
    double density = 0;
};

// The sum of exponential stages whose means are given over the greatest of them.
//
// Its transform is M(s) = 1 / prod(1 + s m). The density is the integral of M(s) e^(st) ds / (2 pi i) along a path from
// -i infinity to +i infinity right of all poles s = -1/m; with an additional factor 1/s it gives the probability of at
// most t, if the path passes right of 0, and, with its sign changed, that of more than t, if it passes between 0 and
// -1/max(m) = -1. On that part of the real axis, M(s) e^(st) / |s| has one minimum c. The path is the hyperbola
//     s(v) = c + |c| width (i sinh v - slope (cosh v - 1)),
// where 1 / width^2 is the second derivative at c of ln(M(s) e^(st) / |s|), in units of 1/c^2; so no pole is nearer to
// c than |c| width. Since |c| t is the sum of x = |c| m / (1 + c m), give or take 1, the integrand is in essence a
// product of e^(x z) / (1 + x z), z = (s - c) / |c|, each of which falls monotonically along the path and along its
// neighbours between the vertical and 45 degrees to the left. There, that is for |Im v| < atan(slope), the integrand is
// analytic, and equidistant steps of `step` have a relative error of about e^(-2 pi atan(slope) / step) < 1e-16.
class Stages {
  public:
    explicit Stages(std::vector<double> means) : means_(std::move(means)) {}

    // Of more than t (`above`) or at most t; t > 0.
    [[nodiscard]] Passage at(double t, bool above) const {
        constexpr double slope = 0.4;
        constexpr double step = 1.0 / 16;
        const double c = saddle_point(t, above);
        const double unit = std::abs(c);
        double curvature = 1;
        double log_scale = c * t;
        std::vector<double> inverse_distances;  // of c from the poles, in units of 1/|c|
        for (const double m : means_) {
            const double x = unit * m / (1 + c * m);
            inverse_distances.push_back(x);
            curvature += x * x;
            log_scale -= std::log1p(c * m);
        }
        const double width = 1 / std::sqrt(curvature);
        double probability = 0.5;
        double density = 0.5;
        constexpr int steps_max = 1000;
        for (int i = 1; i < steps_max; ++i) {
            const double sinh_v = std::sinh(i * step);
            const double cosh_v = std::cosh(i * step);
            const std::complex<double> z(-width * slope * (cosh_v - 1), width * sinh_v);
            // The integrand over its value at c.
            std::complex<double> product = 1;
            for (const double x : inverse_distances)
                product *= 1.0 + x * z;
            const std::complex<double> direction(cosh_v, slope * sinh_v);
            const std::complex<double> value = std::exp(unit * t * z) / product * direction;
            density += value.real();
            probability += (above ? value / (1.0 - z) : value / (1.0 + z)).real();
            if (!(std::abs(value) > 1e-18))
                break;
        }
        const double scale = std::exp(log_scale) * width * step / std::numbers::pi;
        return {.probability = probability * scale, .density = density * scale * unit};
    }

    [[nodiscard]] double quantile(double q) const {
        const bool above = q > 0.5;
        const double target = std::log(above ? 1 - q : q);
        double mean = 0;
        for (const double m : means_)
            mean += m;
        // Newton's iteration on the logarithm of the tail over that of time, kept within bounds that close in. As the
        // failure rate grows with t, the tail is at least e^(-t/mean) up to the mean (Barlow and Proschan 1975), and
        // the median at least mean ln 2.
        double low = above ? std::log(mean * 0.69) : -infinity;
        double high = infinity;
        double x = std::log(mean);
        for (int i = 0; i < 100; ++i) {
            const double t = std::exp(x);
            const Passage passage = at(t, above);
            const double excess = std::log(passage.probability) - target;
            const double slope = (above ? -1 : 1) * t * passage.density / passage.probability;
            const double change = -excess / slope;
            if (std::abs(change) < 1e-14 * std::max(1.0, std::abs(x)))
                return std::exp(x + change);
            ((excess > 0) == above ? low : high) = x;
            x += change;
            if (!(x > low && x < high))
                x = std::isinf(low) ? high - 1 : std::isinf(high) ? low + 1 : low + (high - low) / 2;
        }
        return std::exp(x);
    }

  private:
    // Where the derivative t - sum of m / (1 + s m) - 1/s is 0, which rises from -infinity to +infinity or t.
    [[nodiscard]] double saddle_point(double t, bool above) const {
        double low = above ? -1 : 0;
        double high = above ? 0 : static_cast<double>(means_.size() + 1) / t;
        for (double middle = (low + high) / 2; low < middle && middle < high; middle = low + (high - low) / 2) {
            double derivative = t - 1 / middle;
            for (const double m : means_)
                derivative -= m / (1 + middle * m);
            (derivative < 0 ? low : high) = middle;
            if (high - low < 1e-3 * std::min(std::abs(middle), 1 + middle))  // any nearby point will do
                break;
        }
        return low + (high - low) / 2;
    }

    std::vector<double> means_;
};

}  // namespace

double sum_quantile_exponential(double q, std::span<const double> means) {
    if (means.size() > stages_max)
        return no_answer;
    double longest = 0;
    for (const double mean : means)
        longest = std::max(longest, mean);
    if (longest <= 0 || q <= 0)
        return 0;
    if (q >= 1 || std::isinf(longest))
        return infinity;
    std::vector<double> relative;
    for (const double mean : means)
        relative.push_back(mean / longest);
    return longest * Stages(std::move(relative)).quantile(q);
}

double sum_quantile_lognormal(double q, std::span<const double> medians, std::span<const double> sigmas) {
    if (medians.size() != sigmas.size())
        return no_answer;
    double mean = 0;
    double variance = 0;
    for (std::size_t i = 0; i < medians.size(); ++i) {
        const double square = sigmas[i] * sigmas[i];
        const double stage_mean = medians[i] * std::exp(square / 2);
        mean += stage_mean;
        variance += stage_mean * stage_mean * std::expm1(square);
    }
    if (mean <= 0)
        return 0;
    const double square = std::log1p(variance / (mean * mean));
    return lognormal_quantile(q, mean * std::exp(-square / 2), std::sqrt(square));
}

double lognormal_sigma_from_p50_p99(double p50, double p99) {
    return p99 < p50 ? no_answer : std::log(p99 / p50) / normal_quantile(0.99);
}

double slo_percentile_lognormal(double objective, double p50, double p99) {
    if (p99 < p50)
        return no_answer;
    if (p99 <= p50)
        return objective < p50 ? 0 : 1;
    return objective <= 0 ? 0 : normal_cdf(std::log(objective / p50) / lognormal_sigma_from_p50_p99(p50, p99));
}

namespace {

constexpr Parameter n{"n", "1", positive_count};
constexpr Parameter q{"q", "1", probability};
constexpr Parameter mean{"mean", "s", non_negative};
constexpr Parameter median{"median", "s", non_negative};
constexpr Parameter sigma{"sigma", "1", non_negative};
constexpr Parameter hedge_delay{"hedge_delay", "s", non_negative};
constexpr Parameter p50{"p50", "s", positive};
constexpr Parameter p99{"p99", "s", positive};

constexpr Parameter exceed_parameters[] = {n, {"p_single", "1", probability}};
constexpr Parameter single_parameters[] = {n, q};
constexpr Parameter max_mean_parameters[] = {n, mean};
constexpr Parameter max_exponential_parameters[] = {n, q, mean};
constexpr Parameter max_lognormal_parameters[] = {n, q, median, sigma};
constexpr Parameter hedged_exponential_parameters[] = {q, mean, hedge_delay};
constexpr Parameter hedged_lognormal_parameters[] = {q, median, sigma, hedge_delay};
constexpr Parameter extra_exponential_parameters[] = {mean, hedge_delay};
constexpr Parameter extra_lognormal_parameters[] = {median, sigma, hedge_delay};
constexpr Parameter tied_exponential_parameters[] = {q, mean};
constexpr Parameter tied_lognormal_parameters[] = {q, median, sigma};
constexpr Parameter sum_normal_parameters[] = {q, {"means", "s", any_number, true}, {"sds", "s", non_negative, true}};
constexpr Parameter sum_exponential_parameters[] = {q, {"means", "s", non_negative, true}};
constexpr Parameter sum_lognormal_parameters[] = {
    q, {"medians", "s", non_negative, true}, {"sigmas", "1", non_negative, true}};
constexpr Parameter fit_parameters[] = {p50, p99};
constexpr Parameter slo_parameters[] = {{"objective", "s", non_negative}, p50, p99};

constexpr std::string_view dean = "Dean and Barroso, The Tail at Scale (2013)";
constexpr std::string_view david = "David and Nagaraja, Order Statistics (3rd edition, 2003), chapter 2";
constexpr std::string_view johnson =
    "Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions, Volume 1 (2nd edition, 1994), chapter 14 "
    "(lognormal distributions)";

constexpr Function table[] = {
    entry<fanout_exceed_probability>("fanout_exceed_probability", exceed_parameters, "1",
                                     "Probability that at least one of n servers is slow", dean),
    entry<fanout_single_quantile>("fanout_single_quantile", single_parameters, "1",
                                  "Quantile that each of n servers has to meet so that all do with probability q",
                                  dean),
    entry<max_exponential_mean>("max_exponential_mean", max_mean_parameters, "s",
                                "Mean time of the slowest of n exponential requests", david),
    entry<max_quantile_exponential>("max_quantile_exponential", max_exponential_parameters, "s",
                                    "The q-quantile of the slowest of n exponential requests", david),
    entry<max_quantile_lognormal>("max_quantile_lognormal", max_lognormal_parameters, "s",
                                  "The q-quantile of the slowest of n lognormal requests", david),
    entry<hedged_quantile_exponential>("hedged_quantile_exponential", hedged_exponential_parameters, "s",
                                       "The q-quantile of an exponential request that is sent again after a delay, "
                                       "the first answer counting",
                                       dean),
    entry<hedged_quantile_lognormal>("hedged_quantile_lognormal", hedged_lognormal_parameters, "s",
                                     "The q-quantile of a lognormal request that is sent again after a delay, the "
                                     "first answer counting",
                                     dean),
    entry<hedge_extra_load_exponential>("hedge_extra_load_exponential", extra_exponential_parameters, "1",
                                        "Share of exponential requests that are still unanswered after the hedge delay",
                                        dean),
    entry<hedge_extra_load_lognormal>("hedge_extra_load_lognormal", extra_lognormal_parameters, "1",
                                      "Share of lognormal requests that are still unanswered after the hedge delay",
                                      dean),
    entry<tied_quantile_exponential>("tied_quantile_exponential", tied_exponential_parameters, "s",
                                     "The q-quantile of the faster of two exponential requests", dean),
    entry<tied_quantile_lognormal>("tied_quantile_lognormal", tied_lognormal_parameters, "s",
                                   "The q-quantile of the faster of two lognormal requests", dean),
    entry<sum_quantile_normal>("sum_quantile_normal", sum_normal_parameters, "s",
                               "The q-quantile of the sum of independent normal times",
                               "Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions, Volume 1 (2nd "
                               "edition, 1994), chapter 13 (normal distributions)"),
    entry<sum_quantile_exponential>("sum_quantile_exponential", sum_exponential_parameters, "s",
                                    "The q-quantile of the sum of independent exponential times of given means "
                                    "(hypoexponential distribution)",
                                    "Cox, Renewal Theory (1962), chapter 1; Daniels, Saddlepoint Approximations in "
                                    "Statistics (1954), for the path of integration"),
    entry<sum_quantile_lognormal>("sum_quantile_lognormal", sum_lognormal_parameters, "s",
                                  "The q-quantile of the sum of independent lognormal times, approximately "
                                  "(Fenton-Wilkinson: the lognormal of the same mean and variance)",
                                  "Fenton, The Sum of Log-Normal Probability Distributions in Scatter Transmission "
                                  "Systems (1960)"),
    entry<lognormal_sigma_from_p50_p99>("lognormal_sigma_from_p50_p99", fit_parameters, "1",
                                        "Sigma of the lognormal with a given median and 99th percentile", johnson),
    entry<slo_percentile_lognormal>("slo_percentile_lognormal", slo_parameters, "1",
                                    "Share of requests within an objective, by the lognormal with a given median and "
                                    "99th percentile",
                                    johnson),
};

}  // namespace

std::span<const Function> tail_functions() {
    return table;
}

}  // namespace dstudio::formula::library
