#include "core/formula/library/special.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/factorials.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numbers>

#include "core/formula/library/binding.hpp"
#include "core/formula/library/poisson.hpp"
#include "core/formula/library/popularity.hpp"

namespace dstudio::formula::library {

namespace {

namespace policies = boost::math::policies;

// Nothing throws and errno stays as it is; long double is not used, as it differs between native and WebAssembly.
using Quiet = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>, policies::underflow_error<policies::ignore_error>,
    policies::denorm_error<policies::ignore_error>, policies::rounding_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>, policies::indeterminate_result_error<policies::ignore_error>,
    policies::promote_float<false>, policies::promote_double<false>>;
constexpr Quiet quiet{};

constexpr double log_sqrt_two_pi = 0.9189385332046727;

// ln n! less Stirling's (n + 1/2) ln n - n + ln(2 pi) / 2, for integers n of at least 1.
double stirling_rest(double n) {
    if (n < 16)
        return std::log(factorial(n)) - ((n + 0.5) * std::log(n) - n + log_sqrt_two_pi);
    const double square = n * n;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 / square) / square) / square) / n;
}

// Loader's deviance x ln(x / mean) + mean - x, by its power series in (x - mean) / (x + mean) where it cancels.
double deviance(double x, double mean) {
    const double difference = x - mean;
    if (std::abs(difference) >= 0.1 * (x + mean))
        return x * std::log(x / mean) - difference;
    const double v = difference / (x + mean);
    double sum = difference * v;
    double power = 2 * x * v;
    for (int i = 1; i < 100; ++i) {
        power *= v * v;
        const double next = sum + power / (2 * i + 1);
        if (next == sum)
            break;
        sum = next;
    }
    return sum;
}

// Regularised incomplete beta function and its inverse, for parameters of any size.
double incomplete_beta(double a, double b, double x) {
    return std::clamp(boost::math::ibeta(a, b, x, quiet), 0.0, 1.0);
}
double incomplete_beta_complement(double a, double b, double x) {
    return std::clamp(boost::math::ibetac(a, b, x, quiet), 0.0, 1.0);
}

struct Point {
    double value;
    double slope;
};

// Where an increasing concave function, such as the logarithm of a distribution function with a log-concave density,
// has the value `target`: by Newton's iteration, which converges from everywhere, as it cannot pass the root to the
// right; where the function is -infinity to double precision, by halving. Boost's own inverses may throw.
template <class Function>
double concave_root(double target, double start, Function function) {
    double low = -infinity;
    double high = infinity;
    double u = start;
    for (int i = 0; i < 200; ++i) {
        const Point point = function(u);
        const double step = (target - point.value) / point.slope;
        if (std::abs(step) < 1e-15 * std::max(1.0, std::abs(u)))
            return u + step;
        (point.value < target ? low : high) = u;
        u += step;
        if (!(u > low && u < high)) {
            if (std::isinf(low) || std::isinf(high))
                u = std::isinf(low) ? high - 1 : low + 1;
            else
                u = low + (high - low) / 2;
            if (!(u > low && u < high))
                return u;
        }
    }
    return u;
}

// ln(x / (1 - x)) for the x below which a beta-distributed number lies with probability p; in this measure the density
// is log-concave.
double beta_quantile_logit(double p, double a, double b) {
    const double log_beta =
        boost::math::lgamma(a, quiet) + boost::math::lgamma(b, quiet) - boost::math::lgamma(a + b, quiet);
    return concave_root(std::log(p), std::log(a / b), [=](double u) {
        const double small = std::exp(-std::abs(u)) / (1 + std::exp(-std::abs(u)));  // of x and 1 - x
        const double below = u < 0 ? incomplete_beta(a, b, small) : incomplete_beta_complement(b, a, small);
        const double log_small = -std::log1p(std::exp(std::abs(u)));
        const double log_large = -std::log1p(std::exp(-std::abs(u)));
        const double density = u < 0 ? a * log_small + b * log_large : a * log_large + b * log_small;
        return Point{.value = std::log(below), .slope = std::exp(density - log_beta) / below};
    });
}

}  // namespace

double binomial(double n, double k) {
    if (k > n)
        return 0;
    const double m = std::min(k, n - k);
    if (m > 514)  // at least (1030 over 515), which is beyond double
        return infinity;
    // Multiplied by n - m + i and divided by i in turn; the quotient and the remainder apart, both parts are whole.
    double result = 1;
    for (double i = 1; i <= m; ++i) {
        const double quotient = std::floor(result / i);
        const double remainder = result - quotient * i;
        result = quotient * (n - m + i) + remainder * (n - m + i) / i;
        if (std::isinf(result))
            return infinity;
    }
    return result;
}

