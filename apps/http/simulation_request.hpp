// The body of POST /api/v1/simulations: {"scenario": {...} or "scenario_id": "retry-storm", "seed": 1, "runs": 3}.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/system/scenario_reader.hpp"

namespace dstudio::http {

inline constexpr std::uint64_t simulation_body_size_bytes_max = 64 * 1024;
inline constexpr std::size_t simulation_runs_max = 10;

struct SimulationRequest {
    nlohmann::ordered_json scenario;  // null if it is named
    std::string scenario_id;
    std::uint64_t seed = 1;
    std::size_t runs = 1;
};

// The JSON text as a value. Errors: invalid_argument, with line and column, for what is no JSON (RFC 8259), is nested
// deeper than any scenario, or has a key twice in one object, of which readers would see one or the other.
base::Result<nlohmann::ordered_json> parse_json_body(std::string_view body);

// What is wrong with the members is added to `mistakes`, with pointers into the body; the scenario itself is not looked
// at.
SimulationRequest read_simulation_request(nlohmann::ordered_json body, std::vector<system::Mistake>& mistakes);

}  // namespace dstudio::http
