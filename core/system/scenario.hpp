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

    bool operator==(const Retry&) const = default;
};

// Nygard, Release It!, 2nd ed., 2018, section 5.2. Opens when at least `failures` of the last `window` results failed;
// after `open_for` it lets `probes` through, and closes if they succeed.
struct Breaker {
    std::uint32_t window = 20;
    std::uint32_t failures = 10;
    Time open_for = 5 * sim::second;
    std::uint32_t probes = 1;

    bool operator==(const Breaker&) const = default;
};

// Token bucket and leaky bucket as a queue (Tanenbaum and Wetherall, Computer Networks, 5th ed., section 5.4.2);
// windows count what began in the current second, or in the last second by weighting the one before.
enum class LimiterKind : std::uint8_t { token_bucket, leaky_bucket, fixed_window, sliding_window };
struct Limiter {
    LimiterKind kind = LimiterKind::token_bucket;
    double rate = 0;   // 1/s
    double burst = 1;  // token bucket: tokens; leaky bucket: calls that may wait

    bool operator==(const Limiter&) const = default;
};

// A limit of calls in progress that learns from their latencies.
// aimd: additive increase, multiplicative decrease on failures (Chiu and Jain, Computer Networks and ISDN Systems
// 17(1), 1989). vegas: by the queue that latencies above the least one tell (Brakmo and Peterson, IEEE Journal on
// Selected Areas in Communications 13(8), 1995). gradient: by long-term over short-term latency (Netflix, "Performance
// Under Load", 2018).
enum class Adaptation : std::uint8_t { aimd, vegas, gradient };
struct AdaptiveLimit {
    Adaptation algorithm = Adaptation::aimd;
    double initial = 20;
    double min = 1;
    double max = 1000;

    bool operator==(const AdaptiveLimit&) const = default;
};

// What happens to a message on its way: a delay drawn for each, and shares of the messages that are lost, that arrive
// twice, and that are held back for `hold` longer so that later ones overtake them. Each is drawn for itself, as in
// netem (Hemminger, "Network Emulation with NetEm", linux.conf.au 2005), which reorders the other way round: a share is
// sent at once, all others wait.
struct Network {
    base::Distribution delay = at_once();  // one way, s
    double loss = 0;
    double duplicate = 0;
    double reorder = 0;
    Time hold = 10 * sim::millisecond;

    bool operator==(const Network&) const = default;
};

// hash, range and consistent choose by the request's key. consistent: a ring with 100 points for each replica (Karger
// et al., STOC 1997). weighted: at random by `weights`. ewma: of two at random the one with less outstanding work times
// recent latency.
enum class Balancing : std::uint8_t {
    random,
    round_robin,
    least_requests,
    power_of_two,
    weighted,
    ewma,
    hash,
    range,
    consistent
};

// How one part calls another.
struct Edge {
    std::string name{};        // "gateway -> orders"
    std::uint32_t target = 0;  // component
    Time timeout = 0;          // of an attempt; 0: none
    Retry retry{};
    std::optional<Breaker> breaker{};
    std::optional<Limiter> limiter{};
    std::uint32_t concurrency = unlimited;  // calls in progress: a bulkhead
    std::uint32_t waiting = 0;              // calls that may wait for one of those places: a connection pool
    Time waiting_max = 0;                   // how long; 0: without end
    std::optional<AdaptiveLimit> adaptive{};
    Time hedge_after = 0;               // a second attempt, whichever answers first; 0: none
    bool is_optional = false;           // the caller goes on without an answer
    std::uint32_t fallback = no_index;  // edge: called instead when this call has failed
    double request_bytes = 0;
    double answer_bytes = 0;
    std::optional<Network> network{};  // instead of the scenario's
    bool fails_when_held = false;      // instead of waiting until backpressure lets it go

    bool operator==(const Edge&) const = default;
};

// What a step keeps of answers, by the request's key. One in each replica, or one that all replicas share.
enum class Eviction : std::uint8_t { lru, lfu, fifo };
enum class CacheWrites : std::uint8_t {
    through,  // to the origin, and kept
    around,   // to the origin, and what was kept is dropped
    back      // kept, and to the origin later, without waiting
};
struct Cache {
    std::uint32_t capacity = 1000;  // keys
    Eviction eviction = Eviction::lru;
    Time ttl = 0;           // 0: for ever
    double ttl_spread = 0;  // each entry's time to live is shorter by up to this share, at random
    CacheWrites writes = CacheWrites::through;
    bool coalesces = false;  // one call for all who miss the same key at a time
    bool is_shared = false;

    bool operator==(const Cache&) const = default;
};

