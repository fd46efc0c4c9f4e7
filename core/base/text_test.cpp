#include "core/base/text.hpp"

#include <doctest/doctest.h>

using namespace dstudio::base;

TEST_CASE("well-formed UTF-8 is accepted, each kind of malformed sequence is located") {
    CHECK_FALSE(first_invalid_utf8(""));
    CHECK_FALSE(first_invalid_utf8("Lamport\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xF4\x8F\xBF\xBF"));
    struct Case {
        std::string_view bytes;
        std::size_t offset;
    };
    for (const Case& c : {Case{"a\x80", 1}, Case{"\xC0\xAF", 0}, Case{"\xC1\xBF", 0}, Case{"ab\xE0\x80\xAF", 2},
                          Case{"\xED\xA0\x80", 0}, Case{"\xF4\x90\x80\x80", 0}, Case{"\xF5\x80\x80\x80", 0},
                          Case{"\xC3", 0}, Case{"\xE2\x82", 0}, Case{"\xE2(\xA1", 0}, Case{"\xFF", 0}}) {
        CAPTURE(c.bytes);
        REQUIRE(first_invalid_utf8(c.bytes));
        CHECK(*first_invalid_utf8(c.bytes) == c.offset);
    }
}

TEST_CASE("a prefix never cuts a character") {
    CHECK(utf8_prefix("caf\xC3\xA9", 4) == "caf");
    CHECK(utf8_prefix("caf\xC3\xA9", 5) == "caf\xC3\xA9");
    CHECK(utf8_prefix("abc", 0).empty());
}

TEST_CASE("split keeps empty parts and join undoes it") {
    CHECK(split("", ',').size() == 1);
    const auto parts = split("a,,b,", ',');
    REQUIRE(parts.size() == 4);
    CHECK(parts[1].empty());
    std::vector<std::string> owned(parts.begin(), parts.end());
    CHECK(join(owned, ",") == "a,,b,");
    CHECK(join({}, ",").empty());
}

TEST_CASE("slugs have inner single hyphens only") {
    for (const std::string_view good : {"a", "circuit-breaker", "e01", "2pc"})
        CHECK(is_slug(good));
    for (const std::string_view bad : {"", "-a", "a-", "a--b", "A", "a b", "a/b", "\xC3\xA9"})
        CHECK_FALSE(is_slug(bad));
    CHECK(is_slug(std::string(80, 'a')));
    CHECK_FALSE(is_slug(std::string(81, 'a')));
}

TEST_CASE("edit distance counts insertions, deletions, substitutions and swaps of neighbours") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("raft", "arft") == 1);
    CHECK(edit_distance("ca", "abc") == 3);  // the restricted form: no edit inside a swap
}

TEST_CASE("the nearest candidate is offered only if it is near") {
    const std::vector<std::string_view> candidates{"circuit-breaker", "bulkhead", "saga"};
    CHECK(nearest("circut-braker", candidates) == "circuit-breaker");
    CHECK(nearest("sga", candidates) == "saga");
    CHECK_FALSE(nearest("kubernetes", candidates));
    CHECK_FALSE(nearest("", candidates));
}

TEST_CASE("HTML escaping covers text and attributes") {
    CHECK(escape_html("<a b='\"&'>") == "&lt;a b=&#39;&quot;&amp;&#39;&gt;");
}

TEST_CASE("trim and to_lower are ASCII and locale-free") {
    CHECK(trim(" \t x y \r\n") == "x y");
    CHECK(trim("   ").empty());
    CHECK(to_lower("AbC\xC3\x89") == "abc\xC3\x89");
}
