#include "core/system/simulation.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/assert.hpp"

namespace dstudio::system {
namespace {

constexpr double retry_tokens_max = 10;
constexpr std::size_t bins_max = 600;
constexpr Time bins_wanted = 300;

constexpr std::array<std::string_view, outcome_count> outcome_names{
    "ok", "timed_out", "failed", "rejected", "refused", "short_circuit", "limited", "bulkhead", "expired"};

bool is_worth_repeating(Outcome outcome) {
    return outcome == Outcome::timed_out || outcome == Outcome::failed || outcome == Outcome::rejected ||
           outcome == Outcome::refused || outcome == Outcome::expired;
}

}  // namespace

Time series_bin(const Scenario& scenario) {
    return std::max<Time>(1, (scenario.duration + bins_wanted - 1) / bins_wanted);
}

std::string_view outcome_name(Outcome outcome) {
    return outcome_names[static_cast<std::size_t>(outcome)];
}

Simulation::Simulation(const Scenario& scenario, std::uint64_t seed, const RunLimits& limits)
    : scenario_(scenario), limits_(limits) {
    const Time width = series_bin(scenario);
    sample_every_ = width;
    for (const Component& component : scenario.components) {
        ComponentState state{.first_replica = static_cast<std::uint32_t>(replicas_.size()),
                             .up = component.replicas,
                             .work = base::RandomStream(seed, "work/" + component.id),
                             .errors = base::RandomStream(seed, "errors/" + component.id)};
        state.result.queue_over_time = sim::Series(width, bins_max);
        state.result.busy_over_time = sim::Series(width, bins_max);
        const auto index = static_cast<std::uint32_t>(components_.size());
        components_.push_back(std::move(state));
        for (std::uint32_t i = 0; i < component.replicas; ++i) {
            replicas_.push_back({.component = index});
            replicas_.back().error_rate = component.error_rate;
        }
    }
    for (const Edge& edge : scenario.edges) {
        EdgeState state{.network = base::RandomStream(seed, "network/" + edge.name),
                        .balance = base::RandomStream(seed, "balance/" + edge.name),
                        .backoff = base::RandomStream(seed, "backoff/" + edge.name)};
        if (edge.breaker)
            state.breaker.window.assign(edge.breaker->window, 0);
        if (edge.limiter)
            state.tokens = edge.limiter->burst;
        state.retry_tokens = retry_tokens_max;
        edges_.push_back(std::move(state));
    }
    for (std::size_t i = 0; i < scenario.workloads.size(); ++i) {
        const Workload& workload = scenario.workloads[i];
        WorkloadState state{.arrivals = base::RandomStream(seed, "arrivals/" + workload.id),
                            .think = base::RandomStream(seed, "think/" + workload.id)};
        state.result.ok_over_time = sim::Series(width, bins_max);
        state.result.failed_over_time = sim::Series(width, bins_max);
        state.result.latency_over_time = sim::Series(width, bins_max);
        workloads_.push_back(std::move(state));
    }
    const auto index = [](std::size_t i) { return static_cast<std::uint32_t>(i); };
    queue_.schedule(scenario.duration, {EventKind::end, 0, 0});
    if (scenario.warmup > 0)
        queue_.schedule(scenario.warmup, {EventKind::warm, 0, 0});
    queue_.schedule(sample_every_, {EventKind::sample, 0, 0});
    for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
        if (scenario.faults[i].at < scenario.duration)
            queue_.schedule(scenario.faults[i].at, {EventKind::fault_begin, index(i), 0});
        if (scenario.faults[i].until < scenario.duration)
            queue_.schedule(scenario.faults[i].until, {EventKind::fault_end, index(i), 0});
    }
    for (std::size_t i = 0; i < workloads_.size(); ++i) {
        const Workload& workload = scenario.workloads[i];
        if (workload.kind == WorkloadKind::open)
            schedule_arrival(index(i));
        else
            for (std::uint32_t user = 0; user < workload.users; ++user)
                queue_.schedule(sim::from_seconds(workload.think.sample(workloads_[i].think)),
                                {EventKind::think, index(i), user});
    }
}

