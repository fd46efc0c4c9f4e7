#include "core/system/simulation.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/assert.hpp"
#include "core/system/backoff.hpp"

namespace dstudio::system {
namespace {

constexpr double retry_tokens_max = 10;
constexpr std::size_t spans_max = 20'000;
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
    : scenario_(scenario), limits_(limits), seed_(seed) {
    const auto position = [](std::size_t i) { return static_cast<std::uint32_t>(i); };
    const Time width = series_bin(scenario);
    sample_every_ = width;
    for (const Component& component : scenario.components) {
        ComponentState state{.first_replica = position(replicas_.size()),
                             .up = component.autoscale ? component.autoscale->initial : component.replicas,
                             .work = base::RandomStream(seed, "work/" + component.id),
                             .errors = base::RandomStream(seed, "errors/" + component.id)};
        state.result.queue_over_time = sim::Series(width, bins_max);
        state.result.busy_over_time = sim::Series(width, bins_max);
        state.result.up_over_time = sim::Series(width, bins_max);
        state.active = sim::TimeAverage(0, state.up);
        const std::uint32_t index = position(components_.size());
        for (const Step& step : component.steps) {
            state.cache_of_step.push_back(position(caches_.size()));
            if (step.cache)
                caches_.insert(caches_.end(), step.cache->is_shared ? 1 : component.replicas,
                               CacheState{KeyCache(step.cache->capacity, step.cache->eviction)});
        }
        if (component.replication && component.replication->has_leader)
            for (std::uint32_t r = 0; r < component.replicas; r += component.replication->factor)
                state.leaders.push_back({state.first_replica + r});
        if (component.replication) {
            state.latest.resize(component.replicas / component.replication->factor);
            state.copies.resize(component.replicas);
            if (component.replication->repair_every > 0)
                queue_.schedule(component.replication->repair_every, {EventKind::repair, index, 0});
        }
        if (component.delivery) {
            state.delivery.partitions.resize(std::max<std::uint32_t>(1, component.delivery->partitions));
        }
        components_.push_back(std::move(state));
        for (std::uint32_t i = 0; i < component.replicas; ++i) {
            replicas_.push_back({.component = index});
            Replica& replica = replicas_.back();
            replica.error_rate = component.error_rate;
            replica.threads = component.threads;
            replica.is_active = replica.takes = i < components_[index].up;
        }
        if (component.collection)
            components_[index].pauses.emplace(seed, "gc/" + component.id);
        if (component.balancing == Balancing::consistent)
            make_ring(index);
        if (component.autoscale)
            queue_.schedule(component.autoscale->every, {EventKind::scale, index, 0});
    }
    for (const Edge& edge : scenario.edges) {
        EdgeState state{.network = base::RandomStream(seed, "network/" + edge.name),
                        .balance = base::RandomStream(seed, "balance/" + edge.name),
                        .backoff = base::RandomStream(seed, "backoff/" + edge.name),
                        .messages = base::RandomStream(seed, "messages/" + edge.name)};
        if (edge.breaker)
            state.breaker.window.assign(edge.breaker->window, 0);
        if (edge.limiter)
            state.limiter.tokens = edge.limiter->burst;
        if (edge.adaptive) {
            state.adaptive.limit = edge.adaptive->initial;
            state.adaptive.average = sim::TimeAverage(0, edge.adaptive->initial);
        }
        state.retry_tokens = retry_tokens_max;
        edges_.push_back(std::move(state));
    }
    refresh_edges();
    for (const Workload& workload : scenario.workloads) {
        WorkloadState state{.arrivals = base::RandomStream(seed, "arrivals/" + workload.id),
                            .think = base::RandomStream(seed, "think/" + workload.id),
                            .keys = base::RandomStream(seed, "keys/" + workload.id),
                            .kinds = base::RandomStream(seed, "kinds/" + workload.id)};
        if (workload.keys.count > 0 && workload.keys.exponent > 0)
            state.zipf.emplace(workload.keys.count, workload.keys.exponent);
        state.result.ok_over_time = sim::Series(width, bins_max);
        state.result.failed_over_time = sim::Series(width, bins_max);
        state.result.latency_over_time = sim::Series(width, bins_max);
        workloads_.push_back(std::move(state));
    }
    for (const Component& component : scenario.components)
        for (const Step& step : component.steps)
            if (step.kind == StepKind::commit)
                for (const std::uint32_t edge : step.edges)
                    components_[scenario.edges[edge].target].has_locks = true;
    queue_.schedule(scenario.duration, {EventKind::end, 0, 0});
    if (scenario.warmup > 0)
        queue_.schedule(scenario.warmup, {EventKind::warm, 0, 0});
    queue_.schedule(sample_every_, {EventKind::sample, 0, 0});
    for (std::size_t i = 0; i < scenario.faults.size(); ++i)
        schedule_fault(position(i));
    drawn_ = draw_chaos(scenario, seed);
    for (std::size_t i = 0; i < drawn_.size(); ++i)
        queue_.schedule(drawn_[i].fault.at, {EventKind::fault_begin, position(i) | drawn_bit, no_index});
    for (std::size_t i = 0; i < workloads_.size(); ++i) {
        const Workload& workload = scenario.workloads[i];
        if (workload.bursts)
            queue_.schedule(sim::from_seconds(workload.bursts->off * base::sample_exponential(workloads_[i].kinds)),
                            {EventKind::burst, position(i), 0});
        if (workload.kind == WorkloadKind::open)
            schedule_arrival(position(i));
        else
            for (std::uint32_t user = 0; user < workload.users; ++user)
                queue_.schedule(sim::from_seconds(workload.think.sample(workloads_[i].think)),
                                {EventKind::think, position(i), user});
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
        spend();
        if (is_finished_)
            break;
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

void Simulation::ask_whether_over() {
    if (limits_.is_over && limits_.is_over())
        stop("its time is over");
}

void Simulation::stop_for_room() {
    stop("more requests are in flight at once than fit: something grows without bound");
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
    const auto is_same_call = [&] { return is_live_call(event.index, generation); };
    switch (event.kind) {
        case EventKind::arrival:
            if (generation != workloads_[event.index].arrival_generation)
                return;
            schedule_arrival(event.index);
            return begin_request(event.index, no_index, static_cast<std::uint32_t>(event.data >> 32U));
        case EventKind::think:
            if (event.data >> 32U != workloads_[event.index].user_generation)
                return;
            return begin_request(event.index, generation, no_index);
        case EventKind::burst: {
            const Bursts& bursts = *scenario_.workloads[event.index].bursts;
            WorkloadState& state = workloads_[event.index];
            state.is_bursting = !state.is_bursting;
            const double mean = state.is_bursting ? bursts.on : bursts.off;
            queue_.schedule(queue_.now() + sim::from_seconds(mean * base::sample_exponential(state.kinds)),
                            {EventKind::burst, event.index, 0});
            ++state.arrival_generation;  // what was drawn at the other rate
            return schedule_arrival(event.index);
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
        case EventKind::resume:
            share_update(event.index);
            return share_schedule(event.index);
        case EventKind::respond:
            return respond(event.index);
        case EventKind::timeout:
            if (is_same_attempt())
                time_out(event.index);
            return;
        case EventKind::retry:
            if (!is_same_call())
                return;
            calls_[event.index].is_delayed = false;
            if (!breaker_allows(calls_[event.index].edge))
                return end_call(event.index, Outcome::short_circuit);
            ++edges_[calls_[event.index].edge].result.retries;
            return make_attempt(event.index, false);
        case EventKind::hedge:
            if (!is_same_call() || calls_[event.index].open != 1 || calls_[event.index].attempts != 1 ||
                must_hold(calls_[event.index].edge, calls_[event.index].origin.pinned))
                return;
            ++edges_[calls_[event.index].edge].result.hedges;
            return make_attempt(event.index, true);
        case EventKind::place_timeout:
            if (!is_same_call() || calls_[event.index].holds_place)
                return;
            --edges_[calls_[event.index].edge].pooled;
            return end_call(event.index, Outcome::bulkhead);
        case EventKind::let_through:
            if (!is_same_call())
                return;
            calls_[event.index].is_delayed = false;
            return let_through(event.index);
        case EventKind::fault_begin:
            return begin_fault(event.index, generation);
        case EventKind::fault_end:
            return end_fault(event.index);
        case EventKind::wave:
            return next_wave(event.index);
        case EventKind::health_check:
            replicas_[event.index].is_known_down = !replicas_[event.index].is_up;
            return update_rotation(event.index);
        case EventKind::return_replica:
            replicas_[event.index].is_ejected = false;
            replicas_[event.index].failures = 0;
            return update_rotation(event.index);
        case EventKind::elect:
            return elect(event.index, generation);
        case EventKind::depose:
            return depose(event.index, generation);
        case EventKind::repair:
            return repair(event.index);
        case EventKind::granted:
            // Its replica may have crashed meanwhile.
            if (is_same_attempt() && attempts_[event.index].state == AttemptState::waiting)
                serve(event.index);
            return;
        case EventKind::tell:
            if (is_live_participation(event.index, generation))
                tell(event.index);
            return;
        case EventKind::told:
            if (is_live_participation(event.index, generation))
                told(event.index);
            return;
        case EventKind::scale:
            return scale(event.index);
        case EventKind::start_replica:
            return start_replica(event.index);
        case EventKind::deliver_again:
            return deliver_again(event.index);
        case EventKind::credit:
            return let_go(event.index);
        case EventKind::held_timeout:
            if (!is_same_call() || !calls_[event.index].is_held)
                return;
            ++edges_[calls_[event.index].edge].result.timeouts;
            return give_up_held(event.index, Outcome::timed_out);
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
    const auto arrive_at = [&](Time due, std::uint64_t row = 0) {
        if (due < scenario_.duration)
            queue_.schedule(due, {EventKind::arrival, index, row << 32U | state.arrival_generation});
    };
    if (!workload.times.empty()) {
        if (const std::size_t row = state.time_at; row < workload.times.size()) {
            ++state.time_at;
            arrive_at(std::max(queue_.now(), workload.times[row]), row);
        }
        return;
    }
    double wanted = workload.arrivals == Arrivals::poisson ? base::sample_exponential(state.arrivals) : 1;
    if (workload.bursts) {
        const double rate = state.is_bursting ? workload.bursts->rate : workload.rates[0].rate;
        if (rate > 0)
            arrive_at(queue_.now() + sim::from_seconds(wanted / rate));
        return;
    }
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
            return arrive_at(std::max(queue_.now(), sim::from_seconds(at + x)));
        }
        if (is_last)
            return;  // the rate stays at 0
        wanted -= area;
        at = end;
        ++state.rate_at;
    }
}

// --------------------------------------------------------------------------------------------------------------- calls

// `row`: of the trace, if the workload has one.
void Simulation::begin_request(std::uint32_t index, std::uint32_t user, std::uint32_t row) {
    const Workload& workload = scenario_.workloads[index];
    WorkloadState& state = workloads_[index];
    Origin origin;
    origin.request = {.workload = index, .priority = workload.priority};
    if (!workload.trace_keys.empty()) {
        origin.request.key = workload.trace_keys[row];
    } else if (workload.keys.count > 0) {
        const bool is_hot = workload.keys.hot > 0 && state.keys.uniform() < workload.keys.hot;
        origin.request.key = is_hot       ? 0
                             : state.zipf ? state.zipf->sample(state.keys) - 1
                                          : static_cast<std::uint32_t>(state.keys.below(workload.keys.count));
    }
    origin.request.is_write = workload.writes > 0 && state.kinds.uniform() < workload.writes;
    origin.request.is_poison = workload.poison > 0 && state.kinds.uniform() < workload.poison;
    origin.workload = index;
    origin.user = user;
    origin.user_generation = state.user_generation;
    if (!workload.trace_bytes.empty())
        origin.row = row;
    origin.caller = static_cast<std::uint32_t>(replicas_.size()) + index;
    origin.begun = queue_.now();
    if (traces_ < limits_.traces && queue_.now() >= state.next_trace) {
        origin.is_traced = true;
        origin.span = traces_++;
        const auto each = static_cast<Time>(std::max<std::size_t>(1, limits_.traces / workloads_.size()));
        state.next_trace = queue_.now() + scenario_.duration / each;
    }
    if (!has_room())
        return;
    ++state.result.started;
    begin_call(workload.edge, origin);
}

void Simulation::begin_call(std::uint32_t edge_index, const Origin& origin) {
    const Edge& edge = scenario_.edges[edge_index];
    EdgeState& state = edges_[edge_index];
    if (!has_room())
        return;  // in the midst of an event that makes many calls
    spend();
    const std::uint32_t index = take_call();
    Call& call = calls_[index];
    call.edge = edge_index;
    call.origin = origin;
    call.parent_step = origin.parent.index == no_index ? 0 : attempts_[origin.parent.index].step;
    ++state.result.calls;
    if (state.in_progress < places(edge_index))
        return admit(index);
    if (state.pooled >= edge.waiting)
        return end_call(index, Outcome::bulkhead);
    call.asked = queue_.now();
    call.is_delayed = true;
    ++state.pooled;
    state.pool.push_back({index, call.generation});
    if (edge.waiting_max > 0)
        queue_.schedule(queue_.now() + edge.waiting_max, {EventKind::place_timeout, index, call.generation});
}

// It has a place among the calls in progress.
void Simulation::admit(std::uint32_t index) {
    Call& call = calls_[index];
    call.holds_place = true;
    ++edges_[call.edge].in_progress;
    if (!scenario_.edges[call.edge].limiter)
        return let_through(index);
    const auto delay = limiter_delay(call.edge);
    if (!delay)
        return end_call(index, Outcome::limited);
    if (*delay == 0)
        return let_through(index);
    call.is_delayed = true;
    queue_.schedule(queue_.now() + *delay, {EventKind::let_through, index, call.generation});
}

void Simulation::let_through(std::uint32_t index) {
    Call& call = calls_[index];
    const Edge& edge = scenario_.edges[call.edge];
    EdgeState& state = edges_[call.edge];
    if (!breaker_allows(call.edge))
        return end_call(index, Outcome::short_circuit);
    if (edge.retry.budget > 0)
        state.retry_tokens = std::min(retry_tokens_max, state.retry_tokens + edge.retry.budget);
    if (edge.hedge_after > 0)
        call.hedge = queue_.schedule(queue_.now() + edge.hedge_after, {EventKind::hedge, index, call.generation});
    make_attempt(index, false);
}

void Simulation::make_attempt(std::uint32_t call, bool is_hedge) {
    if (must_hold(calls_[call].edge, calls_[call].origin.pinned))
        return hold(call);
    send_attempt(call, is_hedge);
}

void Simulation::send_attempt(std::uint32_t call_index, bool is_hedge) {
    Call& call = calls_[call_index];
    const std::uint32_t edge_index = call.edge;
    const Edge& edge = scenario_.edges[edge_index];
    EdgeState& state = edges_[edge_index];
    const Ref participation = call.origin.participation;
    if (participation.index != no_index && !is_live_participation(participation.index, participation.generation))
        return end_call(call_index, Outcome::failed);  // the decision came first
    ++call.attempts;
    ++call.open;
    state.result.sent += call.attempts == 1 ? 1 : 0;
    ++state.result.attempts;
    const std::uint32_t avoid = call.live[0] == no_index ? no_index : attempts_[call.live[0]].replica;
    const std::uint32_t replica = choose_replica(call, avoid);
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
    attempt.request = call.origin.request;
    attempt.is_hedge = is_hedge;
    attempt.is_peer = call.origin.pinned != no_index;
    attempt.is_delivery = call.origin.message != no_index;
    attempt.call = call_index;
    attempt.call_generation = call.generation;
    attempt.edge = edge_index;
    attempt.replica = replica;
    attempt.sent = queue_.now();
    attempt.deadline = call.origin.deadline;
    if (scenario_.components[edge.target].replication)
        note_version(index, call.origin.stamp);
    if (call.origin.participation.index != no_index) {
        attempt.participation = call.origin.participation.index;
        participations_[attempt.participation].attempt = index;
        participations_[attempt.participation].replica = replica;
    }
    call.live[call.live[0] == no_index ? 0 : 1] = index;
    ++replicas_[replica].outstanding;
    if (call.origin.is_traced && spans_.size() < spans_max) {
        const bool is_root = call.origin.workload != no_index;
        attempt.span = static_cast<std::uint32_t>(spans_.size());
        spans_.push_back({.trace = is_root ? call.origin.span : spans_[call.origin.span].trace,
                          .parent = is_root ? no_index : call.origin.span,
                          .edge = edge_index,
                          .replica = replica - components_[edge.target].first_replica,
                          .sent = queue_.now(),
                          .outcome = Outcome::count});
    }
    if (edge.timeout > 0) {
        const Time due = queue_.now() + edge.timeout - std::min(edge.timeout, call.held_for);
        attempt.deadline = std::min(attempt.deadline, due);
        attempt.timer = queue_.schedule(due, {EventKind::timeout, index, attempt.generation});
    }
    call.held_for = 0;
    carry(index);
}

void Simulation::respond(std::uint32_t index) {
    take_place_of_twin(index);
    const Attempt& attempt = attempts_[index];  // what follows may make others, so what is needed is copied
    const bool is_ignored = attempt.is_ignored;
    const Outcome outcome = attempt.outcome;
    const std::uint32_t call = attempt.call;
    const std::uint32_t edge = attempt.edge;
    const std::uint32_t replica = attempt.replica;
    const Time latency = queue_.now() - attempt.sent;
    if (!is_ignored) {
        if (attempt.span != no_index) {
            spans_[attempt.span].answered = queue_.now();
            spans_[attempt.span].outcome = outcome;
        }
        forget(index);
        if (attempt.is_peer && attempt.version != no_index)
            merge_reads(attempt);
        replica_answered(replica, outcome != Outcome::ok, latency);
        adapt(edge, outcome != Outcome::ok, latency);
    }
    free_attempt(index);
    if (is_ignored)
        return;
    if (outcome != Outcome::ok)
        return attempt_failed(call, outcome);
    breaker_result(edge, false);
    --calls_[call].open;
    end_call(call, Outcome::ok);
}

void Simulation::time_out(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    ++edges_[attempt.edge].result.timeouts;
    const std::uint32_t call = attempt.call;
    const std::uint32_t replica = attempt.replica;
    const std::uint32_t edge = attempt.edge;
    const Time latency = queue_.now() - attempt.sent;
    const bool is_lost = attempt.state == AttemptState::lost;
    if (attempt.span != no_index) {
        spans_[attempt.span].answered = queue_.now();
        spans_[attempt.span].outcome = Outcome::timed_out;
    }
    forget(index);
    if (is_lost)
        free_attempt(index);
    replica_answered(replica, true, latency);
    adapt(edge, true, latency);
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
    const Ref parent = call.origin.parent;
    breaker_result(call.edge, true);
    --call.open;
    if (call.open > 0 || call.is_delayed)
        return;
    bool again = call.attempts < edge.retry.attempts && is_worth_repeating(outcome);
    // Whoever honours deadlines does not repeat for a caller that has none left.
    if (again && parent.index != no_index) {
        const bool parent_waits = is_live(parent) && attempts_[parent.index].state == AttemptState::waiting;
        again = parent_waits;
        if (parent_waits && queue_.now() > call.origin.deadline) {
            const std::uint32_t caller = replicas_[attempts_[parent.index].replica].component;
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
    call.is_delayed = true;
    call.previous_delay = backoff_delay(edge.retry, call.attempts, call.previous_delay, state.backoff);
    state.result.pause_seconds += sim::to_seconds(call.previous_delay);
    queue_.schedule(queue_.now() + call.previous_delay, {EventKind::retry, index, call.generation});
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
    const Edge& edge = scenario_.edges[call.edge];
    queue_.cancel(call.hedge);
    const bool falls_back = outcome != Outcome::ok && edge.fallback != no_index;
    if (call.origin.is_traced && call.attempts == 0 && spans_.size() < spans_max) {
        const bool is_root = call.origin.workload != no_index;
        spans_.push_back({.trace = is_root ? call.origin.span : spans_[call.origin.span].trace,
                          .parent = is_root ? no_index : call.origin.span,
                          .edge = call.edge,
                          .sent = queue_.now(),
                          .answered = queue_.now(),
                          .outcome = outcome});
    }
    if (falls_back) {
        ++edges_[call.edge].result.fallbacks;
        if (call.origin.begun >= measured_from_)
            ++edges_[call.edge].result.ended[static_cast<std::size_t>(outcome)];
        ++edges_[call.edge].before.failed;
    } else {
        record(call, outcome);
    }
    free_call(index);
    if (call.holds_place)
        release_place(call.edge);
    if (falls_back) {
        Origin origin = call.origin;
        // The step may be over by now: what comes then is not waited for.
        if (origin.parent.index != no_index &&
            (!is_live(origin.parent) || attempts_[origin.parent.index].step != call.parent_step))
            return;
        return begin_call(edge.fallback, origin);
    }
    if (call.origin.parent.index != no_index)
        return child_ended(call, outcome);
    if (call.origin.message != no_index)
        return delivered(call.origin.message, outcome);
    if (call.origin.user != no_index && call.origin.workload != no_index) {
        WorkloadState& workload = workloads_[call.origin.workload];
        if (call.origin.user_generation != workload.user_generation)
            return;  // this user has begun anew
        const double seconds = scenario_.workloads[call.origin.workload].think.sample(workload.think);
        queue_.schedule(queue_.now() + sim::from_seconds(seconds),
                        {EventKind::think, call.origin.workload,
                         (std::uint64_t{workload.user_generation} << 32U) | call.origin.user});
    }
}

// Calls that wait for a place come in. One of them may end at once and release its own: the loop, not the recursion,
// takes the next.
void Simulation::release_place(std::uint32_t edge) {
    EdgeState& state = edges_[edge];
    --state.in_progress;
    if (state.is_admitting)
        return;
    state.is_admitting = true;
    while (!state.pool.empty() && state.in_progress < places(edge)) {
        const Ref next = state.pool.front();
        state.pool.pop_front();
        if (!is_live_call(next.index, next.generation))
            continue;
        --state.pooled;
        Call& call = calls_[next.index];
        call.is_delayed = false;
        state.waited_sum += sim::to_seconds(queue_.now() - call.asked);
        ++state.result.waited;
        admit(next.index);
    }
    state.is_admitting = false;
}

void Simulation::record(const Call& call, Outcome outcome) {
    const auto number = static_cast<std::size_t>(outcome);
    WorkloadResult* workload = call.origin.workload == no_index ? nullptr : &workloads_[call.origin.workload].result;
    const Time latency = queue_.now() - call.origin.begun;
    if (workload != nullptr && outcome == Outcome::ok) {
        workload->ok_over_time.add(queue_.now(), 1);
        workload->latency_over_time.add(queue_.now(), sim::to_seconds(latency));
        workloads_[call.origin.workload].bin_latency.add(latency);
        ++workloads_[call.origin.workload].before.ok;
    } else if (workload != nullptr) {
        workload->failed_over_time.add(queue_.now(), 1);
        ++workloads_[call.origin.workload].before.failed;
    }
    ++(outcome == Outcome::ok ? edges_[call.edge].before.ok : edges_[call.edge].before.failed);
    if (call.origin.begun < measured_from_)
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
    const Ref ref = call.origin.parent;
    if (!is_live(ref))
        return;
    Attempt& parent = attempts_[ref.index];
    // What comes after the step has enough answers, or has failed, comes too late.
    if (parent.state != AttemptState::waiting || parent.step != call.parent_step)
        return;
    const Component& component = scenario_.components[replicas_[parent.replica].component];
    if (parent.step < component.steps.size()) {
        const Step& step = component.steps[parent.step];
        if (step.kind == StepKind::cached)
            return cached_ended(ref.index, step, scenario_.edges[call.edge].is_optional ? Outcome::ok : outcome);
        if (step.kind == StepKind::saga)
            return saga_ended(ref.index, step, scenario_.edges[call.edge].is_optional ? Outcome::ok : outcome);
        if (step.kind == StepKind::commit)
            return commit_ended(ref.index, outcome);
    }
    --parent.calls_open;
    if (outcome == Outcome::ok || scenario_.edges[call.edge].is_optional)
        --parent.answers_needed;
    if (parent.answers_needed == 0) {
        ++parent.step;
        return advance(ref.index);
    }
    if (parent.answers_needed > parent.calls_open)
        leave(ref.index, Outcome::failed);
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
    if (attempts_[index].participation != no_index)
        participant_gone(attempts_[index].participation);
    if (attempts_[index].version != no_index)
        free_versions_.push_back(attempts_[index].version);
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
