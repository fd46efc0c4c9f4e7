// Markdown bodies to HTML (cmark-gfm: CommonMark with tables). Raw HTML is refused; links such as
// [breaker](pattern:circuit-breaker) become links to pages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dstudio::catalog {

struct MarkdownLink {
    std::string target;
    std::size_t line = 0;  // 1-based within the Markdown
};

struct Markdown {
    std::string html;
    std::string text;                         // plain, for search
    std::vector<MarkdownLink> links;          // all targets of links and images, in order
    std::vector<std::size_t> raw_html_lines;  // lines that hold raw HTML, each once
};

Markdown render_markdown(std::string_view markdown);

}  // namespace dstudio::catalog
