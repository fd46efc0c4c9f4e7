#include "core/formula/check.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/base/assert.hpp"
#include "core/base/text.hpp"
#include "core/formula/builtin.hpp"

namespace dstudio::formula {
namespace {

using base::Dimension;
using base::dimension_word;

bool is_comparison(BinaryOp op) {
    return op >= BinaryOp::less && op <= BinaryOp::not_equal;
}

std::string shown(const Node& node) {
    const std::string text = expression_text(node);
    return text.size() <= 48 ? "'" + text + "'" : "'" + std::string(base::utf8_prefix(text, 45)) + "...'";
}

}  // namespace

std::nullopt_t TypeChecker::refuse(Span span, std::string message, std::string hint) {
    if (diagnostics_.size() < diagnostic_count_max)
        diagnostics_.push_back({span, std::move(message), std::move(hint)});
    return std::nullopt;
}

std::optional<Type> TypeChecker::type_of(const Node& node) {
    switch (node.kind) {
        case NodeKind::number: {
            Type type;
            if (node.unit)
                type.dimension = node.unit->dimension;
            type.is_zero = node.value == 0 && !node.unit;
            return type;
        }
        case NodeKind::name:
            return name(node);
        case NodeKind::negate: {
            const auto inner = type_of(*node.children[0]);
            if (!inner || !is_number(*node.children[0], *inner))
                return std::nullopt;
            return inner;
        }
        case NodeKind::not_: {
            const auto inner = type_of(*node.children[0]);
            if (!inner)
                return std::nullopt;
            if (!inner->is_truth)
                return refuse(node.children[0]->span, "'not' needs a comparison, this is a number");
            return inner;
        }
        case NodeKind::binary:
            return binary(node);
        case NodeKind::choose:
            return choose(node);
        case NodeKind::call:
            return call(node);
        case NodeKind::model:
            return refuse(node.span, fmt::format("the formula '{}' cannot be called here", node.text),
                          "give its result a name on a line of its own");
        case NodeKind::list:
            return list(node);
        case NodeKind::index:
            return index(node);
        case NodeKind::reduce:
            return reduce(node);
    }
    return std::nullopt;
}

bool TypeChecker::is_number(const Node& node, const Type& type) {
    if (!type.is_truth)
        return true;
    refuse(node.span, "this is a comparison, a number is expected", "write if ... then ... else ...");
    return false;
}

std::optional<Type> TypeChecker::name(const Node& node) {
    for (auto loop = loop_names_.rbegin(); loop != loop_names_.rend(); ++loop)
        if (loop->first == node.text)
            return loop->second;
    if (const auto type = names_(node.text))
        return type;
    if (const auto constant = find_named_constant(node.text)) {
        Type type;
        type.is_zero = std::isinf(*constant);
        return type;
    }
    if (const auto unit = base::find_unit(node.text); unit && node.text != "k") {
        Type type;
        type.dimension = unit->dimension;
        return type;
    }
    std::vector<std::string_view> known = all_names_();
    for (const auto& loop : loop_names_)
        known.push_back(loop.first);
    if (find_function(node.text) != nullptr || find_builtin(node.text) != nullptr)
        return refuse(node.span, fmt::format("'{}' is a function", node.text),
                      fmt::format("call it: {}(...)", node.text));
    const auto near = base::nearest(node.text, known);
    return refuse(node.span, fmt::format("there is no variable or unit '{}'", base::utf8_prefix(node.text, 40)),
                  near ? fmt::format("did you mean '{}'?", *near) : std::string("give it a value on a line before"));
}

std::optional<Type> TypeChecker::agree(const Node& whole, const Node& a, const Type& type_a, const Node& b,
                                       const Type& type_b, std::string_view doing) {
    if (!is_number(a, type_a) || !is_number(b, type_b))
        return std::nullopt;
    Type result = type_a.is_zero ? type_b : type_a;
    result.is_list = type_a.is_list || type_b.is_list;
    result.is_zero = type_a.is_zero && type_b.is_zero;
    if (type_a.is_zero || type_b.is_zero || type_a.dimension == type_b.dimension)
        return result;
    return refuse(whole.span,
                  fmt::format("cannot {} {} and {}: {} is {}, {} is {}", doing, shown(a), shown(b), shown(a),
                              dimension_word(type_a.dimension), shown(b), dimension_word(type_b.dimension)),
                  "both must have the same dimension");
}

std::optional<Type> TypeChecker::binary(const Node& node) {
    const auto a = type_of(*node.children[0]);
    const auto b = type_of(*node.children[1]);
    if (!a || !b)
        return std::nullopt;
    const Node& left = *node.children[0];
    const Node& right = *node.children[1];
    if (node.op == BinaryOp::and_ || node.op == BinaryOp::or_) {
        for (const auto& [part, type] : {std::pair{&left, *a}, std::pair{&right, *b}})
            if (!type.is_truth)
                return refuse(part->span, fmt::format("'{}' combines comparisons, this is a number",
                                                      node.op == BinaryOp::and_ ? "and" : "or"));
        return Type{.is_truth = true};
    }
    if (is_comparison(node.op)) {
        const auto both = agree(node, left, *a, right, *b, "compare");
        if (!both)
            return std::nullopt;
        if (both->is_list)
            return refuse(node.span, "lists cannot be compared", "compare sum(...), max(...) or one component");
        return Type{.is_truth = true};
    }
    return arithmetic(node, *a, *b);
}

std::optional<Type> TypeChecker::arithmetic(const Node& node, const Type& a, const Type& b) {
    const Node& left = *node.children[0];
    const Node& right = *node.children[1];
    if (node.op == BinaryOp::add)
        return agree(node, left, a, right, b, "add");
    if (node.op == BinaryOp::subtract)
        return agree(node, left, a, right, b, "subtract");
    if (!is_number(left, a) || !is_number(right, b))
        return std::nullopt;
    if (node.op == BinaryOp::power)
        return raised(node, a, b);
    Type result;
    result.is_list = a.is_list || b.is_list;
    result.dimension = node.op == BinaryOp::multiply ? a.dimension * b.dimension : a.dimension / b.dimension;
    return result;
}

std::optional<Type> TypeChecker::raised(const Node& node, const Type& a, const Type& b) {
    const Node& exponent = *node.children[1];
    if (!plain_number(exponent, b, "an exponent"))
        return std::nullopt;
    Type result;
    result.is_list = a.is_list || b.is_list;
    if (a.dimension.is_none())
        return result;
    const auto value = literal_value(exponent);
    if (!value)
        return refuse(node.span,
                      fmt::format("{} is {}, so its exponent must be a literal number", shown(*node.children[0]),
                                  dimension_word(a.dimension)),
                      "divide by a unit first to get a plain number");
    const auto dimension = base::power(a.dimension, *value);
    if (!dimension)
        return refuse(exponent.span, fmt::format("{} to the power of {} has no dimension that can be written",
                                                 dimension_word(a.dimension), *value));
    result.dimension = *dimension;
    return result;
}

std::optional<Type> TypeChecker::choose(const Node& node) {
    const auto condition = type_of(*node.children[0]);
    const auto yes = type_of(*node.children[1]);
    const auto no = type_of(*node.children[2]);
    if (!condition || !yes || !no)
        return std::nullopt;
    if (!condition->is_truth)
        return refuse(node.children[0]->span, "'if' needs a comparison, this is a number", "write if x > 0 then ...");
    return agree(node, *node.children[1], *yes, *node.children[2], *no, "choose between");
}

bool TypeChecker::plain_number(const Node& node, const Type& type, std::string_view what) {
    if (!is_number(node, type))
        return false;
    if (type.dimension.is_none() || type.is_zero)
        return true;
    refuse(node.span,
           fmt::format("{} must be a plain number, {} is {}", what, shown(node), dimension_word(type.dimension)),
           "divide by a unit or by a quantity of the same dimension");
    return false;
}

std::optional<Type> TypeChecker::call(const Node& node) {
    if (const BuiltinInfo* info = find_builtin(node.text))
        return builtin_call(node, *info);
    if (const Function* function = find_function(node.text))
        return function_call(node, *function);
    if (find_distribution_name(node.text) != nullptr)
        return refuse(node.span, fmt::format("'{}' makes an uncertain input, it has no single value", node.text),
                      fmt::format("give it a name on a line of its own: x = {}(...)", node.text));
    const auto near = base::nearest(node.text, callable_names());
    return refuse(node.span, fmt::format("there is no function '{}'", base::utf8_prefix(node.text, 40)),
                  near ? fmt::format("did you mean '{}'?", *near)
                       : std::string("formulas of the catalogue are called with names: f(x: 1, y: 2)"));
}

std::optional<Type> TypeChecker::builtin_call(const Node& node, const BuiltinInfo& info) {
    const std::size_t given = node.children.size();
    if (given < info.arguments_min || given > info.arguments_max)
        return refuse(node.span, info.arguments_min == info.arguments_max
                                     ? fmt::format("{} takes {} argument{}, not {}", info.name, info.arguments_min,
                                                   info.arguments_min == 1 ? "" : "s", given)
                                     : fmt::format("{} takes {} to {} arguments, not {}", info.name, info.arguments_min,
                                                   info.arguments_max, given));
    std::vector<Type> types;
    for (const NodePtr& child : node.children) {
        const auto type = type_of(*child);
        if (!type)
            return std::nullopt;
        if (!is_number(*child, *type))
            return std::nullopt;
        types.push_back(*type);
    }
    Type result = types[0];
    if (info.rule != DimensionRule::keep)
        result.is_zero = false;
    switch (info.rule) {
        case DimensionRule::keep:
            for (std::size_t i = 1; i < given; ++i) {
                if (types[i].is_list || types[0].is_list)
                    return refuse(node.span, fmt::format("{} takes one list or several numbers", info.name));
                const auto both = agree(node, *node.children[0], result, *node.children[i], types[i], "compare");
                if (!both)
                    return std::nullopt;
                result = *both;
            }
            if (info.builtin == Builtin::min || info.builtin == Builtin::max)
                result.is_list = false;
            return result;
        case DimensionRule::root: {
            const auto dimension = base::power(result.dimension, 0.5);
            if (!dimension)
                return refuse(node.span,
                              fmt::format("the root of {} cannot be written", dimension_word(result.dimension)));
            result.dimension = *dimension;
            return result;
        }
        case DimensionRule::plain:
            if (!plain_number(*node.children[0], types[0], fmt::format("the argument of {}", info.name)))
                return std::nullopt;
            return result;
        case DimensionRule::plain_list:
            if (!plain_number(*node.children[0], types[0], fmt::format("a factor of {}", info.name)))
                return std::nullopt;
            break;
        case DimensionRule::keep_list:
            break;
        case DimensionRule::count_list:
            result.dimension = Dimension{};
            break;
    }
    if (!types[0].is_list)
        return refuse(node.children[0]->span,
                      fmt::format("{} takes a list, {} is one number", info.name, shown(*node.children[0])),
                      fmt::format("write {}([a, b, ...]) or {}(k in 1..n: ...)", info.name, info.name));
    result.is_list = false;
    return result;
}

std::optional<Type> TypeChecker::function_call(const Node& node, const Function& function) {
    std::string form;
    for (const Parameter& parameter : function.parameters)
        form += (form.empty() ? "" : ", ") + std::string(parameter.name) + (parameter.is_list ? " [...]" : "");
    form = fmt::format("{}({})", function.name, form);
    if (node.children.size() != function.parameters.size())
        return refuse(node.span,
                      fmt::format("{} takes {} arguments, not {}", function.name, function.parameters.size(),
                                  node.children.size()),
                      form);
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Parameter& parameter = function.parameters[i];
        const Node& argument = *node.children[i];
        const auto type = type_of(argument);
        if (!type || !is_number(argument, *type))
            return std::nullopt;
        const auto unit = base::parse_unit(parameter.unit);
        DS_ASSERT(unit.has_value());
        if (!type->is_zero && type->dimension != unit->dimension)
            return refuse(
                argument.span,
                fmt::format("{} of {} must be {}, {} is {}", parameter.name, function.name,
                            dimension_word(unit->dimension), shown(argument), dimension_word(type->dimension)),
                form);
        if (parameter.is_list != type->is_list)
            return refuse(argument.span,
                          fmt::format("{} of {} must be {}", parameter.name, function.name,
                                      parameter.is_list ? "a list" : "one number, not a list"),
                          form);
    }
    Type result;
    const auto unit = base::parse_unit(function.unit);
    DS_ASSERT(unit.has_value());
    result.dimension = unit->dimension;
    return result;
}

