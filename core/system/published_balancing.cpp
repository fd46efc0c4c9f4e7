// Two choices instead of one: queues (Mitzenmacher 2001) and bins (Azar, Broder, Karlin and Upfal 1999).
#include <array>
#include <cmath>

#include "core/base/elementary.hpp"
#include "core/base/random.hpp"
#include "core/formula/library/hashing.hpp"
#include "core/system/published_results.hpp"

namespace dstudio::system {
namespace {

namespace math = base::math;

// --- The supermarket model: each customer joins the shorter of the queues that it looks at.

struct Supermarket {
    std::size_t queues;
    double load;
    double services;  // measured, in mean service times
    const char* place;
    double simulated;  // by the source, in mean service times
    double predicted;  // likewise: the limit of many queues
};
constexpr std::array<Supermarket, 4> supermarkets{{{100, 0.5, 2500, "table 1", 1.2673, 1.2657},
                                                   {100, 0.9, 2500, "table 1", 2.6454, 2.6141},
                                                   {100, 0.99, 6000, "table 1", 5.9275, 5.4320},
                                                   {500, 0.99, 2000, "table 2", 5.5413, 5.4320}}};

std::vector<double> measure_supermarket(const PublishedRun& of) {
    std::vector<double> times;
    for (const Supermarket& market : supermarkets) {
        const double rate = static_cast<double>(market.queues) * market.load;
        const double measured = market.services * of.effort;
        const double warmup = market.load > 0.95 ? 0.25 * measured : 100;
        const Scenario scenario = built_in_scenario(fmt::format(
            R"({{"duration": "{} s", "warmup": "{} s",
                 "workloads": [{{"id": "customers", "rate": "{}/s", "call": "queues"}}],
                 "components": [{{"id": "queues", "replicas": {}, "balancing": "power-of-two",
                                  "steps": [{{"work": "{}"}}]}}]}})",
            warmup + measured, warmup, rate, market.queues, "exponential(1 s)"));
        Simulation simulation(scenario, of.seed);
        simulation.run();
        // By Little's law: customers who are still there count.
        times.push_back(simulation.results().components[0].in_system / rate);
    }
    return times;
}

// --- As many balls as bins, each into the emptiest of `choices` bins at random, with replacement.

std::vector<std::uint32_t> throw_balls(std::size_t bins, std::size_t choices, base::RandomStream& random) {
    std::vector<std::uint32_t> loads(bins);
    const auto any = [&] { return static_cast<std::size_t>(random.below(bins)); };
    for (std::size_t ball = 0; ball < bins; ++ball) {
        std::size_t best = any();
        for (std::size_t c = 1; c < choices; ++c) {
            const std::size_t other = any();
            best = loads[other] < loads[best] ? other : best;
        }
        ++loads[best];
    }
    return loads;
}

constexpr std::array<std::size_t, 3> bin_counts{std::size_t{1} << 8U, std::size_t{1} << 12U, std::size_t{1} << 16U};
constexpr std::size_t choices_max = 3;
constexpr double balls_of_a_run = 1 << 18;

double mean_fullest(std::size_t bins, std::size_t choices, const PublishedRun& of) {
    base::RandomStream random(of.seed, fmt::format("bins/{}/{}", bins, choices));
    const auto trials =
        static_cast<std::size_t>(std::max(1.0, std::round(balls_of_a_run * of.effort / static_cast<double>(bins))));
    double sum = 0;
    for (std::size_t trial = 0; trial < trials; ++trial) {
        const auto loads = throw_balls(bins, choices, random);
        sum += *std::max_element(loads.begin(), loads.end());
    }
    return sum / static_cast<double>(trials);
}

double log_log(std::size_t bins, std::size_t choices) {
    return math::log(math::log(static_cast<double>(bins))) / math::log(static_cast<double>(choices));
}

std::vector<double> measure_fullest_bin(const PublishedRun& of) {
    std::vector<double> values;
    for (std::size_t choices = 1; choices <= choices_max; ++choices)
        for (const std::size_t bins : bin_counts)
            values.push_back(mean_fullest(bins, choices, of));
    return values;
}

// The x > 2 with gamma(x) = value, which is above 1.
double inverse_gamma(double value) {
    double low = 2;
    double high = 100;
    for (int i = 0; i < 60; ++i) {
        const double middle = 0.5 * (low + high);
        (math::lgamma(middle) < math::log(value) ? low : high) = middle;
    }
    return low;
}

// --- Loads of all bins, in the limit of many.

constexpr std::size_t loads_shown = 4;

// The share of the bins with at least 1, 2, ... balls after one ball for each bin: dx_i/dt = x_{i-1}^d - x_i^d from
// x_0 = 1 and all others 0, up to t = 1, by the classical method of Runge and Kutta (error below 1e-12).
std::array<double, loads_shown> limiting_loads(std::size_t choices) {
    constexpr std::size_t steps = 1000;
    constexpr double step = 1.0 / steps;
    using State = std::array<double, loads_shown>;
    const auto power = [&](double x) {
        double product = 1;
        for (std::size_t c = 0; c < choices; ++c)
            product *= x;
        return product;
    };
    const auto slope = [&](const State& x) {
        State result{};
        for (std::size_t i = 0; i < loads_shown; ++i)
            result[i] = (i == 0 ? 1 : power(x[i - 1])) - power(x[i]);
        return result;
    };
    const auto moved = [](State x, const State& by, double times) {
        for (std::size_t i = 0; i < loads_shown; ++i)
            x[i] += times * by[i];
        return x;
    };
    State x{};
    for (std::size_t n = 0; n < steps; ++n) {
        const State a = slope(x);
        const State b = slope(moved(x, a, step / 2));
        const State c = slope(moved(x, b, step / 2));
        const State d = slope(moved(x, c, step));
        for (std::size_t i = 0; i < loads_shown; ++i)
            x[i] += step / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
    }
    return x;
}

