#include "core/system/simulation.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/assert.hpp"

namespace dstudio::system {
namespace {

constexpr std::size_t priorities = 4;
constexpr double retry_tokens_max = 10;
constexpr std::size_t bins_max = 600;
constexpr Time bins_wanted = 300;
constexpr std::uint32_t tries_of_two = 2;

constexpr std::array<std::string_view, outcome_count> outcome_names{
    "ok", "timed_out", "failed", "rejected", "refused", "short_circuit", "limited", "bulkhead", "expired"};

bool is_worth_repeating(Outcome outcome) {
    return outcome == Outcome::timed_out || outcome == Outcome::failed || outcome == Outcome::rejected ||
           outcome == Outcome::refused || outcome == Outcome::expired;
}

Time bin_width(const Scenario& scenario) {
    return std::max<Time>(1, (scenario.duration + bins_wanted - 1) / bins_wanted);
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
    return outcome_names[static_cast<std::size_t>(outcome)];
}

Simulation::Simulation(const Scenario& scenario, std::uint64_t seed, const RunLimits& limits)
    : scenario_(scenario), limits_(limits) {
    const Time width = bin_width(scenario);
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
            return begin_fault(event.index);
        case EventKind::fault_end:
            return end_fault(event.index);
        case EventKind::breaker_probe: {
            BreakerState& breaker = edges_[event.index].breaker;
            breaker.mode = BreakerState::Mode::half_open;
            breaker.probes_out = breaker.probes_ok = 0;
            return;
        }
        case EventKind::warm:
            return end_warmup();
        case EventKind::sample:
            return take_samples();
        case EventKind::pause:
            is_paused_ = true;
            return;
        case EventKind::end:
            is_finished_ = true;
            return;
    }
}

// ------------------------------------------------------------------------------------------------------ workloads

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

// ---------------------------------------------------------------------------------------------------------- calls

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

std::uint32_t Simulation::choose_replica(std::uint32_t edge_index, std::uint32_t avoid) {
    const Component& component = scenario_.components[scenario_.edges[edge_index].target];
    const std::uint32_t first = components_[scenario_.edges[edge_index].target].first_replica;
    EdgeState& state = edges_[edge_index];
    const std::uint32_t count = component.replicas;
    const auto is_usable = [&](std::uint32_t r) { return replicas_[r].is_up && (r != avoid || count == 1); };
    if (count == 1)
        return replicas_[first].is_up ? first : no_index;
    switch (component.balancing) {
        case Balancing::round_robin:
            for (std::uint32_t tried = 0; tried < count; ++tried) {
                const std::uint32_t r = first + state.round_robin++ % count;
                if (is_usable(r))
                    return r;
            }
            return no_index;
        case Balancing::least_requests: {
            // Among equals at random: else the first would get every request of an idle system.
            std::uint32_t best = no_index;
            std::uint32_t equals = 0;
            for (std::uint32_t r = first; r < first + count; ++r) {
                if (!is_usable(r))
                    continue;
                if (best == no_index || replicas_[r].outstanding < replicas_[best].outstanding) {
                    best = r;
                    equals = 1;
                } else if (replicas_[r].outstanding == replicas_[best].outstanding &&
                           state.balance.below(++equals) == 0) {
                    best = r;
                }
            }
            return best;
        }
        case Balancing::random:
        case Balancing::power_of_two:
            break;
    }
    // Counted, not looked through: there may be thousands.
    const std::uint32_t up = components_[scenario_.edges[edge_index].target].up;
    const std::uint32_t usable = up - (avoid != no_index && replicas_[avoid].is_up ? 1U : 0U);
    if (usable == 0)
        return no_index;
    const auto nth = [&](std::uint32_t n) {
        if (usable == count)
            return first + n;
        for (std::uint32_t r = first;; ++r)
            if (is_usable(r) && n-- == 0)
                return r;
    };
    const auto one = static_cast<std::uint32_t>(state.balance.below(usable));
    if (component.balancing == Balancing::random || usable < tries_of_two)
        return nth(one);
    // Two different ones (Mitzenmacher, IEEE Transactions on Parallel and Distributed Systems 12(10), 2001).
    auto other = static_cast<std::uint32_t>(state.balance.below(usable - 1));
    other += other >= one ? 1 : 0;
    const std::uint32_t a = nth(one);
    const std::uint32_t b = nth(other);
    return replicas_[b].outstanding < replicas_[a].outstanding ? b : a;
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

Time Simulation::backoff_delay(std::uint32_t edge_index, Call& call) {
    const Retry& retry = scenario_.edges[edge_index].retry;
    base::RandomStream& random = edges_[edge_index].backoff;
    double delay = static_cast<double>(retry.base);
    if (retry.backoff == Backoff::exponential)
        for (std::uint32_t i = 1; i < call.attempts && delay < static_cast<double>(retry.cap); ++i)
            delay *= 2;
    delay = std::min(delay, static_cast<double>(retry.cap));
    switch (retry.jitter) {
        case Jitter::none:
            break;
        case Jitter::full:
            delay *= random.uniform();
            break;
        case Jitter::equal:
            delay *= 0.5 + 0.5 * random.uniform();
            break;
        case Jitter::decorrelated: {
            const double base = static_cast<double>(retry.base);
            const double previous = std::max(base, static_cast<double>(call.previous_delay));
            delay = std::min(static_cast<double>(retry.cap), base + (3 * previous - base) * random.uniform());
            break;
        }
    }
    call.previous_delay = static_cast<Time>(delay);
    return call.previous_delay;
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
    } else if (workload != nullptr) {
        workload->failed_over_time.add(queue_.now(), 1);
    }
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

// ------------------------------------------------------------------------------------------------------- policies

bool Simulation::take_token(std::uint32_t index) {
    EdgeState& state = edges_[index];
    const Limiter& limiter = *scenario_.edges[index].limiter;
    const double elapsed = sim::to_seconds(queue_.now() - state.tokens_at);
    state.tokens = std::min(limiter.burst, state.tokens + elapsed * limiter.rate);
    state.tokens_at = queue_.now();
    // Sums of tenths never reach the whole exactly.
    constexpr double slack = 1e-9;
    if (state.tokens < 1 - slack)
        return false;
    state.tokens -= 1;
    return true;
}

bool Simulation::breaker_allows(std::uint32_t index) {
    const auto& breaker = scenario_.edges[index].breaker;
    if (!breaker)
        return true;
    BreakerState& state = edges_[index].breaker;
    switch (state.mode) {
        case BreakerState::Mode::closed:
            return true;
        case BreakerState::Mode::open:
            return false;
        case BreakerState::Mode::half_open:
            if (state.probes_out >= breaker->probes)
                return false;
            ++state.probes_out;
            return true;
    }
    return true;
}

void Simulation::breaker_result(std::uint32_t index, bool failed) {
    const auto& breaker = scenario_.edges[index].breaker;
    if (!breaker)
        return;
    BreakerState& state = edges_[index].breaker;
    const auto open = [&] {
        state.mode = BreakerState::Mode::open;
        ++edges_[index].result.breaker_opened;
        queue_.schedule(queue_.now() + breaker->open_for, {EventKind::breaker_probe, index, 0});
    };
    if (state.mode == BreakerState::Mode::open)
        return;  // an answer to what was sent before
    if (state.mode == BreakerState::Mode::half_open) {
        if (failed)
            return open();
        if (++state.probes_ok < breaker->probes)
            return;
        state.mode = BreakerState::Mode::closed;
        std::fill(state.window.begin(), state.window.end(), std::uint8_t{0});
        state.seen = state.failures = 0;
        return;
    }
    std::uint8_t& place = state.window[state.at];
    state.failures += failed ? 1 : 0;
    state.failures -= place;
    place = failed ? 1 : 0;
    state.at = (state.at + 1) % state.window.size();
    state.seen = std::min<std::uint32_t>(state.seen + 1, breaker->window);
    if (state.failures >= breaker->failures)
        open();
}

// ------------------------------------------------------------------------------------------------------- replicas

void Simulation::arrive(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    Replica& replica = replicas_[attempt.replica];
    const Component& component = scenario_.components[replica.component];
    ComponentState& state = components_[replica.component];
    ++state.result.arrived;
    if (!replica.is_up)
        return answer(index, Outcome::refused);
    const bool has_server = replica.running < component.threads && replica.waiting == 0;
    if (!has_server && replica.waiting >= component.queue) {
        ++state.result.rejected;
        return answer(index, Outcome::rejected);
    }
    attempt.arrived = queue_.now();
    attempt.has_arrived = true;
    state.in_system.add(queue_.now(), 1);
    if (has_server)
        return start(index);
    enqueue(index);
}

void Simulation::enqueue(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    Replica& replica = replicas_[attempt.replica];
    const bool by_priority = scenario_.components[replica.component].discipline == Discipline::priority;
    auto& list = replica.lists[by_priority ? std::min<std::size_t>(attempt.priority, priorities - 1) : 0];
    attempt.state = AttemptState::queued;
    attempt.next = no_index;
    attempt.previous = list.last;
    (list.last == no_index ? list.first : attempts_[list.last].next) = index;
    list.last = index;
    ++replica.waiting;
    components_[replica.component].waiting.add(queue_.now(), 1);
}

void Simulation::unlink(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    Replica& replica = replicas_[attempt.replica];
    const bool by_priority = scenario_.components[replica.component].discipline == Discipline::priority;
    auto& list = replica.lists[by_priority ? std::min<std::size_t>(attempt.priority, priorities - 1) : 0];
    (attempt.previous == no_index ? list.first : attempts_[attempt.previous].next) = attempt.next;
    (attempt.next == no_index ? list.last : attempts_[attempt.next].previous) = attempt.previous;
    --replica.waiting;
    components_[replica.component].waiting.add(queue_.now(), -1);
}

void Simulation::start_next(std::uint32_t replica_index) {
    const std::uint32_t component_index = replicas_[replica_index].component;
    const Component& component = scenario_.components[component_index];
    while (replicas_[replica_index].running < component.threads && replicas_[replica_index].waiting > 0) {
        std::uint32_t next = no_index;
        for (const auto& list : replicas_[replica_index].lists)
            if (next == no_index)
                next = component.discipline == Discipline::lifo ? list.last : list.first;
        DS_ASSERT(next != no_index);
        unlink(next);
        if (component.drops_expired && queue_.now() > attempts_[next].deadline) {
            ComponentState& state = components_[component_index];
            state.in_system.add(queue_.now(), -1);
            ++state.result.left;
            state.sojourn_sum += sim::to_seconds(queue_.now() - attempts_[next].arrived);
            answer(next, Outcome::expired);
            continue;
        }
        start(next);
    }
}

void Simulation::start(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    Replica& replica = replicas_[attempt.replica];
    ComponentState& state = components_[replica.component];
    ++replica.running;
    state.busy.add(queue_.now(), 1);
    ++state.started;
    state.wait_sum += sim::to_seconds(queue_.now() - attempt.arrived);
    attempt.state = AttemptState::running;
    attempt.step = 0;
    advance(index);
}

void Simulation::advance(std::uint32_t index) {
    const std::uint32_t component_index = replicas_[attempts_[index].replica].component;
    const Component& component = scenario_.components[component_index];
    ComponentState& state = components_[component_index];
    while (attempts_[index].step < component.steps.size()) {
        const Step& step = component.steps[attempts_[index].step];
        if (step.probability < 1 && state.work.uniform() >= step.probability) {
            ++attempts_[index].step;
            continue;
        }
        switch (step.kind) {
            case StepKind::work:
                attempts_[index].state = AttemptState::running;
                return begin_work(index, step.duration.sample(state.work));
            case StepKind::wait: {
                Attempt& attempt = attempts_[index];
                attempt.state = AttemptState::waiting;
                attempt.work = queue_.schedule(queue_.now() + sim::from_seconds(step.duration.sample(state.work)),
                                               {EventKind::wait_done, index, attempt.generation});
                return;
            }
            case StepKind::send:
                for (const std::uint32_t edge : step.edges)
                    begin_call(edge, {}, no_index, no_index, attempts_[index].priority, sim::time_max);
                ++attempts_[index].step;
                continue;
            case StepKind::call: {
                Attempt& attempt = attempts_[index];
                attempt.state = AttemptState::waiting;
                attempt.calls_open = static_cast<std::uint32_t>(step.edges.size());
                attempt.answers_needed = step.needed;
                const Ref self{index, attempt.generation};
                const std::uint32_t at = attempt.step;
                const std::uint8_t priority = attempt.priority;
                const Time deadline = attempt.deadline;
                for (const std::uint32_t edge : step.edges) {
                    // A call that ends at once may end the step, or the whole request.
                    if (!is_live(self) || attempts_[index].state != AttemptState::waiting ||
                        attempts_[index].step != at)
                        break;
                    begin_call(edge, self, no_index, no_index, priority, deadline);
                }
                return;
            }
        }
    }
    const Replica& replica = replicas_[attempts_[index].replica];
    const bool fails = replica.error_rate > 0 && state.errors.uniform() < replica.error_rate;
    leave(index, fails ? Outcome::failed : Outcome::ok);
}

void Simulation::begin_work(std::uint32_t index, double seconds) {
    Attempt& attempt = attempts_[index];
    Replica& replica = replicas_[attempt.replica];
    if (scenario_.components[replica.component].sharing == Sharing::servers) {
        attempt.work = queue_.schedule(queue_.now() + sim::from_seconds(seconds * replica.slow),
                                       {EventKind::work_done, index, attempt.generation});
        return;
    }
    share_update(attempt.replica);
    attempt.finish = replica.virtual_time + std::max(0.0, seconds);
    replica.sharing.push_back(index);
    std::push_heap(replica.sharing.begin(), replica.sharing.end(), SharingOrder{attempts_});
    share_schedule(attempt.replica);
}

// Virtual time advances as the work of each request in progress does (Kleinrock, Queueing Systems, vol. 2,
// section 4.4).
void Simulation::share_update(std::uint32_t index) {
    Replica& replica = replicas_[index];
    const double elapsed = sim::to_seconds(queue_.now() - replica.virtual_at);
    replica.virtual_at = queue_.now();
    replica.virtual_time += elapsed * share_rate(replica);
}

double Simulation::share_rate(const Replica& replica) const {
    if (replica.sharing.empty())
        return 0;
    const double cores = scenario_.components[replica.component].cores;
    return std::min(1.0, cores / static_cast<double>(replica.sharing.size())) / replica.slow;
}

void Simulation::share_schedule(std::uint32_t index) {
    Replica& replica = replicas_[index];
    queue_.cancel(replica.next_done);
    const std::uint32_t cores = scenario_.components[replica.component].cores;
    const auto used = static_cast<std::uint32_t>(std::min<std::size_t>(cores, replica.sharing.size()));
    components_[replica.component].cores_used.add(queue_.now(),
                                                  static_cast<double>(used) - static_cast<double>(replica.cores_used));
    replica.cores_used = used;
    if (replica.sharing.empty()) {
        replica.virtual_time = 0;  // so that it never grows beyond what doubles resolve
        return;
    }
    const double left = attempts_[replica.sharing.front()].finish - replica.virtual_time;
    replica.next_done = queue_.schedule(queue_.now() + sim::from_seconds(left / share_rate(replica)),
                                        {EventKind::share_done, index, 0});
}

void Simulation::share_done(std::uint32_t index) {
    share_update(index);
    Replica& replica = replicas_[index];
    std::pop_heap(replica.sharing.begin(), replica.sharing.end(), SharingOrder{attempts_});
    const std::uint32_t done = replica.sharing.back();
    replica.sharing.pop_back();
    share_schedule(index);
    ++attempts_[done].step;
    advance(done);
}

// Served to the end, or as far as it got.
void Simulation::leave(std::uint32_t index, Outcome outcome) {
    Attempt& attempt = attempts_[index];
    const std::uint32_t replica_index = attempt.replica;
    Replica& replica = replicas_[replica_index];
    ComponentState& state = components_[replica.component];
    --replica.running;
    state.busy.add(queue_.now(), -1);
    state.in_system.add(queue_.now(), -1);
    ++state.result.left;
    ++state.result.served;
    state.result.wasted += attempt.is_ignored ? 1 : 0;
    state.sojourn_sum += sim::to_seconds(queue_.now() - attempt.arrived);
    answer(index, outcome);
    start_next(replica_index);
}

void Simulation::answer(std::uint32_t index, Outcome outcome) {
    Attempt& attempt = attempts_[index];
    if (attempt.is_ignored)
        return free_attempt(index);
    attempt.state = AttemptState::answering;
    attempt.outcome = outcome;
    const Time travel = one_way(attempt.edge);
    EdgeState& state = edges_[attempt.edge];
    if (state.loss > 0 && state.network.uniform() < state.loss) {
        attempt.state = AttemptState::lost;
        return;
    }
    queue_.schedule(queue_.now() + travel, {EventKind::respond, index, attempt.generation});
}

// --------------------------------------------------------------------------------------------------------- faults

void Simulation::begin_fault(std::uint32_t index) {
    const Fault& fault = scenario_.faults[index];
    if (fault.kind == FaultKind::latency || fault.kind == FaultKind::loss) {
        for (std::size_t e = 0; e < edges_.size(); ++e) {
            if (fault.edge != e && fault.component != scenario_.edges[e].target)
                continue;
            if (fault.kind == FaultKind::latency)
                edges_[e].extra_delay += fault.delay;
            else
                edges_[e].loss = fault.factor;
        }
        return;
    }
    const std::uint32_t first = components_[fault.component].first_replica;
    const std::uint32_t count = std::min(fault.replicas, scenario_.components[fault.component].replicas);
    for (std::uint32_t r = first; r < first + count; ++r) {
        if (fault.kind == FaultKind::crash) {
            crash(r);
        } else if (fault.kind == FaultKind::slow) {
            share_update(r);
            replicas_[r].slow = fault.factor;
            share_schedule(r);
        } else {
            replicas_[r].error_rate = fault.factor;
        }
    }
}

void Simulation::end_fault(std::uint32_t index) {
    const Fault& fault = scenario_.faults[index];
    if (fault.kind == FaultKind::latency || fault.kind == FaultKind::loss) {
        for (std::size_t e = 0; e < edges_.size(); ++e) {
            if (fault.edge != e && fault.component != scenario_.edges[e].target)
                continue;
            if (fault.kind == FaultKind::latency)
                edges_[e].extra_delay -= fault.delay;
            else
                edges_[e].loss = 0;
        }
        return;
    }
    const std::uint32_t first = components_[fault.component].first_replica;
    const std::uint32_t count = std::min(fault.replicas, scenario_.components[fault.component].replicas);
    for (std::uint32_t r = first; r < first + count; ++r) {
        if (fault.kind == FaultKind::crash) {
            components_[fault.component].up += replicas_[r].is_up ? 0 : 1;
            replicas_[r].is_up = true;
        } else if (fault.kind == FaultKind::slow) {
            share_update(r);
            replicas_[r].slow = 1;
            share_schedule(r);
        } else {
            replicas_[r].error_rate = scenario_.components[fault.component].error_rate;
        }
    }
}

// Whatever is in it is lost; those who wait for it see their connections reset.
void Simulation::crash(std::uint32_t index) {
    Replica& replica = replicas_[index];
    if (!replica.is_up)
        return;
    replica.is_up = false;
    --components_[replica.component].up;
    replica.sharing.clear();
    share_schedule(index);
    ComponentState& state = components_[replica.component];
    for (std::uint32_t a = 0; a < attempts_.size(); ++a) {
        Attempt& attempt = attempts_[a];
        if (attempt.replica != index)
            continue;
        const bool is_in_progress = attempt.state == AttemptState::running || (attempt.state == AttemptState::waiting);
        if (attempt.state == AttemptState::queued) {
            unlink(a);
        } else if (is_in_progress) {
            --replica.running;
            state.busy.add(queue_.now(), -1);
            queue_.cancel(attempt.work);
        } else {
            continue;
        }
        state.in_system.add(queue_.now(), -1);
        ++state.result.lost;
        ++state.result.left;
        state.sojourn_sum += sim::to_seconds(queue_.now() - attempt.arrived);
        answer(a, Outcome::failed);
    }
    DS_ASSERT(replica.running == 0 && replica.waiting == 0);
}

// ------------------------------------------------------------------------------------------------------ measuring

void Simulation::end_warmup() {
    measured_from_ = queue_.now();
    // The pictures over time keep the warm-up.
    for (WorkloadState& state : workloads_) {
        WorkloadResult fresh;
        fresh.ok_over_time = std::move(state.result.ok_over_time);
        fresh.failed_over_time = std::move(state.result.failed_over_time);
        fresh.latency_over_time = std::move(state.result.latency_over_time);
        state.result = std::move(fresh);
    }
    for (EdgeState& state : edges_)
        state.result = {};
    for (ComponentState& state : components_) {
        state.busy.reset(queue_.now());
        state.cores_used.reset(queue_.now());
        state.waiting.reset(queue_.now());
        state.in_system.reset(queue_.now());
        state.wait_sum = state.sojourn_sum = 0;
        state.started = 0;
        ComponentResult fresh;
        fresh.queue_over_time = std::move(state.result.queue_over_time);
        fresh.busy_over_time = std::move(state.result.busy_over_time);
        state.result = std::move(fresh);
    }
}

void Simulation::take_samples() {
    for (ComponentState& state : components_) {
        state.result.queue_over_time.add(queue_.now(), state.waiting.value());
        state.result.busy_over_time.add(queue_.now(), state.busy.value());
    }
    pending_max_ = std::max(pending_max_, queue_.size());
    if (queue_.now() + sample_every_ < scenario_.duration)
        queue_.schedule(queue_.now() + sample_every_, {EventKind::sample, 0, 0});
}

Simulation::ComponentView Simulation::view(std::uint32_t component) const {
    ComponentView view;
    const std::uint32_t first = components_[component].first_replica;
    for (std::uint32_t r = first; r < first + scenario_.components[component].replicas; ++r) {
        view.up += replicas_[r].is_up ? 1 : 0;
        view.busy += replicas_[r].running;
        view.waiting += replicas_[r].waiting;
    }
    return view;
}

Results Simulation::results() const {
    Results results;
    results.measured = queue_.now() - measured_from_;
    results.events = events_;
    results.pending_max = pending_max_;
    results.stopped_early = stopped_early_;
    for (const WorkloadState& state : workloads_)
        results.workloads.push_back(state.result);
    for (const Call& call : calls_)
        if (call.is_live && call.workload != no_index && call.begun >= measured_from_)
            ++results.workloads[call.workload].unfinished;
    for (std::size_t i = 0; i < components_.size(); ++i) {
        const ComponentState& state = components_[i];
        const Component& component = scenario_.components[i];
        results.components.push_back(state.result);
        ComponentResult& result = results.components.back();
        result.busy = state.busy.mean(queue_.now());
        const bool shares = component.sharing == Sharing::processor;
        const double places = static_cast<double>(component.replicas) * (shares ? component.cores : component.threads);
        result.utilisation = (shares ? state.cores_used.mean(queue_.now()) : result.busy) / places;
        result.in_system = state.in_system.mean(queue_.now());
        result.in_system_max = state.in_system.max();
        result.queue = state.waiting.mean(queue_.now());
        result.wait_seconds = state.started == 0 ? 0 : state.wait_sum / static_cast<double>(state.started);
        result.sojourn_seconds = result.left == 0 ? 0 : state.sojourn_sum / static_cast<double>(result.left);
    }
    for (const EdgeState& state : edges_)
        results.edges.push_back(state.result);
    return results;
}

std::string Simulation::inconsistency() const {
    struct Count {
        std::uint32_t running = 0;
        std::uint32_t waiting = 0;
        std::uint32_t outstanding = 0;
    };
    std::vector<Count> replicas(replicas_.size());
    std::vector<std::uint32_t> in_progress(edges_.size());
    for (std::uint32_t a = 0; a < attempts_.size(); ++a) {
        const Attempt& attempt = attempts_[a];
        if (attempt.state == AttemptState::free)
            continue;
        Count& count = replicas[attempt.replica];
        count.running += attempt.state == AttemptState::running || attempt.state == AttemptState::waiting ? 1 : 0;
        count.waiting += attempt.state == AttemptState::queued ? 1 : 0;
        count.outstanding += attempt.is_ignored ? 0 : 1;
        if (attempt.is_ignored)
            continue;
        const Call& call = calls_[attempt.call];
        if (!call.is_live || call.generation != attempt.call_generation)
            return "an attempt belongs to a call that is gone";
        if (call.live[0] != a && call.live[1] != a)
            return "a call does not know its attempt";
    }
    for (std::size_t r = 0; r < replicas.size(); ++r)
        if (replicas[r].running != replicas_[r].running || replicas[r].waiting != replicas_[r].waiting ||
            replicas[r].outstanding != replicas_[r].outstanding)
            return "replica " + std::to_string(r) + " has miscounted";
    for (const Call& call : calls_) {
        if (!call.is_live)
            continue;
        ++in_progress[call.edge];
        if (call.open == 0 && !call.retry_pending)
            return "a call waits for nothing";
    }
    for (std::size_t e = 0; e < edges_.size(); ++e)
        if (in_progress[e] != edges_[e].in_progress)
            return "edge " + scenario_.edges[e].name + " has miscounted";
    const Results counted = results();
    for (std::size_t w = 0; w < counted.workloads.size(); ++w) {
        std::uint64_t sum = counted.workloads[w].unfinished;
        for (const std::uint64_t ended : counted.workloads[w].ended)
            sum += ended;
        if (sum != counted.workloads[w].started)
            return "requests of workload " + scenario_.workloads[w].id + " were lost or ended twice";
    }
    return {};
}

// ---------------------------------------------------------------------------------------------------------- pools

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
