#include "services/catalog/markdown.hpp"

#include <doctest/doctest.h>

using namespace dstudio::catalog;

TEST_CASE("CommonMark and tables become HTML, references become links to pages") {
    struct Case {
        std::string_view markdown;
        std::string_view html;
    };
    for (const Case& c :
         {Case{"Plain *text* with `code`.", "<p>Plain <em>text</em> with <code>code</code>.</p>\n"},
          {"[b](pattern:circuit-breaker)", "<p><a href=\"/patterns/circuit-breaker\">b</a></p>\n"},
          {"[b](EPISODE:E01)", "<p><a href=\"EPISODE:E01\">b</a></p>\n"},
          {"[x](https://example.org/?a=1&b=2)", "<p><a href=\"https://example.org/?a=1&amp;b=2\">x</a></p>\n"},
          {"a < b & c > d \"e\"", "<p>a &lt; b &amp; c &gt; d &quot;e&quot;</p>\n"},
          {"# Head", "<h1>Head</h1>\n"}}) {
        CAPTURE(c.markdown);
        CHECK(render_markdown(c.markdown).html == c.html);
    }
    const std::string table = render_markdown("| a | b |\n|---|---|\n| 1 | 2 |\n").html;
    CHECK(table.find("<table>") != std::string::npos);
    CHECK(table.find("<td>2</td>") != std::string::npos);
}

TEST_CASE("links are listed with their lines, raw HTML with its lines, once each") {
    const Markdown markdown = render_markdown(
        "First.\n\n[a](pattern:saga)\n\n- item [b](https://x.org)\n- ![i](img.png)\n\n<b>raw</b> "
        "<i>x</i>\n\n<div>\nx\n</div>\n");
    REQUIRE(markdown.links.size() == 3);
    CHECK(markdown.links[0].target == "pattern:saga");
    CHECK(markdown.links[0].line == 3);
    CHECK(markdown.links[1].line == 5);
    CHECK(markdown.links[2].target == "img.png");  // an image is fetched from its address like a link
    CHECK(markdown.raw_html_lines == std::vector<std::size_t>{8, 10});
}

TEST_CASE("raw HTML and unsafe addresses never reach the page") {
    for (const std::string_view hostile :
         {"<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b", "[x](javascript:alert(1))",
          "[x](data:text/html;base64,xx)", "[x](<javascript:alert(1)>)", "![x](javascript:alert(1))", "[x](vbscript:x)",
          "[x](JaVaScRiPt:x)", "<javascript:alert(1)>"}) {
        CAPTURE(hostile);
        const std::string html = render_markdown(hostile).html;
        CHECK(html.find("<script") == std::string::npos);
        CHECK(html.find("onerror=alert(1)>") == std::string::npos);
        CHECK(html.find("=\"javascript:") == std::string::npos);
        CHECK(html.find("=\"JaVaScRiPt:") == std::string::npos);
        CHECK(html.find("=\"vbscript:") == std::string::npos);
        CHECK(html.find("=\"data:") == std::string::npos);
    }
}

TEST_CASE("the plain text has the words and none of the marks; words of neighbouring cells stay apart") {
    const std::string text = render_markdown("A *b*\nc\n\n| d | e |\n|---|---|\n| f | g |\n\n`h` [i](pattern:j)").text;
    for (const char word : {'A', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'})
        CHECK(text.find(word) != std::string::npos);
    CHECK(text.find('*') == std::string::npos);
    CHECK(text.find("pattern:j") == std::string::npos);
    CHECK(text.find("de") == std::string::npos);
}

TEST_CASE("deeply nested and pathological Markdown ends in reasonable time") {
    for (const std::string_view piece : {">", "[", "*a ", "- ", "![", "`", "<", "_a", "|a", "[a](", "\\", "&#1;"}) {
        std::string markdown;
        while (markdown.size() < 64 * 1024)
            markdown += piece;
        CHECK_FALSE(render_markdown(markdown).html.empty());
    }
}

TEST_CASE("empty Markdown is empty") {
    const Markdown markdown = render_markdown("");
    CHECK(markdown.html.empty());
    CHECK(markdown.text.empty());
    CHECK(markdown.links.empty());
}
