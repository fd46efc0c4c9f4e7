#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.hpp"
#include "core/formula/json.hpp"
#include "core/system/report.hpp"
#include "core/system/scenario_reader.hpp"
#include "services/catalog/build.hpp"
#include "services/catalog/formulas.hpp"
#include "services/catalog/loader.hpp"

namespace dstudio::cli {
namespace {

using nlohmann::ordered_json;

ordered_json to_json(const catalog::LoadedContent& loaded) {
    ordered_json diagnostics = ordered_json::array();
    for (const catalog::Diagnostic& d : loaded.diagnostics)
        diagnostics.push_back({{"file", d.file},
                               {"line", d.line == 0 ? ordered_json(nullptr) : ordered_json(d.line)},
                               {"rule", d.rule},
                               {"message", d.message},
                               {"hint", d.hint}});
    return {{"files", loaded.files},
            {"entries", loaded.content.entries.size()},
            {"content_hash", loaded.content.hash},
            {"errors", loaded.diagnostics.size()},
            {"diagnostics", std::move(diagnostics)}};
}

// Prints what is wrong; ends the program if anything is.
void print_findings(const catalog::LoadedContent& loaded, const Common& common, std::FILE* stream) {
    for (const catalog::Diagnostic& diagnostic : loaded.diagnostics)
        std::fprintf(stream, "%s/%s\n", common.content.c_str(), catalog::to_text(diagnostic).c_str());
    if (!loaded.diagnostics.empty()) {
        std::fprintf(stderr, "dstudio: %zu error%s in %zu files\n", loaded.diagnostics.size(),
                     loaded.diagnostics.size() == 1 ? "" : "s", loaded.files);
        throw ExitWith{1};
    }
}

void check(const Common& common) {
    const auto loaded = value_or_end(catalog::load_content(common.content));
    if (common.json) {
        std::printf("%s\n", to_json(loaded).dump().c_str());
        throw ExitWith{loaded.diagnostics.empty() ? 0 : 1};
    }
    print_findings(loaded, common, stdout);
    std::printf("%zu files, %zu entries: no error\n", loaded.files, loaded.content.entries.size());
}

void build(const Common& common) {
    const auto start = std::chrono::steady_clock::now();
    const auto loaded = value_or_end(catalog::load_content(common.content));
    print_findings(loaded, common, stderr);
    if (auto built = catalog::build_pack(loaded.content, common.pack); !built)
        end_with(built.error());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    struct stat status {};
    ::stat(common.pack.c_str(), &status);
    if (common.json)
        std::printf("%s\n", ordered_json{{"pack", common.pack.string()},
                                         {"bytes", status.st_size},
                                         {"entries", loaded.content.entries.size()},
                                         {"content_hash", loaded.content.hash},
                                         {"seconds", seconds}}
                                .dump()
                                .c_str());
    else
        std::printf("%s: %zu entries, %.1f MB, content %s, %.1f s\n", common.pack.c_str(),
                    loaded.content.entries.size(), static_cast<double>(status.st_size) / 1e6,
                    loaded.content.hash.c_str(), seconds);
}

void export_json(const Common& common, const std::filesystem::path& folder) {
    const auto catalogue = value_or_end(catalog::Catalog::open(common.pack));
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const std::filesystem::path path = folder / "catalogue.json";
    const auto write = [](const std::filesystem::path& file, const std::string& text) {
        std::ofstream stream(file, std::ios::binary | std::ios::trunc);
        stream << text;
        if (!stream.flush())
            end_with({base::ErrorCode::unwritable_file, "cannot write " + file.string(),
                      "choose another folder with --out"});
    };
    write(path, catalog::catalogue_json(catalogue));
    formula::FormulaSet set;
    catalog::add_formulas(catalogue, set);
    ordered_json models = ordered_json::object();
    for (const std::string_view id : set.computable())
        models[std::string(id)] = formula::model_json(*value_or_end(set.find(id)));
    write(folder / "formula-models.json", models.dump());
    // What each scenario's page shows of a run is what `dstudio sim run` says of it.
    ordered_json reports = ordered_json::object();
    for (const catalog::Brief& brief : catalogue.entries()) {
        if (brief.ref.kind->name != "scenario")
            continue;
        const auto entry = ordered_json::parse(catalogue.entry_json(brief));
        std::vector<system::Mistake> mistakes;
        const auto scenario = system::read_scenario(entry["fields"]["model"], mistakes);
        if (!scenario)
            continue;  // an older pack; the content check refuses such models
        system::Simulation simulation(*scenario, 1);
        simulation.run();
        const system::Results results = simulation.results();
        reports[brief.ref.id] = system::report_json(*scenario, 1, std::span(&results, 1));
    }
    write(folder / "scenario-reports.json", reports.dump());
    if (common.json)
        std::printf("%s\n",
                    ordered_json{{"file", path.string()}, {"entries", catalogue.entries().size()}}.dump().c_str());
    else
        std::printf("%s: %zu entries\n", path.c_str(), catalogue.entries().size());
}

}  // namespace

void add_content_commands(CLI::App& app, Common& common) {
    CLI::App* content = app.add_subcommand("content", "Check, build and export the content");
    content->require_subcommand(1);

    CLI::App* checker = content->add_subcommand("check", "Report every mistake in the content, with file and line");
    checker->add_option("--content", common.content, "Folder of the content")->capture_default_str();
    checker->add_flag("--json", common.json, "Print one JSON document");
    checker->footer(
        "Exit code 0 if there is no error, 1 if there is one.\n\nExamples:\n  dstudio content check\n  dstudio content "
        "check --content ../fork/content --json");
    checker->callback([&common] { check(common); });

    CLI::App* builder = content->add_subcommand("build", "Check the content and write the catalogue pack");
    builder->add_option("--content", common.content, "Folder of the content")->capture_default_str();
    builder->add_option("--pack", common.pack, "File to write; replaced whole or not at all")->capture_default_str();
    builder->add_flag("--json", common.json, "Print one JSON document");
    builder->footer(
        "A running server takes the new pack on SIGHUP.\n\nExamples:\n  dstudio content build\n  dstudio content build "
        "--pack /var/lib/dstudio/catalogue.pack && kill -HUP \"$(pidof dstudio)\"");
    builder->callback([&common] { build(common); });

    auto folder = std::make_shared<std::filesystem::path>("web/.data");
    CLI::App* exporter =
        content->add_subcommand("export", "Write the catalogue as JSON, for the web front end and other tools");
    exporter->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
    exporter->add_option("--out", *folder, "Folder for catalogue.json, formula-models.json and scenario-reports.json")
        ->capture_default_str();
    exporter->add_flag("--json", common.json, "Print one JSON document");
    exporter->footer("Example:\n  dstudio content export --out /tmp/data");
    exporter->callback([&common, folder] { export_json(common, *folder); });
}

}  // namespace dstudio::cli
