#include "core/formula/derivative.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/assert.hpp"
#include "core/formula/work_limit.hpp"

namespace dstudio::formula {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Values and tangents of all registers, instruction by instruction.
class Tangents {
  public:
    Tangents(const Program& program, Register input)
        : values_(program.register_count()), tangents_(program.register_count()) {
        tangents_[input] = 1;
    }

    void set(Register input, double value) { values_[input] = value; }
    [[nodiscard]] double tangent(Register r) const { return tangents_[r]; }

    void run(const Instruction& in) {
        const double a = values_[in.a];
        const double b = values_[in.b];
        const double da = tangents_[in.a];
        const double db = tangents_[in.b];
        const auto give = [&](double value, double tangent) {
            values_[in.out] = value;
            // 0 * infinity at an end of the domain: what does not move has no influence.
            tangents_[in.out] = std::isnan(tangent) && da == 0 && (db == 0 || in.op > Op::max) ? 0 : tangent;
        };
        switch (in.op) {
            case Op::constant:
                return give(in.value, 0);
            case Op::add:
                return give(a + b, da + db);
            case Op::subtract:
                return give(a - b, da - db);
            case Op::multiply:
                return give(a * b, da * b + a * db);
            case Op::divide:
                return give(a / b, (da - a / b * db) / b);
            case Op::square:
                return give(a * a, 2 * a * da);
            case Op::power: {
                const double value = std::pow(a, b);
                const double from_base = da == 0 ? 0 : b * std::pow(a, b - 1) * da;
                const double from_exponent = db == 0 ? 0 : value * std::log(a) * db;
                return give(value, from_base + from_exponent);
            }
            case Op::negate:
                return give(-a, -da);
            case Op::less:
                return give(a < b ? 1 : 0, 0);
            case Op::less_equal:
                return give(a <= b ? 1 : 0, 0);
            case Op::greater:
                return give(a > b ? 1 : 0, 0);
            case Op::greater_equal:
                return give(a >= b ? 1 : 0, 0);
            case Op::equal:
                return give(a == b ? 1 : 0, 0);
            case Op::not_equal:
                return give(a != b ? 1 : 0, 0);
            case Op::and_:
                return give(a * b, 0);
            case Op::or_:
                return give(a + b > 0 ? 1 : 0, 0);
            case Op::not_:
                return give(1 - a, 0);
            case Op::choose:
                return a != 0 ? copy(in.b, in.out) : copy(in.c, in.out);
            case Op::min:
                return a < b || std::isnan(a) ? copy(in.a, in.out) : copy(in.b, in.out);
            case Op::max:
                return a > b || std::isnan(a) ? copy(in.a, in.out) : copy(in.b, in.out);
            case Op::abs:
                return give(std::fabs(a), a < 0 ? -da : da);
            case Op::sqrt:
                return give(std::sqrt(a), da == 0 ? 0 : da / (2 * std::sqrt(a)));
            case Op::exp:
                return give(std::exp(a), std::exp(a) * da);
            case Op::ln:
                return give(std::log(a), da / a);
            case Op::log2:
                return give(std::log2(a), da / (a * std::numbers::ln2));
            case Op::log10:
                return give(std::log10(a), da / (a * std::numbers::ln10));
            case Op::floor:
                return give(std::floor(a), 0);
            case Op::ceil:
                return give(std::ceil(a), 0);
            case Op::round:
                return give(std::round(a), 0);
            case Op::sin:
                return give(std::sin(a), std::cos(a) * da);
            case Op::cos:
                return give(std::cos(a), -std::sin(a) * da);
            case Op::tan:
                return give(std::tan(a), (1 + std::tan(a) * std::tan(a)) * da);
            case Op::pick: {
                const auto count = static_cast<double>(in.arguments.size());
                if (a >= 1 && a <= count && a == std::floor(a))
                    return copy(in.arguments[static_cast<std::size_t>(a) - 1], in.out);
                return give(nan, nan);
            }
            case Op::call:
                return call(in);
            case Op::loop:
                return loop(in);
        }
    }

