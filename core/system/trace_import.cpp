#include "core/system/trace_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "core/base/number.hpp"
#include "core/base/statistics.hpp"
#include "core/base/text.hpp"
#include "core/system/scenario_reader.hpp"
#include "core/system/trace_measures.hpp"
#include "core/system/trace_tree.hpp"

namespace dstudio::system {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using json = nlohmann::ordered_json;
using sim::Time;

constexpr std::uint32_t none = no_trace_index;

// Bounds and thresholds of the draft, beside those in the header.
constexpr double together_min = 0.9;  // of the most frequent of parallel calls, to stand beside it
constexpr double majority = 0.5;
constexpr std::uint64_t guess_min = 3;  // cases that a policy is guessed from
constexpr std::size_t timeouts_min = 5;
constexpr double timeout_spread_max = 0.1;  // p90 - p10 over p50
constexpr std::array<double, 3> timeout_quantiles{0.1, 0.5, 0.9};
constexpr std::size_t regularity_min = 20;  // arrivals
constexpr double regular_below = 0.2;       // coefficient of variation
constexpr double bursts_above = 1.5;
constexpr double gap_min_s = 60;
constexpr double gap_medians = 100;
constexpr double rate_max = 1e8;    // of a scenario
constexpr double mixed_factor = 5;  // between medians of operations
constexpr std::size_t operations_shown = 5;
constexpr std::size_t id_bytes_max = 60;
constexpr std::size_t name_bytes_max = 200;
constexpr std::uint32_t replicas_each_max = static_cast<std::uint32_t>(replicas_all_max / components_max);
constexpr std::uint64_t threads_max = 1'000'000;

double ratio(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double rounded(double value) {
    constexpr int digits = 4;
    const auto read = base::read_number(base::rounded_decimal(value, digits));
    return read ? read->value : 0;
}

// A share of requests, below 1 unless it is all of them: a circle of calls is allowed only if it can be left.
double share_value(std::uint64_t part, std::uint64_t whole) {
    constexpr double nearly_all = 0.9999;
    return part >= whole ? 1 : std::min(rounded(ratio(part, whole)), nearly_all);
}

std::string slug(std::string_view name) {
    std::string id;
    for (const char c : base::to_lower(base::utf8_prefix(name, trace_name_bytes_max))) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (is_letter)
            id += c;
        else if (!id.empty() && id.back() != '-')
            id += '-';
    }
    id.resize(std::min(id.size(), id_bytes_max));
    while (!id.empty() && id.back() == '-')
        id.pop_back();
    return id.empty() ? "component" : id;
}

std::array<double, 3> quantiles_of(std::span<const double> sample) {
    const std::vector<double> values = base::quantiles(sample, fit_quantiles);
    return {values[0], values[1], values[2]};
}

struct DraftStep {
    bool is_send = false;
    bool is_all = false;
    std::vector<std::uint32_t> targets;  // components
    std::uint64_t times = 1;
    double probability = 1;
    double offset = 0;
};

class Importer {
  public:
    Importer(TraceSpans spans, std::string name) : tree_(trace_tree(std::move(spans))), spans_(tree_.input.spans) {
        result_.name = std::move(name);
    }

    Result<TraceImport> run() {
        if (tree_.requests.empty())
            return nothing_left();
        select_components();
        measures_ = measure_traces(tree_, is_selected_);
        find_entries();
        describe();
        write_document();
        tell();
        return std::move(result_);
    }

  private:
    void leave_out(LeftOut reason, std::uint64_t number) {
        tree_.input.counts.left_out[static_cast<std::size_t>(reason)] += number;
    }

    // At most as many components as a scenario may have, the busiest.
    void select_components() {
        std::vector<std::uint64_t> weight(tree_.service_count() + tree_.input.peers.size());
        for (const TraceRequest& request : tree_.requests)
            ++weight[request.service];
        for (const TraceCall& call : tree_.calls)
            if (call.child == none)
                ++weight[call.target];
        std::vector<std::uint32_t> busiest;
        for (std::uint32_t t = 0; t < weight.size(); ++t)
            if (weight[t] > 0)
                busiest.push_back(t);
        std::stable_sort(busiest.begin(), busiest.end(), [&](std::uint32_t a, std::uint32_t b) {
            if (weight[a] != weight[b])
                return weight[a] > weight[b];
            return tree_.target_name(a) < tree_.target_name(b);
        });
        if (busiest.size() > components_max) {
            for (std::size_t i = components_max; i < busiest.size(); ++i)
                if (busiest[i] < tree_.service_count())
                    leave_out(LeftOut::unselected, weight[busiest[i]]);
            finding("too-many-components",
                    fmt::format("the traces show {} services and peers; the draft has the {} busiest", busiest.size(),
                                components_max),
                    "calls to the others are in their callers' self time");
            busiest.resize(components_max);
        }
        is_selected_.assign(weight.size(), 0);
        for (const std::uint32_t t : busiest)
            is_selected_[t] = 1;
        std::erase_if(tree_.calls, [&](const TraceCall& call) {
            return is_selected_[call.target] == 0 || is_selected_[tree_.requests[call.request].service] == 0;
        });
    }

