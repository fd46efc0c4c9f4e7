#include "core/formula/library/special.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

using namespace dstudio::formula;
using namespace dstudio::formula::library;

namespace {

doctest::Approx near(double expected, double error = 1e-12) {
    return doctest::Approx(expected).scale(1e-300).epsilon(error);  // relative also for small values
}

// Probabilities of 0 ... n successes, one trial after the other.
std::vector<double> trials(std::size_t n, double p) {
    std::vector<double> result{1};
    for (std::size_t i = 0; i < n; ++i) {
        result.push_back(0);
        for (std::size_t k = result.size() - 1; k > 0; --k)
            result[k] = result[k] * (1 - p) + result[k - 1] * p;
        result[0] *= 1 - p;
    }
    return result;
}

// Simpson's rule.
double integral(double from, double to, const std::function<double(double)>& f) {
    constexpr int steps = 20000;
    const double h = (to - from) / steps;
    double sum = f(from) + f(to);
    for (int i = 1; i < steps; ++i)
        sum += (i % 2 == 0 ? 2 : 4) * f(from + i * h);
    return sum * h / 3;
}

const std::vector<double> probabilities{1e-200, 1e-20, 1e-9, 0.001, 0.1, 0.3, 0.5, 0.500001, 0.8, 0.99, 1 - 1e-9};

}  // namespace

TEST_CASE("binomial coefficients are Pascal's triangle, exactly while they fit into 2^53") {
    std::vector<std::uint64_t> row{1};
    for (std::size_t n = 0; n <= 60; ++n) {
        for (std::size_t k = 0; k <= n; ++k) {
            CAPTURE(n);
            CAPTURE(k);
            const auto exact = static_cast<double>(row[k]);
            if (row[k] <= 9007199254740992U)
                CHECK(binomial(static_cast<double>(n), static_cast<double>(k)) == exact);
            else
                CHECK(binomial(static_cast<double>(n), static_cast<double>(k)) == near(exact, 1e-14));
        }
        std::vector<std::uint64_t> next(n + 2, 1);
        for (std::size_t k = 1; k <= n; ++k)
            next[k] = row[k - 1] + row[k];
        row = next;
    }
    CHECK(binomial(3, 4) == 0);
    CHECK(binomial(1000, 500) == near(2.7028824094543657e299));
    CHECK(binomial(9007199254740992.0, 1) == 9007199254740992.0);
    CHECK(binomial(1e15, 2) == near(1e15 * (1e15 - 1) / 2));
    // The central coefficient of 1028 is the last below 2^1024; by Stirling 2^1028 / sqrt(514 pi) (1 - 1/4112).
    CHECK(binomial(1028, 514) ==
          near(std::ldexp(16 / std::sqrt(514 * std::numbers::pi) * (1 - 1.0 / 4112), 1023) * 2, 1e-6));
    CHECK(binomial(1030, 515) == infinity);
    CHECK(binomial(735200, 335) == infinity);
    CHECK(binomial(9007199254740992.0, 4503599627370496.0) == infinity);
}