std::optional<Type> TypeChecker::list(const Node& node) {
    std::optional<Type> result;
    const Node* first = nullptr;
    for (const NodePtr& child : node.children) {
        const auto type = type_of(*child);
        if (!type)
            return std::nullopt;
        if (type->is_list)
            return refuse(child->span, "a list cannot hold a list");
        if (!is_number(*child, *type))
            return std::nullopt;
        if (!result) {
            result = type;
            first = child.get();
            continue;
        }
        const auto both = agree(node, *first, *result, *child, *type, "list");
        if (!both)
            return std::nullopt;
        if (result->is_zero)
            first = child.get();
        result = both;
    }
    result->is_list = true;
    return result;
}

std::optional<Type> TypeChecker::index(const Node& node) {
    const auto list = type_of(*node.children[0]);
    const auto position = type_of(*node.children[1]);
    if (!list || !position)
        return std::nullopt;
    if (!list->is_list)
        return refuse(node.children[0]->span, fmt::format("{} is one number, not a list", shown(*node.children[0])));
    if (position->is_list)
        return refuse(node.children[1]->span, "a position is one number, not a list");
    if (!plain_number(*node.children[1], *position, "a position"))
        return std::nullopt;
    Type result = *list;
    result.is_list = false;
    return result;
}

std::optional<Type> TypeChecker::reduce(const Node& node) {
    const bool is_range = node.children.size() == 3;
    const auto from = type_of(*node.children[0]);
    if (!from)
        return std::nullopt;
    Type loop;
    if (is_range) {
        const auto to = type_of(*node.children[1]);
        if (!to)
            return std::nullopt;
        for (const auto& [part, type] :
             {std::pair{node.children[0].get(), *from}, std::pair{node.children[1].get(), *to}}) {
            if (!plain_number(*part, type, "a bound of a range"))
                return std::nullopt;
            if (type.is_list)
                return refuse(part->span, "a bound of a range is one number, not a list");
        }
    } else {
        if (!from->is_list)
            return refuse(node.children[0]->span,
                          fmt::format("{} is neither a list nor a range", shown(*node.children[0])),
                          "a range is written 1..n");
        loop = *from;
        loop.is_list = false;
        loop.is_zero = false;
    }
    loop_names_.emplace_back(node.names[0], loop);
    const auto body = type_of(*node.children.back());
    loop_names_.pop_back();
    if (!body || !is_number(*node.children.back(), *body))
        return std::nullopt;
    if (body->is_list)
        return refuse(node.children.back()->span, "each term must be one number, this is a list");
    if (node.text == "prod" && !plain_number(*node.children.back(), *body, "a factor of a product"))
        return std::nullopt;
    return body;
}

std::optional<double> literal_value(const Node& node) {
    if (node.kind == NodeKind::number && !node.unit)
        return node.value;
    if (node.kind == NodeKind::negate) {
        const auto inner = literal_value(*node.children[0]);
        return inner ? std::optional<double>(-*inner) : std::nullopt;
    }
    if (node.kind != NodeKind::binary)
        return std::nullopt;
    const auto a = literal_value(*node.children[0]);
    const auto b = literal_value(*node.children[1]);
    if (!a || !b)
        return std::nullopt;
    switch (node.op) {
        case BinaryOp::add:
            return *a + *b;
        case BinaryOp::subtract:
            return *a - *b;
        case BinaryOp::multiply:
            return *a * *b;
        case BinaryOp::divide:
            return *a / *b;
        default:
            return std::nullopt;
    }
}

}  // namespace dstudio::formula
