// A service architecture under load and faults, as plain data: what a scenario file says after it has been checked.
//
// Times are sim::Time (ns), rates 1/s, distributions of times in seconds. Positions in vectors are how parts refer to
// each other. A Scenario that `read_scenario` made is free of dangling references and of values outside their domains.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/distribution.hpp"
#include "core/sim/time.hpp"

namespace dstudio::system {

using sim::Time;

inline constexpr std::uint32_t no_index = 0xffffffff;
inline constexpr std::uint32_t unlimited = 0xffffffff;

// Takes no time.
inline base::Distribution at_once() {
    return base::Distribution::point(0).value();
}

enum class Backoff : std::uint8_t { fixed, exponential };
enum class Jitter : std::uint8_t { none, full, equal, decorrelated };

// Repeats after a failure or a timeout. Jitter as in Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog,
// 2015; the budget as in Beyer et al., Site Reliability Engineering, 2016, chapter 21.
struct Retry {
    std::uint32_t attempts = 1;  // in all, the first included
    Backoff backoff = Backoff::exponential;
    Jitter jitter = Jitter::none;
    Time base = 100 * sim::millisecond;  // before the second attempt
    Time cap = 10 * sim::second;
    double budget = 0;  // retries allowed for each first attempt, on average; 0: no budget
};

// Nygard, Release It!, 2nd ed., 2018, section 5.2. Opens when at least `failures` of the last `window` results failed;
// after `open_for` it lets `probes` through, and closes if they succeed.
struct Breaker {
    std::uint32_t window = 20;
    std::uint32_t failures = 10;
    Time open_for = 5 * sim::second;
    std::uint32_t probes = 1;
};

// Token bucket (Tanenbaum and Wetherall, Computer Networks, 5th ed., section 5.4.2).
struct Limiter {
    double rate = 0;  // 1/s
    double burst = 1;
};

enum class Balancing : std::uint8_t { random, round_robin, least_requests, power_of_two };

// How one part calls another.
struct Edge {
    std::string name{};        // "gateway -> orders"
    std::uint32_t target = 0;  // component
    Time timeout = 0;          // of an attempt; 0: none
    Retry retry{};
    std::optional<Breaker> breaker{};
    std::optional<Limiter> limiter{};
    std::uint32_t concurrency = unlimited;  // calls in progress: a bulkhead
    Time hedge_after = 0;                   // a second attempt, whichever answers first; 0: none
    bool is_optional = false;               // the caller goes on without an answer
};

enum class StepKind : std::uint8_t { work, wait, call, send };

struct Step {
    StepKind kind = StepKind::work;
    base::Distribution duration = at_once();  // work: of a server's time; wait: of the clock's
    std::vector<std::uint32_t> edges{};       // call: all at once; send: without waiting for an answer
    std::uint32_t needed = 0;                 // call: answers to wait for
    double probability = 1;                   // of taking this step at all
};

enum class Discipline : std::uint8_t { fifo, lifo, priority };
enum class Sharing : std::uint8_t { servers, processor };

struct Component {
    std::string id{};
    std::string type = "service";
    std::uint32_t replicas = 1;
    std::uint32_t threads = 1;        // of one replica: requests in progress at a time
    std::uint32_t cores = 0;          // with processor sharing: how many of them advance at full speed
    std::uint32_t queue = unlimited;  // places, of one replica
    Discipline discipline = Discipline::fifo;
    Sharing sharing = Sharing::servers;
    bool drops_expired = false;  // what has passed its deadline is dropped before it is served
    Balancing balancing = Balancing::round_robin;
    double error_rate = 0;  // of answers that fail though served
    std::string zone{};
    std::vector<Step> steps{};
};

enum class WorkloadKind : std::uint8_t { open, closed };
enum class Arrivals : std::uint8_t { poisson, deterministic };

// The rate from a time on; between two points it is interpolated if `is_ramp`.
struct RatePoint {
    Time at = 0;
    double rate = 0;  // 1/s
    bool is_ramp = false;
};

struct Workload {
    std::string id{};
    WorkloadKind kind = WorkloadKind::open;
    Arrivals arrivals = Arrivals::poisson;
    std::vector<RatePoint> rates{};        // open: ascending, the first at 0
    std::uint32_t users = 0;               // closed
    base::Distribution think = at_once();  // closed: between an answer and the next request
    std::uint32_t edge = 0;
    std::uint8_t priority = 0;  // 0 is served first
};

enum class FaultKind : std::uint8_t { crash, slow, errors, latency, loss };

struct Fault {
    FaultKind kind = FaultKind::crash;
    Time at = 0;
    Time until = sim::time_max;
    std::uint32_t component = no_index;
    std::uint32_t edge = no_index;       // latency, loss: of one edge, or of all that lead to `component`
    std::uint32_t replicas = unlimited;  // crash, slow, errors: how many, the first ones
    double factor = 1;                   // slow: of service times; errors, loss: probability
    Time delay = 0;                      // latency: added to each way
};

struct Objective {
    std::uint32_t workload = 0;
    double availability = 0;  // share of requests that succeed; 0: not asked
    double quantile = 0;      // of the latency; 0: not asked
    Time latency = 0;
};

struct Scenario {
    std::string name{};
    Time duration = 60 * sim::second;
    Time warmup = 0;                         // what happens before is simulated, not counted
    base::Distribution network = at_once();  // one way, s
    std::vector<Component> components{};
    std::vector<Edge> edges{};
    std::vector<Workload> workloads{};
    std::vector<Fault> faults{};
    std::vector<Objective> objectives{};
};

}  // namespace dstudio::system