TEST_CASE("factorials and the gamma and beta functions keep their functional equations") {
    double product = 1;
    for (double n = 1; n <= 170; ++n) {
        product *= n;
        CHECK(factorial(n) == near(product, 1e-13));
        CHECK(gamma_function(n + 1) == near(product, 1e-13));
        CHECK(std::exp(log_gamma(n + 1) - std::log(product)) == near(1));
    }
    CHECK(factorial(0) == 1);
    CHECK(factorial(20) == 2432902008176640000.0);
    CHECK(factorial(171) == infinity);
    CHECK(gamma_function(0.5) == near(std::sqrt(std::numbers::pi), 1e-15));
    CHECK(gamma_function(200) == infinity);
    for (const double x : {-20.3, -3.5, -0.25, 0.01, 0.7, 4.4}) {
        CHECK(gamma_function(x + 1) == near(x * gamma_function(x)));
        CHECK(gamma_function(x) * gamma_function(1 - x) ==
              near(std::numbers::pi / std::sin(std::numbers::pi * x), 1e-11));
    }
    for (const double pole : {0.0, -1.0, -2.0, -30.0})
        CHECK(std::isnan(gamma_function(pole)));
    // Stirling's series at 1e10.
    CHECK(log_gamma(1e10) == near((1e10 - 0.5) * std::log(1e10) - 1e10 + std::log(2 * std::numbers::pi) / 2, 1e-15));
    CHECK(beta_function(2, 3) == near(1.0 / 12));
    CHECK(beta_function(0.5, 0.5) == near(std::numbers::pi));
    CHECK(beta_function(3.5, 2.25) ==
          near(integral(0, 1, [](double x) { return std::pow(x, 2.5) * std::pow(1 - x, 1.25); }), 1e-7));
}

TEST_CASE("binomial probabilities agree with trials one by one") {
    for (const double p : {0.0, 1e-7, 0.1, 0.5, 0.75, 1.0})
        for (const std::size_t n : {0U, 1U, 2U, 7U, 40U}) {
            const std::vector<double> exact = trials(n, p);
            for (std::size_t k = 0; k <= n; ++k) {
                CAPTURE(p);
                CAPTURE(n);
                CAPTURE(k);
                double below = 0;
                double above = 0;
                for (std::size_t i = 0; i <= n; ++i)
                    (i < k ? below : above) += exact[i];
                const auto x = static_cast<double>(k);
                const auto size = static_cast<double>(n);
                CHECK(binomial_pmf(x, size, p) == near(exact[k]));
                CHECK(binomial_tail(x, size, p) == near(above, 1e-11));
                CHECK(binomial_cdf(x, size, p) == near(below + exact[k], 1e-11));
            }
        }
    CHECK(binomial_pmf(6, 5, 0.5) == 0);
    CHECK(binomial_cdf(6, 5, 0.5) == 1);
    CHECK(binomial_tail(6, 5, 0.5) == 0);
}

TEST_CASE("binomial tails of many trials keep their relative precision") {
    for (const double n : {1e4, 1e6})
        for (const double p : {0.3, 0.5, 0.001})
            for (const double deviations : {-7.0, -1.0, 0.0, 2.0, 8.0}) {
                const double k = std::floor(n * p + deviations * std::sqrt(n * p * (1 - p)));
                if (k < 0)
                    continue;
                CAPTURE(n);
                CAPTURE(p);
                CAPTURE(k);
                // Sums of the probabilities on both sides, in units of the one at k, from their quotients.
                double above = 0;
                for (double j = k, term = 1; j <= n && term > 0; term *= (n - j) / (j + 1) * p / (1 - p), ++j)
                    above += term;
                double below = 0;
                for (double j = k, term = 1; j >= 0 && term > 0; term *= j / (n - j + 1) * (1 - p) / p, --j)
                    below += term;
                const double all = above + below - 1;
                CHECK(binomial_pmf(k, n, p) == near(1 / all, 2e-12));
                CHECK(binomial_tail(k, n, p) == near(above / all, 2e-12));
                CHECK(binomial_cdf(k, n, p) == near(below / all, 2e-12));
            }
    // A billion trials: normal with Edgeworth's term for the skewness and the correction for integers.
    const double sd = std::sqrt(1e9 * 0.3 * 0.7);
    const double x = 0.5 / sd;
    const double skew = 0.4 / sd;
    const double density = 1 / std::sqrt(2 * std::numbers::pi);
    CHECK(binomial_cdf(3e8, 1e9, 0.3) == near(0.5 + density * (x + skew / 6), 1e-7));
}