    // ---------------------------------------------------------------------------------------------------- workloads

    void find_entries() {
        bool has_root = false;
        for (const TraceRequest& request : tree_.requests)
            has_root = has_root || (request.is_root && is_selected_[request.service] != 0);
        std::map<std::uint32_t, std::uint64_t> orphan_entries;
        std::vector<Time> all;
        for (const TraceRequest& request : tree_.requests) {
            TraceServiceStats& service = measures_.services[request.service];
            if (is_selected_[request.service] == 0)
                continue;
            // A service whose callers are never seen is where requests come in, though they carry a caller's id.
            const bool is_entered = request.is_orphan && (!service.is_called || !has_root);
            if (!request.is_root && !is_entered)
                continue;
            if (is_entered)
                ++orphan_entries[request.service];
            const TraceSpan& top = spans_[request.top];
            service.entries.push_back(top.start);
            service.entry_s.push_back(sim::to_seconds(top.end - top.start));
            service.entry_errors += top.is_error ? 1 : 0;
            all.push_back(top.start);
        }
        for (const auto& [s, number] : orphan_entries)
            finding("callers-not-recorded",
                    fmt::format("{} requests at {} name a caller that was not recorded; they are taken to come from "
                                "outside",
                                number, shown(tree_.input.services[s])),
                    "true for browsers and proxies that pass the trace on without recording spans");
        std::sort(all.begin(), all.end());
        std::vector<double> gaps;
        for (std::size_t i = 1; i < all.size(); ++i)
            gaps.push_back(sim::to_seconds(all[i] - all[i - 1]));
        if (!gaps.empty())
            gap_s_ = std::max(gap_min_s, gap_medians * base::quantile(gaps, majority));
        double left_out_s = 0;
        for (const double gap : gaps) {
            if (gap > gap_s_) {
                left_out_s += gap;
                ++gaps_left_out_;
            } else {
                result_.observed_s += gap;
            }
        }
        if (gaps_left_out_ > 0)
            finding("gaps",
                    fmt::format("{} gap{} without requests, {} in all, {} left out of the observed {}", gaps_left_out_,
                                gaps_left_out_ == 1 ? "" : "s", duration_text(left_out_s),
                                gaps_left_out_ == 1 ? "is" : "are", duration_text(result_.observed_s)),
                    "import each stretch by itself if their rates differ");
        constexpr double observed_min_s = 1e-3;
        const std::size_t intervals = gaps.size() - gaps_left_out_;
        if (intervals > 0 && result_.observed_s >= observed_min_s)
            rate_all_ = static_cast<double>(intervals) / result_.observed_s;
        requests_all_ = all.size();
    }

    // -------------------------------------------------------------------------------------------- what the draft has

    void describe() {
        fit_network();
        order_components();
        for (const std::uint32_t target : component_targets_)
            result_.components.push_back(target < tree_.service_count() ? service_component(target)
                                                                        : peer_component(target));
        for (const std::uint32_t caller : component_targets_) {
            if (caller >= tree_.service_count())
                continue;
            for (auto& [key, stats] : measures_.services[caller].calls)
                describe_call(caller, key, stats);
        }
        for (std::size_t c = 0; c < component_targets_.size(); ++c)
            if (component_targets_[c] < tree_.service_count() &&
                !measures_.services[component_targets_[c]].entries.empty())
                describe_workload(c);
        std::stable_sort(result_.workloads.begin(), result_.workloads.end(),
                         [](const auto& a, const auto& b) { return a.requests > b.requests; });
        if (result_.workloads.size() > workloads_max) {
            finding("too-many-workloads", fmt::format("requests enter at {} services; the draft has the {} busiest",
                                                      result_.workloads.size(), workloads_max));
            result_.workloads.resize(workloads_max);
        }
        for (const ImportedWorkload& workload : result_.workloads)
            arrivals(workload);
    }

