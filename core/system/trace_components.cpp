#include "core/system/trace_importer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"

namespace dstudio::system {
namespace {

using sim::Time;

constexpr std::uint32_t none = no_trace_index;
constexpr double mixed_factor = 5;  // between medians of operations
constexpr std::size_t operations_shown = 5;
constexpr std::size_t id_bytes_max = 60;

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

}  // namespace

void TraceImporter::fit_network() {
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
void TraceImporter::order_components() {
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

ImportedComponent TraceImporter::service_component(std::uint32_t s) {
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

ImportedComponent TraceImporter::peer_component(std::uint32_t target) {
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

std::uint64_t TraceImporter::peak_of(Events& events) {
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

void TraceImporter::concurrency(std::uint32_t s, ImportedComponent& component) {
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

void TraceImporter::operations(TraceServiceStats& service, ImportedComponent& component) {
    std::sort(service.self_by_name.begin(), service.self_by_name.end());
    for (std::size_t at = 0; at < service.self_by_name.size();) {
        std::size_t end = at;
        while (end < service.self_by_name.size() && service.self_by_name[end].first == service.self_by_name[at].first)
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
        if (operation.requests < number_min || trace_ratio(operation.requests, component.requests) < weight_min)
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

}  // namespace dstudio::system