TEST_CASE("Poisson probabilities are e^-m m^k / k!, and tails their sums") {
    for (const double mean : {0.01, 1.0, 7.5, 60.0}) {
        double term = std::exp(-mean);
        double below = 0;
        for (double k = 0; k < 40; ++k) {
            CAPTURE(mean);
            CAPTURE(k);
            CHECK(poisson_pmf(k, mean) == near(term, 1e-11));
            double above = 0;
            for (double i = k, t = term; t > 1e-320 && i < k + 1000; t *= mean / (i + 1), ++i)
                above += t;
            CHECK(poisson_tail(k, mean) == near(above, 1e-10));
            below += term;
            CHECK(poisson_cdf(k, mean) == near(below, 1e-10));
            term *= mean / (k + 1);
        }
    }
    CHECK(poisson_pmf(0, 0) == 1);
    CHECK(poisson_tail(0, 3) == 1);
    CHECK(poisson_tail(1, 0) == 0);
}

TEST_CASE("the normal distribution has its tabulated values, and quantiles invert it") {
    CHECK(error_function(1) == near(0.8427007929, 1e-9));         // Abramowitz and Stegun, table 7.1
    CHECK(normal_cdf(1) == near(0.841344746068543, 1e-14));       // table 26.1
    CHECK(normal_quantile(0.975) == near(1.95996398454, 1e-11));  // table 26.5 and Student's
    CHECK(normal_quantile(0.99) == near(2.32634787404, 1e-11));
    CHECK(normal_cdf(0) == 0.5);
    CHECK(normal_quantile(0.5) == near(0));
    CHECK(normal_quantile(0) == -infinity);
    CHECK(normal_quantile(1) == infinity);
    // The asymptotic series of the tail: phi(x) / x (1 - 1/x^2 + 3/x^4 - 15/x^6 ...).
    const double x = 30;
    const double square = x * x;
    const double series = 1 - (1 - (3 - (15 - 105 / square) / square) / square) / square;
    CHECK(normal_cdf(-x) == near(std::exp(-square / 2) / std::sqrt(2 * std::numbers::pi) / x * series, 1e-10));
    for (const double p : probabilities)
        CHECK(normal_cdf(normal_quantile(p)) == near(p, 1e-11));
    CHECK(normal_quantile(1e-20) == near(-9.262340089798408));  // Wichura, AS 241 (1988), test value
}

TEST_CASE("Student's quantiles have their closed forms, their tables, and invert the integral of the density") {
    for (const double p : {1e-9, 0.01, 0.3, 0.6, 0.999}) {
        CHECK(student_t_quantile(p, 1) == near(std::tan(std::numbers::pi * (p - 0.5)), 1e-7));
        CHECK(student_t_quantile(p, 2) == near((2 * p - 1) / std::sqrt(2 * p * (1 - p))));
        CHECK(student_t_quantile(p, infinity) == near(normal_quantile(p)));
        CHECK(student_t_quantile(p, 1e8) == near(student_t_quantile(p, 1.0001e8), 1e-9));  // two methods meet there
    }
    CHECK(student_t_quantile(1e-300, 1) == near(-1e300 / std::numbers::pi));  // -cot(pi p)
    CHECK(student_t_quantile(1e-30, 2) == near(-1 / std::sqrt(2e-30)));
    CHECK(student_t_quantile(0.5, 3) == 0);
    CHECK(student_t_quantile(0, 3) == -infinity);
    CHECK(student_t_quantile(1, 3) == infinity);
    CHECK(std::abs(student_t_quantile(0.975, 5) - 2.571) < 0.0005);  // Abramowitz and Stegun, table 26.10
    CHECK(std::abs(student_t_quantile(0.975, 30) - 2.042) < 0.0005);
    CHECK(std::abs(student_t_quantile(0.995, 10) - 3.169) < 0.0005);
    for (const double dof : {3.0, 7.5, 200.0})
        for (const double p : {0.6, 0.9, 0.9999}) {
            const double scale =
                std::exp(std::lgamma((dof + 1) / 2) - std::lgamma(dof / 2)) / std::sqrt(dof * std::numbers::pi);
            const double area = integral(0, student_t_quantile(p, dof),
                                         [=](double t) { return scale * std::pow(1 + t * t / dof, -(dof + 1) / 2); });
            CHECK(0.5 + area == near(p, 1e-10));
            CHECK(student_t_quantile(1 - p, dof) == near(-student_t_quantile(p, dof), 1e-10));
        }
}

