#include "apps/cli/sim_support.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "core/base/text.hpp"
#include "services/catalog/catalog.hpp"

namespace dstudio::cli {
namespace {

using base::ErrorCode;
using nlohmann::ordered_json;

std::string scenario_text(const Common& common, const std::string& name) {
    if (name == "-")
        return {std::istreambuf_iterator<char>(std::cin), {}};
    if (std::ifstream stream(name, std::ios::binary); stream)
        return {std::istreambuf_iterator<char>(stream), {}};
    std::string id = name;
    if (id.starts_with("scenario:"))
        id = id.substr(9);
    std::string hint = "'dstudio sim list' names the scenarios; - reads standard input";
    if (id.find_first_of("/.") == std::string::npos)
        if (auto catalogue = catalog::Catalog::open(common.pack); catalogue) {
            const catalog::Kind* kind = catalog::find_kind("scenario");
            if (const catalog::Brief* brief = catalogue->find({kind, id}); brief != nullptr) {
                const auto entry = ordered_json::parse(catalogue->entry_json(*brief));
                return entry["fields"].value("model_text", std::string());
            }
            const auto scenarios = catalogue->list({.kind = kind});
            std::vector<std::string_view> ids(scenarios.size());
            std::transform(scenarios.begin(), scenarios.end(), ids.begin(),
                           [](const catalog::Brief* brief) { return std::string_view(brief->ref.id); });
            if (const auto near = base::nearest(id, ids))
                hint = fmt::format("did you mean '{}'? {}", *near, hint);
        }
    end_with({ErrorCode::unreadable_file, fmt::format("'{}' is neither a file that can be read nor a scenario", name),
              hint});
}

// Relative to the scenario's folder.
base::Result<std::string> text_beside(const std::string& scenario, const std::string& name) {
    const std::filesystem::path path = std::filesystem::path(scenario).parent_path() / name;
    if (std::ifstream stream(path, std::ios::binary); stream && !std::filesystem::is_directory(path))
        return std::string{std::istreambuf_iterator<char>(stream), {}};
    return base::fail(ErrorCode::unreadable_file, fmt::format("'{}' cannot be read", path.string()),
                      "files are looked for beside the scenario");
}

}  // namespace

catalog::ScenarioFile read_scenario_or_end(const Common& common, const std::string& name) {
    catalog::Diagnostics diagnostics;
    auto file = catalog::read_scenario_text(scenario_text(common, name), name, diagnostics,
                                            [&](const std::string& beside) { return text_beside(name, beside); });
    if (file)
        return std::move(*file);
    for (const catalog::Diagnostic& diagnostic : diagnostics)
        std::fprintf(stderr, "%s\n", catalog::to_text(diagnostic).c_str());
    throw ExitWith{1};
}

ProgressLine::ProgressLine(std::string what, std::size_t total)
    : what_(std::move(what)), total_(total), is_shown_(isatty(2) != 0 && total > 1) {}

ProgressLine::~ProgressLine() {
    if (is_shown_)
        std::fprintf(stderr, "\r\033[K");
}

void ProgressLine::operator()(std::size_t done) const {
    constexpr std::size_t width = 30;
    if (is_shown_)
        std::fprintf(stderr, "\r%s [%-30s] %zu of %zu", what_.c_str(), std::string(width * done / total_, '#').c_str(),
                     done, total_);
}

std::vector<system::Results> run_all(const system::Scenario& scenario, std::uint64_t seed, std::size_t runs,
                                     std::size_t threads) {
    std::vector<std::optional<system::Results>> slots(runs);
    {
        const ProgressLine progress("simulating", runs);
        in_parallel(
            runs, threads,
            [&](std::size_t i) {
                system::Simulation simulation(scenario, seed + i);
                simulation.run();
                slots[i] = simulation.results();
            },
            progress);
    }
    std::vector<system::Results> results;
    results.reserve(slots.size());
    for (auto& slot : slots)
        results.push_back(std::move(*slot));
    return results;
}

}  // namespace dstudio::cli
