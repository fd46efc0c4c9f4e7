#include "services/catalog/graph_text.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/digraph.hpp"

namespace dstudio::catalog {
namespace {

using nlohmann::ordered_json;

struct Drawing {
    std::vector<std::size_t> nodes;  // positions in catalog.entries(), ascending
    std::vector<std::pair<std::size_t, std::size_t>> edges;
    std::map<std::size_t, std::size_t> layer;  // only if the edges are acyclic
};

std::string dot_string(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result += '\\';
        result += c == '\n' ? ' ' : c;
    }
    return result + "\"";
}

// Mermaid ids must be plain words.
std::string mermaid_id(const Brief& brief) {
    std::string id = std::string(brief.ref.kind->name) + "_" + brief.ref.id;
    std::replace(id.begin(), id.end(), '-', '_');
    return id;
}

// Labels are quoted text on one line; Mermaid renders tags in them, so what could start one becomes an entity.
std::string mermaid_label(std::string_view text) {
    std::string label;
    for (const char c : text) {
        switch (c) {
            case '"':
                label += "#quot;";
                break;
            case '<':
                label += "#lt;";
                break;
            case '>':
                label += "#gt;";
                break;
            case '#':
                label += "#35;";
                break;
            case '\n':
                label += ' ';
                break;
            default:
                label += c;
        }
    }
    return label;
}

std::string as_json(const Catalog& catalog, const Drawing& drawing) {
    ordered_json nodes = ordered_json::array();
    for (const std::size_t node : drawing.nodes) {
        const Brief& brief = catalog.entries()[node];
        ordered_json row{{"ref", brief.ref.text()},
                         {"name", brief.name},
                         {"url", brief.ref.url()},
                         {"group", brief.category.empty() ? ordered_json(nullptr) : ordered_json(brief.category)}};
        if (const auto layer = drawing.layer.find(node); layer != drawing.layer.end())
            row["layer"] = layer->second;
        nodes.push_back(std::move(row));
    }
    ordered_json edges = ordered_json::array();
    for (const auto& [from, to] : drawing.edges)
        edges.push_back({{"from", catalog.entries()[from].ref.text()}, {"to", catalog.entries()[to].ref.text()}});
    return ordered_json{{"nodes", std::move(nodes)}, {"edges", std::move(edges)}}.dump();
}

std::string as_dot(const Catalog& catalog, const Kind& kind, const Drawing& drawing) {
    std::string text =
        "digraph " + dot_string(kind.plural) + " {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n";
    for (const std::size_t node : drawing.nodes) {
        const Brief& brief = catalog.entries()[node];
        text += "  " + dot_string(brief.ref.text()) + " [label=" + dot_string(brief.name) +
                ", URL=" + dot_string(brief.ref.url()) + "];\n";
    }
    for (const auto& [from, to] : drawing.edges)
        text += "  " + dot_string(catalog.entries()[from].ref.text()) + " -> " +
                dot_string(catalog.entries()[to].ref.text()) + ";\n";
    return text + "}\n";
}

std::string as_mermaid(const Catalog& catalog, const Drawing& drawing) {
    std::string text = "flowchart LR\n";
    for (const std::size_t node : drawing.nodes) {
        const Brief& brief = catalog.entries()[node];
        text += "  " + mermaid_id(brief) + "[\"" + mermaid_label(brief.name) + "\"]\n";
    }
    for (const auto& [from, to] : drawing.edges)
        text += "  " + mermaid_id(catalog.entries()[from]) + " --> " + mermaid_id(catalog.entries()[to]) + "\n";
    return text;
}

void add_layers(Drawing& drawing) {
    std::map<std::size_t, std::size_t> number;
    for (const std::size_t node : drawing.nodes)
        number.emplace(node, number.size());
    base::Digraph graph(number.size());
    for (const auto& [from, to] : drawing.edges)
        graph.add_edge(number[from], number[to]);
    if (base::topological_order(graph).size() != number.size())
        return;
    const auto layers = base::layers(graph);
    for (const auto& [node, position] : number)
        drawing.layer[node] = layers[position];
}

}  // namespace

std::optional<GraphFormat> parse_graph_format(std::string_view name) {
    if (name == "json")
        return GraphFormat::json;
    if (name == "dot")
        return GraphFormat::dot;
    if (name == "mermaid")
        return GraphFormat::mermaid;
    return std::nullopt;
}

base::Result<std::string> graph_text(const Catalog& catalog, const Kind& kind, std::string_view relation,
                                     GraphFormat format) {
    const std::string_view drawn = relation.empty() ? kind.graph_relation : relation;
    std::set<std::size_t> nodes;
    std::set<std::string_view> relations;
    Drawing drawing;
    for (std::size_t i = 0; i < catalog.entries().size(); ++i)
        if (catalog.entries()[i].ref.kind == &kind)
            nodes.insert(i);
    for (const Edge& edge : catalog.edges()) {
        if (catalog.entries()[edge.from].ref.kind != &kind)
            continue;
        relations.insert(edge.relation);
        if (edge.relation != drawn)
            continue;
        nodes.insert(edge.to);
        drawing.edges.push_back(drawn == "prerequisites" ? std::pair(edge.to, edge.from)
                                                         : std::pair(edge.from, edge.to));
    }
    if (!relation.empty() && !relations.contains(relation)) {
        std::string known;
        for (const std::string_view name : relations)
            known += (known.empty() ? "" : ", ") + std::string(name);
        return base::fail(base::ErrorCode::invalid_argument,
                          std::string(kind.plural) + " have no relation '" + std::string(relation) + "'",
                          known.empty() ? "they refer to nothing" : "known: " + known);
    }
    drawing.nodes.assign(nodes.begin(), nodes.end());
    std::sort(drawing.edges.begin(), drawing.edges.end());
    add_layers(drawing);
    switch (format) {
        case GraphFormat::json:
            return as_json(catalog, drawing);
        case GraphFormat::dot:
            return as_dot(catalog, kind, drawing);
        case GraphFormat::mermaid:
            return as_mermaid(catalog, drawing);
    }
    return as_json(catalog, drawing);
}

}  // namespace dstudio::catalog
