// One run of a scenario: a function of (scenario, seed), to the bit.
//
// What happens to a request: a workload issues a call. A call makes attempts, each of which travels to a replica, is
// served there by the steps of its component, which may call others, and travels back. A caller that gives up forgets
// its attempt; the attempt goes on and burns capacity all the same. Every call ends exactly once, in one Outcome.
//
// Random numbers come from streams of their own for each workload's arrivals, each component's work and each edge's
// network, balancing and backoff, so that two scenarios which differ in one policy see the same arrivals and the same
// work (common random numbers).
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/random.hpp"
#include "core/base/zipf.hpp"
#include "core/sim/collectors.hpp"
#include "core/sim/event_queue.hpp"
#include "core/system/chaos.hpp"
#include "core/system/key_cache.hpp"
#include "core/system/scenario.hpp"

namespace dstudio::system {

enum class Outcome : std::uint8_t {
    ok,
    timed_out,      // no attempt answered in time
    failed,         // answered with an error, or a replica crashed
    rejected,       // no place in a queue
    refused,        // no replica up
    short_circuit,  // the breaker was open
    limited,        // no token
    bulkhead,       // too many in progress
    expired,        // its deadline had passed before it was served
    count
};
inline constexpr std::size_t outcome_count = static_cast<std::size_t>(Outcome::count);
std::string_view outcome_name(Outcome outcome);

struct WorkloadResult {
    std::uint64_t started = 0;
    std::array<std::uint64_t, outcome_count> ended{};  // by outcome
    [[nodiscard]] std::uint64_t ended_in_all() const;
    [[nodiscard]] double share(Outcome outcome) const;  // of those that ended; NaN if none has
    std::uint64_t unfinished = 0;                       // at the end of the run
    sim::DurationSketch latency;                        // of those that succeeded
    sim::DurationSketch latency_all;
    std::vector<double> latencies_ns;  // of all, in order of their ends, at most `kept_max`: for batch means
    static constexpr std::size_t kept_max = 1'000'000;
    sim::Series ok_over_time{sim::second};
    sim::Series failed_over_time{sim::second};
    sim::Series latency_over_time{sim::second};  // sums of seconds, of those that succeeded
    // Of those that succeeded in each bin of the series, s; NaN for a bin without any.
    std::vector<double> p50_over_time;
    std::vector<double> p99_over_time;
};

struct ComponentResult {
    std::uint64_t arrived = 0;
    std::uint64_t served = 0;  // to the end, whether anybody still waited or not
    std::uint64_t rejected = 0;
    std::uint64_t wasted = 0;  // served for callers that had given up
    std::uint64_t lost = 0;    // in a crash
    double busy = 0;           // mean of threads (or, sharing, of requests) in progress, all replicas together
    double utilisation = 0;    // of what there is
    double in_system = 0;      // mean number, waiting and in progress
    double in_system_max = 0;
    double replicas = 0;         // mean number that take requests
    double queue = 0;            // mean number waiting
    double wait_seconds = 0;     // mean, of those that were started
    double sojourn_seconds = 0;  // mean, of those that left
    std::uint64_t left = 0;
    sim::Series queue_over_time{sim::second};  // samples, messages included
    sim::Series busy_over_time{sim::second};
    sim::Series up_over_time{sim::second};
    std::vector<double> replica_utilisation;  // of each, if there are at most replicas_shown_max
    static constexpr std::size_t replicas_shown_max = 200;
    double sent_bytes = 0;
    double link_utilisation = 0;  // of the bandwidth, answers
    // Caches.
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t coalesced = 0;  // misses that waited for another's call
    // Backpressure.
    double stopped = 0;  // share of the time in which callers are held
    double held = 0;     // mean number of callers that are
    // Storage, of all copies.
    double stored_bytes = 0;  // mean
    double stored_bytes_max = 0;
    // Garbage collection.
    std::uint64_t pauses = 0;
    double pause_seconds = 0;
    // Serverless.
    std::uint64_t cold_starts = 0;
    // Deliveries.
    double backlog = 0;  // mean number of messages that are kept
    double backlog_max = 0;
    std::uint64_t delivered = 0;
    std::uint64_t redelivered = 0;
    std::uint64_t dead_letters = 0;
    sim::DurationSketch age;       // from keeping to the delivery that succeeded
    sim::DurationSketch age_kept;  // so far, of what is still kept at the end
    // Balancing and scaling.
    std::uint64_t ejections = 0;
    std::uint64_t failovers = 0;
    // Copies, of requests with keys. A read is stale if what it returns is older than what had been acknowledged when
    // it was sent; its staleness is for how long, 0 if it is fresh (Bailis et al., "Probabilistically Bounded
    // Staleness", VLDB 2012). For a replica that has missed several writes it counts from the first.
    std::uint64_t reads = 0;
    std::uint64_t stale_reads = 0;
    sim::DurationSketch staleness;  // of all reads
    std::uint64_t writes = 0;       // acknowledged
    // Of those, gone: by a leader that the others had replaced, or with an earlier time than an older write
    // has.
    std::uint64_t lost_writes = 0;
    // Transactions that it coordinated.
    std::uint64_t commits = 0;
    std::uint64_t aborts = 0;
    // Transactions that it took part in.
    std::uint64_t lock_waits = 0;   // requests that waited for a key
    double lock_wait_seconds = 0;   // mean, of those
    double in_doubt = 0;            // mean number prepared and without a decision
    double in_doubt_longest_s = 0;  // so far, of those that still are
    std::uint64_t scalings = 0;
    double cost_usd = 0;
    double work_seconds = 0;    // that threads or cores were asked for
    double queued_seconds = 0;  // of those that were started
};

struct EdgeResult {
    std::uint64_t calls = 0;
    std::uint64_t sent = 0;  // calls of which at least one attempt was made
    std::uint64_t attempts = 0;
    std::uint64_t retries = 0;
    std::uint64_t hedges = 0;
    std::uint64_t timeouts = 0;
    std::array<std::uint64_t, outcome_count> ended{};
    std::uint64_t breaker_opened = 0;
    std::uint64_t retries_denied = 0;  // by the budget
    std::uint64_t fallbacks = 0;
    double limit = 0;           // adaptive, mean over time
    double waited_seconds = 0;  // mean for a place, of those that had to
    std::uint64_t waited = 0;
    std::uint64_t held = 0;  // by backpressure, and let go or given up
    double held_seconds = 0;
    double network_seconds = 0;  // of all attempts, both ways
    // Of messages, both ways.
    std::uint64_t lost = 0;        // partitions included
    std::uint64_t duplicates = 0;  // that the network made
    std::uint64_t held_back = 0;   // by reordering
    std::uint64_t overtaken = 0;   // requests that arrived after one that was sent later (RFC 4737, section 3)
    double pause_seconds = 0;      // before repeats
};

// One attempt of a request whose way was recorded. Times of what has not happened are time_max.
struct Span {
    std::uint32_t trace = 0;
    std::uint32_t parent = no_index;  // span
    std::uint32_t edge = 0;
    std::uint32_t replica = no_index;  // of the component, from 0; none if no attempt was made
    Time sent = sim::time_max;
    Time arrived = sim::time_max;
    Time started = sim::time_max;
    Time served = sim::time_max;
    Time answered = sim::time_max;  // the caller has the answer, or gave up
    Outcome outcome = Outcome::ok;  // as the caller saw it; `count` while it waits
};

struct Results {
    Time measured = 0;  // duration without warm-up
    std::uint64_t events = 0;
    std::uint64_t pending_max = 0;
    std::vector<WorkloadResult> workloads;
    std::vector<ComponentResult> components;
    std::vector<EdgeResult> edges;
    std::vector<DrawnFault> chaos;  // all that it drew, in the order of time
    // By objective: requests of its workload that have not ended and are older than patience_of it.
    std::vector<std::uint64_t> overdue;
    std::string stopped_early;  // why, if it was; else empty
};

struct RunLimits {
    std::uint64_t events_max = 2'000'000'000;
    std::size_t in_flight_max = 5'000'000;          // attempts at a time; and calls, which may wait without any
    std::uint64_t events_at_once_max = 20'000'000;  // without time moving on
    std::uint32_t traces = 0;                       // requests whose way is recorded, spread over the run
    // Whether to stop for a reason of the caller's, who has a clock; asked every few hundred events and calls.
    std::function<bool()> is_over{};
};

// The width of the bins of all series.
Time series_bin(const Scenario& scenario);

// After which a request that has not ended counts as failed: the objective's latency, or, of an availability without
// one, the longest that the workload is asked for. time_max: never.
Time patience_of(const Scenario& scenario, const Objective& objective);

// REQUIRES: a scenario as read_scenario makes it.
class Simulation {
  public:
    Simulation(const Scenario& scenario, std::uint64_t seed, const RunLimits& limits = {});