bool Simulation::run_until(Time until) {
    if (is_finished_)
        return false;
    is_paused_ = false;
    if (until < scenario_.duration)
        queue_.schedule(std::max(until, queue_.now()), {EventKind::pause, 0, 0});
    while (!is_finished_ && !is_paused_) {
        const auto event = queue_.pop();
        DS_ASSERT(event.has_value());  // the end is pending
        ++events_;
        handle(*event);
        if (events_ >= limits_.events_max)
            stop("it took as many events as are allowed");
        events_at_once_ = queue_.now() == time_before_ ? events_at_once_ + 1 : 0;
        time_before_ = queue_.now();
        if (events_at_once_ >= limits_.events_at_once_max)
            stop("time does not move on: something repeats without taking any time");
    }
    return !is_finished_;
}

void Simulation::stop(std::string reason) {
    if (is_finished_)
        return;
    is_finished_ = true;
    stopped_early_ = std::move(reason);
}

void Simulation::handle(const Event& event) {
    const auto generation = static_cast<std::uint32_t>(event.data);
    const auto is_same_attempt = [&] { return is_live({event.index, generation}); };
    switch (event.kind) {
        case EventKind::arrival: {
            const Workload& workload = scenario_.workloads[event.index];
            schedule_arrival(event.index);
            begin_call(workload.edge, {}, event.index, no_index, workload.priority, sim::time_max);
            return;
        }
        case EventKind::think: {
            const Workload& workload = scenario_.workloads[event.index];
            begin_call(workload.edge, {}, event.index, static_cast<std::uint32_t>(event.data), workload.priority,
                       sim::time_max);
            return;
        }
        case EventKind::arrive:
            return arrive(event.index);
        case EventKind::work_done:
        case EventKind::wait_done:
            if (!is_same_attempt())
                return;
            ++attempts_[event.index].step;
            return advance(event.index);
        case EventKind::share_done:
            return share_done(event.index);
        case EventKind::respond:
            return respond(event.index);
        case EventKind::timeout:
            if (is_same_attempt())
                time_out(event.index);
            return;
        case EventKind::retry: {
            Call& call = calls_[event.index];
            if (!call.is_live || call.generation != generation)
                return;
            call.retry_pending = false;
            if (!breaker_allows(call.edge))
                return end_call(event.index, Outcome::short_circuit);
            ++edges_[call.edge].result.retries;
            return make_attempt(event.index, false);
        }
        case EventKind::hedge: {
            const Call& call = calls_[event.index];
            if (!call.is_live || call.generation != generation || call.open != 1 || call.attempts != 1)
                return;
            ++edges_[call.edge].result.hedges;
            return make_attempt(event.index, true);
        }
        case EventKind::fault_begin:
            return apply_fault(event.index, true);
        case EventKind::fault_end:
            return apply_fault(event.index, false);
        case EventKind::breaker_probe: {
            BreakerState& breaker = edges_[event.index].breaker;
            breaker.mode = BreakerMode::half_open;
            breaker.probes_out = breaker.probes_ok = 0;
            return;
        }
        case EventKind::warm:
            return end_warmup();
        case EventKind::sample:
            return take_samples();
        case EventKind::pause:
            is_paused_ = true;
            --events_;  // so that a run in pieces counts as one in one go does
            return;
        case EventKind::end:
            end_bin();
            is_finished_ = true;
            return;
    }
}

// ----------------------------------------------------------------------------------------------------------- workloads

