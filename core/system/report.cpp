#include "core/system/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/assert.hpp"
#include "core/base/unit.hpp"
#include "core/system/report_figures.hpp"

namespace dstudio::system {

// 12,345 or 12.3 or 0.0123
std::string plain(double value) {
    if (std::fabs(value) >= 1000) {
        const std::string text = fmt::format("{:.0f}", std::fabs(value));
        std::string result = value < 0 ? "-" : "";
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (i > 0 && (text.size() - i) % 3 == 0)
                result += ',';
            result += text[i];
        }
        return result;
    }
    return fmt::format("{:.{}g}", value, report_digits);
}

std::string percent(double share) {
    return fmt::format("{:.{}g} %", 100 * share, report_digits);
}

std::string time_text(double seconds) {
    static const base::Dimension time = base::parse_unit("s").value().dimension;
    return base::quantity_text(seconds, time, report_digits);
}

namespace {

using json = nlohmann::ordered_json;

constexpr double seconds_of_hour = 3600;

class Reporter : RunFigures {
  public:
    using RunFigures::RunFigures;

    json report(std::uint64_t seed) {
        std::uint64_t events = 0;
        for (const Results& run : runs_)
            events += run.events;
        json document{{"scenario", scenario_.name},
                      {"seed", seed},
                      {"runs", runs_.size()},
                      {"duration_s", sim::to_seconds(scenario_.duration)},
                      {"warmup_s", sim::to_seconds(scenario_.warmup)},
                      {"events", events},
                      {"level", report_level}};
        if (!runs_[0].stopped_early.empty())
            document["stopped_early"] = runs_[0].stopped_early;
        document["objectives"] = objectives_json(scenario_, runs_);
        document["diagnosis"] = diagnosis_json(scenario_, runs_);
        if (scenario_.chaos) {
            document["chaos"] = json::array();
            for (const DrawnFault& drawn : runs_[0].chaos)
                document["chaos"].push_back(fault_json(scenario_, drawn));
        }
        document["workloads"] = workloads();
        document["components"] = components();
        document["calls"] = edges();
        document["time"] = where_time_goes();
        if (costs())
            document["cost"] = cost();
        document["series"] = series_json(scenario_, runs_[0], 0);
        return document;
    }

  private:
    template <std::size_t N>
    static json outcomes(const std::array<std::uint64_t, N>& ended) {
        json counts = json::object();
        for (std::size_t i = 0; i < N; ++i)
            if (ended[i] > 0)
                counts[std::string(outcome_name(static_cast<Outcome>(i)))] = ended[i];
        return counts;
    }

    json workloads() const {
        json list = json::array();
        for (std::size_t w = 0; w < scenario_.workloads.size(); ++w) {
            const auto of = [w](const Results& run) -> const WorkloadResult& { return run.workloads[w]; };
            const auto quantile_ms = [&](double p) {
                return figure([&](const Results& run) {
                    return of(run).latency.count() == 0 ? std::numeric_limits<double>::quiet_NaN()
                                                        : 1e3 * sim::to_seconds(of(run).latency.quantile(p));
                });
            };
            std::array<std::uint64_t, outcome_count> sum{};
            std::uint64_t started = 0;
            std::uint64_t unfinished = 0;
            for (const Results& run : runs_) {
                started += of(run).started;
                unfinished += of(run).unfinished;
                for (std::size_t i = 0; i < outcome_count; ++i)
                    sum[i] += of(run).ended[i];
            }
            list.push_back(
                {{"id", scenario_.workloads[w].id},
                 {"started", started},
                 {"outcomes", outcomes(sum)},
                 {"unfinished", unfinished},
                 {"offered_per_s",
                  figure([&](const Results& run) { return static_cast<double>(of(run).started) / seconds(run); })},
                 {"goodput_per_s",
                  figure([&](const Results& run) { return static_cast<double>(of(run).ended[0]) / seconds(run); })},
                 {"ok_share", figure([&](const Results& run) { return of(run).share(Outcome::ok); })},
                 {"latency_ms",
                  {{"mean", figure([&](const Results& run) { return 1e3 * of(run).latency.mean_seconds(); })},
                   {"p50", quantile_ms(0.5)},
                   {"p90", quantile_ms(0.9)},
                   {"p99", quantile_ms(0.99)},
                   {"p999", quantile_ms(0.999)},
                   {"max", quantile_ms(1)}}}});
        }
        return list;
    }

