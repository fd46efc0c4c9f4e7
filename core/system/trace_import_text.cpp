// What an import found, as a scenario file with comments and as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "core/system/trace_import.hpp"

namespace dstudio::system {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t comment_width = 110;
constexpr std::size_t finding_bytes_max = 1000;

std::string number_text(double value) {
    return base::rounded_decimal(value, 3);
}

// Names from traces may hold anything: what would end a comment or steer a terminal is replaced.
std::string printable(std::string_view text, std::size_t shown_max = 80) {
    std::string out;
    for (const char c : base::utf8_prefix(text, shown_max))
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    for (const std::string_view line_end : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF"})
        for (std::size_t at = out.find(line_end); at != std::string::npos; at = out.find(line_end, at))
            out.replace(at, line_end.size(), "?");
    return out;
}

// "# " lines of at most comment_width, broken at spaces.
void comment(std::string& out, std::string_view indent, std::string_view text) {
    std::string line;
    for (const std::string_view word : base::split(text, ' ')) {
        if (!line.empty() && line.size() + 1 + word.size() > comment_width) {
            out += fmt::format("{}# {}\n", indent, line);
            line.clear();
        }
        line += line.empty() ? "" : " ";
        line += word;
    }
    out += fmt::format("{}# {}\n", indent, line);
}

// Whether YAML would read it as something else than a text: a service may be called "null" or "1e3".
bool looks_like_no_text(std::string_view text) {
    constexpr std::array<std::string_view, 9> words{"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
    if (std::find(words.begin(), words.end(), text) != words.end())
        return true;
    return !text.empty() && text.front() >= '0' && text.front() <= '9' &&
           text.find_first_of(" /") == std::string_view::npos;
}

// Ids, words and values in the language: plain scalars of YAML where they can be, within brackets only without what
// ends one there.
std::string scalar(const json& value, bool is_within_brackets = false) {
    if (value.is_number_float())
        return base::shortest_decimal(value.get<double>());
    if (!value.is_string())
        return value.dump();
    const auto text = value.get<std::string>();
    const bool is_cut = is_within_brackets && text.find_first_of(",[]{}") != std::string::npos;
    return is_cut || looks_like_no_text(text) ? value.dump() : text;
}

// {call: orders, timeout: 250 ms}
std::string flow(const json& value) {
    if (!value.is_structured())
        return scalar(value, true);
    std::string out;
    for (const auto& [key, inner] : value.items())
        out += (out.empty() ? "" : ", ") + (value.is_object() ? key + ": " : "") + flow(inner);
    return value.is_object() ? "{" + out + "}" : "[" + out + "]";
}

// A list's object, its keys below each other; what is in it in brackets.
void item(std::string& out, std::string_view indent, const json& object) {
    bool is_first = true;
    for (const auto& [key, value] : object.items()) {
        out += fmt::format("{}{}{}: {}\n", indent, is_first ? "- " : "  ", key,
                           value.is_structured() ? flow(value) : scalar(value));
        is_first = false;
    }
}

std::string triple(const std::array<double, 3>& seconds) {
    return fmt::format("{} / {} / {}", duration_text(seconds[0]), duration_text(seconds[1]), duration_text(seconds[2]));
}

std::string fit_text(const DurationFit& fit) {
    if (fit.family.empty())
        return fmt::format("{} measured, none above 0", fit.measured);
    std::string text = fmt::format("{} measured", fit.measured);
    if (fit.share_above_zero < 1)
        text += fmt::format(", {} % above 0", number_text(100 * fit.share_above_zero));
    text += fmt::format("; {}", fit.family == "data"    ? "their quantiles"
                                : fit.family == "point" ? "their mean"
                                                        : fit.family);
    if (fit.family != "point")
        text += fmt::format(" (Kolmogorov-Smirnov distance {})", number_text(fit.ks_distance));
    if (fit.measured >= 2)
        text += fmt::format(
            "; 95 % intervals: mean {} to {}, 99 % {}{}", duration_text(fit.mean_interval_s.lo),
            duration_text(fit.mean_interval_s.hi), duration_text(fit.p99_interval_s.lo),
            std::isfinite(fit.p99_interval_s.hi) ? " to " + duration_text(fit.p99_interval_s.hi) : " or more");
    if (is_thin(fit))
        text += "; THIN: look at more requests before believing it";
    return text + fmt::format("; 50 / 90 / 99 %: measured {}, taken {}", triple(fit.measured_s), triple(fit.fitted_s));
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? "none" : number_text(100 * static_cast<double>(part) / static_cast<double>(whole)) + " %";
}

std::string rate_text(const ImportedWorkload& workload) {
    if (workload.rate_interval_per_s.hi <= 0)
        return "Too few to tell a rate.";
    return fmt::format("95 % interval of a Poisson stream's rate: {}/s to {}/s{}.",
                       number_text(workload.rate_interval_per_s.lo), number_text(workload.rate_interval_per_s.hi),
                       workload.is_thin ? " (THIN)" : "");
}

void component_comment(std::string& out, const TraceImport& import, std::size_t c) {
    const ImportedComponent& component = import.components[c];
    constexpr std::string_view indent = "  ";
    if (component.name != component.id)
        comment(out, indent, fmt::format("In the traces: {}", printable(component.name)));
    std::string operations;
    for (const ImportedOperation& operation : component.operations)
        operations +=
            fmt::format("{}{} ({})", operations.empty() ? "" : ", ", printable(operation.name), operation.requests);
    comment(
        out, indent,
        fmt::format("{} {}; at most {} at a time{}{}{}", component.requests,
                    component.is_measured_at_caller ? "calls, measured by their callers" : "requests", component.peak,
                    component.instances > 1
                        ? fmt::format(", {} in one of {} instances", component.instance_peak, component.instances)
                        : "",
                    operations.empty() ? "" : ": ", operations));
    if (component.work.measured > 0)
        comment(out, indent,
                fmt::format("{}: {}", component.is_measured_at_caller ? "Time, less the network" : "Self time",
                            fit_text(component.work)));
    if (component.errors_own + component.errors_called > 0)
        comment(out, indent,
                fmt::format("Errors: {} of its own ({}){}", component.errors_own,
                            share_text(component.errors_own, component.requests),
                            component.errors_called > 0
                                ? fmt::format(", {} after a call that failed", component.errors_called)
                                : ""));
    for (const ImportedCall& call : import.calls) {
        if (call.caller != c)
            continue;
        std::string text = fmt::format("{} {}: by {} of requests, {} each", call.is_send ? "Sends to" : "Calls",
                                       import.components[call.target].id, share_text(call.requests, component.requests),
                                       number_text(static_cast<double>(call.calls) /
                                                   static_cast<double>(std::max<std::uint64_t>(1, call.requests))));
        if (call.failed > 0)
            text += fmt::format("; {} of {} attempts failed", call.failed, call.attempts);
        if (call.network_p50_s >= 0)
            text += fmt::format("; network {} one way (median)", duration_text(call.network_p50_s));
        if (call.without_child > 0 && !import.components[call.target].is_measured_at_caller)
            text += fmt::format("; {} not recorded there", call.without_child);
        comment(out, indent, text);
    }
}

json number(double value) {
    return std::isfinite(value) ? json(value) : json(nullptr);
}

json quantiles_json(const std::array<double, 3>& seconds) {
    return {{"p50", number(1e3 * seconds[0])}, {"p90", number(1e3 * seconds[1])}, {"p99", number(1e3 * seconds[2])}};
}

// An end that the sample is too small for is null.
json interval_json(const base::Interval& interval, double scale) {
    return {{"lo", number(scale * interval.lo)}, {"hi", number(scale * interval.hi)}};
}

json fit_json(const DurationFit& fit) {
    json candidates = json::array();
    for (const FitCandidate& candidate : fit.candidates)
        candidates.push_back({{"family", candidate.name},
                              {"aic", number(candidate.aic)},
                              {"ks_distance", number(candidate.ks_distance)}});
    json out{{"measured", fit.measured}, {"share_above_zero", fit.share_above_zero}};
    out["family"] = fit.family.empty() ? json(nullptr) : json(fit.family);
    out["distribution"] = fit.family.empty() ? json(nullptr) : json(fit.text);
    out["mean_ms"] = number(1e3 * fit.mean_s);
    out["mean_interval_ms"] = interval_json(fit.mean_interval_s, 1e3);
    out["p99_interval_ms"] = interval_json(fit.p99_interval_s, 1e3);
    out["thin"] = is_thin(fit);
    out["ks_distance"] = number(fit.ks_distance);
    out["measured_ms"] = quantiles_json(fit.measured_s);
    out["fitted_ms"] = quantiles_json(fit.fitted_s);
    out["candidates"] = std::move(candidates);
    return out;
}

}  // namespace

std::string import_yaml(const TraceImport& import) {
    std::string out;
    comment(out, "",
            fmt::format("Drafted by 'dstudio sim import' from {} spans of {} traces over {}. What was measured stands "
                        "in comments; what traces cannot tell is at the end. Hold a run against the measured "
                        "latencies before believing it.",
                        import.spans_used, import.traces, duration_text(import.observed_s)));
    const json& document = import.document;
    out += "name: " + document["name"].dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    for (const char* key : {"duration", "warmup"})
        out += fmt::format("{}: {}\n", key, scalar(document[key]));
    if (import.network)
        comment(out, "",
                "Half of what calls last longer than the requests they cause, with connecting and queueing: " +
                    fit_text(*import.network));
    if (document.contains("network"))
        out += fmt::format("network: {}\n", scalar(document["network"]));
    out += "workloads:\n";
    for (std::size_t w = 0; w < import.workloads.size(); ++w) {
        const ImportedWorkload& workload = import.workloads[w];
        item(out, "", document["workloads"][w]);
        comment(out, "  ",
                fmt::format(
                    "{} requests recorded, {} failed; 50 / 90 / 99 % took {}. {}{}", workload.requests,
                    share_text(workload.errors, workload.requests), triple(workload.latency_s), rate_text(workload),
                    workload.sampling_told == 0 ? " If traces are sampled, divide the rate by the share that is kept."
                                                : fmt::format(" {} % are recorded, and the rate is scaled to all.",
                                                              number_text(100 * workload.kept_share))));
    }
    out += "components:\n";
    for (std::size_t c = 0; c < import.components.size(); ++c) {
        const json& component = document["components"][c];
        out += fmt::format("- id: {}\n", scalar(component["id"]));
        component_comment(out, import, c);
        for (const auto& [key, value] : component.items())
            if (key != "id" && key != "steps")
                out += fmt::format("  {}: {}\n", key, scalar(value));
        if (!component.contains("steps"))
            continue;
        out += "  steps:\n";
        for (const json& step : component["steps"])
            item(out, "  ", step);
    }
    for (const TraceFinding& finding : import.findings)
        comment(out, "",
                fmt::format("{}: {}{}{}", finding.code, printable(finding.message, finding_bytes_max),
                            finding.hint.empty() ? "" : "; ", printable(finding.hint, finding_bytes_max)));
    return out;
}

json import_json(const TraceImport& import) {
    json components = json::array();
    for (const ImportedComponent& component : import.components) {
        json operations = json::array();
        for (const ImportedOperation& operation : component.operations)
            operations.push_back({{"name", operation.name},
                                  {"requests", operation.requests},
                                  {"self_p50_ms", number(1e3 * operation.p50_s)}});
        components.push_back({{"id", component.id},
                              {"name", component.name},
                              {"type", component.type},
                              {"measured_at_caller", component.is_measured_at_caller},
                              {"requests", component.requests},
                              {"errors_own", component.errors_own},
                              {"errors_after_call", component.errors_called},
                              {"peak", component.peak},
                              {"instance_peak", component.instance_peak},
                              {"instances", component.instances == 0 ? json(nullptr) : json(component.instances)},
                              {"operations", std::move(operations)},
                              {"fit", fit_json(component.work)}});
    }
    json calls = json::array();
    for (const ImportedCall& call : import.calls) {
        json item{{"caller", import.components[call.caller].id},
                  {"target", import.components[call.target].id},
                  {"kind", call.is_send ? "send" : "call"},
                  {"requests", call.requests},
                  {"calls", call.calls},
                  {"attempts", call.attempts},
                  {"failed", call.failed},
                  {"not_recorded_at_target", call.without_child},
                  {"attempts_max", call.attempts_max},
                  {"retried", call.retried},
                  {"optional", call.is_optional}};
        item["timeout_ms"] = call.timeout_s > 0 ? number(1e3 * call.timeout_s) : json(nullptr);
        item["network_one_way_p50_ms"] = call.network_p50_s >= 0 ? number(1e3 * call.network_p50_s) : json(nullptr);
        item["outside_caller"] = call.skewed;
        item["clock_difference_p50_ms"] = call.pairs > 0 ? number(1e3 * call.skew_s) : json(nullptr);
        calls.push_back(std::move(item));
    }
    json workloads = json::array();
    for (const ImportedWorkload& workload : import.workloads)
        workloads.push_back(
            {{"id", workload.id},
             {"component", import.components[workload.component].id},
             {"requests", workload.requests},
             {"failed", workload.errors},
             {"rate_per_s", number(workload.rate_per_s)},
             {"rate_interval_per_s",
              workload.rate_interval_per_s.hi > 0 ? interval_json(workload.rate_interval_per_s, 1) : json(nullptr)},
             {"thin", workload.is_thin},
             {"kept_share", number(workload.kept_share)},
             {"sampling_told", workload.sampling_told},
             {"tail_sampled", workload.tail_sampled},
             {"latency_ms", quantiles_json(workload.latency_s)}});
    json left_out = json::array();
    for (std::size_t reason = 0; reason < left_out_count; ++reason)
        if (import.counts.left_out[reason] > 0)
            left_out.push_back({{"spans", import.counts.left_out[reason]},
                                {"because_they", left_out_reason(static_cast<LeftOut>(reason))}});
    json findings = json::array();
    for (const TraceFinding& finding : import.findings)
        findings.push_back({{"code", finding.code}, {"message", finding.message}, {"hint", finding.hint}});
    return {{"scenario", import.document},
            {"documents", import.documents},
            {"traces", import.traces},
            {"observed_s", number(import.observed_s)},
            {"spans", {{"read", import.counts.read}, {"used", import.spans_used}, {"left_out", std::move(left_out)}}},
            {"workloads", std::move(workloads)},
            {"components", std::move(components)},
            {"calls", std::move(calls)},
            {"network", import.network ? fit_json(*import.network) : json(nullptr)},
            {"findings", std::move(findings)}};
}

}  // namespace dstudio::system
