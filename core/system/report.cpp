#include "core/system/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/assert.hpp"
#include "core/base/unit.hpp"
#include "core/sim/run_control.hpp"

namespace dstudio::system {
namespace {

using json = nlohmann::ordered_json;

constexpr int digits = 3;
constexpr double seconds_of_hour = 3600;

json number_json(double value) {
    return std::isfinite(value) ? json(value) : json(nullptr);
}

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
    return fmt::format("{:.{}g}", value, digits);
}

std::string percent(double share) {
    return fmt::format("{:.{}g} %", 100 * share, digits);
}

std::string time_text(double seconds) {
    static const base::Dimension time = base::parse_unit("s").value().dimension;
    return base::quantity_text(seconds, time, digits);
}

class Reporter {
  public:
    Reporter(const Scenario& scenario, std::span<const Results> runs) : scenario_(scenario), runs_(runs) {}

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
        document["objectives"] = objectives();
        document["diagnosis"] = diagnosis();
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
    // A figure of each run as mean and half width.
    template <class Measure>
    json figure(Measure measure) const {
        std::vector<double> values;
        for (const Results& run : runs_)
            values.push_back(measure(run));
        const sim::Estimate estimate = sim::replication_estimate(values, report_level);
        return {{"value", number_json(estimate.mean)}, {"half_width", number_json(estimate.half_width)}};
    }
    template <class Measure>
    double mean(Measure measure) const {
        double sum = 0;
        for (const Results& run : runs_)
            sum += measure(run);
        return sum / static_cast<double>(runs_.size());
    }

