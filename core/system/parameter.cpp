#include "core/system/parameter.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>

#include "core/base/elementary.hpp"
#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "core/formula/model.hpp"

namespace dstudio::system {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using json = nlohmann::ordered_json;

constexpr std::size_t points_default = 10;

std::string shown(std::string_view text) {
    return std::string(base::utf8_prefix(text, 60));
}

std::optional<std::size_t> whole(std::string_view text) {
    std::size_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || code != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

// What stands in an object or list under a name; null if nothing does.
json* member(json& at, std::string_view name) {
    if (at.is_object()) {
        const auto found = at.find(std::string(name));
        return found == at.end() ? nullptr : &*found;
    }
    if (!at.is_array())
        return nullptr;
    for (json& item : at)
        if (item.is_object() && item.contains("id") && item["id"].is_string() && item["id"].get<std::string>() == name)
            return &item;
    const auto position = whole(name);
    return position && *position < at.size() ? &at[*position] : nullptr;
}

std::string names_of(const json& at) {
    std::vector<std::string> names;
    if (at.is_object())
        for (const auto& [key, value] : at.items())
            names.push_back(key);
    if (at.is_array())
        for (std::size_t i = 0; i < at.size(); ++i)
            names.push_back(at[i].is_object() && at[i].contains("id") && at[i]["id"].is_string()
                                ? at[i]["id"].get<std::string>()
                                : std::to_string(i));
    return names.empty() ? "there is nothing inside" : "there are " + base::join(names, ", ");
}

}  // namespace

Result<void> set_parameter(json& document, std::string_view path, std::string_view value) {
    const std::vector<std::string_view> parts = base::split(path, '/');
    json* at = &document;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        json* inner = member(*at, parts[i]);
        const bool is_last = i + 1 == parts.size();
        if (inner == nullptr && is_last && at->is_object() && !parts[i].empty())
            inner = &(*at)[std::string(parts[i])];
        if (inner == nullptr)
            return fail(ErrorCode::invalid_argument,
                        fmt::format("'{}' of '{}' leads nowhere", shown(parts[i]), shown(path)), names_of(*at));
        at = inner;
    }
    if (at->is_object() || at->is_array())
        return fail(ErrorCode::invalid_argument, fmt::format("'{}' is no single value", shown(path)), names_of(*at));
    if (value == "true" || value == "false")
        *at = value == "true";
    else
        *at = std::string(value);
    return {};
}

Result<VariedParameter> read_varied(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0)
        return fail(ErrorCode::invalid_argument, fmt::format("'{}' varies nothing", shown(text)),
                    "write PATH=FROM..TO:POINTS or PATH=A,B,C, as components/orders/threads=1..16");
    VariedParameter varied{std::string(text.substr(0, equals)), {}};
    std::string_view range = text.substr(equals + 1);
    const std::size_t dots = range.find("..");
    if (dots == std::string_view::npos) {
        for (const std::string_view value : base::split(range, ','))
            varied.values.emplace_back(base::trim(value));
        if (varied.values.size() > varied_values_max)
            return fail(ErrorCode::invalid_argument,
                        fmt::format("{} values; at most {}", varied.values.size(), varied_values_max));
        return varied;
    }
    bool is_log = false;
    if (range.ends_with(":log")) {
        is_log = true;
        range.remove_suffix(4);
    }
    std::optional<std::size_t> points;
    if (const std::size_t colon = range.rfind(':'); colon != std::string_view::npos) {
        points = whole(range.substr(colon + 1));
        if (!points || *points < 2 || *points > varied_values_max)
            return fail(ErrorCode::invalid_argument,
                        fmt::format("'{}' is no number of points", shown(range.substr(colon + 1))),
                        fmt::format("write 2 to {}, as 1..64:8", varied_values_max));
        range = range.substr(0, colon);
    }
    const std::string_view ends[]{base::trim(range.substr(0, dots)), base::trim(range.substr(dots + 2))};
    double bounds[2]{};
    base::Dimension dimensions[2];
    for (int i = 0; i < 2; ++i) {
        formula::Diagnostics diagnostics;
        const auto constant = formula::evaluate_constant(ends[i], diagnostics);
        if (!constant || constant->is_list)
            return fail(ErrorCode::invalid_argument, fmt::format("'{}' is no value", shown(ends[i])),
                        diagnostics.empty() ? "" : diagnostics[0].message);
        bounds[i] = constant->components[0];
        dimensions[i] = constant->type.dimension;
    }
    if (dimensions[0] != dimensions[1])
        return fail(ErrorCode::invalid_argument,
                    fmt::format("'{}' and '{}' are of different kinds", shown(ends[0]), shown(ends[1])));
    if (!(bounds[0] < bounds[1]) || (is_log && bounds[0] <= 0))
        return fail(ErrorCode::invalid_argument, fmt::format("'{}' does not rise", shown(range)),
                    is_log ? "a logarithmic range starts above 0 and rises" : "begin with the smaller end");
    const bool is_whole = dimensions[0].is_none() && bounds[0] == std::floor(bounds[0]) &&
                          bounds[1] == std::floor(bounds[1]) && ends[0].find('%') == std::string_view::npos;
    const std::size_t count = points ? *points
                              : is_whole && bounds[1] - bounds[0] < 64 && !is_log
                                  ? static_cast<std::size_t>(bounds[1] - bounds[0]) + 1
                                  : points_default;
    const std::string dimension = base::dimension_text(dimensions[0]);
    const std::string unit = dimensions[0].is_none()       ? ""
                             : dimension.starts_with("1/") ? dimension.substr(1)
                                                           : " " + dimension;
    for (std::size_t i = 0; i < count; ++i) {
        const double part = static_cast<double>(i) / static_cast<double>(count - 1);
        double x = is_log ? bounds[0] * base::math::pow(bounds[1] / bounds[0], part)
                          : bounds[0] + (bounds[1] - bounds[0]) * part;
        if (i + 1 == count)
            x = bounds[1];
        if (is_whole)
            x = std::round(x);
        std::string value = base::shortest_decimal(x) + unit;
        if (varied.values.empty() || varied.values.back() != value)
            varied.values.push_back(std::move(value));
    }
    return varied;
}

}  // namespace dstudio::system
