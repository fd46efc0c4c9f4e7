#include "services/catalog/graph_text.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "services/catalog/build.hpp"
#include "services/catalog/content_fixture.hpp"
#include "services/catalog/loader.hpp"
#include "services/catalog/real_catalog.hpp"

using namespace dstudio;
using catalog::GraphFormat;
using nlohmann::json;

namespace {

catalog::Catalog build(const catalog::ContentFixture& fixture) {
    const auto loaded = catalog::load_content(fixture.content());
    REQUIRE(catalog::build_pack(loaded->content, fixture.pack()));
    auto opened = catalog::Catalog::open(fixture.pack());
    REQUIRE(opened);
    return std::move(*opened);
}

const catalog::Kind& kind(std::string_view name) {
    return *catalog::find_kind(name);
}

}  // namespace

TEST_CASE("the three formats draw the same graph") {
    const catalog::ContentFixture fixture;
    const catalog::Catalog catalog = build(fixture);
    CHECK(*graph_text(catalog, kind("episode"), "", GraphFormat::mermaid) ==
          "flowchart LR\n"
          "  episode_e01[\"Why things fail\"]\n"
          "  episode_e02[\"Agreement\"]\n"
          "  episode_e03[\"Trust\"]\n"
          "  episode_e01 --> episode_e02\n"
          "  episode_e02 --> episode_e03\n");
    const std::string dot = *graph_text(catalog, kind("episode"), "prerequisites", GraphFormat::dot);
    CHECK(dot.starts_with("digraph \"episodes\" {\n"));
    CHECK(dot.find("  \"episode:e01\" -> \"episode:e02\";\n") != std::string::npos);
    CHECK(dot.find("[label=\"Trust\", URL=\"/episodes/e03\"]") != std::string::npos);
    CHECK(dot.ends_with("}\n"));
    const json document = json::parse(*graph_text(catalog, kind("episode"), "", GraphFormat::json));
    CHECK(document["nodes"].size() == 3);
    CHECK(document["nodes"][2]["layer"] == 2);
    CHECK(document["edges"][0] == json::parse(R"({"from":"episode:e01","to":"episode:e02"})"));
}

TEST_CASE("entries of other kinds that a relation leads to are drawn too") {
    const catalog::ContentFixture fixture;
    const catalog::Catalog catalog = build(fixture);
    const json document = json::parse(*graph_text(catalog, kind("combination"), "", GraphFormat::json));
    CHECK(document["nodes"].size() == 3);
    CHECK(document["edges"].size() == 2);
    CHECK(json::parse(*graph_text(catalog, kind("concept"), "patterns", GraphFormat::json))["nodes"].size() == 4);
}

TEST_CASE("relations that go in circles are drawn without layers") {
    const catalog::ContentFixture fixture;
    const catalog::Catalog catalog = build(fixture);
    const json document = json::parse(*graph_text(catalog, kind("pattern"), "related", GraphFormat::json));
    CHECK(document["edges"].size() == 3);
    for (const json& node : document["nodes"])
        CHECK_FALSE(node.contains("layer"));
}

TEST_CASE("an unknown relation is answered with those there are") {
    const catalog::ContentFixture fixture;
    const catalog::Catalog catalog = build(fixture);
    const auto wrong = graph_text(catalog, kind("concept"), "enemies", GraphFormat::dot);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == base::ErrorCode::invalid_argument);
    CHECK(wrong.error().hint == "known: body, episodes, patterns, prerequisites, related");
    const auto none = graph_text(catalog, kind("kpi"), "members", GraphFormat::dot);
    REQUIRE_FALSE(none);
    CHECK(none.error().hint == "they refer to nothing");
}

TEST_CASE("names cannot break out of any format") {
    const catalog::ContentFixture fixture;
    fixture.replace("episodes/e01.md", "name: Why things fail", "name: \"a\\\"];\\n}\\\\ x <b> #quot; `c` end\"");
    const catalog::Catalog catalog = build(fixture);
    const std::string dot = *graph_text(catalog, kind("episode"), "", GraphFormat::dot);
    CHECK(dot.find(R"(label="a\"]; }\\ x)") != std::string::npos);
    CHECK(std::count(dot.begin(), dot.end(), '\n') == 9);  // three heads, three nodes, two edges, one end
    const std::string mermaid = *graph_text(catalog, kind("episode"), "", GraphFormat::mermaid);
    CHECK(std::count(mermaid.begin(), mermaid.end(), '\n') == 6);
    CHECK(mermaid.find("[\"a#quot;]; }\\ x #lt;b#gt; #35;quot; `c` end\"]\n") != std::string::npos);
    CHECK(mermaid.find("<b>") == std::string::npos);
    CHECK(json::parse(*graph_text(catalog, kind("episode"), "", GraphFormat::json))["nodes"][0]["name"] ==
          "a\"];\n}\\ x <b> #quot; `c` end");
}

TEST_CASE("formats have names") {
    CHECK(catalog::parse_graph_format("json") == GraphFormat::json);
    CHECK(catalog::parse_graph_format("dot") == GraphFormat::dot);
    CHECK(catalog::parse_graph_format("mermaid") == GraphFormat::mermaid);
    CHECK_FALSE(catalog::parse_graph_format("svg"));
    CHECK_FALSE(catalog::parse_graph_format("JSON"));
}

TEST_CASE("every kind of the real content is drawn in every format, with distinct nodes and edges among them") {
    const catalog::Catalog& catalog = catalog::real_catalog();
    for (const catalog::Kind& drawn : catalog::kinds()) {
        const auto text = graph_text(catalog, drawn, "", GraphFormat::json);
        REQUIRE(text);
        const json document = json::parse(*text);
        std::set<std::string> nodes;
        for (const json& node : document["nodes"])
            CHECK(nodes.insert(node["ref"]).second);
        for (const json& edge : document["edges"]) {
            CHECK(nodes.contains(edge["from"]));
            CHECK(nodes.contains(edge["to"]));
        }
        CHECK(graph_text(catalog, drawn, "", GraphFormat::dot));
        const std::string mermaid = *graph_text(catalog, drawn, "", GraphFormat::mermaid);
        std::set<std::string> lines;
        for (std::size_t at = 0; at < mermaid.size();) {
            const std::size_t end = mermaid.find('\n', at);
            if (const std::string line = mermaid.substr(at, end - at); line.find("[\"") != std::string::npos)
                CHECK_MESSAGE(lines.insert(line.substr(0, line.find('['))).second, line);
            at = end + 1;
        }
        CHECK(lines.size() == nodes.size());
    }
}