// What the figures show: at least so many balls, with so many choices.
struct LoadShown {
    std::size_t choices;
    std::size_t balls;
};
constexpr std::array<LoadShown, 6> loads_of_interest{{{1, 1}, {1, 4}, {2, 1}, {2, 2}, {2, 3}, {3, 2}}};

std::vector<double> measure_bin_loads(const PublishedRun& of) {
    const auto bins = static_cast<std::size_t>(std::max(256.0, balls_of_a_run * of.effort));
    std::array<std::vector<std::uint32_t>, choices_max> loads;
    for (std::size_t c = 0; c < choices_max; ++c) {
        base::RandomStream random(of.seed, fmt::format("loads/{}", c + 1));
        loads[c] = throw_balls(bins, c + 1, random);
    }
    std::vector<double> percents;
    for (const LoadShown& shown : loads_of_interest) {
        const auto& all = loads[shown.choices - 1];
        const auto count =
            std::count_if(all.begin(), all.end(), [&](std::uint32_t load) { return load >= shown.balls; });
        percents.push_back(100 * static_cast<double>(count) / static_cast<double>(bins));
    }
    return percents;
}

}  // namespace

PublishedResult supermarket() {
    PublishedResult result{
        .name = "two choices: time in the supermarket model",
        .source =
            "Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, IEEE Transactions on Parallel and "
            "Distributed Systems 12(10), 2001",
        .url = "https://doi.org/10.1109/71.963420",
        .setup =
            "Customers arrive at n queues at random; each looks at two of them, not the same one twice, and joins the "
            "shorter one. Service is exponential; times are in mean service times.",
        .measure = measure_supermarket};
    for (const Supermarket& market : supermarkets) {
        // The source gives no error of its simulation, of ten runs; nearly full queues forget slowly.
        const double error = market.load > 0.95 ? 0.02 : 0.003;
        result.figures.push_back(
            with_note(within(market.place, fmt::format("mean time, {} queues, load {}", market.queues, market.load),
                             "1", fmt::format("{:.4f}", market.simulated), market.simulated * (1 - error),
                             market.simulated * (1 + error)),
                      fmt::format("Simulated there as well; its limit of many queues is {:.4f}.", market.predicted)));
    }
    return result;
}

PublishedResult fullest_bin() {
    PublishedResult result{
        .name = "balls into bins: the fullest",
        .source =
            "Azar, Broder, Karlin and Upfal, Balanced Allocations, SIAM Journal on Computing 29(1), 1999, which "
            "quotes Gonnet, Journal of the ACM 28(2), 1981, for one choice",
        .url = "https://doi.org/10.1137/S0097539795288490",
        .setup =
            "n balls, one after the other, into n bins: each into the emptiest of d bins chosen at random with "
            "replacement. The mean load of the fullest bin. The papers give limits for large n and no table: half a "
            "ball from Gonnet's value, the inverse gamma function of n less 3/2, and one ball from the theorem's term "
            "count as agreement.",
        .measure = measure_fullest_bin};
    for (const std::size_t bins : bin_counts) {
        const double n = static_cast<double>(bins);
        const double gonnet = inverse_gamma(n) - 1.5;
        result.figures.push_back(
            with_exact(within("introduction", fmt::format("balls in the fullest of {} bins, 1 choice", grouped(bins)),
                              "1", fmt::format("{:.2f} + o(1)", gonnet), gonnet - 0.5, gonnet + 0.5),
                       formula::library::balls_in_bins_max_expected(n, n)));
    }
    for (std::size_t choices = 2; choices <= choices_max; ++choices)
        for (const std::size_t bins : bin_counts) {
            const double term = log_log(bins, choices);
            result.figures.push_back(within(
                "introduction", fmt::format("balls in the fullest of {} bins, {} choices", grouped(bins), choices), "1",
                fmt::format("{:.2f} + \u0398(1), from ln ln n / ln {}", term, choices), term - 1, term + 1));
        }
    return result;
}

PublishedResult bin_loads() {
    PublishedResult result{
        .name = "balls into bins: loads of all bins",
        .source =
            "Mitzenmacher, Studying Balanced Allocations with Differential Equations, Combinatorics, Probability and "
            "Computing 8(5), 1999",
        .url = "https://www.eecs.harvard.edu/~michaelm/abstracts/cpc1999.html",
        .setup =
            fmt::format("{} balls into as many bins. The published figure is the solution of the paper's differential "
                        "equations, the limit of many bins, solved here.",
                        grouped(static_cast<std::size_t>(balls_of_a_run))),
        .measure = measure_bin_loads};
    for (const LoadShown& shown : loads_of_interest) {
        const double limit = 100 * limiting_loads(shown.choices)[shown.balls - 1];
        result.figures.push_back(rounded("the limit, at one ball a bin",
                                         fmt::format("bins with {} or more balls, {} choice{}", shown.balls,
                                                     shown.choices, shown.choices == 1 ? "" : "s"),
                                         "%", fmt::format("{:.4g} %", limit), limit, limit * 1e-3));
    }
    return result;
}

}  // namespace dstudio::system
