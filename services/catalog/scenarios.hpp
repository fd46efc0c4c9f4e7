// Scenario files: the YAML that `dstudio sim run` opens, and that stands beside a scenario's page.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "core/system/scenario.hpp"
#include "services/catalog/diagnostic.hpp"

namespace dstudio::catalog {

struct ScenarioFile {
    nlohmann::ordered_json document;  // the YAML as JSON
    system::Scenario scenario;
};

// The text of a file that a scenario names, such as the table of a trace.
using ReadBeside = std::function<base::Result<std::string>(const std::string& name)>;

// `read_beside` puts the texts of files that are named into the document; without it naming one is a mistake.
// None exactly if a diagnostic was added: `malformed-yaml` and the like for what is no YAML, `scenario-mistake` with
// the line for what is no scenario.
std::optional<ScenarioFile> read_scenario_text(std::string_view bytes, const std::string& file,
                                               Diagnostics& diagnostics, const ReadBeside& read_beside = {});

}  // namespace dstudio::catalog
