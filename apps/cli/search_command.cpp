#include <cstdio>

#include "apps/cli/commands.hpp"
#include "apps/cli/terminal.hpp"
#include "core/base/text.hpp"
#include "services/catalog/search.hpp"

namespace dstudio::cli {
namespace {

struct Options {
    std::vector<std::string> words;
    std::string kind;
    catalog::SearchQuery query;
    int year_min = 0;
    int year_max = 0;
    bool facets = false;
};

// The snippet for a terminal: marks become colour, character references become characters.
std::string plain(const std::string& html, const Terminal& terminal) {
    std::string text;
    for (std::size_t i = 0; i < html.size(); ++i) {
        const std::string_view rest = std::string_view(html).substr(i);
        const auto take = [&](std::string_view from, std::string_view to) {
            if (!rest.starts_with(from))
                return false;
            text += to;
            i += from.size() - 1;
            return true;
        };
        if (rest.starts_with("<mark>")) {
            const std::size_t end = rest.find("</mark>");
            text += terminal.styled(Style::mark, rest.substr(6, end - 6));
            i += end + 6;
        } else if (!take("&amp;", "&") && !take("&lt;", "<") && !take("&gt;", ">") && !take("&quot;", "\"") &&
                   !take("&#39;", "'")) {
            text += html[i];
        }
    }
    return text;
}

void print_page(const catalog::SearchPage& page, const Options& options) {
    const Terminal terminal;
    std::string out;
    if (page.suggestion)
        out += "Did you mean: " + terminal.styled(Style::mark, *page.suggestion) + "\n\n";
    for (const catalog::SearchHit& hit : page.hits) {
        out += terminal.styled(Style::heading, hit.brief->name) + "  " +
               terminal.styled(Style::label, hit.brief->ref.text()) + "\n";
        out += terminal.wrapped(
                   plain(hit.snippet_html.empty() ? base::escape_html(hit.brief->summary) : hit.snippet_html, terminal),
                   4) +
               "\n";
    }
    if (options.facets) {
        for (std::size_t i = 0; i < catalog::facet_names.size(); ++i) {
            out += terminal.styled(Style::label, catalog::facet_names[i]) + ":";
            for (const auto& [value, count] : page.facets[i])
                out += "  " + value + " " + std::to_string(count);
            out += "\n";
        }
        out += "\n";
    }
    out += std::to_string(page.total) + (page.total == 1 ? " result" : " results");
    if (page.hits.size() < page.total && !page.hits.empty())
        out += ", " + std::to_string(options.query.offset + 1) + " to " +
               std::to_string(options.query.offset + page.hits.size()) + " shown";
    terminal.show(out + "\n");
}

void run(const Common& common, Options& options) {
    options.query.text = base::join(options.words, " ");
    if (!options.kind.empty())
        options.query.filter.kind = &kind_or_end(options.kind);
    if (options.year_min != 0)
        options.query.filter.year_min = options.year_min;
    if (options.year_max != 0)
        options.query.filter.year_max = options.year_max;
    const auto catalogue = value_or_end(catalog::Catalog::open(common.pack));
    auto searcher = value_or_end(catalog::Searcher::open(catalogue));
    const auto page = value_or_end(searcher.search(options.query));
    if (common.json)
        std::printf("%s\n", catalog::search_page_json(options.query, page).c_str());
    else
        print_page(page, options);
    if (page.total == 0)
        throw ExitWith{1};
}

}  // namespace

void add_search_command(CLI::App& app, Common& common) {
    auto options = std::make_shared<Options>();
    CLI::App* search = app.add_subcommand("search", "Find entries by words");
    search->add_option("words", options->words,
                       "Words to find; \"a phrase\" in quotes, -word to exclude; none lists all");
    search->add_option("--kind", options->kind, "Only this kind: concepts, patterns, formulas, incidents, ...");
    search->add_option("--category", options->query.filter.category, "Only this category");
    search->add_option("--level", options->query.filter.level, "Only this depth level, L1 to L5");
    search->add_option("--tier", options->query.filter.tier, "Only this tier: gold, silver, bronze");
    search->add_option("--status", options->query.filter.status, "Only this status, such as documented or wrong");
    search->add_option("--year-from", options->year_min, "Only from this year on")->check(CLI::Range(1000, 9999));
    search->add_option("--year-to", options->year_max, "Only up to this year")->check(CLI::Range(1000, 9999));
    search->add_option("--limit", options->query.limit, "Results to show, at most 100")->capture_default_str();
    search->add_option("--offset", options->query.offset, "Results to skip")->capture_default_str();
    search->add_flag("--facets", options->facets, "Count the results by kind, category, level, tier, status and year");
    search->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
    search->add_flag("--json", common.json, "Print one JSON document");
    search->footer(
        "Exit code 1 if nothing is found.\n\nExamples:\n"
        "  dstudio search \"thundering herd\" --kind incidents --json\n"
        "  dstudio search quorum --level L4 --facets\n"
        "  dstudio search --kind formulas --status wrong --limit 100   what the series prints wrongly");
    search->callback([&common, options] { run(common, *options); });
}

}  // namespace dstudio::cli
