#include "core/system/trace_importer.hpp"

#include <fmt/format.h>

#include "core/base/number.hpp"
#include "core/base/text.hpp"

namespace dstudio::system {

void TraceImporter::finding(std::string code, std::string message, std::string hint) {
    result_.findings.push_back({std::move(code), std::move(message), std::move(hint)});
}

std::string TraceImporter::shown(std::string_view text) {
    return std::string(base::utf8_prefix(text, 60));
}

void TraceImporter::tell_thin(const std::string& what, const DurationFit& fit) {
    const base::Interval& mean = fit.mean_interval_s;
    finding("thin-sample",
            fmt::format("{}: {} measurement{}{}", what, fit.measured, fit.measured == 1 ? "" : "s",
                        fit.measured < 2 ? ""
                                         : fmt::format("; the 95 % interval of their mean is {} to {}, {} % either way",
                                                       duration_text(mean.lo), duration_text(mean.hi),
                                                       base::rounded_decimal(100 * relative_error(fit), 2))),
            "record more requests, or write the durations that other measurements tell");
}

void TraceImporter::tell() {
    std::vector<TraceFinding> first;
    std::swap(first, result_.findings);
    const TraceCounts& counts = tree_.input.counts;
    if (counts.unnamed > 0)
        finding("missing-service-name",
                fmt::format("{} spans come from resources without service.name and are drafted as one component, {}",
                            counts.unnamed, service_unnamed),
                "set OTEL_SERVICE_NAME or the resource attribute service.name where they are recorded");
    if (tree_.input.lines_malformed > 0)
        finding("malformed-lines", fmt::format("{} lines are no JSON and are passed over; the first is {}",
                                               tree_.input.lines_malformed, tree_.input.first_malformed));
    for (std::size_t reason = 0; reason < left_out_count; ++reason)
        if (counts.left_out[reason] > 0)
            finding("spans-left-out",
                    fmt::format("{} spans {}", counts.left_out[reason], left_out_reason(static_cast<LeftOut>(reason))));
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
        finding("network-negative",
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
        if (work.measured < fit_measured_min && !(work.measured == 0 && component.type == "queue"))
            finding("few-measurements",
                    fmt::format("{}: {} measurements; {}", component.id, work.measured,
                                work.family.empty() ? "no work is written" : "their mean is taken"));
        else if (is_thin(work))
            tell_thin(component.id, work);
    }
    if (result_.network && is_thin(*result_.network))
        tell_thin("network", *result_.network);
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

tl::unexpected<base::Error> TraceImporter::nothing_left() const {
    std::string why;
    for (std::size_t reason = 0; reason < left_out_count; ++reason)
        if (tree_.input.counts.left_out[reason] > 0)
            why += fmt::format("{}{} {}", why.empty() ? "" : ", ", tree_.input.counts.left_out[reason],
                               left_out_reason(static_cast<LeftOut>(reason)));
    if (tree_.input.counts.read == 0)
        return base::fail(base::ErrorCode::invalid_argument, "there are no spans",
                          "check that traces are exported to the file, and that sampling keeps some");
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("none of {} spans can be used: {}", tree_.input.counts.read, why),
                      "see docs/guides/traces-to-scenario.md");
}

}  // namespace dstudio::system
