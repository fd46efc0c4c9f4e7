// Two-phase commit: keys that participants hold, votes, decisions that are told until they have been heard.
#include <algorithm>

#include "core/base/assert.hpp"
#include "core/system/simulation.hpp"

namespace dstudio::system {

// --------------------------------------------------------------------------------------------------------------- locks

// Whether an attempt that is about to be served may go on: participants and writes hold their key, reads pass (as with
// snapshots: Bernstein, Hadzilacos and Goodman, Concurrency Control and Recovery in Database Systems, 1987, chapter 5).
bool Simulation::has_lock(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    const bool takes_part = attempt.participation != no_index;
    if (attempt.is_peer || (!takes_part && !attempt.request.is_write))
        return true;
    if (takes_part && participations_[attempt.participation].is_told) {
        leave(index, Outcome::failed);  // the others have gone on without it
        return false;
    }
    if (attempt.request.key == no_index)
        return true;
    ComponentState& state = components_[replicas_[attempt.replica].component];
    const auto [lock, is_free] = state.locks.try_emplace(attempt.request.key);
    if (is_free) {
        grant_lock(attempt);
        return true;
    }
    lock->second.push_back({index, attempt.generation});
    ++state.result.lock_waits;
    attempt.wants_lock = true;
    attempt.state = AttemptState::waiting;
    attempt.work_until = queue_.now();
    return false;
}

void Simulation::grant_lock(Attempt& attempt) {
    if (attempt.participation == no_index)
        attempt.holds_lock = true;
    else
        participations_[attempt.participation].holds_lock = true;
}

void Simulation::end_lock_wait(Attempt& attempt) {
    attempt.wants_lock = false;
    components_[replicas_[attempt.replica].component].lock_wait_sum +=
        sim::to_seconds(queue_.now() - attempt.work_until);
}

// To the first who still waits. That one goes on in an event of its own: a chain of them would be a deep recursion.
void Simulation::release_lock(std::uint32_t component, std::uint32_t key) {
    auto& locks = components_[component].locks;
    const auto lock = locks.find(key);
    DS_ASSERT(lock != locks.end());
    while (!lock->second.empty()) {
        const Ref next = lock->second.front();
        lock->second.pop_front();
        if (!is_live(next) || !attempts_[next.index].wants_lock)
            continue;
        end_lock_wait(attempts_[next.index]);
        grant_lock(attempts_[next.index]);
        queue_.schedule(queue_.now(), {EventKind::granted, next.index, next.generation});
        return;
    }
    locks.erase(lock);
}

// ---------------------------------------------------------------------------------------------------------
// coordinators

void Simulation::begin_commit(std::uint32_t index, const Step& step) {
    std::uint32_t transaction = 0;
    if (free_transactions_.empty()) {
        transaction = static_cast<std::uint32_t>(transactions_.size());
        transactions_.emplace_back();
    } else {
        transaction = free_transactions_.back();
        free_transactions_.pop_back();
    }
    transactions_[transaction].open = static_cast<std::uint32_t>(step.edges.size());
    attempts_[index].state = AttemptState::waiting;
    attempts_[index].place = transaction;
    const Ref self{index, attempts_[index].generation};
    const std::uint32_t at = attempts_[index].step;
    for (const std::uint32_t edge : step.edges) {
        // A call that ends at once may end the transaction.
        if (!is_live(self) || attempts_[index].state != AttemptState::waiting || attempts_[index].step != at)
            break;
        const std::uint32_t participation = take_participation();
        const Attempt& attempt = attempts_[index];
        Participation& taken = participations_[participation];
        taken.edge = edge;
        taken.coordinator = attempt.replica;
        taken.key = attempt.request.key;
        transactions_[transaction].participants.push_back(participation);
        begin_call(edge, {.request = attempt.request,
                          .parent = self,
                          .caller = attempt.replica,
                          .participation = {participation, taken.generation},
                          .span = attempt.span,
                          .is_traced = attempt.span != no_index,
                          .begun = queue_.now(),
                          .deadline = attempt.deadline});
    }
}

void Simulation::commit_ended(std::uint32_t index, Outcome outcome) {
    Attempt& attempt = attempts_[index];
    const std::uint32_t transaction = attempt.place;
    const std::uint32_t component = replicas_[attempt.replica].component;
    const bool ok = outcome == Outcome::ok;
    if (ok && --transactions_[transaction].open > 0)
        return;
    attempt.place = no_index;
    decide(transaction, component, ok ? Decision::commit : Decision::abort);
    if (!ok)
        return leave(index, Outcome::failed);
    ++attempts_[index].step;
    advance(index);
}

// A coordinator that crashes before it has decided aborts when it is back ("presumed abort": Mohan, Lindsay and
// Obermarck, ACM Transactions on Database Systems 11(4), 1986): until then nobody can be told.
void Simulation::decide(std::uint32_t transaction, std::uint32_t component, Decision decision) {
    ComponentResult& result = components_[component].result;
    ++(decision == Decision::commit ? result.commits : result.aborts);
    const std::vector<std::uint32_t> participants = std::move(transactions_[transaction].participants);
    transactions_[transaction] = {};
    free_transactions_.push_back(transaction);
    for (const std::uint32_t participation : participants) {
        participations_[participation].decision = decision;
        tell(participation);
    }
}

void Simulation::tell(std::uint32_t index) {
    Participation& participation = participations_[index];
    if (participation.replica == no_index) {
        participation.is_told = true;  // it was never asked
        return end_participation(index);
    }
    if (!replicas_[participation.coordinator].is_up)
        return tell_again(index);
    const Time delay = ways(participation.edge).first;  // to hear it twice changes nothing
    if (delay == sim::time_max || is_cut(participation.coordinator, participation.replica))
        return tell_again(index);
    queue_.schedule(queue_.now() + delay, {EventKind::told, index, participation.generation});
}

void Simulation::tell_again(std::uint32_t index) {
    const Participation& participation = participations_[index];
    queue_.schedule(queue_.now() + scenario_.edges[participation.edge].timeout,
                    {EventKind::tell, index, participation.generation});
}

// ---------------------------------------------------------------------------------------------------------
// participants

// What it answers when its work is done. A yes keeps the key, in the log: also through a crash.
Outcome Simulation::vote(std::uint32_t index, Outcome outcome) {
    Attempt& attempt = attempts_[index];
    const std::uint32_t component = replicas_[attempt.replica].component;
    if (attempt.wants_lock)
        end_lock_wait(attempt);
    if (attempt.participation == no_index) {
        if (attempt.holds_lock)
            release_lock(component, attempt.request.key);
        attempt.holds_lock = false;
        return outcome;
    }
    Participation& participation = participations_[attempt.participation];
    if (outcome == Outcome::ok && !participation.is_told) {
        participation.is_prepared = true;
        participation.prepared = queue_.now();
        components_[component].in_doubt.add(queue_.now(), 1);
        return outcome;
    }
    if (participation.holds_lock)
        release_lock(component, participation.key);
    participation.holds_lock = false;
    return outcome == Outcome::ok ? Outcome::failed : outcome;
}

void Simulation::told(std::uint32_t index) {
    Participation& participation = participations_[index];
    if (!replicas_[participation.replica].is_up)
        return tell_again(index);
    participation.is_told = true;
    if (participation.is_prepared) {
        const std::uint32_t component = replicas_[participation.replica].component;
        ComponentState& state = components_[component];
        participation.is_prepared = false;
        state.in_doubt.add(queue_.now(), -1);
        state.result.in_doubt_longest_s =
            std::max(state.result.in_doubt_longest_s, sim::to_seconds(queue_.now() - participation.prepared));
        if (participation.holds_lock)
            release_lock(component, participation.key);
        participation.holds_lock = false;
    } else if (participation.attempt != no_index && attempts_[participation.attempt].wants_lock) {
        return leave(participation.attempt, Outcome::failed);
    }
    if (participation.attempt == no_index)
        end_participation(index);
}

void Simulation::participant_gone(std::uint32_t index) {
    participations_[index].attempt = no_index;
    if (participations_[index].is_told)
        end_participation(index);
}

std::uint32_t Simulation::take_participation() {
    std::uint32_t index = 0;
    if (free_participations_.empty()) {
        index = static_cast<std::uint32_t>(participations_.size());
        participations_.emplace_back();
    } else {
        index = free_participations_.back();
        free_participations_.pop_back();
    }
    const std::uint32_t generation = participations_[index].generation;
    participations_[index] = {};
    participations_[index].generation = generation;
    participations_[index].is_live = true;
    return index;
}

void Simulation::end_participation(std::uint32_t index) {
    participations_[index].is_live = false;
    ++participations_[index].generation;
    free_participations_.push_back(index);
}

}  // namespace dstudio::system