TEST_CASE("chi-square quantiles have their closed forms and tables") {
    for (const double p : {1e-100, 1e-9, 0.2, 0.95, 1 - 1e-9}) {
        CHECK(chi_square_quantile(p, 2) == near(-2 * std::log1p(-p)));
        const double z = normal_quantile((1 - p) / 2);
        if (p > 0.1)
            CHECK(chi_square_quantile(p, 1) == near(z * z, 1e-10));
    }
    CHECK(std::abs(chi_square_quantile(0.95, 10) - 18.307) < 0.0005);  // Abramowitz and Stegun, table 26.8
    CHECK(std::abs(chi_square_quantile(0.05, 30) - 18.493) < 0.0005);
    CHECK(chi_square_quantile(0, 4) == 0);
    CHECK(chi_square_quantile(1, 4) == infinity);
}

TEST_CASE("the beta distribution has its polynomials, and quantiles invert it, far out too") {
    for (const double x : {1e-200, 1e-5, 0.2, 0.5, 0.9, 1 - 1e-9}) {
        CHECK(beta_cdf(x, 3, 1) == near(x * x * x));
        CHECK(beta_cdf(x, 1, 4) == near(-std::expm1(4 * std::log1p(-x))));
        CHECK(beta_cdf(x, 2, 3) == near(x * x * (6 - 8 * x + 3 * x * x)));
        CHECK(beta_cdf(x, 0.5, 0.5) == near(2 / std::numbers::pi * std::asin(std::sqrt(x)), 1e-11));
    }
    CHECK(beta_cdf(-1, 2, 3) == 0);
    CHECK(beta_cdf(2, 2, 3) == 1);
    CHECK(beta_quantile(0, 2, 3) == 0);
    CHECK(beta_quantile(1, 2, 3) == 1);
    for (const double p : probabilities) {
        CHECK(beta_quantile(p, 3, 1) == near(std::cbrt(p)));
        CHECK(beta_quantile(p, 1, 4) == near(-std::expm1(std::log1p(-p) / 4)));
        CHECK(beta_quantile_complement(p, 1, 4) == near(std::exp(std::log1p(-p) / 4)));
        CHECK(beta_quantile_complement(p, 4, 1) == near(-std::expm1(std::log(p) / 4)));
        for (const double a : {0.5, 2.0, 30.0, 5000.0})
            for (const double b : {1.0, 3.5, 300.0, 1e5}) {
                CAPTURE(p);
                CAPTURE(a);
                CAPTURE(b);
                if (std::log(p) / a < -690)
                    continue;  // the quantile is below the range of double
                const double x = beta_quantile(p, a, b);
                // One step of the double x moves p by about a z relative, z standard deviations out.
                CHECK(beta_cdf(x, a, b) == near(p, 1e-10));
                CHECK(x + beta_quantile_complement(p, a, b) == near(1));
            }
    }
}