    // Goes on until `until`, the end of the scenario or a limit, whichever is first. False at the end.
    bool run_until(Time until);
    void run() { (void)run_until(sim::time_max); }

    // One more of the scenario's faults, which was added since the run began, begins now.
    void strike(std::uint32_t fault);

    [[nodiscard]] Time now() const { return queue_.now(); }
    [[nodiscard]] bool is_finished() const { return is_finished_; }
    [[nodiscard]] std::uint64_t events() const { return events_; }
    [[nodiscard]] const std::string& stopped_early() const { return stopped_early_; }
    // As of now. What is in flight counts as unfinished.
    [[nodiscard]] Results results() const;

    // For a picture of the system while it runs.
    struct ComponentView {
        std::uint32_t up = 0;
        std::uint32_t busy = 0;
        std::uint32_t waiting = 0;   // in queues
        std::uint32_t messages = 0;  // kept for delivery
        std::uint32_t held = 0;      // callers, by backpressure
    };
    [[nodiscard]] ComponentView view(std::uint32_t component) const;
    enum class BreakerMode : std::uint8_t { closed, open, half_open };
    struct EdgeTotals {  // since the start of the run, warm-up included
        std::uint64_t calls = 0;
        std::uint64_t attempts = 0;
        std::uint64_t retries = 0;
        std::uint64_t hedges = 0;
        std::uint64_t timeouts = 0;
        std::uint64_t ok = 0;
        std::uint64_t failed = 0;
    };
    struct EdgeView {
        std::uint32_t in_progress = 0;
        EdgeTotals totals;
        std::optional<BreakerMode> breaker;
    };
    [[nodiscard]] EdgeView edge_view(std::uint32_t edge) const;
    struct WorkloadTotals {  // likewise
        std::uint64_t started = 0;
        std::uint64_t ok = 0;
        std::uint64_t failed = 0;
    };
    [[nodiscard]] WorkloadTotals workload_totals(std::uint32_t workload) const;
    // What chaos draws in this run, all of it, also what is still to come.
    [[nodiscard]] const std::vector<DrawnFault>& drawn() const { return drawn_; }
    [[nodiscard]] const std::vector<Span>& spans() const { return spans_; }