    void fit_network() {
        std::vector<double> all;
        for (const TraceServiceStats& service : measures_.services)
            for (const auto& [key, stats] : service.calls)
                all.insert(all.end(), stats.network.begin(), stats.network.end());
        if (all.empty())
            return;
        result_.network = fit_durations(std::move(all));
        network_p50_s_ = result_.network->family.empty() ? 0 : result_.network->measured_s[0];
    }

    // Entries first, then what they call, level by level; then what nobody calls.
    void order_components() {
        std::vector<std::uint32_t> starts;
        for (std::uint32_t s = 0; s < tree_.service_count(); ++s)
            if (is_selected_[s] != 0)
                starts.push_back(s);
        std::stable_sort(starts.begin(), starts.end(), [&](std::uint32_t a, std::uint32_t b) {
            if (measures_.services[a].entries.size() != measures_.services[b].entries.size())
                return measures_.services[a].entries.size() > measures_.services[b].entries.size();
            return tree_.input.services[a] < tree_.input.services[b];
        });
        component_of_.assign(is_selected_.size(), none);
        const auto add = [&](std::uint32_t target) {
            if (component_of_[target] != none)
                return;
            component_of_[target] = static_cast<std::uint32_t>(component_targets_.size());
            component_targets_.push_back(target);
        };
        std::size_t at = 0;
        for (const std::uint32_t start : starts) {
            add(start);
            for (; at < component_targets_.size(); ++at) {
                if (component_targets_[at] >= tree_.service_count())
                    continue;
                std::vector<std::uint32_t> targets;
                for (const auto& [key, stats] : measures_.services[component_targets_[at]].calls)
                    targets.push_back(key.first);
                std::stable_sort(targets.begin(), targets.end(), [&](std::uint32_t a, std::uint32_t b) {
                    return tree_.target_name(a) < tree_.target_name(b);
                });
                for (const std::uint32_t target : targets)
                    add(target);
            }
        }
        std::set<std::string> ids;
        for (const std::uint32_t target : component_targets_) {
            std::string id = slug(tree_.target_name(target));
            const std::string plain = id;
            for (int n = 2; !ids.insert(id).second; ++n)
                id = fmt::format("{}-{}", plain, n);
            component_ids_.push_back(std::move(id));
        }
    }

    ImportedComponent service_component(std::uint32_t s) {
        TraceServiceStats& service = measures_.services[s];
        ImportedComponent component;
        component.id = component_ids_[component_of_[s]];
        component.name = tree_.input.services[s];
        component.type = service.is_only_consumer ? "worker" : service.is_only_client ? "client" : "service";
        component.requests = service.requests;
        component.errors_own = service.errors_own;
        component.errors_called = service.errors_called;
        concurrency(s, component);
        operations(service, component);
        component.work = fit_durations(std::move(service.self_s));
        return component;
    }

    ImportedComponent peer_component(std::uint32_t target) {
        TracePeerStats& peer = measures_.peers[target - tree_.service_count()];
        const TracePeer& known = tree_.input.peers[target - tree_.service_count()];
        constexpr std::array<std::string_view, 4> types{"external", "database", "cache", "queue"};
        ImportedComponent component;
        component.id = component_ids_[component_of_[target]];
        component.name = known.name;
        component.type = types[static_cast<std::size_t>(known.kind)];
        component.is_measured_at_caller = true;
        component.requests = peer.attempts;
        component.errors_own = peer.failed;
        std::vector<std::pair<Time, int>> events;
        for (const auto& [start, end] : peer.intervals) {
            events.emplace_back(start, 1);
            events.emplace_back(end, -1);
        }
        component.peak = component.instance_peak = peak_of(events);
        constexpr double kept_min = 0.1;
        for (double& duration : peer.durations)
            duration = std::max(duration - 2 * network_p50_s_, duration * kept_min);
        component.work = fit_durations(std::move(peer.durations));
        return component;
    }

    static std::uint64_t peak_of(std::vector<std::pair<Time, int>>& events) {
        // Ends come before starts of the same moment.
        std::sort(events.begin(), events.end());
        std::int64_t now = 0;
        std::int64_t most = 0;
        for (const auto& [time, change] : events) {
            now += change;
            most = std::max(most, now);
        }
        return static_cast<std::uint64_t>(most);
    }

