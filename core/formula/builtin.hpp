// Functions of the language itself: those that keep or transform dimensions in ways that `Function` cannot state, and
// the names of distributions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace dstudio::formula {

enum class Builtin : std::uint8_t {
    abs,
    sqrt,
    exp,
    ln,
    log2,
    log10,
    floor,
    ceil,
    round,
    sin,
    cos,
    tan,
    min,
    max,
    clamp,
    sum,
    prod,
    mean,
    length
};

enum class DimensionRule : std::uint8_t {
    keep,        // result has the dimension of the arguments, which agree
    root,        // half of it
    plain,       // arguments and result are plain numbers
    plain_list,  // a list of plain numbers to a plain number
    keep_list,   // a list to a scalar of its dimension
    count_list,  // any list to a plain number
};

struct BuiltinInfo {
    std::string_view name;
    Builtin builtin;
    std::size_t arguments_min;
    std::size_t arguments_max;
    DimensionRule rule;
    std::string_view summary;
};

std::span<const BuiltinInfo> builtins();
const BuiltinInfo* find_builtin(std::string_view name);

// "pi" and "infinity".
std::optional<double> find_named_constant(std::string_view name);

struct DistributionInfo {
    std::string_view name;
    std::string_view parameters;  // "mean, sd"
    std::size_t parameter_count;
    std::string_view summary;
};
std::span<const DistributionInfo> distribution_names();
const DistributionInfo* find_distribution_name(std::string_view name);

// Everything that may be called, for suggestions and completion.
std::vector<std::string_view> callable_names();

}  // namespace dstudio::formula
