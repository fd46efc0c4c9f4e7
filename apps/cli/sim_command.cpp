#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "apps/cli/commands.hpp"
#include "apps/cli/sim_support.hpp"
#include "apps/cli/terminal.hpp"
#include "core/system/published.hpp"
#include "core/system/report.hpp"
#include "core/system/validation.hpp"
#include "services/catalog/catalog.hpp"

namespace dstudio::cli {
namespace {

using base::ErrorCode;
using nlohmann::ordered_json;

struct Options {
    std::string file;
    std::uint64_t seed = 1;
    std::size_t runs = 1;
    std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
    std::uint64_t seeds = 1;  // validate: sets of replications
    std::string only;
    bool published = false;  // validate: papers instead of theory
};

// Eight heights of blocks; what is missing is a blank.
std::string sparkline(const ordered_json& values, std::size_t width) {
    static constexpr std::array<std::string_view, 8> blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    std::vector<double> means;
    double most = 0;
    const std::size_t count = values.size();
    for (std::size_t i = 0; i < std::min(width, count); ++i) {
        double sum = 0;
        double number = 0;
        for (std::size_t k = i * count / std::min(width, count); k < (i + 1) * count / std::min(width, count); ++k)
            if (values[k].is_number()) {
                sum += values[k].get<double>();
                ++number;
            }
        means.push_back(number == 0 ? -1 : sum / number);
        most = std::max(most, means.back());
    }
    std::string line;
    for (const double mean : means) {
        if (mean < 0)
            line += " ";
        else
            line += blocks[most == 0 ? 0 : std::min<std::size_t>(7, static_cast<std::size_t>(mean / most * 7.999))];
    }
    return line + fmt::format("  at most {:.4g}", most);
}

std::string figure_text(const ordered_json& figure, int digits = 4) {
    if (!figure["value"].is_number())
        return "-";
    std::string text = fmt::format("{:.{}g}", figure["value"].get<double>(), digits);
    if (figure["half_width"].is_number() && figure["half_width"].get<double>() > 0)
        text += fmt::format(" ± {:.2g}", figure["half_width"].get<double>());
    return text;
}

std::string messages_text(const ordered_json& report, const Terminal& terminal) {
    std::string out;
    for (const auto& component : report["components"]) {
        if (!component.contains("messages"))
            continue;
        if (out.empty())
            out = "\n" + terminal.styled(Style::heading, "Messages") + "\n";
        const auto& messages = component["messages"];
        const auto& age = messages["age_ms"];
        out += fmt::format("  {:<20}kept {}, delivered {}, age at delivery, ms: 50 % {}, 99 % {}, longest {}\n",
                           component["id"].get<std::string>(), figure_text(messages["kept"]),
                           figure_text(messages["delivered"]), figure_text(age["p50"]), figure_text(age["p99"]),
                           figure_text(age["max"]));
    }
    return out;
}

void print_report(const ordered_json& report) {
    const Terminal terminal;
    std::string out = terminal.styled(Style::heading, report["scenario"].get<std::string>()) +
                      fmt::format("  {} s{}, {} run{} from seed {}, {} events\n", report["duration_s"].get<double>(),
                                  report["warmup_s"].get<double>() > 0
                                      ? fmt::format(" of which {} s warm-up", report["warmup_s"].get<double>())
                                      : "",
                                  report["runs"].get<std::size_t>(), report["runs"] == 1 ? "" : "s",
                                  report["seed"].get<std::uint64_t>(), report["events"].get<std::uint64_t>());
    if (report.contains("stopped_early"))
        out += terminal.styled(Style::warning, "stopped early: ") + report["stopped_early"].get<std::string>() + "\n";
    const std::size_t plot_width = std::clamp<std::size_t>(terminal.width() - 40, 20, 100);
    for (const auto& workload : report["workloads"]) {
        const auto id = workload["id"].get<std::string>();
        out += "\n" + terminal.styled(Style::heading, id) + "\n";
        out += fmt::format("  offered {}/s, answered {}/s ({} %)\n", figure_text(workload["offered_per_s"]),
                           figure_text(workload["goodput_per_s"]),
                           workload["ok_share"]["value"].is_number()
                               ? fmt::format("{:.5g}", 100 * workload["ok_share"]["value"].get<double>())
                               : std::string("-"));
        std::string failures;
        for (const auto& [outcome, count] : workload["outcomes"].items())
            if (outcome != "ok")
                failures += fmt::format("{}{} {}", failures.empty() ? "  " : ", ", outcome, count.get<std::uint64_t>());
        if (!failures.empty())
            out += failures + "\n";
        const auto& latency = workload["latency_ms"];
        out += fmt::format("  latency, ms: mean {}, 50 % {}, 90 % {}, 99 % {}, 99.9 % {}\n",
                           figure_text(latency["mean"]), figure_text(latency["p50"]), figure_text(latency["p90"]),
                           figure_text(latency["p99"]), figure_text(latency["p999"]));
        const auto& series = report["series"]["workloads"][id];
        for (const auto& [key, label] :
             {std::pair{"ok_per_s", "answered/s"}, {"failed_per_s", "failed/s"}, {"latency_ms", "latency, ms"}})
            out += fmt::format("  {:<12} {}\n", label, sparkline(series[key], plot_width));
    }
    out += "\n" + terminal.styled(Style::heading, "Components") + "\n";
    out += fmt::format("  {:<20}{:>9}{:>12}{:>12}{:>12}{:>12}{:>12}\n", "", "busy", "queue", "wait ms", "served/s",
                       "rejected/s", "wasted/s");
    for (const auto& component : report["components"]) {
        const auto value = [&](const char* key) { return component[key]["value"].get<double>(); };
        out += fmt::format("  {:<20}{:>8.1f}%{:>12.4g}{:>12.4g}{:>12.5g}{:>12.4g}{:>12.4g}\n",
                           component["id"].get<std::string>(), 100 * value("utilisation"), value("queue"),
                           value("wait_ms"), value("served_per_s"), value("rejected_per_s"), value("wasted_per_s"));
    }
    out += messages_text(report, terminal);
    if (report.contains("chaos")) {
        out += "\n" + terminal.styled(Style::heading, "Chaos") + "\n";
        if (report["runs"] != 1)
            out += "  of the first run; put under faults, instead of chaos, this gives the same run again\n";
        else
            out += "  put under faults, instead of chaos, this gives the same run again\n";
        for (const auto& fault : report["chaos"]) {
            std::string line;
            for (const auto& [key, value] : fault.items())
                line += fmt::format("{}{}: {}", line.empty() ? "" : ", ", key,
                                    value.is_string() ? value.get<std::string>() : value.dump());
            out += "  - {" + line + "}\n";
        }
    }
    if (!report["objectives"].empty())
        out += "\n" + terminal.styled(Style::heading, "Objectives") + "\n";
    for (const auto& objective : report["objectives"]) {
        const bool met = objective["met"].get<bool>();
        const std::string verdict =
            met ? terminal.styled(Style::good, "met   ") : terminal.styled(Style::warning, "missed");
        out += fmt::format("  {}  {}\n", verdict, objective["text"].get<std::string>());
    }
    if (report.contains("cost"))
        out += fmt::format("\n{}\n  ${} an hour, ${} for a million answers\n", terminal.styled(Style::heading, "Cost"),
                           figure_text(report["cost"]["usd_per_hour"]),
                           figure_text(report["cost"]["usd_per_million_requests"]));
    const auto& spent = report["time"];
    out += fmt::format(
        "\n{}\n  for each request with all that it caused, ms: work {}, queueing {}, network {}, backoff {}",
        terminal.styled(Style::heading, "Where time goes"), figure_text(spent["work_ms"]),
        figure_text(spent["queueing_ms"]), figure_text(spent["network_ms"]), figure_text(spent["backoff_ms"]));
    out += fmt::format(", waiting for a place {}\n", figure_text(spent["pool_ms"]));
    if (!report["diagnosis"].empty())
        out += "\n" + terminal.styled(Style::heading, "What happened") + "\n";
    for (const auto& sentence : report["diagnosis"])
        out += terminal.wrapped(sentence.get<std::string>() + ".", 2) + "\n";
    terminal.show(out);
}

void run_scenario(const Common& common, const Options& options) {
    const system::Scenario scenario = read_scenario_or_end(common, options.file).scenario;
    const std::vector<system::Results> runs = run_all(scenario, options.seed, options.runs, options.threads);
    const ordered_json report = system::report_json(scenario, options.seed, runs);
    if (common.json)
        std::printf("%s\n", report.dump(-1, ' ', false, ordered_json::error_handler_t::replace).c_str());
    else
        print_report(report);
    const auto& objectives = report["objectives"];
    if (std::any_of(objectives.begin(), objectives.end(), [](const auto& o) { return !o["met"].template get<bool>(); }))
        throw ExitWith{1};
}

void check_scenario(const Common& common, const Options& options) {
    const system::Scenario scenario = read_scenario_or_end(common, options.file).scenario;
    std::printf("%s: %zu components, %zu calls, %zu workloads, %zu faults: no mistake\n", options.file.c_str(),
                scenario.components.size(), scenario.edges.size(), scenario.workloads.size(), scenario.faults.size());
}

void list_scenarios(const Common& common) {
    const auto catalogue = value_or_end(catalog::Catalog::open(common.pack));
    ordered_json list = ordered_json::array();
    for (const catalog::Brief& brief : catalogue.entries())
        if (brief.ref.kind->name == "scenario") {
            const auto fields = ordered_json::parse(catalogue.entry_json(brief))["fields"];
            const std::string other = fields.contains("counterpart_of")
                                          ? catalog::parse_ref(fields["counterpart_of"].get<std::string>())->id
                                          : std::string();
            list.push_back({{"id", brief.ref.id},
                            {"name", brief.name},
                            {"summary", brief.summary},
                            {"counterpart_of", other.empty() ? ordered_json(nullptr) : ordered_json(other)}});
            if (!common.json)
                std::printf("%-36s %s%s\n", brief.ref.id.c_str(),
                            other.empty() ? "" : fmt::format("(counterpart of {}) ", other).c_str(),
                            brief.summary.c_str());
        }
    if (common.json)
        std::printf("%s\n", list.dump().c_str());
}

// Those whose name holds the text of --only. Ends the program if there are none.
template <class Case>
std::vector<const Case*> named_like(const std::vector<Case>& all, const Options& options) {
    std::vector<const Case*> cases;
    for (const Case& known : all)
        if (known.name.find(options.only) != std::string::npos)
            cases.push_back(&known);
    if (cases.empty())
        end_with({ErrorCode::not_found, fmt::format("no case is named like '{}'", options.only),
                  "leave --only out to see all"});
    return cases;
}

// "63.31 ± 1.1", or the value alone if it was calculated.
std::string outcome_text(const ordered_json& outcome, bool is_calculated) {
    if (is_calculated)
        return fmt::format("{:.4g} calculated", outcome["mean"].get<double>());
    return fmt::format("{:.4g}", outcome["mean"].get<double>()) +
           (outcome["half_width"].is_number() ? fmt::format(" ± {:.2g}", outcome["half_width"].get<double>()) : "");
}

void print_published(const ordered_json& results, const std::string& summary) {
    const Terminal terminal;
    std::string out;
    for (const auto& result : results) {
        out += terminal.styled(Style::heading, result["name"].get<std::string>()) + "\n";
        out += terminal.wrapped(result["source"].get<std::string>() + ".", 2);
        out += terminal.wrapped(result["setup"].get<std::string>(), 2);
        out += terminal.styled(Style::heading, fmt::format("  {:<76}{:>22}  {:<18}{}\n", "", "ours", "", "published"));
        for (const auto& figure : result["figures"]) {
            const auto unit = figure["unit"].get<std::string>();
            const bool agrees = figure["ours"]["agrees"].get<bool>();
            // Padded before it is styled: escapes take no place.
            const std::string verdict = fmt::format("{:<18}", agrees                          ? "agrees"
                                                              : figure["differs"].get<bool>() ? "differs, see note"
                                                                                              : "differs");
            out += fmt::format("  {:<76}{:>22}  {}{}\n",
                               figure["quantity"].get<std::string>() + (unit == "1" ? "" : ", " + unit),
                               outcome_text(figure["ours"], figure["calculated"].get<bool>()),
                               terminal.styled(agrees ? Style::good : Style::warning, verdict),
                               figure["published"].get<std::string>());
            if (!figure["note"].get<std::string>().empty())
                out += terminal.wrapped(figure["note"].get<std::string>(), 6);
        }
        out += "\n";
    }
    terminal.show(out + summary);
}

// Papers instead of theory. Exit code 1 if a figure differs without a reason that is known.
void validate_published(const Common& common, const Options& options) {
    const auto cases = named_like(system::published_results(), options);
    std::vector<std::vector<system::Scenario>> scenarios(cases.size());
    for (std::size_t c = 0; c < cases.size(); ++c)
        for (const std::string& id : cases[c]->scenarios)
            scenarios[c].push_back(read_scenario_or_end(common, id).scenario);
    std::vector<std::vector<system::PublishedOutcome>> outcomes(cases.size());
    {
        const ProgressLine progress("reproducing", cases.size());
        in_parallel(
            cases.size(), options.threads,
            [&](std::size_t c) {
                outcomes[c] =
                    system::reproduce(*cases[c], scenarios[c], {.seed = options.seed, .runs = 0, .effort = 1});
            },
            progress);
    }
    ordered_json results = ordered_json::array();
    std::size_t agreeing = 0;
    std::size_t explained = 0;
    std::size_t total = 0;
    for (std::size_t c = 0; c < cases.size(); ++c) {
        results.push_back(system::published_json(*cases[c], outcomes[c]));
        for (std::size_t f = 0; f < outcomes[c].size(); ++f) {
            const bool agrees = outcomes[c][f].agrees;
            ++total;
            agreeing += agrees ? 1 : 0;
            explained += !agrees && cases[c]->figures[f].differs ? 1 : 0;
        }
    }
    if (common.json)
        std::printf("%s\n", ordered_json{{"level", system::validation_level},
                                         {"seed", options.seed},
                                         {"results", results},
                                         {"figures", total},
                                         {"agree", agreeing},
                                         {"differ_with_reason", explained}}
                                .dump()
                                .c_str());
    else {
        print_published(results,
                        fmt::format("{} results with {} figures: {} agree, {} differ for a reason that is given, "
                                    "{} differ without\n",
                                    cases.size(), total, agreeing, explained, total - agreeing - explained));
    }
    if (agreeing + explained < total)
        throw ExitWith{1};
}

void validate(const Common& common, const Options& options) {
    if (options.published)
        return validate_published(common, options);
    const auto cases = named_like(system::validation_cases(), options);
    // Cases that stand beside each other and look at one system are simulated together.
    struct System {
        std::size_t first;  // of its cases
        std::span<const system::ValidationCase> cases;
    };
    std::vector<System> systems;
    for (std::size_t c = 0; c < cases.size(); ++c) {
        if (c > 0 && cases[c] == cases[c - 1] + 1 && cases[c]->scenario == cases[c - 1]->scenario)
            systems.back().cases = {systems.back().cases.data(), systems.back().cases.size() + 1};
        else
            systems.push_back({c, {cases[c], 1}});
    }
    const auto sets = static_cast<std::size_t>(options.seeds);
    std::vector<std::vector<system::ValidationOutcome>> outcomes(cases.size(),
                                                                 std::vector<system::ValidationOutcome>(sets));
    {
        const ProgressLine progress("simulating", systems.size() * sets);
        in_parallel(
            systems.size() * sets, options.threads,
            [&](std::size_t i) {
                const auto& [first, of_system] = systems[i % systems.size()];
                // Sets of replications share no seed.
                const std::size_t set = i / systems.size();
                const auto found = system::validate(of_system, options.seed + set * system::validation_replications);
                for (std::size_t c = 0; c < found.size(); ++c)
                    outcomes[first + c][set] = found[c];
            },
            progress);
    }
    ordered_json rows = ordered_json::array();
    std::size_t covered = 0;
    std::size_t total = 0;
    for (std::size_t c = 0; c < cases.size(); ++c) {
        const system::ValidationOutcome& first = outcomes[c][0];
        std::size_t covers = 0;
        for (const system::ValidationOutcome& outcome : outcomes[c])
            covers += outcome.covers ? 1 : 0;
        covered += covers;
        total += outcomes[c].size();
        rows.push_back({{"case", cases[c]->name},
                        {"quantity", cases[c]->quantity},
                        {"unit", cases[c]->unit},
                        {"theory", cases[c]->theory},
                        {"simulation", first.estimate.mean},
                        {"half_width", first.estimate.half_width},
                        {"covers", covers},
                        {"of", outcomes[c].size()},
                        {"source", cases[c]->source}});
    }
    if (common.json) {
        std::printf("%s\n", ordered_json{{"level", system::validation_level},
                                         {"replications", system::validation_replications},
                                         {"cases", rows},
                                         {"covered", covered},
                                         {"intervals", total}}
                                .dump()
                                .c_str());
        return;
    }
    const Terminal terminal;
    std::string out =
        terminal.styled(Style::heading, fmt::format("{:<42}{:<32}{:>12}{:>12}{:>10}  {:<4}{}\n", "case", "quantity",
                                                    "theory", "simulated", "±", "", "covers"));
    for (const auto& row : rows)
        out += fmt::format("{:<42}{:<32}{:>12.5g}{:>12.5g}{:>10.2g}  {:<4}{} of {}\n", row["case"].get<std::string>(),
                           row["quantity"].get<std::string>(), row["theory"].get<double>(),
                           row["simulation"].get<double>(), row["half_width"].get<double>(),
                           row["unit"] == "1" ? "" : row["unit"].get<std::string>(), row["covers"].get<std::size_t>(),
                           row["of"].get<std::size_t>());
    out += fmt::format("\n{} cases; {} of {} intervals at {:.0f} % cover the theory: {:.1f} %\n", cases.size(), covered,
                       total, 100 * system::validation_level,
                       100 * static_cast<double>(covered) / static_cast<double>(total));
    terminal.show(out);
}

}  // namespace

void add_sim_command(CLI::App& app, Common& common) {
    auto options = std::make_shared<Options>();
    CLI::App* sim = app.add_subcommand("sim", "Simulate a service architecture under load and faults");
    sim->require_subcommand(1);
    const auto common_options = [&common, options](CLI::App* command, bool takes_file) {
        if (takes_file)
            command->add_option("scenario", options->file, "Scenario file, - for standard input, or a scenario's id")
                ->required();
        command->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
        command->add_flag("--json", common.json, "Print one JSON document");
    };

    CLI::App* run = sim->add_subcommand("run", "Run a scenario and report. Exit code 1 if an objective is missed");
    common_options(run, true);
    run->add_option("--seed", options->seed, "Seed of the first run: the same one gives the same figures")
        ->capture_default_str();
    run->add_option("--runs", options->runs, "Independent runs; two or more give intervals")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    run->add_option("--threads", options->threads, "Runs at a time")->check(CLI::Range(1, 1024))->capture_default_str();
    run->callback([&common, options] { run_scenario(common, *options); });
    run->footer("Examples:\n  dstudio sim run retry-storm\n  dstudio sim run my.yaml --seed 7 --runs 20 --json");

    CLI::App* check = sim->add_subcommand("check", "Say what is wrong with a scenario file");
    common_options(check, true);
    check->callback([&common, options] { check_scenario(common, *options); });

    CLI::App* list = sim->add_subcommand("list", "Name the scenarios of the catalogue");
    common_options(list, false);
    list->callback([&common] { list_scenarios(common); });

    CLI::App* validation =
        sim->add_subcommand("validate", "Hold the simulator against cases whose answer theory knows");
    validation->add_option("--seed", options->seed, "Seed of the first run")->capture_default_str();
    validation->add_option("--seeds", options->seeds, "Sets of runs of each case, to see how often intervals cover")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    validation->add_option("--only", options->only, "Cases whose name holds this text");
    validation->add_option("--threads", options->threads, "Runs at a time")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    validation
        ->add_flag("--published", options->published,
                   "Hold it against published results instead: the figures of papers, beside ours")
        ->excludes("--seeds");
    validation->add_option("--pack", common.pack, "Catalogue pack to read, for --published")->capture_default_str();
    validation->add_flag("--json", common.json, "Print one JSON document");
    validation->callback([&common, options] { validate(common, *options); });
    validation->footer(
        "Examples:\n  dstudio sim validate\n  dstudio sim validate --only M/M/1 --seeds 200\n"
        "  dstudio sim validate --published --only 'tail at scale'");

    add_sim_studies(*sim, common);
    add_sim_import(*sim, common);
    add_sim_trace(*sim, common);

    sim->footer(
        "Examples:\n"
        "  dstudio sim list\n"
        "  dstudio sim run retry-storm --runs 10\n"
        "  dstudio sim compare retry-storm retry-storm-repaired --runs 10\n"
        "  dstudio sim search load-balancer-random --vary components/web/replicas=1..64\n"
        "  dstudio sim validate");
}

}  // namespace dstudio::cli