  private:
    void copy(Register from, Register to) {
        values_[to] = values_[from];
        tangents_[to] = tangents_[from];
    }

    void call(const Instruction& in) {
        std::vector<double> values;
        for (const Register r : in.arguments)
            values.push_back(values_[r]);
        const auto at = [&](std::size_t moved, double x) {
            std::vector<double> changed = values;
            changed[moved] = x;
            std::vector<std::span<const double>> arguments;
            std::size_t begin = 0;
            for (std::size_t p = 0; p < in.lengths.size(); ++p) {
                arguments.emplace_back(changed.data() + begin, in.lengths[p]);
                for (const double value : arguments.back())
                    if (!in.function->parameters[p].domain.contains(value))
                        return nan;
                begin += in.lengths[p];
            }
            work_.spend(1);
            return in.function->call(Arguments(arguments));
        };
        double tangent = 0;
        std::size_t k = 0;
        for (std::size_t p = 0; p < in.lengths.size(); ++p)
            for (std::uint32_t i = 0; i < in.lengths[p]; ++i, ++k)
                if (tangents_[in.arguments[k]] != 0 && !in.function->parameters[p].domain.integer)
                    tangent += tangents_[in.arguments[k]] * slope([&](double x) { return at(k, x); }, values[k]);
        values_[in.out] = at(0, values.empty() ? 0 : values[0]);
        tangents_[in.out] = tangent;
    }

    // Ridders' method: central differences at shrinking steps, extrapolated to zero; the tableau entry with the least
    // estimated error wins.
    template <class F>
    static double slope(F f, double x) {
        constexpr int rows = 10;
        constexpr double shrink = 1.6;
        double step = std::max(std::fabs(x) * 0.02, 1e-6);
        // Near an end of the domain one side may be outside.
        for (int i = 0; i < 40 && !(std::isfinite(f(x + step)) && std::isfinite(f(x - step))); ++i)
            step /= 2;
        double table[rows][rows];
        double best = nan;
        double error = infinity;
        table[0][0] = (f(x + step) - f(x - step)) / (2 * step);
        for (int i = 1; i < rows; ++i) {
            step /= shrink;
            table[0][i] = (f(x + step) - f(x - step)) / (2 * step);
            double factor = shrink * shrink;
            for (int j = 1; j <= i; ++j) {
                table[j][i] = (table[j - 1][i] * factor - table[j - 1][i - 1]) / (factor - 1);
                factor *= shrink * shrink;
                const double estimate =
                    std::max(std::fabs(table[j][i] - table[j - 1][i]), std::fabs(table[j][i] - table[j - 1][i - 1]));
                if (estimate <= error) {
                    error = estimate;
                    best = table[j][i];
                }
            }
            if (std::fabs(table[i][i] - table[i - 1][i - 1]) >= 2 * error)
                break;
        }
        return best;
    }

    void loop(const Instruction& in) {
        const double from = values_[in.a];
        const double to = values_[in.b];
        double value = in.fold == Op::add ? 0 : in.fold == Op::multiply ? 1 : in.fold == Op::min ? infinity : -infinity;
        double tangent = 0;
        if (!(to - from <= loop_count_max)) {
            value = tangent = nan;
        } else {
            for (double k = from; k <= to; ++k) {
                work_.spend(1);
                values_[in.counter] = k;
                tangents_[in.counter] = 0;
                for (const Instruction& inner : in.block)
                    run(inner);
                const double term = values_[in.c];
                const double slope_of_term = tangents_[in.c];
                if (in.fold == Op::add) {
                    value += term;
                    tangent += slope_of_term;
                } else if (in.fold == Op::multiply) {
                    tangent = tangent * term + value * slope_of_term;
                    value *= term;
                } else if (in.fold == Op::min ? term < value : term > value) {
                    value = term;
                    tangent = slope_of_term;
                }
            }
        }
        values_[in.out] = value;
        tangents_[in.out] = tangent;
    }

