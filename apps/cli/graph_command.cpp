#include <cstdio>

#include "apps/cli/commands.hpp"
#include "services/catalog/graph_text.hpp"

namespace dstudio::cli {
namespace {

struct Options {
    std::string kind;
    std::string relation;
    std::string format = "dot";
};

void run(const Common& common, const Options& options) {
    const catalog::Kind& kind = kind_or_end(options.kind);
    const auto format = catalog::parse_graph_format(common.json ? "json" : options.format);
    const auto catalogue = value_or_end(catalog::Catalog::open(common.pack));
    std::printf("%s\n", value_or_end(catalog::graph_text(catalogue, kind, options.relation, *format)).c_str());
}

}  // namespace

void add_graph_command(CLI::App& app, Common& common) {
    auto options = std::make_shared<Options>();
    CLI::App* graph = app.add_subcommand("graph", "Draw how the entries of a kind depend on each other");
    graph->add_option("kind", options->kind, "episodes, concepts, patterns, combinations, ...")->required();
    graph->add_option("--relation", options->relation, "Relation to draw, such as prerequisites, related, members");
    graph->add_option("--format", options->format, "dot, json or mermaid")
        ->capture_default_str()
        ->check(CLI::IsMember({"dot", "json", "mermaid"}));
    graph->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
    graph->add_flag("--json", common.json, "The same as --format json");
    graph->footer(
        "Examples:\n  dstudio graph episodes --format dot | dot -Tsvg > episodes.svg\n  dstudio graph concepts "
        "--format mermaid\n  dstudio graph patterns --relation related --json");
    graph->callback([&common, options] { run(common, *options); });
}

}  // namespace dstudio::cli