double factorial(double n) {
    return n > 170 ? infinity : boost::math::unchecked_factorial<double>(static_cast<unsigned>(n));
}

double log_gamma(double x) {
    return std::isinf(x) ? infinity : boost::math::lgamma(x, quiet);
}

double gamma_function(double x) {
    if (x == infinity)
        return infinity;
    if (x <= 0 && x == std::floor(x))
        return no_answer;
    return boost::math::tgamma(x, quiet);
}

double beta_function(double a, double b) {
    return std::isinf(a) || std::isinf(b) ? 0 : boost::math::beta(a, b, quiet);
}

double error_function(double x) {
    return std::erf(x);
}

double binomial_pmf(double k, double n, double p) {
    if (k > n || (p <= 0 && k > 0) || (p >= 1 && k < n))
        return 0;
    if (p <= 0 || p >= 1)
        return 1;
    if (k <= 0)
        return std::exp(n * std::log1p(-p));
    if (k >= n)
        return std::exp(n * std::log(p));
    const double rest = stirling_rest(n) - stirling_rest(k) - stirling_rest(n - k);
    const double exponent = rest - deviance(k, n * p) - deviance(n - k, n * (1 - p));
    return std::exp(exponent) * std::sqrt(n / (2 * std::numbers::pi * k * (n - k)));
}

double binomial_cdf(double k, double n, double p) {
    if (k >= n || p <= 0)
        return 1;
    if (k < 0 || p >= 1)
        return 0;
    return incomplete_beta_complement(k + 1, n - k, p);
}

double binomial_tail(double k, double n, double p) {
    if (k <= 0)
        return 1;
    if (k > n || p <= 0)
        return 0;
    if (p >= 1)
        return 1;
    return incomplete_beta(k, n - k + 1, p);
}

double poisson_pmf(double k, double mean) {
    return poisson_probability(k, mean);
}

double poisson_cdf(double k, double mean) {
    return poisson_at_most(k, mean);
}

double poisson_tail(double k, double mean) {
    return poisson_above(k - 1, mean);
}

double normal_cdf(double x) {
    return std::erfc(-x / std::numbers::sqrt2) / 2;
}

double normal_quantile(double p) {
    if (p <= 0)
        return -infinity;
    if (p >= 1)
        return infinity;
    return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * p, quiet);
}

double student_t_quantile(double p, double dof) {
    if (p == 0.5)
        return 0;
    if (p <= 0)
        return -infinity;
    if (p >= 1)
        return infinity;
    if (dof > 1e8) {  // Abramowitz and Stegun, 26.7.5, to its first term
        const double z = normal_quantile(p);
        return z + z * (z * z + 1) / (4 * dof);
    }
    const double tails = 2 * std::min(p, 1 - p);
    // Far out, the tails are proportional to |t|^-dof.
    const double far = std::exp(std::log(tails * (dof / 2) * beta_function(dof / 2, 0.5)) / dof);  // sqrt(dof) / |t|
    if (far < 1e-9)
        return std::copysign(std::sqrt(dof) / far, p - 0.5);
    // dof / (dof + t^2) is beta-distributed, with shapes dof / 2 and 1/2.
    return std::copysign(std::sqrt(dof) * std::exp(-beta_quantile_logit(tails, dof / 2, 0.5) / 2), p - 0.5);
}

double chi_square_quantile(double p, double dof) {
    return gamma_quantile(p, dof / 2, 2);
}

double beta_cdf(double x, double a, double b) {
    if (x <= 0)
        return 0;
    return x >= 1 ? 1 : incomplete_beta(a, b, x);
}

namespace {

struct Share {
    double value;
    double complement;
};

Share beta_quantile_share(double p, double a, double b) {
    if (p <= 0)
        return {.value = 0, .complement = 1};
    if (p >= 1)
        return {.value = 1, .complement = 0};
    const double u = p <= 0.5 ? beta_quantile_logit(p, a, b) : -beta_quantile_logit(1 - p, b, a);
    return {.value = 1 / (1 + std::exp(-u)), .complement = 1 / (1 + std::exp(u))};
}

}  // namespace

