#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/assert.hpp"
#include "core/formula/program.hpp"
#include "core/formula/work_limit.hpp"

namespace dstudio::formula {
namespace {

constexpr std::size_t short_run = 8;

// Runs in which all lanes are used have a count the compiler knows, and become vector instructions.
template <class Operation>
inline void for_lanes(std::size_t lanes, Operation operation) {
    if (lanes <= short_run) {
        for (std::size_t i = 0; i < lanes; ++i)
            operation(i);
    } else {
        for (std::size_t i = 0; i < lanes_max; ++i)
            operation(i);
    }
}

class Execution {
  public:
    Execution(double* columns, std::size_t lanes) : columns_(columns), lanes_(lanes) {}

    void run(const Instruction& instruction) {
        double* __restrict out = at(instruction.out);
        const double* a = at(instruction.a);
        const double* b = at(instruction.b);
        const double* c = at(instruction.c);
        const auto unary = [&](auto f) { for_lanes(lanes_, [&](std::size_t i) { out[i] = f(a[i]); }); };
        const auto binary = [&](auto f) { for_lanes(lanes_, [&](std::size_t i) { out[i] = f(a[i], b[i]); }); };
        const auto each_lane = [&](auto f) {
            for (std::size_t i = 0; i < lanes_; ++i)
                out[i] = f(a[i]);
        };
        switch (instruction.op) {
            case Op::constant:
                std::fill_n(out, lanes_max, instruction.value);
                break;
            case Op::add:
                binary([](double x, double y) { return x + y; });
                break;
            case Op::subtract:
                binary([](double x, double y) { return x - y; });
                break;
            case Op::multiply:
                binary([](double x, double y) { return x * y; });
                break;
            case Op::divide:
                binary([](double x, double y) { return x / y; });
                break;
            case Op::square:
                unary([](double x) { return x * x; });
                break;
            case Op::power:
                for (std::size_t i = 0; i < lanes_; ++i)
                    out[i] = std::pow(a[i], b[i]);
                break;
            case Op::negate:
                unary([](double x) { return -x; });
                break;
            case Op::less:
                binary([](double x, double y) { return x < y ? 1.0 : 0.0; });
                break;
            case Op::less_equal:
                binary([](double x, double y) { return x <= y ? 1.0 : 0.0; });
                break;
            case Op::greater:
                binary([](double x, double y) { return x > y ? 1.0 : 0.0; });
                break;
            case Op::greater_equal:
                binary([](double x, double y) { return x >= y ? 1.0 : 0.0; });
                break;
            case Op::equal:
                binary([](double x, double y) { return x == y ? 1.0 : 0.0; });
                break;
            case Op::not_equal:
                binary([](double x, double y) { return x != y ? 1.0 : 0.0; });
                break;
            case Op::and_:
                binary([](double x, double y) { return x * y; });
                break;
            case Op::or_:
                binary([](double x, double y) { return x + y > 0 ? 1.0 : 0.0; });
                break;
            case Op::not_:
                unary([](double x) { return 1 - x; });
                break;
            case Op::choose:
                for_lanes(lanes_, [&](std::size_t i) { out[i] = a[i] != 0 ? b[i] : c[i]; });
                break;
            // NaN must not get lost: a comparison with it is false.
            case Op::min:
                binary([](double x, double y) { return x < y || x != x ? x : y; });
                break;
            case Op::max:
                binary([](double x, double y) { return x > y || x != x ? x : y; });
                break;
            case Op::abs:
                unary([](double x) { return std::fabs(x); });
                break;
            case Op::sqrt:
                unary([](double x) { return std::sqrt(x); });
                break;
            case Op::exp:
                each_lane([](double x) { return std::exp(x); });
                break;
            case Op::ln:
                each_lane([](double x) { return std::log(x); });
                break;
            case Op::log2:
                each_lane([](double x) { return std::log2(x); });
                break;
            case Op::log10:
                each_lane([](double x) { return std::log10(x); });
                break;
            case Op::floor:
                each_lane([](double x) { return std::floor(x); });
                break;
            case Op::ceil:
                each_lane([](double x) { return std::ceil(x); });
                break;
            case Op::round:
                each_lane([](double x) { return std::round(x); });
                break;
            case Op::sin:
                each_lane([](double x) { return std::sin(x); });
                break;
            case Op::cos:
                each_lane([](double x) { return std::cos(x); });
                break;
            case Op::tan:
                each_lane([](double x) { return std::tan(x); });
                break;
            case Op::pick:
                pick(instruction);
                break;
            case Op::call:
                call(instruction);
                break;
            case Op::loop:
                loop(instruction);
                break;
        }
    }

  private:
    [[nodiscard]] double* at(Register index) const { return columns_ + index * lanes_max; }

    void pick(const Instruction& instruction) {
        double* out = at(instruction.out);
        const double* position = at(instruction.a);
        const auto count = static_cast<double>(instruction.arguments.size());
        for (std::size_t i = 0; i < lanes_; ++i) {
            const double p = position[i];
            out[i] = p >= 1 && p <= count && p == std::floor(p)
                         ? at(instruction.arguments[static_cast<std::size_t>(p) - 1])[i]
                         : std::numeric_limits<double>::quiet_NaN();
        }
    }

