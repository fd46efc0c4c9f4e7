// What happens at a replica: queues, steps, servers that are held or shared.
#include <algorithm>

#include "core/base/assert.hpp"
#include "core/system/simulation.hpp"

namespace dstudio::system {
namespace {

constexpr std::size_t priorities = 4;

}  // namespace

void Simulation::arrive(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    Replica& replica = replicas_[attempt.replica];
    const Component& component = scenario_.components[replica.component];
    ComponentState& state = components_[replica.component];
    ++state.result.arrived;
    state.travelling -= component.backpressure ? 1 : 0;
    if (EdgeState& edge = edges_[attempt.edge]; attempt.sent >= edge.latest_sent)
        edge.latest_sent = attempt.sent;
    else if (attempt.twin.index == no_index)
        ++edge.result.overtaken;
    if (attempt.span != no_index)
        spans_[attempt.span].arrived = queue_.now();
    if (!replica.is_up) {
        update_credit(replica.component);
        return answer(index, Outcome::refused);
    }
    const bool has_server = replica.running < replica.threads && replica.waiting == 0;
    bool has_place = has_server || replica.waiting < component.queue;
    if (component.shedding && attempt.request.priority > component.shedding->keep) {
        const double all = static_cast<double>(component.threads) + component.queue;
        has_place = has_place && replica.running + replica.waiting < component.shedding->at * all;
    }
    if (!has_place) {
        ++state.result.rejected;
        update_credit(replica.component);
        return answer(index, Outcome::rejected);
    }
    if (replica.skew != 0 && component.drops_expired && is_expired(attempt)) {
        ++state.result.rejected;
        return answer(index, Outcome::expired);
    }
    attempt.arrived = queue_.now();
    state.in_system.add(queue_.now(), 1);
    if (!has_server)
        enqueue(index);
    update_credit(replica.component);
    if (has_server)
        start(index);
}

void Simulation::enqueue(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    Replica& replica = replicas_[attempt.replica];
    const bool by_priority = scenario_.components[replica.component].discipline == Discipline::priority;
    auto& list = replica.lists[by_priority ? std::min<std::size_t>(attempt.request.priority, priorities - 1) : 0];
    attempt.state = AttemptState::queued;
    add_to(list, index);
    if (replica.waiting == 0)
        replica.last_empty = queue_.now();
    ++replica.waiting;
    components_[replica.component].waiting.add(queue_.now(), 1);
}

void Simulation::unlink(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    Replica& replica = replicas_[attempt.replica];
    const bool by_priority = scenario_.components[replica.component].discipline == Discipline::priority;
    auto& list = replica.lists[by_priority ? std::min<std::size_t>(attempt.request.priority, priorities - 1) : 0];
    remove_from(list, index);
    --replica.waiting;
    components_[replica.component].waiting.add(queue_.now(), -1);
    update_credit(replica.component);
}

void Simulation::add_to(Replica::List& list, std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    attempt.next = no_index;
    attempt.previous = list.last;
    (list.last == no_index ? list.first : attempts_[list.last].next) = index;
    list.last = index;
}

void Simulation::remove_from(Replica::List& list, std::uint32_t index) {
    const Attempt& attempt = attempts_[index];
    (attempt.previous == no_index ? list.first : attempts_[attempt.previous].next) = attempt.next;
    (attempt.next == no_index ? list.last : attempts_[attempt.next].previous) = attempt.previous;
}

// Waiting and in progress, in the order of their numbers.
std::vector<Simulation::Ref> Simulation::inside(const Replica& replica) const {
    std::vector<Ref> all;
    const auto add = [&](const Replica::List& list) {
        for (std::uint32_t a = list.first; a != no_index; a = attempts_[a].next)
            all.push_back({a, attempts_[a].generation});
    };
    for (const Replica::List& list : replica.lists)
        add(list);
    add(replica.in_progress);
    std::sort(all.begin(), all.end(), [](const Ref& a, const Ref& b) { return a.index < b.index; });
    return all;
}

void Simulation::start_next(std::uint32_t replica_index) {
    const Component& component = scenario_.components[replicas_[replica_index].component];
    const bool is_controlled =
        component.discipline == Discipline::codel || component.discipline == Discipline::adaptive_lifo;
    // What is started may end at once and come here again: the loop, not the recursion, takes the next.
    if (replicas_[replica_index].is_starting)
        return;
    replicas_[replica_index].is_starting = true;
    while (replicas_[replica_index].running < replicas_[replica_index].threads &&
           replicas_[replica_index].waiting > 0) {
        const Replica& replica = replicas_[replica_index];
        const bool is_standing = is_controlled && queue_.now() - replica.last_empty > component.interval;
        const bool newest_first = component.discipline == Discipline::lifo ||
                                  (component.discipline == Discipline::adaptive_lifo && is_standing);
        std::uint32_t next = no_index;
        for (const auto& list : replica.lists)
            if (next == no_index)
                next = newest_first ? list.last : list.first;
        DS_ASSERT(next != no_index);
        unlink(next);
        const Attempt& attempt = attempts_[next];
        if (component.drops_expired && is_expired(attempt))
            drop(next, Outcome::expired);
        else if (is_controlled &&
                 queue_.now() - attempt.arrived > (is_standing ? component.target : component.interval))
            drop(next, Outcome::rejected);
        else
            start(next);
    }
    replicas_[replica_index].is_starting = false;
}

// Out of the queue without being served.
void Simulation::drop(std::uint32_t index, Outcome outcome) {
    ComponentState& state = components_[replicas_[attempts_[index].replica].component];
    state.in_system.add(queue_.now(), -1);
    update_credit(replicas_[attempts_[index].replica].component);
    ++state.result.left;
    state.result.rejected += outcome == Outcome::rejected ? 1 : 0;
    state.sojourn_sum += sim::to_seconds(queue_.now() - attempts_[index].arrived);
    answer(index, outcome);
}

void Simulation::start(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    Replica& replica = replicas_[attempt.replica];
    const Component& component = scenario_.components[replica.component];
    ComponentState& state = components_[replica.component];
    ++replica.running;
    add_to(replica.in_progress, index);
    replica.busy.add(queue_.now(), 1);
    state.busy.add(queue_.now(), 1);
    if (component.autoscale && component.sharing == Sharing::servers)
        state.recent_busy.add(queue_.now(), 1);
    ++state.started;
    state.wait_sum += sim::to_seconds(queue_.now() - attempt.arrived);
    if (attempt.span != no_index)
        spans_[attempt.span].started = queue_.now();
    attempt.state = AttemptState::running;
    attempt.step = 0;
    if (!state.has_locks || has_lock(index))
        serve(index);
}

// Its deadline came with it as a time of day, and is compared with this replica's clock.
bool Simulation::is_expired(const Attempt& attempt) const {
    Time deadline = attempt.deadline;
    if (const std::uint32_t caller = attempt.is_ignored ? no_index : calls_[attempt.call].origin.caller;
        deadline != sim::time_max && caller < replicas_.size())
        deadline += replicas_[caller].skew;
    return deadline != sim::time_max && queue_.now() + replicas_[attempt.replica].skew > deadline;
}

void Simulation::serve(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    const std::uint32_t component_index = replicas_[attempt.replica].component;
    const Component& component = scenario_.components[component_index];
    ComponentState& state = components_[component_index];
    attempt.state = AttemptState::running;
    if (component.serverless) {
        // The last that fell idle is warm the longest.
        if (!state.warm.empty() && state.warm.back() <= queue_.now())
            state.warm.clear();
        if (state.warm.empty()) {
            ++state.result.cold_starts;
            attempt.step = no_index;  // the step before the first
            attempt.state = AttemptState::waiting;
            const double seconds = component.serverless->cold_start.sample(state.work);
            attempt.work = queue_.schedule(queue_.now() + sim::from_seconds(seconds),
                                           {EventKind::wait_done, index, attempt.generation});
            return;
        }
        state.warm.pop_back();
    }
    advance(index);
}

bool Simulation::is_taken(const Step& step, const Request& request, ComponentState& state) const {
    if (step.operation != Operation::any && request.is_write != (step.operation == Operation::write))
        return false;
    if ((step.workloads >> request.workload & 1U) == 0)
        return false;
    return step.probability >= 1 || state.work.uniform() < step.probability;
}

void Simulation::advance(std::uint32_t index) {
    const std::uint32_t component_index = replicas_[attempts_[index].replica].component;
    const Component& component = scenario_.components[component_index];
    ComponentState& state = components_[component_index];
    if (attempts_[index].is_peer) {
        if (attempts_[index].step == 0)
            return begin_work(index, component.replication->apply.sample(state.work));
        read_copy(index);
        return leave(index, Outcome::ok);
    }
    while (attempts_[index].step < component.steps.size()) {
        const Step& step = component.steps[attempts_[index].step];
        if (!is_taken(step, attempts_[index].request, state)) {
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
                attempts_[index].place = 0;
                if (!begin_sends(index, step))
                    return;
                ++attempts_[index].step;
                continue;
            case StepKind::cached:
                if (!begin_cached(index, step))
                    return;
                ++attempts_[index].step;
                continue;
            case StepKind::saga:
                attempts_[index].state = AttemptState::waiting;
                attempts_[index].place = 0;
                return call_for(index, step.edges[0], no_index);
            case StepKind::commit:
                return begin_commit(index, step);
            case StepKind::call:
                return call_all(index, step.edges, step.needed);
        }
    }
    if (attempts_[index].step == component.steps.size() && component.replication && !begin_copies(index))
        return;
    const Attempt& attempt = attempts_[index];
    const Replica& replica = replicas_[attempt.replica];
    const bool fails = (replica.error_rate > 0 && state.errors.uniform() < replica.error_rate) ||
                       (attempt.request.is_poison && attempt.is_delivery);
    if (component.delivery && !fails) {
        if (state.delivery.kept.value() >= component.delivery->capacity) {
            ++state.result.rejected;
            return leave(index, Outcome::rejected);
        }
        const Request request = attempt.request;
        leave(index, Outcome::ok);
        return keep(component_index, request);
    }
    leave(index, fails ? Outcome::failed : Outcome::ok);
}

// All at once; the step goes on when enough have answered.
void Simulation::call_all(std::uint32_t index, const std::vector<std::uint32_t>& edges, std::uint32_t needed) {
    Attempt& attempt = attempts_[index];
    attempt.state = AttemptState::waiting;
    attempt.calls_open = static_cast<std::uint32_t>(edges.size());
    attempt.answers_needed = needed;
    const Ref self{index, attempt.generation};
    const std::uint32_t at = attempt.step;
    for (const std::uint32_t edge : edges) {
        // A call that ends at once may end the step, or the whole request.
        if (!is_live(self) || attempts_[index].state != AttemptState::waiting || attempts_[index].step != at)
            break;
        call_for(index, edge, no_index);
    }
}

void Simulation::call_for(std::uint32_t index, std::uint32_t edge, std::uint32_t pinned) {
    const Attempt& attempt = attempts_[index];
    begin_call(edge, {.request = attempt.request,
                      .parent = {index, attempt.generation},
                      .pinned = pinned,
                      .caller = attempt.replica,
                      .stamp = attempt.version == no_index ? 0 : versions_[attempt.version].stamp,
                      .span = attempt.span,
                      .is_traced = attempt.span != no_index,
                      .begun = queue_.now(),
                      .deadline = attempt.deadline});
}

void Simulation::send(std::uint32_t index, std::uint32_t edge, std::uint32_t pinned) {
    const Attempt& attempt = attempts_[index];
    begin_call(edge, {.request = attempt.request,
                      .pinned = pinned,
                      .caller = attempt.replica,
                      .stamp = attempt.version == no_index ? 0 : versions_[attempt.version].stamp,
                      .span = attempt.span,
                      .is_traced = attempt.span != no_index,
                      .begun = queue_.now()});
}

void Simulation::begin_work(std::uint32_t index, double seconds) {
    Attempt& attempt = attempts_[index];
    Replica& replica = replicas_[attempt.replica];
    components_[replica.component].result.work_seconds += seconds * replica.slow;
    if (scenario_.components[replica.component].sharing == Sharing::servers) {
        attempt.work_until = std::max(queue_.now(), replica.paused_until) + sim::from_seconds(seconds * replica.slow);
        attempt.work = queue_.schedule(attempt.work_until, {EventKind::work_done, index, attempt.generation});
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
    if (replica.sharing.empty() || queue_.now() < replica.paused_until)
        return 0;
    const double cores = scenario_.components[replica.component].cores;
    return std::min(1.0, cores / static_cast<double>(replica.sharing.size())) / replica.slow;
}

void Simulation::share_schedule(std::uint32_t index) {
    Replica& replica = replicas_[index];
    queue_.cancel(replica.next_done);
    const std::uint32_t cores = scenario_.components[replica.component].cores;
    const auto used = static_cast<std::uint32_t>(std::min<std::size_t>(cores, replica.sharing.size()));
    const double change = static_cast<double>(used) - static_cast<double>(replica.cores_used);
    components_[replica.component].cores_used.add(queue_.now(), change);
    if (scenario_.components[replica.component].autoscale)
        components_[replica.component].recent_busy.add(queue_.now(), change);
    replica.cores_used = used;
    if (replica.sharing.empty()) {
        replica.virtual_time = 0;  // so that it never grows beyond what doubles resolve
        return;
    }
    if (queue_.now() < replica.paused_until)
        return;  // until it is resumed
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
    const Component& component = scenario_.components[replica.component];
    ComponentState& state = components_[replica.component];
    --replica.running;
    remove_from(replica.in_progress, index);
    ++replica.served;
    replica.busy.add(queue_.now(), -1);
    state.busy.add(queue_.now(), -1);
    if (component.autoscale && component.sharing == Sharing::servers)
        state.recent_busy.add(queue_.now(), -1);
    if (component.serverless)
        state.warm.push_back(queue_.now() + component.serverless->keep_alive);
    if (state.has_locks)
        outcome = vote(index, outcome);
    if (attempt.version != no_index && !attempt.is_peer && outcome == Outcome::ok)
        data_ended(index);
    state.in_system.add(queue_.now(), -1);
    ++state.result.left;
    ++state.result.served;
    state.result.wasted += is_awaited(attempt) ? 0 : 1;
    state.sojourn_sum += sim::to_seconds(queue_.now() - attempt.arrived);
    if (component.storage && outcome == Outcome::ok && attempt.request.is_write && !attempt.is_peer)
        state.written.add(queue_.now(), component.storage->write);
    const std::uint32_t component_index = replica.component;
    answer(index, outcome);
    update_credit(component_index);
    if (component.collection)
        collect_garbage(replica_index);
    start_next(replica_index);
}

void Simulation::collect_garbage(std::uint32_t index) {
    Replica& replica = replicas_[index];
    const GarbageCollection& collection = *scenario_.components[replica.component].collection;
    if (++replica.since_collection < collection.every)
        return;
    replica.since_collection = 0;
    ComponentState& state = components_[replica.component];
    const Time pause = sim::from_seconds(collection.pause.sample(*state.pauses));
    ++state.result.pauses;
    state.result.pause_seconds += sim::to_seconds(pause);
    pause_replica(index, pause);
}

}  // namespace dstudio::system
