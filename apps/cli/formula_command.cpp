#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.hpp"
#include "apps/cli/terminal.hpp"
#include "core/formula/binding.hpp"
#include "core/formula/json.hpp"
#include "core/formula/request.hpp"
#include "services/catalog/formulas.hpp"

namespace dstudio::cli {
namespace {

using base::ErrorCode;
using nlohmann::ordered_json;

struct Options {
    std::string id;
    std::vector<std::string> assignments;
    std::string unknown;
    std::vector<std::string> axes;
    std::string file;
    std::string category;
    std::size_t samples = 100'000;
    std::size_t seed = 1;
    bool csv = false;
};

// A formula or calculator with what the catalogue says of it.
struct Opened {
    explicit Opened(catalog::Catalog opened) : catalogue(std::move(opened)) {}

    catalog::Catalog catalogue;
    formula::FormulaSet set;
    const formula::Model* model = nullptr;
    ordered_json entry;
};

std::unique_ptr<Opened> open_catalogue(const Common& common) {
    auto opened = std::make_unique<Opened>(value_or_end(catalog::Catalog::open(common.pack)));
    catalog::add_formulas(opened->catalogue, opened->set);
    return opened;
}

std::unique_ptr<Opened> open_formula(const Common& common, std::string id) {
    auto opened = open_catalogue(common);
    if (id.starts_with("formula:"))
        id = id.substr(8);
    const auto model = opened->set.find(id);
    if (!model) {
        // A calculator may be named without its kind.
        const auto calculator = opened->set.find("calculator:" + id);
        if (!calculator)
            end_with(model.error());
        id = "calculator:" + id;
        opened->model = *calculator;
    } else {
        opened->model = *model;
    }
    const bool is_calculator = id.starts_with("calculator:");
    const catalog::Brief& brief = *value_or_end(opened->catalogue.resolve(is_calculator ? id : "formula:" + id));
    opened->entry = ordered_json::parse(opened->catalogue.entry_json(brief));
    return opened;
}

std::vector<std::pair<std::string, std::string>> inputs_of(const Options& options) {
    std::vector<std::pair<std::string, std::string>> inputs;
    for (const std::string& assignment : options.assignments) {
        const std::size_t equals = assignment.find('=');
        if (equals == std::string::npos || equals == 0)
            end_with({ErrorCode::invalid_argument, fmt::format("'{}' gives no value to a name", assignment),
                      "write name=value, as servers=10 or service_time=20ms"});
        inputs.emplace_back(assignment.substr(0, equals), assignment.substr(equals + 1));
    }
    return inputs;
}

std::string read_file(const std::string& path) {
    if (path == "-")
        return {std::istreambuf_iterator<char>(std::cin), {}};
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        end_with({ErrorCode::unreadable_file, fmt::format("'{}' cannot be read", path),
                  "give a file, or - for standard input"});
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string text_of(const ordered_json& quantity) {
    return quantity.contains("distribution") ? quantity["distribution"].get<std::string>()
                                             : quantity["text"].get<std::string>();
}

void table(std::string& out, const Terminal& terminal, std::string_view title, const ordered_json& quantities) {
    if (quantities.empty())
        return;
    std::size_t width = 0;
    for (const auto& [name, quantity] : quantities.items())
        width = std::max(width, name.size());
    out += terminal.styled(Style::heading, title) + "\n";
    for (const auto& [name, quantity] : quantities.items())
        out += fmt::format("  {:<{}}  {}{}\n", name, width, text_of(quantity),
                           quantity.contains("default") ? terminal.styled(Style::dim, "  (default)") : "");
}

void warnings(std::string& out, const Terminal& terminal, const ordered_json& list) {
    for (const auto& warning : list)
        out += terminal.styled(Style::warning, "warning: ") + warning["message"].get<std::string>() + "\n";
}

void print_eval(std::string& out, const Terminal& terminal, const ordered_json& answer) {
    table(out, terminal, "Inputs", answer["inputs"]);
    table(out, terminal, "Results", answer["outputs"]);
    warnings(out, terminal, answer["warnings"]);
}

void print_solve(std::string& out, const Terminal& terminal, const ordered_json& answer) {
    table(out, terminal, "Inputs", answer["inputs"]);
    table(out, terminal, "Wanted", answer["target"]);
    const auto unknown = answer["for"].get<std::string>();
    for (const auto& solution : answer["solutions"]) {
        out += terminal.styled(Style::heading, "Solution") + "\n  " +
               terminal.styled(Style::mark, unknown + " = " + text_of(solution[unknown])) + "\n";
        for (const auto& [name, quantity] : solution["outputs"].items())
            out += fmt::format("    {} = {}\n", name, text_of(quantity));
        warnings(out, terminal, solution["warnings"]);
    }
    if (const auto explanation = answer["explanation"].get<std::string>(); !explanation.empty())
        out += (answer["solutions"].empty() ? terminal.styled(Style::warning, "no solution: ") : std::string()) +
               explanation + "\n";
}

void print_sample(std::string& out, const Terminal& terminal, const ordered_json& answer) {
    table(out, terminal, "Inputs", answer["inputs"]);
    out += terminal.styled(Style::heading,
                           fmt::format("Results of {} samples, seed {}", answer["samples"].get<std::size_t>(),
                                       answer["seed"].get<std::uint64_t>())) +
           "\n";
    for (const auto& [name, output] : answer["outputs"].items()) {
        out += fmt::format("  {}  mean {}\n", terminal.styled(Style::label, name), output["text"].get<std::string>());
        if (output["min"] == output["max"])
            continue;
        for (const auto& quantile : output["quantiles"])
            out += fmt::format("    {:>4.0f} %  {}\n", 100 * quantile["p"].get<double>(),
                               quantile["text"].get<std::string>());
        if (!output["influences"].empty()) {
            out += "    moved by ";
            std::string list;
            for (const auto& influence : output["influences"])
                if (influence["rank_correlation"].is_number())
                    list +=
                        fmt::format("{}{} ({:+.2f})", list.empty() ? "" : ", ", influence["input"].get<std::string>(),
                                    influence["rank_correlation"].get<double>());
            out += list + "\n";
        }
    }
    warnings(out, terminal, answer["warnings"]);
}

void print_sensitivity(std::string& out, const Terminal& terminal, const ordered_json& answer) {
    table(out, terminal, "Inputs", answer["inputs"]);
    for (const auto& [name, output] : answer["outputs"].items()) {
        out += terminal.styled(Style::heading, fmt::format("{} = {}", name, output["text"].get<std::string>())) + "\n";
        out += fmt::format("  {:<24}{:>16}{:>16}{:>14}\n", "input", "10 % lower", "10 % higher", "elasticity");
        for (const auto& influence : output["influences"])
            out += fmt::format(
                "  {:<24}{:>16}{:>16}{:>14}\n", influence["input"].get<std::string>(),
                influence["low"]["text"].get<std::string>(), influence["high"]["text"].get<std::string>(),
                influence["elasticity"].is_number() ? fmt::format("{:.3g}", influence["elasticity"].get<double>())
                                                    : "-");
    }
}

// Columns for a spreadsheet or plot: inputs of the axes, then results.
std::string sweep_csv(const ordered_json& answer) {
    const auto heading = [](const std::string& name, const std::string& unit) {
        return unit == "1" ? name : fmt::format("{} ({})", name, unit);
    };
    const auto cell = [](const ordered_json& value) { return value.is_null() ? std::string() : value.dump(); };
    std::string out;
    for (const auto& axis : answer["axes"])
        out += (out.empty() ? "" : ",") + heading(axis["input"], axis["unit"]);
    for (const auto& [name, output] : answer["outputs"].items())
        out += "," + heading(name, output["unit"]);
    out += "\n";
    const auto& axes = answer["axes"];
    const std::size_t inner = axes.back()["values"].size();
    const std::size_t total = inner * (axes.size() == 2 ? axes[0]["values"].size() : 1);
    for (std::size_t i = 0; i < total; ++i) {
        if (axes.size() == 2)
            out += cell(axes[0]["values"][i / inner]) + ",";
        out += cell(axes.back()["values"][i % inner]);
        for (const auto& [name, output] : answer["outputs"].items())
            out += "," + cell(output["values"][i]);
        out += "\n";
    }
    return out;
}

void print_fit(std::string& out, const Terminal& terminal, const ordered_json& answer) {
    table(out, terminal, "Inputs", answer["inputs"]);
    out +=
        terminal.styled(Style::heading, fmt::format("Estimates from {} points", answer["points"].get<std::size_t>())) +
        "\n";
    for (const auto& [name, estimate] : answer["estimates"].items()) {
        const auto number = [&estimate = estimate](const char* key) {
            return estimate[key].is_number() ? fmt::format("{:.6g}", estimate[key].get<double>())
                                             : std::string("unbounded");
        };
        out +=
            fmt::format("  {:<20} {:>14}   standard error {:<12} {:.0f} % within [{}, {}]\n", name, text_of(estimate),
                        number("standard_error"), 100 * answer["level"].get<double>(), number("low"), number("high"));
    }
    if (answer["r_squared"].is_number())
        out += fmt::format("  R² {:.5f}, residual deviation {:.4g} {}\n", answer["r_squared"].get<double>(),
                           answer["residual_deviation"].get<double>(), answer["unit"].get<std::string>());
    table(out, terminal, "What follows", answer["outputs"]);
    warnings(out, terminal, answer["warnings"]);
}

void print_answer(const std::string& verb, const ordered_json& answer) {
    const Terminal terminal;
    std::string out;
    if (verb == "eval")
        print_eval(out, terminal, answer);
    else if (verb == "solve")
        print_solve(out, terminal, answer);
    else if (verb == "sample")
        print_sample(out, terminal, answer);
    else if (verb == "sensitivity")
        print_sensitivity(out, terminal, answer);
    else if (verb == "fit")
        print_fit(out, terminal, answer);
    terminal.show(out);
}

ordered_json request_of(const std::string& verb, const Options& options) {
    return value_or_end(formula::request_json(verb, {.inputs = inputs_of(options),
                                                     .unknown = options.unknown,
                                                     .axes = options.axes,
                                                     .samples = options.samples,
                                                     .seed = options.seed,
                                                     .data = verb == "fit" ? read_file(options.file) : ""}));
}

bool is_negative(const std::string& verb, const ordered_json& answer) {
    return verb == "solve" && answer["solutions"].empty();
}

void run_verb(const Common& common, const Options& options, const std::string& verb) {
    const auto opened = open_formula(common, options.id);
    ordered_json answer = value_or_end(formula::answer(verb, *opened->model, request_of(verb, options)));
    if (common.json) {
        std::printf("%s\n", formula::answer_document(opened->entry, verb, answer).dump().c_str());
    } else if (verb == "sweep") {
        std::fputs(sweep_csv(answer).c_str(), stdout);
    } else {
        print_answer(verb, answer);
    }
    if (is_negative(verb, answer))
        throw ExitWith{1};
}

void run_list(const Common& common, const Options& options) {
    const auto opened = open_catalogue(common);
    const Terminal terminal;
    ordered_json list = ordered_json::array();
    std::string out;
    std::string category;
    for (const catalog::Brief& brief : opened->catalogue.entries()) {
        if (brief.ref.kind->name != "formula" && brief.ref.kind->name != "calculator")
            continue;
        if (!options.category.empty() && brief.category != options.category)
            continue;
        const bool is_calculator = brief.ref.kind->name == "calculator";
        const auto model = opened->set.find(is_calculator ? brief.ref.text() : brief.ref.id);
        if (!model)
            continue;
        ordered_json inputs = ordered_json::array();
        std::string names;
        for (const formula::Variable* input : (*model)->inputs()) {
            inputs.push_back(input->name);
            names += (names.empty() ? "" : ", ") + input->name;
        }
        ordered_json outputs = ordered_json::array();
        for (const formula::Variable* output : (*model)->outputs())
            outputs.push_back(output->name);
        list.push_back({{"ref", brief.ref.text()},
                        {"name", brief.name},
                        {"category", brief.category},
                        {"summary", brief.summary},
                        {"inputs", std::move(inputs)},
                        {"outputs", std::move(outputs)}});
        out += fmt::format("{}  {}\n    {}({})\n",
                           terminal.styled(Style::label, is_calculator ? brief.ref.text() : brief.ref.id), brief.name,
                           terminal.styled(Style::dim, "from "), names);
    }
    if (common.json)
        std::printf("%s\n", ordered_json{{"total", list.size()}, {"items", list}}.dump().c_str());
    else
        terminal.show(out + fmt::format("{} formulas and calculators compute\n", list.size()));
    if (list.empty())
        throw ExitWith{1};
}

void run_show(const Common& common, const Options& options) {
    const auto opened = open_formula(common, options.id);
    const ordered_json model = formula::model_json(*opened->model);
    if (common.json) {
        ordered_json document{{"formula", opened->entry["ref"]},
                              {"name", opened->entry["name"]},
                              {"summary", opened->entry["summary"]},
                              {"model", model},
                              {"sources", opened->entry["sources"]}};
        std::printf("%s\n", document.dump().c_str());
        return;
    }
    const Terminal terminal;
    std::string out = terminal.styled(Style::heading, opened->entry["name"].get<std::string>()) + "  " +
                      terminal.styled(Style::label, opened->entry["ref"].get<std::string>()) + "\n\n" +
                      terminal.wrapped(opened->entry["summary"].get<std::string>(), 0) + "\n";
    for (const char* key : {"inputs", "outputs"}) {
        out += terminal.styled(Style::heading, key[0] == 'i' ? "Inputs" : "Results") + "\n";
        for (const auto& variable : model[key]) {
            std::string line = fmt::format("  {:<24} {:<8} {}", variable["name"].get<std::string>(),
                                           variable["unit"].get<std::string>(), variable["meaning"].get<std::string>());
            if (variable.contains("domain"))
                line += "; " + variable["domain"].get<std::string>();
            if (variable.contains("default"))
                line += terminal.styled(Style::dim, "  default " + variable["default"].get<std::string>());
            out += line + "\n";
        }
    }
    out += terminal.styled(Style::heading, "Equations") + "\n";
    for (const auto& equation : model["equations"])
        out += "  " + equation["text"].get<std::string>() + "\n";
    for (const auto& requirement : model["requires"])
        out += fmt::format("  holds while {}  ({})\n", requirement["condition"].get<std::string>(),
                           requirement["otherwise"].get<std::string>());
    out += "\n" + terminal.wrapped(fmt::format("'dstudio show {}' tells assumptions, use, misuse and sources.",
                                               opened->entry["ref"].get<std::string>()),
                                   0);
    terminal.show(out);
}

void run_model(const Common& common, const Options& options) {
    const std::string source = read_file(options.file);
    const auto opened = open_catalogue(common);
    formula::Diagnostics diagnostics;
    const auto model = formula::Model::from_source(source, opened->set.library(), diagnostics);
    if (!model) {
        if (common.json) {
            std::printf("%s\n",
                        ordered_json{{"diagnostics", formula::diagnostics_json(source, diagnostics)}}.dump().c_str());
        } else {
            for (const formula::Diagnostic& diagnostic : diagnostics)
                std::fprintf(stderr, "%s:%s\n", options.file.c_str(),
                             formula::diagnostic_text(source, diagnostic).c_str());
        }
        throw ExitWith{1};
    }
    std::vector<formula::Assignment> given;
    for (const auto& [name, value] : inputs_of(options))
        given.push_back({name, value});
    const auto bindings = value_or_end(formula::bind_inputs(*model, given));
    const std::string verb = bindings.is_uncertain() ? "sample" : "eval";
    const ordered_json request = request_of(verb, options);
    const ordered_json answer = value_or_end(formula::answer(verb, *model, request));
    if (common.json) {
        ordered_json document{{"model", options.file}, {"verb", verb}};
        document.update(answer);
        std::printf("%s\n", document.dump().c_str());
    } else {
        print_answer(verb, answer);
    }
}

CLI::App* add_verb(CLI::App& formula, Common& common, const std::shared_ptr<Options>& options, const std::string& verb,
                   const std::string& description) {
    CLI::App* command = formula.add_subcommand(verb, description);
    command->add_option("id", options->id, "Formula or calculator, as erlang-c")->required();
    command->add_option("values", options->assignments,
                        "Inputs as name=value: servers=10 service_time=20ms a1='beta(99,1)'");
    command->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
    command->add_flag("--json", common.json, "Print one JSON document");
    command->callback([&common, options, verb] { run_verb(common, *options, verb); });
    return command;
}

}  // namespace

void add_formula_command(CLI::App& app, Common& common) {
    auto options = std::make_shared<Options>();
    CLI::App* formula =
        app.add_subcommand("formula", "Compute with the catalogue's formulas, and with models of your own");
    formula->require_subcommand(1);

    CLI::App* list = formula->add_subcommand("list", "Name the formulas and calculators that compute");
    list->add_option("--category", options->category, "Only this category");
    list->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
    list->add_flag("--json", common.json, "Print one JSON document");
    list->callback([&common, options] { run_list(common, *options); });

    CLI::App* show = formula->add_subcommand("show", "Show inputs, results, equations and conditions of one");
    show->add_option("id", options->id, "Formula or calculator, as erlang-c")->required();
    show->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
    show->add_flag("--json", common.json, "Print one JSON document");
    show->callback([&common, options] { run_show(common, *options); });

    add_verb(*formula, common, options, "eval", "Compute the results from inputs")
        ->footer("Examples:\n  dstudio formula eval erlang-c servers=10 arrival_rate=8/s service_rate=1/s --json");
    CLI::App* solve = add_verb(*formula, common, options, "solve", "Find the input that gives a wanted result");
    solve->add_option("--for", options->unknown, "The input to solve for")->required();
    solve->footer(
        "Give one result the value it is to take. Exit code 1 if nothing gives it.\n\nExamples:\n"
        "  dstudio formula solve mm1-response --for arrival_rate response_time=250ms service_rate=10/s\n"
        "  dstudio formula solve erlang-c --for servers wait_probability=5% arrival_rate=80/s service_rate=10/s");
    add_verb(*formula, common, options, "sensitivity", "Rank the inputs by how much they move each result")
        ->footer("Examples:\n  dstudio formula sensitivity mm1-response arrival_rate=8/s service_rate=10/s");
    CLI::App* sample =
        add_verb(*formula, common, options, "sample", "Propagate uncertain inputs by seeded Monte Carlo");
    sample->add_option("--n,--samples", options->samples, "Samples to draw")->capture_default_str();
    sample->add_option("--seed", options->seed, "Seed: the same one gives the same figures")->capture_default_str();
    sample->footer(
        "Distributions: normal(mean, sd), lognormal(median, sigma), uniform(min, max), triangular(min, mode, max),\n"
        "beta(a, b), gamma(shape, scale), exponential(mean), between(low, high), normal_quantiles(p1, x1, p2, x2),\n"
        "lognormal_quantiles(p1, x1, p2, x2), data([x1, x2, ...]).\n\nExamples:\n"
        "  dstudio formula sample availability-series 'a1=beta(99,1)' a2=99.9% --n 1000000 --json");
    CLI::App* sweep =
        add_verb(*formula, common, options, "sweep", "Compute over a range of one input, or a grid of two, as CSV");
    sweep->add_option("--over", options->axes, "input=from..to[:points][:log], once or twice")
        ->required()
        ->allow_extra_args(false);
    sweep->footer(
        "Examples:\n  dstudio formula sweep erlang-c --over servers=9..20 arrival_rate=8/s service_rate=1/s > "
        "curve.csv\n"
        "  dstudio formula sweep mm1-response --over arrival_rate=1/s..9/s:50 --over service_rate=10/s..20/s:50");
    CLI::App* fit = formula->add_subcommand("fit", "Estimate unknown inputs from measurements");
    fit->add_option("id", options->id, "Formula, as usl")->required();
    fit->add_option("data", options->file,
                    "CSV: a line of variable names (units in brackets), then numbers; - for standard input")
        ->required();
    fit->add_option("values", options->assignments, "Inputs that are known, as name=value");
    fit->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
    fit->add_flag("--json", common.json, "Print one JSON document");
    fit->footer("Examples:\n  dstudio formula fit usl data.csv");
    fit->callback([&common, options] { run_verb(common, *options, "fit"); });

    CLI::App* run = formula->add_subcommand("run", "Run a model of your own, written in the formula language");
    run->add_option("file", options->file, "Model, as model.dsm; - for standard input")->required();
    run->add_option("values", options->assignments, "Inputs to change, as name=value");
    run->add_option("--n,--samples", options->samples, "Samples to draw where inputs are uncertain")
        ->capture_default_str();
    run->add_option("--seed", options->seed, "Seed: the same one gives the same figures")->capture_default_str();
    run->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
    run->add_flag("--json", common.json, "Print one JSON document");
    run->footer(
        "A model is lines of the form name = expression, with units and distributions; docs/guides/formula-language.md "
        "tells all.\n\n"
        "Examples:\n  dstudio formula run checkout.dsm\n  dstudio formula run checkout.dsm servers=12 --json");
    run->callback([&common, options] { run_model(common, *options); });

    formula->footer(
        "Examples:\n"
        "  dstudio formula list --category queueing\n"
        "  dstudio formula show erlang-c\n"
        "  dstudio formula eval erlang-c servers=10 arrival_rate=8/s service_rate=1/s");
}

}  // namespace dstudio::cli