    // Counts everything anew and compares: for tests. Empty, or what does not agree.
    [[nodiscard]] std::string inconsistency() const;

  private:
    enum class EventKind : std::uint32_t {
        arrival,         // index: workload; data: generation of its arrivals, and row of its trace
        think,           // index: workload; data: user, and the generation of its connection
        burst,           // index: workload
        arrive,          // index: attempt, with its generation in data
        work_done,       // likewise
        wait_done,       // likewise
        share_done,      // index: replica
        resume,          // index: replica
        respond,         // attempt
        timeout,         // attempt
        retry,           // call, with its generation
        hedge,           // call
        place_timeout,   // call
        let_through,     // call
        fault_begin,     // index: fault; data: unit
        fault_end,       // index: strike
        wave,            // index: strike
        health_check,    // index: replica
        return_replica,  // index: replica
        elect,           // index: component; data: group
        scale,           // index: component
        start_replica,   // index: component
        deliver_again,   // index: message
        depose,          // index: component; data: group
        repair,          // index: component
        granted,         // attempt: it has the key that it waited for
        tell,            // participation: it is told the decision
        told,            // participation: it hears it
        credit,          // index: component
        held_timeout,    // call, with its generation
        breaker_probe,   // index: edge
        warm,            // the end of the warm-up
        sample,          // queue lengths for the pictures
        pause,
        end,
    };
    struct Event {
        EventKind kind;
        std::uint32_t index;
        std::uint64_t data;
    };
    using Queue = sim::EventQueue<Event>;

    struct Ref {  // to an attempt or a call that may be gone
        std::uint32_t index = no_index;
        std::uint32_t generation = 0;
    };

    // What goes along with all calls that a request causes.
    struct Request {
        std::uint32_t workload = no_index;
        std::uint32_t key = no_index;
        std::uint8_t priority = 0;
        bool is_write = false;
        bool is_poison = false;
    };

    // A request at one replica, from when it is sent until its answer is back.
    enum class AttemptState : std::uint8_t { free, travelling, queued, running, waiting, answering, lost };
    struct Attempt {
        std::uint32_t generation = 0;
        AttemptState state = AttemptState::free;
        Outcome outcome = Outcome::ok;  // of the answer
        bool is_ignored = false;        // the caller has given up
        bool is_hedge = false;
        bool is_peer = false;      // from another of the same group of copies
        bool is_delivery = false;  // of a message
        bool is_undoing = false;   // a saga, backwards
        bool fills = false;        // a cache for others who wait
        bool wants_lock = false;
        bool holds_lock = false;
        bool is_held = false;  // before it sends
        Request request{};
        std::uint32_t call = no_index;
        std::uint32_t call_generation = 0;
        std::uint32_t edge = 0;
        std::uint32_t replica = 0;
        std::uint32_t step = 0;
        std::uint32_t place = no_index;  // in a saga, or among what a step sends; or its transaction
        std::uint32_t calls_open = 0;    // of the present step
        std::uint32_t answers_needed = 0;
        std::uint32_t next = no_index;  // in a queue
        std::uint32_t previous = no_index;
        std::uint32_t span = no_index;
        std::uint32_t participation = no_index;
        std::uint32_t version = no_index;
        Ref twin{};  // of a copy that the network made: the attempt that it is a copy of
        Time deadline = sim::time_max;
        Time sent = 0;
        Time arrived = 0;
        Time work_until = 0;
        double finish = 0;       // with processor sharing: in virtual time
        sim::EventHandle timer;  // the caller's timeout
        sim::EventHandle work;   // the present step's end
    };