double beta_quantile(double p, double a, double b) {
    return beta_quantile_share(p, a, b).value;
}

double beta_quantile_complement(double p, double a, double b) {
    return beta_quantile_share(p, a, b).complement;
}

double gamma_cdf(double x, double shape, double scale) {
    if (x <= 0)
        return 0;
    return std::isinf(x) ? 1 : boost::math::gamma_p(shape, x / scale, quiet);
}

double gamma_quantile(double p, double shape, double scale) {
    if (p <= 0)
        return 0;
    if (p >= 1)
        return infinity;
    // Over the logarithm of x the density is log-concave.
    const double log_gamma_shape = boost::math::lgamma(shape, quiet);
    const double side = p <= 0.5 ? 1 : -1;
    const double u = concave_root(std::log(p <= 0.5 ? p : 1 - p), side * std::log(shape), [=](double v) {
        const double x = std::exp(side * v);
        const double tail = side > 0 ? boost::math::gamma_p(shape, x, quiet) : boost::math::gamma_q(shape, x, quiet);
        return Point{.value = std::log(tail), .slope = std::exp(shape * side * v - x - log_gamma_shape) / tail};
    });
    return std::exp(side * u) * scale;
}

double exponential_quantile(double p, double mean) {
    return mean <= 0 ? 0 : -mean * std::log1p(-p);
}

double lognormal_quantile(double p, double median, double sigma) {
    return sigma <= 0 || median <= 0 ? median : median * std::exp(sigma * normal_quantile(p));
}

double weibull_cdf(double x, double scale, double shape) {
    return x <= 0 ? 0 : -std::expm1(-std::pow(x / scale, shape));
}

double zeta_harmonic(double n, double exponent) {
    return zipf_sum(1, n, exponent);
}

namespace {

// Half of Wilson's interval and its centre, both before the division by 1 + z^2 / n.
double wilson_end(double successes, double trials, double level, double side) {
    if (successes > trials)
        return no_answer;
    if (level >= 1)
        return side < 0 ? 0 : 1;
    const double z = -normal_quantile((1 - level) / 2);
    const double share = successes / trials;
    const double square = z * z / trials;
    const double half = std::sqrt(square * (share * (1 - share) + square / 4));
    return std::clamp((share + square / 2 + side * half) / (1 + square), 0.0, 1.0);
}

}  // namespace

double wilson_lower(double successes, double trials, double level) {
    return successes <= 0 ? 0 : wilson_end(successes, trials, level, -1);
}

double wilson_upper(double successes, double trials, double level) {
    return successes == trials ? 1 : wilson_end(successes, trials, level, 1);
}

double clopper_pearson_lower(double successes, double trials, double level) {
    if (successes > trials)
        return no_answer;
    return successes <= 0 ? 0 : beta_quantile((1 - level) / 2, successes, trials - successes + 1);
}

double clopper_pearson_upper(double successes, double trials, double level) {
    if (successes > trials)
        return no_answer;
    if (successes == trials || level >= 1)
        return 1;
    return beta_quantile_complement((1 - level) / 2, trials - successes, successes + 1);
}

double lambert_w0(double x) {
    if (std::isinf(x))
        return infinity;
    // Distance from the branch point; 1/e less its nearest double is -1.2428753672788363e-17.
    constexpr double inverse_e = 0.36787944117144233;
    const double above = (x + inverse_e) + -1.2428753672788363e-17;
    if (above <= 0)
        return -1;
    const double root = std::sqrt(2 * std::numbers::e * above);
    if (root < 1e-3)  // series about the branch point; Halley's steps would divide by almost 0
        return -1 + root * (1 - root * (1.0 / 3 - root * (11.0 / 72 - root * (43.0 / 540 - root * 769.0 / 17280))));
    double w = x < 1 ? -1 + root * (1 - root / 3 / (1 + root / 6)) : std::log(x);
    if (x > std::numbers::e)
        w -= std::log(w);
    for (int i = 0; i < 50; ++i) {
        // Halley's step for w - x e^-w, which does not overflow.
        const double f = w - x * std::exp(-w);
        const double step = f / ((1 + w) - (w + 2) * f / (2 * w + 2));
        w -= step;
        if (!(std::abs(step) > 1e-15 * std::abs(w)))
            break;
    }
    return w;
}

