#include "services/catalog/stats.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "services/catalog/content_fixture.hpp"
#include "services/catalog/loader.hpp"
#include "services/catalog/real_catalog.hpp"

using namespace dstudio;
using nlohmann::json;

namespace {

json stats_of(const catalog::Content& content) {
    return json::parse(catalog::stats_json(content, catalog::CrossReferences(content)).dump());
}

}  // namespace

TEST_CASE("the small tree is counted as by hand") {
    const catalog::ContentFixture fixture;
    const json stats = stats_of(catalog::load_content(fixture.content())->content);
    CHECK(stats["entries"]["total"] == 26);
    CHECK(stats["entries"]["by_kind"]["patterns"] == 4);
    CHECK(stats["entries"]["by_kind"]["kpis"] == 1);
    CHECK(stats["entries"]["by_kind"].size() == catalog::kinds().size());
    CHECK(stats["concepts"] == json::parse(R"({"total":3,
        "by_category":{"architectural-patterns":1,"data-management":1,"security-trust":1},
        "by_level":{"L2":1,"L3":1,"L4":1},"by_taught_level":{"L1":0,"L2":2,"L3":1,"L4":1,"L5":0},
        "security":1,"security_share":0.3333333333333333})"));
    CHECK(stats["patterns"] == json::parse(R"({"total":4,"series_own":2,"variants":2,
        "by_category":{"communication":1,"resilience":2,"scaling":1},"by_tier":{"gold":2,"none":1,"silver":1}})"));
    CHECK(stats["episodes"] ==
          json::parse(R"({"total":3,"numbered":2,"extra":1,"scripted":2,"planned":1,"hours":7.0})"));
    CHECK(stats["formulas"] == json::parse(R"({"total":1,"by_claim_status":{"correct":1}})"));
    CHECK(stats["incidents"] == json::parse(R"({"total":2,"by_record":{"documented":1,"partial":1},
        "by_doubt_level":{"minor":1,"none":1}})"));
    CHECK(stats["combinations"] == json::parse(R"({"total":1,"by_relation":{"prerequisite":1}})"));
    CHECK(stats["references"]["total"] == 44);
    CHECK(stats["references"]["by_relation"]["members"] == 2);
    CHECK(stats["references"]["by_relation"]["body"] == 1);
    CHECK(stats["sources"] == json::parse(R"({"total":14,"distinct":12})"));
    CHECK(stats["per_episode"] == json::parse(R"([
        {"ref":"episode:e01","name":"Why things fail","concepts":1,"patterns":1,"incidents":1,"successes":0,
         "formulas":1,"companies":1},
        {"ref":"episode:e02","name":"Agreement","concepts":1,"patterns":0,"incidents":0,"successes":0,
         "formulas":0,"companies":1},
        {"ref":"episode:e03","name":"Trust","concepts":0,"patterns":0,"incidents":0,"successes":0,
         "formulas":0,"companies":0}])"));
    const json& gaps = stats["gaps"];
    CHECK(gaps["concepts_without_episode"] == json::parse(R"(["concept:token-rotation"])"));
    CHECK(gaps["patterns_without_scenario"] ==
          json::parse(R"(["pattern:bulkhead","pattern:caching","pattern:timeout"])"));
    CHECK(gaps["patterns_without_episode"] ==
          json::parse(R"(["pattern:bulkhead","pattern:caching","pattern:circuit-breaker"])"));
    CHECK(gaps["patterns_without_incident"] == json::parse(R"(["pattern:timeout"])"));
    CHECK(gaps["entries_without_literature"].size() == 12);
    CHECK(gaps["entries_disputed"] == json::parse(R"(["pattern:caching"])"));
    CHECK(gaps["entries_not_referenced"] ==
          json::parse(R"(["concept:token-rotation","combination:breaker-timeout","stack:resilient-client",
            "calculator:queue-length","algorithm:majority-vote","path:first-steps","question:quorum-size","lab:break-it",
            "certificate:starter","kpi:listeners","rule:cold-open","price:small-machine"])"));
}

TEST_CASE("an empty tree is counted too") {
    const json stats = stats_of(catalog::Content{});
    CHECK(stats["entries"]["total"] == 0);
    CHECK(stats["concepts"]["security_share"] == 0.0);
    CHECK(stats["gaps"]["entries_without_literature"].empty());
}

