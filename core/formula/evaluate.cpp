#include "core/formula/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/number.hpp"
#include "core/formula/check.hpp"

namespace dstudio::formula {
namespace {

void add(std::vector<Warning>& warnings, std::string code, std::string message) {
    Warning warning{std::move(code), std::move(message)};
    if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end())
        warnings.push_back(std::move(warning));
}

void function_domains(const Program& program, Machine& machine, std::vector<Warning>& warnings) {
    for (const Instruction& instruction : program.instructions()) {
        if (instruction.op != Op::call)
            continue;
        const Function& function = *instruction.function;
        std::size_t at = 0;
        for (std::size_t p = 0; p < instruction.lengths.size(); ++p) {
            const Parameter& parameter = function.parameters[p];
            for (std::uint32_t k = 0; k < instruction.lengths[p]; ++k, ++at) {
                const double value = machine.column(instruction.arguments[at])[0];
                if (std::isnan(value) || parameter.domain.contains(value))
                    continue;
                const base::Unit unit = *base::parse_unit(parameter.unit);
                add(warnings, "function-domain",
                    fmt::format("{} of {} is {}, it must be {}", parameter.name, function.name,
                                base::quantity_text(value, unit.dimension, 6), domain_text(parameter.domain, unit)));
            }
        }
    }
}

}  // namespace

void set_inputs(const Model& model, const Program& program, const Bindings& bindings, Machine& machine) {
    for (std::size_t i = 0; i < model.variables().size(); ++i) {
        if (!bindings.of_variable[i])
            continue;
        const auto& registers = program.registers(i);
        for (std::size_t k = 0; k < registers.size(); ++k)
            machine.set_constant(registers[k], bindings.of_variable[i]->points[k]);
    }
}

std::vector<Warning> warnings_of(const Model& model, const Program& program, Machine& machine) {
    std::vector<Warning> warnings;
    for (std::size_t i = 0; i < model.requirements().size(); ++i)
        if (!(machine.column(program.requirement_registers()[i])[0] > 0))
            add(warnings, "requirement", model.requirements()[i].message);
    function_domains(program, machine, warnings);
    for (std::size_t i = 0; i < model.variables().size(); ++i) {
        const Variable& variable = model.variables()[i];
        if (variable.is_input || variable.is_internal)
            continue;
        for (const Register r : program.registers(i)) {
            const double value = machine.column(r)[0];
            if (std::isnan(value)) {
                add(warnings, "undefined", fmt::format("{} has no value for these inputs", variable.name));
            } else if (std::isinf(value)) {
                add(warnings, "unbounded", fmt::format("{} grows without bound for these inputs", variable.name));
            } else if (!variable.domain.contains(value)) {
                add(warnings, "domain",
                    fmt::format("{} is {}, it should be {}: an input is outside what the model covers", variable.name,
                                base::quantity_text(value, variable.unit.dimension, 6, &variable.unit),
                                domain_text(variable.domain, variable.unit)));
            }
        }
    }
    return warnings;
}

base::Result<Evaluation> evaluate(const Model& model, const Bindings& bindings) {
    const std::vector<std::size_t> lengths = bindings.lengths();
    auto program = Program::compile(model, lengths);
    if (!program)
        return tl::unexpected<base::Error>(program.error());
    Machine machine(*program);
    set_inputs(model, *program, bindings, machine);
    machine.prepare();
    Evaluation evaluation;
    for (std::size_t i = 0; i < model.variables().size(); ++i) {
        std::vector<double> components;
        for (const Register r : program->registers(i))
            components.push_back(machine.column(r)[0]);
        evaluation.values.push_back(std::move(components));
    }
    evaluation.warnings = warnings_of(model, *program, machine);
    for (std::size_t i = 0; i < model.variables().size(); ++i)
        if (bindings.of_variable[i] && bindings.of_variable[i]->is_uncertain())
            add(evaluation.warnings, "uncertain-input",
                fmt::format("{} is uncertain; this is the result at its mean", model.variables()[i].name));
    return evaluation;
}

std::optional<Constant> evaluate_constant(const Node& expression, Diagnostics& diagnostics) {
    TypeChecker checker([](std::string_view) { return std::optional<Type>(); },
                        [] { return std::vector<std::string_view>(); }, diagnostics);
    const auto type = checker.type_of(expression);
    if (!type)
        return std::nullopt;
    const auto refuse = [&](std::string message, std::string hint = {}) {
        diagnostics.push_back({expression.span, std::move(message), std::move(hint)});
        return std::nullopt;
    };
    if (type->is_truth)
        return refuse("this is a comparison, a value is expected");
    const auto program = Program::compile_constant(expression);
    if (!program)
        return refuse(program.error().message, program.error().hint);
    Machine machine(*program);
    machine.prepare();
    Constant constant;
    constant.type = *type;
    constant.is_list = type->is_list;
    for (const Register r : program->registers(0)) {
        const double value = machine.column(r)[0];
        if (std::isnan(value))
            return refuse("this is not a number", "0/0 and the like have no value");
        if (std::isinf(value) && !type->is_zero)
            return refuse("this is beyond all numbers", "write infinity if that is meant");
        constant.components.push_back(value);
    }
    return constant;
}

std::optional<Constant> evaluate_constant(std::string_view source, Diagnostics& diagnostics) {
    const NodePtr node = parse_expression(source, diagnostics);
    return node == nullptr ? std::nullopt : evaluate_constant(*node, diagnostics);
}

}  // namespace dstudio::formula