    // Where a call comes from, and who waits for it.
    struct Origin {
        Request request{};
        Ref parent{};                       // attempt; none for a workload's call, and for what is sent
        std::uint32_t workload = no_index;  // if it is a request of its own
        std::uint32_t user = no_index;      // of a closed workload
        std::uint32_t user_generation = 0;
        std::uint32_t row = no_index;  // of a trace that has sizes
        std::uint32_t message = no_index;
        std::uint32_t pinned = no_index;  // replica
        std::uint32_t caller = no_index;  // replica, or their number + workload: for partitions
        Ref participation{};              // in a transaction
        std::int64_t stamp = 0;           // of a write, for the others of the group
        std::uint32_t span = no_index;    // of the parent; of a request of its own: trace
        bool is_traced = false;
        bool is_fallback = false;
        Time begun = 0;
        Time deadline = sim::time_max;
    };

    struct Call {
        std::uint32_t generation = 0;
        bool is_live = false;
        bool holds_place = false;  // counts as in progress
        bool is_delayed = false;   // waits for a place, for the limiter, to be repeated, or to be let go
        bool is_held = false;      // by backpressure
        std::uint32_t edge = 0;
        Origin origin;
        std::uint32_t parent_step = 0;
        std::uint32_t attempts = 0;                             // made so far
        std::uint32_t open = 0;                                 // attempts in progress that count
        std::array<std::uint32_t, 2> live{no_index, no_index};  // attempts in progress
        Time asked = 0;                                         // for a place
        Time previous_delay = 0;                                // decorrelated jitter
        Time held_since = 0;
        Time held_for = 0;  // of the timeout of the attempt that is made next
        sim::EventHandle hedge;
        sim::EventHandle held_timer;
    };

    struct Replica {
        std::uint32_t component = 0;
        bool is_up = true;           // not crashed
        bool is_active = true;       // started, as autoscaling wants
        bool is_known_down = false;  // by health checks
        bool is_ejected = false;
        bool is_starting = false;  // requests from its queue
        bool takes = true;         // in the rotation: what callers go by
        std::uint32_t threads = 0;
        std::uint32_t running = 0;
        std::uint32_t waiting = 0;
        std::uint32_t outstanding = 0;  // sent and not answered, as balancers see it
        std::uint32_t failures = 0;     // in a row
        double slow = 1;
        double error_rate = 0;
        double latency = 0;  // recent, s
        Time paused_until = 0;
        Time skew = 0;        // its clock is ahead by that
        Time last_empty = 0;  // its queue
        Time in_free = 0;     // its link
        Time out_free = 0;
        std::uint64_t served = 0;
        std::uint32_t since_collection = 0;  // requests served
        sim::TimeAverage busy{};
        // Waiting attempts by priority; only list 0 unless the discipline is by priority.
        struct List {
            std::uint32_t first = no_index;
            std::uint32_t last = no_index;
        };
        std::array<List, 4> lists{};
        List in_progress{};
        // Processor sharing: virtual time, and the attempts in progress as a heap by their finish.
        double virtual_time = 0;
        Time virtual_at = 0;
        std::vector<std::uint32_t> sharing{};
        std::uint32_t cores_used = 0;
        sim::EventHandle next_done{};
    };

    // The earliest finish on top.
    struct SharingOrder {
        const std::vector<Attempt>& attempts;
        bool operator()(std::uint32_t a, std::uint32_t b) const {
            return attempts[a].finish > attempts[b].finish || (attempts[a].finish == attempts[b].finish && a > b);
        }
    };

    struct BreakerState {
        BreakerMode mode = BreakerMode::closed;
        std::vector<std::uint8_t> window{};  // 1: failed
        std::size_t at = 0;
        std::uint32_t seen = 0;
        std::uint32_t failures = 0;
        std::uint32_t probes_out = 0;
        std::uint32_t probes_ok = 0;
    };

    struct LimiterState {
        double tokens = 0;
        Time at = 0;
        Time free_at = 0;  // leaky bucket
        double in_window = 0;
        double in_window_before = 0;
    };

    struct AdaptiveState {
        double limit = 0;
        double shortest = 0;   // s, vegas
        double long_term = 0;  // s, gradient
        sim::TimeAverage average{};
    };

