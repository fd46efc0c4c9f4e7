#include "core/formula/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/assert.hpp"
#include "core/formula/check.hpp"

namespace dstudio::formula {

using base::ErrorCode;

// Compiles a checked model: dimensions and names are known to be right, lengths of lists are not.
class Compiler {
  public:
    Compiler(const Model& model, Program& program) : model_(model), program_(program) {}

    base::Result<void> compile_constant(const Node& expression) {
        block_ = &program_.instructions_;
        program_.of_variable_ = {compile(expression)};
        program_.register_count_ = next_;
        if (error_)
            return tl::unexpected<base::Error>(*error_);
        return {};
    }

    base::Result<void> compile(std::span<const std::size_t> input_lengths) {
        program_.of_variable_.resize(model_.variables().size());
        for (std::size_t i = 0; i < model_.variables().size(); ++i)
            if (model_.variables()[i].is_input)
                for (std::size_t k = 0; k < input_lengths[i]; ++k)
                    program_.of_variable_[i].push_back(new_register());
        block_ = &program_.instructions_;
        for (const Equation& equation : model_.equations())
            program_.of_variable_[equation.variable] = compile(*equation.expression);
        for (const Requirement& requirement : model_.requirements())
            program_.requirements_.push_back(compile(*requirement.condition)[0]);
        program_.register_count_ = next_;
        if (error_)
            return tl::unexpected<base::Error>(*error_);
        return {};
    }

  private:
    using Registers = std::vector<Register>;

    Register new_register() {
        if (next_ >= register_count_max)
            refuse(fmt::format("the model needs more than {} values at once", register_count_max), "shorten its lists");
        return next_++;
    }

    void refuse(std::string message, std::string hint) {
        if (!error_)
            error_ = base::Error{ErrorCode::invalid_argument, std::move(message), std::move(hint)};
    }

    Register emit(Instruction instruction) {
        if (error_)
            return 0;
        instruction.out = new_register();
        block_->push_back(std::move(instruction));
        return block_->back().out;
    }

    Register constant(double value) { return emit({.op = Op::constant, .value = value}); }

    Register simple(Op op, Register a, Register b = 0, Register c = 0) {
        return emit({.op = op, .a = a, .b = b, .c = c});
    }

    // Component by component; a scalar goes with each component of a list.
    template <class Make>
    Registers broadcast(const Node& node, const Registers& a, bool a_is_list, const Registers& b, bool b_is_list,
                        Make make) {
        if (a_is_list && b_is_list && a.size() != b.size()) {
            refuse(fmt::format("in '{}', one list has {} components, the other {}", expression_text(node), a.size(),
                               b.size()),
                   "give both the same length");
            return {0};
        }
        Registers result;
        for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
            result.push_back(make(a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i]));
        return result;
    }

    Registers each(const Registers& a, Op op) {
        Registers result;
        for (const Register r : a)
            result.push_back(simple(op, r));
        return result;
    }

    Registers compile(const Node& node) {
        if (error_)
            return {0};
        switch (node.kind) {
            case NodeKind::number:
                return {constant(node.value)};
            case NodeKind::name:
                return name(node);
            case NodeKind::negate:
                return each(compile(*node.children[0]), Op::negate);
            case NodeKind::not_:
                return each(compile(*node.children[0]), Op::not_);
            case NodeKind::binary:
                return binary(node);
            case NodeKind::choose: {
                const Register condition = compile(*node.children[0])[0];
                const Registers yes = compile(*node.children[1]);
                const Registers no = compile(*node.children[2]);
                return broadcast(node, yes, yes.size() > 1, no, no.size() > 1,
                                 [&](Register a, Register b) { return simple(Op::choose, condition, a, b); });
            }
            case NodeKind::call:
                return call(node);
            case NodeKind::list: {
                Registers result;
                for (const NodePtr& child : node.children)
                    result.push_back(compile(*child)[0]);
                return result;
            }
            case NodeKind::index: {
                Registers list = compile(*node.children[0]);
                const Register position = compile(*node.children[1])[0];
                return {emit({.op = Op::pick, .a = position, .arguments = std::move(list), .span = node.span})};
            }
            case NodeKind::reduce:
                return reduce(node);
            case NodeKind::model:
                break;
        }
        DS_ASSERT(false && "calls of formulas are replaced before");
        return {};
    }

    Registers name(const Node& node) {
        for (auto loop = loops_.rbegin(); loop != loops_.rend(); ++loop)
            if (loop->first == node.text)
                return {loop->second};
        if (!node.is_unit && model_.find(node.text) != nullptr)
            return program_.of_variable_[model_.position(node.text)];
        if (const auto value = find_named_constant(node.text))
            return {constant(*value)};
        return {constant(base::find_unit(node.text)->to_base(1))};
    }

