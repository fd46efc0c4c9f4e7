#include "services/catalog/catalog.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "services/catalog/build.hpp"
#include "services/catalog/content_fixture.hpp"
#include "services/catalog/loader.hpp"
#include "services/catalog/real_catalog.hpp"

using namespace dstudio;
using catalog::Brief;
using catalog::Catalog;
using catalog::Filter;
using nlohmann::json;

namespace {

const Catalog& small() {
    static const Catalog opened = [] {
        const catalog::ContentFixture fixture;
        const auto loaded = catalog::load_content(fixture.content());
        REQUIRE(catalog::build_pack(loaded->content, fixture.pack()));
        auto catalog = Catalog::open(fixture.pack());
        REQUIRE(catalog);
        return std::move(*catalog);
    }();
    return opened;
}

std::string found(const base::Result<const Brief*>& result) {
    if (!result)
        return std::string(base::error_kind(result.error().code).wire_name) + ": " + result.error().hint;
    return (*result)->ref.text();
}

std::size_t count(const Filter& filter) {
    return small().list(filter).size();
}

}  // namespace

TEST_CASE("entries are found by reference, and a pattern by the id of its variant") {
    const auto find = [](std::string_view text) {
        const Brief* brief = small().find(*catalog::parse_ref(text));
        return brief == nullptr ? std::string("none") : brief->ref.text();
    };
    CHECK(find("pattern:circuit-breaker") == "pattern:circuit-breaker");
    CHECK(find("pattern:half-open-probe") == "pattern:circuit-breaker");
    CHECK(find("episode:E01") == "episode:e01");
    CHECK(find("concept:circuit-breaker") == "none");
    CHECK(find("concept:half-open-probe") == "none");
    for (const Brief& brief : small().entries())
        CHECK(small().find(brief.ref) == &brief);
    for (const Brief& brief : catalog::real_catalog().entries())
        CHECK(catalog::real_catalog().find(brief.ref) == &brief);
}

TEST_CASE("what a person types is resolved, or answered with what may have been meant") {
    struct Case {
        std::string_view text;
        std::string_view found;
    };
    for (const Case& c : {Case{"pattern:circuit-breaker", "pattern:circuit-breaker"},
                          {" Circuit Breaker ", "pattern:circuit-breaker"},
                          {"circuit-breaker", "pattern:circuit-breaker"},
                          {"PATTERN:Circuit-Breaker", "pattern:circuit-breaker"},
                          {"pattern:half-open-probe", "pattern:circuit-breaker"},
                          {"E01", "episode:e01"},
                          {"little's law", "formula:little"},
                          {"Retry storm", "scenario:retry-storm"},
                          {"circuit-braker", "not-found: did you mean pattern:circuit-breaker?"},
                          {"pattern:bulkhed", "not-found: did you mean 'pattern:bulkhead'?"},
                          {"pattern:kubernetes", "not-found: find it with 'dstudio search'"},
                          {"", "not-found: find it with 'dstudio search'"},
                          {"e0", "not-found: did you mean episode:e01, episode:e02, episode:e03?"},
                          {"no such thing at all", "not-found: find it with 'dstudio search'"}}) {
        CAPTURE(c.text);
        CHECK(found(small().resolve(c.text)) == c.found);
    }
    CHECK(found(small().resolve("x\xFF")).starts_with("not-found"));
}

TEST_CASE("a name that several entries have is answered with all of them") {
    const catalog::ContentFixture fixture;
    fixture.replace("scenarios/retry-storm.md", "name: Retry storm", "name: Bulkhead");
    const auto loaded = catalog::load_content(fixture.content());
    REQUIRE(catalog::build_pack(loaded->content, fixture.pack()));
    const auto opened = Catalog::open(fixture.pack());
    REQUIRE(opened);
    CHECK(found(opened->resolve("bulkhead")) == "invalid-argument: name one: pattern:bulkhead, scenario:retry-storm");
}

TEST_CASE("a very long text is answered at once") {
    CHECK(found(catalog::real_catalog().resolve(std::string(2'000'000, 'a'))).starts_with("not-found"));
}

