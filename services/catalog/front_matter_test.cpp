#include "services/catalog/front_matter.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace dstudio;
using catalog::Diagnostics;

namespace {

nlohmann::ordered_json yaml(std::string_view text) {
    Diagnostics diagnostics;
    const auto document = catalog::parse_yaml(text, "x.md", 1, diagnostics);
    REQUIRE_MESSAGE(document, (diagnostics.empty() ? "" : to_text(diagnostics.front())));
    return document->json;
}

}  // namespace

TEST_CASE("plain scalars follow the core schema, quoted and tagged ones are text") {
    struct Case {
        std::string_view yaml;
        std::string_view json;
    };
    for (const Case& c : {Case{"12", "12"},
                          {"-7", "-7"},
                          {"+7", "7"},
                          {"0", "0"},
                          {"007", "7"},
                          {"9223372036854775807", "9223372036854775807"},
                          {"9223372036854775808", R"("9223372036854775808")"},
                          {"1.5", "1.5"},
                          {".5", "0.5"},
                          {"1e3", "1000.0"},
                          {"1e999", R"("1e999")"},
                          {"-x", R"("-x")"},
                          {"1-2", R"("1-2")"},
                          {"2021-02-30", R"("2021-02-30")"},
                          {"1.2.3", R"("1.2.3")"},
                          {"30+", R"("30+")"},
                          {"e5", R"("e5")"},
                          {"0x1F", R"("0x1F")"},
                          {"true", "true"},
                          {"False", "false"},
                          {"yes", R"("yes")"},
                          {"no", R"("no")"},
                          {"null", "null"},
                          {"~", "null"},
                          {"", "null"},
                          {"''", R"("")"},
                          {"'12'", R"("12")"},
                          {"\"true\"", R"("true")"},
                          {"!!str 12", R"("12")"},
                          {"\"a\\tb\\u00e9\"", "\"a\\tb\xC3\xA9\""},
                          {"|\n  a\n  b\n", R"("a\nb\n")"},
                          {">\n  a\n  b\n", R"("a b\n")"},
                          {"a\n b\n  c", R"("a b c")"},
                          {"# nothing", "null"}}) {
        CAPTURE(c.yaml);
        CHECK(yaml(c.yaml).dump() == c.json);
    }
}

TEST_CASE("mappings keep the order of their keys, lists that of their items") {
    CHECK(yaml("z: 1\na: [3, {y: x}, []]\nm:\n  q: {}\n").dump() == R"({"z":1,"a":[3,{"y":"x"},[]],"m":{"q":{}}})");
}

TEST_CASE("each value knows its line; a block value has that of its key, an unknown one that of its parent") {
    Diagnostics diagnostics;
    const auto document = catalog::parse_yaml(
        "id: x\ndepth:\n  L2: a\n  L3: >\n    b\nlist:\n- 1\n- k/y: v\n  t~d: w\n", "x.md", 2, diagnostics);
    REQUIRE(document);
    CHECK(document->line_of("") == 2);
    CHECK(document->line_of("/id") == 2);
    CHECK(document->line_of("/depth") == 3);
    CHECK(document->line_of("/depth/L3") == 5);
    CHECK(document->line_of("/list/1") == 9);
    CHECK(document->line_of("/list/1/k~1y") == 9);
    CHECK(document->line_of("/list/1/t~0d") == 10);
    CHECK(document->line_of("/list/1/unknown/deeper") == 9);
    CHECK(document->line_of("/unknown") == 2);
}