    void concurrency(std::uint32_t s, ImportedComponent& component) {
        if (requests_by_service_.empty()) {
            requests_by_service_.resize(tree_.service_count());
            for (std::uint32_t h = 0; h < tree_.requests.size(); ++h)
                requests_by_service_[tree_.requests[h].service].push_back(h);
        }
        std::map<std::uint32_t, std::vector<std::pair<Time, int>>> by_instance;
        std::vector<std::pair<Time, int>> all;
        std::map<std::uint32_t, std::pair<Time, Time>> lives;
        for (const std::uint32_t h : requests_by_service_[s]) {
            const TraceSpan& top = spans_[tree_.requests[h].top];
            for (auto* events : {&all, &by_instance[top.instance]}) {
                events->emplace_back(top.start, 1);
                events->emplace_back(top.end, -1);
            }
            const auto [life, is_new] = lives.emplace(top.instance, std::pair{top.start, top.end});
            life->second.first = std::min(life->second.first, top.start);
            life->second.second = std::max(life->second.second, top.end);
        }
        component.peak = peak_of(all);
        std::vector<std::pair<Time, int>> alive;
        for (auto& [instance, events] : by_instance) {
            component.instance_peak = std::max(component.instance_peak, peak_of(events));
            if (instance == 0)
                continue;
            alive.emplace_back(lives[instance].first, 1);
            alive.emplace_back(lives[instance].second, -1);
        }
        component.instances = static_cast<std::uint32_t>(peak_of(alive));
        if (component.instances == 0 && !alive.empty())
            component.instances = 1;  // all its spans are points in time
    }

    void operations(TraceServiceStats& service, ImportedComponent& component) {
        std::sort(service.self_by_name.begin(), service.self_by_name.end());
        for (std::size_t at = 0; at < service.self_by_name.size();) {
            std::size_t end = at;
            while (end < service.self_by_name.size() &&
                   service.self_by_name[end].first == service.self_by_name[at].first)
                ++end;
            const std::uint32_t name = service.self_by_name[at].first;
            component.operations.push_back({name == 0 ? "(unnamed)" : tree_.input.names[name], end - at,
                                            service.self_by_name[(at + end - 1) / 2].second});
            at = end;
        }
        std::sort(component.operations.begin(), component.operations.end(), [](const auto& a, const auto& b) {
            return a.requests != b.requests ? a.requests > b.requests : a.name < b.name;
        });
        component.operations.resize(std::min(component.operations.size(), operations_shown));
        constexpr double weight_min = 0.1;
        constexpr std::uint64_t number_min = 20;
        const ImportedOperation* fastest = nullptr;
        const ImportedOperation* slowest = nullptr;
        for (const ImportedOperation& operation : component.operations) {
            if (operation.requests < number_min || ratio(operation.requests, component.requests) < weight_min)
                continue;
            if (fastest == nullptr || operation.p50_s < fastest->p50_s)
                fastest = &operation;
            if (slowest == nullptr || operation.p50_s > slowest->p50_s)
                slowest = &operation;
        }
        if (fastest != nullptr && slowest->p50_s > mixed_factor * fastest->p50_s)
            finding("mixed-operations",
                    fmt::format("{} has operations of different length: half of '{}' take less than {}, half of '{}' "
                                "more than {}; the draft mixes them",
                                component.id, shown(fastest->name), duration_text(fastest->p50_s), shown(slowest->name),
                                duration_text(slowest->p50_s)),
                    "split the component in two if they do not share threads");
    }