    std::vector<double> values_;
    std::vector<double> tangents_;
    WorkCheck work_;
};

}  // namespace

std::vector<double> derivatives(const Program& program, const Model& model, const Bindings& bindings, Register input) {
    Tangents tangents(program, input);
    for (std::size_t i = 0; i < model.variables().size(); ++i)
        if (bindings.of_variable[i])
            for (std::size_t k = 0; k < program.registers(i).size(); ++k)
                tangents.set(program.registers(i)[k], bindings.of_variable[i]->points[k]);
    for (const Instruction& instruction : program.instructions())
        tangents.run(instruction);
    std::vector<double> result;
    for (std::size_t i = 0; i < model.variables().size(); ++i)
        result.push_back(program.registers(i).empty() ? nan : tangents.tangent(program.registers(i)[0]));
    return result;
}

base::Result<std::vector<Sensitivity>> sensitivity(const Model& model, const Bindings& bindings) {
    const std::vector<std::size_t> lengths = bindings.lengths();
    auto program = Program::compile(model, lengths);
    if (!program)
        return tl::unexpected<base::Error>(program.error());
    Machine machine(*program);
    set_inputs(model, *program, bindings, machine);
    machine.prepare();
    std::vector<Sensitivity> result;
    std::vector<Register> outputs;
    for (const Variable* output : model.outputs()) {
        const std::size_t position = model.position(output->name);
        if (program->registers(position).size() != 1)
            continue;
        outputs.push_back(program->registers(position)[0]);
        result.push_back({position, machine.column(outputs.back())[0], {}});
    }
    for (const Variable* input : model.inputs()) {
        const std::size_t position = model.position(input->name);
        const auto& bound = bindings.of_variable[position];
        if (!bound)
            continue;
        for (std::size_t k = 0; k < bound->points.size(); ++k) {
            const Register r = program->registers(position)[k];
            const double x = bound->points[k];
            double low = x - 0.1 * std::fabs(x);
            double high = x + 0.1 * std::fabs(x);
            if (bound->uncertain[k]) {
                low = bound->uncertain[k]->quantile(0.1);
                high = bound->uncertain[k]->quantile(0.9);
            } else if (input->domain.integer) {
                low = x - 1;
                high = x + 1;
            }
            if (!input->domain.contains(low))
                low = input->domain.integer || input->domain.min_excluded
                          ? x
                          : std::max(input->domain.min, std::min(low, x));
            if (!input->domain.contains(high))
                high = input->domain.integer || input->domain.max_excluded
                           ? x
                           : std::min(input->domain.max, std::max(high, x));
            const std::vector<double> slopes = input->domain.integer
                                                   ? std::vector<double>(model.variables().size(), nan)
                                                   : derivatives(*program, model, bindings, r);
            Machine moved(*program);
            set_inputs(model, *program, bindings, moved);
            moved.set_varying(r);
            moved.prepare();
            const auto column = moved.column(r);
            std::fill(column.begin(), column.end(), x);
            column[0] = low;
            column[1] = high;
            moved.run(2);
            for (std::size_t o = 0; o < outputs.size(); ++o) {
                const double slope = slopes[result[o].output];
                result[o].influences.push_back({position, k, slope,
                                                x == 0 || result[o].value == 0 ? nan : slope * x / result[o].value, low,
                                                high, moved.column(outputs[o])[0], moved.column(outputs[o])[1]});
            }
        }
    }
    for (Sensitivity& of_output : result)
        std::stable_sort(of_output.influences.begin(), of_output.influences.end(),
                         [](const Influence& a, const Influence& b) {
                             const auto width = [](const Influence& i) {
                                 const double w = std::fabs(i.high_output - i.low_output);
                                 return std::isnan(w) ? -1 : w;
                             };
                             return width(a) > width(b);
                         });
    return result;
}

}  // namespace dstudio::formula
