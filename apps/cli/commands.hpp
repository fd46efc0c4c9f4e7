// The commands. Each function adds one to the command line; its action runs after parsing and throws ExitWith to end
// the program.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "services/catalog/kinds.hpp"

namespace dstudio::cli {

// What all commands share.
struct Common {
    std::filesystem::path pack;     // the catalogue pack to read
    std::filesystem::path content;  // the folder of content
    std::filesystem::path web;      // the prerendered front end
    bool json = false;
};

// Ends the program with that exit code, after what had to be printed was printed.
struct ExitWith {
    int code;
};

// Prints the error to standard error and ends with the exit code of its kind.
[[noreturn]] void end_with(const base::Error& error);

template <class T>
T value_or_end(base::Result<T>&& result) {
    if (!result)
        end_with(result.error());
    return std::move(*result);
}

// The kind with that singular or plural name; ends the program, naming those there are, if there is none.
const catalog::Kind& kind_or_end(const std::string& name);

void add_content_commands(CLI::App& app, Common& common);
void add_search_command(CLI::App& app, Common& common);
void add_show_command(CLI::App& app, Common& common);
void add_stats_command(CLI::App& app, Common& common);
void add_formula_command(CLI::App& app, Common& common);
void add_graph_command(CLI::App& app, Common& common);
void add_serve_command(CLI::App& app, Common& common);
void add_sim_command(CLI::App& app, Common& common);
void add_sim_studies(CLI::App& sim, Common& common);  // sweep, compare, search
void add_sim_trace(CLI::App& sim, Common& common);
void add_sim_import(CLI::App& sim, Common& common);
void add_version_command(CLI::App& app, Common& common);
void add_completion_command(CLI::App& app);
void add_man_command(CLI::App& app);

}  // namespace dstudio::cli
