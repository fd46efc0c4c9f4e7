// A scenario drafted from traces: the draft goes to standard output or a file, what was found to standard error.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "apps/cli/commands.hpp"
#include "core/system/trace_import.hpp"

namespace dstudio::cli {
namespace {

using base::ErrorCode;
using nlohmann::ordered_json;

struct Options {
    std::vector<std::string> files;
    std::string name;
    std::string out;
};

std::string text_or_end(const std::string& file) {
    // One more byte than is allowed, so that what is too large is told and not read whole.
    constexpr std::size_t bytes_max = system::trace_bytes_max + 1;
    std::ifstream stream;
    if (file != "-") {
        std::error_code ignored;
        if (!std::filesystem::is_directory(file, ignored))
            stream.open(file, std::ios::binary);
        if (!stream.is_open())
            end_with({ErrorCode::unreadable_file, fmt::format("'{}' cannot be read", file),
                      "give files of OTLP in JSON, or - for standard input"});
    }
    std::istream& in = file == "-" ? std::cin : stream;
    std::string text;
    std::vector<char> part(std::size_t{1} << 20U);
    while (text.size() < bytes_max && in) {
        in.read(part.data(), static_cast<std::streamsize>(part.size()));
        text.append(part.data(), static_cast<std::size_t>(in.gcount()));
    }
    return text;
}

std::string quantiles_text(const std::array<double, 3>& seconds) {
    return fmt::format("{} / {} / {}", system::duration_text(seconds[0]), system::duration_text(seconds[1]),
                       system::duration_text(seconds[2]));
}

// The mean, how far its interval reaches either way, and a warning where that rests on too little.
std::string mean_text(const system::DurationFit& fit) {
    if (fit.measured == 0)
        return "-";
    const double error = system::relative_error(fit);
    return system::duration_text(fit.mean_s) + (std::isfinite(error) ? fmt::format(" +-{:.2g}%", 100 * error) : "") +
           (system::is_thin(fit) ? " THIN" : "");
}

void row(const std::string& name, const std::string& distribution, const system::DurationFit& fit) {
    const std::string shown = fit.family == "data" ? std::string("measured quantiles") : distribution;
    std::fprintf(stderr, "  %s\n",
                 fmt::format("{:<24} {:>8}  {:<20} {:<32} {:>6}  {:<30} {}", name, fit.measured, mean_text(fit), shown,
                             fit.family.empty() || fit.family == "point" ? "-" : fmt::format("{:.3f}", fit.ks_distance),
                             quantiles_text(fit.measured_s), quantiles_text(fit.fitted_s))
                     .c_str());
}

std::string rate_interval_text(const system::ImportedWorkload& workload) {
    if (workload.rate_interval_per_s.hi <= 0)
        return "";
    return fmt::format(", 95 % {:.3g} to {:.3g}{}", workload.rate_interval_per_s.lo, workload.rate_interval_per_s.hi,
                       workload.is_thin ? ", THIN" : "");
}

void summarise(const system::TraceImport& import) {
    std::fprintf(
        stderr, "%s\n",
        fmt::format("{} components, {} ways of calling, {} workloads from {} traces over {}; {} of {} spans used",
                    import.components.size(), import.calls.size(), import.workloads.size(), import.traces,
                    system::duration_text(import.observed_s), import.spans_used, import.counts.read)
            .c_str());
    for (const system::ImportedWorkload& workload : import.workloads)
        std::fprintf(
            stderr, "  %s\n",
            fmt::format("{}: {:.4g}/s{} ({} requests), latency 50 / 90 / 99 %: {}", workload.id, workload.rate_per_s,
                        rate_interval_text(workload), workload.requests, quantiles_text(workload.latency_s))
                .c_str());
    std::fprintf(stderr, "\n  %s\n",
                 fmt::format("{:<24} {:>8}  {:<20} {:<32} {:>6}  {:<30} {}", "work", "measured", "mean, 95 %", "taken",
                             "KS", "50 / 90 / 99 %: measured", "taken")
                     .c_str());
    for (const system::ImportedComponent& component : import.components)
        row(component.id, component.work.family.empty() ? "none" : component.work.text, component.work);
    if (import.network)
        row("(network, one way)", import.network->text, *import.network);
    std::fprintf(stderr, "\n");
    for (const system::ImportedCall& call : import.calls)
        std::fprintf(stderr, "  %s\n",
                     fmt::format("{} {} {}: {} times by {} of {} requests{}", import.components[call.caller].id,
                                 call.is_send ? "sends to" : "calls", import.components[call.target].id, call.calls,
                                 call.requests, import.components[call.caller].requests,
                                 call.failed > 0 ? fmt::format(", {} attempts failed", call.failed) : "")
                         .c_str());
    if (!import.findings.empty())
        std::fprintf(stderr, "\n");
    for (const system::TraceFinding& finding : import.findings) {
        std::fprintf(stderr, "  %s: %s\n", finding.code.c_str(), finding.message.c_str());
        if (!finding.hint.empty())
            std::fprintf(stderr, "    hint: %s\n", finding.hint.c_str());
    }
}

void import_files(const Common& common, const Options& options) {
    system::TraceReader reader;
    for (const std::string& file : options.files)
        if (auto added = reader.add(text_or_end(file), file == "-" ? "standard input" : file); !added)
            end_with(added.error());
    const system::TraceImport import = value_or_end(system::import_traces(reader.take(), options.name));
    const std::string text =
        common.json ? system::import_json(import).dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n"
                    : system::import_yaml(import);
    if (!options.out.empty()) {
        std::ofstream out(options.out, std::ios::binary);
        out << text << std::flush;
        if (!out)
            end_with({ErrorCode::unwritable_file, fmt::format("'{}' cannot be written", options.out),
                      "choose another file with --out"});
    } else {
        std::fputs(text.c_str(), stdout);
    }
    summarise(import);
}

}  // namespace

void add_sim_import(CLI::App& sim, Common& common) {
    auto options = std::make_shared<Options>();
    options->name = "Imported from traces";
    CLI::App* command = sim.add_subcommand("import", "Draft a scenario from OpenTelemetry traces (OTLP in JSON)");
    command->add_option("files", options->files, "Files of traces, - for standard input")->required();
    command->add_option("--name", options->name, "The scenario's name")->capture_default_str();
    command->add_option("--out", options->out, "Write the draft to this file");
    command->add_flag("--json", common.json, "Print one JSON document: scenario, fits, calls, findings");
    command->callback([&common, options] { import_files(common, *options); });
    command->footer(
        "Files are what the Collector's file exporter writes: a JSON document, or one in each line.\n"
        "Example:\n  dstudio sim import traces.jsonl --name Shop --out shop.yaml && dstudio sim run shop.yaml");
}

}  // namespace dstudio::cli
