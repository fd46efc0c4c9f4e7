// Which replica a call goes to, and which of them are in the rotation: balancing, sharding, ejection, health, scaling.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/system/simulation.hpp"

namespace dstudio::system {
namespace {

constexpr std::uint32_t ring_points = 100;  // of each replica

// The finalizer of splitmix64 (Steele, Lea and Flood, OOPSLA 2014): keys next to each other scatter.
std::uint64_t scattered(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

}  // namespace

std::uint32_t Simulation::choose_replica(const Call& call, std::uint32_t avoid) {
    if (call.origin.pinned != no_index)
        return call.origin.pinned;
    const std::uint32_t target = scenario_.edges[call.edge].target;
    const Component& component = scenario_.components[target];
    const std::uint32_t first = components_[target].first_replica;
    const std::uint32_t size = component.replicas;
    if (size == 1)
        return replicas_[first].takes ? first : no_index;
    if (component.replication || component.cells > 0 || component.shuffle > 0)
        return choose_by_key(call, avoid);
    switch (component.balancing) {
        case Balancing::round_robin: {
            EdgeState& state = edges_[call.edge];
            for (std::uint32_t tried = 0; tried < size; ++tried) {
                const std::uint32_t r = first + state.round_robin++ % size;
                if (replicas_[r].takes && r != avoid)
                    return r;
            }
            return no_index;
        }
        case Balancing::least_requests:
            return choose_member(call.edge, first, size, avoid);
        case Balancing::weighted: {
            double sum = 0;
            for (std::uint32_t i = 0; i < size; ++i)
                sum += replicas_[first + i].takes ? component.weights[i] : 0;
            double left = edges_[call.edge].balance.uniform() * sum;
            std::uint32_t chosen = no_index;
            for (std::uint32_t i = 0; i < size; ++i) {
                if (!replicas_[first + i].takes || component.weights[i] == 0)
                    continue;
                chosen = first + i;
                left -= component.weights[i];
                if (left < 0)
                    break;
            }
            return chosen;
        }
        case Balancing::hash:
        case Balancing::range:
        case Balancing::consistent:
            return choose_by_key(call, avoid);
        case Balancing::random:
        case Balancing::power_of_two:
        case Balancing::ewma:
            return choose_at_random(call.edge, avoid);
    }
    return no_index;
}

// The one with the fewest requests; among equals at random: else the first would get every request of an idle system.
std::uint32_t Simulation::choose_member(std::uint32_t edge, std::uint32_t first, std::uint32_t members,
                                        std::uint32_t avoid) {
    std::uint32_t best = no_index;
    std::uint32_t equals = 0;
    for (std::uint32_t r = first; r < first + members; ++r) {
        if (!replicas_[r].takes || r == avoid)
            continue;
        if (best == no_index || replicas_[r].outstanding < replicas_[best].outstanding) {
            best = r;
            equals = 1;
        } else if (replicas_[r].outstanding == replicas_[best].outstanding &&
                   edges_[edge].balance.below(++equals) == 0) {
            best = r;
        }
    }
    return best;
}

// Each of them as likely as any other.
std::uint32_t Simulation::choose_any(std::uint32_t edge, std::uint32_t first, std::uint32_t members,
                                     std::uint32_t avoid) {
    std::uint32_t chosen = no_index;
    std::uint32_t usable = 0;
    for (std::uint32_t r = first; r < first + members; ++r)
        if (replicas_[r].takes && r != avoid && edges_[edge].balance.below(++usable) == 0)
            chosen = r;
    return chosen;
}

std::uint32_t Simulation::choose_at_random(std::uint32_t edge, std::uint32_t avoid) {
    const std::uint32_t target = scenario_.edges[edge].target;
    const Component& component = scenario_.components[target];
    const std::uint32_t first = components_[target].first_replica;
    base::RandomStream& random = edges_[edge].balance;
    // Counted, not looked through: there may be thousands.
    const std::uint32_t usable = components_[target].up - (avoid != no_index && replicas_[avoid].takes ? 1U : 0U);
    if (usable == 0)
        return no_index;
    const auto nth = [&](std::uint32_t n) {
        if (usable == component.replicas)
            return first + n;
        for (std::uint32_t r = first;; ++r)
            if (replicas_[r].takes && r != avoid && n-- == 0)
                return r;
    };
    const auto one = static_cast<std::uint32_t>(random.below(usable));
    if (component.balancing == Balancing::random || usable < 2)
        return nth(one);
    // Two different ones (Mitzenmacher, IEEE Transactions on Parallel and Distributed Systems 12(10), 2001).
    auto other = static_cast<std::uint32_t>(random.below(usable - 1));
    other += other >= one ? 1 : 0;
    const std::uint32_t a = nth(one);
    const std::uint32_t b = nth(other);
    const auto load = [&](std::uint32_t r) {
        const Replica& replica = replicas_[r];
        return component.balancing == Balancing::ewma ? (replica.outstanding + 1) * replica.latency
                                                      : static_cast<double>(replica.outstanding);
    };
    return load(b) < load(a) ? b : a;
}

// Shards, cells and shuffle shards: the key says which replicas may answer; of several the least busy does. A request
// without a key goes anywhere.
std::uint32_t Simulation::choose_by_key(const Call& call, std::uint32_t avoid) {
    const std::uint32_t target = scenario_.edges[call.edge].target;
    const Component& component = scenario_.components[target];
    ComponentState& state = components_[target];
    const Request& request = call.origin.request;
    const std::uint32_t first = state.first_replica;
    const std::uint32_t size = component.replicas;
    const bool has_key = request.key != no_index;
    const std::uint64_t scatter = has_key ? scattered(request.key) : edges_[call.edge].balance.next_u64();
    if (component.shuffle > 0) {
        // Distinct ones by probing on.
        std::uint32_t best = no_index;
        state.shuffled_at.resize(size);
        ++state.shuffles;
        for (std::uint32_t i = 0; i < component.shuffle; ++i) {
            auto place = static_cast<std::uint32_t>(scattered(scatter + i) % size);
            while (state.shuffled_at[place] == state.shuffles)
                place = (place + 1) % size;
            state.shuffled_at[place] = state.shuffles;
            const std::uint32_t r = first + place;
            if (replicas_[r].takes && r != avoid &&
                (best == no_index || replicas_[r].outstanding < replicas_[best].outstanding))
                best = r;
        }
        return best;
    }
    if (component.cells > 0) {
        const std::uint64_t cell = scatter % component.cells;
        const auto begin = static_cast<std::uint32_t>(cell * size / component.cells);
        const auto end = static_cast<std::uint32_t>((cell + 1) * size / component.cells);
        return choose_member(call.edge, first + begin, end - begin, avoid);
    }
    const std::uint32_t each = component.replication ? component.replication->factor : 1;
    const std::uint32_t groups = size / each;
    std::uint32_t group = 0;
    if (component.balancing == Balancing::range && has_key) {
        const std::uint64_t keys = scenario_.workloads[request.workload].keys.count;
        group = static_cast<std::uint32_t>(std::uint64_t{request.key} * groups / keys);
    } else if (component.balancing == Balancing::consistent && has_key) {
        if (each == 1)
            return choose_on_ring(call, avoid);
        const auto at = std::lower_bound(state.ring.begin(), state.ring.end(), std::pair{scatter, std::uint32_t{0}});
        group = at == state.ring.end() ? state.ring.front().second : at->second;
    } else {
        group = static_cast<std::uint32_t>(scatter % groups);
    }
    if (!state.leaders.empty() && (request.is_write || component.replication->leader_reads)) {
        const std::uint32_t leader = leader_for(target, group, call.origin.caller);
        return leader != no_index && replicas_[leader].takes ? leader : no_index;
    }
    if (each == 1)
        return replicas_[first + group].takes ? first + group : no_index;
    if (component.balancing == Balancing::random)
        return choose_any(call.edge, first + group * each, each, avoid);
    return choose_member(call.edge, first + group * each, each, avoid);
}

std::uint32_t Simulation::choose_on_ring(const Call& call, std::uint32_t avoid) {
    const std::uint32_t target = scenario_.edges[call.edge].target;
    const Component& component = scenario_.components[target];
    const ComponentState& state = components_[target];
    const std::uint64_t scatter = scattered(call.origin.request.key);
    double bound = 0;
    if (component.bounded_load > 0) {
        double outstanding = 1;
        for (std::uint32_t i = 0; i < component.replicas; ++i)
            outstanding += replicas_[state.first_replica + i].outstanding;
        bound = std::ceil(component.bounded_load * outstanding / std::max<std::uint32_t>(1, state.up));
    }
    const auto begin = static_cast<std::size_t>(
        std::lower_bound(state.ring.begin(), state.ring.end(), std::pair{scatter, std::uint32_t{0}}) -
        state.ring.begin());
    for (std::size_t i = 0; i < state.ring.size(); ++i) {
        const std::uint32_t r = state.first_replica + state.ring[(begin + i) % state.ring.size()].second;
        if (replicas_[r].takes && r != avoid && (bound == 0 || replicas_[r].outstanding + 1 <= bound))
            return r;
    }
    return no_index;
}

// Of the replicas, or of their groups.
void Simulation::make_ring(std::uint32_t index) {
    const Component& component = scenario_.components[index];
    const std::uint32_t units = component.replicas / (component.replication ? component.replication->factor : 1);
    auto& ring = components_[index].ring;
    for (std::uint32_t unit = 0; unit < units; ++unit)
        for (std::uint32_t point = 0; point < ring_points; ++point)
            ring.emplace_back(scattered((std::uint64_t{unit} << 32U) + point + 1), unit);
    std::sort(ring.begin(), ring.end());
}

void Simulation::update_rotation(std::uint32_t index) {
    Replica& replica = replicas_[index];
    const Component& component = scenario_.components[replica.component];
    const bool is_known_down = component.health ? replica.is_known_down : !replica.is_up;
    const bool takes = replica.is_active && !is_known_down && !replica.is_ejected;
    if (takes == replica.takes)
        return;
    replica.takes = takes;
    components_[replica.component].up += takes ? 1U : ~0U;
}

// What callers learn of a replica by its answers.
void Simulation::replica_answered(std::uint32_t index, bool failed, Time latency) {
    Replica& replica = replicas_[index];
    const Component& component = scenario_.components[replica.component];
    ComponentState& state = components_[replica.component];
    if (component.balancing == Balancing::ewma) {
        constexpr double weight = 0.1;
        const double seconds = sim::to_seconds(latency);
        replica.latency = replica.latency == 0 ? seconds : (1 - weight) * replica.latency + weight * seconds;
    }
    if (!component.ejection)
        return;
    replica.failures = failed ? replica.failures + 1 : 0;
    if (replica.is_ejected || replica.failures < component.ejection->failures)
        return;
    const double out = component.replicas - state.up + 1.0;
    if (out > component.ejection->share_max * component.replicas)
        return;
    replica.is_ejected = true;
    ++state.result.ejections;
    queue_.schedule(queue_.now() + component.ejection->duration, {EventKind::return_replica, index, 0});
    update_rotation(index);
}

// ------------------------------------------------------------------------------------------------------------- scaling

void Simulation::scale(std::uint32_t index) {
    const Component& component = scenario_.components[index];
    const Autoscale& autoscale = *component.autoscale;
    ComponentState& state = components_[index];
    const Time now = queue_.now();
    queue_.schedule(now + autoscale.every, {EventKind::scale, index, 0});
    const auto active = static_cast<std::uint32_t>(state.active.value()) - state.starting;
    const bool shares = component.sharing == Sharing::processor;
    const double each = shares ? component.cores : component.threads;
    double utilisation = active == 0 ? 1 : state.recent_busy.mean(now) / (active * each);
    state.recent_busy.reset(now);
    const double trend = (utilisation - state.utilisation_before) / sim::to_seconds(autoscale.every);
    state.utilisation_before = utilisation;
    if (autoscale.predicts)
        utilisation = std::max(0.0, utilisation + trend * sim::to_seconds(autoscale.start));
    constexpr double tolerance = 0.1;
    if (std::fabs(utilisation / autoscale.target - 1) <= tolerance)
        return;
    const double wanted = std::ceil(active * utilisation / autoscale.target);
    const auto desired = static_cast<std::uint32_t>(
        std::clamp(wanted, static_cast<double>(autoscale.min), static_cast<double>(component.replicas)));
    const std::uint32_t coming = active + state.starting;
    if (desired > coming) {
        for (std::uint32_t i = coming; i < desired; ++i)
            queue_.schedule(now + autoscale.start, {EventKind::start_replica, index, 0});
        state.starting += desired - coming;
        state.active.add(now, desired - coming);
    } else if (desired < active && state.starting == 0 && now - state.scaled_at >= autoscale.cooldown) {
        // The last ones go: they finish what they have and take nothing new.
        std::uint32_t surplus = active - desired;
        for (std::uint32_t r = state.first_replica + component.replicas; surplus > 0 && r-- > state.first_replica;)
            if (replicas_[r].is_active) {
                replicas_[r].is_active = false;
                update_rotation(r);
                state.active.add(now, -1);
                --surplus;
            }
    } else {
        return;
    }
    ++state.result.scalings;
    state.scaled_at = now;
}

void Simulation::start_replica(std::uint32_t index) {
    ComponentState& state = components_[index];
    --state.starting;
    for (std::uint32_t r = state.first_replica;; ++r)
        if (!replicas_[r].is_active) {
            replicas_[r].is_active = true;
            return update_rotation(r);
        }
}

}  // namespace dstudio::system
