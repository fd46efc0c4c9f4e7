// Scenarios for tests, from JSON text.
#pragma once

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/system/scenario_random.hpp"
#include "core/system/scenario_reader.hpp"
#include "core/system/simulation.hpp"

namespace dstudio::system {

inline Scenario scenario_from(const nlohmann::ordered_json& document) {
    std::vector<Mistake> mistakes;
    auto scenario = read_scenario(document, mistakes);
    for (const Mistake& mistake : mistakes)
        FAIL_CHECK(mistake.pointer << ": " << mistake.message << "; " << mistake.hint);
    REQUIRE(scenario.has_value());
    return std::move(*scenario);
}

inline Scenario scenario_from(const char* text) {
    return scenario_from(nlohmann::ordered_json::parse(text));
}

inline Results results_of(const Scenario& scenario, std::uint64_t seed = 1) {
    Simulation simulation(scenario, seed);
    simulation.run();
    CHECK(simulation.inconsistency() == "");
    return simulation.results();
}

inline Results run_of(const std::string& text, std::uint64_t seed = 1) {
    const auto document = nlohmann::ordered_json::parse(text, nullptr, false);
    REQUIRE_FALSE(document.is_discarded());
    return results_of(scenario_from(document), seed);
}

}  // namespace dstudio::system
