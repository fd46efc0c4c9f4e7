// Scenarios that the program itself has written, as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/assert.hpp"
#include "core/system/scenario_reader.hpp"

namespace dstudio::system {

// REQUIRES: a scenario document without mistakes.
inline Scenario built_in_scenario(std::string_view text) {
    const auto document = nlohmann::ordered_json::parse(text, nullptr, false);
    DS_ASSERT(!document.is_discarded());
    std::vector<Mistake> mistakes;
    auto scenario = read_scenario(document, mistakes);
    DS_ASSERT(scenario.has_value());
    return std::move(*scenario);
}

}  // namespace dstudio::system