TEST_CASE("the gamma distribution of whole shape is Erlang's, and quantiles invert it") {
    for (const double shape : {1.0, 2.0, 9.0})
        for (const double x : {0.01, 0.5, 3.0, 20.0}) {
            double term = std::exp(-x);
            double above = 0;
            for (double i = 0; i < shape; ++i) {
                above += term;
                term *= x / (i + 1);
            }
            double below = 0;
            for (double i = shape; term > 1e-320; ++i) {
                below += term;
                term *= x / (i + 1);
            }
            CHECK(gamma_cdf(x * 3, shape, 3) == near(below));
            CHECK(gamma_cdf(x * 3, shape, 3) + above == near(1));
        }
    CHECK(gamma_cdf(2, 0.5, 1) == near(std::erf(std::sqrt(2.0))));
    CHECK(gamma_cdf(-1, 2, 3) == 0);
    CHECK(gamma_cdf(infinity, 2, 3) == 1);
    CHECK(gamma_quantile(0, 2, 3) == 0);
    CHECK(gamma_quantile(1, 2, 3) == infinity);
    for (const double p : probabilities)
        for (const double shape : {0.6, 1.0, 4.0, 250.0})
            if (std::log(p) / shape > -690)  // else the quantile is below the range of double
                CHECK(gamma_cdf(gamma_quantile(p, shape, 0.2), shape, 0.2) == near(p, 1e-10));
}

TEST_CASE("exponential, lognormal and Weibull times: probabilities at quantiles are the probability asked for") {
    for (const double p : probabilities) {
        CHECK(-std::expm1(-exponential_quantile(p, 2) / 2) == near(p));
        CHECK(normal_cdf(std::log(lognormal_quantile(p, 3, 0.7) / 3) / 0.7) == near(p, 1e-10));
        CHECK(weibull_cdf(5 * std::pow(-std::log1p(-p), 1 / 1.5), 5, 1.5) == near(p, 1e-10));
    }
    CHECK(exponential_quantile(1, 2) == infinity);
    CHECK(lognormal_quantile(0, 3, 0.7) == 0);
    CHECK(lognormal_quantile(1, 3, 0.7) == infinity);
    CHECK(lognormal_quantile(0.9, 3, 0) == 3);
    CHECK(weibull_cdf(-1, 5, 2) == 0);
    CHECK(weibull_cdf(infinity, 5, 2) == 1);
}

TEST_CASE("generalised harmonic numbers are their sums, and have their asymptotics") {
    for (const double exponent : {0.0, 0.5, 1.0, 2.7}) {
        double sum = 0;
        for (double n = 1; n <= 3000; ++n) {
            sum += std::pow(n, -exponent);
            if (n <= 3 || n >= 2999)
                CHECK(zeta_harmonic(n, exponent) == near(sum));
        }
    }
    CHECK(zeta_harmonic(0, 1) == 0);
    CHECK(zeta_harmonic(1e12, 1) == near(std::log(1e12) + std::numbers::egamma + 0.5e-12));
    CHECK(zeta_harmonic(1e12, 2) == near(std::numbers::pi * std::numbers::pi / 6 - 1e-12));
    CHECK(zeta_harmonic(1e12, 0.5) == near(2e6 - 1.4603545088095868 + 0.5e-6));  // zeta(1/2) is -1.46035...
}

TEST_CASE("the ends of Wilson's interval are where the score is z") {
    for (const double trials_made : {1.0, 20.0, 1e6})
        for (const double share : {0.0, 0.25, 0.5, 1.0})
            for (const double level : {0.5, 0.95, 0.999}) {
                const double successes = std::round(share * trials_made);
                const double z = normal_quantile((1 + level) / 2);
                const double observed = successes / trials_made;
                const auto score = [&](double p) { return (observed - p) / std::sqrt(p * (1 - p) / trials_made); };
                if (successes > 0)
                    CHECK(score(wilson_lower(successes, trials_made, level)) == near(z, 1e-8));
                else
                    CHECK(wilson_lower(successes, trials_made, level) == 0);
                if (successes < trials_made)
                    CHECK(score(wilson_upper(successes, trials_made, level)) == near(-z, 1e-8));
                else
                    CHECK(wilson_upper(successes, trials_made, level) == 1);
            }
    CHECK(wilson_lower(3, 10, 1) == 0);
    CHECK(wilson_upper(3, 10, 1) == 1);
    CHECK(std::isnan(wilson_lower(11, 10, 0.9)));
    CHECK(std::isnan(wilson_upper(11, 10, 0.9)));
}

