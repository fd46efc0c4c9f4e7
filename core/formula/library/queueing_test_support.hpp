// For the tests of the queueing library: a generator and simulations that share nothing with the code under test,
// and confidence intervals.
//
// Simulations have a fixed seed. Intervals are of 99.9 % by 41 batch means (Student's t with 40 degrees of freedom:
// 3.551), after a tenth of the samples as warm-up; a check also wants the interval narrower than 5 % to each side.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

namespace dstudio::formula::library::test {

struct Random {
    std::uint64_t state;

    double uniform() {  // in (0, 1); splitmix64
        std::uint64_t z = (state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
        return (static_cast<double>((z ^ (z >> 31U)) >> 12U) + 0.5) / 4503599627370496.0;
    }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    double exponential(double mean) { return -mean * std::log(uniform()); }
    double erlang2(double mean) { return exponential(mean / 2) + exponential(mean / 2); }  // scv 1/2
    double hyper(
        double mean) {  // exponential of mean 5 or 5/9 times `mean`, by 1 to 9: scv 2 (0.1 25 + 0.9 / 3.24) - 1
        return uniform() < 0.1 ? exponential(mean * 5) : exponential(mean * 5 / 9);
    }
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(uniform() * static_cast<double>(bound)); }
};

inline constexpr double hyper_scv = 2 * (0.1 * 25 + 0.9 * 25 / 81) - 1;

struct Estimate {
    double mean = 0;
    double half_width = 0;
};

inline Estimate estimate(const std::vector<double>& samples) {
    constexpr std::size_t batches = 41;
    const std::size_t start = samples.size() / 10;
    const std::size_t size = (samples.size() - start) / batches;
    double sum = 0;
    double squares = 0;
    for (std::size_t b = 0; b < batches; ++b) {
        double batch = 0;
        for (std::size_t i = 0; i < size; ++i)
            batch += samples[start + b * size + i];
        batch /= static_cast<double>(size);
        sum += batch;
        squares += batch * batch;
    }
    const double mean = sum / batches;
    const double variance = (squares - batches * mean * mean) / (batches - 1);
    return {mean, 3.551 * std::sqrt(variance / batches)};
}

inline void check_simulated(std::string_view what, const Estimate& simulated, double expected) {
    CAPTURE(std::string(what));
    CAPTURE(simulated.mean);
    CAPTURE(simulated.half_width);
    CAPTURE(expected);
    CHECK(simulated.half_width < 0.05 * simulated.mean);
    CHECK(std::abs(simulated.mean - expected) <= simulated.half_width);
}

struct Passages {
    std::vector<double> waits;
    std::vector<double> responses;
};

// First come, first served by several servers: the next customer takes the server that is free first.
template <class Interarrival, class Service>
Passages simulate_fcfs(std::size_t servers, std::size_t customers, Interarrival interarrival, Service service) {
    std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
    for (std::size_t i = 0; i < servers; ++i)
        free_at.push(0);
    Passages result;
    double now = 0;
    for (std::size_t i = 0; i < customers; ++i) {
        now += interarrival();
        const double start = std::max(now, free_at.top());
        const double end = start + service();
        free_at.pop();
        free_at.push(end);
        result.waits.push_back(start - now);
        result.responses.push_back(end - now);
    }
    return result;
}

inline std::vector<double> indicator(const std::vector<double>& samples, double limit) {  // 1 for those above
    std::vector<double> result;
    for (const double sample : samples)
        result.push_back(sample > limit ? 1 : 0);
    return result;
}

inline double mean_of(const std::vector<double>& probabilities, const std::function<double(double)>& value) {
    double sum = 0;
    for (std::size_t n = 0; n < probabilities.size(); ++n)
        sum += probabilities[n] * value(static_cast<double>(n));
    return sum;
}

// Probabilities of a birth-death chain on 0 .. last, from its balance equations.
inline std::vector<double> birth_death(std::size_t last, const std::function<double(double)>& birth,
                                       const std::function<double(double)>& death) {
    std::vector<double> p{1};
    double sum = 1;
    for (std::size_t n = 0; n < last; ++n) {
        p.push_back(p[n] * birth(static_cast<double>(n)) / death(static_cast<double>(n + 1)));
        sum += p.back();
    }
    for (double& value : p)
        value /= sum;
    return p;
}

}  // namespace dstudio::formula::library::test