    Registers binary(const Node& node) {
        constexpr std::array ops{Op::add,       Op::subtract,   Op::multiply, Op::divide,        Op::power,
                                 Op::less,      Op::less_equal, Op::greater,  Op::greater_equal, Op::equal,
                                 Op::not_equal, Op::and_,       Op::or_};
        const Op op = ops[static_cast<std::size_t>(node.op)];
        const Registers a = compile(*node.children[0]);
        if (op == Op::power)
            if (const auto exponent = literal_value(*node.children[1]);
                exponent && (*exponent == 2 || *exponent == 0.5))
                return each(a, *exponent == 2 ? Op::square : Op::sqrt);
        const Registers b = compile(*node.children[1]);
        return broadcast(node, a, a.size() > 1, b, b.size() > 1,
                         [&](Register x, Register y) { return simple(op, x, y); });
    }

    Registers call(const Node& node) {
        const BuiltinInfo* info = find_builtin(node.text);
        if (info == nullptr) {
            Instruction instruction{.op = Op::call, .function = find_function(node.text), .span = node.span};
            for (const NodePtr& child : node.children) {
                const Registers argument = compile(*child);
                instruction.arguments.insert(instruction.arguments.end(), argument.begin(), argument.end());
                instruction.lengths.push_back(static_cast<std::uint32_t>(argument.size()));
            }
            return {emit(std::move(instruction))};
        }
        std::vector<Registers> arguments;
        for (const NodePtr& child : node.children)
            arguments.push_back(compile(*child));
        const auto folded = [&](Op op) {
            Registers all;
            for (const Registers& argument : arguments)
                all.insert(all.end(), argument.begin(), argument.end());
            return fold(all, op);
        };
        switch (info->builtin) {
            case Builtin::abs:
                return each(arguments[0], Op::abs);
            case Builtin::sqrt:
                return each(arguments[0], Op::sqrt);
            case Builtin::exp:
                return each(arguments[0], Op::exp);
            case Builtin::ln:
                return each(arguments[0], Op::ln);
            case Builtin::log2:
                return each(arguments[0], Op::log2);
            case Builtin::log10:
                return each(arguments[0], Op::log10);
            case Builtin::floor:
                return each(arguments[0], Op::floor);
            case Builtin::ceil:
                return each(arguments[0], Op::ceil);
            case Builtin::round:
                return each(arguments[0], Op::round);
            case Builtin::sin:
                return each(arguments[0], Op::sin);
            case Builtin::cos:
                return each(arguments[0], Op::cos);
            case Builtin::tan:
                return each(arguments[0], Op::tan);
            case Builtin::min:
                return {folded(Op::min)};
            case Builtin::max:
                return {folded(Op::max)};
            case Builtin::clamp:
                return {simple(Op::min, simple(Op::max, arguments[0][0], arguments[1][0]), arguments[2][0])};
            case Builtin::sum:
                return {folded(Op::add)};
            case Builtin::prod:
                return {folded(Op::multiply)};
            case Builtin::mean:
                return {simple(Op::divide, folded(Op::add), constant(static_cast<double>(arguments[0].size())))};
            case Builtin::length:
                return {constant(static_cast<double>(arguments[0].size()))};
        }
        return {0};
    }

    Register fold(const Registers& registers, Op op) {
        Register result = registers[0];
        for (std::size_t i = 1; i < registers.size(); ++i)
            result = simple(op, result, registers[i]);
        return result;
    }

    Registers reduce(const Node& node) {
        const Op op = node.text == "sum"    ? Op::add
                      : node.text == "prod" ? Op::multiply
                      : node.text == "min"  ? Op::min
                                            : Op::max;
        const Node& body = *node.children.back();
        if (node.children.size() == 2) {
            Registers terms;
            for (const Register component : compile(*node.children[0])) {
                loops_.emplace_back(node.names[0], component);
                terms.push_back(compile(body)[0]);
                loops_.pop_back();
            }
            return {fold(terms, op)};
        }
        Instruction loop{.op = Op::loop, .fold = op, .span = node.span};
        loop.a = compile(*node.children[0])[0];
        loop.b = compile(*node.children[1])[0];
        loop.counter = new_register();
        std::vector<Instruction>* outer = block_;
        block_ = &loop.block;
        loops_.emplace_back(node.names[0], loop.counter);
        loop.c = compile(body)[0];
        loops_.pop_back();
        block_ = outer;
        return {emit(std::move(loop))};
    }

    const Model& model_;
    Program& program_;
    std::vector<Instruction>* block_ = nullptr;
    std::vector<std::pair<std::string_view, Register>> loops_;
    Register next_ = 0;
    std::optional<base::Error> error_;
};

base::Result<Program> Program::compile_constant(const Node& expression) {
    Program program;
    const Model no_variables;
    if (auto done = Compiler(no_variables, program).compile_constant(expression); !done)
        return tl::unexpected<base::Error>(done.error());
    return program;
}

base::Result<Program> Program::compile(const Model& model, std::span<const std::size_t> input_lengths) {
    DS_ASSERT(input_lengths.size() == model.variables().size());
    Program program;
    if (auto done = Compiler(model, program).compile(input_lengths); !done)
        return tl::unexpected<base::Error>(done.error());
    return program;
}

}  // namespace dstudio::formula
