// Many runs with a question: how does a result move with a value, which of two designs is better, what is enough.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "apps/cli/sim_ranks.hpp"
#include "apps/cli/sim_support.hpp"
#include "apps/cli/terminal.hpp"
#include "core/sim/run_control.hpp"
#include "core/system/parameter.hpp"
#include "core/system/report.hpp"
#include "core/system/scenario_reader.hpp"

namespace dstudio::cli {
namespace {

using base::ErrorCode;
using nlohmann::ordered_json;

struct Options {
    std::string file;
    std::string other;
    std::vector<std::string> vary;
    std::string out;
    std::uint64_t seed = 1;
    std::size_t runs = 5;
    std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
};

system::Scenario with_parameters(const ordered_json& document,
                                 const std::vector<std::pair<std::string, std::string>>& values) {
    ordered_json changed = document;
    for (const auto& [path, value] : values)
        if (auto set = system::set_parameter(changed, path, value); !set)
            end_with(set.error());
    std::vector<system::Mistake> mistakes;
    auto scenario = system::read_scenario(changed, mistakes);
    if (scenario)
        return std::move(*scenario);
    end_with({ErrorCode::invalid_argument, fmt::format("{}: {}", mistakes[0].pointer, mistakes[0].message),
              mistakes[0].hint});
}

// What a study looks at of each workload, by name and unit.
struct Metric {
    const char* name;
    double (*measure)(const system::Results& run, std::size_t workload);
    bool more_is_better;
};

constexpr Metric metrics[] = {
    {"ok_percent",
     [](const system::Results& run, std::size_t w) {
         const double share = run.workloads[w].share(system::Outcome::ok);
         return std::isnan(share) ? 0 : 100 * share;
     },
     true},
    {"goodput_per_s",
     [](const system::Results& run, std::size_t w) {
         return static_cast<double>(run.workloads[w].ended[0]) / sim::to_seconds(run.measured);
     },
     true},
    {"mean_ms",
     [](const system::Results& run, std::size_t w) {
         return run.workloads[w].latency.count() == 0 ? 0 : 1e3 * run.workloads[w].latency.mean_seconds();
     },
     false},
    {"p99_ms",
     [](const system::Results& run, std::size_t w) {
         return 1e3 * sim::to_seconds(run.workloads[w].latency.quantile(0.99));
     },
     false},
};

// And of each component that keeps messages; as in the report of `sim run`.
constexpr Metric message_metrics[] = {
    {"age_p50_ms",
     [](const system::Results& run, std::size_t c) { return system::message_age_ms(run.components[c], 0.5); }, false},
    {"age_p99_ms",
     [](const system::Results& run, std::size_t c) { return system::message_age_ms(run.components[c], 0.99); }, false},
    {"age_max_ms",
     [](const system::Results& run, std::size_t c) { return system::message_age_ms(run.components[c], 1); }, false},
};

bool keeps_messages(const system::Scenario& scenario) {
    return std::any_of(scenario.components.begin(), scenario.components.end(),
                       [](const system::Component& component) { return component.delivery.has_value(); });
}

// `subject` is a workload or a component.
std::vector<double> values_of(const std::vector<system::Results>& runs, const Metric& metric, std::size_t subject) {
    std::vector<double> values;
    values.reserve(runs.size());
    for (const system::Results& run : runs)
        values.push_back(metric.measure(run, subject));
    return values;
}

sim::Estimate estimate(const std::vector<system::Results>& runs, const Metric& metric, std::size_t subject) {
    return sim::replication_estimate(values_of(runs, metric, subject), system::report_level);
}

ordered_json number(double value) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

// ----------------------------------------------------------------------------------------------------------- sweep

ordered_json point_row(const system::Scenario& scenario, const std::vector<std::pair<std::string, std::string>>& values,
                       const std::vector<system::Results>& runs, std::uint64_t seed) {
    ordered_json row{{"parameters", ordered_json::object()}, {"seed", seed}, {"runs", runs.size()}};
    for (const auto& [path, value] : values)
        row["parameters"][path] = value;
    const ordered_json report = system::report_json(scenario, seed, runs);
    bool met = true;
    for (const auto& objective : report["objectives"])
        met = met && objective["met"].get<bool>();
    row["objectives_met"] = report["objectives"].empty() ? ordered_json(nullptr) : ordered_json(met);
    for (std::size_t w = 0; w < scenario.workloads.size(); ++w)
        for (const Metric& metric : metrics) {
            const sim::Estimate of = estimate(runs, metric, w);
            row["workloads"][scenario.workloads[w].id][metric.name] = {{"value", number(of.mean)},
                                                                       {"half_width", number(of.half_width)}};
        }
    for (std::size_t c = 0; c < scenario.components.size(); ++c) {
        if (!scenario.components[c].delivery)
            continue;
        for (const Metric& metric : message_metrics) {
            const sim::Estimate of = estimate(runs, metric, c);
            row["components"][scenario.components[c].id][metric.name] = {{"value", number(of.mean)},
                                                                         {"half_width", number(of.half_width)}};
        }
    }
    return row;
}

void print_csv(const std::vector<ordered_json>& rows) {
    std::string header;
    for (const auto& [path, value] : rows[0]["parameters"].items())
        header += (header.empty() ? "" : ",") + path;
    const auto of_all = [](const ordered_json& row, auto visit) {
        for (const char* subjects : {"workloads", "components"})
            if (row.contains(subjects))
                for (const auto& [id, figures] : row[subjects].items())
                    for (const auto& [name, figure] : figures.items())
                        visit(id, name, figure);
    };
    of_all(rows[0], [&](const std::string& id, const std::string& name, const ordered_json& /*figure*/) {
        header += fmt::format(",{0} {1},{0} {1} half width", id, name);
    });
    std::printf("%s,objectives met\n", header.c_str());
    for (const ordered_json& row : rows) {
        std::string line;
        for (const auto& [path, value] : row["parameters"].items())
            line += (line.empty() ? "" : ",") + value.get<std::string>();
        const auto cell = [](const ordered_json& value) { return value.is_null() ? std::string() : value.dump(); };
        of_all(row, [&](const std::string& /*id*/, const std::string& /*name*/, const ordered_json& figure) {
            line += "," + cell(figure["value"]) + "," + cell(figure["half_width"]);
        });
        std::printf("%s,%s\n", line.c_str(), cell(row["objectives_met"]).c_str());
    }
}

// Points that an interrupted sweep has left in its file, by their parameters, seed and runs; a last line that was cut
// off is not one, nor is one without the ages of messages where there are messages.
std::map<std::string, ordered_json> finished_points(const std::string& path, bool has_messages) {
    std::map<std::string, ordered_json> points;
    std::ifstream stream(path);
    for (std::string line; std::getline(stream, line);) {
        ordered_json row = ordered_json::parse(line, nullptr, false);
        if (row.is_object() && row.contains("parameters") && row.contains("workloads") && row.contains("scenario") &&
            row.contains("components") == has_messages)
            points[row["scenario"].dump() + row["parameters"].dump() + row["seed"].dump() + row["runs"].dump()] = row;
    }
    return points;
}

void sweep(const Common& common, const Options& options) {
    const auto file = read_scenario_or_end(common, options.file);
    std::vector<system::VariedParameter> varied;
    for (const std::string& text : options.vary)
        varied.push_back(value_or_end(system::read_varied(text)));
    std::vector<std::vector<std::pair<std::string, std::string>>> points{{}};
    for (const system::VariedParameter& parameter : varied) {
        std::vector<std::vector<std::pair<std::string, std::string>>> longer;
        for (const auto& point : points)
            for (const std::string& value : parameter.values) {
                longer.push_back(point);
                longer.back().emplace_back(parameter.path, value);
            }
        points = std::move(longer);
        if (points.size() > system::varied_values_max)
            end_with({ErrorCode::invalid_argument,
                      fmt::format("{} points; at most {}", points.size(), system::varied_values_max),
                      "take fewer values"});
    }
    // All values are checked before the first run.
    std::vector<system::Scenario> scenarios;
    scenarios.reserve(points.size());
    for (const auto& point : points)
        scenarios.push_back(with_parameters(file.document, point));

    const Ranks ranks;
    const std::string identity = std::to_string(base::fnv1a_64(file.document.dump()));
    const auto finished = options.out.empty() ? std::map<std::string, ordered_json>()
                                              : finished_points(options.out, keeps_messages(file.scenario));
    std::ofstream out;
    if (!options.out.empty() && ranks.is_first()) {
        // A line that was cut off must not swallow the next.
        std::ifstream before(options.out, std::ios::ate | std::ios::binary);
        const bool is_cut = before && before.tellg() > 0 && (before.seekg(-1, std::ios::end), before.get() != '\n');
        out.open(options.out, std::ios::app);
        if (!out)
            end_with({ErrorCode::unwritable_file, fmt::format("'{}' cannot be written", options.out),
                      "choose another file with --out"});
        if (is_cut)
            out << "\n";
        if (!finished.empty())
            std::fprintf(stderr, "going on with %s: it has %zu points\n", options.out.c_str(), finished.size());
    }
    std::vector<ordered_json> rows(points.size());
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < points.size(); ++i) {
        ordered_json parameters = ordered_json::object();
        for (const auto& [path, value] : points[i])
            parameters[path] = value;
        const std::string key = ordered_json(identity).dump() + parameters.dump() + std::to_string(options.seed) +
                                std::to_string(options.runs);
        if (const auto known = finished.find(key); known != finished.end())
            rows[i] = known->second;
        else
            open.push_back(i);
    }
    // The first rank says what is open: it may have written points before another has read the file, which need not be
    // on that one's machine at all. Each takes every so many-th; the first collects what the others find.
    ranks.share(open);
    std::vector<std::size_t> own;
    for (std::size_t i = ranks.rank(); i < open.size(); i += ranks.size())
        own.push_back(open[i]);
    std::size_t missing = open.size();
    {
        const ProgressLine progress("sweeping", ranks.is_first() ? points.size() : 0);
        std::mutex collecting;
        const auto collect = [&](std::size_t i, ordered_json row) {
            rows[i] = std::move(row);
            if (out.is_open())
                out << rows[i].dump() << std::endl;
            progress(points.size() - --missing);
        };
        const auto collect_text = [&](std::size_t i, const std::string& text) {
            collect(i, ordered_json::parse(text, nullptr, false));
        };
        in_parallel(
            own.size(), options.threads,
            [&](std::size_t n) {
                const std::size_t i = own[n];
                std::vector<system::Results> runs;
                for (std::size_t r = 0; r < options.runs; ++r) {
                    system::Simulation simulation(scenarios[i], options.seed + r);
                    simulation.run();
                    runs.push_back(simulation.results());
                }
                ordered_json row = point_row(scenarios[i], points[i], runs, options.seed);
                row["scenario"] = identity;
                const std::lock_guard lock(collecting);
                if (!ranks.is_first())
                    return ranks.send(i, row.dump());
                collect(i, std::move(row));
                ranks.receive(false, collect_text);
            },
            [](std::size_t) {});
        while (ranks.is_first() && missing > 0)
            ranks.receive(true, collect_text);
    }
    if (!ranks.is_first())
        return;
    if (common.json) {
        ordered_json list = ordered_json::array();
        for (const ordered_json& row : rows)
            list.push_back(row);
        std::printf("%s\n", ordered_json{{"level", system::report_level}, {"points", std::move(list)}}.dump().c_str());
    } else {
        print_csv(rows);
    }
}

// --------------------------------------------------------------------------------------------------------- compare

void compare(const Common& common, const Options& options) {
    const system::Scenario a = read_scenario_or_end(common, options.file).scenario;
    const system::Scenario b = read_scenario_or_end(common, options.other).scenario;
    // The same seeds: arrivals and work are the same where both name them alike, so differences are the designs'.
    const auto runs_a = run_all(a, options.seed, options.runs, options.threads);
    const auto runs_b = run_all(b, options.seed, options.runs, options.threads);
    ordered_json list = ordered_json::array();
    const auto add = [&](const char* kind, const std::string& id, const Metric& metric, std::size_t in_a,
                         std::size_t in_b) {
        const std::vector<double> of_a = values_of(runs_a, metric, in_a);
        const std::vector<double> of_b = values_of(runs_b, metric, in_b);
        const sim::Estimate difference = sim::paired_difference(of_b, of_a, system::report_level);
        const bool is_sure = std::abs(difference.mean) > difference.half_width;
        list.push_back({{kind, id},
                        {"metric", metric.name},
                        {"first", number(sim::replication_estimate(of_a, system::report_level).mean)},
                        {"second", number(sim::replication_estimate(of_b, system::report_level).mean)},
                        {"difference", number(difference.mean)},
                        {"half_width", number(difference.half_width)},
                        {"better", !is_sure                                         ? "neither"
                                   : (difference.mean > 0) == metric.more_is_better ? "second"
                                                                                    : "first"}});
    };
    for (std::size_t wa = 0; wa < a.workloads.size(); ++wa)
        for (std::size_t wb = 0; wb < b.workloads.size(); ++wb)
            if (a.workloads[wa].id == b.workloads[wb].id)
                for (const Metric& metric : metrics)
                    add("workload", a.workloads[wa].id, metric, wa, wb);
    const bool has_workloads = !list.empty();
    for (std::size_t ca = 0; ca < a.components.size(); ++ca)
        for (std::size_t cb = 0; cb < b.components.size(); ++cb)
            if (a.components[ca].id == b.components[cb].id && a.components[ca].delivery && b.components[cb].delivery)
                for (const Metric& metric : message_metrics)
                    add("component", a.components[ca].id, metric, ca, cb);
    if (!has_workloads)
        end_with({ErrorCode::invalid_argument, "the two scenarios have no workload of the same id",
                  "give the workloads that are to be compared the same id"});
    if (common.json) {
        std::printf("%s\n", ordered_json{{"first", a.name},
                                         {"second", b.name},
                                         {"runs", options.runs},
                                         {"seed", options.seed},
                                         {"level", system::report_level},
                                         {"differences", list}}
                                .dump()
                                .c_str());
        return;
    }
    const Terminal terminal;
    std::string out =
        fmt::format("1  {}\n2  {}\n{} runs of each with the same seeds; differences are 2 - 1, at {:.0f} %\n\n", a.name,
                    b.name, options.runs, 100 * system::report_level);
    out += terminal.styled(Style::heading, fmt::format("{:<16}{:<16}{:>12}{:>12}{:>14}{:>12}  {}\n", "", "", "1", "2",
                                                       "difference", "±", "better"));
    for (const auto& row : list) {
        const auto value = [&](const char* key) {
            return row[key].is_number() ? fmt::format("{:.5g}", row[key].get<double>()) : std::string("-");
        };
        out += fmt::format("{:<16}{:<16}{:>12}{:>12}{:>14}{:>12}  {}\n", row.front().get<std::string>(),
                           row["metric"].get<std::string>(), value("first"), value("second"), value("difference"),
                           value("half_width"), row["better"].get<std::string>());
    }
    terminal.show(out);
}

// ---------------------------------------------------------------------------------------------------------- search

// The first value, in their order, that meets all objectives, if once one does all later ones do.
void search(const Common& common, const Options& options) {
    const auto file = read_scenario_or_end(common, options.file);
    if (file.scenario.objectives.empty())
        end_with({ErrorCode::invalid_argument, fmt::format("'{}' has no objectives to meet", options.file),
                  "add objectives: - {workload: users, availability: 99.9%}"});
    if (options.vary.size() != 1)
        end_with({ErrorCode::invalid_argument, "a search varies one value", "give --vary once"});
    const system::VariedParameter varied = value_or_end(system::read_varied(options.vary[0]));
    std::vector<std::optional<ordered_json>> tried(varied.values.size());
    const auto meets = [&](std::size_t i) {
        const std::vector<std::pair<std::string, std::string>> point{{varied.path, varied.values[i]}};
        const system::Scenario scenario = with_parameters(file.document, point);
        if (!tried[i])
            tried[i] = point_row(scenario, point, run_all(scenario, options.seed, options.runs, options.threads),
                                 options.seed);
        return (*tried[i])["objectives_met"].get<bool>();
    };
    std::size_t low = 0;                      // the first that may meet them
    std::size_t high = varied.values.size();  // the first that is known to, or the end
    if (meets(varied.values.size() - 1))
        high = varied.values.size() - 1;
    else
        low = high;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (meets(middle))
            high = middle;
        else
            low = middle + 1;
    }
    const bool found = high < varied.values.size();
    ordered_json rows = ordered_json::array();
    for (const auto& row : tried)
        if (row)
            rows.push_back(*row);
    if (common.json) {
        std::printf("%s\n", ordered_json{{"path", varied.path},
                                         {"found", found ? ordered_json(varied.values[high]) : ordered_json(nullptr)},
                                         {"tried", rows}}
                                .dump()
                                .c_str());
    } else {
        const Terminal terminal;
        std::string out;
        for (const auto& row : rows) {
            out += fmt::format("{} = {:<10} {}", varied.path, row["parameters"][varied.path].get<std::string>(),
                               row["objectives_met"].get<bool>() ? terminal.styled(Style::good, "meets  ")
                                                                 : terminal.styled(Style::warning, "misses "));
            for (const auto& [id, figures] : row["workloads"].items())
                out +=
                    fmt::format("  {}: {:.5g} % answered, 99 % within {:.4g} ms", id,
                                figures["ok_percent"]["value"].get<double>(), figures["p99_ms"]["value"].get<double>());
            out += "\n";
        }
        out +=
            found ? terminal.styled(Style::mark, fmt::format("{} = {} is the first that meets the objectives",
                                                             varied.path, varied.values[high])) +
                        "\n"
                  : fmt::format("none of {} to {} meets the objectives\n", varied.values.front(), varied.values.back());
        terminal.show(out);
    }
    if (!found)
        throw ExitWith{1};
}

}  // namespace

