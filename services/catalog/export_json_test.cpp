#include "services/catalog/export_json.hpp"

#include <doctest/doctest.h>

#include <set>

#include "services/catalog/content_fixture.hpp"
#include "services/catalog/loader.hpp"
#include "services/catalog/real_catalog.hpp"

using namespace dstudio;
using nlohmann::json;
using nlohmann::ordered_json;

namespace {

struct Exported {
    catalog::Content content;
    catalog::CrossReferences references;

    explicit Exported(catalog::Content&& loaded) : content(std::move(loaded)), references(content) {}
    [[nodiscard]] ordered_json entry(std::string_view ref) const {
        const catalog::Entry* found = content.find(*catalog::parse_ref(ref));
        REQUIRE(found != nullptr);
        return catalog::entry_json(content, references, static_cast<std::size_t>(found - content.entries.data()));
    }
};

Exported small() {
    const catalog::ContentFixture fixture;
    return Exported(std::move(catalog::load_content(fixture.content())->content));
}

std::vector<std::string> refs(const ordered_json& list) {
    std::vector<std::string> texts;
    for (const auto& item : list)
        texts.push_back(item.at("ref").get<std::string>());
    return texts;
}

}  // namespace

TEST_CASE("an entry is exported with the keys of the format, in its order") {
    const Exported exported = small();
    const ordered_json entry = exported.entry("concept:quorum");
    std::vector<std::string> keys;
    for (const auto& [key, value] : entry.items())
        keys.push_back(key);
    CHECK(keys == std::vector<std::string>{"ref", "kind", "id", "url", "name", "summary", "aliases", "category",
                                           "level", "tier", "year", "status", "disputed", "sources", "fields",
                                           "body_html", "links", "backlinks", "analysis"});
    CHECK(entry["url"] == "/concepts/quorum");
    CHECK(entry["tier"].is_null());
    CHECK(entry["disputed"].is_null());
    CHECK(entry["sources"].size() == 2);
    CHECK(entry["body_html"].get<std::string>().find("<a href=\"/concepts/consensus\">") != std::string::npos);
    CHECK_FALSE(entry["fields"].contains("category"));
    CHECK(entry["fields"].contains("depth"));
    CHECK(entry["links"][0] == ordered_json{{"relation", "related"},
                                            {"ref", "concept:consensus"},
                                            {"kind", "concept"},
                                            {"name", "Consensus"},
                                            {"url", "/concepts/consensus"}});
}

TEST_CASE("standing and year are taken from where each kind has them") {
    const Exported exported = small();
    struct Case {
        std::string_view ref;
        json category;
        json status;
        json year;
    };
    for (const Case& c : {Case{"pattern:circuit-breaker", "resilience", "series", 2007},
                          {"pattern:timeout", "communication", "library", 1974},
                          {"formula:little", "queueing", "correct", nullptr},
                          {"incident:edge-outage-2021", "incident", "documented", 2021},
                          {"success:sale-2020", "success", "partial", 2020},
                          {"episode:e03", "security-at-scale", "planned", nullptr},
                          {"company:acme", "commerce", "featured", nullptr},
                          {"combination:breaker-timeout", "prerequisite", "reasoned", nullptr},
                          {"kpi:listeners", "reach", nullptr, nullptr},
                          {"price:small-machine", "virtual-machine", "aws", 2026},
                          {"stack:resilient-client", nullptr, nullptr, nullptr}}) {
        CAPTURE(c.ref);
        const ordered_json entry = exported.entry(c.ref);
        CHECK(json(entry["category"]) == c.category);
        CHECK(json(entry["status"]) == c.status);
        CHECK(json(entry["year"]) == c.year);
    }
}

