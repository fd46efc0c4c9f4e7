// Finds the type (dimension, shape) of an expression, or says why it has none.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/formula/model.hpp"

namespace dstudio::formula {

class TypeChecker {
  public:
    // Null for a name that is not known. Units and constants are found by the checker itself.
    using Names = std::function<std::optional<Type>(std::string_view)>;

    TypeChecker(Names names, std::function<std::vector<std::string_view>()> all_names, Diagnostics& diagnostics)
        : names_(std::move(names)), all_names_(std::move(all_names)), diagnostics_(diagnostics) {}

    // None exactly if a diagnostic was added.
    std::optional<Type> type_of(const Node& node);

  private:
    std::optional<Type> name(const Node& node);
    std::optional<Type> binary(const Node& node);
    std::optional<Type> arithmetic(const Node& node, const Type& a, const Type& b);
    std::optional<Type> raised(const Node& node, const Type& a, const Type& b);
    std::optional<Type> choose(const Node& node);
    std::optional<Type> call(const Node& node);
    std::optional<Type> builtin_call(const Node& node, const struct BuiltinInfo& info);
    std::optional<Type> function_call(const Node& node, const Function& function);
    std::optional<Type> list(const Node& node);
    std::optional<Type> index(const Node& node);
    std::optional<Type> reduce(const Node& node);
    // The two agree in dimension (a literal zero agrees with all); the type of the one that has any.
    std::optional<Type> agree(const Node& whole, const Node& a, const Type& type_a, const Node& b, const Type& type_b,
                              std::string_view doing);
    bool plain_number(const Node& node, const Type& type, std::string_view what);
    bool is_number(const Node& node, const Type& type);
    std::nullopt_t refuse(Span span, std::string message, std::string hint = {});

    Names names_;
    std::function<std::vector<std::string_view>()> all_names_;
    Diagnostics& diagnostics_;
    std::vector<std::pair<std::string_view, Type>> loop_names_;
};

// The value of an expression of literals alone (2, -1/2, 3 * 4); for exponents, whose value decides a dimension.
std::optional<double> literal_value(const Node& node);

}  // namespace dstudio::formula
