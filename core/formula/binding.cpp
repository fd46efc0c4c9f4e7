#include "core/formula/binding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "core/formula/builtin.hpp"
#include "core/formula/distribution_call.hpp"

namespace dstudio::formula {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::size_t component_count_max = 10'000;

struct Component {
    double point = 0;
    std::optional<base::Distribution> distribution;
    Type type;
};

std::string shortened(std::string_view text) {
    return text.size() <= 60 ? std::string(text) : std::string(base::utf8_prefix(text, 57)) + "...";
}

Result<Component> read_component(const Node& node, std::string_view name, std::string_view text) {
    Diagnostics diagnostics;
    Component component;
    if (node.kind == NodeKind::call && find_distribution_name(node.text) != nullptr) {
        auto called = call_distribution(node, diagnostics);
        if (called) {
            component.distribution = called->distribution;
            component.point = called->distribution.mean();
            component.type.dimension = called->dimension;
            return component;
        }
    } else if (const auto constant = evaluate_constant(node, diagnostics)) {
        if (!constant->is_list) {
            component.point = constant->components[0];
            component.type = constant->type;
            return component;
        }
        diagnostics.push_back({node.span, "a list cannot hold a list", ""});
    }
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} = '{}': {}", name, shortened(text), diagnostics[0].message), diagnostics[0].hint);
}

Result<void> check_dimension(const Variable& variable, const Component& component, std::string_view text) {
    if (component.type.is_zero || component.type.dimension == variable.unit.dimension)
        return {};
    const std::string example = variable.unit.text == "1" ? "10" : "10 " + variable.unit.text;
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} is {}, '{}' is {}", variable.name, base::dimension_word(variable.unit.dimension),
                            shortened(text), base::dimension_word(component.type.dimension)),
                fmt::format("write it like {}{}", example.starts_with("10 1/") ? "10" + example.substr(4) : example,
                            variable.meaning.empty() ? "" : " (" + variable.meaning + ")"));
}

Result<void> check_domain(const Variable& variable, const Component& component, std::string_view text) {
    const auto refused = [&](double value) {
        return fail(
            ErrorCode::invalid_argument,
            fmt::format("{} is {}; it must be {}", variable.name,
                        component.distribution
                            ? fmt::format("{}, which reaches {}", shortened(text),
                                          base::quantity_text(value, variable.unit.dimension, 6, &variable.unit))
                            : base::quantity_text(value, variable.unit.dimension, 12, &variable.unit),
                        domain_text(variable.domain, variable.unit)),
            variable.meaning);
    };
    if (!component.distribution)
        return variable.domain.contains(component.point) ? Result<void>() : refused(component.point);
    // The bulk must fit; tails beyond the domain are counted when sampling.
    for (const double p : {0.05, 0.5, 0.95})
        if (const double value = component.distribution->quantile(p);
            !variable.domain.contains(variable.domain.integer ? std::round(value) : value))
            return refused(value);
    return {};
}

}  // namespace

bool InputValue::is_uncertain() const {
    return std::any_of(uncertain.begin(), uncertain.end(), [](const auto& d) { return d.has_value(); });
}

std::vector<std::size_t> Bindings::lengths() const {
    std::vector<std::size_t> result;
    for (const auto& value : of_variable)
        result.push_back(value ? value->points.size() : 1);
    return result;
}

bool Bindings::is_uncertain() const {
    return std::any_of(of_variable.begin(), of_variable.end(), [](const auto& v) { return v && v->is_uncertain(); });
}

std::string domain_text(const Domain& domain, const base::Unit& unit) {
    const auto bound = [&](double value) { return base::quantity_text(value, unit.dimension, 6, &unit); };
    const std::string number = domain.integer ? "a whole number" : "";
    const bool has_min = std::isfinite(domain.min);
    const bool has_max = std::isfinite(domain.max) && !(domain.integer && domain.max > 1e15);
    std::string range;
    if (has_min && has_max)
        range = domain.min_excluded || domain.max_excluded
                    ? fmt::format("{} {} and {} {}", domain.min_excluded ? "above" : "at least", bound(domain.min),
                                  domain.max_excluded ? "below" : "at most", bound(domain.max))
                    : fmt::format("between {} and {}", bound(domain.min), bound(domain.max));
    else if (has_min)
        range = (domain.min_excluded ? "above " : "at least ") + bound(domain.min);
    else if (has_max)
        range = (domain.max_excluded ? "below " : "at most ") + bound(domain.max);
    if (range.empty())
        return number.empty() ? "a number" : number;
    return number.empty() ? range : number + (range.starts_with("at") ? " of " : " ") + range;
}

Result<InputValue> read_value(const Variable& variable, std::string_view text) {
    Diagnostics diagnostics;
    const NodePtr node = parse_expression(text, diagnostics);
    if (node == nullptr)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} = '{}': {}", variable.name, shortened(text), diagnostics[0].message),
                    diagnostics[0].hint);
    std::vector<const Node*> parts;
    if (node->kind == NodeKind::list)
        for (const NodePtr& child : node->children)
            parts.push_back(child.get());
    else
        parts.push_back(node.get());
    if (node->kind == NodeKind::list && !variable.is_list)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} is one number, '{}' is a list", variable.name, shortened(text)), variable.meaning);
    if (parts.size() > component_count_max)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} has {} components; at most {}", variable.name, parts.size(), component_count_max));
    InputValue value;
    value.text = std::string(base::trim(text));
    for (const Node* part : parts) {
        auto component = read_component(*part, variable.name, text);
        if (!component)
            return tl::unexpected<base::Error>(component.error());
        for (const auto& checked :
             {check_dimension(variable, *component, text), check_domain(variable, *component, text)})
            if (!checked)
                return tl::unexpected<base::Error>(checked.error());
        value.points.push_back(variable.domain.integer ? std::round(component->point) : component->point);
        value.uncertain.push_back(std::move(component->distribution));
    }
    return value;
}

