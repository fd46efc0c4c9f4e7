#include "core/formula/json.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "core/formula/derivative.hpp"
#include "core/formula/fit.hpp"
#include "core/formula/latex.hpp"
#include "core/formula/sample.hpp"
#include "core/formula/solve.hpp"
#include "core/formula/sweep.hpp"
#include "core/formula/work_limit.hpp"

namespace dstudio::formula {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using json = nlohmann::ordered_json;

constexpr int shown_digits = 6;

std::string text_at(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// JSON has no infinity and no NaN: null, with the word in "text".
json number_json(double value) {
    return std::isfinite(value) ? json(value) : json(nullptr);
}

json in_unit(double value, const base::Unit& unit) {
    return number_json(unit.from_base(value));
}

std::string shown(double value, const base::Unit& unit) {
    return base::quantity_text(value, unit.dimension, shown_digits, &unit);
}

json quantity_json(const std::vector<double>& components, const Variable& variable) {
    json value;
    std::string text;
    if (!variable.is_list) {
        value = in_unit(components[0], variable.unit);
        text = shown(components[0], variable.unit);
    } else {
        value = json::array();
        for (const double component : components) {
            value.push_back(in_unit(component, variable.unit));
            text += (text.empty() ? "[" : ", ") + shown(component, variable.unit);
        }
        text += "]";
    }
    return {{"value", std::move(value)}, {"unit", variable.unit.text}, {"text", std::move(text)}};
}

json warnings_json(const std::vector<Warning>& warnings) {
    json list = json::array();
    for (const Warning& warning : warnings)
        list.push_back({{"code", warning.code}, {"message", warning.message}});
    return list;
}

json inputs_json(const Model& model, const Bindings& bindings) {
    json inputs = json::object();
    for (const Variable* input : model.inputs()) {
        const auto& bound = bindings.of_variable[model.position(input->name)];
        if (!bound)
            continue;
        json value = quantity_json(bound->points, *input);
        if (bound->is_uncertain())
            value["distribution"] = bound->text;
        if (bound->is_default)
            value["default"] = true;
        inputs[input->name] = std::move(value);
    }
    return inputs;
}

json outputs_json(const Model& model, const Evaluation& evaluation) {
    json outputs = json::object();
    for (const Variable* output : model.outputs())
        outputs[output->name] = quantity_json(evaluation.values[model.position(output->name)], *output);
    return outputs;
}

Result<std::vector<Assignment>> assignments_of(const json& request) {
    std::vector<Assignment> assignments;
    const auto inputs = request.find("inputs");
    if (inputs == request.end())
        return assignments;
    if (!inputs->is_object())
        return fail(ErrorCode::invalid_argument, "'inputs' is no object",
                    R"(write {"inputs": {"servers": "10", "arrival_rate": "8/s"}})");
    for (const auto& [name, value] : inputs->items()) {
        if (value.is_string())
            assignments.push_back({name, value.get<std::string>()});
        else if (value.is_number())
            assignments.push_back({name, base::shortest_decimal(value.get<double>())});
        else
            return fail(ErrorCode::invalid_argument, fmt::format("input '{}' is neither text nor number", name),
                        "write values as text with their unit, as \"250 ms\"");
    }
    return assignments;
}

Result<double> number_at(const json& request, const char* key, double otherwise, double min, double max) {
    const auto found = request.find(key);
    if (found == request.end())
        return otherwise;
    const double value = found->is_number() ? found->get<double>() : std::numeric_limits<double>::quiet_NaN();
    if (!(value >= min && value <= max) || value != std::floor(value))
        return fail(ErrorCode::invalid_argument,
                    fmt::format("'{}' is {}; it must be a whole number from {} to {}", key,
                                base::utf8_prefix(found->dump(-1, ' ', false, json::error_handler_t::replace), 40),
                                base::shortest_decimal(min), base::shortest_decimal(max)));
    return value;
}

Result<json> eval_answer(const Model& model, const json&, const Bindings& bindings) {
    auto evaluation = evaluate(model, bindings);
    if (!evaluation)
        return tl::unexpected<base::Error>(evaluation.error());
    return json{{"inputs", inputs_json(model, bindings)},
                {"outputs", outputs_json(model, *evaluation)},
                {"warnings", warnings_json(evaluation->warnings)}};
}

Result<json> solve_answer(const Model& model, const json& request, const Bindings& bindings) {
    const std::string unknown = text_at(request, "for");
    auto report = solve(model, bindings, unknown);
    if (!report)
        return tl::unexpected<base::Error>(report.error());
    const Variable& variable = *model.find(unknown);
    const Variable& wanted = model.variables()[bindings.targets[0].variable];
    json solutions = json::array();
    for (const Solution& solution : report->solutions)
        solutions.push_back({{unknown, quantity_json({solution.value}, variable)},
                             {"outputs", outputs_json(model, solution.evaluation)},
                             {"warnings", warnings_json(solution.evaluation.warnings)}});
    return json{{"inputs", inputs_json(model, bindings)},
                {"target", {{wanted.name, quantity_json({bindings.targets[0].value}, wanted)}}},
                {"for", unknown},
                {"solutions", std::move(solutions)},
                {"explanation", report->explanation},
                {"searched",
                 {{"from", in_unit(report->searched_min, variable.unit)},
                  {"to", in_unit(report->searched_max, variable.unit)},
                  {"unit", variable.unit.text}}}};
}

std::string component_name(const Variable& variable, std::size_t component) {
    return variable.is_list ? fmt::format("{}{}", variable.name, component + 1) : variable.name;
}

Result<json> sensitivity_answer(const Model& model, const json&, const Bindings& bindings) {
    auto report = sensitivity(model, bindings);
    if (!report)
        return tl::unexpected<base::Error>(report.error());
    json outputs = json::object();
    for (const Sensitivity& of_output : *report) {
        const Variable& output = model.variables()[of_output.output];
        json list = json::array();
        for (const Influence& influence : of_output.influences) {
            const Variable& input = model.variables()[influence.input];
            list.push_back(
                {{"input", component_name(input, influence.component)},
                 {"derivative", number_json(influence.derivative * input.unit.to_base(1) / output.unit.to_base(1))},
                 {"derivative_unit", output.unit.text + " per " + input.unit.text},
                 {"elasticity", number_json(influence.elasticity)},
                 {"low",
                  {{"input", in_unit(influence.low_input, input.unit)},
                   {"output", in_unit(influence.low_output, output.unit)},
                   {"text", shown(influence.low_output, output.unit)}}},
                 {"high",
                  {{"input", in_unit(influence.high_input, input.unit)},
                   {"output", in_unit(influence.high_output, output.unit)},
                   {"text", shown(influence.high_output, output.unit)}}}});
        }
        outputs[output.name] = {{"value", in_unit(of_output.value, output.unit)},
                                {"unit", output.unit.text},
                                {"text", shown(of_output.value, output.unit)},
                                {"influences", std::move(list)}};
    }
    return json{{"inputs", inputs_json(model, bindings)}, {"outputs", std::move(outputs)}};
}

Result<json> sample_answer(const Model& model, const json& request, const Bindings& bindings) {
    SampleOptions options;
    const auto count = number_at(request, "samples", static_cast<double>(options.count), 100, sample_count_max);
    const auto seed = number_at(request, "seed", 1, 0, 9007199254740991.0);
    for (const auto* number : {&count, &seed})
        if (!*number)
            return tl::unexpected<base::Error>(number->error());
    options.count = static_cast<std::size_t>(*count);
    options.seed = static_cast<std::uint64_t>(*seed);
    auto report = sample(model, bindings, options);
    if (!report)
        return tl::unexpected<base::Error>(report.error());
    json outputs = json::object();
    for (const OutputSample& of : report->outputs) {
        const Variable& output = model.variables()[of.variable];
        json quantiles = json::array();
        for (std::size_t i = 0; i < of.quantiles.size(); ++i)
            quantiles.push_back({{"p", options.quantiles[i]},
                                 {"value", in_unit(of.quantiles[i], output.unit)},
                                 {"low", in_unit(of.quantile_lows[i], output.unit)},
                                 {"high", in_unit(of.quantile_highs[i], output.unit)},
                                 {"text", shown(of.quantiles[i], output.unit)}});
        json density = json::array();
        for (const double value : of.density)
            density.push_back(number_json(value * output.unit.to_base(1)));
        json influences = json::array();
        for (const RankInfluence& influence : of.influences)
            influences.push_back({{"input", component_name(model.variables()[influence.input], influence.component)},
                                  {"rank_correlation", number_json(influence.rank_correlation)}});
        outputs[output.name] = {{"unit", output.unit.text},
                                {"mean", in_unit(of.mean, output.unit)},
                                {"text", shown(of.mean, output.unit)},
                                {"deviation", in_unit(of.deviation, output.unit)},
                                {"standard_error", in_unit(of.standard_error, output.unit)},
                                {"min", in_unit(of.min, output.unit)},
                                {"max", in_unit(of.max, output.unit)},
                                {"quantiles", std::move(quantiles)},
                                {"density",
                                 {{"from", in_unit(of.density_from, output.unit)},
                                  {"step", in_unit(of.density_step, output.unit)},
                                  {"values", std::move(density)}}},
                                {"undefined_share", of.undefined_share},
                                {"unbounded_share", of.unbounded_share},
                                {"influences", std::move(influences)}};
    }
    json violated = json::array();
    for (std::size_t i = 0; i < report->violated_shares.size(); ++i)
        if (report->violated_shares[i] > 0)
            violated.push_back({{"message", model.requirements()[i].message}, {"share", report->violated_shares[i]}});
    return json{{"inputs", inputs_json(model, bindings)},
                {"samples", report->count},
                {"seed", report->seed},
                {"outputs", std::move(outputs)},
                {"violated", std::move(violated)},
                {"warnings", warnings_json(report->warnings)}};
}

Result<std::vector<SweepAxis>> axes_of(const Model& model, const json& request) {
    const auto given = request.find("axes");
    if (given == request.end() || !given->is_array() || given->empty() || given->size() > 2)
        return fail(ErrorCode::invalid_argument, "'axes' must be a list of one or two axes",
                    R"(write {"axes": [{"input": "servers", "from": "1", "to": "50", "points": 50}]})");
    std::vector<SweepAxis> axes;
    for (const json& item : *given) {
        if (!item.is_object())
            return fail(ErrorCode::invalid_argument, "an axis is no object");
        SweepAxis axis{.input = text_at(item, "input")};
        const Variable* variable = model.find(axis.input);
        if (variable == nullptr || !variable->is_input || variable->is_list) {
            std::string names;
            for (const Variable* input : model.inputs())
                if (!input->is_list)
                    names += (names.empty() ? "" : ", ") + input->name;
            return fail(ErrorCode::invalid_argument,
                        fmt::format("'{}' is no input of one number", base::utf8_prefix(axis.input, 40)),
                        "inputs are " + names);
        }
        for (const auto& [key, end] : {std::pair{"from", &axis.from}, std::pair{"to", &axis.to}}) {
            // Domains are checked by the sweep, with the axis in the message.
            Variable free = *variable;
            free.domain = any_number;
            const auto value = item.find(key);
            const std::string text = value == item.end()  ? ""
                                     : value->is_string() ? value->get<std::string>()
                                     : value->is_number() ? base::shortest_decimal(value->get<double>())
                                                          : "";
            auto read = read_value(free, text);
            if (!read)
                return fail(ErrorCode::invalid_argument,
                            fmt::format("axis {}, '{}': {}", axis.input, key, read.error().message), read.error().hint);
            if (read->is_uncertain())
                return fail(ErrorCode::invalid_argument,
                            fmt::format("axis {}, '{}' is a distribution", axis.input, key), "give it one value");
            *end = read->points[0];
        }
        const auto points = number_at(item, "points", 101, 2, sweep_points_max);
        if (!points)
            return tl::unexpected<base::Error>(points.error());
        axis.count = static_cast<std::size_t>(*points);
        const std::string scale = text_at(item, "scale");
        if (!scale.empty() && scale != "log" && scale != "linear")
            return fail(ErrorCode::invalid_argument,
                        fmt::format("axis {}: there is no scale '{}'", axis.input, base::utf8_prefix(scale, 40)),
                        "log or linear");
        axis.logarithmic = scale == "log";
        axes.push_back(std::move(axis));
    }
    return axes;
}

// Runs of points, [first, last] each, counted from 0: which part of a curve or map is outside the model.
json positions_of(const std::vector<std::uint8_t>& flags) {
    json runs = json::array();
    for (std::size_t i = 0; i < flags.size(); ++i) {
        if (flags[i] == 0)
            continue;
        const std::size_t first = i;
        while (i + 1 < flags.size() && flags[i + 1] != 0)
            ++i;
        runs.push_back(json::array({first, i}));
    }
    return runs;
}

Result<json> sweep_answer(const Model& model, const json& request, const Bindings& bindings) {
    const auto axes = axes_of(model, request);
    if (!axes)
        return tl::unexpected<base::Error>(axes.error());
    auto result = sweep(model, bindings, *axes);
    if (!result)
        return tl::unexpected<base::Error>(result.error());
    json axes_out = json::array();
    for (std::size_t a = 0; a < axes->size(); ++a) {
        const Variable& variable = *model.find((*axes)[a].input);
        json values = json::array();
        for (const double x : result->axes[a])
            values.push_back(in_unit(x, variable.unit));
        axes_out.push_back({{"input", variable.name},
                            {"unit", variable.unit.text},
                            {"scale", (*axes)[a].logarithmic ? "log" : "linear"},
                            {"values", std::move(values)}});
    }
    json outputs = json::object();
    for (std::size_t o = 0; o < result->outputs.size(); ++o) {
        const Variable& output = model.variables()[result->outputs[o]];
        json values = json::array();
        for (const double y : result->values[o])
            values.push_back(in_unit(y, output.unit));
        outputs[output.name] = {{"unit", output.unit.text}, {"values", std::move(values)}};
    }
    json violated = json::array();
    for (std::size_t r = 0; r < result->violated.size(); ++r) {
        std::size_t count = 0;
        for (const auto flag : result->violated[r])
            count += flag;
        if (count > 0)
            violated.push_back({{"message", model.requirements()[r].message},
                                {"points", count},
                                {"at", positions_of(result->violated[r])}});
    }
    return json{{"inputs", inputs_json(model, bindings)},
                {"axes", std::move(axes_out)},
                {"outputs", std::move(outputs)},
                {"violated", std::move(violated)}};
}

Result<json> fit_answer(const Model& model, const json& request, const Bindings& bindings) {
    const auto columns = read_columns(text_at(request, "data"), model);
    if (!columns)
        return tl::unexpected<base::Error>(columns.error());
    auto result = fit(model, bindings, *columns);
    if (!result)
        return tl::unexpected<base::Error>(result.error());
    json estimates = json::object();
    for (const Estimate& estimate : result->estimates) {
        const Variable& variable = model.variables()[estimate.variable];
        json value = quantity_json({estimate.value}, variable);
        value["standard_error"] = in_unit(estimate.standard_error, variable.unit);
        value["low"] = in_unit(estimate.low, variable.unit);
        value["high"] = in_unit(estimate.high, variable.unit);
        value["at_bound"] = estimate.at_bound;
        estimates[variable.name] = std::move(value);
    }
    const Variable& response = model.variables()[result->response];
    json fitted = json::array();
    json residuals = json::array();
    for (std::size_t i = 0; i < result->points; ++i) {
        fitted.push_back(in_unit(result->fitted[i], response.unit));
        residuals.push_back(in_unit(result->residuals[i], response.unit));
    }
    json outputs = outputs_json(model, result->evaluation);
    // What depends on the point says nothing about the whole fit.
    outputs.erase(response.name);
    std::vector<Warning> warnings = result->warnings;
    return json{{"inputs", inputs_json(model, bindings)},
                {"estimates", std::move(estimates)},
                {"level", result->level},
                {"response", response.name},
                {"points", result->points},
                {"degrees_of_freedom", result->degrees_of_freedom},
                {"residual_deviation", in_unit(result->residual_deviation, response.unit)},
                {"r_squared", number_json(result->r_squared)},
                {"fitted", std::move(fitted)},
                {"residuals", std::move(residuals)},
                {"unit", response.unit.text},
                {"outputs", std::move(outputs)},
                {"warnings", warnings_json(warnings)}};
}

struct Verb {
    std::string_view name;
    Result<json> (*answer)(const Model&, const json&, const Bindings&);
};
constexpr std::array<Verb, 6> verb_table{{{"eval", eval_answer},
                                          {"solve", solve_answer},
                                          {"sensitivity", sensitivity_answer},
                                          {"sample", sample_answer},
                                          {"sweep", sweep_answer},
                                          {"fit", fit_answer}}};

}  // namespace

const std::vector<std::string_view>& verbs() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> result;
        result.reserve(std::size(verb_table));
        for (const Verb& verb : verb_table)
            result.push_back(verb.name);
        return result;
    }();
    return names;
}