// The next arrival is where the integral of the rate has grown by a standard exponential (by 1, if deterministic):
// Lewis and Shedler, Naval Research Logistics Quarterly 26(3), 1979, section 2; here the integral is inverted exactly.
void Simulation::schedule_arrival(std::uint32_t index) {
    const Workload& workload = scenario_.workloads[index];
    WorkloadState& state = workloads_[index];
    double wanted = workload.arrivals == Arrivals::poisson ? base::sample_exponential(state.arrivals) : 1;
    double at = sim::to_seconds(queue_.now());
    const auto& rates = workload.rates;
    for (;;) {
        while (state.rate_at + 1 < rates.size() && at >= sim::to_seconds(rates[state.rate_at + 1].at))
            ++state.rate_at;
        const RatePoint& from = rates[state.rate_at];
        const bool is_last = state.rate_at + 1 == rates.size();
        const double end = is_last ? 0 : sim::to_seconds(rates[state.rate_at + 1].at);
        const double start = sim::to_seconds(from.at);
        const double slope = !is_last && rates[state.rate_at + 1].is_ramp
                                 ? (rates[state.rate_at + 1].rate - from.rate) / (end - start)
                                 : 0;
        const double rate = from.rate + slope * (at - start);
        const double area = is_last ? (rate > 0 ? wanted : 0) : (rate + slope * (end - at) / 2) * (end - at);
        if (wanted <= area && area > 0) {
            // rate * x + slope * x^2 / 2 = wanted, in the form that does not cancel.
            const double x = slope == 0
                                 ? wanted / rate
                                 : 2 * wanted / (rate + std::sqrt(std::max(0.0, rate * rate + 2 * slope * wanted)));
            const Time due = std::max(queue_.now(), sim::from_seconds(at + x));
            if (due < scenario_.duration)
                queue_.schedule(due, {EventKind::arrival, index, 0});
            return;
        }
        if (is_last)
            return;  // the rate stays at 0
        wanted -= area;
        at = end;
        ++state.rate_at;
    }
}

// --------------------------------------------------------------------------------------------------------------- calls

void Simulation::begin_call(std::uint32_t edge_index, Ref parent, std::uint32_t workload, std::uint32_t user,
                            std::uint8_t priority, Time deadline) {
    const Edge& edge = scenario_.edges[edge_index];
    EdgeState& state = edges_[edge_index];
    const std::uint32_t index = take_call();
    Call& call = calls_[index];
    call.priority = priority;
    call.edge = edge_index;
    call.parent = parent;
    call.parent_step = parent.index == no_index ? 0 : attempts_[parent.index].step;
    call.workload = workload;
    call.user = user;
    call.begun = queue_.now();
    call.deadline = deadline;
    if (workload != no_index)
        ++workloads_[workload].result.started;
    ++state.result.calls;
    ++state.in_progress;
    if (state.in_progress > edge.concurrency)
        return end_call(index, Outcome::bulkhead);
    if (edge.limiter && !take_token(edge_index))
        return end_call(index, Outcome::limited);
    if (!breaker_allows(edge_index))
        return end_call(index, Outcome::short_circuit);
    if (edge.retry.budget > 0)
        state.retry_tokens = std::min(retry_tokens_max, state.retry_tokens + edge.retry.budget);
    if (edge.hedge_after > 0)
        call.hedge = queue_.schedule(queue_.now() + edge.hedge_after, {EventKind::hedge, index, call.generation});
    make_attempt(index, false);
}

void Simulation::make_attempt(std::uint32_t call_index, bool is_hedge) {
    const std::uint32_t edge_index = calls_[call_index].edge;
    const Edge& edge = scenario_.edges[edge_index];
    EdgeState& state = edges_[edge_index];
    Call& call = calls_[call_index];
    ++call.attempts;
    ++call.open;
    state.result.sent += call.attempts == 1 ? 1 : 0;
    ++state.result.attempts;
    const std::uint32_t avoid = call.live[0] == no_index ? no_index : attempts_[call.live[0]].replica;
    const std::uint32_t replica = choose_replica(edge_index, avoid);
    if (replica == no_index) {
        if (!is_hedge)
            return attempt_failed(call_index, Outcome::refused);
        --call.open;
        return;
    }
    const std::uint32_t index = take_attempt();
    if (index == no_index)
        return;  // the run has been stopped
    Attempt& attempt = attempts_[index];
    attempt.state = AttemptState::travelling;
    attempt.priority = call.priority;
    attempt.is_hedge = is_hedge;
    attempt.call = call_index;
    attempt.call_generation = call.generation;
    attempt.edge = edge_index;
    attempt.replica = replica;
    attempt.deadline = call.deadline;
    call.live[call.live[0] == no_index ? 0 : 1] = index;
    ++replicas_[replica].outstanding;
    if (edge.timeout > 0) {
        attempt.deadline = std::min(attempt.deadline, queue_.now() + edge.timeout);
        attempt.timer = queue_.schedule(queue_.now() + edge.timeout, {EventKind::timeout, index, attempt.generation});
    }
    const Time travel = one_way(edge_index);
    if (state.loss > 0 && state.network.uniform() < state.loss) {
        attempt.state = AttemptState::lost;
        return;
    }
    queue_.schedule(queue_.now() + travel, {EventKind::arrive, index, attempt.generation});
}