TEST_CASE("front matter and Markdown are told apart by the first line of three hyphens") {
    struct Case {
        std::string_view bytes;
        std::string_view body;
        std::size_t body_line;
    };
    for (const Case& c : {Case{"---\na: 1\n---\n", "", 4},
                          {"---\na: 1\n---", "", 3},
                          {"---\na: 1\n---\nText\n", "Text\n", 4},
                          {"---\r\na: 1\r\n---\r\nText\r\n", "Text\r\n", 4},
                          {"---\na: 1\n---\nText\n---\nmore\n", "Text\n---\nmore\n", 4},
                          {"---\na: '--- x'\n---\n\n\nText", "\n\nText", 4}}) {
        CAPTURE(c.bytes);
        Diagnostics diagnostics;
        const auto file = catalog::parse_content_file(c.bytes, "x.md", diagnostics);
        REQUIRE(file);
        CHECK(diagnostics.empty());
        CHECK(file->body == c.body);
        CHECK(file->body_line == c.body_line);
    }
}

TEST_CASE("bounds hold at their limit and not one beyond") {
    const auto ok = [](const std::string& text) {
        Diagnostics diagnostics;
        const bool read = catalog::parse_yaml(text, "x.md", 1, diagnostics).has_value();
        CHECK(read == diagnostics.empty());
        return read;
    };
    const auto text = [](std::size_t size) { return std::string(size, 'x'); };
    CHECK(ok(text(catalog::yaml_text_size_bytes_max)));
    CHECK_FALSE(ok(text(catalog::yaml_text_size_bytes_max + 1)));
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(ok(nested(catalog::yaml_depth_max + 1)));  // the outermost list is at depth 0
    CHECK_FALSE(ok(nested(catalog::yaml_depth_max + 2)));
    const auto list = [](std::size_t items) {
        std::string yaml;
        for (std::size_t i = 0; i < items; ++i)
            yaml += "- a\n";
        return yaml;
    };
    CHECK(ok(list(catalog::yaml_nodes_max - 1)));  // the list itself is a value
    CHECK_FALSE(ok(list(catalog::yaml_nodes_max)));
    std::string file = "---\na: 1\n---\n";
    Diagnostics diagnostics;
    file.resize(catalog::content_file_size_bytes_max, 'x');
    CHECK(catalog::parse_content_file(file, "x.md", diagnostics));
    file += 'x';
    CHECK_FALSE(catalog::parse_content_file(file, "x.md", diagnostics));
}

TEST_CASE("what small files could blow up to is refused before it does") {
    Diagnostics diagnostics;
    CHECK_FALSE(catalog::parse_yaml("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "x.md", 1, diagnostics));
    CHECK_FALSE(catalog::parse_yaml("a: [&a [x, x], &b [*a, *a], [*b, *b]]\n", "x.md", 1, diagnostics));
    CHECK_FALSE(catalog::parse_yaml("? &k a\n: b\n", "x.md", 1, diagnostics));
    CHECK_FALSE(catalog::parse_yaml("a: \"\\0\"\n", "x.md", 1, diagnostics));
    CHECK_FALSE(catalog::parse_yaml("a: \"\\uD800\"\n", "x.md", 1, diagnostics));
    REQUIRE(diagnostics.size() == 5);
    for (const auto& diagnostic : diagnostics)
        CHECK(diagnostic.rule == "bad-yaml");
}

TEST_CASE("any bytes give a document or a diagnostic, never both, and a document can be written as JSON") {
    const bool held = rc::check([] {
        const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
            "---\n", "a: ", "- ", "[", "]", "{", "}", "\n", "  ", "\t", "'", "\"", "|", ">", "#", "&x ", "*x", "!!str ",
            "?", ":", ",", "\\", "%", "@", "`", "...\n", "1e5", "null", "\xC3\xA9", "\xFF", "text ", "\r\n"));
        std::string bytes = *rc::gen::element<std::string>("---\n", "");
        for (const std::string& piece : pieces)
            bytes += piece;
        Diagnostics diagnostics;
        const auto file = catalog::parse_content_file(bytes, "x.md", diagnostics);
        RC_ASSERT(file.has_value() == diagnostics.empty());
        if (file)
            RC_ASSERT(!file->front.json.dump().empty());
        for (const auto& diagnostic : diagnostics)
            RC_ASSERT(!diagnostic.message.empty());
    });
    CHECK(held);
}
