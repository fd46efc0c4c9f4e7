#include "services/catalog/search.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "core/base/text.hpp"
#include "services/catalog/build.hpp"
#include "services/catalog/content_fixture.hpp"
#include "services/catalog/loader.hpp"
#include "services/catalog/real_catalog.hpp"

using namespace dstudio;
using catalog::Brief;
using catalog::Filter;
using catalog::SearchPage;
using catalog::SearchQuery;
using nlohmann::json;

namespace {

SearchPage search(const SearchQuery& query) {
    static catalog::Searcher searcher = [] {
        auto opened = catalog::Searcher::open(catalog::real_catalog());
        REQUIRE(opened);
        return std::move(*opened);
    }();
    auto page = searcher.search(query);
    REQUIRE_MESSAGE(page, (page ? "" : page.error().message));
    return std::move(*page);
}

SearchPage search(std::string_view text) {
    return search(SearchQuery{.text = std::string(text)});
}

std::vector<std::string> refs(const SearchPage& page) {
    std::vector<std::string> texts;
    for (const catalog::SearchHit& hit : page.hits)
        texts.push_back(hit.brief->ref.text());
    return texts;
}

const std::vector<std::string>& queries() {
    static const std::vector<std::string> list{"",
                                               "circuit breaker",
                                               "consensus",
                                               "cache",
                                               "latency",
                                               "\"circuit breaker\"",
                                               "load balancing -cache",
                                               "what happens when retries pile up",
                                               "raft",
                                               "security",
                                               "token",
                                               "a",
                                               "the",
                                               "zzzz",
                                               "netflix",
                                               "2021",
                                               "how do i keep replicas consistent",
                                               "queue",
                                               "x y z",
                                               "database sharding hot key",
                                               "C++",
                                               "100%",
                                               "zero trust"};
    return list;
}

Filter with(std::size_t facet, const std::string& value) {
    Filter filter;
    switch (facet) {
        case 0:
            filter.kind = catalog::find_kind(value);
            break;
        case 1:
            filter.category = value;
            break;
        case 2:
            filter.level = value;
            break;
        case 3:
            filter.tier = value;
            break;
        case 4:
            filter.status = value;
            break;
        default:
            filter.year_min = filter.year_max = std::stoi(value);
    }
    return filter;
}

// Text with nothing but character references and balanced <mark>.
bool is_safe_snippet(std::string_view html) {
    bool marked = false;
    for (std::size_t i = 0; i < html.size(); ++i) {
        if (html.substr(i).starts_with("<mark>") && !marked) {
            marked = true;
            i += 5;
        } else if (html.substr(i).starts_with("</mark>") && marked) {
            marked = false;
            i += 6;
        } else if (html[i] == '<' || html[i] == '>') {
            return false;
        } else if (html[i] == '&' && html.substr(i, 8).find(';') == std::string_view::npos) {
            return false;
        }
    }
    return !marked && !base::first_invalid_utf8(html);
}

}  // namespace

TEST_CASE("misspelt queries are answered with what was meant") {
    struct Case {
        std::string_view text;
        std::string_view suggestion;
    };
    for (const Case& c : {Case{"cirkit braker", "circuit breaker"},
                          {"circut breaker", "circuit breaker"},
                          {"consenus", "consensus"},
                          {"bulkhed", "bulkhead"},
                          {"Idempotncy", "idempotency"},
                          {"back presure", "back pressure"}}) {
        CAPTURE(c.text);
        const SearchPage page = search(c.text);
        REQUIRE(page.suggestion);
        CHECK(*page.suggestion == c.suggestion);
        CHECK(search(*page.suggestion).total > 0);
    }
    for (const std::string_view right : {"circuit breaker", "consensus", "", "qqqqqqqqqq", "the"}) {
        CAPTURE(right);
        CHECK_FALSE(search(right).suggestion);
    }
}

TEST_CASE("an entry is found first by its own name, and by each of its aliases") {
    std::vector<std::string> misses;
    std::size_t names = 0;
    const auto first_has = [&](const std::string& text, const Brief& wanted) {
        ++names;
        const SearchPage page = search(SearchQuery{.text = text, .limit = 5});
        const auto is_called = [&](const Brief& brief) {
            if (base::to_lower(brief.name) == base::to_lower(text) || brief.ref.id == base::to_lower(text))
                return true;
            const json entry = json::parse(catalog::real_catalog().entry_json(brief));
            return std::any_of(entry["aliases"].begin(), entry["aliases"].end(), [&](const json& alias) {
                return base::to_lower(alias.get<std::string>()) == base::to_lower(text);
            });
        };
        // Several entries may have one name: they come first together.
        const bool found =
            !page.hits.empty() && is_called(*page.hits.front().brief) &&
            std::any_of(page.hits.begin(), page.hits.end(), [&](const auto& hit) { return hit.brief == &wanted; });
        if (!found)
            misses.push_back(wanted.ref.text() + " by '" + text +
                             "', first: " + (page.hits.empty() ? "nothing" : page.hits.front().brief->ref.text()));
    };
    for (const Brief& brief : catalog::real_catalog().entries()) {
        first_has(brief.name, brief);
        const json entry = json::parse(catalog::real_catalog().entry_json(brief));
        for (const json& alias : entry["aliases"])
            first_has(alias.get<std::string>(), brief);
    }
    std::string list;
    for (const std::string& miss : misses)
        list += miss + "\n";
    CHECK_MESSAGE(misses.empty(), misses.size() << " of " << names << " names:\n" << list);
}

