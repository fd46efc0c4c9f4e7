#include "services/catalog/snippet.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "core/base/text.hpp"

using namespace dstudio;
using catalog::Snippets;

namespace {

constexpr std::size_t size_max = 80;

std::string snippet(std::string_view text, std::string_view query, bool as_you_type = false) {
    Xapian::SimpleStopper stopper;
    stopper.add("the");
    Snippets snippets{Xapian::Stem("en")};
    return snippets.html(text, snippets.wanted(query, stopper, as_you_type), size_max);
}

}  // namespace

TEST_CASE("words of the query are marked in all their forms, stop words are not") {
    CHECK(snippet("Caches cache the cached data.", "the caching") ==
          "<mark>Caches</mark> <mark>cache</mark> the <mark>cached</mark> data.");
    CHECK(snippet("A circuit-breaker trips.", "\"Circuit Breaker\"") ==
          "A <mark>circuit</mark>-<mark>breaker</mark> trips.");
    CHECK(snippet("Consensus is consistent.", "cons", true) == "<mark>Consensus</mark> is <mark>consistent</mark>.");
    CHECK(snippet("Consensus is consistent.", "cons ", true) == "Consensus is consistent.");
    CHECK(snippet("nothing of it", "else") == "nothing of it");
    CHECK(snippet("", "x").empty());
    CHECK(snippet("abc", "").starts_with("abc"));
}

TEST_CASE("text is escaped, marked or not") {
    CHECK(snippet("<b>x</b> & \"y\"", "b y") ==
          "&lt;<mark>b</mark>&gt;x&lt;/<mark>b</mark>&gt; &amp; &quot;<mark>y</mark>&quot;");
}

TEST_CASE("of a long text the stretch with most different words is shown, cut between words") {
    std::string text = "cache first. ";
    for (int i = 0; i < 30; ++i)
        text += "filler words here ";
    text += "a cache before the origin server keeps copies near. ";
    for (int i = 0; i < 30; ++i)
        text += "more filler words ";
    const std::string shown = snippet(text, "origin cache");
    CHECK(shown.find("<mark>cache</mark> before the <mark>origin</mark>") != std::string::npos);
    CHECK(shown.starts_with("\xE2\x80\xA6"));
    CHECK(shown.ends_with("\xE2\x80\xA6"));
    CHECK(snippet(text, "first").starts_with("cache <mark>first</mark>. filler"));
    CHECK(snippet(text, "absent").starts_with("cache first. filler"));
}

TEST_CASE("any text gives a snippet of bounded size, valid and escaped") {
    const bool held = rc::check([] {
        std::string text;
        for (const std::string& piece : *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                 "cache", "a", " ", " ", "<", "&", "\xC3\xA9", "\xE4\xB8\xAD", ".", "supercalifragilistic", "\n", "5")))
            text += piece;
        const std::string shown = snippet(text, "cache \xC3\xA9 5");
        RC_ASSERT(!base::first_invalid_utf8(shown));
        std::string plain = shown;
        for (const std::string_view part : {"<mark>", "</mark>"})
            for (std::size_t at = plain.find(part); at != std::string::npos; at = plain.find(part))
                plain.erase(at, part.size());
        RC_ASSERT(plain.find('<') == std::string::npos);
        RC_ASSERT(plain.size() <= size_max * 6 + 6);  // the longest character reference has six bytes
    });
    CHECK(held);
}

TEST_CASE("words are taken apart at everything that is neither letter nor digit") {
    CHECK(catalog::words_of("A/B-test: 2x caf\xC3\xA9!") ==
          std::vector<std::string>{"a", "b", "test", "2x", "caf\xC3\xA9"});
    CHECK(catalog::words_of(" . ").empty());
}