    struct EdgeState {
        std::uint32_t in_progress = 0;
        std::uint32_t pooled = 0;
        bool is_admitting = false;
        std::deque<Ref> pool{};  // calls; those that gave up are still in it
        std::uint32_t round_robin = 0;
        BreakerState breaker{};
        LimiterState limiter{};
        AdaptiveState adaptive{};
        double retry_tokens = 0;
        double waited_sum = 0;  // s
        // Its network, with what faults add.
        Time extra_delay = 0;
        double loss = 0;
        double duplicate = 0;
        double reorder = 0;
        Time hold = 0;
        Time latest_sent = 0;  // of the requests that have arrived
        base::RandomStream network;
        base::RandomStream balance;
        base::RandomStream backoff;
        base::RandomStream messages;  // duplicates and their ways, reordering
        EdgeResult result{};
        EdgeTotals before{};  // the warm-up's end; ok and failed up to now
    };

    struct CacheState {
        KeyCache keys;
        // By key: who asks the origin, and who waits for that.
        struct Filling {
            std::vector<Ref> waiting;
        };
        std::unordered_map<std::uint32_t, Filling> filling{};
    };

    struct Message {
        Request request{};
        std::uint32_t component = 0;
        std::uint32_t partition = 0;
        std::uint32_t deliveries = 0;
        Time kept = 0;
    };

    struct DeliveryState {
        struct Partition {
            std::deque<std::uint32_t> messages{};
            bool is_blocked = false;  // in order: one is on its way, or is to be repeated
            bool is_ready = false;    // listed below
        };
        std::vector<Partition> partitions{};
        std::deque<std::uint32_t> ready{};  // partitions
        std::uint32_t in_progress = 0;
        std::uint32_t round_robin = 0;
        bool is_dispatching = false;
        sim::TimeAverage kept{};
    };

    // What an attempt knows of the data that it reads or writes. Stamps are versions of a key: counted where there is a
    // leader, else the clock of the replica that took the write (last write wins); 0 is what was there before.
    struct Version {
        std::int64_t acknowledged = 0;  // when it was sent
        std::int64_t stamp = 0;         // written, or read
        Time stale_since = sim::time_max;
    };
    struct Copy {  // of a key, at one replica
        std::int64_t stamp = 0;
        Time stale_since = sim::time_max;
    };
    struct Written {  // of a key, in its group
        std::int64_t issued = 0;
        std::int64_t acknowledged = 0;
    };
    struct Leader {
        std::uint32_t now = no_index;      // replica
        std::uint32_t deposed = no_index;  // who has not heard of it yet
    };

    // Two-phase commit.
    struct Transaction {
        std::vector<std::uint32_t> participants{};
        std::uint32_t open = 0;
    };
    enum class Decision : std::uint8_t { none, commit, abort };
    struct Participation {
        std::uint32_t generation = 0;
        std::uint32_t edge = 0;
        std::uint32_t coordinator = no_index;  // replica
        std::uint32_t replica = no_index;      // none: it was never asked
        std::uint32_t key = no_index;
        std::uint32_t attempt = no_index;  // while there is one
        Decision decision = Decision::none;
        bool is_live = false;
        bool is_told = false;
        bool is_prepared = false;
        bool holds_lock = false;
        Time prepared = 0;
    };

    struct ComponentState {
        std::uint32_t first_replica = 0;
        std::uint32_t up = 0;  // replicas that take requests
        base::RandomStream work;
        base::RandomStream errors;
        sim::TimeAverage busy{};
        sim::TimeAverage cores_used{};  // processor sharing
        sim::TimeAverage waiting{};
        sim::TimeAverage in_system{};
        sim::TimeAverage active{};  // replicas, starting ones included
        double wait_sum = 0;        // s
        std::uint64_t started = 0;
        double sojourn_sum = 0;                                       // s
        std::vector<std::pair<std::uint64_t, std::uint32_t>> ring{};  // consistent hashing
        std::vector<std::uint32_t> cache_of_step{};                   // first of the step's caches
        std::vector<std::uint64_t> shuffled_at{};                     // by replica: the choice that looked at it last
        std::uint64_t shuffles = 0;
        std::vector<Leader> leaders{};                                     // of groups
        std::vector<std::unordered_map<std::uint32_t, Written>> latest{};  // by group and key
        std::vector<std::unordered_map<std::uint32_t, Copy>> copies{};     // by replica and key
        bool has_locks = false;
        std::unordered_map<std::uint32_t, std::deque<Ref>> locks{};  // keys that are held, and who waits for them
        double lock_wait_sum = 0;                                    // s
        sim::TimeAverage in_doubt{};
        std::vector<Time> warm{};  // serverless: when each idle instance ends
        DeliveryState delivery{};
        // Backpressure: callers that are held, in the order in which they came. Those that gave up are still in it.
        struct Held {
            Ref ref{};
            bool is_call = true;  // or an attempt that is about to send
        };
        std::deque<Held> held{};
        std::uint32_t travelling = 0;  // requests on their way to it, if it holds its callers
        bool is_stopped = false;
        sim::TimeAverage stopped{};
        sim::TimeAverage holding{};  // callers
        sim::TimeAverage written{};  // bytes
        std::optional<base::RandomStream> pauses{};
        std::uint32_t starting = 0;  // replicas
        sim::TimeAverage recent_busy{};
        double utilisation_before = 0;
        Time scaled_at = 0;
        ComponentResult result{};
    };

