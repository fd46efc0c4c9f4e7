#include "core/formula/distribution_call.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/base/assert.hpp"
#include "core/formula/builtin.hpp"

namespace dstudio::formula {
namespace {

// Which arguments are values of the distribution's own dimension ("02": the first and the third); the others are plain.
std::string_view value_positions(std::string_view name) {
    if (name == "lognormal")
        return "0";
    if (name == "triangular")
        return "012";
    if (name == "beta")
        return "";
    if (name == "gamma")
        return "1";
    if (name == "normal_quantiles" || name == "lognormal_quantiles")
        return "13";
    return "01";
}

std::nullopt_t refuse(Diagnostics& diagnostics, Span span, std::string message, const DistributionInfo& info) {
    diagnostics.push_back({span, std::move(message), fmt::format("{}({})", info.name, info.parameters)});
    return std::nullopt;
}

}  // namespace

std::optional<base::Dimension> distribution_dimension(const Node& node, Diagnostics& diagnostics) {
    const DistributionInfo& info = *find_distribution_name(node.text);
    if (node.children.size() != info.parameter_count)
        return refuse(diagnostics, node.span,
                      fmt::format("{} takes {} argument{}, not {}", info.name, info.parameter_count,
                                  info.parameter_count == 1 ? "" : "s", node.children.size()),
                      info);
    const std::string_view values = value_positions(info.name);
    std::optional<Type> whole;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Node& argument = *node.children[i];
        const auto constant = evaluate_constant(argument, diagnostics);
        if (!constant)
            return std::nullopt;
        const Type& type = constant->type;
        if (type.is_list != (info.name == "data"))
            return refuse(diagnostics, argument.span,
                          info.name == "data" ? "data takes a list" : "this is one number, not a list", info);
        const bool is_value = values.find(static_cast<char>('0' + i)) != std::string_view::npos;
        const bool agrees = type.is_zero || (is_value ? !whole || whole->is_zero || whole->dimension == type.dimension
                                                      : type.dimension.is_none());
        if (!agrees)
            return refuse(
                diagnostics, argument.span,
                fmt::format("this argument of {} is {}, it must be {}", info.name, base::dimension_word(type.dimension),
                            base::dimension_word(is_value ? whole->dimension : base::Dimension{})),
                info);
        if (is_value && (!whole || whole->is_zero))
            whole = type;
    }
    return whole ? whole->dimension : base::Dimension{};
}

std::optional<CalledDistribution> call_distribution(const Node& node, Diagnostics& diagnostics) {
    const auto dimension = distribution_dimension(node, diagnostics);
    if (!dimension)
        return std::nullopt;
    const DistributionInfo& info = *find_distribution_name(node.text);
    std::vector<std::vector<double>> arguments;
    for (const NodePtr& child : node.children)
        arguments.push_back(evaluate_constant(*child, diagnostics)->components);
    const auto x = [&](std::size_t i) { return arguments[i][0]; };
    const auto made = [&]() -> base::Result<base::Distribution> {
        using base::Distribution;
        if (info.name == "normal")
            return Distribution::normal(x(0), x(1));
        if (info.name == "lognormal") {
            if (!(x(0) > 0))
                return base::fail(base::ErrorCode::invalid_argument, "the median of a lognormal must be above 0");
            return Distribution::lognormal(std::log(x(0)), x(1));
        }
        if (info.name == "uniform")
            return Distribution::uniform(x(0), x(1));
        if (info.name == "triangular")
            return Distribution::triangular(x(0), x(1), x(2));
        if (info.name == "beta")
            return Distribution::beta(x(0), x(1));
        if (info.name == "gamma")
            return Distribution::gamma(x(0), x(1));
        if (info.name == "exponential")
            return Distribution::exponential(x(0));
        if (info.name == "between")
            return x(0) > 0 ? Distribution::lognormal_from_quantiles(0.05, x(0), 0.95, x(1))
                            : Distribution::normal_from_quantiles(0.05, x(0), 0.95, x(1));
        if (info.name == "normal_quantiles")
            return Distribution::normal_from_quantiles(x(0), x(1), x(2), x(3));
        if (info.name == "lognormal_quantiles")
            return Distribution::lognormal_from_quantiles(x(0), x(1), x(2), x(3));
        DS_ASSERT(info.name == "data");
        return Distribution::empirical(arguments[0]);
    }();
    if (!made)
        return refuse(diagnostics, node.span, made.error().message, info);
    return CalledDistribution{*made, *dimension};
}

}  // namespace dstudio::formula