namespace {

// "a3" for component 3 of the list variable "a".
struct ListComponent {
    std::size_t variable;
    std::size_t component;  // from 1
};
std::optional<ListComponent> list_component(const Model& model, std::string_view name) {
    std::size_t digits = name.size();
    while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9')
        --digits;
    if (digits == 0 || digits == name.size() || name.size() - digits > 5)
        return std::nullopt;
    const Variable* variable = model.find(name.substr(0, digits));
    if (variable == nullptr || !variable->is_list || !variable->is_input)
        return std::nullopt;
    std::size_t component = 0;
    for (const char c : name.substr(digits))
        component = component * 10 + static_cast<std::size_t>(c - '0');
    return component == 0 ? std::nullopt : std::optional(ListComponent{model.position(variable->name), component});
}

tl::unexpected<base::Error> unknown(const Model& model, const std::string& name) {
    std::vector<std::string_view> names;
    std::string inputs;
    for (const Variable* input : model.inputs()) {
        names.emplace_back(input->name);
        inputs += (inputs.empty() ? "" : ", ") + input->name;
    }
    const auto near = base::nearest(name, names);
    return fail(ErrorCode::invalid_argument, fmt::format("there is no input '{}'", shortened(name)),
                near ? fmt::format("did you mean '{}'?", *near) : "the inputs are " + inputs);
}

}  // namespace

Result<Bindings> bind_inputs(const Model& model, std::span<const Assignment> given, const BindOptions& options) {
    Bindings bindings;
    bindings.of_variable.resize(model.variables().size());
    std::map<std::size_t, std::map<std::size_t, std::string>> components;
    for (const Assignment& assignment : given) {
        const Variable* variable = model.find(assignment.name);
        if (variable == nullptr || variable->is_internal) {
            const auto component = list_component(model, assignment.name);
            if (!component)
                return unknown(model, assignment.name);
            if (!components[component->variable].emplace(component->component, assignment.value).second)
                return fail(ErrorCode::invalid_argument, fmt::format("{} is given twice", assignment.name));
            continue;
        }
        const std::size_t position = model.position(assignment.name);
        auto value = read_value(*variable, assignment.value);
        if (!value)
            return tl::unexpected<base::Error>(value.error());
        if (!variable->is_input) {
            if (!options.allow_targets)
                return fail(ErrorCode::invalid_argument,
                            fmt::format("{} is computed, it takes no value", variable->name),
                            "to compute an input from it, solve for the input");
            if (value->points.size() != 1 || value->is_uncertain())
                return fail(ErrorCode::invalid_argument,
                            fmt::format("{} is to take the value '{}'; one number is needed", variable->name,
                                        shortened(assignment.value)));
            bindings.targets.push_back({position, value->points[0], value->text});
            continue;
        }
        if (bindings.of_variable[position])
            return fail(ErrorCode::invalid_argument, fmt::format("{} is given twice", variable->name));
        bindings.of_variable[position] = std::move(*value);
    }
    for (const auto& [position, parts] : components) {
        const Variable& variable = model.variables()[position];
        if (bindings.of_variable[position])
            return fail(ErrorCode::invalid_argument,
                        fmt::format("{} is given as a list and by components", variable.name), "choose one way");
        if (parts.rbegin()->first != parts.size())
            return fail(ErrorCode::invalid_argument,
                        fmt::format("{}{} is given, but only {} component{}", variable.name, parts.rbegin()->first,
                                    parts.size(), parts.size() == 1 ? "" : "s"),
                        fmt::format("number them {0}1, {0}2, ... without gaps", variable.name));
        std::string list;
        for (const auto& [number, text] : parts)
            list += (list.empty() ? "[" : ", ") + text;
        auto value = read_value(variable, list + "]");
        if (!value)
            return tl::unexpected<base::Error>(value.error());
        bindings.of_variable[position] = std::move(*value);
    }
    std::string missing;
    for (std::size_t i = 0; i < model.variables().size(); ++i) {
        const Variable& variable = model.variables()[i];
        const bool open = std::find(options.open.begin(), options.open.end(), variable.name) != options.open.end();
        if (!variable.is_input || variable.is_internal || bindings.of_variable[i] || open)
            continue;
        if (variable.default_text.empty()) {
            missing += (missing.empty() ? "" : ", ") + variable.name;
            if (variable.unit.text != "1")
                missing += " in " + variable.unit.text;
            continue;
        }
        auto value = read_value(variable, variable.default_text);
        if (!value)
            return tl::unexpected<base::Error>(value.error());
        value->is_default = true;
        bindings.of_variable[i] = std::move(*value);
    }
    if (!missing.empty())
        return fail(ErrorCode::invalid_argument, "no value for " + missing, "give each as name=value");
    return bindings;
}

}  // namespace dstudio::formula
