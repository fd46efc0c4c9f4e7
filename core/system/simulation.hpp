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
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.hpp"
#include "core/sim/collectors.hpp"
#include "core/sim/event_queue.hpp"
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
    double queue = 0;            // mean number waiting
    double wait_seconds = 0;     // mean, of those that were started
    double sojourn_seconds = 0;  // mean, of those that left
    std::uint64_t left = 0;
    sim::Series queue_over_time{sim::second};  // samples
    sim::Series busy_over_time{sim::second};
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
};

struct Results {
    Time measured = 0;  // duration without warm-up
    std::uint64_t events = 0;
    std::uint64_t pending_max = 0;
    std::vector<WorkloadResult> workloads;
    std::vector<ComponentResult> components;
    std::vector<EdgeResult> edges;
    std::string stopped_early;  // why, if it was; else empty
};

struct RunLimits {
    std::uint64_t events_max = 2'000'000'000;
    std::size_t in_flight_max = 5'000'000;          // attempts at a time
    std::uint64_t events_at_once_max = 20'000'000;  // without time moving on
};

// The width of the bins of all series.
Time series_bin(const Scenario& scenario);

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
        std::uint32_t waiting = 0;
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

    // Counts everything anew and compares: for tests. Empty, or what does not agree.
    [[nodiscard]] std::string inconsistency() const;

  private:
    enum class EventKind : std::uint32_t {
        arrival,        // index: workload
        think,          // index: workload; data: user
        arrive,         // index: attempt, with its generation in data
        work_done,      // likewise
        wait_done,      // likewise
        share_done,     // index: replica
        respond,        // attempt
        timeout,        // attempt
        retry,          // call, with its generation
        hedge,          // call
        fault_begin,    // index: fault
        fault_end,      // index: fault
        breaker_probe,  // index: edge
        warm,           // the end of the warm-up
        sample,         // queue lengths for the pictures
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

    // A request at one replica, from when it is sent until its answer is back.
    enum class AttemptState : std::uint8_t { free, travelling, queued, running, waiting, answering, lost };
    struct Attempt {
        std::uint32_t generation = 0;
        AttemptState state = AttemptState::free;
        Outcome outcome = Outcome::ok;  // of the answer
        std::uint8_t priority = 0;
        bool is_ignored = false;  // the caller has given up
        bool is_hedge = false;
        bool has_arrived = false;
        std::uint32_t call = no_index;
        std::uint32_t call_generation = 0;
        std::uint32_t edge = 0;
        std::uint32_t replica = 0;
        std::uint32_t step = 0;
        std::uint32_t calls_open = 0;  // of the present step
        std::uint32_t answers_needed = 0;
        std::uint32_t next = no_index;  // in a queue
        std::uint32_t previous = no_index;
        Time deadline = sim::time_max;
        Time arrived = 0;
        double finish = 0;       // with processor sharing: in virtual time
        sim::EventHandle timer;  // the caller's timeout
        sim::EventHandle work;   // the present step's end
    };

    struct Call {
        std::uint32_t generation = 0;
        bool is_live = false;
        std::uint8_t priority = 0;
        std::uint32_t edge = 0;
        Ref parent;  // attempt; none for a workload's call, and for what is sent
        std::uint32_t parent_step = 0;
        std::uint32_t workload = no_index;
        std::uint32_t user = no_index;                          // closed workloads
        std::uint32_t attempts = 0;                             // made so far
        std::uint32_t open = 0;                                 // attempts in progress that count
        std::array<std::uint32_t, 2> live{no_index, no_index};  // attempts in progress
        bool retry_pending = false;
        Outcome last = Outcome::failed;
        Time begun = 0;
        Time deadline = sim::time_max;
        Time previous_delay = 0;  // decorrelated jitter
        sim::EventHandle hedge;
    };

    struct Replica {
        std::uint32_t component = 0;
        bool is_up = true;
        std::uint32_t running = 0;
        std::uint32_t waiting = 0;
        std::uint32_t outstanding = 0;  // sent and not answered, as balancers see it
        double slow = 1;
        double error_rate = 0;
        // Waiting attempts by priority; only list 0 unless the discipline is by priority.
        struct List {
            std::uint32_t first = no_index;
            std::uint32_t last = no_index;
        };
        std::array<List, 4> lists{};
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

    struct EdgeState {
        std::uint32_t in_progress = 0;
        std::uint32_t round_robin = 0;
        BreakerState breaker{};
        double tokens = 0;
        Time tokens_at = 0;
        double retry_tokens = 0;
        Time extra_delay = 0;
        double loss = 0;
        base::RandomStream network;
        base::RandomStream balance;
        base::RandomStream backoff;
        EdgeResult result{};
        EdgeTotals before{};  // the warm-up's end; ok and failed up to now
    };

    struct ComponentState {
        std::uint32_t first_replica = 0;
        std::uint32_t up = 0;  // replicas
        base::RandomStream work;
        base::RandomStream errors;
        sim::TimeAverage busy{};
        sim::TimeAverage cores_used{};  // processor sharing
        sim::TimeAverage waiting{};
        sim::TimeAverage in_system{};
        double wait_sum = 0;  // s
        std::uint64_t started = 0;
        double sojourn_sum = 0;  // s
        ComponentResult result{};
    };

    struct WorkloadState {
        base::RandomStream arrivals;
        base::RandomStream think;
        std::size_t rate_at = 0;
        WorkloadResult result{};
        sim::DurationSketch bin_latency{};
        WorkloadTotals before{};  // the warm-up's end; ok and failed up to now
    };

    void handle(const Event& event);
    void schedule_arrival(std::uint32_t workload);
    void begin_call(std::uint32_t edge, Ref parent, std::uint32_t workload, std::uint32_t user, std::uint8_t priority,
                    Time deadline);
    void make_attempt(std::uint32_t call, bool is_hedge);
    std::uint32_t choose_replica(std::uint32_t edge, std::uint32_t avoid);
    void arrive(std::uint32_t attempt);
    void enqueue(std::uint32_t attempt);
    void unlink(std::uint32_t attempt);
    void start_next(std::uint32_t replica);
    void start(std::uint32_t attempt);
    void advance(std::uint32_t attempt);
    void begin_work(std::uint32_t attempt, double seconds);
    void share_update(std::uint32_t replica);
    void share_schedule(std::uint32_t replica);
    [[nodiscard]] double share_rate(const Replica& replica) const;
    void share_done(std::uint32_t replica);
    void leave(std::uint32_t attempt, Outcome outcome);
    void answer(std::uint32_t attempt, Outcome outcome);
    void respond(std::uint32_t attempt);
    void time_out(std::uint32_t attempt);
    void attempt_failed(std::uint32_t call, Outcome outcome);
    void end_call(std::uint32_t call, Outcome outcome);
    void child_ended(const Call& call, Outcome outcome);
    void forget(std::uint32_t attempt);
    void apply_fault(std::uint32_t fault, bool begins);
    void crash(std::uint32_t replica);
    void end_warmup();
    void take_samples();
    void end_bin();
    bool breaker_allows(std::uint32_t edge);
    void breaker_result(std::uint32_t edge, bool failed);
    bool take_token(std::uint32_t edge);
    Time backoff_delay(std::uint32_t edge, Call& call);
    Time one_way(std::uint32_t edge);
    void record(const Call& call, Outcome outcome);
    std::uint32_t take_attempt();
    void free_attempt(std::uint32_t attempt);
    std::uint32_t take_call();
    void free_call(std::uint32_t call);
    [[nodiscard]] bool is_live(Ref attempt) const {
        return attempt.index != no_index && attempts_[attempt.index].generation == attempt.generation &&
               attempts_[attempt.index].state != AttemptState::free;
    }
    void stop(std::string reason);

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
    std::uint64_t events_ = 0;
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
