#include "services/catalog/kinds.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <set>

using namespace dstudio::catalog;

TEST_CASE("kinds have distinct names and a schema each; a kind is found by both its names") {
    std::set<std::string_view> names;
    for (const Kind& kind : kinds()) {
        CAPTURE(kind.name);
        CHECK(names.insert(kind.name).second);
        CHECK(names.insert(kind.plural).second);
        CHECK(find_kind(kind.name) == &kind);
        CHECK(find_kind(kind.plural) == &kind);
        CHECK(&kinds()[kind_index(kind)] == &kind);
        CHECK(std::filesystem::exists(std::string(DSTUDIO_SOURCE_DIR) + "/content/schema/" + std::string(kind.name) +
                                      ".json"));
    }
    for (const std::string_view unknown : {"", "Pattern", "patterns ", "schema", "taxonomy"})
        CHECK(find_kind(unknown) == nullptr);
}

TEST_CASE("a reference is a singular kind, a colon and a slug; capitals of the id are folded") {
    const auto ref = parse_ref("episode:E01");
    REQUIRE(ref);
    CHECK(ref->text() == "episode:e01");
    CHECK(ref->url() == "/episodes/e01");
    CHECK(parse_ref("success:sale-2020")->url() == "/successes/sale-2020");
    for (const std::string_view bad : {"", ":", "episode", "episode:", ":e01", "episodes:e01", "Episode:e01",
                                       "episode:e 01", "episode:e01 ", " episode:e01", "episode:-e01", "episode:e--1",
                                       "episode:e/1", "episode:../e01", "episode:a:b", "episode:caf\xC3\xA9"})
        CHECK_FALSE_MESSAGE(parse_ref(bad), std::string(bad));
}

TEST_CASE("what looks meant as a reference is seen even where it is none") {
    for (const std::string_view text : {"pattern:saga", "pattern:Not A Slug"})
        CHECK(looks_like_ref(text) == (text.find(' ') == std::string_view::npos));
    CHECK(looks_like_ref("pattern:"));
    CHECK_FALSE(looks_like_ref("pattern"));
    CHECK_FALSE(looks_like_ref("https://example.org"));
    CHECK_FALSE(looks_like_ref("patterns:saga"));
}
