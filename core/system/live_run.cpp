#include "core/system/live_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/number.hpp"
#include "core/system/report.hpp"

namespace dstudio::system {
namespace {

using json = nlohmann::ordered_json;

constexpr Time copies_wanted = 32;

// What begins when, in ns exactly: a double of seconds resolves them for the first hundred days.
std::string time_value(Time time) {
    return base::shortest_decimal(sim::to_seconds(time)) + " s";
}

std::string_view mode_name(Simulation::BreakerMode mode) {
    switch (mode) {
        case Simulation::BreakerMode::closed:
            return "closed";
        case Simulation::BreakerMode::open:
            return "open";
        case Simulation::BreakerMode::half_open:
            return "half-open";
    }
    return "closed";
}

}  // namespace

std::unique_ptr<LiveRun> LiveRun::open(json document, std::uint64_t seed, std::vector<Mistake>& mistakes,
                                       const RunLimits& limits) {
    auto scenario = read_scenario(document, mistakes);
    if (!scenario)
        return nullptr;
    return std::unique_ptr<LiveRun>(new LiveRun(std::move(document), std::move(*scenario), seed, limits));
}

LiveRun::LiveRun(json document, Scenario scenario, std::uint64_t seed, const RunLimits& limits)
    : document_(std::move(document)),
      faults_given_(scenario.faults.size()),
      scenario_(std::make_unique<Scenario>(std::move(scenario))),
      seed_(seed),
      simulation_(std::in_place, *scenario_, seed, limits),
      copies_{*simulation_},
      copy_every_(std::max<Time>(1, scenario_->duration / copies_wanted)) {}

bool LiveRun::advance(Time to, std::uint64_t events_max) {
    constexpr Time slices = 16;  // an advance is cut into, so that it can end after about so many events
    const std::uint64_t enough = simulation_->events() + events_max;
    const Time slice = std::max<Time>(1, (to - simulation_->now()) / slices);
    while (simulation_->now() < to && !simulation_->is_finished() && simulation_->events() < enough)
        run_to(std::min(to, simulation_->now() + slice));
    return !simulation_->is_finished();
}

// Keeps a copy whenever the next one is due.
void LiveRun::run_to(Time to) {
    while (!simulation_->is_finished() && simulation_->now() < to) {
        const Time due = copies_.back().now() + copy_every_;
        (void)simulation_->run_until(std::min(to, due));
        if (!simulation_->is_finished() && simulation_->now() >= due)
            copies_.push_back(*simulation_);
    }
}

std::optional<json> LiveRun::strike(json fault, std::vector<Mistake>& mistakes) {
    mistakes.clear();
    if (simulation_->is_finished()) {
        mistakes.push_back({"", "the run is over", "go back in time first"});
        return std::nullopt;
    }
    if (!fault.is_object()) {
        mistakes.push_back({"", "a fault is an object", "as {component: orders, crash: true, for: 5 s}"});
        return std::nullopt;
    }
    if (fault.contains("between")) {
        mistakes.push_back({"/between", "a fault that strikes now strikes once", "leave it out"});
        return std::nullopt;
    }
    fault["at"] = time_value(simulation_->now());
    json changed = document_;
    if (!changed.contains("faults"))
        changed["faults"] = json::array();
    changed["faults"].push_back(fault);
    auto read = read_scenario(changed, mistakes);
    if (!read) {
        const std::string prefix = fmt::format("/faults/{}", changed["faults"].size() - 1);
        for (Mistake& mistake : mistakes)
            if (mistake.pointer.rfind(prefix, 0) == 0)
                mistake.pointer.erase(0, prefix.size());
        return std::nullopt;
    }
    document_ = std::move(changed);
    scenario_->faults = std::move(read->faults);
    simulation_->strike(static_cast<std::uint32_t>(scenario_->faults.size() - 1));
    return fault;
}

void LiveRun::rewind(Time to) {
    to = std::clamp<Time>(to, 0, simulation_->now());
    while (copies_.size() > 1 && copies_.back().now() > to)
        copies_.pop_back();
    auto& faults = scenario_->faults;
    while (faults.size() > faults_given_ && faults.back().at >= to) {
        faults.pop_back();
        document_["faults"].erase(document_["faults"].size() - 1);
    }
    simulation_.emplace(copies_.back());
    // The copy does not know of what struck after it was taken.
    for (std::size_t i = faults_given_; i < faults.size(); ++i)
        if (faults[i].at >= simulation_->now()) {
            run_to(faults[i].at);
            simulation_->strike(static_cast<std::uint32_t>(i));
        }
    run_to(to);
}

json summary_json(const Scenario& scenario) {
    json components = json::array();
    for (const Component& component : scenario.components) {
        const std::uint32_t each = component.sharing == Sharing::processor ? component.cores : component.threads;
        components.push_back(
            {{"id", component.id},
             {"type", component.type},
             {"replicas", component.replicas},
             {"places",
              each == unlimited ? json(nullptr) : json(static_cast<std::uint64_t>(each) * component.replicas)}});
    }
    json workloads = json::array();
    for (const Workload& workload : scenario.workloads)
        workloads.push_back({{"id", workload.id}, {"closed", workload.kind == WorkloadKind::closed}});
    json edges = json::array();
    for (const Edge& edge : scenario.edges) {
        const std::string from = edge.name.substr(0, edge.name.find(" -> "));
        edges.push_back(
            {{"name", edge.name}, {"from", from}, {"to", scenario.components[edge.target].id}, {"send", false}});
    }
    for (const Component& component : scenario.components)
        for (const Step& step : component.steps)
            if (step.kind == StepKind::send)
                for (const std::uint32_t edge : step.edges)
                    edges[edge]["send"] = true;
    return {{"duration_s", sim::to_seconds(scenario.duration)},
            {"warmup_s", sim::to_seconds(scenario.warmup)},
            {"bin_s", sim::to_seconds(series_bin(scenario))},
            {"components", std::move(components)},
            {"workloads", std::move(workloads)},
            {"edges", std::move(edges)}};
}

json LiveRun::summary_json() const {
    json summary = system::summary_json(*scenario_);
    if (scenario_->chaos) {
        summary["chaos"] = json::array();
        for (const DrawnFault& drawn : simulation_->drawn())
            summary["chaos"].push_back(fault_json(*scenario_, drawn));
    }
    return summary;
}

json LiveRun::frame_json() const {
    const Simulation& run = *simulation_;
    json components = json::array();
    for (std::uint32_t c = 0; c < scenario_->components.size(); ++c) {
        const auto view = run.view(c);
        components.push_back(
            {{"up", view.up}, {"busy", view.busy}, {"waiting", view.waiting}, {"messages", view.messages}});
    }
    json edges = json::array();
    for (std::uint32_t e = 0; e < scenario_->edges.size(); ++e) {
        const auto view = run.edge_view(e);
        edges.push_back({{"in_progress", view.in_progress},
                         {"calls", view.totals.calls},
                         {"attempts", view.totals.attempts},
                         {"retries", view.totals.retries},
                         {"hedges", view.totals.hedges},
                         {"timeouts", view.totals.timeouts},
                         {"ok", view.totals.ok},
                         {"failed", view.totals.failed},
                         {"breaker", view.breaker ? json(mode_name(*view.breaker)) : json(nullptr)}});
    }
    json workloads = json::array();
    for (std::uint32_t w = 0; w < scenario_->workloads.size(); ++w) {
        const auto& totals = run.workload_totals(w);
        workloads.push_back({{"started", totals.started},
                             {"ok", totals.ok},
                             {"failed", totals.failed},
                             {"in_flight", totals.started - totals.ok - totals.failed}});
    }
    json frame{
        {"now_s", sim::to_seconds(run.now())}, {"finished", run.is_finished()}, {"events", run.events()},
        {"components", std::move(components)}, {"edges", std::move(edges)},     {"workloads", std::move(workloads)}};
    if (!run.stopped_early().empty())
        frame["stopped_early"] = run.stopped_early();
    return frame;
}

}  // namespace dstudio::system
