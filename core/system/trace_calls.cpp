#include "core/system/trace_importer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/base/statistics.hpp"

namespace dstudio::system {
namespace {

constexpr std::uint64_t guess_min = 3;  // cases that a policy is guessed from
constexpr std::size_t timeouts_min = 5;
constexpr double timeout_spread_max = 0.1;  // p90 - p10 over p50
constexpr std::array<double, 3> timeout_quantiles{0.1, 0.5, 0.9};

}  // namespace

void TraceImporter::describe_call(std::uint32_t caller, const TraceCallKey& key, TraceCallStats& stats) {
    ImportedCall& call = stats.call;
    call.caller = component_of_[caller];
    call.target = component_of_[key.first];
    call.is_send = key.second;
    const std::string way = component_ids_[call.caller] + " -> " + component_ids_[call.target];
    if (!stats.network.empty())
        call.network_p50_s = base::quantile(stats.network, trace_majority);
    if (!stats.skews.empty())
        call.skew_s = base::quantile(stats.skews, trace_majority);
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
        call.retried >= guess_min && trace_ratio(call.retried, call.failed_first) >= trace_majority;
    if (call.retried > 0) {
        call.pause_s = base::quantile(stats.pauses, trace_majority);
        if (has_policy_of_retry)
            finding("retries-guessed",
                    fmt::format("{}: {} of {} calls that failed at first were made again, up to {} attempts, {} "
                                "apart",
                                way, call.retried, call.failed_first, call.attempts_max, duration_text(call.pause_s)),
                    stats.exhausted == 0 ? "none used up its attempts, so there may be more of them" : "");
        else
            finding("retries-seen",
                    fmt::format("{}: {} of {} calls that failed at first were made again: too few for a policy", way,
                                call.retried, call.failed_first));
    }
    if (!has_policy_of_retry)
        call.attempts_max = 1;
    else if (!stats.later_pauses.empty())
        is_backoff_exponential_[{caller, key.first}] =
            base::quantile(stats.later_pauses, trace_majority) > 1.5 * call.pause_s;
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
                       trace_ratio(stats.survived_requests, stats.failed_requests) > trace_majority;
    if (call.is_optional)
        finding("optional-guessed", fmt::format("{}: {} of {} requests succeeded though this call failed", way,
                                                stats.survived_requests, stats.failed_requests));
    result_.calls.push_back(call);
}

}  // namespace dstudio::system
