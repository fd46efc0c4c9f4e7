// The faults that chaos draws in one run: a function of (scenario, seed), known before the run begins.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "core/system/scenario.hpp"

namespace dstudio::system {

struct DrawnFault {
    Fault fault{};
    std::uint32_t choice = 0;  // of the scenario's chaos
    std::uint32_t target = 0;  // of the choice
    bool lasts = false;        // until fault.until; otherwise it is over at once
};

inline constexpr std::size_t drawn_max = 20'000;

// In the order of their times, at most drawn_max. Empty without chaos.
std::vector<DrawnFault> draw_chaos(const Scenario& scenario, std::uint64_t seed);

// As in a document's `faults`: with these instead of its chaos the run is the same.
nlohmann::ordered_json fault_json(const Scenario& scenario, const DrawnFault& drawn);

}  // namespace dstudio::system