TEST_CASE("lists hold what all conditions together allow, in order") {
    const auto* pattern = catalog::find_kind("pattern");
    CHECK(count({}) == catalog::ContentFixture::entries_count);
    CHECK(count({.kind = pattern}) == 4);
    CHECK(count({.kind = pattern, .category = "resilience"}) == 2);
    CHECK(count({.kind = pattern, .tier = "gold"}) == 2);
    CHECK(count({.kind = pattern, .category = "resilience", .tier = "gold"}) == 1);
    CHECK(count({.kind = pattern, .status = "series"}) == 2);
    CHECK(count({.kind = pattern, .year_min = 1974}) == 3);
    CHECK(count({.kind = pattern, .year_max = 1974}) == 2);
    CHECK(count({.kind = pattern, .year_min = 1966, .year_max = 2006}) == 1);
    CHECK(count({.year_min = 2020, .year_max = 2020}) == 1);
    CHECK(count({.year_min = 2021, .year_max = 2020}) == 0);
    CHECK(count({.level = "L2"}) == 3);
    CHECK(count({.category = "no-such"}) == 0);
    const auto listed = small().list({.kind = pattern});
    CHECK(std::is_sorted(listed.begin(), listed.end(),
                         [](const Brief* a, const Brief* b) { return a->ref.id < b->ref.id; }));
}

TEST_CASE("the JSON of an entry agrees with its brief, for every entry of the real content") {
    const Catalog& catalog = catalog::real_catalog();
    for (const Brief& brief : catalog.entries()) {
        const json entry = json::parse(catalog.entry_json(brief));
        const json listed = json::parse(Catalog::brief_json(brief));
        for (const auto& [key, value] : listed.items()) {
            if (key == "disputed")
                CHECK(value.get<bool>() == !entry["disputed"].is_null());
            else
                CHECK_MESSAGE(entry[key] == value, brief.ref.text() << " " << key);
        }
        CHECK(listed.size() == 12);
    }
}

TEST_CASE("the exported document is what the format promises") {
    const json document = json::parse(catalog::catalogue_json(small()));
    CHECK(document["format"] == 1);
    CHECK(document["content_hash"] == small().content_hash());
    CHECK(document["entries"].size() == catalog::ContentFixture::entries_count);
    for (const char* key : {"taxonomy", "stats", "graphs"})
        CHECK(document[key].is_object());
    CHECK(document["graphs"].size() == 2);
}

TEST_CASE("edges lead from who refers to who is referred to") {
    std::size_t members = 0;
    for (const catalog::Edge& edge : small().edges()) {
        REQUIRE(edge.from < small().entries().size());
        REQUIRE(edge.to < small().entries().size());
        if (edge.relation == "members") {
            ++members;
            CHECK(small().entries()[edge.from].ref.text() == "combination:breaker-timeout");
        }
    }
    CHECK(members == 2);
}

TEST_CASE("a catalogue that was moved keeps its edges' names") {
    const catalog::ContentFixture fixture;
    const auto loaded = catalog::load_content(fixture.content());
    REQUIRE(catalog::build_pack(loaded->content, fixture.pack()));
    auto opened = Catalog::open(fixture.pack());
    REQUIRE(opened);
    const Catalog moved = std::move(*opened);
    for (const catalog::Edge& edge : moved.edges())
        CHECK_FALSE(edge.relation.empty());
    CHECK(moved.edges().front().relation == small().edges().front().relation);
}

TEST_CASE("a pack whose checksums hold but whose index lies is corrupt, not a crash") {
    const catalog::TemporaryFolder folder;
    const auto path = folder.path() / "x.pack";
    const auto code = [&](std::string_view index) {
        REQUIRE(catalog::write_pack(path, {{"index", std::string(index)}, {"entries", "{}\n"}}));
        const auto opened = Catalog::open(path);
        return opened ? std::string("opened") : std::string(base::error_kind(opened.error().code).wire_name);
    };
    const auto with = [](std::string_view rows, std::string_view edges) {
        return R"({"content_hash":"x","relations":["r"],"entries":[)" + std::string(rows) + R"(],"edges":[)" +
               std::string(edges) + "]}";
    };
    const std::string row = R"([0,"a","A","s","","","","",null,false,0,2,[]])";
    CHECK(code(with(row, "[0,0,0]")) == "opened");
    CHECK(code(with(row, "")) == "opened");
    for (const std::string& bad :
         {std::string(), std::string("{}"), std::string("[]"), std::string("{\"content_hash\":1}"), with("[]", ""),
          with(R"([99,"a","A","s","","","","",null,false,0,2,[]])", ""),
          with(R"([-1,"a","A","s","","","","",null,false,0,2,[]])", ""),
          with(R"([0,"a","A","s","","","","",null,false,0,99,[]])", ""),
          with(R"([0,"a","A","s","","","","",null,false,99,0,[]])", ""),
          with(R"([0,"a","A","s","","","","",null,false,2,18446744073709551615,[]])", ""),
          with(R"([0,"b","A","s","","","","",null,false,0,2,[]],[0,"a","A","s","","","","",null,false,0,2,[]])", ""),
          with(row, "[0,0,1]"), with(row, "[0,1,0]"), with(row, "[7,0,0]"), with(row, "[0,0]"), with(row, "7")}) {
        CAPTURE(bad);
        CHECK(code(bad) == "corrupt-pack");
    }
}