Time Simulation::one_way(std::uint32_t edge) {
    EdgeState& state = edges_[edge];
    return sim::from_seconds(scenario_.network.sample(state.network)) + state.extra_delay;
}

void Simulation::respond(std::uint32_t index) {
    const Attempt attempt = attempts_[index];
    if (!attempt.is_ignored)
        forget(index);
    free_attempt(index);
    if (attempt.is_ignored)
        return;
    const std::uint32_t call = attempt.call;
    if (attempt.outcome != Outcome::ok)
        return attempt_failed(call, attempt.outcome);
    breaker_result(attempt.edge, false);
    --calls_[call].open;
    end_call(call, Outcome::ok);
}

void Simulation::time_out(std::uint32_t index) {
    ++edges_[attempts_[index].edge].result.timeouts;
    const std::uint32_t call = attempts_[index].call;
    const bool is_lost = attempts_[index].state == AttemptState::lost;
    forget(index);
    if (is_lost)
        free_attempt(index);
    attempt_failed(call, Outcome::timed_out);
}

// The caller no longer waits for it.
void Simulation::forget(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    DS_ASSERT(!attempt.is_ignored);
    attempt.is_ignored = true;
    queue_.cancel(attempt.timer);
    --replicas_[attempt.replica].outstanding;
    Call& call = calls_[attempt.call];
    if (call.live[0] == index)
        call.live[0] = call.live[1];
    call.live[1] = no_index;
}

void Simulation::attempt_failed(std::uint32_t index, Outcome outcome) {
    Call& call = calls_[index];
    const Edge& edge = scenario_.edges[call.edge];
    EdgeState& state = edges_[call.edge];
    breaker_result(call.edge, true);
    --call.open;
    call.last = outcome;
    if (call.open > 0 || call.retry_pending)
        return;
    bool again = call.attempts < edge.retry.attempts && is_worth_repeating(outcome);
    // Whoever honours deadlines does not repeat for a caller that has none left.
    if (again && call.parent.index != no_index) {
        const bool parent_waits = is_live(call.parent) && attempts_[call.parent.index].state == AttemptState::waiting;
        again = parent_waits;
        if (parent_waits && queue_.now() > call.deadline) {
            const std::uint32_t caller = replicas_[attempts_[call.parent.index].replica].component;
            again = !scenario_.components[caller].drops_expired;
        }
    }
    if (again && edge.retry.budget > 0) {
        if (state.retry_tokens < 1) {
            ++state.result.retries_denied;
            again = false;
        } else {
            state.retry_tokens -= 1;
        }
    }
    if (!again)
        return end_call(index, outcome);
    call.retry_pending = true;
    queue_.schedule(queue_.now() + backoff_delay(call.edge, call), {EventKind::retry, index, call.generation});
}