    static double seconds(const Results& run) { return std::max(1e-9, sim::to_seconds(run.measured)); }

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
        if (component.serverless)
            shown["cold_starts"] = sum(&ComponentResult::cold_starts);
        if (component.ejection)
            shown["ejections"] = sum(&ComponentResult::ejections);
        if (component.replication && component.replication->has_leader)
            shown["failovers"] = sum(&ComponentResult::failovers);
        if (component.delivery) {
            const auto age_ms = [&](double p) {
                return figure([&, p](const Results& run) {
                    return of(run).age.count() == 0 ? std::numeric_limits<double>::quiet_NaN()
                                                    : 1e3 * sim::to_seconds(of(run).age.quantile(p));
                });
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

    static double hit_ratio(const ComponentResult& result) {
        const double hits = static_cast<double>(result.hits);
        const double all = hits + static_cast<double>(result.misses);
        return all == 0 ? std::numeric_limits<double>::quiet_NaN() : hits / all;
    }

    static bool has_price(const Component& component) {
        const Price& price = component.price;
        return price.replica > 0 || price.request > 0 || price.busy > 0 || price.egress > 0;
    }

    [[nodiscard]] bool costs() const {
        return std::any_of(scenario_.components.begin(), scenario_.components.end(), has_price);
    }

    static double cost_of(const Results& run) {
        double usd = 0;
        for (const ComponentResult& result : run.components)
            usd += result.cost_usd;
        return usd;
    }

    // USD for a million requests that succeed, of all workloads.
    static double cost_per_million(const Results& run) {
        double ok = 0;
        for (const WorkloadResult& result : run.workloads)
            ok += static_cast<double>(result.ended[0]);
        constexpr double million = 1e6;
        return ok == 0 ? std::numeric_limits<double>::infinity() : cost_of(run) / ok * million;
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
        return {{"work_ms", per_request(over_components(&ComponentResult::work_seconds))},
                {"queueing_ms", per_request(over_components(&ComponentResult::queued_seconds))},
                {"network_ms", per_request(over_edges([](const EdgeResult& e) { return e.network_seconds; }))},
                {"backoff_ms", per_request(over_edges([](const EdgeResult& e) { return e.pause_seconds; }))},
                {"pool_ms", per_request(over_edges([](const EdgeResult& e) {
                     return e.waited_seconds * static_cast<double>(e.waited);
                 }))}};
    }

    // Mean number against throughput times mean time (Little, Operations Research 9(3), 1961), as a share of the
    // former. What was in the system at the ends of the run is all that may differ.
    static double little_error(const Results& run, std::size_t c) {
        const ComponentResult& result = run.components[c];
        const double product = static_cast<double>(result.left) / seconds(run) * result.sojourn_seconds;
        return result.in_system == 0 ? 0 : (product - result.in_system) / result.in_system;
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

    static double amplification(const EdgeResult& edge) {
        return edge.sent == 0 ? 1 : static_cast<double>(edge.attempts) / static_cast<double>(edge.sent);
    }

    json objectives() const {
        json list = json::array();
        for (const Objective& objective : scenario_.objectives) {
            const std::size_t w = objective.workload;
            if (objective.queue != no_index) {
                // Messages that are still kept have no age yet: where none was delivered, none was in time.
                const double age = mean([&](const Results& run) {
                    const sim::DurationSketch& ages = run.components[objective.queue].age;
                    return ages.count() == 0 ? std::numeric_limits<double>::infinity()
                                             : sim::to_seconds(ages.quantile(objective.quantile));
                });
                list.push_back({{"component", scenario_.components[objective.queue].id},
                                {"kind", "age"},
                                {"quantile", objective.quantile},
                                {"wanted_ms", 1e3 * sim::to_seconds(objective.age)},
                                {"measured_ms", number_json(1e3 * age)},
                                {"met", age <= sim::to_seconds(objective.age)}});
                continue;
            }
            if (objective.cost > 0) {
                const double cost = mean(cost_per_million);
                list.push_back({{"workload", scenario_.workloads[w].id},
                                {"kind", "cost"},
                                {"wanted_usd", objective.cost},
                                {"measured_usd", number_json(cost)},
                                {"met", cost <= objective.cost}});
            }
            if (objective.availability > 0) {
                const double share = mean([&](const Results& run) { return run.workloads[w].share(Outcome::ok); });
                list.push_back({{"workload", scenario_.workloads[w].id},
                                {"kind", "availability"},
                                {"wanted", objective.availability},
                                {"measured", number_json(share)},
                                {"met", share >= objective.availability},
                                {"budget_used", objective.availability < 1
                                                    ? number_json((1 - share) / (1 - objective.availability))
                                                    : json(nullptr)}});
            }
            if (objective.quantile > 0) {
                // A request that failed has no answer within any time.
                const double latency = mean([&](const Results& run) {
                    const double ok = run.workloads[w].share(Outcome::ok);
                    return ok >= objective.quantile
                               ? sim::to_seconds(run.workloads[w].latency.quantile(objective.quantile / ok))
                               : std::numeric_limits<double>::infinity();
                });
                list.push_back({{"workload", scenario_.workloads[w].id},
                                {"kind", "latency"},
                                {"quantile", objective.quantile},
                                {"wanted_ms", 1e3 * sim::to_seconds(objective.latency)},
                                {"measured_ms", number_json(1e3 * latency)},
                                {"met", latency > 0 && latency <= sim::to_seconds(objective.latency)}});
            }
        }
        return list;
    }

    // --------------------------------------------------------------------------------------------------- diagnosis

    json diagnosis() const {
        json sentences = json::array();
        for (std::size_t c = 0; c < scenario_.components.size(); ++c)
            about_component(c, sentences);
        for (std::size_t c = 0; c < scenario_.components.size(); ++c)
            about_behaviour(c, sentences);
        for (std::size_t e = 0; e < scenario_.edges.size(); ++e)
            about_edge(e, sentences);
        for (std::size_t w = 0; w < scenario_.workloads.size(); ++w)
            about_recovery(w, sentences);
        return sentences;
    }

    // What a component can serve: its places over the time that a request holds one.
    double ceiling(std::size_t c) const {
        const double served =
            mean([&](const Results& run) { return static_cast<double>(run.components[c].served) / seconds(run); });
        const double utilisation = mean([&](const Results& run) { return run.components[c].utilisation; });
        return utilisation > 0 && served > 0 ? served / utilisation : std::numeric_limits<double>::quiet_NaN();
    }

    void about_component(std::size_t c, json& sentences) const {
        const Component& component = scenario_.components[c];
        const auto of = [c](const Results& run) -> const ComponentResult& { return run.components[c]; };
        const double utilisation = mean([&](const Results& run) { return of(run).utilisation; });
        const double arrived =
            mean([&](const Results& run) { return static_cast<double>(of(run).arrived) / seconds(run); });
        const double served =
            mean([&](const Results& run) { return static_cast<double>(of(run).served) / seconds(run); });
        const double wasted =
            mean([&](const Results& run) { return static_cast<double>(of(run).wasted) / seconds(run); });
        const double rejected =
            mean([&](const Results& run) { return static_cast<double>(of(run).rejected) / seconds(run); });
        constexpr double nearly_full = 0.9;
        constexpr double worth_saying = 0.01;
        if (utilisation >= nearly_full && component.sharing == Sharing::servers)
            sentences.push_back(fmt::format(
                "{} is at its ceiling: {}/s arrive, and {} places that a request holds for {} on average serve {}/s",
                component.id, plain(arrived), plain(static_cast<double>(component.replicas) * component.threads),
                time_text(static_cast<double>(component.replicas) * component.threads / ceiling(c)),
                plain(ceiling(c))));
        if (served > 0 && wasted / served >= worth_saying)
            sentences.push_back(fmt::format("{} of what {} served was for callers that had given up: {}/s of {}/s",
                                            percent(wasted / served), component.id, plain(wasted), plain(served)));
        if (arrived > 0 && rejected / arrived >= worth_saying)
            sentences.push_back(fmt::format("{} turned {} of its requests away: its queue of {} was full", component.id,
                                            percent(rejected / arrived), component.queue));
    }

    void about_edge(std::size_t e, json& sentences) const {
        const Edge& edge = scenario_.edges[e];
        const auto per_second = [&](std::uint64_t EdgeResult::*field) {
            return mean([&](const Results& run) { return static_cast<double>(run.edges[e].*field) / seconds(run); });
        };
        const double factor = mean([&](const Results& run) { return amplification(run.edges[e]); });
        constexpr double worth_saying = 1.05;
        if (factor >= worth_saying) {
            const double limit = ceiling(edge.target);
            std::string sentence =
                fmt::format("{} makes {:.{}g} attempts for each call, so {} sees {}/s instead of {}/s", edge.name,
                            factor, digits, scenario_.components[edge.target].id,
                            plain(per_second(&EdgeResult::attempts)), plain(per_second(&EdgeResult::calls)));
            constexpr double near_it = 0.5;
            if (std::isfinite(limit) && per_second(&EdgeResult::attempts) >= near_it * limit)
                sentence += fmt::format(" against a ceiling of {}/s", plain(limit));
            sentences.push_back(std::move(sentence));
        }
        const double opened =
            mean([&](const Results& run) { return static_cast<double>(run.edges[e].breaker_opened); });
        if (opened > 0)
            sentences.push_back(fmt::format(
                "the breaker of {} opened {} times and answered {} of the calls itself", edge.name, plain(opened),
                percent(mean([&](const Results& run) {
                    const auto& result = run.edges[e];
                    return result.calls == 0
                               ? 0
                               : static_cast<double>(result.ended[static_cast<std::size_t>(Outcome::short_circuit)]) /
                                     static_cast<double>(result.calls);
                }))));
        const auto ended_share = [&](Outcome outcome) {
            return mean([&](const Results& run) {
                const auto& result = run.edges[e];
                return result.calls == 0 ? 0
                                         : static_cast<double>(result.ended[static_cast<std::size_t>(outcome)]) /
                                               static_cast<double>(result.calls);
            });
        };
        constexpr double a_share = 0.01;
        if (const double share = ended_share(Outcome::limited); share >= a_share)
            sentences.push_back(
                fmt::format("the rate limit of {} refused {} of its calls: {}/s came, {}/s are let through", edge.name,
                            percent(share), plain(per_second(&EdgeResult::calls)), plain(edge.limiter->rate)));
        if (const double share = ended_share(Outcome::bulkhead); share >= a_share)
            sentences.push_back(fmt::format("the bulkhead of {} refused {} of its calls: {} were in progress",
                                            edge.name, percent(share), edge.concurrency));
        const double timeouts = per_second(&EdgeResult::timeouts);
        const double attempts = per_second(&EdgeResult::attempts);
        if (attempts > 0 && timeouts / attempts >= a_share)
            sentences.push_back(fmt::format("{} of the attempts of {} timed out after {}", percent(timeouts / attempts),
                                            edge.name, time_text(sim::to_seconds(edge.timeout))));
        const double hedged = per_second(&EdgeResult::hedges);
        if (attempts > 0 && hedged / attempts >= a_share)
            sentences.push_back(fmt::format("{} hedged {} of its calls: each had no answer after {}", edge.name,
                                            percent(hedged / std::max(1e-9, attempts - hedged)),
                                            time_text(sim::to_seconds(edge.hedge_after))));
        const double denied =
            mean([&](const Results& run) { return static_cast<double>(run.edges[e].retries_denied); });
        if (denied > 0)
            sentences.push_back(fmt::format("the retry budget of {} refused {} retries", edge.name, plain(denied)));
    }

    // What it keeps, delivers, and how its replicas fare.
    void about_behaviour(std::size_t c, json& sentences) const {
        const Component& component = scenario_.components[c];
        const auto of = [c](const Results& run) -> const ComponentResult& { return run.components[c]; };
        const auto average = [&](auto field) {
            return mean([&, field](const Results& run) { return static_cast<double>(of(run).*field); });
        };
        if (const double lookups = average(&ComponentResult::hits) + average(&ComponentResult::misses); lookups > 0) {
            const double misses = average(&ComponentResult::misses) - average(&ComponentResult::coalesced);
            const double span = mean([](const Results& run) { return seconds(run); });
            sentences.push_back(fmt::format(
                "the cache of {} answers {} of {} lookups/s itself: {}/s go on to the origin", component.id,
                percent(average(&ComponentResult::hits) / lookups), plain(lookups / span), plain(misses / span)));
        }
        if (component.delivery && average(&ComponentResult::backlog_max) >= 1) {
            const double left = mean([&](const Results& run) {
                const auto& series = of(run).queue_over_time;
                const std::size_t last = series.sums().size();
                return last == 0 ? 0
                                 : series.sums()[last - 1] /
                                       static_cast<double>(std::max<std::uint64_t>(1, series.counts()[last - 1]));
            });
            sentences.push_back(fmt::format(
                "{} keeps {} messages on average, {} at most, {} at the end; {} were delivered again, {} are dead "
                "letters",
                component.id, plain(average(&ComponentResult::backlog)), plain(average(&ComponentResult::backlog_max)),
                plain(left), plain(average(&ComponentResult::redelivered)),
                plain(average(&ComponentResult::dead_letters))));
        }
        if (const double link = average(&ComponentResult::link_utilisation); link > 0.7)
            sentences.push_back(fmt::format("the links of {} are {} full: {}B/s of answers against {}B/s", component.id,
                                            percent(link), plain(link * component.bandwidth * component.replicas),
                                            plain(component.bandwidth * component.replicas)));
        if (const double cold = average(&ComponentResult::cold_starts); cold >= 1)
            sentences.push_back(fmt::format("{} of the requests to {} waited for a cold start",
                                            percent(cold / std::max(1.0, average(&ComponentResult::arrived))),
                                            component.id));
        if (const double ejections = average(&ComponentResult::ejections); ejections >= 1)
            sentences.push_back(
                fmt::format("replicas of {} were taken out of the rotation {} times", component.id, plain(ejections)));
        if (const double failovers = average(&ComponentResult::failovers); failovers >= 1)
            sentences.push_back(fmt::format("{} lost its leader {} times, each time without writes for {}",
                                            component.id, plain(failovers),
                                            time_text(sim::to_seconds(component.replication->failover))));
        if (const double scalings = average(&ComponentResult::scalings); scalings >= 1)
            sentences.push_back(fmt::format("the autoscaler of {} changed its replicas {} times, {} on average",
                                            component.id, plain(scalings), plain(average(&ComponentResult::replicas))));
        about_balance(c, sentences);
    }

    // Whether one replica is much busier than the others.
    void about_balance(std::size_t c, json& sentences) const {
        const std::size_t replicas = runs_[0].components[c].replica_utilisation.size();
        if (replicas < 2)
            return;
        double sum = 0;
        double most = 0;
        std::size_t busiest = 0;
        for (std::size_t r = 0; r < replicas; ++r) {
            const double busy = mean([&](const Results& run) { return run.components[c].replica_utilisation[r]; });
            sum += busy;
            if (busy > most) {
                most = busy;
                busiest = r;
            }
        }
        const double others = (sum - most) / static_cast<double>(replicas - 1);
        constexpr double much = 1.5;
        constexpr double busy_enough = 0.3;
        if (most >= busy_enough && most > much * others)
            sentences.push_back(fmt::format("replica {} of {} is {} busy, the others {} on average", busiest + 1,
                                            scenario_.components[c].id, percent(most), percent(others)));
    }

    // Whether the goodput came back after the last fault or surge.
    void about_recovery(std::size_t w, json& sentences) const {
        Time trigger_begin = sim::time_max;
        Time trigger_end = 0;
        for (const Fault& fault : scenario_.faults) {
            trigger_begin = std::min(trigger_begin, fault.at);
            trigger_end = std::max(trigger_end, fault.until);
        }
        const auto& rates = scenario_.workloads[w].rates;
        for (std::size_t i = 1; i < rates.size(); ++i) {
            trigger_begin = std::min(trigger_begin, rates[i].at);
            trigger_end = std::max(trigger_end, rates[i].at);
        }
        const bool returns = rates.empty() || rates.back().rate <= rates.front().rate;
        if (trigger_begin == sim::time_max || trigger_end >= scenario_.duration || !returns)
            return;
        // The last quarter of what is left after the trigger, against all before it.
        const Time late_from = scenario_.duration - (scenario_.duration - trigger_end) / 4;
        const double before = goodput(w, scenario_.warmup, trigger_begin);
        const double late = goodput(w, late_from, scenario_.duration);
        constexpr double is_back = 0.9;
        if (!(before > 0) || late >= is_back * before)
            return;
        sentences.push_back(fmt::format(
            "{} does not recover by itself: {} after the trigger ended its goodput is {}/s, {} of the {}/s before",
            scenario_.workloads[w].id, time_text(sim::to_seconds(scenario_.duration - trigger_end)), plain(late),
            percent(late / before), plain(before)));
    }

    double goodput(std::size_t w, Time from, Time to) const {
        double sum = 0;
        for (const Results& run : runs_) {
            const sim::Series& series_of = run.workloads[w].ok_over_time;
            double count = 0;
            double bins = 0;
            for (std::size_t i = 0; i < series_of.sums().size(); ++i) {
                const Time begin = static_cast<Time>(i) * series_of.bin_width();
                if (begin < from || begin + series_of.bin_width() > to)
                    continue;
                count += series_of.sums()[i];
                ++bins;
            }
            // Bins beyond the last that has anything are empty ones.
            const double width = sim::to_seconds(series_of.bin_width());
            const double whole = std::max(bins, std::floor(sim::to_seconds(to - from) / width));
            sum += whole > 0 ? count / (whole * width) : 0;
        }
        return sum / static_cast<double>(runs_.size());
    }

    const Scenario& scenario_;
    std::span<const Results> runs_;
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

json report_json(const Scenario& scenario, std::uint64_t seed, std::span<const Results> runs) {
    DS_ASSERT(!runs.empty());
    return Reporter(scenario, runs).report(seed);
}

}  // namespace dstudio::system