    void describe_call(std::uint32_t caller, const TraceCallKey& key, TraceCallStats& stats) {
        ImportedCall& call = stats.call;
        call.caller = component_of_[caller];
        call.target = component_of_[key.first];
        call.is_send = key.second;
        const std::string way = component_ids_[call.caller] + " -> " + component_ids_[call.target];
        if (!stats.network.empty())
            call.network_p50_s = base::quantile(stats.network, majority);
        if (!stats.skews.empty())
            call.skew_s = base::quantile(stats.skews, majority);
        if (call.skewed > 0)
            finding("clock-skew",
                    fmt::format("{}: {} of {} requests lie outside their callers' spans; the clocks differ by about {}",
                                way, call.skewed, call.pairs, duration_text(std::abs(call.skew_s))),
                    "durations are taken from one clock each, so only calls without a client span suffer");
        if (stats.beyond_slots > 0)
            finding("calls-cut",
                    fmt::format("{}: {} calls beyond the first {} to one target or {} in all of a request are left in "
                                "the self time",
                                way, stats.beyond_slots, trace_occurrences_max, trace_slots_max),
                    "loops over rows look like this; a fan-out is written as times: N");
        const bool has_policy_of_retry =
            call.retried >= guess_min && ratio(call.retried, call.failed_first) >= majority;
        if (call.retried > 0) {
            call.pause_s = base::quantile(stats.pauses, majority);
            if (has_policy_of_retry)
                finding(
                    "retries-guessed",
                    fmt::format("{}: {} of {} calls that failed at first were made again, up to {} attempts, {} "
                                "apart",
                                way, call.retried, call.failed_first, call.attempts_max, duration_text(call.pause_s)),
                    stats.exhausted == 0 ? "none used up its attempts, so there may be more of them" : "");
            else
                finding("retries-seen",
                        fmt::format("{}: {} of {} calls that failed at first were made again: too few for a policy",
                                    way, call.retried, call.failed_first));
        }
        if (!has_policy_of_retry)
            call.attempts_max = 1;
        else if (!stats.later_pauses.empty())
            is_backoff_exponential_[{caller, key.first}] =
                base::quantile(stats.later_pauses, majority) > 1.5 * call.pause_s;
        if (stats.timeouts.size() >= timeouts_min && stats.answered >= timeouts_min) {
            const std::vector<double> at = base::quantiles(stats.timeouts, timeout_quantiles);
            if (at[2] - at[0] <= timeout_spread_max * at[1] && at[1] > 0 &&
                stats.answered_max_s <= at[1] * (1 + timeout_spread_max)) {
                call.timeout_s = at[1];
                finding("timeout-guessed",
                        fmt::format("{}: {} failed calls ended after about {}, and none was answered later", way,
                                    stats.timeouts.size(), duration_text(at[1])));
            }
        }
        call.is_optional = !call.is_send && stats.failed_requests >= guess_min &&
                           ratio(stats.survived_requests, stats.failed_requests) > majority;
        if (call.is_optional)
            finding("optional-guessed", fmt::format("{}: {} of {} requests succeeded though this call failed", way,
                                                    stats.survived_requests, stats.failed_requests));
        result_.calls.push_back(call);
    }

    void describe_workload(std::size_t c) {
        const TraceServiceStats& service = measures_.services[component_targets_[c]];
        ImportedWorkload workload;
        workload.id = component_ids_[c] + "-requests";
        workload.component = c;
        workload.requests = service.entries.size();
        workload.errors = service.entry_errors;
        workload.latency_s = quantiles_of(service.entry_s);
        workload.rate_per_s =
            std::min(rate_all_ > 0 ? rate_all_ * ratio(workload.requests, requests_all_) : 1.0, rate_max);
        result_.workloads.push_back(std::move(workload));
    }

    void arrivals(const ImportedWorkload& workload) {
        std::vector<Time>& starts = measures_.services[component_targets_[workload.component]].entries;
        std::sort(starts.begin(), starts.end());
        base::Moments gaps;
        for (std::size_t i = 1; i < starts.size(); ++i)
            if (const double gap = sim::to_seconds(starts[i] - starts[i - 1]); gap <= gap_s_)
                gaps.add(gap);
        if (gaps.count() < regularity_min || !(gaps.mean() > 0))
            return;
        const double variation = gaps.standard_deviation() / gaps.mean();
        if (variation < regular_below)
            deterministic_.insert(workload.component);
        else if (variation > bursts_above)
            finding("bursts",
                    fmt::format("requests at {} come in bursts: the times between them vary {} times as much as those "
                                "of a Poisson stream",
                                component_ids_[workload.component], base::rounded_decimal(variation, 2)),
                    "describe the bursts under 'changes', or queues will be shorter than they are");
    }

    // ----------------------------------------------------------------------------------------------- the document