    json components() const {
        json list = json::array();
        for (std::size_t c = 0; c < scenario_.components.size(); ++c) {
            const auto of = [c](const Results& run) -> const ComponentResult& { return run.components[c]; };
            const auto per_second = [&](std::uint64_t ComponentResult::*count) {
                return figure(
                    [&, count](const Results& run) { return static_cast<double>(of(run).*count) / seconds(run); });
            };
            list.push_back({{"id", scenario_.components[c].id},
                            {"type", scenario_.components[c].type},
                            {"replicas", scenario_.components[c].replicas},
                            {"utilisation", figure([&](const Results& run) { return of(run).utilisation; })},
                            {"in_system", figure([&](const Results& run) { return of(run).in_system; })},
                            {"in_system_max", figure([&](const Results& run) { return of(run).in_system_max; })},
                            {"queue", figure([&](const Results& run) { return of(run).queue; })},
                            {"wait_ms", figure([&](const Results& run) { return 1e3 * of(run).wait_seconds; })},
                            {"sojourn_ms", figure([&](const Results& run) { return 1e3 * of(run).sojourn_seconds; })},
                            {"arrived_per_s", per_second(&ComponentResult::arrived)},
                            {"served_per_s", per_second(&ComponentResult::served)},
                            {"rejected_per_s", per_second(&ComponentResult::rejected)},
                            {"wasted_per_s", per_second(&ComponentResult::wasted)},
                            {"lost", figure([&](const Results& run) { return static_cast<double>(of(run).lost); })},
                            {"little_law_error", figure([&](const Results& run) { return little_error(run, c); })}});
            what_it_keeps(c, list.back());
        }
        return list;
    }

    // Figures that only some components have.
    void what_it_keeps(std::size_t c, json& shown) const {
        const Component& component = scenario_.components[c];
        const auto of = [c](const Results& run) -> const ComponentResult& { return run.components[c]; };
        const auto sum = [&](auto field) {
            return figure([&, field](const Results& run) { return static_cast<double>(of(run).*field); });
        };
        if (component.replicas > 1 && component.replicas <= ComponentResult::replicas_shown_max) {
            json each = json::array();
            for (std::size_t r = 0; r < component.replicas; ++r)
                each.push_back(mean([&](const Results& run) { return of(run).replica_utilisation[r]; }));
            shown["replica_utilisation"] = std::move(each);
        }
        if (component.autoscale) {
            shown["replicas_mean"] = sum(&ComponentResult::replicas);
            shown["scalings"] = sum(&ComponentResult::scalings);
        }
        if (component.bandwidth > 0)
            shown["link_utilisation"] = sum(&ComponentResult::link_utilisation);
        if (std::any_of(component.steps.begin(), component.steps.end(),
                        [](const Step& s) { return s.cache.has_value(); }))
            shown["cache"] = {{"hit_ratio", figure([&](const Results& run) { return hit_ratio(of(run)); })},
                              {"hits", sum(&ComponentResult::hits)},
                              {"misses", sum(&ComponentResult::misses)},
                              {"coalesced", sum(&ComponentResult::coalesced)}};
        if (component.backpressure)
            shown["backpressure"] = {{"stopped_share", sum(&ComponentResult::stopped)},
                                     {"held", sum(&ComponentResult::held)}};
        if (component.collection)
            shown["gc"] = {{"pauses", sum(&ComponentResult::pauses)},
                           {"pause_s", sum(&ComponentResult::pause_seconds)}};
        if (component.storage)
            shown["stored_bytes"] = {{"mean", sum(&ComponentResult::stored_bytes)},
                                     {"max", sum(&ComponentResult::stored_bytes_max)}};
        if (component.serverless)
            shown["cold_starts"] = sum(&ComponentResult::cold_starts);
        if (component.ejection)
            shown["ejections"] = sum(&ComponentResult::ejections);
        if (component.replication && component.replication->has_leader)
            shown["failovers"] = sum(&ComponentResult::failovers);
        if (component.replication && (runs_has(c, &ComponentResult::reads) || runs_has(c, &ComponentResult::writes))) {
            const auto stale_ms = [&](double p) {
                return figure([&, p](const Results& run) {
                    return of(run).staleness.count() == 0 ? std::numeric_limits<double>::quiet_NaN()
                                                          : 1e3 * sim::to_seconds(of(run).staleness.quantile(p));
                });
            };
            shown["copies"] = {
                {"reads", sum(&ComponentResult::reads)},
                {"stale_share", figure([&](const Results& run) {
                     return of(run).reads == 0
                                ? std::numeric_limits<double>::quiet_NaN()
                                : static_cast<double>(of(run).stale_reads) / static_cast<double>(of(run).reads);
                 })},
                {"staleness_ms", {{"p50", stale_ms(0.5)}, {"p99", stale_ms(0.99)}, {"max", stale_ms(1)}}},
                {"writes", sum(&ComponentResult::writes)},
                {"lost_writes", sum(&ComponentResult::lost_writes)}};
        }
        if (coordinates(component))
            shown["transactions"] = {{"commits", sum(&ComponentResult::commits)},
                                     {"aborts", sum(&ComponentResult::aborts)}};
        if (takes_part(c))
            shown["locks"] = {
                {"waits", sum(&ComponentResult::lock_waits)},
                {"wait_ms", figure([&](const Results& run) { return 1e3 * of(run).lock_wait_seconds; })},
                {"in_doubt", sum(&ComponentResult::in_doubt)},
                {"in_doubt_longest_ms", figure([&](const Results& run) { return 1e3 * of(run).in_doubt_longest_s; })}};
        if (component.delivery) {
            const auto age_ms = [&](double p) {
                return figure([&, p](const Results& run) { return message_age_ms(of(run), p); });
            };
            shown["messages"] = {{"kept", sum(&ComponentResult::backlog)},
                                 {"kept_max", sum(&ComponentResult::backlog_max)},
                                 {"delivered", sum(&ComponentResult::delivered)},
                                 {"redelivered", sum(&ComponentResult::redelivered)},
                                 {"dead_letters", sum(&ComponentResult::dead_letters)},
                                 {"age_ms", {{"p50", age_ms(0.5)}, {"p99", age_ms(0.99)}, {"max", age_ms(1)}}}};
        }
        if (has_price(component))
            shown["cost_usd_per_hour"] =
                figure([&](const Results& run) { return of(run).cost_usd / seconds(run) * seconds_of_hour; });
    }

