#include "services/catalog/scenarios.hpp"

#include "core/system/scenario_reader.hpp"
#include "services/catalog/front_matter.hpp"

namespace dstudio::catalog {

std::optional<ScenarioFile> read_scenario_text(std::string_view bytes, const std::string& file,
                                               Diagnostics& diagnostics) {
    auto document = parse_yaml(bytes, file, 1, diagnostics);
    if (!document)
        return std::nullopt;
    std::vector<system::Mistake> mistakes;
    auto scenario = system::read_scenario(document->json, mistakes);
    for (system::Mistake& mistake : mistakes) {
        const TextPlace place = document->place_of(mistake.pointer);
        diagnostics.push_back(
            {file, place.line, "scenario-mistake", std::move(mistake.message), std::move(mistake.hint), place.column});
    }
    if (!scenario)
        return std::nullopt;
    return ScenarioFile{std::move(document->json), std::move(*scenario)};
}

}  // namespace dstudio::catalog
