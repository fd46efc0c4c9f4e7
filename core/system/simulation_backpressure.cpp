// Backpressure: a component that has enough holds its callers until it has less.
//
// 1. What is on its way counts as well as what waits, so that no queue grows beyond `high`, whatever the latency.
// 2. Who is held has no attempt in progress and holds whatever it holds: its place among its caller's calls, its
//    caller's thread. That is how the pressure goes on to the caller's own callers. A step that sends waits as well.
// 3. Attempts between copies of the same data are never held: what they wait for would wait for them.
// 4. Letting go is an event of its own, so that nothing is called from within the queue that has become shorter.
#include <algorithm>

#include "core/system/simulation.hpp"

namespace dstudio::system {

bool Simulation::must_hold(std::uint32_t edge, std::uint32_t pinned) const {
    const std::uint32_t target = scenario_.edges[edge].target;
    return scenario_.components[target].backpressure && pinned == no_index && target != letting_go_ &&
           (components_[target].is_stopped || !components_[target].held.empty());
}

// Requests on their way and waiting; where messages are kept, those that are served and those that are kept too.
double Simulation::load_of(std::uint32_t index) const {
    const ComponentState& state = components_[index];
    const double inside = scenario_.components[index].delivery ? state.in_system.value() + state.delivery.kept.value()
                                                               : state.waiting.value();
    return inside + state.travelling;
}

void Simulation::settle_credit(std::uint32_t index) {
    const Backpressure& backpressure = *scenario_.components[index].backpressure;
    ComponentState& state = components_[index];
    const double load = load_of(index);
    if (!state.is_stopped && load >= backpressure.high) {
        state.is_stopped = true;
        state.stopped.add(queue_.now(), 1);
    } else if (state.is_stopped && load <= backpressure.low) {
        state.is_stopped = false;
        state.stopped.add(queue_.now(), -1);
        queue_.schedule(queue_.now(), {EventKind::credit, index, 0});
    }
}

void Simulation::hold(std::uint32_t index) {
    Call& call = calls_[index];
    const Edge& edge = scenario_.edges[call.edge];
    if (edge.fails_when_held)
        return give_up_held(index, Outcome::rejected);
    call.is_delayed = call.is_held = true;
    call.held_since = queue_.now();
    components_[edge.target].held.push_back({{index, call.generation}, true});
    components_[edge.target].holding.add(queue_.now(), 1);
    if (edge.timeout > 0)
        call.held_timer =
            queue_.schedule(queue_.now() + edge.timeout, {EventKind::held_timeout, index, call.generation});
}

void Simulation::end_hold(std::uint32_t edge, Time since) {
    components_[scenario_.edges[edge].target].holding.add(queue_.now(), -1);
    ++edges_[edge].result.held;
    edges_[edge].result.held_seconds += sim::to_seconds(queue_.now() - since);
}

// An attempt that was never sent has failed.
void Simulation::give_up_held(std::uint32_t index, Outcome outcome) {
    Call& call = calls_[index];
    if (call.is_held)
        end_hold(call.edge, call.held_since);
    call.is_held = call.is_delayed = false;
    ++call.attempts;
    ++call.open;
    attempt_failed(index, outcome);
}

// The longest held first, as many as there is room for.
void Simulation::let_go(std::uint32_t index) {
    const double high = scenario_.components[index].backpressure->high;
    while (!is_finished_ && !components_[index].held.empty() && load_of(index) < high) {
        const ComponentState::Held next = components_[index].held.front();
        components_[index].held.pop_front();
        if (next.is_call) {
            if (!is_live_call(next.ref.index, next.ref.generation) || !calls_[next.ref.index].is_held)
                continue;
            Call& call = calls_[next.ref.index];
            end_hold(call.edge, call.held_since);
            queue_.cancel(call.held_timer);
            call.held_for = queue_.now() - call.held_since;
            call.is_held = call.is_delayed = false;
            send_attempt(next.ref.index, false);
            continue;
        }
        if (!is_live(next.ref) || !attempts_[next.ref.index].is_held)
            continue;
        Attempt& attempt = attempts_[next.ref.index];
        const Step& step = scenario_.components[replicas_[attempt.replica].component].steps[attempt.step];
        const std::uint32_t edge = step.edges[attempt.place];
        end_hold(edge, attempt.work_until);
        attempt.is_held = false;
        ++attempt.place;
        letting_go_ = index;
        send(next.ref.index, edge, no_index);
        letting_go_ = no_index;
        if (!is_live(next.ref) || !begin_sends(next.ref.index, step))
            continue;
        ++attempts_[next.ref.index].step;
        advance(next.ref.index);
    }
    settle_credit(index);
}

bool Simulation::begin_sends(std::uint32_t index, const Step& step) {
    for (; attempts_[index].place < step.edges.size(); ++attempts_[index].place) {
        const std::uint32_t edge = step.edges[attempts_[index].place];
        if (must_hold(edge, no_index) && !scenario_.edges[edge].fails_when_held) {
            Attempt& attempt = attempts_[index];
            attempt.state = AttemptState::waiting;
            attempt.is_held = true;
            attempt.work_until = queue_.now();  // since when
            ComponentState& target = components_[scenario_.edges[edge].target];
            target.held.push_back({{index, attempt.generation}, false});
            target.holding.add(queue_.now(), 1);
            return false;
        }
        send(index, edge, no_index);
    }
    return true;
}

}  // namespace dstudio::system