// commit: two-phase commit (Gray, "Notes on Data Base Operating Systems", 1978, section 5.8.3.3). All participants are
// asked at once to prepare; when all have answered, or one has not, each is told what was decided, until it has heard.
// From its first work to the decision a participant holds its key.
enum class StepKind : std::uint8_t { work, wait, call, send, cached, saga, commit };
enum class Operation : std::uint8_t { any, read, write };

struct Step {
    StepKind kind = StepKind::work;
    base::Distribution duration = at_once();  // work: of a server's time; wait: of the clock's
    std::vector<std::uint32_t>
        edges{};  // call, commit: all at once; send: without waiting for an answer; saga: in order
    std::vector<std::uint32_t> undo{};            // saga: edge that makes up for the same place in `edges`, or no_index
    std::uint32_t needed = 0;                     // call: answers to wait for
    double probability = 1;                       // of taking this step at all
    Operation operation = Operation::any;         // only for reads or writes
    std::uint64_t workloads = ~std::uint64_t{0};  // bit i: for requests of workload i
    std::optional<Cache> cache{};                 // cached: before the one edge

    bool operator==(const Step&) const = default;
};

// codel: dropped when taken from the queue after more than `interval`, or `target` if the queue has not been empty for
// `interval`; adaptive_lifo: newest first while it has not been, with the same limit (both as in Maurer, "Fail at
// Scale", ACM Queue 13(8), 2015, after Nichols and Jacobson, ACM Queue 10(5), 2012).
enum class Discipline : std::uint8_t { fifo, lifo, priority, codel, adaptive_lifo };
enum class Sharing : std::uint8_t { servers, processor };

// Instances that start on demand, one request at a time each, and stay for a while.
struct Serverless {
    base::Distribution cold_start = at_once();
    Time keep_alive = 10 * sim::minute;

    bool operator==(const Serverless&) const = default;
};

// Copies of data: the replicas of a component stand in groups of `factor`, each of which holds one shard. Who is asked
// asks the others of its group and answers when `read` or `write` of them, itself included, have (Gifford, SOSP 1979;
// DeCandia et al., "Dynamo", SOSP 2007, section 4.5).
struct Replication {
    std::uint32_t factor = 3;
    std::uint32_t read = 1;
    std::uint32_t write = 2;
    bool has_leader = false;               // writes go to one replica of the group
    bool leader_reads = false;             // reads too
    Time failover = 10 * sim::second;      // without a leader after one has crashed or lost the majority of its group
    Time repair_every = 0;                 // replicas take over what they missed (Demers et al., PODC 1987); 0: never
    base::Distribution apply = at_once();  // work of the others for a write, or a read
    std::uint32_t edge = no_index;         // to the others

    bool operator==(const Replication&) const = default;
};

// What a component keeps after it has answered, and delivers later.
struct Delivery {
    std::uint32_t edge = no_index;
    std::uint32_t consumers = 1;   // deliveries in progress
    std::uint32_t partitions = 0;  // by key, each in order and one at a time; 0: one queue without order
    std::uint32_t attempts = 0;    // deliveries of a message before it is a dead letter; 0: for ever
    Time again_after = 30 * sim::second;
    std::uint32_t capacity = unlimited;     // messages
    std::uint32_t dead_letters = no_index;  // edge

    bool operator==(const Delivery&) const = default;
};

// Replicas by their utilisation, every `every`: ceil(replicas * utilisation / target), as the Kubernetes horizontal pod
// autoscaler does, with its tolerance of 10 %. The component's `replicas` is the most there can be.
struct Autoscale {
    std::uint32_t min = 1;
    std::uint32_t initial = 1;
    double target = 0.6;
    Time every = 15 * sim::second;
    Time start = 30 * sim::second;    // until a new replica takes requests
    Time cooldown = 5 * sim::minute;  // after any change, before replicas are taken away
    bool predicts = false;            // utilisation as it will be after `start`, by its trend over the last two periods

    bool operator==(const Autoscale&) const = default;
};

// Crashed replicas leave the rotation when `failures` checks in a row have failed and come back when one succeeds;
// without checks callers know at once.
struct HealthCheck {
    Time every = 5 * sim::second;
    std::uint32_t failures = 3;

    bool operator==(const HealthCheck&) const = default;
};

// A replica leaves the rotation for a while after so many failures in a row, as outlier detection of Envoy does.
struct Ejection {
    std::uint32_t failures = 5;
    Time duration = 30 * sim::second;
    double share_max = 0.5;  // of the replicas

    bool operator==(const Ejection&) const = default;
};

// Above `at` of its threads and queue places a replica takes only requests of priority `keep` or better.
struct Shedding {
    double at = 0.8;
    std::uint8_t keep = 0;

    bool operator==(const Shedding&) const = default;
};

