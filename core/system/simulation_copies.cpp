// Copies of data: quorums, leaders and those who took over from them, and which version of a key each copy has.
//
// Versions are followed for requests with keys. With a leader they are counted. Without one a write is stamped by the
// clock of the replica that took it, and the latest stamp wins everywhere (DeCandia et al., SOSP 2007, section 4.4, as
// Cassandra does it): a clock that is behind loses writes.
#include <algorithm>

#include "core/base/assert.hpp"
#include "core/system/simulation.hpp"

namespace dstudio::system {

// Asks the others of the group. True if there is nothing to wait for.
bool Simulation::begin_copies(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    const std::uint32_t component_index = replicas_[attempt.replica].component;
    const Replication& replication = *scenario_.components[component_index].replication;
    const bool is_write = attempt.request.is_write;
    if (attempt.version != no_index && is_write)
        issue(index);
    else
        read_copy(index);
    if (replication.factor == 1)
        return true;
    const std::uint32_t needed = (is_write ? replication.write : replication.read) - 1;
    const std::uint32_t group = first_of_group(attempt.replica);
    // A write goes to all of them, a read to as many as it needs, those in the rotation first.
    std::vector<std::uint32_t> others;
    for (const bool in_rotation : {true, false})
        for (std::uint32_t i = 1; i < replication.factor; ++i) {
            const std::uint32_t other = group + (attempt.replica - group + i) % replication.factor;
            if (replicas_[other].takes == in_rotation && (is_write || others.size() < needed))
                others.push_back(other);
        }
    if (needed == 0) {
        for (const std::uint32_t other : others)
            send(index, replication.edge, other);
        return true;
    }
    attempt.state = AttemptState::waiting;
    attempt.calls_open = static_cast<std::uint32_t>(others.size());
    attempt.answers_needed = needed;
    const Ref self{index, attempt.generation};
    const std::uint32_t at = attempt.step;
    for (const std::uint32_t other : others) {
        if (!is_live(self) || attempts_[index].state != AttemptState::waiting || attempts_[index].step != at)
            break;
        call_for(index, replication.edge, other);
    }
    return false;
}

// ------------------------------------------------------------------------------------------------------------- leaders

std::uint32_t Simulation::first_of_group(std::uint32_t replica) const {
    const std::uint32_t component = replicas_[replica].component;
    const std::uint32_t local = replica - components_[component].first_replica;
    return replica - local % scenario_.components[component].replication->factor;
}

Simulation::Leader* Simulation::leader_of(std::uint32_t replica) {
    const std::uint32_t component = replicas_[replica].component;
    ComponentState& state = components_[component];
    return state.leaders.empty()
               ? nullptr
               : &state.leaders[(replica - state.first_replica) / scenario_.components[component].replication->factor];
}

void Simulation::wait_for_leader(std::uint32_t index, std::uint32_t group) {
    components_[index].leaders[group].now = no_index;
    queue_.schedule(queue_.now() + scenario_.components[index].replication->failover, {EventKind::elect, index, group});
}

void Simulation::elect(std::uint32_t index, std::uint32_t group) {
    ComponentState& state = components_[index];
    if (state.leaders[group].now != no_index)
        return;
    const std::uint32_t factor = scenario_.components[index].replication->factor;
    const std::uint32_t first = state.first_replica + group * factor;
    for (std::uint32_t r = first; r < first + factor; ++r)
        if (replicas_[r].is_up && reaches_majority(r))
            return take_over(index, group, r);
    // Nobody is left; whoever comes back begins anew.
}

// Those whom a partition leaves without the majority of their group are replaced, and do not hear of it.
void Simulation::check_leaders() {
    for (std::uint32_t c = 0; c < components_.size(); ++c)
        for (std::uint32_t group = 0; group < components_[c].leaders.size(); ++group) {
            Leader& leader = components_[c].leaders[group];
            if (leader.now == no_index) {
                wait_for_leader(c, group);
                continue;
            }
            if (leader.deposed != no_index && !is_cut(leader.now, leader.deposed))
                leader.deposed = no_index;  // it steps down; what it took is gone
            if (!reaches_majority(leader.now))
                queue_.schedule(queue_.now() + scenario_.components[c].replication->failover,
                                {EventKind::depose, c, group});
        }
}

void Simulation::depose(std::uint32_t index, std::uint32_t group) {
    Leader& leader = components_[index].leaders[group];
    if (leader.now == no_index || reaches_majority(leader.now))
        return;
    const std::uint32_t before = leader.now;
    leader.now = no_index;
    elect(index, group);
    if (leader.now == no_index)
        leader.now = before;  // there is no majority anywhere
    else
        leader.deposed = before;
}

// Of its group, itself included, whether they are up or not.
bool Simulation::reaches_majority(std::uint32_t replica) const {
    if (strikes_.empty())
        return true;
    const std::uint32_t factor = scenario_.components[replicas_[replica].component].replication->factor;
    const std::uint32_t first = first_of_group(replica);
    std::uint32_t reached = 0;
    for (std::uint32_t r = first; r < first + factor; ++r)
        reached += r == replica || (!is_cut(r, replica) && !is_cut(replica, r)) ? 1 : 0;
    return 2 * reached > factor;
}

// Who does not reach the new leader may still reach the one before, and believes in it.
std::uint32_t Simulation::leader_for(std::uint32_t component, std::uint32_t group, std::uint32_t caller) const {
    const Leader& leader = components_[component].leaders[group];
    const bool is_beyond = leader.deposed != no_index && is_cut(caller, leader.now) && !is_cut(caller, leader.deposed);
    return is_beyond ? leader.deposed : leader.now;
}

// A new leader collects what those whom it reaches have (as in a view change: Oki and Liskov, PODC 1988, section 3.3).
// What none of them has is gone, though it may have been acknowledged.
void Simulation::take_over(std::uint32_t index, std::uint32_t group, std::uint32_t chosen) {
    ComponentState& state = components_[index];
    const std::uint32_t factor = scenario_.components[index].replication->factor;
    const std::uint32_t first = state.first_replica + group * factor;
    state.leaders[group].now = chosen;
    ++state.result.failovers;
    for (std::uint32_t r = first; r < first + factor; ++r)
        if (r != chosen && replicas_[r].is_up && !is_cut(r, chosen))
            copy_all(r, chosen);
    for (auto& [key, written] : state.latest[group]) {
        const std::int64_t kept = state.copies[chosen - state.first_replica][key].stamp;
        if (kept >= written.acknowledged)
            continue;
        ++state.result.lost_writes;
        written.acknowledged = kept;
        for (std::uint32_t r = first; r < first + factor; ++r) {
            Copy& copy = state.copies[r - state.first_replica][key];
            copy.stamp = std::min(copy.stamp, kept);
            if (copy.stamp == kept)
                copy.stale_since = sim::time_max;
        }
    }
}

// ------------------------------------------------------------------------------------------------------------ versions

void Simulation::note_version(std::uint32_t index, std::int64_t stamp) {
    Attempt& attempt = attempts_[index];
    if (attempt.request.key == no_index)
        return;
    if (free_versions_.empty()) {
        attempt.version = static_cast<std::uint32_t>(versions_.size());
        versions_.emplace_back();
    } else {
        attempt.version = free_versions_.back();
        free_versions_.pop_back();
    }
    Version& version = versions_[attempt.version];
    version = {.stamp = stamp};
    const auto& written = written_by(attempt.replica);
    if (const auto found = written.find(attempt.request.key); found != written.end())
        version.acknowledged = found->second.acknowledged;
}

std::unordered_map<std::uint32_t, Simulation::Written>& Simulation::written_by(std::uint32_t replica) {
    const std::uint32_t component = replicas_[replica].component;
    ComponentState& state = components_[component];
    return state.latest[(replica - state.first_replica) / scenario_.components[component].replication->factor];
}

// The replica takes a write. A leader that has been replaced takes it too; it never comes to the others.
void Simulation::issue(std::uint32_t index) {
    const Attempt& attempt = attempts_[index];
    const Leader* leader = leader_of(attempt.replica);
    if (leader != nullptr && leader->deposed == attempt.replica)
        return;
    Written& written = written_by(attempt.replica)[attempt.request.key];
    const Time clock = queue_.now() + replicas_[attempt.replica].skew + 1;  // 0 is before all writes
    const std::int64_t stamp = leader != nullptr ? ++written.issued : std::max<Time>(1, clock);
    versions_[attempt.version].stamp = stamp;
    apply(attempt.replica, attempt.request.key, stamp);
}

void Simulation::apply(std::uint32_t replica, std::uint32_t key, std::int64_t stamp) {
    Copy& copy = components_[replicas_[replica].component]
                     .copies[replica - components_[replicas_[replica].component].first_replica][key];
    copy.stamp = std::max(copy.stamp, stamp);
    const auto& written = written_by(replica);
    const auto found = written.find(key);
    if (found == written.end() || copy.stamp >= found->second.acknowledged)
        copy.stale_since = sim::time_max;
}

// At its replica: another's write, or what it reads.
void Simulation::read_copy(std::uint32_t index) {
    const Attempt& attempt = attempts_[index];
    if (attempt.version == no_index)
        return;
    Version& version = versions_[attempt.version];
    if (attempt.request.is_write)
        return apply(attempt.replica, attempt.request.key, version.stamp);
    const ComponentState& state = components_[replicas_[attempt.replica].component];
    const auto& copies = state.copies[attempt.replica - state.first_replica];
    if (const auto found = copies.find(attempt.request.key); found != copies.end()) {
        version.stamp = found->second.stamp;
        version.stale_since = found->second.stale_since;
    }
}

// The one who asked takes the latest that it hears of.
void Simulation::merge_reads(const Attempt& peer) {
    const Call& call = calls_[peer.call];
    const Ref parent = call.origin.parent;
    if (peer.request.is_write || peer.outcome != Outcome::ok || !is_live(parent))
        return;
    const Attempt& reader = attempts_[parent.index];
    if (reader.state != AttemptState::waiting || reader.step != call.parent_step || reader.version == no_index)
        return;
    Version& version = versions_[reader.version];
    const Version& heard = versions_[peer.version];
    if (heard.stamp > version.stamp) {
        version.stamp = heard.stamp;
        version.stale_since = heard.stale_since;
    }
}

// It is answered.
void Simulation::data_ended(std::uint32_t index) {
    const Attempt& attempt = attempts_[index];
    ComponentState& state = components_[replicas_[attempt.replica].component];
    const Version& version = versions_[attempt.version];
    if (!attempt.request.is_write) {
        const bool is_stale = version.stamp < version.acknowledged;
        ++state.result.reads;
        state.result.stale_reads += is_stale ? 1 : 0;
        const bool is_dated = is_stale && version.stale_since != sim::time_max;
        return state.result.staleness.add(is_dated ? queue_.now() - version.stale_since : 0);
    }
    ++state.result.writes;
    if (version.stamp == 0 || version.stamp < version.acknowledged) {
        ++state.result.lost_writes;
        return;
    }
    Written& written = written_by(attempt.replica)[attempt.request.key];
    written.acknowledged = std::max(written.acknowledged, version.stamp);
    const std::uint32_t first = first_of_group(attempt.replica);
    const std::uint32_t factor = scenario_.components[replicas_[attempt.replica].component].replication->factor;
    for (std::uint32_t r = first; r < first + factor; ++r) {
        Copy& copy = state.copies[r - state.first_replica][attempt.request.key];
        if (copy.stamp < written.acknowledged && copy.stale_since == sim::time_max)
            copy.stale_since = queue_.now();
    }
}

// All replicas that are up and reach each other come to the same versions.
void Simulation::repair(std::uint32_t index) {
    const Replication& replication = *scenario_.components[index].replication;
    const std::uint32_t first = components_[index].first_replica;
    for (std::uint32_t to = first; to < first + scenario_.components[index].replicas; ++to)
        for (std::uint32_t i = 1; i < replication.factor; ++i) {
            const std::uint32_t group = first_of_group(to);
            const std::uint32_t from = group + (to - group + i) % replication.factor;
            if (replicas_[from].is_up && replicas_[to].is_up && !is_cut(from, to))
                copy_all(from, to);
        }
    queue_.schedule(queue_.now() + replication.repair_every, {EventKind::repair, index, 0});
}

void Simulation::copy_all(std::uint32_t from, std::uint32_t to) {
    const ComponentState& state = components_[replicas_[from].component];
    for (const auto& [key, copy] : state.copies[from - state.first_replica]) {
        spend();
        apply(to, key, copy.stamp);
    }
}

}  // namespace dstudio::system
