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

}  // namespace dstudio::system
