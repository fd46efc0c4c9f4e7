#include "core/formula/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/number.hpp"

namespace dstudio::formula {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

Result<std::vector<double>> axis_points(const Variable& variable, const SweepAxis& axis) {
    const auto shown = [&](double x) { return base::quantity_text(x, variable.unit.dimension, 6, &variable.unit); };
    if (axis.count < 2 || axis.count > sweep_points_max)
        return fail(ErrorCode::invalid_argument, fmt::format("the axis {} has {} points; 2 to {} are possible",
                                                             axis.input, axis.count, sweep_points_max));
    if (!std::isfinite(axis.from) || !std::isfinite(axis.to) || axis.from >= axis.to)
        return fail(ErrorCode::invalid_argument, fmt::format("the axis {} runs from {} to {}; it must rise", axis.input,
                                                             shown(axis.from), shown(axis.to)));
    if (axis.logarithmic && axis.from <= 0)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("the axis {} starts at {}; a logarithmic one must start above 0", axis.input,
                                shown(axis.from)));
    for (const double end : {axis.from, axis.to})
        if (!variable.domain.contains(variable.domain.integer ? std::round(end) : end))
            return fail(ErrorCode::invalid_argument,
                        fmt::format("the axis {} reaches {}; it must be {}", axis.input, shown(end),
                                    domain_text(variable.domain, variable.unit)));
    std::vector<double> points;
    for (std::size_t i = 0; i < axis.count; ++i) {
        const double part = static_cast<double>(i) / static_cast<double>(axis.count - 1);
        double x = axis.logarithmic ? axis.from * std::pow(axis.to / axis.from, part)
                                    : axis.from + (axis.to - axis.from) * part;
        if (i + 1 == axis.count)
            x = axis.to;
        points.push_back(variable.domain.integer ? std::round(x) : x);
    }
    points.erase(std::unique(points.begin(), points.end()), points.end());
    return points;
}

}  // namespace

Result<Sweep> sweep(const Model& model, const Bindings& bindings, std::span<const SweepAxis> axes) {
    if (axes.empty() || axes.size() > 2)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} axes are given; one or two are possible", axes.size()));
    Sweep result;
    std::vector<std::size_t> inputs;
    std::size_t total = 1;
    for (const SweepAxis& axis : axes) {
        const Variable* variable = model.find(axis.input);
        if (variable == nullptr || !variable->is_input || variable->is_list)
            return fail(ErrorCode::invalid_argument, fmt::format("'{}' is no input of one number", axis.input),
                        "inputs are swept");
        inputs.push_back(model.position(axis.input));
        if (inputs.size() == 2 && inputs[0] == inputs[1])
            return fail(ErrorCode::invalid_argument, fmt::format("{} is on both axes", axis.input),
                        "choose two inputs");
        auto points = axis_points(*variable, axis);
        if (!points)
            return tl::unexpected<base::Error>(points.error());
        total *= points->size();
        result.axes.push_back(std::move(*points));
    }
    if (total > sweep_points_max)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("the grid has {} points; at most {}", total, sweep_points_max), "take fewer steps");
    const std::vector<std::size_t> lengths = bindings.lengths();
    auto program = Program::compile(model, lengths);
    if (!program)
        return tl::unexpected<base::Error>(program.error());
    Machine machine(*program);
    set_inputs(model, *program, bindings, machine);
    for (const std::size_t input : inputs)
        machine.set_varying(program->registers(input)[0]);
    machine.prepare();
    for (const Variable* output : model.outputs())
        if (const std::size_t position = model.position(output->name); program->registers(position).size() == 1)
            result.outputs.push_back(position);
    result.values.resize(result.outputs.size());
    result.violated.resize(model.requirements().size());
    const std::size_t inner = result.axes.back().size();
    for (std::size_t begin = 0; begin < total; begin += lanes_max) {
        const std::size_t lanes = std::min(lanes_max, total - begin);
        for (std::size_t a = 0; a < inputs.size(); ++a) {
            const auto column = machine.column(program->registers(inputs[a])[0]);
            for (std::size_t i = 0; i < lanes_max; ++i) {
                const std::size_t point = std::min(begin + i, total - 1);
                const bool slow = inputs.size() == 2 && a == 0;
                column[i] = result.axes[a][slow ? point / inner : point % inner];
            }
        }
        machine.run(lanes);
        for (std::size_t o = 0; o < result.outputs.size(); ++o) {
            const auto column = machine.column(program->registers(result.outputs[o])[0]);
            result.values[o].insert(result.values[o].end(), column.begin(),
                                    column.begin() + static_cast<std::ptrdiff_t>(lanes));
        }
        for (std::size_t r = 0; r < model.requirements().size(); ++r) {
            const auto column = machine.column(program->requirement_registers()[r]);
            for (std::size_t i = 0; i < lanes; ++i)
                result.violated[r].push_back(column[i] > 0 ? 0 : 1);
        }
    }
    return result;
}

}  // namespace dstudio::formula