TEST_CASE("Clopper and Pearson's interval excludes what makes the observation too unlikely, and covers") {
    for (const std::size_t n : {1U, 5U, 30U})
        for (const double level : {0.5, 0.9, 0.99})
            for (std::size_t k = 0; k <= n; ++k) {
                const double lower = clopper_pearson_lower(static_cast<double>(k), static_cast<double>(n), level);
                const double upper = clopper_pearson_upper(static_cast<double>(k), static_cast<double>(n), level);
                double at_least = 0;
                double at_most = 0;
                const std::vector<double> low_law = trials(n, lower);
                const std::vector<double> high_law = trials(n, upper);
                for (std::size_t i = 0; i <= n; ++i) {
                    at_least += i >= k ? low_law[i] : 0;
                    at_most += i <= k ? high_law[i] : 0;
                }
                if (k > 0)
                    CHECK(at_least == near((1 - level) / 2, 1e-10));
                else
                    CHECK(lower == 0);
                if (k < n)
                    CHECK(at_most == near((1 - level) / 2, 1e-10));
                else
                    CHECK(upper == 1);
            }
    for (double p = 0.01; p < 1; p += 0.01) {
        const std::vector<double> law = trials(30, p);
        double covered = 0;
        for (std::size_t k = 0; k <= 30; ++k)
            if (clopper_pearson_lower(static_cast<double>(k), 30, 0.9) <= p &&
                p <= clopper_pearson_upper(static_cast<double>(k), 30, 0.9))
                covered += law[k];
        CHECK(covered >= 0.9);
    }
    CHECK(clopper_pearson_upper(0, 1e6, 0.9) == near(-std::expm1(std::log(0.05) / 1e6)));
    CHECK(clopper_pearson_lower(3, 10, 1) == 0);
    CHECK(clopper_pearson_upper(3, 10, 1) == 1);
    CHECK(std::isnan(clopper_pearson_lower(11, 10, 0.9)));
    CHECK(std::isnan(clopper_pearson_upper(11, 10, 0.9)));
}

TEST_CASE("Lambert's W solves w e^w = x from the branch point to the largest double") {
    CHECK(lambert_w0(0) == 0);
    CHECK(lambert_w0(std::numbers::e) == near(1, 1e-15));
    CHECK(lambert_w0(1) == near(0.56714329040978384, 1e-15));  // the omega constant
    CHECK(lambert_w0(-0.36787944117144233) == near(-1, 1e-7));
    CHECK(lambert_w0(infinity) == infinity);
    for (const double x : {-0.367, -0.3, -1e-5, 1e-300, 1e-9, 0.1, 2.0, 50.0, 1e10, 1e300}) {
        const double w = lambert_w0(x);
        CHECK(w >= -1);
        CHECK(w * std::exp(w / 2) * std::exp(w / 2) == near(x));
    }
    // Near the branch point, x + 1/e is the sum of (k - 1) / k! d^k / e for k from 2 on, where d = w + 1; by
    // halving. 1/e is 0.36787944117144232159552..., its nearest double 0.36787944117144233402427...
    for (double distance = 1e-12; distance < 0.1; distance *= 3) {
        const double x = -0.36787944117144233 + distance;
        const double exact = (x + 0.36787944117144233) - 1.242875e-17;
        double low = 0;
        double high = 1;
        for (int i = 0; i < 200; ++i) {
            const double d = (low + high) / 2;
            double sum = 0;
            double term = d;  // d^k / k!
            for (double k = 2; k < 30; ++k) {
                term *= d / k;
                sum += (k - 1) * term;
            }
            (sum / std::numbers::e < exact ? low : high) = d;
        }
        CAPTURE(distance);
        // Beyond the series about the branch point, the rounding of w e^w counts.
        CHECK(lambert_w0(x) + 1 ==
              near(low, (distance < 1.8e-7 ? 1e-16 / std::sqrt(distance) : 1e-16 / distance) + 1e-11));
    }
}