    struct WorkloadState {
        base::RandomStream arrivals;
        base::RandomStream think;
        base::RandomStream keys;
        base::RandomStream kinds;
        std::optional<base::Zipf> zipf{};
        std::size_t rate_at = 0;
        std::size_t time_at = 0;
        bool is_bursting = false;
        std::uint32_t arrival_generation = 0;
        std::uint32_t user_generation = 0;
        Time next_trace = 0;
        WorkloadResult result{};
        sim::DurationSketch bin_latency{};
        WorkloadTotals before{};  // the warm-up's end; ok and failed up to now
    };

    // A fault while it lasts.
    struct Strike {
        std::uint32_t fault = 0;
        std::uint32_t unit = no_index;  // replica; none: all
        bool is_active = false;
        std::size_t wave = 0;
        std::uint64_t ok = 0;  // of all workloads, when the wave began
        std::uint64_t failed = 0;
        std::vector<std::uint8_t> sides{};  // partition, by caller: 1 near, 2 far
    };

    void stop(std::string reason);
    void handle(const Event& event);
    // One event can make thousands of calls, so both count as work.
    void spend() {
        constexpr std::uint64_t between_asking = 512;  // a call may look through thousands of replicas
        if (++work_ % between_asking == 0)
            ask_whether_over();
    }
    void ask_whether_over();
    // For one more call. False: the run has been stopped.
    bool has_room() {
        if (free_calls_.empty() && calls_.size() >= limits_.in_flight_max)
            stop_for_room();
        return !is_finished_;
    }
    void stop_for_room();
    // simulation.cpp: workloads and calls
    void schedule_arrival(std::uint32_t workload);
    void begin_request(std::uint32_t workload, std::uint32_t user, std::uint32_t row);
    void begin_call(std::uint32_t edge, const Origin& origin);
    void admit(std::uint32_t call);
    void let_through(std::uint32_t call);
    void make_attempt(std::uint32_t call, bool is_hedge);
    void respond(std::uint32_t attempt);
    void time_out(std::uint32_t attempt);
    void attempt_failed(std::uint32_t call, Outcome outcome);
    void end_call(std::uint32_t call, Outcome outcome);
    void release_place(std::uint32_t edge);
    void child_ended(const Call& call, Outcome outcome);
    void forget(std::uint32_t attempt);
    void record(const Call& call, Outcome outcome);
    std::uint32_t take_attempt();
    void free_attempt(std::uint32_t attempt);
    std::uint32_t take_call();
    void free_call(std::uint32_t call);
    [[nodiscard]] bool is_live(Ref attempt) const {
        return attempt.index != no_index && attempts_[attempt.index].generation == attempt.generation &&
               attempts_[attempt.index].state != AttemptState::free;
    }
    [[nodiscard]] bool is_live_call(std::uint32_t call, std::uint32_t generation) const {
        return calls_[call].is_live && calls_[call].generation == generation;
    }
    // simulation_messages.cpp: what the network does to requests and answers
    // How long the copies of a message travel that arrive, the first of them first; time_max: none does.
    struct Ways {
        Time first = sim::time_max;
        Time second = sim::time_max;
    };
    Ways ways(std::uint32_t edge);
    Time one_way(std::uint32_t edge, base::RandomStream& random);
    void carry(std::uint32_t attempt);
    void arrive_at(std::uint32_t attempt, Time at);
    [[nodiscard]] double request_bytes(const Attempt& attempt) const;
    void copy_attempt(std::uint32_t attempt, Time arrival);
    void answer(std::uint32_t attempt, Outcome outcome);
    void take_place_of_twin(std::uint32_t attempt);
    // Whether a caller waits for the answer to this attempt or to that which it is a copy of.
    [[nodiscard]] bool is_awaited(const Attempt& attempt) const {
        return !attempt.is_ignored || (is_live(attempt.twin) && !attempts_[attempt.twin.index].is_ignored);
    }
    // simulation_backpressure.cpp
    [[nodiscard]] bool must_hold(std::uint32_t edge, std::uint32_t pinned) const;
    [[nodiscard]] double load_of(std::uint32_t component) const;
    void update_credit(std::uint32_t component) {
        if (scenario_.components[component].backpressure)
            settle_credit(component);
    }
    void settle_credit(std::uint32_t component);
    void hold(std::uint32_t call);
    void let_go(std::uint32_t component);
    void give_up_held(std::uint32_t call, Outcome outcome);
    void end_hold(std::uint32_t edge, Time since);
    // Whether all that the step sends has been sent; if not, the attempt is held.
    bool begin_sends(std::uint32_t attempt, const Step& step);
    void send_attempt(std::uint32_t call, bool is_hedge);
    // simulation_balancing.cpp
    std::uint32_t choose_replica(const Call& call, std::uint32_t avoid);
    std::uint32_t choose_by_key(const Call& call, std::uint32_t avoid);
    std::uint32_t choose_on_ring(const Call& call, std::uint32_t avoid);
    std::uint32_t choose_member(std::uint32_t edge, std::uint32_t first, std::uint32_t members, std::uint32_t avoid);
    std::uint32_t choose_any(std::uint32_t edge, std::uint32_t first, std::uint32_t members, std::uint32_t avoid);
    std::uint32_t choose_at_random(std::uint32_t edge, std::uint32_t avoid);
    void make_ring(std::uint32_t component);
    void update_rotation(std::uint32_t replica);
    void replica_answered(std::uint32_t replica, bool failed, Time latency);
    void scale(std::uint32_t component);
    void start_replica(std::uint32_t component);
    // simulation_policies.cpp
    bool breaker_allows(std::uint32_t edge);
    void breaker_result(std::uint32_t edge, bool failed);
    // How long until the limiter lets the call through; none: not at all.
    std::optional<Time> limiter_delay(std::uint32_t edge);
    [[nodiscard]] std::uint32_t places(std::uint32_t edge) const;
    void adapt(std::uint32_t edge, bool failed, Time latency);
    // simulation_replicas.cpp
    void arrive(std::uint32_t attempt);
    void enqueue(std::uint32_t attempt);
    void unlink(std::uint32_t attempt);
    void add_to(Replica::List& list, std::uint32_t attempt);
    void remove_from(Replica::List& list, std::uint32_t attempt);
    [[nodiscard]] std::vector<Ref> inside(const Replica& replica) const;
    void collect_garbage(std::uint32_t replica);
    void start_next(std::uint32_t replica);
    void drop(std::uint32_t attempt, Outcome outcome);
    void start(std::uint32_t attempt);
    void serve(std::uint32_t attempt);
    [[nodiscard]] bool is_expired(const Attempt& attempt) const;
    void advance(std::uint32_t attempt);
    [[nodiscard]] bool is_taken(const Step& step, const Request& request, ComponentState& state) const;
    void call_all(std::uint32_t attempt, const std::vector<std::uint32_t>& edges, std::uint32_t needed);
    void send(std::uint32_t attempt, std::uint32_t edge, std::uint32_t pinned);
    void call_for(std::uint32_t attempt, std::uint32_t edge, std::uint32_t pinned);
    void begin_work(std::uint32_t attempt, double seconds);
    void share_update(std::uint32_t replica);
    void share_schedule(std::uint32_t replica);
    [[nodiscard]] double share_rate(const Replica& replica) const;
    void share_done(std::uint32_t replica);
    void leave(std::uint32_t attempt, Outcome outcome);
    // simulation_data.cpp: caches, copies, sagas, deliveries
    // True if the step is over at once.
    bool begin_cached(std::uint32_t attempt, const Step& step);
    void cached_ended(std::uint32_t attempt, const Step& step, Outcome outcome);
    void end_filling(std::uint32_t attempt, const Step& step, bool ok);
    CacheState& cache_of(std::uint32_t attempt);
    void saga_ended(std::uint32_t attempt, const Step& step, Outcome outcome);
    void continue_saga(std::uint32_t attempt);
    void keep(std::uint32_t component, const Request& request);
    void make_ready(std::uint32_t component, std::uint32_t partition);
    void dispatch(std::uint32_t component);
    void delivered(std::uint32_t message, Outcome outcome);
    void deliver_again(std::uint32_t message);
    // simulation_copies.cpp: quorums, leaders, versions
    bool begin_copies(std::uint32_t attempt);
    [[nodiscard]] std::uint32_t first_of_group(std::uint32_t replica) const;
    Leader* leader_of(std::uint32_t replica);  // null if its group has none by design
    void wait_for_leader(std::uint32_t component, std::uint32_t group);
    void elect(std::uint32_t component, std::uint32_t group);
    void take_over(std::uint32_t component, std::uint32_t group, std::uint32_t chosen);
    void check_leaders();
    void depose(std::uint32_t component, std::uint32_t group);
    [[nodiscard]] bool reaches_majority(std::uint32_t replica) const;
    [[nodiscard]] std::uint32_t leader_for(std::uint32_t component, std::uint32_t group, std::uint32_t caller) const;
    std::unordered_map<std::uint32_t, Written>& written_by(std::uint32_t replica);
    void note_version(std::uint32_t attempt, std::int64_t stamp);
    void issue(std::uint32_t attempt);
    void apply(std::uint32_t replica, std::uint32_t key, std::int64_t stamp);
    void read_copy(std::uint32_t attempt);
    void merge_reads(const Attempt& peer);
    void data_ended(std::uint32_t attempt);
    void repair(std::uint32_t component);
    void copy_all(std::uint32_t from, std::uint32_t to);
    // simulation_transactions.cpp: two-phase commit
    bool has_lock(std::uint32_t attempt);
    void grant_lock(Attempt& attempt);
    void end_lock_wait(Attempt& attempt);
    void release_lock(std::uint32_t component, std::uint32_t key);
    void begin_commit(std::uint32_t attempt, const Step& step);
    void commit_ended(std::uint32_t attempt, Outcome outcome);
    void decide(std::uint32_t transaction, std::uint32_t component, Decision decision);
    void tell(std::uint32_t participation);
    void tell_again(std::uint32_t participation);
    Outcome vote(std::uint32_t attempt, Outcome outcome);
    void told(std::uint32_t participation);
    void participant_gone(std::uint32_t participation);
    std::uint32_t take_participation();
    void end_participation(std::uint32_t participation);
    [[nodiscard]] bool is_live_participation(std::uint32_t index, std::uint32_t generation) const {
        return participations_[index].is_live && participations_[index].generation == generation;
    }
    // simulation_faults.cpp
    // A fault's number: of the scenario's, or, with this bit, of those that chaos drew.
    static constexpr std::uint32_t drawn_bit = 0x80000000;
    [[nodiscard]] const Fault& fault_of(std::uint32_t fault) const {
        return (fault & drawn_bit) == 0 ? scenario_.faults[fault] : drawn_[fault ^ drawn_bit].fault;
    }
    [[nodiscard]] bool is_struck(const Strike& strike, std::uint32_t replica) const;
    void begin_fault(std::uint32_t fault, std::uint32_t unit);
    void end_fault(std::uint32_t strike);
    void next_wave(std::uint32_t strike);
    void refresh(const Strike& strike);
    void refresh_replica(std::uint32_t replica);
    void refresh_edges();
    void partition(Strike& strike) const;
    [[nodiscard]] bool is_cut(std::uint32_t from, std::uint32_t to) const;
    void pause_replica(std::uint32_t replica, Time delay);
    void schedule_fault(std::uint32_t fault);
    void crash(std::uint32_t replica);
    void recover(std::uint32_t replica);
    // simulation_results.cpp
    void end_warmup();
    void take_samples();
    void end_bin();

