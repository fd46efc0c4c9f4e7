#include <cstdio>
#include <cstdlib>

#include "apps/cli/commands.hpp"

namespace {

using dstudio::cli::Common;
namespace fs = std::filesystem;

// The first of the places where a build tree and an installation keep it; the last if none exists, so that the error
// names it.
fs::path first_existing(const char* variable, std::initializer_list<fs::path> places) {
    if (const char* text = std::getenv(variable); text != nullptr && *text != '\0')
        return text;
    fs::path chosen;
    std::error_code ignored;
    for (const fs::path& place : places) {
        chosen = place;
        if (fs::exists(place, ignored))
            break;
    }
    return chosen;
}

Common defaults() {
    Common common;
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    const fs::path share = program.parent_path().parent_path() / "share" / "dstudio";
    common.pack = first_existing("DSTUDIO_PACK", {share / "catalogue.pack", program.parent_path() / "catalogue.pack",
                                                  "build/release/catalogue.pack"});
    common.content = first_existing("DSTUDIO_CONTENT", {"content", share / "content"});
    common.web = first_existing("DSTUDIO_WEB", {share / "web", "web/build"});
    return common;
}

}  // namespace

int main(int argc, char** argv) {
    Common common = defaults();
    CLI::App app{
        "DStudio: distributed systems, sourced, searchable and linked.\n"
        "Concepts, patterns, formulas, incidents, episodes and learning paths on the command line, over HTTP and as "
        "web pages.",
        "dstudio"};
    app.require_subcommand(1);
    app.set_help_flag("-h,--help", "Show this help");
    app.get_formatter()->column_width(34);
    app.option_defaults()->group("Options");
    dstudio::cli::add_serve_command(app, common);
    dstudio::cli::add_search_command(app, common);
    dstudio::cli::add_show_command(app, common);
    dstudio::cli::add_stats_command(app, common);
    dstudio::cli::add_graph_command(app, common);
    dstudio::cli::add_formula_command(app, common);
    dstudio::cli::add_sim_command(app, common);
    dstudio::cli::add_content_commands(app, common);
    dstudio::cli::add_completion_command(app);
    dstudio::cli::add_man_command(app);
    dstudio::cli::add_version_command(app, common);
    app.footer(
        "Examples:\n"
        "  dstudio search \"retry storm\"              find entries\n"
        "  dstudio show pattern:circuit-breaker      read one\n"
        "  dstudio serve                             open the platform in a browser\n"
        "Run 'dstudio COMMAND --help' for more on one command.");
    try {
        app.parse(argc, argv);
    } catch (const dstudio::cli::ExitWith& exit) {
        return exit.code;
    } catch (const CLI::CallForHelp& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        constexpr int wrong_use = 2;
        const int code = app.exit(error, std::cout, std::cerr);
        return code == 0 ? 0 : wrong_use;
    } catch (const std::exception& exception) {
        constexpr int environment_failure = 3;
        std::fprintf(stderr, "dstudio: %s\n", exception.what());
        return environment_failure;
    }
    return std::fflush(stdout) == 0 ? 0 : 3;
}
