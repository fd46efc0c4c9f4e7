// A scenario document (docs/formats/scenario.md) as data, checked: names, units, domains, references, and that every
// request can end.
//
// The document is JSON, or YAML that was made JSON; places are JSON pointers (RFC 6901), from which whoever read the
// text finds line and column. Values are in the formula language: "20 ms", "800/s", "99.9%", "exponential(5 ms)".
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/system/scenario.hpp"

namespace dstudio::system {

struct Mistake {
    std::string pointer;  // "/components/2/steps/0/timeout"
    std::string message;
    std::string hint;  // may be empty
    // Within a text of many lines that stands at the pointer, 1-based; 0 if the value as a whole is meant.
    std::size_t line = 0;
    std::size_t column = 0;

    bool operator==(const Mistake&) const = default;
};

// The message, with the place within a text: for whoever cannot show it otherwise.
std::string placed_message(const Mistake& mistake);

inline constexpr std::size_t components_max = 200;
inline constexpr std::size_t workloads_max = 50;
inline constexpr std::size_t steps_max = 64;
inline constexpr std::size_t faults_max = 200;
inline constexpr double replicas_max = 10'000;  // of one component
inline constexpr std::size_t replicas_all_max = 100'000;
inline constexpr double fan_out_max = 10'000;  // calls of one step
inline constexpr double users_max = 1'000'000;

// None exactly if there are mistakes; all that are found, not only the first.
std::optional<Scenario> read_scenario(const nlohmann::ordered_json& document, std::vector<Mistake>& mistakes);

}  // namespace dstudio::system