// Credit-based flow control, as of TCP's receive window (RFC 9293, section 3.8.6) and of Reactive Streams' request(n):
// what is under way to the component and what waits in it, kept messages included, is at most `high`. Then callers are
// held, and let go when it is `low` or less, the longest held first.
struct Backpressure {
    std::uint32_t high = 1;
    std::uint32_t low = 0;

    bool operator==(const Backpressure&) const = default;
};

// Pauses that come with the work: a heap fills up by what requests allocate.
struct GarbageCollection {
    std::uint32_t every = 1;  // requests served by a replica, from one pause to the next
    base::Distribution pause = at_once();

    bool operator==(const GarbageCollection&) const = default;
};

// Bytes that a component stores, of each of its copies.
struct Storage {
    double initial = 0;
    double write = 0;    // that a request which writes adds when it is served
    double message = 0;  // that a kept message takes

    bool operator==(const Storage&) const = default;
};

struct Price {
    double replica = 0;  // USD/s, of each that is up or starting
    double request = 0;  // USD
    double busy = 0;     // USD/s of a thread in use
    double egress = 0;   // USD/B of answers
    double storage = 0;  // USD/(B s)

    bool operator==(const Price&) const = default;
};

struct Component {
    std::string id{};
    std::string type = "service";
    std::uint32_t replicas = 1;
    std::uint32_t threads = 1;        // of one replica: requests in progress at a time
    std::uint32_t cores = 0;          // with processor sharing: how many of them advance at full speed
    std::uint32_t queue = unlimited;  // places, of one replica
    Discipline discipline = Discipline::fifo;
    Time target = 5 * sim::millisecond;      // codel, adaptive_lifo
    Time interval = 100 * sim::millisecond;  // likewise
    Sharing sharing = Sharing::servers;
    bool drops_expired = false;  // what has passed its deadline is dropped before it is served
    Balancing balancing = Balancing::round_robin;
    std::vector<double> weights{};  // of the replicas, with Balancing::weighted
    double bounded_load =
        0;  // consistent: no replica above this times the mean (Mirrokni et al., SODA 2018); 0: no bound
    std::uint32_t shuffle = 0;           // each key uses this many replicas (MacCarthaigh, 2014); 0: all
    std::uint32_t cells = 0;             // each key uses one of so many groups of replicas; 0: all
    double error_rate = 0;               // of answers that fail though served
    std::vector<std::string> zones{};    // replica i stands in zone i mod n; "eu/a/rack-3" is in "eu/a" and in "eu"
    std::vector<std::string> domains{};  // that all replicas share
    double bandwidth = 0;                // B/s of one replica, each way; 0: without limit
    std::optional<Serverless> serverless{};
    std::optional<Replication> replication{};
    std::optional<Delivery> delivery{};
    std::optional<Autoscale> autoscale{};
    std::optional<HealthCheck> health{};
    std::optional<Ejection> ejection{};
    std::optional<Shedding> shedding{};
    std::optional<Backpressure> backpressure{};
    std::optional<GarbageCollection> collection{};
    std::optional<Storage> storage{};
    Price price{};
    std::vector<Step> steps{};

    bool operator==(const Component&) const = default;
};

enum class WorkloadKind : std::uint8_t { open, closed };
enum class Arrivals : std::uint8_t { poisson, deterministic };

// The rate from a time on; between two points it is interpolated if `is_ramp`.
struct RatePoint {
    Time at = 0;
    double rate = 0;  // 1/s
    bool is_ramp = false;

    bool operator==(const RatePoint&) const = default;
};

// Keys 0 to count - 1. zipf: key k with probability proportional to 1 / (k + 1)^exponent.
struct Keys {
    std::uint32_t count = 0;  // 0: requests have no keys
    double exponent = 0;      // 0: uniform
    double hot = 0;           // this share of the requests is for key 0

    bool operator==(const Keys&) const = default;
};

// Another rate while the process is in its second state: a two-state MMPP (Fischer and Meier-Hellstern, Performance
// Evaluation 18(2), 1993).
struct Bursts {
    double rate = 0;  // 1/s, during a burst
    double on = 0;    // mean duration of a burst, s
    double off = 0;   // mean time between them, s

    bool operator==(const Bursts&) const = default;
};