    // In any of the runs.
    [[nodiscard]] bool runs_has(std::size_t c, std::uint64_t ComponentResult::*count) const {
        return std::any_of(runs_.begin(), runs_.end(),
                           [&](const Results& run) { return run.components[c].*count > 0; });
    }

    static bool coordinates(const Component& component) {
        return std::any_of(component.steps.begin(), component.steps.end(),
                           [](const Step& step) { return step.kind == StepKind::commit; });
    }

    [[nodiscard]] bool takes_part(std::size_t c) const {
        return std::any_of(scenario_.components.begin(), scenario_.components.end(), [&](const Component& component) {
            return std::any_of(component.steps.begin(), component.steps.end(), [&](const Step& step) {
                return step.kind == StepKind::commit &&
                       std::any_of(step.edges.begin(), step.edges.end(),
                                   [&](std::uint32_t edge) { return scenario_.edges[edge].target == c; });
            });
        });
    }

    static double hit_ratio(const ComponentResult& result) {
        const double hits = static_cast<double>(result.hits);
        const double all = hits + static_cast<double>(result.misses);
        return all == 0 ? std::numeric_limits<double>::quiet_NaN() : hits / all;
    }

    static bool has_price(const Component& component) {
        const Price& price = component.price;
        return price.replica > 0 || price.request > 0 || price.busy > 0 || price.egress > 0 || price.storage > 0;
    }

    [[nodiscard]] bool costs() const {
        return std::any_of(scenario_.components.begin(), scenario_.components.end(), has_price);
    }

    json cost() const {
        return {
            {"usd_per_hour", figure([](const Results& run) { return cost_of(run) / seconds(run) * seconds_of_hour; })},
            {"usd_per_million_requests", figure(cost_per_million)}};
    }

