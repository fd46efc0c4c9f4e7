#include "core/base/distribution_fit.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "core/base/elementary.hpp"

using namespace dstudio::base;
using doctest::Approx;

namespace {

std::vector<double> drawn(const Distribution& distribution, std::size_t n, std::uint64_t seed) {
    RandomStream stream(seed, "fit");
    std::vector<double> sample(n);
    distribution.sample(stream, sample);
    return sample;
}

}  // namespace

TEST_CASE("the parameters of a small sample are those of the closed forms") {
    // By hand: mean 7/3, mean of logarithms log(8) / 3 = log 2, their variance (2 log(2)^2) / 3.
    const std::vector<double> sample{1, 2, 4};
    const auto fits = fit_positive(sample);
    REQUIRE(fits.size() == 3);
    for (const FittedDistribution& fit : fits) {
        const auto parameters = fit.distribution.parameters();
        if (fit.name == "exponential") {
            CHECK(parameters[0] == Approx(7.0 / 3));
            CHECK(fit.aic == Approx(2 + 6 * (std::log(7.0 / 3) + 1)));
        } else if (fit.name == "lognormal") {
            CHECK(parameters[0] == Approx(std::log(2)));
            CHECK(parameters[1] == Approx(std::sqrt(2.0 / 3) * std::log(2)));
        } else {
            // The shape by bisection of log k - digamma(k), apart from this code.
            CHECK(parameters[0] * parameters[1] == Approx(7.0 / 3));
            CHECK(parameters[0] == Approx(3.401200587899968).epsilon(1e-10));
        }
    }
}

TEST_CASE("the likelihood of a gamma is highest at the shape that is found") {
    for (const double shape : {0.05, 0.5, 1.0, 3.0, 40.0, 5000.0}) {
        const auto sample = drawn(Distribution::gamma(shape, 2).value(), 400, 3);
        double mean = 0;
        double log_mean = 0;
        for (const double x : sample) {
            mean += x / 400;
            log_mean += math::log(x) / 400;
        }
        const auto likelihood = [&](double k) {
            return (k - 1) * log_mean - k - k * math::log(mean / k) - math::lgamma(k);
        };
        for (const FittedDistribution& fit : fit_positive(sample))
            if (fit.name == "gamma") {
                const double k = fit.distribution.parameters()[0];
                CHECK(k == Approx(shape).epsilon(0.25));
                CHECK(fit.log_likelihood == Approx(400 * likelihood(k)));
                CHECK(likelihood(k) >= likelihood(k * 1.001));
                CHECK(likelihood(k) >= likelihood(k * 0.999));
            }
    }
}

TEST_CASE("the family that the sample was drawn from is the best, and near") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const auto check = [&](const Distribution& truth, const std::string& name) {
            const auto fits = fit_positive(drawn(truth, 4000, seed));
            REQUIRE(fits.size() == 3);
            // An exponential is a gamma of shape 1: the second parameter wins now and then, and is then near 1.
            if (name == "exponential" && fits[0].name == "gamma")
                CHECK(fits[0].distribution.parameters()[0] == Approx(1).epsilon(0.1));
            else
                CHECK(fits[0].name == name);
            CHECK(fits[0].ks_distance < 1.63 / std::sqrt(4000));  // the 1 % point for known parameters
            CHECK(fits[0].distribution.quantile(0.9) == Approx(truth.quantile(0.9)).epsilon(0.08));
        };
        check(Distribution::exponential(0.02).value(), "exponential");
        check(Distribution::lognormal(math::log(0.005), 0.8).value(), "lognormal");
        check(Distribution::gamma(3, 0.004).value(), "gamma");
    }
}

TEST_CASE("values that are all equal are no family's, and far scales do not matter") {
    CHECK(fit_positive(std::vector<double>{3}).empty());
    CHECK(fit_positive(std::vector<double>(100, 0.25)).empty());
    for (const double scale : {1e-9, 1.0, 1e12}) {
        auto sample = drawn(Distribution::lognormal(0, 1).value(), 1000, 7);
        for (double& x : sample)
            x *= scale;
        CHECK(fit_positive(sample)[0].name == "lognormal");
        CHECK(fit_positive(sample)[0].ks_distance ==
              Approx(fit_positive(drawn(Distribution::lognormal(0, 1).value(), 1000, 7))[0].ks_distance));
    }
}

TEST_CASE("the distance of Kolmogorov and Smirnov is the largest step or gap") {
    const auto uniform = Distribution::uniform(0, 1).value();
    CHECK(ks_distance(std::vector<double>{0.5}, uniform) == Approx(0.5));
    CHECK(ks_distance(std::vector<double>{0.1, 0.2, 0.3}, uniform) == Approx(0.7));
    CHECK(ks_distance(std::vector<double>{0.25, 0.75}, uniform) == Approx(0.25));
    CHECK(ks_distance(std::vector<double>{2, 3}, uniform) == Approx(1));
    std::vector<double> even;
    for (int i = 0; i < 50'000; ++i)
        even.push_back((i + 0.5) / 50'000);
    CHECK(ks_distance(even, uniform) <= 3.0 / 50'000);
}
