#include "apps/http/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "apps/http/simulation_request.hpp"
#include "core/base/text.hpp"
#include "core/formula/work_limit.hpp"
#include "core/system/report.hpp"
#include "core/system/simulation.hpp"

namespace dstudio::http {
namespace {

using base::ErrorCode;
using base::Result;
using nlohmann::ordered_json;

constexpr std::size_t shown_size_bytes_max = 80;

// Of this thread alone: a busy machine makes nobody's scenario too large.
std::chrono::nanoseconds cpu_time() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// 10,000,000
std::string grouped(double number) {
    std::string text = fmt::format("{:.0f}", number);
    for (std::size_t at = text.size(); at > 3; at -= 3)
        text.insert(at - 3, 1, ',');
    return text;
}

template <class Number>
std::string grouped(Number number) {
    return grouped(static_cast<double>(number));
}

tl::unexpected<base::Error> too_much(std::string message) {
    return base::fail(ErrorCode::too_much_work, std::move(message));
}

// Calls written in the document, before they are made parts of a scenario: that takes time in the square of them.
std::size_t calls_written(const ordered_json& value) {
    std::size_t count = 0;
    if (value.is_object())
        for (const char* key : {"call", "send", "cached", "dead_letters"})
            count += value.count(key);
    if (value.is_structured())
        for (const ordered_json& inner : value)
            count += calls_written(inner);  // no deeper than parse_json_body lets through
    return count;
}

// What would be too much to hold, whatever happens in the runs.
Result<void> check_size(const system::Scenario& scenario, const SimulationBounds& bounds) {
    std::size_t users = 0;
    for (const system::Workload& workload : scenario.workloads)
        users += workload.users;
    if (users > bounds.users_max)
        return too_much(fmt::format("{} users; at most {} here", grouped(users), grouped(bounds.users_max)));
    std::size_t replicas = 0;
    std::size_t entries = 0;
    std::size_t partitions = 0;
    for (const system::Component& component : scenario.components) {
        replicas += component.replicas;
        if (component.shuffle > bounds.shuffle_max)
            return too_much(fmt::format("the shuffle shards of {} have {} replicas; at most {} here", component.id,
                                        grouped(component.shuffle), bounds.shuffle_max));
        partitions += component.delivery ? component.delivery->partitions : 0;
        std::size_t fan_out = 0;
        for (const system::Step& step : component.steps) {
            fan_out += step.edges.size();
            if (step.cache)
                entries += std::size_t{step.cache->capacity} * (step.cache->is_shared ? 1 : component.replicas);
        }
        if (fan_out > bounds.fan_out_max)
            return too_much(fmt::format("a request to {} makes {} calls; at most {} here", component.id,
                                        grouped(fan_out), grouped(bounds.fan_out_max)));
    }
    if (replicas > bounds.replicas_max)
        return too_much(fmt::format("{} replicas; at most {} here", grouped(replicas), grouped(bounds.replicas_max)));
    if (entries > bounds.cache_entries_max)
        return too_much(fmt::format("the caches hold {} entries; at most {} here", grouped(entries),
                                    grouped(bounds.cache_entries_max)));
    if (partitions > bounds.partitions_max)
        return too_much(
            fmt::format("{} partitions; at most {} here", grouped(partitions), grouped(bounds.partitions_max)));
    std::size_t windows = 0;
    for (const system::Edge& edge : scenario.edges)
        windows += edge.breaker ? edge.breaker->window : 0;
    if (windows > bounds.breaker_windows_max)
        return too_much(fmt::format("the breakers' windows hold {} results; at most {} here", grouped(windows),
                                    grouped(bounds.breaker_windows_max)));
    return {};
}

// How many requests arrive from outside in one run, on average; with bursts, at least. Those of users depend on the
// answers.
double expected_arrivals(const system::Scenario& scenario) {
    const double end = sim::to_seconds(scenario.duration);
    double sum = 0;
    for (const system::Workload& workload : scenario.workloads) {
        if (workload.bursts) {
            sum += std::min(workload.rates[0].rate, workload.bursts->rate) * end;
            continue;
        }
        sum += static_cast<double>(workload.times.size());
        for (std::size_t i = 0; i < workload.rates.size(); ++i) {
            const system::RatePoint& from = workload.rates[i];
            const double begin = sim::to_seconds(from.at);
            const bool is_last = i + 1 == workload.rates.size();
            const double until = is_last ? end : sim::to_seconds(workload.rates[i + 1].at);
            if (begin >= end)
                break;
            const double present = std::min(until, end) - begin;
            const double slope = !is_last && workload.rates[i + 1].is_ramp
                                     ? (workload.rates[i + 1].rate - from.rate) / (until - begin)
                                     : 0;
            sum += (from.rate + slope * present / 2) * present;
        }
    }
    return sum;
}

// Each arrival is an event at least, and nearly always several.
Result<void> check_arrivals(const system::Scenario& scenario, std::size_t runs, const SimulationBounds& bounds) {
    const double arrivals = expected_arrivals(scenario) * static_cast<double>(runs);
    if (arrivals <= static_cast<double>(bounds.events_max))
        return {};
    return too_much(
        fmt::format("about {} requests arrive in {} run{}, each of which takes several events; at most {} "
                    "events here",
                    grouped(arrivals), runs, runs == 1 ? "" : "s", grouped(bounds.events_max)));
}

class Job {
  public:
    Job(const catalog::Catalog& catalog, const std::atomic<bool>& is_cancelled, const SimulationBounds& bounds)
        : catalog_(catalog), is_cancelled_(is_cancelled), bounds_(bounds), end_(cpu_time() + bounds.cpu_max) {}

