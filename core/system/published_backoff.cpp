// Brooker, "Exponential Backoff And Jitter", 2015.
#include <array>
#include <cmath>
#include <limits>

#include "core/system/contention.hpp"
#include "core/system/published_results.hpp"

namespace dstudio::system {
namespace {

struct Algorithm {
    const char* name;
    Retry retry;
};

// The source pauses base * 2^n after the n-th failure, with a base of 5 ms and at most 2 s: 10 ms after the first.
constexpr Time first = 10 * sim::millisecond;
constexpr Time cap = 2 * sim::second;
const std::array<Algorithm, 5>& algorithms() {
    static const std::array<Algorithm, 5> all{
        {{"no backoff", {.backoff = Backoff::fixed, .base = 0, .cap = cap}},
         {"exponential, no jitter", {.jitter = Jitter::none, .base = first, .cap = cap}},
         {"full jitter", {.jitter = Jitter::full, .base = first, .cap = cap}},
         {"equal jitter", {.jitter = Jitter::equal, .base = first, .cap = cap}},
         {"decorrelated jitter", {.jitter = Jitter::decorrelated, .base = first / 2, .cap = cap}}}};
    return all;
}
enum : std::size_t { no_backoff, exponential, full, equal, decorrelated };

// Means of 400 runs of the source's own program, src/backoff_simulator.py of aws-samples/aws-arch-backoff-simulator at
// commit 66cb169, which we ran with Python 3: the post shows its results as curves alone. In the order of `algorithms`;
// the half widths at 95 % are at most 0.4 % for the calls and 1.1 % for the times.
struct Printed {
    std::uint32_t clients;
    std::array<double, 5> calls;
    std::array<double, 5> time_ms;
};
constexpr std::array<Printed, 2> printed{
    {{50, {690.7, 626.4, 332.7, 347.2, 374.9}, {1143.7, 36559.5, 2889.3, 4248.9, 2208.2}},
     {100, {2423.1, 1855.8, 795.6, 812.1, 1001.7}, {2029.7, 63432, 4925.3, 6622.8, 4551.7}}}};
constexpr double calls_error = 0.006;
constexpr double time_error = 0.02;
constexpr double trials_of_a_run = 40;

struct Mean {
    double calls = 0;
    double time_ms = 0;
};

Mean mean_of(std::uint32_t clients, const Algorithm& algorithm, const PublishedRun& of) {
    const auto trials = static_cast<std::size_t>(std::max(1.0, std::round(trials_of_a_run * of.effort)));
    const auto count = static_cast<double>(trials);
    Mean mean;
    for (std::size_t trial = 0; trial < trials; ++trial) {
        // Runs have the seeds seed, seed + 1, ...: their trials stay apart.
        constexpr std::uint64_t apart = 1'000'003;
        const auto result = contend({.clients = clients, .retry = algorithm.retry}, of.seed + apart * (trial + 1));
        mean.calls += static_cast<double>(result.writes) / count;
        mean.time_ms += 1e3 * sim::to_seconds(result.finished) / count;
    }
    return mean;
}

std::vector<double> measure_backoff(const PublishedRun& of) {
    std::array<std::array<Mean, 5>, printed.size()> means;
    std::vector<double> values;
    for (std::size_t p = 0; p < printed.size(); ++p)
        for (std::size_t a = 0; a < algorithms().size(); ++a)
            means[p][a] = mean_of(printed[p].clients, algorithms()[a], of);
    for (const auto& of_clients : means) {
        for (const Mean& mean : of_clients)
            values.push_back(mean.calls);
        for (const Mean& mean : of_clients)
            values.push_back(mean.time_ms);
    }
    const auto& most = means.back();
    values.push_back(most[full].calls / most[exponential].calls);
    values.push_back(most[exponential].time_ms / most[equal].time_ms);
    values.push_back(most[equal].calls / most[full].calls);
    values.push_back(most[equal].time_ms / most[full].time_ms);
    values.push_back(most[full].calls / most[decorrelated].calls);
    values.push_back(most[full].time_ms / most[decorrelated].time_ms);
    values.push_back(most[no_backoff].calls / means.front()[no_backoff].calls);
    return values;
}

}  // namespace

PublishedResult backoff_and_jitter() {
    PublishedResult result{
        .name = "backoff and jitter: contention for one row",
        .source =
            "Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015, and the program that it publishes",
        .url = "https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/",
        .setup =
            "N clients start at once, read a row and write it if nobody else has meanwhile; else they pause and try "
            "again. Each message takes 10 ms with a deviation of 2 ms. The pauses are those of the simulator's "
            "retries, 10 ms first and 2 s at most. The post shows curves; the numbers are means of 400 runs of its "
            "own program.",
        .measure = measure_backoff};
    for (const Printed& of : printed) {
        const auto add = [&](const char* what, const char* unit, const std::array<double, 5>& values, double error) {
            for (std::size_t a = 0; a < values.size(); ++a)
                result.figures.push_back(
                    within("its program", fmt::format("{}, {} clients, {}", what, of.clients, algorithms()[a].name),
                           unit, grouped(static_cast<std::size_t>(std::round(values[a]))), values[a] * (1 - error),
                           values[a] * (1 + error)));
        };
        add("calls", "1", of.calls, calls_error);
        add("time to completion", "ms", of.time_ms, time_error);
    }
    constexpr double any = std::numeric_limits<double>::infinity();
    const auto ratio = [&](const char* what, const char* statement, double low, double high) {
        result.figures.push_back(within("text", what, "1", statement, low, high));
    };
    ratio("calls at 100 clients, full jitter over none", "less than half", 0, 0.5);
    ratio("time at 100 clients, no jitter over the slowest jitter", "so much more that it is off the graph", 5, any);
    ratio("calls at 100 clients, equal jitter over full", "about the same, slightly more", 1.005, 1.1);
    ratio("time at 100 clients, equal jitter over full", "much longer", 1.2, any);
    ratio("calls at 100 clients, full jitter over decorrelated", "less work", 0, 0.95);
    ratio("time at 100 clients, full jitter over decorrelated", "slightly more time", 1.005, 1.2);
    ratio("calls without backoff, 100 clients over 50", "grow with the square: 4", 3.2, 4.4);
    return result;
}

}  // namespace dstudio::system
