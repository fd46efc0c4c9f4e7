#include "apps/http/api_query.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "core/base/text.hpp"

namespace dstudio::http {
namespace {

using base::ErrorCode;

constexpr std::size_t echoed_size_bytes_max = 80;
constexpr int year_min = 1;
constexpr int year_max = 9999;

std::string_view echoed(std::string_view text) {
    return base::utf8_prefix(text, echoed_size_bytes_max);
}

std::optional<int> parse_integer(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

}  // namespace

base::Result<ApiQuery> ApiQuery::parse(std::string_view raw, std::initializer_list<std::string_view> known) {
    auto fields = base::parse_query(raw);
    if (!fields)
        return tl::unexpected<base::Error>(fields.error());
    const std::string allowed =
        known.size() == 0 ? "no parameter is allowed here" : fmt::format("allowed: {}", fmt::join(known, ", "));
    std::set<std::string_view> seen;
    for (const auto& [name, value] : *fields) {
        if (std::find(known.begin(), known.end(), name) == known.end())
            return base::fail(ErrorCode::invalid_argument, fmt::format("there is no parameter '{}'", echoed(name)),
                              allowed);
        if (!seen.insert(name).second)
            return base::fail(ErrorCode::invalid_argument, fmt::format("parameter '{}' is given twice", name),
                              "give it once");
    }
    ApiQuery query;
    query.fields_ = std::move(*fields);
    return query;
}

std::optional<std::string_view> ApiQuery::text(std::string_view name) const {
    for (const auto& [known, value] : fields_)
        if (known == name)
            return value;
    return std::nullopt;
}

base::Result<std::optional<int>> ApiQuery::integer(std::string_view name, Bounds bounds) const {
    const auto given = text(name);
    if (!given)
        return std::nullopt;
    const auto number = parse_integer(*given);
    if (!number || *number < bounds.min || *number > bounds.max)
        return base::fail(ErrorCode::invalid_argument, fmt::format("parameter '{}' is '{}'", name, echoed(*given)),
                          fmt::format("allowed: whole numbers from {} to {}", bounds.min, bounds.max));
    return number;
}

base::Result<std::string> ApiQuery::one_of(std::string_view name, const std::set<std::string>& allowed) const {
    const auto given = text(name);
    if (!given)
        return std::string();
    if (const auto at = allowed.find(std::string(*given)); at != allowed.end())
        return *at;
    return base::fail(ErrorCode::invalid_argument, fmt::format("parameter '{}' is '{}'", name, echoed(*given)),
                      allowed.empty() ? fmt::format("these entries have no {}", name)
                                      : fmt::format("allowed: {}", fmt::join(allowed, ", ")));
}

base::Result<catalog::Filter> read_filter(const ApiQuery& query, const catalog::Kind* kind, const Snapshot& snapshot) {
    const FacetValues& values =
        kind != nullptr ? snapshot.facet_values[catalog::kind_index(*kind)] : snapshot.facet_values_all;
    catalog::Filter filter;
    filter.kind = kind;
    struct Facet {
        std::string_view name;
        const std::set<std::string>& allowed;
        std::string& wanted;
    };
    const std::array<Facet, 4> facets{{{"category", values.categories, filter.category},
                                       {"level", values.levels, filter.level},
                                       {"tier", values.tiers, filter.tier},
                                       {"status", values.statuses, filter.status}}};
    for (const Facet& facet : facets) {
        auto value = query.one_of(facet.name, facet.allowed);
        if (!value)
            return tl::unexpected<base::Error>(value.error());
        facet.wanted = std::move(*value);
    }
    const auto from = query.integer("year_from", {year_min, year_max});
    if (!from)
        return tl::unexpected<base::Error>(from.error());
    const auto to = query.integer("year_to", {year_min, year_max});
    if (!to)
        return tl::unexpected<base::Error>(to.error());
    if (*from && *to && **from > **to)
        return base::fail(ErrorCode::invalid_argument,
                          fmt::format("parameter 'year_from' is {}, after 'year_to', which is {}", **from, **to),
                          "exchange them");
    filter.year_min = *from;
    filter.year_max = *to;
    return filter;
}

base::Result<std::size_t> read_cursor(const ApiQuery& query) {
    const auto given = query.text("cursor");
    if (!given)
        return 0;
    const bool digits =
        !given->empty() && std::all_of(given->begin(), given->end(), [](char c) { return c >= '0' && c <= '9'; });
    const auto position = digits ? parse_integer(*given) : std::nullopt;
    if (!position || *position > cursor_max)
        return base::fail(ErrorCode::invalid_argument, fmt::format("parameter 'cursor' is '{}'", echoed(*given)),
                          "allowed: the 'next_cursor' of an earlier page");
    return static_cast<std::size_t>(*position);
}

}  // namespace dstudio::http