void Simulation::end_call(std::uint32_t index, Outcome outcome) {
    while (calls_[index].live[0] != no_index) {
        const std::uint32_t attempt = calls_[index].live[0];
        const bool is_lost = attempts_[attempt].state == AttemptState::lost;
        forget(attempt);
        if (is_lost)
            free_attempt(attempt);
    }
    const Call call = calls_[index];
    queue_.cancel(call.hedge);
    EdgeState& state = edges_[call.edge];
    --state.in_progress;
    record(call, outcome);
    free_call(index);
    if (call.parent.index != no_index)
        return child_ended(call, outcome);
    if (call.user != no_index) {
        WorkloadState& workload = workloads_[call.workload];
        const double seconds = scenario_.workloads[call.workload].think.sample(workload.think);
        queue_.schedule(queue_.now() + sim::from_seconds(seconds), {EventKind::think, call.workload, call.user});
    }
}

void Simulation::record(const Call& call, Outcome outcome) {
    const auto number = static_cast<std::size_t>(outcome);
    WorkloadResult* workload = call.workload == no_index ? nullptr : &workloads_[call.workload].result;
    const Time latency = queue_.now() - call.begun;
    if (workload != nullptr && outcome == Outcome::ok) {
        workload->ok_over_time.add(queue_.now(), 1);
        workload->latency_over_time.add(queue_.now(), sim::to_seconds(latency));
        workloads_[call.workload].bin_latency.add(latency);
        ++workloads_[call.workload].before.ok;
    } else if (workload != nullptr) {
        workload->failed_over_time.add(queue_.now(), 1);
        ++workloads_[call.workload].before.failed;
    }
    ++(outcome == Outcome::ok ? edges_[call.edge].before.ok : edges_[call.edge].before.failed);
    if (call.begun < measured_from_)
        return;
    ++edges_[call.edge].result.ended[number];
    if (workload == nullptr)
        return;
    WorkloadResult& result = *workload;
    ++result.ended[number];
    result.latency_all.add(latency);
    if (result.latencies_ns.size() < WorkloadResult::kept_max)
        result.latencies_ns.push_back(static_cast<double>(latency));
    if (outcome == Outcome::ok)
        result.latency.add(latency);
}

void Simulation::child_ended(const Call& call, Outcome outcome) {
    if (!is_live(call.parent))
        return;
    Attempt& parent = attempts_[call.parent.index];
    // What comes after the step has enough answers, or has failed, comes too late.
    if (parent.state != AttemptState::waiting || parent.step != call.parent_step)
        return;
    --parent.calls_open;
    if (outcome == Outcome::ok || scenario_.edges[call.edge].is_optional)
        --parent.answers_needed;
    if (parent.answers_needed == 0) {
        ++parent.step;
        return advance(call.parent.index);
    }
    if (parent.answers_needed > parent.calls_open)
        leave(call.parent.index, Outcome::failed);
}

// --------------------------------------------------------------------------------------------------------------- pools

std::uint32_t Simulation::take_attempt() {
    std::uint32_t index = 0;
    if (!free_attempts_.empty()) {
        index = free_attempts_.back();
        free_attempts_.pop_back();
    } else if (attempts_.size() >= limits_.in_flight_max) {
        stop("more requests are in flight at once than fit: something grows without bound");
        return no_index;
    } else {
        index = static_cast<std::uint32_t>(attempts_.size());
        attempts_.emplace_back();
    }
    const std::uint32_t generation = attempts_[index].generation;
    attempts_[index] = {};
    attempts_[index].generation = generation;
    return index;
}

void Simulation::free_attempt(std::uint32_t index) {
    attempts_[index].state = AttemptState::free;
    ++attempts_[index].generation;
    free_attempts_.push_back(index);
}

std::uint32_t Simulation::take_call() {
    std::uint32_t index = 0;
    if (!free_calls_.empty()) {
        index = free_calls_.back();
        free_calls_.pop_back();
    } else {
        index = static_cast<std::uint32_t>(calls_.size());
        calls_.emplace_back();
    }
    const std::uint32_t generation = calls_[index].generation;
    calls_[index] = {};
    calls_[index].generation = generation;
    calls_[index].is_live = true;
    return index;
}

void Simulation::free_call(std::uint32_t index) {
    calls_[index].is_live = false;
    ++calls_[index].generation;
    free_calls_.push_back(index);
}

}  // namespace dstudio::system
