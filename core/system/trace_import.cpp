#include "core/system/trace_importer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/system/scenario_reader.hpp"

namespace dstudio::system {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::uint32_t none = no_trace_index;
constexpr std::size_t name_bytes_max = 200;

}  // namespace

TraceImporter::TraceImporter(TraceSpans spans, std::string name)
    : tree_(trace_tree(std::move(spans))), spans_(tree_.input.spans) {
    result_.name = std::move(name);
}

Result<TraceImport> TraceImporter::run() {
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

// At most as many components as a scenario may have, the busiest.
void TraceImporter::select_components() {
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

void TraceImporter::describe() {
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
        if (component_targets_[c] < tree_.service_count() && !measures_.services[component_targets_[c]].entries.empty())
            describe_workload(c);
    std::stable_sort(result_.workloads.begin(), result_.workloads.end(),
                     [](const auto& a, const auto& b) { return a.requests > b.requests; });
    if (result_.workloads.size() > workloads_max) {
        finding("too-many-workloads", fmt::format("requests enter at {} services; the draft has the {} busiest",
                                                  result_.workloads.size(), workloads_max));
        result_.workloads.resize(workloads_max);
    }
    for (ImportedWorkload& workload : result_.workloads)
        arrivals(workload);
    tell_sampling();
}

void TraceImporter::leave_out(LeftOut reason, std::uint64_t number) {
    tree_.input.counts.left_out[static_cast<std::size_t>(reason)] += number;
}

Result<TraceImport> import_traces(TraceSpans spans, std::string name) {
    if (base::first_invalid_utf8(name) || name.size() > name_bytes_max)
        return fail(ErrorCode::invalid_argument, "the scenario's name is no text of at most 200 bytes in UTF-8");
    auto imported = TraceImporter(std::move(spans), std::move(name)).run();
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
