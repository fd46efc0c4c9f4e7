// What the network does to messages: how long they travel, whether they are lost, arrive twice or out of order.
//
// A request that arrives twice is done twice: its copy is an attempt of its own at the same replica, for which nobody
// waits. Nobody can tell the two apart, so the first answer to either counts, and a copy saves a request whose other
// half was lost. An answer that arrives twice is taken once.
#include <algorithm>

#include "core/system/simulation.hpp"

namespace dstudio::system {

Time Simulation::one_way(std::uint32_t edge, base::RandomStream& random) {
    EdgeState& state = edges_[edge];
    Time delay =
        sim::from_seconds(network_of(scenario_, scenario_.edges[edge]).delay.sample(random)) + state.extra_delay;
    if (state.reorder > 0 && state.messages.uniform() < state.reorder) {
        delay += state.hold;
        ++state.result.held_back;
    }
    state.result.network_seconds += sim::to_seconds(delay);
    return delay;
}

Simulation::Ways Simulation::ways(std::uint32_t edge) {
    EdgeState& state = edges_[edge];
    const auto travel = [&](base::RandomStream& random) {
        const Time delay = one_way(edge, random);
        if (state.loss == 0 || random.uniform() >= state.loss)
            return delay;
        ++state.result.lost;
        return sim::time_max;
    };
    Ways ways{travel(state.network), sim::time_max};
    if (state.duplicate > 0 && state.messages.uniform() < state.duplicate) {
        ++state.result.duplicates;
        ways.second = travel(state.messages);
        if (ways.second < ways.first)
            std::swap(ways.first, ways.second);
    }
    return ways;
}

// The request is on its way to the replica.
void Simulation::carry(std::uint32_t index) {
    const std::uint32_t edge = attempts_[index].edge;
    const Ways ways = this->ways(edge);
    const bool is_stopped =
        !strikes_.empty() && is_cut(calls_[attempts_[index].call].origin.caller, attempts_[index].replica);
    edges_[edge].result.lost += ways.first != sim::time_max && is_stopped ? 1 : 0;
    if (ways.first == sim::time_max || is_stopped) {
        attempts_[index].state = AttemptState::lost;
        return;
    }
    arrive_at(index, queue_.now() + ways.first);
    if (ways.second != sim::time_max)
        copy_attempt(index, queue_.now() + ways.second);
}

double Simulation::request_bytes(const Attempt& attempt) const {
    const Origin& origin = calls_[attempt.call].origin;
    return origin.row == no_index ? scenario_.edges[attempt.edge].request_bytes
                                  : scenario_.workloads[origin.workload].trace_bytes[origin.row];
}

void Simulation::arrive_at(std::uint32_t index, Time at) {
    const Attempt& attempt = attempts_[index];
    const std::uint32_t target = scenario_.edges[attempt.edge].target;
    if (scenario_.components[target].backpressure) {
        ++components_[target].travelling;
        settle_credit(target);
    }
    const double bandwidth = scenario_.components[target].bandwidth;
    const double bytes = bandwidth > 0 ? request_bytes(attempt) : 0;
    if (bytes > 0) {
        Time& free = replicas_[attempt.replica].in_free;
        at = free = std::max(at, free) + sim::from_seconds(bytes / bandwidth);
    }
    queue_.schedule(at, {EventKind::arrive, index, attempt.generation});
}

void Simulation::copy_attempt(std::uint32_t original, Time arrival) {
    if (attempts_[original].participation != no_index)
        return;  // a participant knows the transaction when it is asked again
    const std::uint32_t index = take_attempt();
    if (index == no_index)
        return;  // the run has been stopped
    const Attempt& from = attempts_[original];
    Attempt& copy = attempts_[index];
    copy.state = AttemptState::travelling;
    copy.request = from.request;
    copy.is_ignored = true;
    copy.is_hedge = from.is_hedge;
    copy.is_peer = from.is_peer;
    copy.is_delivery = from.is_delivery;
    copy.call = from.call;
    copy.call_generation = from.call_generation;
    copy.edge = from.edge;
    copy.replica = from.replica;
    copy.twin = {original, from.generation};
    copy.deadline = from.deadline;
    copy.sent = from.sent;
    if (from.is_peer && from.version != no_index) {
        const Version known = versions_[from.version];
        note_version(index, known.stamp);
        versions_[attempts_[index].version] = known;
    }
    arrive_at(index, arrival);
}

void Simulation::answer(std::uint32_t index, Outcome outcome) {
    Attempt& attempt = attempts_[index];
    if (attempt.span != no_index)
        spans_[attempt.span].served = queue_.now();
    if (!is_awaited(attempt))
        return free_attempt(index);
    attempt.state = AttemptState::answering;
    attempt.outcome = outcome;
    Replica& replica = replicas_[attempt.replica];
    const Ways ways = this->ways(attempt.edge);
    Time sent = queue_.now();
    const double bytes = scenario_.edges[attempt.edge].answer_bytes;
    if (bytes > 0 && outcome == Outcome::ok) {
        components_[replica.component].result.sent_bytes += bytes;
        if (const double bandwidth = scenario_.components[replica.component].bandwidth; bandwidth > 0)
            sent = replica.out_free = std::max(sent, replica.out_free) + sim::from_seconds(bytes / bandwidth);
    }
    const bool is_stopped = !strikes_.empty() && is_cut(attempt.replica, calls_[attempt.call].origin.caller);
    edges_[attempt.edge].result.lost += ways.first != sim::time_max && is_stopped ? 1 : 0;
    if (ways.first == sim::time_max || is_stopped) {
        attempt.state = AttemptState::lost;
        if (attempt.is_ignored)
            free_attempt(index);  // no timeout of the caller will find it
        return;
    }
    queue_.schedule(sent + ways.first, {EventKind::respond, index, attempt.generation});
}

// The answer to a copy that is the first counts as the answer to what it is a copy of.
void Simulation::take_place_of_twin(std::uint32_t index) {
    Attempt& copy = attempts_[index];
    if (!copy.is_ignored || !is_awaited(copy))
        return;
    const Ref twin = copy.twin;
    Attempt& other = attempts_[twin.index];
    Call& call = calls_[other.call];
    call.live[call.live[0] == twin.index ? 0 : 1] = index;
    queue_.cancel(other.timer);
    copy.is_ignored = false;
    copy.span = other.span;
    other.is_ignored = true;
    other.span = no_index;
    if (other.state == AttemptState::lost)
        free_attempt(twin.index);
}

}  // namespace dstudio::system