bool has_equations(const json& fields) {
    const auto equations = fields.find("equations");
    return equations != fields.end() && equations->is_array() && !equations->empty();
}

Declaration declaration_from_fields(const json& fields) {
    Declaration declaration;
    for (const json& variable : fields.value("variables", json::array())) {
        const std::string name = text_at(variable, "name");
        if (name.empty())
            continue;  // a symbol of the statement only
        Declaration::DeclaredVariable declared{.name = name,
                                               .meaning = text_at(variable, "meaning"),
                                               .latex = text_at(variable, "latex"),
                                               .unit = text_at(variable, "unit"),
                                               .min = text_at(variable, "min"),
                                               .max = text_at(variable, "max"),
                                               .default_text = text_at(variable, "default")};
        if (const std::string domain = text_at(variable, "domain"); !domain.empty())
            declared.domain = domain;
        const auto list = variable.find("list");
        declared.is_list = list != variable.end() && list->is_boolean() && list->get<bool>();
        declaration.variables.push_back(std::move(declared));
    }
    for (const json& equation : fields.value("equations", json::array()))
        if (equation.is_string())
            declaration.equations.push_back(equation.get<std::string>());
    for (const json& requirement : fields.value("requires", json::array()))
        declaration.requirements.push_back({text_at(requirement, "condition"), text_at(requirement, "otherwise")});
    declaration.result = text_at(fields, "result");
    return declaration;
}

