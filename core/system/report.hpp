// What runs of a scenario say: figures with intervals, series for pictures, verdicts on objectives, and sentences that
// name the mechanism (docs/formats/simulation-json.md).
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>

#include "core/system/simulation.hpp"

namespace dstudio::system {

inline constexpr double report_level = 0.95;

// One run for each seed from `seed` on. Figures are means over the runs; with two or more of them they have a half
// width at report_level (Student's, of independent replications), else null. Series are those of the first run.
// REQUIRES: at least one run, all of this scenario.
nlohmann::ordered_json report_json(const Scenario& scenario, std::uint64_t seed, std::span<const Results> runs);

// Age of messages at the delivery that succeeded, their quantile p; NaN if none was delivered.
double message_age_ms(const ComponentResult& component, double p);

// The report's series, from bin `from` on.
nlohmann::ordered_json series_json(const Scenario& scenario, const Results& run, std::size_t from);

// The ways of sampled requests, for waterfalls: [{"trace", "begin_s", "spans": [...]}], a span for each attempt, its
// parent as a position in the list.
nlohmann::ordered_json traces_json(const Scenario& scenario, std::span<const Span> spans);

}  // namespace dstudio::system
