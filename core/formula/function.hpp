// A named function of the language: what an algorithm computes, as against an expression (Erlang C, exact MVA, ...).
//
// Each subject of the library (library/queueing.hpp, ...) declares its functions as plain C++ for direct use and tests,
// and one table of `Function` by which the language finds them. The compiler checks the dimensions of a call against
// the parameters, the evaluator their domains; so an implementation may assume that what it gets is in its domain.
//
// Results: NaN where there is no answer, +infinity where the quantity grows without bound (an unstable queue). No
// function throws, allocates without a bound, or runs longer than its bounds allow.
#pragma once

#include <limits>
#include <span>
#include <string_view>

namespace dstudio::formula {

// The values that a parameter or variable may take. Bounds are in the base unit of its dimension (s, B, m, USD, ...).
struct Domain {
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
    bool min_excluded = false;
    bool max_excluded = false;
    bool integer = false;

    [[nodiscard]] bool contains(double value) const;  // false for NaN
    bool operator==(const Domain&) const = default;
};

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr Domain any_number{};
inline constexpr Domain non_negative{.min = 0};
inline constexpr Domain positive{.min = 0, .min_excluded = true};
inline constexpr Domain probability{.min = 0, .max = 1};
inline constexpr Domain count{.min = 0, .max = 9007199254740992.0, .integer = true};
inline constexpr Domain positive_count{.min = 1, .max = 9007199254740992.0, .integer = true};

struct Parameter {
    std::string_view name;       // snake_case; what call by name and error messages use
    std::string_view unit;       // dimension, written as a unit: "1", "s", "1/s", "B", "B/s", "m", "USD", "USD/s"
    Domain domain = any_number;  // of the value, or of each component of a list
    bool is_list = false;        // a list of at least one component
};

// The arguments of one call, in the order of the parameters; a scalar is a list of one component.
using Arguments = std::span<const std::span<const double>>;

struct Function {
    std::string_view name;
    std::span<const Parameter> parameters;
    std::string_view unit;  // of the result
    double (*call)(const Arguments& arguments);
    std::string_view summary;     // one sentence: what it gives, and for which model
    std::string_view source;      // paper or book, with section or page
    std::string_view latex = {};  // name in typeset formulas, such as "C" for erlang_c; empty: the name itself, upright
};

// All functions of the library, by name. Null if there is none.
const Function* find_function(std::string_view name);
std::span<const std::span<const Function>> function_tables();

}  // namespace dstudio::formula
