#include "core/system/trace_importer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/number.hpp"
#include "core/system/scenario_reader.hpp"

namespace dstudio::system {
namespace {

constexpr double together_min = 0.9;  // of the most frequent of parallel calls, to stand beside it
constexpr std::uint32_t replicas_each_max = static_cast<std::uint32_t>(replicas_all_max / components_max);
constexpr std::uint64_t threads_max = 1'000'000;

double rounded(double value) {
    constexpr int digits = 4;
    const auto read = base::read_number(base::rounded_decimal(value, digits));
    return read ? read->value : 0;
}

// A share of requests, below 1 unless it is all of them: a circle of calls is allowed only if it can be left.
double share_value(std::uint64_t part, std::uint64_t whole) {
    constexpr double nearly_all = 0.9999;
    return part >= whole ? 1 : std::min(rounded(trace_ratio(part, whole)), nearly_all);
}

}  // namespace

// The steps of a service: parallel calls as one, in the order in which they begin.
std::vector<TraceImporter::DraftStep> TraceImporter::steps_of(std::uint32_t s) {
    const TraceServiceStats& service = measures_.services[s];
    const std::vector<CallSlot>& slots = service.slots;
    std::vector<std::uint32_t> group(slots.size());
    std::iota(group.begin(), group.end(), 0U);
    const auto root = [&](std::uint32_t i) {
        while (group[i] != i)
            i = group[i];
        return i;
    };
    for (const auto& [pair, seen] : service.together)
        if (trace_ratio(seen.overlapping, seen.both) > trace_majority) {
            const std::uint32_t a = root(pair.first);
            const std::uint32_t b = root(pair.second);
            group[std::max(a, b)] = std::min(a, b);
        }
    std::map<std::uint32_t, std::vector<std::uint32_t>> groups;
    for (std::uint32_t i = 0; i < slots.size(); ++i)
        groups[root(i)].push_back(i);
    std::vector<DraftStep> steps;
    const auto share = [&](std::uint32_t i) { return share_value(slots[i].requests, service.requests); };
    const auto single = [&](std::uint32_t i) {
        steps.push_back({slots[i].is_send, false, {component_of_[slots[i].target]}, 1, share(i), slots[i].offset()});
    };
    for (auto& [first, members] : groups) {
        std::stable_sort(members.begin(), members.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return slots[a].requests > slots[b].requests; });
        const std::uint32_t leader = members[0];
        const bool is_one_target = std::all_of(
            members.begin(), members.end(), [&](std::uint32_t i) { return slots[i].target == slots[leader].target; });
        std::uint64_t sum = 0;
        for (const std::uint32_t i : members)
            sum += slots[i].requests;
        const auto times = static_cast<std::uint64_t>(std::lround(trace_ratio(sum, slots[leader].requests)));
        if (members.size() > 1 && is_one_target && times > 1) {
            steps.push_back(
                {false, false, {component_of_[slots[leader].target]}, times, share(leader), slots[leader].offset()});
            continue;
        }
        DraftStep all{false, true, {}, 1, share(leader), slots[leader].offset()};
        std::vector<std::uint32_t> apart;
        for (const std::uint32_t i : members)
            if (trace_ratio(slots[i].requests, slots[leader].requests) >= together_min)
                all.targets.push_back(component_of_[slots[i].target]);
            else
                apart.push_back(i);
        if (all.targets.size() == 1)
            single(leader);
        else
            steps.push_back(std::move(all));
        for (const std::uint32_t i : apart)
            single(i);
        if (!apart.empty())
            finding("parallel-simplified",
                    fmt::format("{}: {} of {} parallel calls are made in fewer requests than the others; the draft "
                                "makes them one after the other",
                                component_ids_[component_of_[s]], apart.size(), members.size()));
    }
    std::stable_sort(steps.begin(), steps.end(),
                     [](const DraftStep& a, const DraftStep& b) { return a.offset < b.offset; });
    return steps;
}

// Calls that are sure to be made in a circle come from spans that were not recorded: every request ended.
void TraceImporter::break_circles(std::vector<std::vector<DraftStep>>& steps) {
    std::vector<std::uint8_t> state(steps.size());
    const auto visit = [&](const auto& self, std::uint32_t c) -> void {
        state[c] = 1;
        for (DraftStep& step : steps[c])
            for (const std::uint32_t target : step.targets) {
                if (step.probability < 1)
                    break;
                if (state[target] == 1) {
                    const std::uint64_t requests = result_.components[c].requests;
                    step.probability = share_value(requests, requests + 1);
                    finding("circle-of-calls",
                            fmt::format("{} always calls {}, from which requests come back to it; the draft makes "
                                        "the call with probability {}",
                                        component_ids_[c], component_ids_[target],
                                        base::shortest_decimal(step.probability)),
                            "spans were lost, or the two serve different operations: split them");
                } else if (state[target] == 0) {
                    self(self, target);
                }
            }
        state[c] = 2;
    };
    for (std::uint32_t c = 0; c < steps.size(); ++c)
        if (state[c] == 0)
            visit(visit, c);
}