    void call(const Instruction& instruction) {
        const Function& function = *instruction.function;
        std::vector<double> values(instruction.arguments.size());
        std::vector<std::span<const double>> arguments;
        std::size_t begin = 0;
        for (const std::uint32_t length : instruction.lengths) {
            arguments.emplace_back(values.data() + begin, length);
            begin += length;
        }
        double* out = at(instruction.out);
        for (std::size_t lane = 0; lane < lanes_; ++lane) {
            work_.spend(1);
            for (std::size_t k = 0; k < values.size(); ++k)
                values[k] = at(instruction.arguments[k])[lane];
            bool inside = true;
            for (std::size_t p = 0; p < arguments.size() && inside; ++p)
                for (const double value : arguments[p])
                    inside = inside && function.parameters[p].domain.contains(value);
            out[lane] = inside ? function.call(Arguments(arguments)) : std::numeric_limits<double>::quiet_NaN();
        }
    }

    void loop(const Instruction& instruction) {
        const double* from = at(instruction.a);
        const double* to = at(instruction.b);
        double* out = at(instruction.out);
        double* counter = at(instruction.counter);
        const double neutral = instruction.fold == Op::add        ? 0.0
                               : instruction.fold == Op::multiply ? 1.0
                               : instruction.fold == Op::min      ? infinity
                                                                  : -infinity;
        std::array<double, lanes_max> result{};
        result.fill(neutral);
        // A lane runs from ceil(from), step by step, while the counter is at most `to`.
        double first = infinity;
        double last = -infinity;
        for (std::size_t i = 0; i < lanes_; ++i) {
            const double count = to[i] - from[i];
            if (!(count <= loop_count_max)) {  // or NaN
                result[i] = std::numeric_limits<double>::quiet_NaN();
                continue;
            }
            if (count < 0)
                continue;
            first = std::min(first, from[i]);
            last = std::max(last, to[i]);
        }
        if (first <= last && last - first > loop_count_max)
            result.fill(std::numeric_limits<double>::quiet_NaN());
        else
            for (double k = first; k <= last; ++k) {
                work_.spend(1);
                std::fill_n(counter, lanes_max, k);
                for (const Instruction& inner : instruction.block)
                    run(inner);
                const double* term = at(instruction.c);
                for (std::size_t i = 0; i < lanes_; ++i) {
                    if (k < from[i] || k > to[i])
                        continue;
                    switch (instruction.fold) {
                        case Op::add:
                            result[i] += term[i];
                            break;
                        case Op::multiply:
                            result[i] *= term[i];
                            break;
                        case Op::min:
                            result[i] = std::min(result[i], term[i]);
                            break;
                        default:
                            result[i] = std::max(result[i], term[i]);
                            break;
                    }
                }
            }
        std::copy_n(result.begin(), lanes_max, out);
    }

    double* columns_;
    std::size_t lanes_;
    WorkCheck work_;
};

bool depends(const Instruction& instruction, std::vector<std::uint8_t>& varies) {
    const auto any = [&](std::initializer_list<Register> registers) {
        return std::any_of(registers.begin(), registers.end(), [&](Register r) { return varies[r] != 0; });
    };
    switch (instruction.op) {
        case Op::constant:
            return false;
        case Op::call:
            return std::any_of(instruction.arguments.begin(), instruction.arguments.end(),
                               [&](Register r) { return varies[r] != 0; });
        case Op::pick:
            return any({instruction.a}) || std::any_of(instruction.arguments.begin(), instruction.arguments.end(),
                                                       [&](Register r) { return varies[r] != 0; });
        case Op::loop: {
            bool result = any({instruction.a, instruction.b});
            for (const Instruction& inner : instruction.block) {
                varies[inner.out] = depends(inner, varies) ? 1 : 0;
                result = result || varies[inner.out] != 0;
            }
            // The body may be an outer variable itself.
            return result || varies[instruction.c] != 0;
        }
        case Op::choose:
            return any({instruction.a, instruction.b, instruction.c});
        case Op::add:
        case Op::subtract:
        case Op::multiply:
        case Op::divide:
        case Op::power:
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal:
        case Op::equal:
        case Op::not_equal:
        case Op::and_:
        case Op::or_:
        case Op::min:
        case Op::max:
            return any({instruction.a, instruction.b});
        default:
            return any({instruction.a});
    }
}

}  // namespace

Machine::Machine(const Program& program)
    : program_(program), columns_(program.register_count() * lanes_max), varies_(program.register_count()) {}

void Machine::set_constant(Register input, double value) {
    std::fill_n(&columns_[input * lanes_max], lanes_max, value);
}

void Machine::set_varying(Register input) {
    varies_[input] = 1;
}

void Machine::prepare() {
    varying_.clear();
    Execution once(columns_.data(), 1);
    for (const Instruction& instruction : program_.instructions()) {
        varies_[instruction.out] = depends(instruction, varies_) ? 1 : 0;
        if (varies_[instruction.out] != 0) {
            varying_.push_back(&instruction);
        } else {
            once.run(instruction);
            double* column = &columns_[instruction.out * lanes_max];
            std::fill_n(column, lanes_max, column[0]);
        }
    }
}

void Machine::run(std::size_t lanes) {
    DS_ASSERT(lanes >= 1 && lanes <= lanes_max);
    Execution execution(columns_.data(), lanes);
    for (const Instruction* instruction : varying_)
        execution.run(*instruction);
}

}  // namespace dstudio::formula
