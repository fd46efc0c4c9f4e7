#include "services/catalog/build.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "services/catalog/cross_references.hpp"
#include "services/catalog/export_json.hpp"
#include "services/catalog/pack.hpp"
#include "services/catalog/search_index.hpp"
#include "services/catalog/stats.hpp"

namespace dstudio::catalog {
namespace {

using nlohmann::ordered_json;

ordered_json index_row(const Entry& entry, std::size_t offset, std::size_t size) {
    ordered_json variants = ordered_json::array();
    if (entry.fields.contains("variants"))
        for (const auto& variant : entry.fields["variants"])
            if (variant.contains("id"))
                variants.push_back(variant["id"]);
    return {kind_index(*entry.ref.kind),
            entry.ref.id,
            entry.name,
            entry.summary,
            entry.category,
            entry.level,
            entry.tier,
            entry.status,
            entry.year ? ordered_json(*entry.year) : ordered_json(nullptr),
            !entry.disputed.empty(),
            offset,
            size,
            std::move(variants)};
}

ordered_json edges_json(const CrossReferences& references, ordered_json& relations) {
    std::map<std::string, std::size_t> numbers;
    ordered_json edges = ordered_json::array();
    relations = ordered_json::array();
    for (const CrossReferences::Edge& edge : references.edges()) {
        const auto [at, is_new] = numbers.emplace(edge.relation, numbers.size());
        if (is_new)
            relations.push_back(edge.relation);
        edges.push_back({edge.from, edge.to, at->second});
    }
    return edges;
}

}  // namespace

base::Result<void> build_pack(const Content& content, const std::filesystem::path& path) {
    remove_abandoned_builds(path);
    const CrossReferences references(content);
    std::string entries;
    ordered_json rows = ordered_json::array();
    for (std::size_t i = 0; i < content.entries.size(); ++i) {
        const std::string json = entry_json(content, references, i).dump();
        rows.push_back(index_row(content.entries[i], entries.size(), json.size()));
        entries += json + "\n";
    }
    ordered_json index{{"content_hash", content.hash}, {"entries", std::move(rows)}};
    index["edges"] = edges_json(references, index["relations"]);
    ordered_json graphs = ordered_json::object();
    for (const Kind& kind : kinds())
        if (kind.graph_relation == "prerequisites")
            graphs[std::string(kind.plural)] = graph_json(content, references, kind);
    auto search = build_search_index(content, scratch_path(path).string() + ".search");
    if (!search)
        return tl::unexpected<base::Error>(search.error());
    return write_pack(path, {{"index", index.dump()},
                             {"entries", std::move(entries)},
                             {"taxonomy", taxonomy_json(content).dump()},
                             {"stats", stats_json(content, references).dump()},
                             {"graphs", graphs.dump()},
                             {"search", std::move(*search)}});
}

std::string catalogue_json(const Catalog& catalog) {
    std::string json = R"({"format":1,"content_hash":")" + catalog.content_hash() + R"(","taxonomy":)" +
                       std::string(catalog.taxonomy_json()) + R"(,"stats":)" + std::string(catalog.stats_json()) +
                       R"(,"graphs":)" + std::string(catalog.graphs_json()) + R"(,"entries":[)";
    for (const Brief& brief : catalog.entries()) {
        if (&brief != &catalog.entries().front())
            json += ',';
        json += catalog.entry_json(brief);
    }
    return json + "]}";
}

}  // namespace dstudio::catalog