namespace {

const std::map<std::string_view, double> arguments_by_name{
    {"n", 9},          {"k", 3},       {"p", 0.3},       {"x", 0.45},    {"a", 2.5},      {"b", 1.75},
    {"mean", 2.2},     {"dof", 4},     {"shape", 1.6},   {"scale", 0.8}, {"median", 1.3}, {"sigma", 0.6},
    {"exponent", 1.1}, {"trials", 20}, {"successes", 6}, {"level", 0.9}};

// Calls through the table, with times multiplied by `scale`.
double call(const Function& function, double scale) {
    std::vector<double> values;
    for (const Parameter& parameter : function.parameters) {
        const double value = arguments_by_name.at(parameter.name);
        CHECK(parameter.domain.contains(value));
        values.push_back(parameter.unit == "s" ? value * scale : value);
    }
    std::vector<std::span<const double>> lists;
    for (const double& value : values)
        lists.emplace_back(&value, 1);
    return function.call(lists);
}

}  // namespace

TEST_CASE("the table of special functions binds them by the right names and units") {
    const std::map<std::string_view, double> direct{{"binomial", binomial(9, 3)},
                                                    {"factorial", factorial(9)},
                                                    {"log_gamma", log_gamma(0.45)},
                                                    {"gamma_function", gamma_function(0.45)},
                                                    {"beta_function", beta_function(2.5, 1.75)},
                                                    {"erf", std::erf(0.45)},
                                                    {"binomial_pmf", binomial_pmf(3, 9, 0.3)},
                                                    {"binomial_cdf", binomial_cdf(3, 9, 0.3)},
                                                    {"binomial_tail", binomial_tail(3, 9, 0.3)},
                                                    {"poisson_pmf", poisson_pmf(3, 2.2)},
                                                    {"poisson_cdf", poisson_cdf(3, 2.2)},
                                                    {"poisson_tail", poisson_tail(3, 2.2)},
                                                    {"normal_cdf", normal_cdf(0.45)},
                                                    {"normal_quantile", normal_quantile(0.3)},
                                                    {"student_t_quantile", student_t_quantile(0.3, 4)},
                                                    {"chi_square_quantile", chi_square_quantile(0.3, 4)},
                                                    {"beta_cdf", beta_cdf(0.45, 2.5, 1.75)},
                                                    {"beta_quantile", beta_quantile(0.3, 2.5, 1.75)},
                                                    {"gamma_cdf", gamma_cdf(0.45, 1.6, 0.8)},
                                                    {"gamma_quantile", gamma_quantile(0.3, 1.6, 0.8)},
                                                    {"exponential_quantile", exponential_quantile(0.3, 2.2)},
                                                    {"lognormal_quantile", lognormal_quantile(0.3, 1.3, 0.6)},
                                                    {"weibull_cdf", weibull_cdf(0.45, 0.8, 1.6)},
                                                    {"zeta_harmonic", zeta_harmonic(9, 1.1)},
                                                    {"wilson_lower", wilson_lower(6, 20, 0.9)},
                                                    {"wilson_upper", wilson_upper(6, 20, 0.9)},
                                                    {"clopper_pearson_lower", clopper_pearson_lower(6, 20, 0.9)},
                                                    {"clopper_pearson_upper", clopper_pearson_upper(6, 20, 0.9)},
                                                    {"lambert_w0", lambert_w0(0.45)}};
    CHECK(special_functions().size() == direct.size());
    for (const Function& function : special_functions()) {
        CAPTURE(std::string(function.name));
        CHECK_FALSE(function.summary.empty());
        CHECK(function.summary.back() != '.');
        CHECK_FALSE(function.source.empty());
        CHECK(call(function, 1) == near(direct.at(function.name), 1e-14));
        const double factor = function.unit == "s" ? 2 : 1;
        CHECK(call(function, 2) == near(factor * direct.at(function.name), 1e-10));
    }
}
