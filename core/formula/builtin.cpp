#include "core/formula/builtin.hpp"

#include <numbers>

#include "core/formula/function.hpp"

namespace dstudio::formula {
namespace {

constexpr std::size_t many = 64;

constexpr std::array builtin_table{
    BuiltinInfo{"abs", Builtin::abs, 1, 1, DimensionRule::keep, "the magnitude"},
    BuiltinInfo{"sqrt", Builtin::sqrt, 1, 1, DimensionRule::root, "the square root"},
    BuiltinInfo{"exp", Builtin::exp, 1, 1, DimensionRule::plain, "e to the power of a plain number"},
    BuiltinInfo{"ln", Builtin::ln, 1, 1, DimensionRule::plain, "the natural logarithm"},
    BuiltinInfo{"log2", Builtin::log2, 1, 1, DimensionRule::plain, "the logarithm to base 2"},
    BuiltinInfo{"log10", Builtin::log10, 1, 1, DimensionRule::plain, "the logarithm to base 10"},
    BuiltinInfo{"floor", Builtin::floor, 1, 1, DimensionRule::plain, "the next whole number below"},
    BuiltinInfo{"ceil", Builtin::ceil, 1, 1, DimensionRule::plain, "the next whole number above"},
    BuiltinInfo{"round", Builtin::round, 1, 1, DimensionRule::plain, "the nearest whole number, halves away from zero"},
    BuiltinInfo{"sin", Builtin::sin, 1, 1, DimensionRule::plain, "sine of an angle"},
    BuiltinInfo{"cos", Builtin::cos, 1, 1, DimensionRule::plain, "cosine of an angle"},
    BuiltinInfo{"tan", Builtin::tan, 1, 1, DimensionRule::plain, "tangent of an angle"},
    BuiltinInfo{"min", Builtin::min, 1, many, DimensionRule::keep, "the least of the values, or of a list"},
    BuiltinInfo{"max", Builtin::max, 1, many, DimensionRule::keep, "the greatest of the values, or of a list"},
    BuiltinInfo{"clamp", Builtin::clamp, 3, 3, DimensionRule::keep, "clamp(x, low, high): x, but within bounds"},
    BuiltinInfo{"sum", Builtin::sum, 1, 1, DimensionRule::keep_list,
                "the sum of a list; sum(k in 1..n: ...) over a range"},
    BuiltinInfo{"prod", Builtin::prod, 1, 1, DimensionRule::plain_list, "the product of a list of plain numbers"},
    BuiltinInfo{"mean", Builtin::mean, 1, 1, DimensionRule::keep_list, "the mean of a list"},
    BuiltinInfo{"length", Builtin::length, 1, 1, DimensionRule::count_list, "how many components a list has"},
};

constexpr std::array distribution_table{
    DistributionInfo{"normal", "mean, sd", 2, "normal, by mean and standard deviation"},
    DistributionInfo{"lognormal", "median, sigma", 2,
                     "lognormal, by its median and the standard deviation of its natural logarithm"},
    DistributionInfo{"uniform", "min, max", 2, "every value between two equally likely"},
    DistributionInfo{"triangular", "min, mode, max", 3, "between two, peaking at a third"},
    DistributionInfo{"beta", "a, b", 2, "a proportion: a successes and b failures beyond none known"},
    DistributionInfo{"gamma", "shape, scale", 2, "gamma; mean shape*scale"},
    DistributionInfo{"exponential", "mean", 1, "exponential, by its mean"},
    DistributionInfo{"between", "low, high", 2, "90 % between two values: lognormal if both are positive, else normal"},
    DistributionInfo{"normal_quantiles", "p1, x1, p2, x2", 4, "the normal with two given quantiles"},
    DistributionInfo{"lognormal_quantiles", "p1, x1, p2, x2", 4, "the lognormal with two given quantiles"},
    DistributionInfo{"data", "[x1, x2, ...]", 1, "measurements, interpolated between"},
};

}  // namespace

std::span<const BuiltinInfo> builtins() {
    return builtin_table;
}

const BuiltinInfo* find_builtin(std::string_view name) {
    for (const BuiltinInfo& info : builtin_table)
        if (info.name == name)
            return &info;
    return nullptr;
}

std::optional<double> find_named_constant(std::string_view name) {
    if (name == "pi")
        return std::numbers::pi;
    if (name == "infinity")
        return infinity;
    return std::nullopt;
}

std::span<const DistributionInfo> distribution_names() {
    return distribution_table;
}

const DistributionInfo* find_distribution_name(std::string_view name) {
    for (const DistributionInfo& info : distribution_table)
        if (info.name == name)
            return &info;
    return nullptr;
}

std::vector<std::string_view> callable_names() {
    std::vector<std::string_view> names;
    names.reserve(std::size(builtin_table));
    for (const BuiltinInfo& info : builtin_table)
        names.push_back(info.name);
    for (const auto table : function_tables())
        for (const Function& function : table)
            names.push_back(function.name);
    for (const DistributionInfo& info : distribution_table)
        names.push_back(info.name);
    return names;
}

}  // namespace dstudio::formula