    const Scenario& scenario_;
    RunLimits limits_;
    Queue queue_;
    std::vector<Attempt> attempts_;
    std::vector<std::uint32_t> free_attempts_;
    std::vector<Call> calls_;
    std::vector<std::uint32_t> free_calls_;
    std::vector<Replica> replicas_;
    std::vector<EdgeState> edges_;
    std::vector<ComponentState> components_;
    std::vector<WorkloadState> workloads_;
    std::vector<CacheState> caches_;
    std::vector<Message> messages_;
    std::vector<std::uint32_t> free_messages_;
    std::vector<Version> versions_;
    std::vector<std::uint32_t> free_versions_;
    std::vector<Transaction> transactions_;
    std::vector<std::uint32_t> free_transactions_;
    std::vector<Participation> participations_;
    std::vector<std::uint32_t> free_participations_;
    std::vector<Strike> strikes_;
    std::vector<DrawnFault> drawn_;
    std::uint32_t letting_go_ = no_index;  // the component that one who was held sends to now
    std::vector<base::RandomStream> fault_streams_;
    std::vector<Span> spans_;
    std::uint32_t traces_ = 0;
    std::uint64_t seed_;
    std::uint64_t events_ = 0;
    std::uint64_t work_ = 0;  // events and calls
    std::uint64_t events_at_once_ = 0;
    Time time_before_ = 0;
    std::size_t pending_max_ = 0;
    Time measured_from_ = 0;
    Time sample_every_ = 0;
    bool is_finished_ = false;
    bool is_paused_ = false;
    std::string stopped_early_;
};

}  // namespace dstudio::system
