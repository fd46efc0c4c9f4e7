#include "services/catalog/scenarios.hpp"

#include <map>

#include "core/system/scenario_reader.hpp"
#include "services/catalog/front_matter.hpp"

namespace dstudio::catalog {
namespace {

using json = nlohmann::ordered_json;

// `use(trace, pointer)` for each trace that is a table.
template <class Use>
void each_table(json& document, Use use) {
    if (!document.is_object() || !document.contains("workloads") || !document["workloads"].is_array())
        return;
    for (std::size_t i = 0; i < document["workloads"].size(); ++i) {
        json& workload = document["workloads"][i];
        if (workload.is_object() && workload.contains("trace") && workload["trace"].is_object())
            use(workload["trace"], "/workloads/" + std::to_string(i) + "/trace");
    }
}

}  // namespace

std::optional<ScenarioFile> read_scenario_text(std::string_view bytes, const std::string& file,
                                               Diagnostics& diagnostics, const ReadBeside& read_beside) {
    auto document = parse_yaml(bytes, file, 1, diagnostics);
    if (!document)
        return std::nullopt;
    std::map<std::string, std::string> files;  // by the pointer to their text
    bool is_complete = true;
    each_table(document->json, [&](json& table, const std::string& at) {
        if (!read_beside || table.contains("csv") || !table.contains("file") || !table["file"].is_string())
            return;
        const std::string name = table["file"];
        auto text = read_beside(name);
        if (!text) {
            const TextPlace place = document->place_of(at + "/file");
            diagnostics.push_back(
                {file, place.line, "scenario-mistake", text.error().message, text.error().hint, place.column});
            is_complete = false;
            return;
        }
        table["csv"] = std::move(*text);
        files[at + "/csv"] = name;
    });
    if (!is_complete)
        return std::nullopt;
    std::vector<system::Mistake> mistakes;
    auto scenario = system::read_scenario(document->json, mistakes);
    for (system::Mistake& mistake : mistakes) {
        if (const auto named = files.find(mistake.pointer); named != files.end()) {
            diagnostics.push_back({named->second, mistake.line, "scenario-mistake", std::move(mistake.message),
                                   std::move(mistake.hint), mistake.column});
            continue;
        }
        mistake.message = system::placed_message(mistake);
        const TextPlace place = document->place_of(mistake.pointer);
        diagnostics.push_back(
            {file, place.line, "scenario-mistake", std::move(mistake.message), std::move(mistake.hint), place.column});
    }
    if (!scenario)
        return std::nullopt;
    return ScenarioFile{std::move(document->json), std::move(*scenario)};
}

}  // namespace dstudio::catalog
