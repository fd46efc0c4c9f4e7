#include <cstdio>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.hpp"
#include "services/catalog/catalog.hpp"

namespace dstudio::cli {

void add_version_command(CLI::App& app, Common& common) {
    CLI::App* version = app.add_subcommand("version", "Show the version of the program and of the content");
    version->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
    version->add_flag("--json", common.json, "Print one JSON document");
    version->callback([&common] {
        const auto catalogue = catalog::Catalog::open(common.pack);  // the program has a version even without content
        if (common.json) {
            std::printf("%s\n", nlohmann::ordered_json{{"version", DSTUDIO_VERSION},
                                                       {"content_hash",
                                                        catalogue ? nlohmann::ordered_json(catalogue->content_hash())
                                                                  : nlohmann::ordered_json(nullptr)},
                                                       {"entries", catalogue ? catalogue->entries().size() : 0}}
                                    .dump()
                                    .c_str());
            return;
        }
        std::printf("dstudio %s\n", DSTUDIO_VERSION);
        if (catalogue)
            std::printf("content %s, %zu entries (%s)\n", catalogue->content_hash().c_str(),
                        catalogue->entries().size(), common.pack.c_str());
        else
            std::printf("no content: %s\n", catalogue.error().message.c_str());
    });
}

}  // namespace dstudio::cli