Result<Model> model_from_fields(const json& fields, const FormulaLibrary& library) {
    Diagnostics diagnostics;
    const Declaration declaration = declaration_from_fields(fields);
    auto model = Model::from_declaration(declaration, library, diagnostics);
    if (model)
        return std::move(*model);
    const std::string source = Model::declaration_source(declaration);
    std::string message;
    for (const Diagnostic& diagnostic : diagnostics)
        message += (message.empty() ? "" : "\n") + diagnostic_text(source, diagnostic);
    return fail(ErrorCode::malformed_content, std::move(message));
}

json model_json(const Model& model) {
    const auto variable_json = [&](const Variable& variable) {
        json result{{"name", variable.name},
                    {"meaning", variable.meaning},
                    {"latex", variable.latex},
                    {"unit", variable.unit.text},
                    {"dimension", base::dimension_text(variable.unit.dimension)}};
        if (variable.is_list)
            result["list"] = true;
        if (variable.domain != any_number) {
            result["domain"] = domain_text(variable.domain, variable.unit);
            if (std::isfinite(variable.domain.min))
                result["min"] = in_unit(variable.domain.min, variable.unit);
            if (std::isfinite(variable.domain.max) && variable.domain.max < 1e15)
                result["max"] = in_unit(variable.domain.max, variable.unit);
            if (variable.domain.integer)
                result["integer"] = true;
        }
        if (variable.is_input && !variable.default_text.empty())
            result["default"] = variable.default_text;
        return result;
    };
    json inputs = json::array();
    for (const Variable* input : model.inputs())
        inputs.push_back(variable_json(*input));
    json outputs = json::array();
    for (const Variable* output : model.outputs())
        outputs.push_back(variable_json(*output));
    json equations = json::array();
    for (const Equation& equation : model.equations())
        if (!model.variables()[equation.variable].is_internal)
            equations.push_back({{"name", equation.name},
                                 {"text", equation.name + " = " + expression_text(*equation.expression)},
                                 {"latex", equation_latex(model, equation)}});
    json requirements = json::array();
    for (const Requirement& requirement : model.requirements())
        requirements.push_back({{"condition", expression_text(*requirement.condition)},
                                {"latex", condition_latex(model, requirement)},
                                {"otherwise", requirement.message}});
    return {{"inputs", std::move(inputs)},
            {"outputs", std::move(outputs)},
            {"equations", std::move(equations)},
            {"requires", std::move(requirements)}};
}