TEST_CASE("episodes and concepts say what they need, what they open and how deep they lie") {
    const Exported exported = small();
    const ordered_json e03 = exported.entry("episode:e03")["analysis"];
    CHECK(refs(e03["needs_all"]) == std::vector<std::string>{"episode:e01", "episode:e02"});
    CHECK(e03["unlocks"].empty());
    CHECK(e03["depth"] == 2);
    const ordered_json quorum = exported.entry("concept:quorum")["analysis"];
    CHECK(refs(quorum["unlocks"]) == std::vector<std::string>{"concept:consensus"});
    CHECK(quorum["needs_all"].empty());
    CHECK(quorum["depth"] == 0);
    CHECK_FALSE(exported.entry("pattern:timeout").contains("analysis"));
}

TEST_CASE("a path is counted, its gaps are named, and it is repaired") {
    const Exported exported = small();
    const ordered_json analysis = exported.entry("path:first-steps")["analysis"];
    CHECK(analysis["episodes"] == 2);
    CHECK(analysis["hours"] == 4.5);
    CHECK(analysis["weeks"] == 3.0);  // 4.5 hours at 2 a week
    REQUIRE(analysis["broken"].size() == 1);
    CHECK(analysis["broken"][0]["step"]["ref"] == "episode:e03");
    CHECK(analysis["broken"][0]["needs"]["ref"] == "episode:e02");
    REQUIRE(analysis["repaired"].size() == 3);
    CHECK(analysis["repaired"][0]["step"]["ref"] == "episode:e01");
    CHECK(analysis["repaired"][1]["step"]["ref"] == "episode:e02");
    CHECK(analysis["repaired"][1]["inserted"] == true);
    CHECK(analysis["repaired"][2]["inserted"] == false);
    CHECK(analysis["repaired_hours"] == 7.0);
}

TEST_CASE("prerequisite graphs have each entry once, in layers") {
    const Exported exported = small();
    const ordered_json graph =
        catalog::graph_json(exported.content, exported.references, *catalog::find_kind("episode"));
    REQUIRE(graph["nodes"].size() == 3);
    CHECK(graph["nodes"][2]["ref"] == "episode:e03");
    CHECK(graph["nodes"][2]["layer"] == 2);
    CHECK(graph["nodes"][2]["code"] == "S01");
    CHECK(graph["edges"] == ordered_json::parse(R"([{"from":"episode:e01","to":"episode:e02"},
                                                    {"from":"episode:e02","to":"episode:e03"}])"));
}

TEST_CASE("the taxonomy names every kind with its plural and a list of categories") {
    const ordered_json taxonomy = catalog::taxonomy_json(small().content);
    for (const catalog::Kind& kind : catalog::kinds()) {
        const std::string name(kind.name);
        REQUIRE_MESSAGE(taxonomy["kinds"].contains(name), name);
        CHECK(taxonomy["kinds"][name]["plural"] == kind.plural);
        CHECK(taxonomy["kinds"][name]["categories"].is_array());
        CHECK_FALSE(taxonomy["kinds"][name].contains("needs_literature"));
    }
    CHECK(taxonomy["relations"].size() == 4);
}

TEST_CASE("in the real content each path is repaired to a valid order, and each analysis agrees with the graph") {
    const catalog::Content& content = catalog::real_content();
    const catalog::CrossReferences references(content);
    for (std::size_t i = 0; i < content.entries.size(); ++i) {
        if (content.entries[i].ref.kind->name != "path")
            continue;
        const ordered_json analysis = catalog::entry_json(content, references, i)["analysis"];
        std::set<std::string> heard;
        for (const auto& step : analysis["repaired"]) {
            const auto ref = step["step"]["ref"].get<std::string>();
            const auto* entry = content.find(*catalog::parse_ref(ref));
            for (const auto& needed : entry->refs)
                if (needed.relation == "prerequisites")
                    CHECK_MESSAGE(heard.contains(needed.target.text()), content.entries[i].ref.text());
            CHECK(heard.insert(ref).second);
        }
        CHECK(analysis["repaired_hours"].get<double>() >= analysis["hours"].get<double>());
    }
}