    // For each request that began, with all that it caused: summed over attempts, so what runs side by side counts
    // twice.
    json where_time_goes() const {
        const auto per_request = [&](auto total) {
            return figure([&, total](const Results& run) {
                double started = 0;
                for (const WorkloadResult& result : run.workloads)
                    started += static_cast<double>(result.started);
                return started == 0 ? std::numeric_limits<double>::quiet_NaN() : 1e3 * total(run) / started;
            });
        };
        const auto over_components = [](double ComponentResult::*field) {
            return [field](const Results& run) {
                double sum = 0;
                for (const ComponentResult& result : run.components)
                    sum += result.*field;
                return sum;
            };
        };
        const auto over_edges = [](auto of_edge) {
            return [of_edge](const Results& run) {
                double sum = 0;
                for (const EdgeResult& result : run.edges)
                    sum += of_edge(result);
                return sum;
            };
        };
        json time{{"work_ms", per_request(over_components(&ComponentResult::work_seconds))},
                  {"queueing_ms", per_request(over_components(&ComponentResult::queued_seconds))},
                  {"network_ms", per_request(over_edges([](const EdgeResult& e) { return e.network_seconds; }))},
                  {"backoff_ms", per_request(over_edges([](const EdgeResult& e) { return e.pause_seconds; }))},
                  {"pool_ms", per_request(over_edges([](const EdgeResult& e) {
                       return e.waited_seconds * static_cast<double>(e.waited);
                   }))}};
        if (std::any_of(scenario_.components.begin(), scenario_.components.end(),
                        [](const Component& component) { return component.backpressure.has_value(); }))
            time["held_ms"] = per_request(over_edges([](const EdgeResult& e) { return e.held_seconds; }));
        return time;
    }

    // Mean number against throughput times mean time (Little, Operations Research 9(3), 1961), as a share of the
    // former. What was in the system at the ends of the run is all that may differ.
    static double little_error(const Results& run, std::size_t c) {
        const ComponentResult& result = run.components[c];
        const double product = static_cast<double>(result.left) / seconds(run) * result.sojourn_seconds;
        return result.in_system == 0 ? 0 : (product - result.in_system) / result.in_system;
    }

    // Whether its network, or a fault of anything, does more to messages than to delay them or, by a fault, lose them.
    [[nodiscard]] bool bends_messages(const Edge& edge) const {
        const Network& network = network_of(scenario_, edge);
        return network.loss > 0 || network.duplicate > 0 || network.reorder > 0 ||
               std::any_of(scenario_.faults.begin(), scenario_.faults.end(), [](const Fault& fault) {
                   return fault.kind == FaultKind::duplicate || fault.kind == FaultKind::reorder;
               });
    }

    json edges() const {
        json list = json::array();
        for (std::size_t e = 0; e < scenario_.edges.size(); ++e) {
            const auto count = [e](std::uint64_t EdgeResult::*field) {
                return [e, field](const Results& run) { return static_cast<double>(run.edges[e].*field); };
            };
            list.push_back({{"name", scenario_.edges[e].name},
                            {"calls", figure(count(&EdgeResult::calls))},
                            {"attempts", figure(count(&EdgeResult::attempts))},
                            {"amplification", figure([e](const Results& run) { return amplification(run.edges[e]); })},
                            {"retries", figure(count(&EdgeResult::retries))},
                            {"retries_denied", figure(count(&EdgeResult::retries_denied))},
                            {"hedges", figure(count(&EdgeResult::hedges))},
                            {"timeouts", figure(count(&EdgeResult::timeouts))},
                            {"breaker_opened", figure(count(&EdgeResult::breaker_opened))}});
            const Edge& edge = scenario_.edges[e];
            if (bends_messages(edge))
                list.back()["messages"] = {{"lost", figure(count(&EdgeResult::lost))},
                                           {"duplicates", figure(count(&EdgeResult::duplicates))},
                                           {"held_back", figure(count(&EdgeResult::held_back))},
                                           {"overtaken", figure(count(&EdgeResult::overtaken))}};
            if (scenario_.components[edge.target].backpressure) {
                list.back()["held"] = figure(count(&EdgeResult::held));
                list.back()["held_ms"] = figure([e](const Results& run) { return 1e3 * held_each(run.edges[e]); });
            }
            if (edge.fallback != no_index)
                list.back()["fallbacks"] = figure(count(&EdgeResult::fallbacks));
            if (edge.adaptive)
                list.back()["limit"] = figure([e](const Results& run) { return run.edges[e].limit; });
            if (edge.waiting > 0) {
                list.back()["waited"] = figure(count(&EdgeResult::waited));
                list.back()["waited_ms"] =
                    figure([e](const Results& run) { return 1e3 * run.edges[e].waited_seconds; });
            }
        }
        return list;
    }
};

}  // namespace