    // On failure `mistakes` may hold what was wrong.
    Result<std::string> run(std::string_view body, std::vector<system::Mistake>& mistakes) {
        auto document = parse_json_body(body);
        if (!document)
            return tl::unexpected<base::Error>(document.error());
        request_ = read_simulation_request(std::move(*document), mistakes);
        if (request_.runs > simulation_runs_max && mistakes.empty())
            return too_much(fmt::format("{} runs; at most {} here", grouped(request_.runs), simulation_runs_max));
        if (!request_.scenario_id.empty())
            find_scenario(mistakes);
        if (const std::size_t calls = calls_written(request_.scenario); calls > bounds_.calls_max)
            return too_much(fmt::format("the scenario has {} calls; at most {} here", calls, bounds_.calls_max));
        const auto scenario = read(mistakes);
        if (!mistakes.empty())
            return base::fail(ErrorCode::malformed_content, summary(mistakes));
        if (const auto checked = check_size(*scenario, bounds_); !checked)
            return tl::unexpected<base::Error>(checked.error());
        if (const auto checked = check_arrivals(*scenario, request_.runs, bounds_); !checked)
            return tl::unexpected<base::Error>(checked.error());
        return simulate_all(*scenario);
    }

    // The same request for the command line.
    [[nodiscard]] std::string command_line() const {
        return fmt::format("dstudio sim run {} --seed {} --runs {}",
                           base::is_slug(request_.scenario_id) ? request_.scenario_id : "FILE", request_.seed,
                           request_.runs);
    }

  private:
    [[nodiscard]] bool is_over() const { return is_cancelled_.load(std::memory_order_relaxed) || cpu_time() >= end_; }

    void find_scenario(std::vector<system::Mistake>& mistakes) {
        const catalog::Kind* kind = catalog::find_kind("scenario");
        if (const catalog::Brief* brief = catalog_.find({kind, request_.scenario_id})) {
            request_.scenario = ordered_json::parse(catalog_.entry_json(*brief))["fields"]["model"];
            return;
        }
        std::vector<std::string_view> ids;
        for (const catalog::Brief& other : catalog_.entries())
            if (other.ref.kind == kind)
                ids.emplace_back(other.ref.id);
        const std::string_view wanted = base::utf8_prefix(request_.scenario_id, shown_size_bytes_max);
        const auto near = base::nearest(wanted, ids);
        mistakes.push_back({"/scenario_id", fmt::format("there is no scenario '{}'", wanted),
                            near ? fmt::format("did you mean '{}'?", *near) : "see /api/v1/scenarios"});
    }

    // All mistakes in one go: those of the request's other members have been found already.
    std::optional<system::Scenario> read(std::vector<system::Mistake>& mistakes) const {
        if (request_.scenario.is_null() && !mistakes.empty())
            return std::nullopt;
        std::vector<system::Mistake> found;
        // A value is in the formula language and may hold sums of sums.
        const formula::WorkLimit limit([this] { return is_over(); });
        auto scenario = system::read_scenario(request_.scenario, found);
        for (system::Mistake& mistake : found) {
            mistake.pointer = "/scenario" + mistake.pointer;
            mistakes.push_back(std::move(mistake));
        }
        return scenario;
    }

    static std::string summary(const std::vector<system::Mistake>& mistakes) {
        const system::Mistake& first = mistakes.front();
        std::string text = mistakes.size() == 1 ? "" : fmt::format("{} mistakes, the first of them: ", mistakes.size());
        if (!first.pointer.empty())
            text += fmt::format("{}: ", base::utf8_prefix(first.pointer, shown_size_bytes_max));
        return text + system::placed_message(first);
    }

    Result<std::string> simulate_all(const system::Scenario& scenario) const {
        system::RunLimits limits;
        limits.events_max = bounds_.events_max;
        limits.in_flight_max = bounds_.in_flight_max;
        limits.is_over = [this] { return is_over(); };
        std::vector<system::Results> results;
        for (std::size_t i = 0; i < request_.runs; ++i) {
            system::Simulation simulation(scenario, request_.seed + i, limits);
            simulation.run();
            results.push_back(simulation.results());
            const system::Results& run = results.back();
            limits.events_max -= std::min(run.events, limits.events_max);
            if (run.stopped_early.empty())
                continue;
            return too_much(fmt::format(
                "run {} of {} was stopped: {}; {} events in all runs, {} requests in flight and {} s of computing are "
                "the most here",
                i + 1, request_.runs, run.stopped_early, grouped(bounds_.events_max), grouped(bounds_.in_flight_max),
                static_cast<double>(bounds_.cpu_max.count()) / 1e3));
        }
        return system::report_json(scenario, request_.seed, results)
            .dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    }

    const catalog::Catalog& catalog_;
    const std::atomic<bool>& is_cancelled_;
    const SimulationBounds& bounds_;
    std::chrono::nanoseconds end_;
    SimulationRequest request_;
};

}  // namespace

tl::expected<std::string, SimulationFailure> simulate(const catalog::Catalog& catalog, std::string_view body,
                                                      const std::atomic<bool>& is_cancelled,
                                                      const SimulationBounds& bounds) {
    Job job(catalog, is_cancelled, bounds);
    std::vector<system::Mistake> mistakes;
    Result<std::string> report;
    try {
        report = job.run(body, mistakes);
    } catch (const formula::WorkStopped& stopped) {
        report = too_much(stopped.what());
    }
    if (report)
        return std::move(*report);
    SimulationFailure failure{report.error(), {}};
    if (failure.error.code == ErrorCode::malformed_content)
        failure.mistakes = std::move(mistakes);
    if (failure.error.code == ErrorCode::too_much_work)
        failure.error.hint = "run it on your own machine: " + job.command_line();
    return tl::unexpected<SimulationFailure>(std::move(failure));
}

}  // namespace dstudio::http
