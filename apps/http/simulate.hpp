// Simulations for a request: small ones, within bounds on everything that a stranger's scenario can ask for.
//
// The bounds are of all runs together where they are of work, so that the cost of a request is known before it is let
// in: ten million events take 0.3 to 1.5 s on one core, the most requests, calls and messages that are let in at a time
// 170 MB, and the largest report 0.3 s and 100 MB. Every scenario of the catalogue is within
// them. An answer is the whole one or none: what meets a bound is refused with the command line that does it, where
// time and memory are the asker's own. But for the time, which only catches what the other bounds do not foresee, the
// same request is refused or answered alike on every machine.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/base/error.hpp"
#include "core/system/scenario_reader.hpp"
#include "services/catalog/catalog.hpp"

namespace dstudio::http {

struct SimulationBounds {
    std::uint64_t events_max = 10'000'000;     // of all runs
    std::chrono::milliseconds cpu_max{2'500};  // of reading, all runs and the report, on the thread's own clock
    std::size_t in_flight_max = 450'000;       // requests at a time, and calls
    std::size_t users_max = 50'000;            // of all workloads: each is a pending event from the start
    std::size_t replicas_max = 2'000;          // of all components
    std::size_t calls_max = 1'000;             // written in the scenario
    std::size_t fan_out_max = 20'000;          // calls that a request to one component makes in all its steps
    std::size_t shuffle_max = 200;             // replicas of a shuffle shard: each call takes time in their square
    std::size_t breaker_windows_max = 200'000;
    std::size_t cache_entries_max = 200'000;  // of all caches of all replicas
    std::size_t partitions_max = 10'000;      // of all deliveries
};

struct SimulationFailure {
    base::Error error;
    std::vector<system::Mistake> mistakes;  // with pointers into the body; none but for malformed_content

    bool operator==(const SimulationFailure&) const = default;
};

// The JSON text that `dstudio sim run SCENARIO --seed S --runs N --json` prints, for a body as in
// simulation_request.hpp. Takes as long as `bounds` allow; soon after `is_cancelled` has become true it fails.
// Errors: invalid_argument if the body is no JSON, malformed_content with all mistakes, too_much_work.
tl::expected<std::string, SimulationFailure> simulate(const catalog::Catalog& catalog, std::string_view body,
                                                      const std::atomic<bool>& is_cancelled,
                                                      const SimulationBounds& bounds = {});

}  // namespace dstudio::http