json series_json(const Scenario& scenario, const Results& run, std::size_t from) {
    json workloads = json::object();
    json components = json::object();
    double width_s = sim::to_seconds(series_bin(scenario));
    const auto at = [](const auto& values, std::size_t i) { return i < values.size() ? values[i] : 0; };
    for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
        const WorkloadResult& result = run.workloads[w];
        const auto ok_sums = result.ok_over_time.sums();
        const auto failed_sums = result.failed_over_time.sums();
        // Bins that are over; what ends with the run may fall into one more.
        const std::size_t bins = std::max({result.p50_over_time.size(), ok_sums.size(), failed_sums.size()});
        json ok = json::array();
        json failed = json::array();
        json latency = json::array();
        json p50 = json::array();
        json p99 = json::array();
        const auto quantile = [](const std::vector<double>& values, std::size_t i) {
            return i < values.size() ? number_json(1e3 * values[i]) : json(nullptr);
        };
        for (std::size_t i = from; i < bins; ++i) {
            const double answered = at(ok_sums, i);
            ok.push_back(answered / width_s);
            failed.push_back(at(failed_sums, i) / width_s);
            latency.push_back(answered == 0 ? json(nullptr)
                                            : json(1e3 * at(result.latency_over_time.sums(), i) / answered));
            p50.push_back(quantile(result.p50_over_time, i));
            p99.push_back(quantile(result.p99_over_time, i));
        }
        workloads[scenario.workloads[w].id] = {{"ok_per_s", std::move(ok)},
                                               {"failed_per_s", std::move(failed)},
                                               {"latency_ms", std::move(latency)},
                                               {"p50_ms", std::move(p50)},
                                               {"p99_ms", std::move(p99)}};
    }
    for (std::size_t c = 0; c < scenario.components.size(); ++c) {
        const auto means = [from](const sim::Series& series_of) {
            json values = json::array();
            for (std::size_t i = from; i < series_of.sums().size(); ++i)
                values.push_back(series_of.counts()[i] == 0
                                     ? json(nullptr)
                                     : json(series_of.sums()[i] / static_cast<double>(series_of.counts()[i])));
            return values;
        };
        components[scenario.components[c].id] = {{"queue", means(run.components[c].queue_over_time)},
                                                 {"busy", means(run.components[c].busy_over_time)},
                                                 {"up", means(run.components[c].up_over_time)}};
    }
    return {
        {"bin_s", width_s}, {"from", from}, {"workloads", std::move(workloads)}, {"components", std::move(components)}};
}

json traces_json(const Scenario& scenario, std::span<const Span> spans) {
    json traces = json::array();
    const auto ms = [](Time time) {
        return time == sim::time_max ? json(nullptr) : json(static_cast<double>(time) / 1e6);
    };
    std::vector<std::size_t> place(spans.size());  // in its trace
    std::vector<std::size_t> trace_of;             // position in `traces`, by trace
    for (std::size_t i = 0; i < spans.size(); ++i) {
        const Span& span = spans[i];
        if (span.trace >= trace_of.size())
            trace_of.resize(span.trace + 1, no_index);
        if (trace_of[span.trace] == no_index) {
            trace_of[span.trace] = traces.size();
            traces.push_back(
                {{"trace", span.trace}, {"begin_s", sim::to_seconds(span.sent)}, {"spans", json::array()}});
        }
        json& list = traces[trace_of[span.trace]]["spans"];
        place[i] = list.size();
        const Edge& edge = scenario.edges[span.edge];
        list.push_back(
            {{"parent", span.parent == no_index ? json(nullptr) : json(place[span.parent])},
             {"call", edge.name},
             {"component", scenario.components[edge.target].id},
             {"replica", span.replica == no_index ? json(nullptr) : json(span.replica)},
             {"sent_ms", ms(span.sent)},
             {"arrived_ms", ms(span.arrived)},
             {"started_ms", ms(span.started)},
             {"served_ms", ms(span.served)},
             {"answered_ms", ms(span.answered)},
             {"outcome", span.outcome == Outcome::count ? json(nullptr) : json(outcome_name(span.outcome))}});
    }
    return traces;
}

double message_age_ms(const ComponentResult& component, double p) {
    return component.age.count() == 0 ? std::numeric_limits<double>::quiet_NaN()
                                      : 1e3 * sim::to_seconds(component.age.quantile(p));
}

json report_json(const Scenario& scenario, std::uint64_t seed, std::span<const Results> runs) {
    DS_ASSERT(!runs.empty());
    return Reporter(scenario, runs).report(seed);
}

}  // namespace dstudio::system