void add_sim_studies(CLI::App& sim, Common& common) {
    auto options = std::make_shared<Options>();
    const auto shared = [&common, options](CLI::App* command) {
        command->add_option("--seed", options->seed, "Seed of the first run")->capture_default_str();
        command->add_option("--runs", options->runs, "Runs of each point")
            ->check(CLI::Range(1, 100'000))
            ->capture_default_str();
        command->add_option("--threads", options->threads, "Runs at a time")
            ->check(CLI::Range(1, 1024))
            ->capture_default_str();
        command->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
        command->add_flag("--json", common.json, "Print one JSON document");
    };
    const auto vary = [options](CLI::App* command) {
        command->add_option("--vary", options->vary, "PATH=FROM..TO[:POINTS][:log] or PATH=A,B,C")
            ->required()
            ->allow_extra_args(false);
    };

    CLI::App* sweeper = sim.add_subcommand("sweep", "Run a scenario over values of one or more parameters, as CSV");
    sweeper->add_option("scenario", options->file, "Scenario file, or a scenario's id")->required();
    vary(sweeper);
    sweeper->add_option("--out", options->out,
                        "File that gets a line per point as it is finished; if it has some, goes on");
    shared(sweeper);
    sweeper->callback([&common, options] { sweep(common, *options); });
    sweeper->footer(
        "Examples:\n  dstudio sim sweep retry-storm --vary workloads/users/rate=50/s..350/s:7\n"
        "  dstudio sim sweep retry-storm --vary components/orders/threads=2..8 --vary faults/0/slow=2,4,8 --out "
        "points.jsonl\n"
        "  mpirun -n 4 dstudio sim sweep ... --threads 1 (built with -DDSTUDIO_MPI=ON)");

    CLI::App* comparer = sim.add_subcommand("compare", "Compare two designs under the same arrivals and work");
    comparer->add_option("first", options->file, "Scenario file, or a scenario's id")->required();
    comparer->add_option("second", options->other, "Scenario file, or a scenario's id")->required();
    shared(comparer);
    comparer->callback([&common, options] { compare(common, *options); });
    comparer->footer("Examples:\n  dstudio sim compare retry-storm retry-storm-repaired --runs 10");

    CLI::App* searcher =
        sim.add_subcommand("search", "Find the first value that meets the objectives. Exit code 1 if none does");
    searcher->add_option("scenario", options->file, "Scenario file, or a scenario's id")->required();
    vary(searcher);
    shared(searcher);
    searcher->callback([&common, options] { search(common, *options); });
    searcher->footer(
        "Values are tried by bisection: more of what is varied must not make things worse.\n\n"
        "Examples:\n  dstudio sim search retry-storm --vary components/orders/threads=2..32");
}

}  // namespace dstudio::cli