struct Workload {
    std::string id{};
    WorkloadKind kind = WorkloadKind::open;
    Arrivals arrivals = Arrivals::poisson;
    std::vector<RatePoint> rates{};  // open: ascending, the first at 0
    std::vector<Time> times{};       // open: of the arrivals themselves, ascending, instead of rates
    // Of the arrivals in `times`, or empty: their keys, and sizes instead of the edge's request_bytes.
    std::vector<std::uint32_t> trace_keys{};
    std::vector<double> trace_bytes{};
    std::optional<Bursts> bursts{};        // open
    std::uint32_t users = 0;               // closed
    base::Distribution think = at_once();  // closed: between an answer and the next request
    std::uint32_t edge = 0;
    std::uint8_t priority = 0;  // 0 is served first
    Keys keys{};
    std::string zone{};  // where its users are: inside when that zone, or what contains it, is cut off
    double writes = 0;   // share of the requests
    double poison = 0;   // share of the requests that fail wherever they are delivered

    bool operator==(const Workload&) const = default;
};

enum class FaultKind : std::uint8_t {
    crash,
    slow,
    errors,
    latency,
    loss,
    duplicate,
    reorder,
    partition,
    pause,
    exhaust,
    flush,
    reconnect,
    clock
};

// Whether it strikes messages on their way to a component and back.
inline bool strikes_messages(FaultKind kind) {
    return kind == FaultKind::latency || kind == FaultKind::loss || kind == FaultKind::duplicate ||
           kind == FaultKind::reorder;
}

// Strikes replicas: of a component, of a domain, or those in both. A push strikes them wave by wave. A fault with
// `between` strikes each of its units by itself, again and again.
struct Fault {
    FaultKind kind = FaultKind::crash;
    Time at = 0;
    Time until = sim::time_max;
    std::uint32_t component = no_index;
    std::uint32_t edge = no_index;       // of messages: of one edge, or of all that lead to `component`
    std::uint32_t replicas = unlimited;  // how many, from `first` on and round
    std::uint32_t first = 0;             // position of a replica in its component
    std::string domain{};                // a zone, or what contains it, or a shared domain
    double factor = 1;                   // slow: of service times; exhaust: share of threads; others: probability
    Time delay = 0;  // latency, reorder: added to each way; pause: how long each takes; clock: by how much it is ahead
    std::vector<std::uint32_t> others{};  // partition: components on the far side
    std::vector<std::uint32_t> near{};    // partition: components on the near side; empty: all others
    bool is_one_way = false;              // partition: only from near to far
    std::vector<double> waves{};          // shares of the replicas, ascending
    Time wave_every = 0;
    double abort_above = 0;  // the push ends, everywhere, when a larger share of requests failed in a wave; 0: never
    std::optional<base::Distribution> between{};  // s, from one end to the next begin
    std::optional<base::Distribution> lasts{};    // s
    bool is_each_replica = false;                 // with `between`: units are replicas, otherwise all together

    bool operator==(const Fault&) const = default;
};

// Faults at random: after every `every` one of `faults` is drawn by weight, strikes one of its targets and lasts for a
// while, unless `at_most` last already. As Basiri et al., "Chaos Engineering", IEEE Software 33(3), 2016.
struct ChaosChoice {
    double weight = 1;
    std::optional<base::Distribution> lasts{};  // s; none: it is over at once
    std::vector<Fault> targets{};               // the same fault of each that it may strike
    std::vector<std::string> documents{};       // of each, as in a document's faults, without times: JSON

    bool operator==(const ChaosChoice&) const = default;
};
struct Chaos {
    base::Distribution every = at_once();  // s, between draws
    Time from = 0;
    Time until = sim::time_max;
    std::uint32_t at_most = 1;  // at a time
    std::vector<ChaosChoice> faults{};

    bool operator==(const Chaos&) const = default;
};

struct Objective {
    std::uint32_t workload = 0;
    double availability = 0;  // share of requests that succeed; 0: not asked
    double quantile = 0;      // of the latency, or the age; 0: not asked
    Time latency = 0;
    double cost = 0;                  // USD for a million requests that succeed; 0: not asked
    std::uint32_t queue = no_index;   // component with delivery: of which the age is asked
    Time age = 0;                     // of a message when it has been delivered
    std::uint32_t copies = no_index;  // component with replication: of which the staleness of reads is asked
    Time staleness = 0;
    double durability = 0;  // of the same: share of acknowledged writes that are kept; 0: not asked

    bool operator==(const Objective&) const = default;
};

struct Scenario {
    std::string name{};
    Time duration = 60 * sim::second;
    Time warmup = 0;  // what happens before is simulated, not counted
    Network network{};
    std::vector<Component> components{};
    std::vector<Edge> edges{};
    std::vector<Workload> workloads{};
    std::vector<Fault> faults{};
    std::optional<Chaos> chaos{};
    std::vector<Objective> objectives{};

    bool operator==(const Scenario&) const = default;
};

inline const Network& network_of(const Scenario& scenario, const Edge& edge) {
    return edge.network ? *edge.network : scenario.network;
}

}  // namespace dstudio::system
