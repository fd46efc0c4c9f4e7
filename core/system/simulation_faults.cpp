// Faults: what strikes whom, what several at once amount to, crashes and recoveries.
#include <algorithm>
#include <cmath>

#include "core/base/assert.hpp"
#include "core/system/simulation.hpp"

namespace dstudio::system {
namespace {

// "eu/a" is in "eu"; every domain is in itself.
bool is_within(const std::string& zone, const std::string& domain) {
    return zone.compare(0, domain.size(), domain) == 0 && (zone.size() == domain.size() || zone[domain.size()] == '/');
}

bool is_in_domain(const Component& component, std::uint32_t local, const std::string& domain) {
    if (!component.zones.empty() && is_within(component.zones[local % component.zones.size()], domain))
        return true;
    return std::find(component.domains.begin(), component.domains.end(), domain) != component.domains.end();
}

}  // namespace

void Simulation::schedule_fault(std::uint32_t index) {
    const Fault& fault = scenario_.faults[index];
    fault_streams_.emplace_back(seed_, "fault/" + std::to_string(index));
    if (fault.at >= scenario_.duration)
        return;
    if (!fault.between) {
        queue_.schedule(fault.at, {EventKind::fault_begin, index, no_index});
        return;
    }
    const auto schedule = [&](std::uint32_t unit) {
        const Time begin = fault.at + sim::from_seconds(fault.between->sample(fault_streams_[index]));
        if (begin < scenario_.duration)
            queue_.schedule(begin, {EventKind::fault_begin, index, unit});
    };
    if (!fault.is_each_replica)
        return schedule(no_index);
    const Strike all{.fault = index};
    for (std::uint32_t r = 0; r < replicas_.size(); ++r)
        if (is_struck(all, r))
            schedule(r);
}

void Simulation::strike(std::uint32_t fault) {
    fault_streams_.emplace_back(seed_, "fault/" + std::to_string(fault));
    ++events_;  // as if it had been scheduled
    begin_fault(fault, no_index);
}

bool Simulation::is_struck(const Strike& strike, std::uint32_t index) const {
    const Fault& fault = fault_of(strike.fault);
    const std::uint32_t component_index = replicas_[index].component;
    if (strike.unit != no_index)
        return strike.unit == index;
    if (fault.component != no_index && fault.component != component_index)
        return false;
    const Component& component = scenario_.components[component_index];
    const std::uint32_t local = index - components_[component_index].first_replica;
    if (!fault.domain.empty() && !is_in_domain(component, local, fault.domain))
        return false;
    if (!fault.waves.empty() && local >= std::ceil(fault.waves[strike.wave] * component.replicas))
        return false;
    if (fault.replicas >= component.replicas)
        return true;
    return (local + component.replicas - fault.first % component.replicas) % component.replicas < fault.replicas;
}

void Simulation::begin_fault(std::uint32_t index, std::uint32_t unit) {
    const Fault& fault = fault_of(index);
    const auto number = static_cast<std::uint32_t>(strikes_.size());
    Strike begun{.fault = index, .unit = unit, .is_active = true};
    Time until = fault.until;
    if (fault.lasts)
        until = queue_.now() + sim::from_seconds(fault.lasts->sample(fault_streams_[index]));
    if (fault.kind == FaultKind::partition)
        partition(begun);
    for (const WorkloadState& state : workloads_) {
        begun.ok += state.before.ok;
        begun.failed += state.before.failed;
    }
    // The places of strikes that are over are used again.
    std::uint32_t place = 0;
    while (place < number && strikes_[place].is_active)
        ++place;
    if (place == number)
        strikes_.push_back(std::move(begun));
    else
        strikes_[place] = std::move(begun);
    if (until < scenario_.duration)
        queue_.schedule(until, {EventKind::fault_end, place, 0});
    if (!fault.waves.empty())
        queue_.schedule(queue_.now() + fault.wave_every, {EventKind::wave, place, 0});
    switch (fault.kind) {
        case FaultKind::pause:
            for (std::uint32_t r = 0; r < replicas_.size(); ++r)
                if (is_struck(strikes_[place], r))
                    pause_replica(r, fault.delay);
            return;
        case FaultKind::flush:
            for (std::size_t c = 0; c < scenario_.components.size(); ++c) {
                const Component& component = scenario_.components[c];
                for (std::size_t s = 0; s < component.steps.size(); ++s) {
                    if (!component.steps[s].cache)
                        continue;
                    const std::uint32_t copies = component.steps[s].cache->is_shared ? 1 : component.replicas;
                    for (std::uint32_t r = 0; r < copies; ++r)
                        if (is_struck(strikes_[place], components_[c].first_replica + r))
                            caches_[components_[c].cache_of_step[s] + r].keys.clear();
                }
            }
            return;
        case FaultKind::reconnect: {
            // Whatever its users waited for is forgotten; all of them ask at once.
            WorkloadState& state = workloads_[fault.component];
            ++state.user_generation;
            for (std::uint32_t user = 0; user < scenario_.workloads[fault.component].users; ++user)
                queue_.schedule(queue_.now(), {EventKind::think, fault.component,
                                               (std::uint64_t{state.user_generation} << 32U) | user});
            return;
        }
        default:
            return refresh(strikes_[place]);
    }
}

void Simulation::end_fault(std::uint32_t index) {
    Strike& strike = strikes_[index];
    if (!strike.is_active)
        return;  // a push that was aborted
    strike.is_active = false;
    const Fault& fault = fault_of(strike.fault);
    refresh(strike);
    if (!fault.between)
        return;
    const Time next = queue_.now() + sim::from_seconds(fault.between->sample(fault_streams_[strike.fault]));
    if (next < scenario_.duration)
        queue_.schedule(next, {EventKind::fault_begin, strike.fault, strike.unit});
}

// A push goes on to its next wave, or is taken back.
void Simulation::next_wave(std::uint32_t index) {
    Strike& strike = strikes_[index];
    const Fault& fault = fault_of(strike.fault);
    if (!strike.is_active)
        return;
    std::uint64_t ok = 0;
    std::uint64_t failed = 0;
    for (const WorkloadState& state : workloads_) {
        ok += state.before.ok;
        failed += state.before.failed;
    }
    const double bad = static_cast<double>(failed - strike.failed);
    const double all = bad + static_cast<double>(ok - strike.ok);
    strike.ok = ok;
    strike.failed = failed;
    if (fault.abort_above > 0 && bad > fault.abort_above * all) {
        strike.is_active = false;
        return refresh(strike);
    }
    if (strike.wave + 1 < fault.waves.size()) {
        ++strike.wave;
        refresh(strike);
    }
    if (strike.wave + 1 < fault.waves.size() || fault.abort_above > 0)
        queue_.schedule(queue_.now() + fault.wave_every, {EventKind::wave, index, 0});
}

// Brings what it touches into the state that all active strikes together make.
void Simulation::refresh(const Strike& strike) {
    const Fault& fault = fault_of(strike.fault);
    if (strikes_messages(fault.kind))
        return refresh_edges();
    if (fault.kind == FaultKind::partition)
        return check_leaders();  // the rest is asked for at each way
    const Strike copy = strike;  // what a crash does may add strikes, never now, but the compiler cannot know
    for (std::uint32_t r = 0; r < replicas_.size(); ++r)
        if (is_struck(copy, r))
            refresh_replica(r);
}

void Simulation::refresh_edges() {
    for (std::uint32_t e = 0; e < edges_.size(); ++e) {
        const Network& network = network_of(scenario_, scenario_.edges[e]);
        Time delay = 0;
        double kept = 1 - network.loss;
        double single = 1 - network.duplicate;
        double in_order = 1 - network.reorder;
        Time hold = network.reorder > 0 ? network.hold : 0;
        for (const Strike& strike : strikes_) {
            const Fault& fault = fault_of(strike.fault);
            if (!strike.is_active || !strikes_messages(fault.kind) ||
                (fault.edge != e && fault.component != scenario_.edges[e].target))
                continue;
            if (fault.kind == FaultKind::latency) {
                delay += fault.delay;
            } else if (fault.kind == FaultKind::loss) {
                kept *= 1 - fault.factor;
            } else if (fault.kind == FaultKind::duplicate) {
                single *= 1 - fault.factor;
            } else {
                in_order *= 1 - fault.factor;
                hold = std::max(hold, fault.delay);
            }
        }
        EdgeState& state = edges_[e];
        state.extra_delay = delay;
        state.loss = 1 - kept;
        state.duplicate = 1 - single;
        state.reorder = 1 - in_order;
        state.hold = hold;
    }
}

void Simulation::refresh_replica(std::uint32_t index) {
    Replica& replica = replicas_[index];
    const Component& component = scenario_.components[replica.component];
    bool is_down = false;
    double slow = 1;
    double right = 1 - component.error_rate;
    double left = 1;  // of its threads
    Time skew = 0;
    for (const Strike& strike : strikes_) {
        if (!strike.is_active || !is_struck(strike, index))
            continue;
        const Fault& fault = fault_of(strike.fault);
        switch (fault.kind) {
            case FaultKind::crash:
                is_down = true;
                break;
            case FaultKind::slow:
                slow *= fault.factor;
                break;
            case FaultKind::errors:
                right *= 1 - fault.factor;
                break;
            case FaultKind::exhaust:
                left *= 1 - fault.factor;
                break;
            case FaultKind::clock:
                skew += fault.delay;
                break;
            default:
                break;
        }
    }
    replica.skew = skew;
    replica.error_rate = 1 - right;
    if (slow != replica.slow) {
        share_update(index);
        replica.slow = slow;
        share_schedule(index);
    }
    const auto threads = component.threads == unlimited
                             ? unlimited
                             : static_cast<std::uint32_t>(std::ceil(left * static_cast<double>(component.threads)));
    const bool has_more = threads > replica.threads;
    replica.threads = threads;
    if (is_down && replica.is_up)
        crash(index);
    else if (!is_down && !replica.is_up)
        recover(index);
    else if (has_more)
        start_next(index);
}

void Simulation::partition(Strike& strike) const {
    const Fault& fault = fault_of(strike.fault);
    constexpr std::uint8_t near = 1;
    constexpr std::uint8_t far = 2;
    const auto contains = [](const std::vector<std::uint32_t>& list, std::uint32_t c) {
        return std::find(list.begin(), list.end(), c) != list.end();
    };
    strike.sides.assign(replicas_.size() + workloads_.size(), fault.near.empty() ? near : std::uint8_t{0});
    for (std::uint32_t r = 0; r < replicas_.size(); ++r) {
        const std::uint32_t c = replicas_[r].component;
        if (!fault.domain.empty()) {
            if (is_in_domain(scenario_.components[c], r - components_[c].first_replica, fault.domain))
                strike.sides[r] = far;
        } else if (contains(fault.others, c)) {
            strike.sides[r] = far;
        } else if (contains(fault.near, c)) {
            strike.sides[r] = near;
        }
    }
    for (std::size_t w = 0; w < workloads_.size(); ++w)
        if (!fault.domain.empty() && is_within(scenario_.workloads[w].zone, fault.domain))
            strike.sides[replicas_.size() + w] = far;
}

bool Simulation::is_cut(std::uint32_t from, std::uint32_t to) const {
    if (from == no_index || to == no_index)
        return false;
    for (const Strike& strike : strikes_) {
        if (!strike.is_active || strike.sides.empty())
            continue;
        const std::uint8_t a = strike.sides[from];
        const std::uint8_t b = strike.sides[to];
        if (a != 0 && b != 0 && a != b && (a < b || !fault_of(strike.fault).is_one_way))
            return true;
    }
    return false;
}

// Nothing advances for that long: what is in progress ends later, what begins waits.
void Simulation::pause_replica(std::uint32_t index, Time delay) {
    Replica& replica = replicas_[index];
    share_update(index);
    const Time now = queue_.now();
    const Time longer = now + delay - std::max(now, replica.paused_until);
    replica.paused_until = std::max(replica.paused_until, now + delay);
    if (longer <= 0)
        return;
    share_schedule(index);
    queue_.schedule(replica.paused_until, {EventKind::resume, index, 0});
    if (scenario_.components[replica.component].sharing == Sharing::processor)
        return;
    for (const Ref& ref : inside(replica)) {
        Attempt& attempt = attempts_[ref.index];
        if (attempt.state != AttemptState::running)
            continue;
        queue_.cancel(attempt.work);
        attempt.work_until += longer;
        attempt.work = queue_.schedule(attempt.work_until, {EventKind::work_done, ref.index, attempt.generation});
    }
}

// Whatever is in it is lost; those who wait for it see their connections reset.
void Simulation::crash(std::uint32_t index) {
    Replica& replica = replicas_[index];
    const std::uint32_t component_index = replica.component;
    const Component& component = scenario_.components[component_index];
    ComponentState& state = components_[component_index];
    replica.is_up = false;
    if (component.health)
        queue_.schedule(queue_.now() + component.health->every * component.health->failures,
                        {EventKind::health_check, index, 0});
    update_rotation(index);
    replica.sharing.clear();
    share_schedule(index);
    state.warm.clear();
    if (!state.leaders.empty()) {
        const std::uint32_t group = (index - state.first_replica) / component.replication->factor;
        if (state.leaders[group].now == index)
            wait_for_leader(component_index, group);
        if (state.leaders[group].deposed == index)
            state.leaders[group].deposed = no_index;
    }
    // Nothing may start in it while it is emptied.
    const std::uint32_t threads = replica.threads;
    replica.threads = 0;
    for (const Ref& ref : inside(replica)) {
        if (!is_live(ref))
            continue;  // what failed before it has ended it
        const std::uint32_t a = ref.index;
        Attempt& attempt = attempts_[a];
        const bool is_in_progress = attempt.state == AttemptState::running || attempt.state == AttemptState::waiting;
        if (attempt.state == AttemptState::queued) {
            unlink(a);
        } else if (is_in_progress) {
            --replica.running;
            remove_from(replica.in_progress, a);
            if (attempt.is_held) {
                attempt.is_held = false;
                end_hold(component.steps[attempt.step].edges[attempt.place], attempt.work_until);
            }
            replica.busy.add(queue_.now(), -1);
            state.busy.add(queue_.now(), -1);
            if (component.autoscale && component.sharing == Sharing::servers)
                state.recent_busy.add(queue_.now(), -1);
            queue_.cancel(attempt.work);
            if (attempt.fills)
                end_filling(a, component.steps[attempt.step], false);
            if (attempt.step < component.steps.size() && component.steps[attempt.step].kind == StepKind::commit &&
                attempt.place != no_index)
                decide(attempt.place, component_index, Decision::abort);
            if (state.has_locks)
                vote(a, Outcome::failed);
        } else {
            continue;
        }
        state.in_system.add(queue_.now(), -1);
        ++state.result.lost;
        ++state.result.left;
        state.sojourn_sum += sim::to_seconds(queue_.now() - attempts_[a].arrived);
        answer(a, Outcome::failed);
    }
    replicas_[index].threads = threads;
    for (std::size_t s = 0; s < component.steps.size(); ++s)
        if (component.steps[s].cache && !component.steps[s].cache->is_shared)
            caches_[state.cache_of_step[s] + index - state.first_replica].keys.clear();
    update_credit(component_index);
    DS_ASSERT(replicas_[index].running == 0 && replicas_[index].waiting == 0);
}

void Simulation::recover(std::uint32_t index) {
    Replica& replica = replicas_[index];
    const Component& component = scenario_.components[replica.component];
    ComponentState& state = components_[replica.component];
    replica.is_up = true;
    if (component.health)
        queue_.schedule(queue_.now() + component.health->every, {EventKind::health_check, index, 0});
    update_rotation(index);
    if (state.leaders.empty())
        return;
    const std::uint32_t group = (index - state.first_replica) / component.replication->factor;
    const std::uint32_t first = state.first_replica + group * component.replication->factor;
    bool others_up = false;
    for (std::uint32_t r = first; r < first + component.replication->factor; ++r)
        others_up = others_up || (r != index && replicas_[r].is_up);
    if (state.leaders[group].now == no_index && !others_up)
        wait_for_leader(replica.component, group);
}

}  // namespace dstudio::system