namespace {

constexpr Domain trial_count{.min = 0, .max = trials_max, .integer = true};
constexpr Domain trial_count_some{.min = 1, .max = trials_max, .integer = true};
constexpr Domain countable_mean{.min = 0, .max = poisson_mean_max};
constexpr Domain zipf_exponent{.min = 0, .max = zipf_exponent_max};
constexpr Domain shape_size{.min = 0, .max = trials_max, .min_excluded = true};
constexpr Domain from_minus_inverse_e{.min = -0.36787944117144233};

constexpr Parameter k{"k", "1", count};
constexpr Parameter n{"n", "1", trial_count};
constexpr Parameter p{"p", "1", probability};
constexpr Parameter x{"x", "1"};
constexpr Parameter a{"a", "1", shape_size};
constexpr Parameter b{"b", "1", shape_size};
constexpr Parameter shape{"shape", "1", shape_size};
constexpr Parameter scale{"scale", "1", positive};

constexpr Parameter choose_parameters[] = {{"n", "1", count}, k};
constexpr Parameter factorial_parameters[] = {{"n", "1", count}};
constexpr Parameter positive_parameters[] = {{"x", "1", positive}};
constexpr Parameter any_parameters[] = {x};
constexpr Parameter beta_function_parameters[] = {{"a", "1", positive}, {"b", "1", positive}};
constexpr Parameter binomial_parameters[] = {k, n, p};
constexpr Parameter poisson_parameters[] = {k, {"mean", "1", countable_mean}};
constexpr Parameter quantile_parameters[] = {p};
constexpr Parameter t_parameters[] = {p, {"dof", "1", positive}};
constexpr Parameter chi_square_parameters[] = {p, {"dof", "1", shape_size}};
constexpr Parameter beta_cdf_parameters[] = {x, a, b};
constexpr Parameter beta_quantile_parameters[] = {p, a, b};
constexpr Parameter gamma_cdf_parameters[] = {x, shape, scale};
constexpr Parameter gamma_quantile_parameters[] = {p, shape, scale};
constexpr Parameter exponential_parameters[] = {p, {"mean", "s", non_negative}};
constexpr Parameter lognormal_parameters[] = {p, {"median", "s", non_negative}, {"sigma", "1", non_negative}};
constexpr Parameter weibull_parameters[] = {{"x", "s"}, {"scale", "s", positive}, {"shape", "1", positive}};
constexpr Parameter harmonic_parameters[] = {{"n", "1", count}, {"exponent", "1", zipf_exponent}};
constexpr Parameter interval_parameters[] = {
    {"successes", "1", count}, {"trials", "1", trial_count_some}, {"level", "1", probability}};
constexpr Parameter lambert_parameters[] = {{"x", "1", from_minus_inverse_e}};

constexpr std::string_view abramowitz_gamma =
    "Abramowitz and Stegun, Handbook of Mathematical Functions (1964), chapter 6 (gamma function)";
constexpr std::string_view abramowitz_error =
    "Abramowitz and Stegun, Handbook of Mathematical Functions (1964), chapter 7 (error function)";
constexpr std::string_view abramowitz_choose =
    "Abramowitz and Stegun, Handbook of Mathematical Functions (1964), section 24.1.1 (binomial coefficients)";
constexpr std::string_view abramowitz_probability =
    "Abramowitz and Stegun, Handbook of Mathematical Functions (1964), chapter 26 (probability functions)";
constexpr std::string_view loader = "Loader, Fast and Accurate Computation of Binomial Probabilities (2000)";
constexpr std::string_view johnson =
    "Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions, Volume 1 (2nd edition, 1994)";
constexpr std::string_view wilson =
    "Wilson, Probable Inference, the Law of Succession, and Statistical Inference (1927); Brown, Cai and DasGupta, "
    "Interval Estimation for a Binomial Proportion (2001)";
constexpr std::string_view clopper =
    "Clopper and Pearson, The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial (1934)";

constexpr Function table[] = {
    entry<binomial>("binomial", choose_parameters, "1", "Number of ways to choose k of n things", abramowitz_choose),
    entry<factorial>("factorial", factorial_parameters, "1", "Product of the whole numbers up to n", abramowitz_gamma),
    entry<log_gamma>("log_gamma", positive_parameters, "1", "Natural logarithm of the gamma function", abramowitz_gamma,
                     "\\ln\\Gamma"),
    entry<gamma_function>("gamma_function", any_parameters, "1",
                          "The gamma function, which continues (x - 1)! to all numbers", abramowitz_gamma, "\\Gamma"),
    entry<beta_function>("beta_function", beta_function_parameters, "1", "Euler's beta function of two shapes",
                         abramowitz_gamma, "\\mathrm{B}"),
    entry<error_function>("erf", any_parameters, "1", "The error function", abramowitz_error),
    entry<binomial_pmf>("binomial_pmf", binomial_parameters, "1",
                        "Probability of exactly k successes in n independent trials", loader),
    entry<binomial_cdf>("binomial_cdf", binomial_parameters, "1",
                        "Probability of at most k successes in n independent trials", abramowitz_probability),
    entry<binomial_tail>("binomial_tail", binomial_parameters, "1",
                         "Probability of at least k successes in n independent trials", abramowitz_probability),
    entry<poisson_pmf>("poisson_pmf", poisson_parameters, "1",
                       "Probability of exactly k events, of a Poisson distribution", loader),
    entry<poisson_cdf>("poisson_cdf", poisson_parameters, "1",
                       "Probability of at most k events, of a Poisson distribution", abramowitz_probability),
    entry<poisson_tail>("poisson_tail", poisson_parameters, "1",
                        "Probability of at least k events, of a Poisson distribution", abramowitz_probability),
    entry<normal_cdf>("normal_cdf", any_parameters, "1", "Probability that a standard normal number is at most x",
                      abramowitz_probability, "\\Phi"),
    entry<normal_quantile>("normal_quantile", quantile_parameters, "1",
                           "The value that a standard normal number stays below with probability p",
                           abramowitz_probability, "\\Phi^{-1}"),
    entry<student_t_quantile>("student_t_quantile", t_parameters, "1",
                              "The p-quantile of Student's t distribution with dof degrees of freedom",
                              abramowitz_probability),
    entry<chi_square_quantile>("chi_square_quantile", chi_square_parameters, "1",
                               "The p-quantile of the chi-square distribution with dof degrees of freedom",
                               abramowitz_probability),
    entry<beta_cdf>(
        "beta_cdf", beta_cdf_parameters, "1",
        "Probability that a beta-distributed proportion is at most x (regularised incomplete beta function)",
        abramowitz_probability),
    entry<beta_quantile>("beta_quantile", beta_quantile_parameters, "1", "The p-quantile of the beta distribution",
                         abramowitz_probability),
    entry<gamma_cdf>("gamma_cdf", gamma_cdf_parameters, "1",
                     "Probability that a gamma-distributed number of mean shape*scale is at most x", johnson),
    entry<gamma_quantile>("gamma_quantile", gamma_quantile_parameters, "1",
                          "The p-quantile of the gamma distribution of mean shape*scale", johnson),
    entry<exponential_quantile>("exponential_quantile", exponential_parameters, "s",
                                "The p-quantile of an exponential time", johnson),
    entry<lognormal_quantile>("lognormal_quantile", lognormal_parameters, "s",
                              "The p-quantile of a lognormal time, by its median and the standard deviation of its "
                              "natural logarithm",
                              johnson),
    entry<weibull_cdf>("weibull_cdf", weibull_parameters, "1", "Probability that a Weibull time is at most x", johnson),
    entry<zeta_harmonic>("zeta_harmonic", harmonic_parameters, "1",
                         "Generalised harmonic number: the sum of k^-exponent for k up to n",
                         "Abramowitz and Stegun, Handbook of Mathematical Functions (1964), section 23.1.30 "
                         "(Euler-Maclaurin formula)"),
    entry<wilson_lower>("wilson_lower", interval_parameters, "1",
                        "Lower end of Wilson's score interval for the probability of success", wilson),
    entry<wilson_upper>("wilson_upper", interval_parameters, "1",
                        "Upper end of Wilson's score interval for the probability of success", wilson),
    entry<clopper_pearson_lower>("clopper_pearson_lower", interval_parameters, "1",
                                 "Lower end of the exact confidence interval for the probability of success", clopper),
    entry<clopper_pearson_upper>("clopper_pearson_upper", interval_parameters, "1",
                                 "Upper end of the exact confidence interval for the probability of success", clopper),
    entry<lambert_w0>("lambert_w0", lambert_parameters, "1",
                      "Principal branch of Lambert's W: the w from -1 on for which w e^w is x",
                      "Corless, Gonnet, Hare, Jeffrey and Knuth, On the Lambert W Function (1996)", "W_0"),
};

}  // namespace

std::span<const Function> special_functions() {
    return table;
}

}  // namespace dstudio::formula::library
