#include "apps/http/api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "apps/http/api_query.hpp"
#include "core/base/assert.hpp"
#include "core/base/text.hpp"
#include "services/catalog/graph_text.hpp"

namespace dstudio::http {
namespace {

using base::ErrorCode;
using base::Result;
using nlohmann::ordered_json;

constexpr std::size_t suggestion_count = 8;
constexpr int search_limit_default = 20;

template <class T>
tl::unexpected<base::Error> passed_on(const Result<T>& result) {
    return tl::unexpected<base::Error>(result.error());
}

Result<const catalog::Kind*> kind_of(std::string_view plural) {
    std::vector<std::string_view> plurals;
    for (const catalog::Kind& kind : catalog::kinds()) {
        if (kind.plural == plural)
            return &kind;
        plurals.push_back(kind.plural);
    }
    const auto near = base::nearest(plural, plurals);
    return base::fail(ErrorCode::not_found,
                      fmt::format("there is no kind of entry '{}'", base::utf8_prefix(plural, 80)),
                      near ? fmt::format("did you mean '{}'?", *near) : "see /api/v1/kinds");
}

ApiContent json_content(const ordered_json& document) {
    ApiContent content;
    content.text = document.dump();
    return content;
}

ApiContent borrowed_content(std::string_view text) {
    ApiContent content;
    content.borrowed = text;
    return content;
}

ApiContent index_content() {
    ordered_json links{{"version", "/api/v1/version"},         {"stats", "/api/v1/stats"},
                       {"taxonomy", "/api/v1/taxonomy"},       {"kinds", "/api/v1/kinds"},
                       {"search", "/api/v1/search"},           {"suggest", "/api/v1/suggest"},
                       {"simulations", "/api/v1/simulations"}, {"openapi", "/api/v1/openapi.yaml"}};
    for (const catalog::Kind& kind : catalog::kinds())
        links[std::string(kind.plural)] = "/api/v1/" + std::string(kind.plural);
    return json_content({{"name", "dstudio"}, {"version", program_version()}, {"links", std::move(links)}});
}

ApiContent version_content(const Snapshot& snapshot) {
    return json_content({{"name", "dstudio"},
                         {"version", program_version()},
                         {"api", "v1"},
                         {"content_hash", snapshot.catalog.content_hash()},
                         {"entries", snapshot.catalog.entries().size()}});
}

Result<ApiContent> list_content(const Snapshot& snapshot, const catalog::Kind& kind, std::string_view raw_query) {
    const auto query =
        ApiQuery::parse(raw_query, {"category", "level", "tier", "status", "year_from", "year_to", "limit", "cursor"});
    if (!query)
        return passed_on(query);
    const auto filter = read_filter(*query, &kind, snapshot);
    if (!filter)
        return passed_on(filter);
    const auto limit = query->integer("limit", {1, list_limit_max});
    if (!limit)
        return passed_on(limit);
    const auto cursor = read_cursor(*query);
    if (!cursor)
        return passed_on(cursor);

    const std::vector<const catalog::Brief*> found = snapshot.catalog.list(*filter);
    const std::size_t begin = std::min(*cursor, found.size());
    const std::size_t end =
        std::min(begin + static_cast<std::size_t>(limit->value_or(list_limit_default)), found.size());
    ApiContent content;
    content.text = fmt::format(R"({{"kind":"{}","total":{},"items":[)", kind.name, found.size());
    for (std::size_t i = begin; i < end; ++i) {
        if (i > begin)
            content.text += ',';
        content.text += catalog::Catalog::brief_json(*found[i]);
    }
    content.text +=
        end < found.size() ? fmt::format(R"(],"next_cursor":"{}"}})", end) : std::string(R"(],"next_cursor":null})");
    return content;
}

Result<const catalog::Brief*> find_entry(const Snapshot& snapshot, const catalog::Kind& kind, const std::string& id) {
    if (const catalog::Brief* brief = snapshot.catalog.find({&kind, id}))
        return brief;
    std::vector<std::string_view> ids;
    for (const catalog::Brief& other : snapshot.catalog.entries())
        if (other.ref.kind == &kind)
            ids.emplace_back(other.ref.id);
    const std::string_view shown = base::utf8_prefix(id, 80);
    const auto near = base::nearest(shown, ids);
    return base::fail(
        ErrorCode::not_found, fmt::format("there is no {} '{}'", kind.name, shown),
        near ? fmt::format("did you mean '{}'?", *near) : fmt::format("see /api/v1/{} or /api/v1/search", kind.plural));
}

Result<ApiContent> entry_content(const Snapshot& snapshot, const catalog::Kind& kind, const std::string& id,
                                 std::string_view raw_query) {
    if (const auto query = ApiQuery::parse(raw_query, {}); !query)
        return passed_on(query);
    const auto found = find_entry(snapshot, kind, id);
    if (!found)
        return passed_on(found);
    const catalog::Brief& brief = **found;
    if (brief.ref.id != id) {
        ApiContent moved;
        moved.redirect = "/api/v1" + brief.ref.url();
        return moved;
    }
    return borrowed_content(snapshot.catalog.entry_json(brief));
}

Result<ApiContent> compute_content(const ApiContext& context, const catalog::Kind& kind, const RouteMatch& match,
                                   std::string_view raw_query) {
    const std::string_view pattern = routes()[match.number].pattern;
    const auto found = find_entry(context.snapshot, kind, match.arguments[1]);
    if (!found)
        return passed_on(found);
    auto answered =
        compute(context.snapshot.catalog, context.models, **found, pattern.substr(pattern.rfind('/') + 1), raw_query);
    if (!answered)
        return passed_on(answered);
    ApiContent content;
    content.text = std::move(*answered);
    return content;
}

Result<ApiContent> search_content(const ApiContext& context, std::string_view raw_query) {
    const auto query = ApiQuery::parse(
        raw_query, {"q", "kind", "category", "level", "tier", "status", "year_from", "year_to", "limit", "cursor"});
    if (!query)
        return passed_on(query);
    const catalog::Kind* kind = nullptr;
    if (const auto name = query->text("kind")) {
        kind = catalog::find_kind(*name);
        if (kind == nullptr) {
            std::vector<std::string> names;
            for (const catalog::Kind& known : catalog::kinds())
                names.emplace_back(known.name);
            return base::fail(ErrorCode::invalid_argument,
                              fmt::format("parameter 'kind' is '{}'", base::utf8_prefix(*name, 80)),
                              "allowed: " + base::join(names, ", "));
        }
    }
    auto filter = read_filter(*query, kind, context.snapshot);
    if (!filter)
        return passed_on(filter);
    const auto limit = query->integer("limit", {1, static_cast<int>(catalog::search_limit_max)});
    if (!limit)
        return passed_on(limit);
    const auto cursor = read_cursor(*query);
    if (!cursor)
        return passed_on(cursor);
    catalog::SearchQuery wanted;
    wanted.text = query->text("q").value_or("");
    wanted.filter = std::move(*filter);
    wanted.limit = static_cast<std::size_t>(limit->value_or(search_limit_default));
    wanted.offset = *cursor;
    const auto page = context.searcher.search(wanted);
    if (!page)
        return passed_on(page);
    ApiContent content;
    content.text = catalog::search_page_json(wanted, *page);
    return content;
}

Result<ApiContent> suggest_content(const ApiContext& context, std::string_view raw_query) {
    const auto query = ApiQuery::parse(raw_query, {"q"});
    if (!query)
        return passed_on(query);
    const auto text = query->text("q");
    if (!text)
        return base::fail(ErrorCode::invalid_argument, "parameter 'q' is missing", "give the beginning of a word");
    ApiContent content;
    content.text = R"({"query":)" + ordered_json(*text).dump() + R"(,"items":[)";
    if (!base::trim(*text).empty()) {
        catalog::SearchQuery wanted;
        wanted.text = *text;
        wanted.limit = suggestion_count;
        wanted.as_you_type = true;
        const auto page = context.searcher.search(wanted);
        if (!page)
            return passed_on(page);
        for (std::size_t i = 0; i < page->hits.size(); ++i) {
            if (i > 0)
                content.text += ',';
            content.text += catalog::Catalog::brief_json(*page->hits[i].brief);
        }
    }
    content.text += "]}";
    return content;
}

Result<ApiContent> graph_content(const Snapshot& snapshot, const catalog::Kind& kind, std::string_view raw_query) {
    const auto query = ApiQuery::parse(raw_query, {"relation", "format"});
    if (!query)
        return passed_on(query);
    const auto format_name = query->one_of("format", {"json", "dot", "mermaid"});
    if (!format_name)
        return passed_on(format_name);
    const auto format =
        catalog::parse_graph_format(format_name->empty() ? "json" : *format_name).value_or(catalog::GraphFormat::json);
    auto text = catalog::graph_text(snapshot.catalog, kind, query->text("relation").value_or(""), format);
    if (!text)
        return passed_on(text);
    ApiContent content;
    content.text = std::move(*text);
    if (format == catalog::GraphFormat::dot)
        content.media_type = "text/vnd.graphviz; charset=utf-8";
    else if (format == catalog::GraphFormat::mermaid)
        content.media_type = "text/plain; charset=utf-8";
    return content;
}

}  // namespace

Result<ApiContent> api_content(const ApiContext& context, const RouteMatch& match, std::string_view raw_query) {
    const Snapshot& snapshot = context.snapshot;
    switch (match.endpoint) {
        case Endpoint::search:
            return search_content(context, raw_query);
        case Endpoint::suggest:
            return suggest_content(context, raw_query);
        case Endpoint::graph:
        case Endpoint::list:
        case Endpoint::entry:
        case Endpoint::compute: {
            const auto kind = kind_of(match.arguments[0]);
            if (!kind)
                return passed_on(kind);
            if (match.endpoint == Endpoint::graph)
                return graph_content(snapshot, **kind, raw_query);
            if (match.endpoint == Endpoint::list)
                return list_content(snapshot, **kind, raw_query);
            if (match.endpoint == Endpoint::compute)
                return compute_content(context, **kind, match, raw_query);
            return entry_content(snapshot, **kind, match.arguments[1], raw_query);
        }
        default:
            break;
    }
    if (const auto query = ApiQuery::parse(raw_query, {}); !query)
        return passed_on(query);
    switch (match.endpoint) {
        case Endpoint::index:
            return index_content();
        case Endpoint::version:
            return version_content(snapshot);
        case Endpoint::stats:
            return borrowed_content(snapshot.catalog.stats_json());
        case Endpoint::taxonomy:
            return borrowed_content(snapshot.catalog.taxonomy_json());
        case Endpoint::kinds:
            return borrowed_content(snapshot.kinds_json);
        case Endpoint::openapi: {
            ApiContent content = borrowed_content(openapi_document());
            content.media_type = "application/yaml";
            return content;
        }
        default:
            break;
    }
    DS_ASSERT(!"a route under /api/v1");
    return base::fail(ErrorCode::internal, "no such route");
}

}  // namespace dstudio::http