TEST_CASE("each facet adds up to the total, and each of its counts is what its filter finds") {
    for (const std::string& text : queries()) {
        CAPTURE(text);
        const SearchPage page = search(text);
        for (std::size_t facet = 0; facet < catalog::facet_names.size(); ++facet) {
            CAPTURE(catalog::facet_names[facet]);
            std::size_t sum = 0;
            std::size_t tried = 0;
            for (const auto& [value, count] : page.facets[facet]) {
                sum += count;
                CHECK(count > 0);
                if (value == "none" || ++tried > 3)
                    continue;
                const Filter filter = with(facet, value);
                const SearchPage restricted = search(SearchQuery{.text = text, .filter = filter, .limit = 100});
                CHECK_MESSAGE(restricted.total == count, value);
                for (const catalog::SearchHit& hit : restricted.hits)
                    CHECK(matches(*hit.brief, filter));
            }
            CHECK(sum == page.total);
        }
    }
}

TEST_CASE("an empty query lists what the filter lets through, in the catalogue's order") {
    const Filter none;
    Filter gold;
    gold.tier = "gold";
    gold.kind = catalog::find_kind("pattern");
    Filter recent;
    recent.year_min = 2015;
    Filter narrow = recent;
    narrow.year_max = 2018;
    Filter early;
    early.year_max = 1990;
    for (const Filter& filter : {none, gold, recent, narrow, early}) {
        const auto listed = catalog::real_catalog().list(filter);
        const SearchPage page = search(SearchQuery{.filter = filter, .limit = 100});
        CHECK(page.total == listed.size());
        for (std::size_t i = 0; i < page.hits.size(); ++i)
            CHECK(page.hits[i].brief == listed[i]);
    }
}

