#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.hpp"
#include "apps/cli/terminal.hpp"
#include "services/catalog/catalog.hpp"

namespace dstudio::cli {
namespace {

using nlohmann::ordered_json;

std::string table(const Terminal& terminal, std::string_view title, const ordered_json& counts) {
    std::string text = terminal.styled(Style::heading, title) + "\n";
    for (const auto& [key, value] : counts.items())
        text += fmt::format("  {:<28}{:>6}\n", key,
                            value.is_number_float() ? fmt::format("{:.1f}", value.get<double>()) : value.dump());
    return text + "\n";
}

void print(const ordered_json& stats) {
    const Terminal terminal;
    std::string out = table(terminal, fmt::format("{} entries by kind", stats["entries"]["total"].get<int>()),
                            stats["entries"]["by_kind"]);
    out += table(terminal, "Concepts by category", stats["concepts"]["by_category"]);
    out += fmt::format("  security share {:.1f} %\n\n", 100 * stats["concepts"]["security_share"].get<double>());
    out += table(terminal, "Concepts by main level", stats["concepts"]["by_level"]);
    out += table(terminal, "Concepts taught at each level", stats["concepts"]["by_taught_level"]);
    out += table(terminal,
                 fmt::format("Patterns by category ({} of {} are the series' own)",
                             stats["patterns"]["series_own"].get<int>(), stats["patterns"]["total"].get<int>()),
                 stats["patterns"]["by_category"]);
    out += table(terminal, "Patterns by tier", stats["patterns"]["by_tier"]);
    out += table(terminal, "Combinations by relation", stats["combinations"]["by_relation"]);
    out += table(terminal, "Formulas by what the series' form is worth", stats["formulas"]["by_claim_status"]);
    out += table(terminal, "Incidents and successes by public record", stats["incidents"]["by_record"]);
    out += table(terminal, "Episodes", stats["episodes"]);
    out += terminal.styled(Style::heading, "Entries linked with each episode") + "\n";
    out += fmt::format("  {:<42}{:>9}{:>9}{:>10}{:>9}\n", "", "concepts", "patterns", "incidents", "formulas");
    for (const auto& row : stats["per_episode"])
        out += fmt::format("  {:<42}{:>9}{:>9}{:>10}{:>9}\n",
                           row["ref"].get<std::string>().substr(8) + " " + row["name"].get<std::string>().substr(0, 36),
                           row["concepts"].get<int>(), row["patterns"].get<int>(),
                           row["incidents"].get<int>() + row["successes"].get<int>(), row["formulas"].get<int>());
    out +=
        "\n" + table(terminal, fmt::format("{} cross-references by relation", stats["references"]["total"].get<int>()),
                     stats["references"]["by_relation"]);
    out += fmt::format("{} citations of {} works\n\n", stats["sources"]["total"].get<int>(),
                       stats["sources"]["distinct"].get<int>());
    out += terminal.styled(Style::heading, "Coverage gaps") + "\n";
    for (const auto& [key, list] : stats["gaps"].items())
        out += fmt::format("  {:<32}{:>6}\n", key, list.size());
    out += "  (--json names them)\n";
    terminal.show(out);
}

}  // namespace

void add_stats_command(CLI::App& app, Common& common) {
    CLI::App* stats = app.add_subcommand("stats", "Count the content: entries, levels, references, gaps");
    stats->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
    stats->add_flag("--json", common.json, "Print one JSON document");
    stats->footer("Examples:\n  dstudio stats\n  dstudio stats --json | jq .gaps.concepts_without_episode");
    stats->callback([&common] {
        const auto catalogue = value_or_end(catalog::Catalog::open(common.pack));
        if (common.json)
            std::printf("%s\n", std::string(catalogue.stats_json()).c_str());
        else
            print(ordered_json::parse(catalogue.stats_json()));
    });
}

}  // namespace dstudio::cli