TEST_CASE("the repository's content has what the programme asks for") {
    const json stats = stats_of(catalog::real_content());
    CHECK(stats["concepts"]["total"] >= 332);
    CHECK(stats["concepts"]["security_share"] >= 0.15);
    CHECK(stats["patterns"]["total"] >= 132);
    CHECK(stats["patterns"]["series_own"] == 91);
    CHECK(stats["episodes"]["total"] == 41);
    CHECK(stats["episodes"]["numbered"] == 35);
    CHECK(stats["episodes"]["extra"] == 6);
    // The series has 35 scripts, but two of them are of E18, and E30 has none.
    CHECK(stats["episodes"]["scripted"] == 34);
    CHECK(stats["episodes"]["planned"] == 7);
    CHECK(stats["entries"]["by_kind"]["companies"] == 41);
    CHECK(stats["combinations"]["total"] >= 120);
}

TEST_CASE("the counts of the real content, made anew from the packed entries, are the same") {
    const catalog::Catalog& catalog = catalog::real_catalog();
    const json stats = json::parse(catalog.stats_json());
    std::map<std::string, int> by_kind;
    std::map<std::string, std::map<std::string, int>> counts;
    std::map<std::string, int> relations;
    int security = 0;
    int series_own = 0;
    int variants = 0;
    int sources = 0;
    double hours = 0;
    std::set<std::pair<std::string, int>> distinct;
    std::set<std::string> without_literature;
    std::set<std::string> disputed;
    std::set<std::string> not_referenced;
    for (const catalog::Brief& brief : catalog.entries()) {
        const json entry = json::parse(catalog.entry_json(brief));
        const std::string kind = entry["kind"];
        const std::string ref = entry["ref"];
        ++by_kind[std::string(brief.ref.kind->plural)];
        bool literature = false;
        for (const json& source : entry["sources"])
            if (source.contains("title")) {
                literature = true;
                ++sources;
                distinct.emplace(source["title"], source.value("year", 0));
            }
        if (!literature)
            without_literature.insert(ref);
        if (!entry["disputed"].is_null())
            disputed.insert(ref);
        if (entry["backlinks"].empty())
            not_referenced.insert(ref);
        for (const json& link : entry["links"])
            ++relations[link["relation"]];
        if (kind == "concept") {
            ++counts["concept category"][entry["category"]];
            ++counts["concept level"][entry["level"]];
            security += entry["category"] == "security-trust" ? 1 : 0;
        } else if (kind == "pattern") {
            ++counts["pattern category"][entry["category"]];
            ++counts["pattern tier"][entry["tier"].is_null() ? "none" : entry["tier"].get<std::string>()];
            series_own += entry["fields"]["series_own"] == true ? 1 : 0;
            variants += entry["fields"].contains("variants") ? static_cast<int>(entry["fields"]["variants"].size()) : 0;
        } else if (kind == "episode") {
            hours += entry["fields"]["hours"].get<double>();
        } else if (kind == "combination") {
            ++counts["combination relation"][entry["fields"]["relation"]];
        } else if (kind == "incident" || kind == "success") {
            ++counts["case record"][entry["fields"]["record"]];
            ++counts["case doubt"][entry["fields"]["series_claim"]["doubt_level"]];
        }
    }
    for (const auto& [kind, n] : stats["entries"]["by_kind"].items())
        CHECK(by_kind[kind] == n);
    CHECK(stats["entries"]["total"] == catalog.entries().size());
    CHECK(stats["concepts"]["by_category"] == json(counts["concept category"]));
    CHECK(stats["concepts"]["by_level"] == json(counts["concept level"]));
    CHECK(stats["concepts"]["security"] == security);
    CHECK(stats["concepts"]["security_share"].get<double>() ==
          doctest::Approx(static_cast<double>(security) / by_kind["concepts"]));
    CHECK(stats["patterns"]["by_category"] == json(counts["pattern category"]));
    CHECK(stats["patterns"]["by_tier"] == json(counts["pattern tier"]));
    CHECK(stats["patterns"]["series_own"] == series_own);
    CHECK(stats["patterns"]["variants"] == variants);
    CHECK(stats["episodes"]["hours"].get<double>() == doctest::Approx(hours));
    CHECK(stats["combinations"]["by_relation"] == json(counts["combination relation"]));
    CHECK(stats["incidents"]["by_record"] == json(counts["case record"]));
    CHECK(stats["incidents"]["by_doubt_level"] == json(counts["case doubt"]));
    CHECK(stats["references"]["by_relation"] == json(relations));
    CHECK(stats["sources"]["total"] == sources);
    CHECK(stats["sources"]["distinct"] == distinct.size());
    CHECK(stats["gaps"]["entries_without_literature"].get<std::set<std::string>>() == without_literature);
    CHECK(stats["gaps"]["entries_disputed"].get<std::set<std::string>>() == disputed);
    CHECK(stats["gaps"]["entries_not_referenced"].get<std::set<std::string>>() == not_referenced);
}
