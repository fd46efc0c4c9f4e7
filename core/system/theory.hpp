// What theory knows exactly about the components of a scenario, without running it.
//
// A component has an exact result when its arrivals are Poisson (open workloads at a constant rate, split at random or
// not at all, thinned, delayed, or passed on by stations that never run out of threads) and it is one of M/M/c,
// M/M/c/K, M/G/1 or processor sharing with one core. Anything that feeds back from waiting to arrivals (timeouts,
// retries, hedging, limits, breakers) and any fault makes it no exact result.
#pragma once

#include <nlohmann/json.hpp>

#include "core/system/scenario.hpp"

namespace dstudio::system {

// [{"component", "model": "M/M/4", "source", "stable", "figures": {"utilisation", "queue", "in_system", "wait_ms",
// "sojourn_ms"}}], in the order of the components, those without an exact result left out. Figures have the names and
// units of the report's; null where none is finite.
nlohmann::ordered_json theory_json(const Scenario& scenario);

}  // namespace dstudio::system