TEST_CASE("years out of the ordinary restrict as they do in lists") {
    for (const int from : {-2147483647 - 1, -1, 0, 7, 500, 999, 1000, 1999, 9999, 10'000, 2147483647})
        for (const int to : {-2147483647 - 1, -1, 0, 20, 999, 2007, 9999, 10'000, 2147483647}) {
            CAPTURE(from);
            CAPTURE(to);
            Filter filter;
            filter.year_min = from;
            CHECK(search(SearchQuery{.filter = filter}).total == catalog::real_catalog().list(filter).size());
            filter.year_max = to;
            CHECK(search(SearchQuery{.filter = filter}).total == catalog::real_catalog().list(filter).size());
            filter.year_min.reset();
            CHECK(search(SearchQuery{.filter = filter}).total == catalog::real_catalog().list(filter).size());
        }
}

TEST_CASE("filters of unknown value find nothing") {
    Filter filter;
    filter.category = "no-such-category";
    CHECK(search(SearchQuery{.text = "cache", .filter = filter}).total == 0);
    filter.category = std::string(5000, 'x');
    CHECK(search(SearchQuery{.text = "cache", .filter = filter}).total == 0);
}

TEST_CASE("pages follow one another without gap or repetition") {
    for (const std::string& text : queries()) {
        CAPTURE(text);
        std::vector<std::string> all;
        std::size_t total = 1;
        for (std::size_t offset = 0; offset < total; offset += 37) {
            const SearchPage page = search(SearchQuery{.text = text, .offset = offset, .limit = 37});
            total = page.total;
            const auto part = refs(page);
            all.insert(all.end(), part.begin(), part.end());
        }
        CHECK(all.size() == (total == 1 && all.empty() ? 0 : total));
        CHECK(std::set<std::string>(all.begin(), all.end()).size() == all.size());
    }
}

TEST_CASE("a page beyond the end is empty and still counted, however far beyond") {
    const std::size_t total = search("cache").total;
    REQUIRE(total > 0);
    for (const std::size_t offset :
         {total, total + 1, std::size_t{1} << 31U, std::size_t{1} << 32U, std::size_t{1} << 63U, ~std::size_t{0}}) {
        CAPTURE(offset);
        const SearchPage page = search(SearchQuery{.text = "cache", .offset = offset});
        CHECK(page.hits.empty());
        CHECK(page.total == total);
        CHECK(json::parse(search_page_json(SearchQuery{.text = "cache", .offset = offset}, page))["next_cursor"]
                  .is_null());
    }
}

TEST_CASE("as you type, each prefix of a name finds it") {
    for (const std::string_view name : {"circuit breaker", "consistent hashing", "bulkhead"}) {
        const std::string expected = search(name).hits.front().brief->name;
        for (std::size_t size = name.size() > 10 ? 4 : 3; size <= name.size(); ++size) {
            const std::string text(name.substr(0, size));
            CAPTURE(text);
            const SearchPage page = search(SearchQuery{.text = text, .limit = 10, .as_you_type = true});
            CHECK(std::any_of(page.hits.begin(), page.hits.end(),
                              [&](const auto& hit) { return hit.brief->name == expected; }));
        }
    }
    CHECK(search(SearchQuery{.text = "circ", .as_you_type = true}).total > search("circ").total);
}

TEST_CASE("words may be inflected, phrases keep their order, a hyphen excludes") {
    CHECK(search("caching").total == search("caches").total);
    CHECK(search("\"breaker circuit\"").total < search("breaker circuit").total);
    const auto without = search("cache -database");
    CHECK(without.total > 0);
    CHECK(without.total < search("cache").total);
}

TEST_CASE("snippets show the words that were found, as escaped text") {
    for (const std::string& text : queries())
        for (const catalog::SearchHit& hit : search(SearchQuery{.text = text, .limit = 100}).hits)
            CHECK_MESSAGE(is_safe_snippet(hit.snippet_html), hit.snippet_html);
    const SearchPage page = search("consensus");
    CHECK(2 * std::count_if(page.hits.begin(), page.hits.end(),
                            [](const auto& hit) { return hit.snippet_html.find("<mark>") != std::string::npos; }) >
          static_cast<std::ptrdiff_t>(page.hits.size()));

    const catalog::ContentFixture fixture;
    fixture.replace("concepts/quorum.md", "A subset of the replicas large enough",
                    "\"<script>alert('x')</script> & <b>subset</b> of the replicas </mark> large enough");
    fixture.replace("concepts/quorum.md", "share a member.", "share a member.\"");
    const auto loaded = catalog::load_content(fixture.content());
    REQUIRE(catalog::build_pack(loaded->content, fixture.pack()));
    const auto opened = catalog::Catalog::open(fixture.pack());
    auto searcher = catalog::Searcher::open(*opened);
    REQUIRE(searcher);
    for (const char* text : {"script", "alert", "subset", "mark"}) {
        const auto hostile = searcher->search({.text = text});
        REQUIRE(hostile);
        REQUIRE(hostile->total == 1);
        CHECK(is_safe_snippet(hostile->hits[0].snippet_html));
        CHECK(hostile->hits[0].snippet_html.find(std::string("<mark>") + text + "</mark>") != std::string::npos);
    }
}

TEST_CASE("hostile queries are answered like others or refused with the reason") {
    const auto words = [](std::string_view word) {
        std::string text;
        while (text.size() + word.size() <= catalog::search_query_size_bytes_max)
            text += word;
        return text;
    };
    for (const std::string& text : {std::string("\""),
                                    std::string("\"\"\""),
                                    std::string("\"a"),
                                    std::string("-"),
                                    std::string("-cache"),
                                    std::string("+"),
                                    std::string("+-"),
                                    std::string("AND"),
                                    std::string("a AND"),
                                    std::string("OR OR OR"),
                                    std::string("NOT a"),
                                    std::string("a NEAR/3 b"),
                                    std::string("(((("),
                                    std::string(")"),
                                    std::string("a*"),
                                    std::string("*"),
                                    std::string("*a*"),
                                    std::string("?"),
                                    std::string("XF0:pattern"),
                                    std::string("XNa"),
                                    std::string("S:a"),
                                    std::string("kind:pattern"),
                                    std::string("1..2"),
                                    std::string("..2"),
                                    std::string("\\"),
                                    std::string("%00"),
                                    std::string("' OR 1=1 --"),
                                    std::string("<script>"),
                                    std::string("\xE2\x80\xAE"),
                                    std::string("\xF0\x9F\x98\x80"),
                                    std::string("a\0b", 3),
                                    std::string(" \t\r\n"),
                                    std::string(catalog::search_query_size_bytes_max, 'a'),
                                    words("a "),
                                    words("a* "),
                                    words("\"a "),
                                    words("-a "),
                                    words("+a "),
                                    words("a b c d e f g "),
                                    words("-"),
                                    words("*"),
                                    words("(a "),
                                    words("\xE4\xB8\xAD"),
                                    words("cirkit "),
                                    words("a-b-"),
                                    words("a.b."),
                                    words("a&")}) {
        for (const bool as_you_type : {false, true}) {
            CAPTURE(text);
            const SearchPage page = search(SearchQuery{.text = text, .as_you_type = as_you_type});
            CHECK(page.hits.size() <= page.total);
            CHECK_FALSE(json::parse(search_page_json(SearchQuery{.text = text}, page)).is_null());
        }
    }
    auto searcher = catalog::Searcher::open(catalog::real_catalog());
    REQUIRE(searcher);
    const auto code = [&](const SearchQuery& query) {
        const auto page = searcher->search(query);
        return page ? std::string("answered") : std::string(base::error_kind(page.error().code).wire_name);
    };
    CHECK(code({.text = std::string(catalog::search_query_size_bytes_max + 1, 'a')}) == "invalid-argument");
    CHECK(code({.text = "\xFF"}) == "invalid-argument");
    CHECK(code({.text = "caf\xC3"}) == "invalid-argument");
    CHECK(code({.text = "a", .limit = 0}) == "invalid-argument");
    CHECK(code({.text = "a", .limit = catalog::search_limit_max + 1}) == "invalid-argument");
    CHECK(code({.text = "a", .limit = catalog::search_limit_max}) == "answered");
}

TEST_CASE("any query is answered with consistent counts") {
    const bool held = rc::check([] {
        const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
            "cache", "circuit", "brea", "\"", " ", " ", " ", "-", "+", "*", "(", ")", "AND", "OR", "NOT", "NEAR", ":",
            "XF", "..", "a", "\xC3\xA9", "\xE4\xB8\xAD", "'", "@", "/", "retris", "0"));
        std::string text;
        for (const std::string& piece : pieces)
            if (text.size() + piece.size() <= catalog::search_query_size_bytes_max)
                text += piece;
        const SearchQuery query{.text = text, .limit = 10, .as_you_type = *rc::gen::arbitrary<bool>()};
        const SearchPage page = search(query);
        RC_ASSERT(page.hits.size() == std::min<std::size_t>(10, page.total));
        for (const auto& facet : page.facets)
            RC_ASSERT(std::accumulate(facet.begin(), facet.end(), std::size_t{0},
                                      [](std::size_t sum, const auto& row) { return sum + row.second; }) == page.total);
    });
    CHECK(held);
}

TEST_CASE("the page as JSON says where the next one starts, and nothing after the last") {
    SearchQuery query{.text = "consensus", .limit = 3};
    const SearchPage page = search(query);
    REQUIRE(page.total > 3);
    const json document = json::parse(search_page_json(query, page));
    CHECK(document["query"] == "consensus");
    CHECK(document["total"] == page.total);
    CHECK(document["next_cursor"] == "3");
    CHECK(document["results"].size() == 3);
    CHECK(document["results"][0]["ref"] == page.hits[0].brief->ref.text());
    CHECK(document["facets"].size() == catalog::facet_names.size());
    CHECK(document["suggestion"].is_null());
    query.offset = page.total - page.total % 3 - (page.total % 3 == 0 ? 3 : 0);
    CHECK(json::parse(search_page_json(query, search(query)))["next_cursor"].is_null());
}

TEST_CASE("a pack without a search index is corrupt for a searcher") {
    const catalog::TemporaryFolder folder;
    const auto path = folder.path() / "x.pack";
    for (const std::string& bytes : {std::string(), std::string("x"), std::string(100'000, 'x')}) {
        REQUIRE(catalog::write_pack(
            path, {{"index", R"({"content_hash":"x","relations":[],"entries":[],"edges":[]})"}, {"search", bytes}}));
        const auto opened = catalog::Catalog::open(path);
        REQUIRE(opened);
        const auto searcher = catalog::Searcher::open(*opened);
        REQUIRE_FALSE(searcher);
        CHECK(searcher.error().code == base::ErrorCode::corrupt_pack);
    }
}

TEST_CASE("an index of another catalogue is refused, not followed beyond the entries") {
    const catalog::TemporaryFolder folder;
    const auto path = folder.path() / "x.pack";
    REQUIRE(catalog::write_pack(path, {{"index", R"({"content_hash":"x","relations":[],"entries":[],"edges":[]})"},
                                       {"search", std::string(catalog::real_catalog().pack().section("search"))}}));
    const auto opened = catalog::Catalog::open(path);
    REQUIRE(opened);
    auto searcher = catalog::Searcher::open(*opened);
    if (searcher)
        CHECK(searcher->search({.text = "cache"}).error().code == base::ErrorCode::corrupt_pack);
    else
        CHECK(searcher.error().code == base::ErrorCode::corrupt_pack);
}