const ImportedCall* TraceImporter::call_between(std::size_t caller, std::size_t target, bool is_send) const {
    for (const ImportedCall& call : result_.calls)
        if (call.caller == caller && call.target == target && call.is_send == is_send)
            return &call;
    return nullptr;
}

void TraceImporter::add_policies(json& at, std::size_t caller, std::uint32_t target) const {
    const ImportedCall* call = call_between(caller, target, false);
    if (call == nullptr)
        return;
    if (call->timeout_s > 0)
        at["timeout"] = duration_text(call->timeout_s);
    if (call->attempts_max > 1) {
        constexpr double cap_s = 10;
        const auto kind = is_backoff_exponential_.find({component_targets_[caller], component_targets_[target]});
        const bool is_exponential = kind != is_backoff_exponential_.end() && kind->second;
        at["retry"] = {{"attempts", std::min(call->attempts_max, 1000U)},
                       {"backoff", is_exponential ? "exponential" : "fixed"},
                       {"base", duration_text(std::min(call->pause_s, cap_s))}};
    }
    if (call->is_optional)
        at["optional"] = true;
}

TraceImporter::json TraceImporter::work_step(const DurationFit& work) {
    json step{{"work", work.text}};
    if (work.share_above_zero < 1) {
        constexpr double nearly_all = 0.9999;
        step["probability"] = std::min(rounded(work.share_above_zero), nearly_all);
    }
    return step;
}

void TraceImporter::write_document() {
    std::vector<std::vector<DraftStep>> steps(component_targets_.size());
    for (std::uint32_t c = 0; c < component_targets_.size(); ++c)
        if (component_targets_[c] < tree_.service_count())
            steps[c] = steps_of(component_targets_[c]);
    break_circles(steps);

    json& document = result_.document;
    document["name"] = result_.name;
    double rate = 0;
    for (const ImportedWorkload& workload : result_.workloads)
        rate += workload.rate_per_s;
    constexpr double requests_wanted = 1000;
    constexpr double shortest_s = 60;
    constexpr double longest_s = 3600;
    const double duration = std::clamp(std::ceil(requests_wanted / std::max(rate, 1e-9)), shortest_s, longest_s);
    document["duration"] = duration_text(duration);
    document["warmup"] = duration_text(std::floor(duration / 10));
    if (result_.network && !result_.network->family.empty())
        document["network"] = result_.network->text;
    document["workloads"] = json::array();
    for (const ImportedWorkload& workload : result_.workloads) {
        json item{{"id", workload.id}, {"rate", base::rounded_decimal(workload.rate_per_s, 4) + "/s"}};
        if (deterministic_.contains(workload.component))
            item["arrivals"] = "deterministic";
        item["call"] = component_ids_[workload.component];
        document["workloads"].push_back(std::move(item));
    }
    // Of requests that are sampled fewer are seen at a time.
    const double sampled = requests_all_ > 0 ? count_all_ / static_cast<double>(requests_all_) : 1;
    document["components"] = json::array();
    for (std::size_t c = 0; c < component_targets_.size(); ++c) {
        const ImportedComponent& component = result_.components[c];
        json item{{"id", component.id}, {"type", component.type}};
        if (component.instances > 1)
            item["replicas"] = std::min(component.instances, replicas_each_max);
        std::uint64_t threads = 1;
        while (static_cast<double>(threads) < static_cast<double>(component.instance_peak) * sampled)
            threads *= 2;
        item["threads"] = std::min(threads, threads_max);
        if (const double errors = errors_of(c); errors > 0)
            item["errors"] = errors;
        json list = json::array();
        if (!component.work.family.empty())
            list.push_back(work_step(component.work));
        for (const DraftStep& step : steps[c])
            list.push_back(step_json(c, step));
        if (!list.empty())
            item["steps"] = std::move(list);
        document["components"].push_back(std::move(item));
    }
}

// Failures that a guessed timeout will make again are not the component's.
double TraceImporter::errors_of(std::size_t c) const {
    const ImportedComponent& component = result_.components[c];
    std::uint64_t errors = component.errors_own;
    if (component.is_measured_at_caller)
        for (const TraceServiceStats& service : measures_.services)
            for (const auto& [key, stats] : service.calls)
                if (key.first == component_targets_[c] && stats.call.timeout_s > 0)
                    errors -= std::min<std::uint64_t>(errors, stats.timeouts.size());
    return errors == 0 ? 0 : rounded(trace_ratio(errors, component.requests));
}

TraceImporter::json TraceImporter::step_json(std::size_t caller, const DraftStep& step) const {
    json item;
    if (step.is_all) {
        item["all"] = json::array();
        for (const std::uint32_t target : step.targets) {
            json inner{{"call", component_ids_[target]}};
            add_policies(inner, caller, target);
            item["all"].push_back(std::move(inner));
        }
    } else {
        item[step.is_send ? "send" : "call"] = component_ids_[step.targets[0]];
        if (step.times > 1)
            item["times"] = step.times;
        if (!step.is_send)
            add_policies(item, caller, step.targets[0]);
    }
    if (step.probability < 1)
        item["probability"] = step.probability;
    return item;
}

}  // namespace dstudio::system
