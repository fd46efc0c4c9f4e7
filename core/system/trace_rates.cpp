#include "core/system/trace_importer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "core/base/distribution.hpp"
#include "core/base/number.hpp"
#include "core/base/statistics.hpp"

namespace dstudio::system {
namespace {

using sim::Time;

constexpr std::size_t regularity_min = 20;  // arrivals
constexpr double regular_below = 0.2;       // coefficient of variation
constexpr double bursts_above = 1.5;
constexpr double gap_min_s = 60;
constexpr double gap_medians = 100;
constexpr double rate_max = 1e8;  // of a scenario

std::array<double, 3> quantiles_of(std::span<const double> sample) {
    const std::vector<double> values = base::quantiles(sample, fit_quantiles);
    return {values[0], values[1], values[2]};
}

}  // namespace

void TraceImporter::find_entries() {
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
        const double count = std::max(1.0, static_cast<double>(top.adjusted_count));
        service.entry_count += count;
        count_all_ += count;
        service.entries_tail_sampled += top.is_tail_sampled ? 1 : 0;
        if (top.adjusted_count <= 0)
            continue;
        count_min_ = count_max_ > 0 ? std::min(count_min_, count) : count;
        count_max_ = std::max(count_max_, count);
        ++service.entries_told;
    }
    requests_all_ = all.size();
    for (const auto& [s, number] : orphan_entries)
        finding("callers-not-recorded",
                fmt::format("{} requests at {} name a caller that was not recorded; they are taken to come from "
                            "outside",
                            number, shown(tree_.input.services[s])),
                "true for browsers and proxies that pass the trace on without recording spans");
    observe(all);
}

// The time observed, and the rate of all.
void TraceImporter::observe(std::vector<Time>& starts) {
    std::sort(starts.begin(), starts.end());
    std::vector<double> gaps;
    for (std::size_t i = 1; i < starts.size(); ++i)
        gaps.push_back(sim::to_seconds(starts[i] - starts[i - 1]));
    if (!gaps.empty())
        gap_s_ = std::max(gap_min_s, gap_medians * base::quantile(gaps, trace_majority));
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
}

void TraceImporter::describe_workload(std::size_t c) {
    const TraceServiceStats& service = measures_.services[component_targets_[c]];
    ImportedWorkload workload;
    workload.id = component_ids_[c] + "-requests";
    workload.component = c;
    workload.requests = service.entries.size();
    workload.errors = service.entry_errors;
    workload.latency_s = quantiles_of(service.entry_s);
    workload.sampling_told = service.entries_told;
    workload.tail_sampled = service.entries_tail_sampled;
    workload.kept_share = static_cast<double>(workload.requests) / service.entry_count;
    if (rate_all_ > 0) {
        const double recorded = rate_all_ * trace_ratio(workload.requests, requests_all_);
        workload.rate_per_s = std::min(recorded / workload.kept_share, rate_max);
        // From the first of k + 1 events of a Poisson stream to the last, 2 rate time is chi-squared with 2k degrees of
        // freedom. Keeping each with the same probability leaves it one.
        const double k = static_cast<double>(std::max<std::uint64_t>(workload.requests, 2) - 1);
        const base::Distribution gamma = base::Distribution::gamma(k, 1).value();
        workload.rate_interval_per_s = {workload.rate_per_s * gamma.quantile((1 - thin_level) / 2) / k,
                                        workload.rate_per_s * gamma.quantile((1 + thin_level) / 2) / k};
    } else {
        workload.rate_per_s = 1;
    }
    result_.workloads.push_back(std::move(workload));
}

void TraceImporter::arrivals(ImportedWorkload& workload) {
    std::vector<Time>& starts = measures_.services[component_targets_[workload.component]].entries;
    std::sort(starts.begin(), starts.end());
    base::Moments gaps;
    for (std::size_t i = 1; i < starts.size(); ++i)
        if (const double gap = sim::to_seconds(starts[i] - starts[i - 1]); gap <= gap_s_)
            gaps.add(gap);
    const bool is_judged = gaps.count() >= regularity_min && gaps.mean() > 0;
    const double variation = is_judged ? gaps.standard_deviation() / gaps.mean() : 1;
    const base::Interval& rate = workload.rate_interval_per_s;
    workload.is_thin = variation >= regular_below && (rate.hi - rate.lo) / 2 > thin_relative_max * workload.rate_per_s;
    if (workload.is_thin)
        finding("thin-rate",
                fmt::format("{}: {}/s from {} requests; if they come at random (Poisson), the 95 % interval is {}/s to "
                            "{}/s",
                            workload.id, base::rounded_decimal(workload.rate_per_s, 3), workload.requests,
                            base::rounded_decimal(rate.lo, 3), base::rounded_decimal(rate.hi, 3)),
                "record longer, or write the rate that other measurements tell");
    if (variation < regular_below)
        deterministic_.insert(workload.component);
    else if (variation > bursts_above)
        finding("bursts",
                fmt::format("requests at {} come in bursts: the times between them vary {} times as much as those "
                            "of a Poisson stream",
                            component_ids_[workload.component], base::rounded_decimal(variation, 2)),
                "describe the bursts under 'changes', or queues will be shorter than they are");
}

void TraceImporter::tell_sampling() {
    std::uint64_t told = 0;
    std::uint64_t tail_sampled = 0;
    for (const TraceServiceStats& service : measures_.services) {
        told += service.entries_told;
        tail_sampled += service.entries_tail_sampled;
    }
    const auto percent = [](double share) { return base::rounded_decimal(100 * share, 3) + " %"; };
    if (count_max_ > 1)
        finding("sampled", fmt::format("{} requests from outside stand for {}: {} are recorded. Rates and threads are "
                                       "scaled by {}",
                                       requests_all_, base::rounded_decimal(count_all_, 4),
                                       percent(static_cast<double>(requests_all_) / count_all_),
                                       base::rounded_decimal(count_all_ / static_cast<double>(requests_all_), 4)));
    if (count_max_ > 1 && told < requests_all_)
        finding("sampling-not-told",
                fmt::format("{} of {} requests from outside do not tell how they were sampled; each counts once",
                            requests_all_ - told, requests_all_),
                "if their sampler keeps a share, rates are too low");
    if (count_max_ > count_min_)
        finding("sampled-unevenly",
                fmt::format("requests are kept with probabilities from {} to {}; work, errors and shares of calls are "
                            "those of the recorded requests, each counted once",
                            percent(1 / count_max_), percent(1 / count_min_)),
                "import the parts that were sampled alike by themselves");
    if (tail_sampled > 0)
        finding("tail-sampled",
                fmt::format("{} of {} requests from outside were kept for what they turned out to be "
                            "(tailsampling.policy); where policies choose slow or failed ones, work and errors are too "
                            "high{}",
                            tail_sampled, requests_all_, told > 0 ? "" : ", and rates are those of the kept ones"),
                "record a share of all requests for this: a probabilistic policy, or a sampler at the first span");
}

}  // namespace dstudio::system
