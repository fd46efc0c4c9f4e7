#include "services/catalog/export_json.hpp"

#include <algorithm>
#include <cmath>

#include "services/catalog/path_plan.hpp"

namespace dstudio::catalog {
namespace {

using nlohmann::ordered_json;

ordered_json text_or_null(const std::string& text) {
    return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

ordered_json link_json(const Entry& entry) {
    return {{"ref", entry.ref.text()}, {"kind", entry.ref.kind->name}, {"name", entry.name}, {"url", entry.ref.url()}};
}

// Prerequisites of `entry`, direct and indirect, each after its own.
ordered_json all_prerequisites(const Content& content, const CrossReferences& references, std::size_t entry) {
    const auto ancestors = base::ancestors(references.prerequisites(), entry);
    const PathPlan plan = plan_path(references.prerequisites(), ancestors);
    ordered_json list = ordered_json::array();
    for (const PathPlan::Step& step : plan.repaired)
        list.push_back(link_json(content.entries[step.node]));
    return list;
}

ordered_json unlocks(const Content& content, const CrossReferences& references, std::size_t entry) {
    ordered_json list = ordered_json::array();
    for (const std::size_t next : references.prerequisites().successors(entry))
        list.push_back(link_json(content.entries[next]));
    return list;
}

double hours_of(const Entry& episode) {
    return episode.fields.value("hours", 0.0);
}

ordered_json path_analysis(const Content& content, const CrossReferences& references, const Entry& path) {
    std::vector<std::size_t> steps;
    double hours = 0;
    for (const auto& stage : path.fields["stages"])
        for (const auto& step : stage["steps"]) {
            const auto ref = parse_ref(step["ref"].get<std::string>());
            const Entry* target = ref ? content.find(*ref) : nullptr;
            if (target == nullptr || target->ref.kind->name != "episode")
                continue;
            const auto node = static_cast<std::size_t>(target - content.entries.data());
            if (std::find(steps.begin(), steps.end(), node) == steps.end())
                hours += hours_of(*target);
            steps.push_back(node);
        }
    const PathPlan plan = plan_path(references.prerequisites(), steps);
    ordered_json broken = ordered_json::array();
    for (const PathPlan::Broken& gap : plan.broken)
        broken.push_back(
            {{"step", link_json(content.entries[gap.step])}, {"needs", link_json(content.entries[gap.needs])}});
    ordered_json repaired = ordered_json::array();
    double repaired_hours = 0;
    for (const PathPlan::Step& step : plan.repaired) {
        repaired.push_back({{"step", link_json(content.entries[step.node])}, {"inserted", step.inserted}});
        repaired_hours += hours_of(content.entries[step.node]);
    }
    ordered_json analysis;
    analysis["episodes"] =
        std::count_if(plan.repaired.begin(), plan.repaired.end(), [](const PathPlan::Step& s) { return !s.inserted; });
    analysis["hours"] = hours;
    analysis["weeks"] = nullptr;
    if (path.fields.contains("hours_per_week"))
        analysis["weeks"] = std::ceil(hours / path.fields["hours_per_week"].get<double>());
    analysis["broken"] = std::move(broken);
    analysis["repaired"] = std::move(repaired);
    analysis["repaired_hours"] = repaired_hours;
    return analysis;
}

// Depth of the longest prerequisite chain above `entry`.
std::size_t chain_length(const CrossReferences& references, std::size_t entry) {
    std::size_t longest = 0;
    for (const std::size_t before : references.prerequisites().predecessors(entry))
        longest = std::max(longest, chain_length(references, before) + 1);
    return longest;
}

}  // namespace

ordered_json entry_json(const Content& content, const CrossReferences& references, std::size_t position) {
    const Entry& entry = content.entries[position];
    ordered_json json;
    json["ref"] = entry.ref.text();
    json["kind"] = entry.ref.kind->name;
    json["id"] = entry.ref.id;
    json["url"] = entry.ref.url();
    json["name"] = entry.name;
    json["summary"] = entry.summary;
    json["aliases"] = entry.aliases;
    json["category"] = text_or_null(entry.category);
    json["level"] = text_or_null(entry.level);
    json["tier"] = text_or_null(entry.tier);
    json["year"] = entry.year ? ordered_json(*entry.year) : ordered_json(nullptr);
    json["status"] = text_or_null(entry.status);
    json["disputed"] = text_or_null(entry.disputed);
    json["sources"] = entry.sources;
    json["fields"] = entry.fields;
    json["body_html"] = entry.body_html;
    json["links"] = ordered_json::array();
    for (const std::size_t edge : references.outgoing(position)) {
        ordered_json link{{"relation", references.edges()[edge].relation}};
        link.update(link_json(content.entries[references.edges()[edge].to]));
        json["links"].push_back(std::move(link));
    }
    json["backlinks"] = ordered_json::array();
    for (const std::size_t edge : references.incoming(position)) {
        ordered_json link{{"relation", references.edges()[edge].relation}};
        link.update(link_json(content.entries[references.edges()[edge].from]));
        json["backlinks"].push_back(std::move(link));
    }
    const std::string_view kind = entry.ref.kind->name;
    if (kind == "path") {
        json["analysis"] = path_analysis(content, references, entry);
    } else if (entry.ref.kind->graph_relation == "prerequisites") {
        json["analysis"] = {{"unlocks", unlocks(content, references, position)},
                            {"needs_all", all_prerequisites(content, references, position)},
                            {"depth", chain_length(references, position)}};
    }
    return json;
}

ordered_json taxonomy_json(const Content& content) {
    ordered_json taxonomy = content.taxonomy;
    for (auto& [name, described] : taxonomy["kinds"].items()) {
        const Kind* kind = find_kind(name);
        if (kind != nullptr)
            described["plural"] = kind->plural;
        if (!described.contains("categories"))
            described["categories"] = ordered_json::array();
        described.erase("needs_literature");
    }
    taxonomy["relations"] = taxonomy["kinds"]["combination"]["categories"];
    return taxonomy;
}

ordered_json graph_json(const Content& content, const CrossReferences& references, const Kind& kind) {
    const bool prerequisites = kind.graph_relation == "prerequisites";
    const std::vector<std::size_t> layer =
        prerequisites ? base::layers(references.prerequisites()) : std::vector<std::size_t>();
    ordered_json nodes = ordered_json::array();
    for (std::size_t i = 0; i < content.entries.size(); ++i) {
        const Entry& entry = content.entries[i];
        if (entry.ref.kind != &kind)
            continue;
        ordered_json node{{"ref", entry.ref.text()},
                          {"name", entry.name},
                          {"url", entry.ref.url()},
                          {"group", text_or_null(entry.category)}};
        if (entry.fields.contains("code"))
            node["code"] = entry.fields["code"];
        if (prerequisites)
            node["layer"] = layer[i];
        nodes.push_back(std::move(node));
    }
    ordered_json edges = ordered_json::array();
    for (const CrossReferences::Edge& edge : references.edges()) {
        const Entry& from = content.entries[edge.from];
        const Entry& to = content.entries[edge.to];
        if (from.ref.kind != &kind || to.ref.kind != &kind || edge.relation != kind.graph_relation)
            continue;
        const Entry& tail = prerequisites ? to : from;
        const Entry& head = prerequisites ? from : to;
        edges.push_back({{"from", tail.ref.text()}, {"to", head.ref.text()}});
    }
    return {{"nodes", std::move(nodes)}, {"edges", std::move(edges)}};
}

}  // namespace dstudio::catalog
