// dstudio sim trace: the ways of sampled requests, as waterfalls.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>

#include "apps/cli/sim_support.hpp"
#include "apps/cli/terminal.hpp"
#include "core/base/error.hpp"
#include "core/system/report.hpp"

namespace dstudio::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::uint32_t sampled = 1000;

struct Options {
    std::string file;
    std::uint64_t seed = 1;
    std::size_t show = 3;
    bool slowest = false;
    bool failed = false;
};

double end_of(const ordered_json& span) {
    double end = 0;
    for (const char* key : {"sent_ms", "arrived_ms", "started_ms", "served_ms", "answered_ms"})
        if (span[key].is_number())
            end = std::max(end, span[key].get<double>());
    return end;
}

double duration_of(const ordered_json& trace) {
    const ordered_json& root = trace["spans"][0];
    return root["answered_ms"].is_number() ? root["answered_ms"].get<double>() - root["sent_ms"].get<double>()
                                           : std::numeric_limits<double>::infinity();
}

// One line for each attempt: what it waited, was served and travelled, on a common scale.
void print_trace(const ordered_json& trace, const Terminal& terminal, std::string& out) {
    constexpr std::size_t name_width = 34;
    constexpr std::size_t figures_width = 30;
    const auto& spans = trace["spans"];
    const double begin = spans[0]["sent_ms"].get<double>();
    double end = begin;
    for (const auto& span : spans)
        end = std::max(end, end_of(span));
    const double width = static_cast<double>(
        std::clamp<std::size_t>(terminal.width() - std::min(terminal.width(), name_width + figures_width), 20, 100));
    const double scale = end > begin ? width / (end - begin) : 0;
    out += terminal.styled(Style::heading, fmt::format("request at {:.6g} s", begin / 1000)) +
           fmt::format(", {} of {:.4g} ms\n",
                       spans[0]["outcome"].is_string() ? spans[0]["outcome"].get<std::string>() : "unfinished",
                       end - begin);
    std::vector<std::size_t> depth;
    for (const auto& span : spans) {
        depth.push_back(span["parent"].is_number() ? depth[span["parent"].get<std::size_t>()] + 1 : 0);
        std::string name(2 * std::min<std::size_t>(depth.back(), 8), ' ');
        name += span["call"].get<std::string>();
        std::string bar(static_cast<std::size_t>(width) + 1, ' ');
        const auto draw = [&](const char* from, const char* to, char mark) {
            if (!span[from].is_number())
                return;
            // What is not over goes on to the edge.
            const double last = span[to].is_number()        ? span[to].get<double>()
                                : span["outcome"].is_null() ? end
                                                            : end_of(span);
            const auto a = static_cast<std::size_t>((span[from].get<double>() - begin) * scale);
            const auto b = static_cast<std::size_t>((last - begin) * scale);
            for (std::size_t i = a; i <= std::min(b, bar.size() - 1); ++i)
                bar[i] = mark;
        };
        draw("sent_ms", "answered_ms", '-');
        draw("arrived_ms", "started_ms", '.');
        draw("started_ms", "served_ms", '=');
        const double took = end_of(span) - span["sent_ms"].get<double>();
        const std::string outcome = span["outcome"].is_string() ? span["outcome"].get<std::string>() : "unfinished";
        out += fmt::format("  {:<{}.{}} |{}| {:>8.4g} ms  {}\n", name, name_width, name_width, bar, took,
                           outcome == "ok" ? outcome : terminal.styled(Style::warning, outcome));
    }
    out += "\n";
}

void trace(const Common& common, const Options& options) {
    const system::Scenario scenario = read_scenario_or_end(common, options.file).scenario;
    system::RunLimits limits;
    limits.traces = sampled;
    system::Simulation run(scenario, options.seed, limits);
    run.run();
    ordered_json traces = system::traces_json(scenario, run.spans());
    if (options.failed)
        traces.erase(std::remove_if(traces.begin(), traces.end(),
                                    [](const auto& t) { return t["spans"][0]["outcome"] == "ok"; }),
                     traces.end());
    if (options.slowest)
        std::stable_sort(traces.begin(), traces.end(),
                         [](const auto& a, const auto& b) { return duration_of(a) > duration_of(b); });
    if (common.json) {
        std::printf("%s\n", ordered_json{{"seed", options.seed}, {"traces", std::move(traces)}}.dump().c_str());
        return;
    }
    if (traces.empty())
        end_with({base::ErrorCode::not_found, fmt::format("no sampled request of '{}' is like that", options.file),
                  options.failed ? "none of those sampled has failed; leave --failed out" : "is there any arrival?"});
    const Terminal terminal;
    std::string out = "- on the way   . queued   = served, or waiting for others\n\n";
    for (std::size_t i = 0; i < std::min(options.show, traces.size()); ++i)
        print_trace(traces[i], terminal, out);
    out += fmt::format("{} of {} sampled requests; all of them with --json\n", std::min(options.show, traces.size()),
                       traces.size());
    terminal.show(out);
}

}  // namespace

void add_sim_trace(CLI::App& sim, Common& common) {
    auto options = std::make_shared<Options>();
    CLI::App* command = sim.add_subcommand("trace", "Show the ways of sampled requests as waterfalls");
    command->add_option("scenario", options->file, "File, - for standard input, or the id of a scenario")->required();
    command->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
    command->add_flag("--json", common.json, "Print one JSON document");
    command->add_option("--seed", options->seed, "Seed of the run")->capture_default_str();
    command->add_option("--show", options->show, "So many of them")->capture_default_str();
    command->add_flag("--slowest", options->slowest, "The slowest first, not the earliest");
    command->add_flag("--failed", options->failed, "Only those that failed");
    command->callback([&common, options] { trace(common, *options); });
    command->footer(
        "Examples:\n  dstudio sim trace retry-storm --slowest --show 5\n  dstudio sim trace my.yaml --failed --json");
}

}  // namespace dstudio::cli
