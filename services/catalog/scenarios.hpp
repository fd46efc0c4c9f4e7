// Scenario files: the YAML that `dstudio sim run` opens, and that stands beside a scenario's page.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/system/scenario.hpp"
#include "services/catalog/diagnostic.hpp"

namespace dstudio::catalog {

struct ScenarioFile {
    nlohmann::ordered_json document;  // the YAML as JSON
    system::Scenario scenario;
};

// None exactly if a diagnostic was added: `malformed-yaml` and the like for what is no YAML, `scenario-mistake` with
// the line for what is no scenario.
std::optional<ScenarioFile> read_scenario_text(std::string_view bytes, const std::string& file,
                                               Diagnostics& diagnostics);

}  // namespace dstudio::catalog
