// Simulation against theory: cases whose answer is known exactly, run in several independent replications.
//
// Each case is a scenario and a quantity with the value that theory gives and where it says so. What is compared is the
// interval of the replications: over many seeds it should cover the truth about as often as its level says.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/sim/run_control.hpp"
#include "core/system/simulation.hpp"

namespace dstudio::system {

struct ValidationCase {
    std::string name;                           // "M/M/1, 80 % busy"
    std::string quantity;                       // "mean response"
    std::string unit;                           // "ms", "1", ...
    double theory = 0;                          // in the unit
    std::string source;                         // of the theory
    std::shared_ptr<const Scenario> scenario;   // the same for cases that look at other quantities of one system
    double (*measure)(const Results& results);  // in the unit
};

// Built from the library of formulas where that has the answer.
const std::vector<ValidationCase>& validation_cases();

struct ValidationOutcome {
    sim::Estimate estimate;
    bool covers = false;
};

inline constexpr std::size_t validation_replications = 10;
inline constexpr double validation_level = 0.95;

// Of cases with one scenario, in their order, from replications with seeds seed, seed + 1, ...
// REQUIRES: there is a case, and all have the scenario of the first.
std::vector<ValidationOutcome> validate(std::span<const ValidationCase> cases, std::uint64_t seed);

}  // namespace dstudio::system