namespace {

Result<json> unbounded_answer(std::string_view verb, const Model& model, const json& request) {
    const Verb* found = nullptr;
    for (const Verb& known : verb_table)
        if (known.name == verb)
            found = &known;
    if (found == nullptr) {
        const auto near = base::nearest(verb, verbs());
        return fail(ErrorCode::invalid_argument, fmt::format("there is no verb '{}'", base::utf8_prefix(verb, 40)),
                    near ? fmt::format("did you mean '{}'?", *near) : "eval, solve, sensitivity, sample, sweep or fit");
    }
    if (!request.is_object())
        return fail(ErrorCode::invalid_argument, "the request is no JSON object");
    auto assignments = assignments_of(request);
    if (!assignments)
        return tl::unexpected<base::Error>(assignments.error());
    BindOptions options;
    options.sampled = verb == "sample";
    if (verb == "solve") {
        options.allow_targets = true;
        options.open.push_back(text_at(request, "for"));
        const Variable* unknown = model.find(options.open[0]);
        if (unknown == nullptr || !unknown->is_input || unknown->is_internal) {
            std::string names;
            std::vector<std::string_view> candidates;
            for (const Variable* input : model.inputs()) {
                names += (names.empty() ? "" : ", ") + input->name;
                candidates.emplace_back(input->name);
            }
            const auto near = base::nearest(options.open[0], candidates);
            return fail(ErrorCode::invalid_argument,
                        options.open[0].empty() ? std::string("it is not said what to solve for")
                                                : fmt::format("there is no input '{}' to solve for",
                                                              base::utf8_prefix(options.open[0], 40)),
                        near ? fmt::format("did you mean '{}'?", *near) : "inputs are " + names);
        }
    }
    if (verb == "sweep") {
        const auto axes = axes_of(model, request);
        if (!axes)
            return tl::unexpected<base::Error>(axes.error());
        for (const SweepAxis& axis : *axes) {
            options.open.push_back(axis.input);
            // A swept input may keep its place among the inputs of a shared link.
            std::erase_if(*assignments, [&](const Assignment& a) { return a.name == axis.input; });
        }
    }
    if (verb == "fit")
        for (const Variable* input : model.inputs())
            options.open.push_back(input->name);
    auto bindings = bind_inputs(model, *assignments, options);
    if (!bindings)
        return tl::unexpected<base::Error>(bindings.error());
    return found->answer(model, request, *bindings);
}

}  // namespace

Result<json> answer(std::string_view verb, const Model& model, const json& request) {
    try {
        return unbounded_answer(verb, model, request);
    } catch (const WorkStopped&) {
        return fail(ErrorCode::too_much_work,
                    fmt::format("'{}' with these inputs takes more work than is done here", verb),
                    "ask for fewer points or samples, or smaller numbers");
    }
}

json diagnostics_json(std::string_view source, const Diagnostics& diagnostics) {
    json list = json::array();
    for (const Diagnostic& diagnostic : diagnostics) {
        const LineColumn at = line_column(source, diagnostic.span.begin);
        list.push_back({{"line", at.line},
                        {"column", at.column},
                        {"begin", diagnostic.span.begin},
                        {"end", diagnostic.span.end},
                        {"message", diagnostic.message},
                        {"hint", diagnostic.hint}});
    }
    return list;
}

}  // namespace dstudio::formula
