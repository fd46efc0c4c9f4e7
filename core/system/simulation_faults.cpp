// Faults, and what a crash does to what is inside.
#include <algorithm>

#include "core/base/assert.hpp"
#include "core/system/simulation.hpp"

namespace dstudio::system {

void Simulation::strike(std::uint32_t fault) {
    if (scenario_.faults[fault].until < scenario_.duration)
        queue_.schedule(scenario_.faults[fault].until, {EventKind::fault_end, fault, 0});
    ++events_;  // as if it had been scheduled
    apply_fault(fault, true);
}

// Brings a fault about, or takes it away again.
void Simulation::apply_fault(std::uint32_t index, bool begins) {
    const Fault& fault = scenario_.faults[index];
    if (fault.kind == FaultKind::latency || fault.kind == FaultKind::loss) {
        for (std::size_t e = 0; e < edges_.size(); ++e) {
            if (fault.edge != e && fault.component != scenario_.edges[e].target)
                continue;
            if (fault.kind == FaultKind::latency)
                edges_[e].extra_delay += begins ? fault.delay : -fault.delay;
            else
                edges_[e].loss = begins ? fault.factor : 0;
        }
        return;
    }
    const Component& component = scenario_.components[fault.component];
    const std::uint32_t first = components_[fault.component].first_replica;
    for (std::uint32_t r = first; r < first + std::min(fault.replicas, component.replicas); ++r) {
        if (fault.kind == FaultKind::crash && begins) {
            crash(r);
        } else if (fault.kind == FaultKind::crash) {
            components_[fault.component].up += replicas_[r].is_up ? 0 : 1;
            replicas_[r].is_up = true;
        } else if (fault.kind == FaultKind::slow) {
            share_update(r);
            replicas_[r].slow = begins ? fault.factor : 1;
            share_schedule(r);
        } else {
            replicas_[r].error_rate = begins ? fault.factor : component.error_rate;
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

}  // namespace dstudio::system