    // The steps of a service: parallel calls as one, in the order in which they begin.
    std::vector<DraftStep> steps_of(std::uint32_t s) {
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
            if (ratio(seen.overlapping, seen.both) > majority) {
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
            steps.push_back(
                {slots[i].is_send, false, {component_of_[slots[i].target]}, 1, share(i), slots[i].offset()});
        };
        for (auto& [first, members] : groups) {
            std::stable_sort(members.begin(), members.end(),
                             [&](std::uint32_t a, std::uint32_t b) { return slots[a].requests > slots[b].requests; });
            const std::uint32_t leader = members[0];
            const bool is_one_target = std::all_of(members.begin(), members.end(), [&](std::uint32_t i) {
                return slots[i].target == slots[leader].target;
            });
            std::uint64_t sum = 0;
            for (const std::uint32_t i : members)
                sum += slots[i].requests;
            const auto times = static_cast<std::uint64_t>(std::lround(ratio(sum, slots[leader].requests)));
            if (members.size() > 1 && is_one_target && times > 1) {
                steps.push_back({false,
                                 false,
                                 {component_of_[slots[leader].target]},
                                 times,
                                 share(leader),
                                 slots[leader].offset()});
                continue;
            }
            DraftStep all{false, true, {}, 1, share(leader), slots[leader].offset()};
            std::vector<std::uint32_t> apart;
            for (const std::uint32_t i : members)
                if (ratio(slots[i].requests, slots[leader].requests) >= together_min)
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
    void break_circles(std::vector<std::vector<DraftStep>>& steps) {
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

    [[nodiscard]] const ImportedCall* call_between(std::size_t caller, std::size_t target, bool is_send) const {
        for (const ImportedCall& call : result_.calls)
            if (call.caller == caller && call.target == target && call.is_send == is_send)
                return &call;
        return nullptr;
    }

    void add_policies(json& at, std::size_t caller, std::uint32_t target) const {
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

    static json work_step(const DurationFit& work) {
        json step{{"work", work.text}};
        if (work.share_above_zero < 1) {
            constexpr double nearly_all = 0.9999;
            step["probability"] = std::min(rounded(work.share_above_zero), nearly_all);
        }
        return step;
    }

    void write_document() {
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
        document["components"] = json::array();
        for (std::size_t c = 0; c < component_targets_.size(); ++c) {
            const ImportedComponent& component = result_.components[c];
            json item{{"id", component.id}, {"type", component.type}};
            if (component.instances > 1)
                item["replicas"] = std::min(component.instances, replicas_each_max);
            std::uint64_t threads = 1;
            while (threads < component.instance_peak)
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
    [[nodiscard]] double errors_of(std::size_t c) const {
        const ImportedComponent& component = result_.components[c];
        std::uint64_t errors = component.errors_own;
        if (component.is_measured_at_caller)
            for (const TraceServiceStats& service : measures_.services)
                for (const auto& [key, stats] : service.calls)
                    if (key.first == component_targets_[c] && stats.call.timeout_s > 0)
                        errors -= std::min<std::uint64_t>(errors, stats.timeouts.size());
        return errors == 0 ? 0 : rounded(ratio(errors, component.requests));
    }

    [[nodiscard]] json step_json(std::size_t caller, const DraftStep& step) const {
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

    // ----------------------------------------------------------------------------------------------------- findings

    void finding(std::string code, std::string message, std::string hint = {}) {
        result_.findings.push_back({std::move(code), std::move(message), std::move(hint)});
    }

    static std::string shown(std::string_view text) { return std::string(base::utf8_prefix(text, 60)); }

    void tell() {
        std::vector<TraceFinding> first;
        std::swap(first, result_.findings);
        const TraceCounts& counts = tree_.input.counts;
        if (counts.unnamed > 0)
            finding(
                "missing-service-name",
                fmt::format("{} spans come from resources without service.name and are drafted as one component, {}",
                            counts.unnamed, service_unnamed),
                "set OTEL_SERVICE_NAME or the resource attribute service.name where they are recorded");
        if (tree_.input.lines_malformed > 0)
            finding("malformed-lines", fmt::format("{} lines are no JSON and are passed over; the first is {}",
                                                   tree_.input.lines_malformed, tree_.input.first_malformed));
        for (std::size_t reason = 0; reason < left_out_count; ++reason)
            if (counts.left_out[reason] > 0)
                finding("spans-left-out", fmt::format("{} spans {}", counts.left_out[reason],
                                                      left_out_reason(static_cast<LeftOut>(reason))));
        if (tree_.orphans > 0)
            finding("incomplete-traces",
                    fmt::format("{} of {} traces miss spans: {} spans name a parent that was not recorded",
                                tree_.traces_incomplete, tree_.traces, tree_.orphans),
                    "calls are counted too low; record whole traces (head sampling decides once for all of a trace)");
        for (const auto& [s, number] : tree_.unresolved)
            finding("unresolved-calls",
                    fmt::format("{} client spans of {} tell no target and stay in its self time", number,
                                shown(tree_.input.services[s])),
                    "server.address, peer.service, db.system.name or messaging.system would tell it");
        if (rate_all_ <= 0)
            finding("no-rate", "there are too few requests to tell a rate; 1/s is written", "set the workloads' rates");
        if (!result_.network)
            finding("no-network", "no call has spans at both ends, so no network time is known",
                    "add network: TIME to the scenario");
        else if (measures_.network_negative > 0)
            finding(
                "network-negative",
                fmt::format("{} calls are shorter than the requests they caused and are left out of the network time",
                            measures_.network_negative));
        for (const ImportedComponent& component : result_.components) {
            const DurationFit& work = component.work;
            if (work.family == "data")
                finding("no-family-fits",
                        fmt::format("{}: the best distribution, {}, is {} off (Kolmogorov-Smirnov); the measured "
                                    "quantiles are taken",
                                    component.id, work.candidates[0].name,
                                    base::rounded_decimal(work.candidates[0].ks_distance, 2)),
                        "two kinds of requests in one component look like this");
            else if (work.measured < fit_measured_min && !(work.measured == 0 && component.type == "queue"))
                finding("few-measurements",
                        fmt::format("{}: {} measurements; {}", component.id, work.measured,
                                    work.family.empty() ? "no work is written" : "their mean is taken"));
        }
        result_.findings.insert(result_.findings.end(), std::make_move_iterator(first.begin()),
                                std::make_move_iterator(first.end()));
        for (TraceFinding& told : result_.findings)
            for (std::string* text : {&told.message, &told.hint})
                for (char& c : *text)
                    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                        c = '?';
        result_.counts = counts;
        result_.traces = tree_.traces;
        result_.documents = tree_.input.documents;
        std::uint64_t left_out = 0;
        for (const std::uint64_t number : counts.left_out)
            left_out += number;
        result_.spans_used = counts.read - std::min(counts.read, left_out);
    }

    [[nodiscard]] tl::unexpected<base::Error> nothing_left() const {
        std::string why;
        for (std::size_t reason = 0; reason < left_out_count; ++reason)
            if (tree_.input.counts.left_out[reason] > 0)
                why += fmt::format("{}{} {}", why.empty() ? "" : ", ", tree_.input.counts.left_out[reason],
                                   left_out_reason(static_cast<LeftOut>(reason)));
        if (tree_.input.counts.read == 0)
            return fail(ErrorCode::invalid_argument, "there are no spans",
                        "check that traces are exported to the file, and that sampling keeps some");
        return fail(ErrorCode::invalid_argument,
                    fmt::format("none of {} spans can be used: {}", tree_.input.counts.read, why),
                    "see docs/guides/traces-to-scenario.md");
    }

    TraceTree tree_;
    const std::vector<TraceSpan>& spans_;
    TraceImport result_;

    std::vector<std::uint8_t> is_selected_;  // targets
    TraceMeasures measures_;
    std::vector<std::vector<std::uint32_t>> requests_by_service_;
    double network_p50_s_ = 0;

    double gap_s_ = gap_min_s;
    std::size_t gaps_left_out_ = 0;
    double rate_all_ = 0;
    std::size_t requests_all_ = 0;
    std::set<std::size_t> deterministic_;  // components

    std::vector<std::uint32_t> component_of_;       // by target
    std::vector<std::uint32_t> component_targets_;  // by component
    std::vector<std::string> component_ids_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, bool> is_backoff_exponential_;
};

}  // namespace

Result<TraceImport> import_traces(TraceSpans spans, std::string name) {
    if (base::first_invalid_utf8(name) || name.size() > name_bytes_max)
        return fail(ErrorCode::invalid_argument, "the scenario's name is no text of at most 200 bytes in UTF-8");
    auto imported = Importer(std::move(spans), std::move(name)).run();
    if (!imported)
        return imported;
    std::vector<Mistake> mistakes;
    if (!read_scenario(imported->document, mistakes))
        return fail(ErrorCode::internal,
                    fmt::format("the draft is no scenario: {}: {}", mistakes[0].pointer, mistakes[0].message),
                    "please report this with the traces");
    return imported;
}

}  // namespace dstudio::system
