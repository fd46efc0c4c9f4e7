#include "services/catalog/markdown.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <cstdlib>
#include <memory>

#include "services/catalog/kinds.hpp"

namespace dstudio::catalog {
namespace {

struct Free {
    void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
    void operator()(cmark_node* node) const { cmark_node_free(node); }
    void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
    void operator()(char* text) const { std::free(text); }
};

std::size_t line_of(cmark_node* node) {
    // Inline nodes carry no line of their own in this version: take the block's.
    while (node != nullptr && cmark_node_get_start_line(node) == 0)
        node = cmark_node_parent(node);
    return node == nullptr ? 0 : static_cast<std::size_t>(cmark_node_get_start_line(node));
}

}  // namespace

Markdown render_markdown(std::string_view markdown) {
    cmark_gfm_core_extensions_ensure_registered();
    const std::unique_ptr<cmark_parser, Free> parser(cmark_parser_new(CMARK_OPT_DEFAULT));
    if (cmark_syntax_extension* tables = cmark_find_syntax_extension("table"))
        cmark_parser_attach_syntax_extension(parser.get(), tables);
    cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
    const std::unique_ptr<cmark_node, Free> root(cmark_parser_finish(parser.get()));

    Markdown result;
    const std::unique_ptr<cmark_iter, Free> iterator(cmark_iter_new(root.get()));
    for (cmark_event_type event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(iterator.get())) {
        if (event != CMARK_EVENT_ENTER)
            continue;
        cmark_node* node = cmark_iter_get_node(iterator.get());
        const cmark_node_type type = cmark_node_get_type(node);
        if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE) {
            const std::string target = cmark_node_get_url(node);
            result.links.push_back({target, line_of(node)});
            if (const auto ref = parse_ref(target); ref && type == CMARK_NODE_LINK)
                cmark_node_set_url(node, ref->url().c_str());
        } else if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE) {
            if (const std::size_t line = line_of(node);
                result.raw_html_lines.empty() || result.raw_html_lines.back() != line)
                result.raw_html_lines.push_back(line);
        } else if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE || type == CMARK_NODE_CODE_BLOCK) {
            result.text += cmark_node_get_literal(node);
            result.text += ' ';
        }
    }
    const std::unique_ptr<char, Free> html(
        cmark_render_html(root.get(), CMARK_OPT_DEFAULT, cmark_parser_get_syntax_extensions(parser.get())));
    result.html = html.get();
    return result;
}

}  // namespace dstudio::catalog
