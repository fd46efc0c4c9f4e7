// What components keep and make up for: caches, sagas, messages to deliver.
#include <algorithm>

#include "core/system/simulation.hpp"

namespace dstudio::system {

// -------------------------------------------------------------------------------------------------------------- caches

Simulation::CacheState& Simulation::cache_of(std::uint32_t index) {
    const Attempt& attempt = attempts_[index];
    const std::uint32_t component = replicas_[attempt.replica].component;
    const ComponentState& state = components_[component];
    const bool is_shared = scenario_.components[component].steps[attempt.step].cache->is_shared;
    return caches_[state.cache_of_step[attempt.step] + (is_shared ? 0 : attempt.replica - state.first_replica)];
}

bool Simulation::begin_cached(std::uint32_t index, const Step& step) {
    Attempt& attempt = attempts_[index];
    ComponentState& state = components_[replicas_[attempt.replica].component];
    const Cache& cache = *step.cache;
    const std::uint32_t key = attempt.request.key;
    attempt.state = AttemptState::waiting;
    attempt.fills = false;
    if (key == no_index) {
        ++state.result.misses;  // nothing to find it by
        call_for(index, step.edges[0], no_index);
        return false;
    }
    CacheState& kept = cache_of(index);
    if (attempt.request.is_write) {
        if (cache.writes == CacheWrites::back) {
            kept.keys.insert(key, cache.ttl > 0 ? queue_.now() + cache.ttl : sim::time_max);
            send(index, step.edges[0], no_index);
            return true;
        }
        call_for(index, step.edges[0], no_index);
        return false;
    }
    if (kept.keys.find(key, queue_.now())) {
        ++state.result.hits;
        return true;
    }
    ++state.result.misses;
    if (cache.coalesces) {
        const auto [filling, is_first] = kept.filling.try_emplace(key);
        if (!is_first) {
            ++state.result.coalesced;
            filling->second.waiting.push_back({index, attempt.generation});
            return false;
        }
        attempt.fills = true;
    }
    call_for(index, step.edges[0], no_index);
    return false;
}

void Simulation::cached_ended(std::uint32_t index, const Step& step, Outcome outcome) {
    const Attempt& attempt = attempts_[index];
    const Cache& cache = *step.cache;
    const std::uint32_t key = attempt.request.key;
    const bool ok = outcome == Outcome::ok;
    if (key != no_index && ok) {
        CacheState& kept = cache_of(index);
        if (attempt.request.is_write && cache.writes == CacheWrites::around) {
            kept.keys.erase(key);
        } else {
            Time expires = sim::time_max;
            if (cache.ttl > 0) {
                const double spread =
                    cache.ttl_spread > 0
                        ? cache.ttl_spread * components_[replicas_[attempt.replica].component].work.uniform()
                        : 0;
                expires = queue_.now() + static_cast<Time>(static_cast<double>(cache.ttl) * (1 - spread));
            }
            kept.keys.insert(key, expires);
        }
    }
    const Ref self{index, attempt.generation};
    end_filling(index, step, ok);
    if (!is_live(self))
        return;
    if (!ok)
        return leave(index, Outcome::failed);
    ++attempts_[index].step;
    advance(index);
}

// Those who waited for the same key go on, or fail.
void Simulation::end_filling(std::uint32_t index, const Step& step, bool ok) {
    if (!attempts_[index].fills)
        return;
    attempts_[index].fills = false;
    CacheState& kept = cache_of(index);
    const auto found = kept.filling.find(attempts_[index].request.key);
    if (found == kept.filling.end())
        return;
    const std::vector<Ref> waiting = std::move(found->second.waiting);
    kept.filling.erase(found);
    for (const Ref& ref : waiting) {
        if (!is_live(ref) || attempts_[ref.index].state != AttemptState::waiting)
            continue;
        const Component& component = scenario_.components[replicas_[attempts_[ref.index].replica].component];
        const std::uint32_t at = attempts_[ref.index].step;
        if (at >= component.steps.size() || &component.steps[at] != &step)
            continue;
        if (!ok) {
            leave(ref.index, Outcome::failed);
            continue;
        }
        ++attempts_[ref.index].step;
        advance(ref.index);
    }
}

// --------------------------------------------------------------------------------------------------------------- sagas

void Simulation::continue_saga(std::uint32_t index) {
    Attempt& attempt = attempts_[index];
    const Component& component = scenario_.components[replicas_[attempt.replica].component];
    const Step& step = component.steps[attempt.step];
    if (!attempt.is_undoing) {
        if (attempt.place < step.edges.size())
            return call_for(index, step.edges[attempt.place], no_index);
        ++attempt.step;
        attempt.state = AttemptState::running;
        return advance(index);
    }
    while (attempt.place > 0 && step.undo[attempt.place - 1] == no_index)
        --attempt.place;
    if (attempt.place > 0)
        return call_for(index, step.undo[attempt.place - 1], no_index);
    leave(index, Outcome::failed);
}

// What a step did is undone in reverse when a later one fails; what cannot be undone is left and counted by its edge.
void Simulation::saga_ended(std::uint32_t index, const Step& /*step*/, Outcome outcome) {
    Attempt& attempt = attempts_[index];
    if (attempt.is_undoing)
        --attempt.place;
    else if (outcome == Outcome::ok)
        ++attempt.place;
    else
        attempt.is_undoing = true;
    continue_saga(index);
}

// ---------------------------------------------------------------------------------------------------------- deliveries

void Simulation::keep(std::uint32_t index, const Request& request) {
    ComponentState& state = components_[index];
    std::uint32_t message = 0;
    if (free_messages_.empty()) {
        if (messages_.size() >= limits_.in_flight_max)
            return stop("more messages are kept at once than fit: something grows without bound");
        message = static_cast<std::uint32_t>(messages_.size());
        messages_.emplace_back();
    } else {
        message = free_messages_.back();
        free_messages_.pop_back();
    }
    const auto partitions = static_cast<std::uint32_t>(state.delivery.partitions.size());
    const std::uint32_t by = request.key == no_index ? state.delivery.round_robin++ : request.key;
    messages_[message] = {.request = request, .component = index, .partition = by % partitions, .kept = queue_.now()};
    state.delivery.kept.add(queue_.now(), 1);
    update_credit(index);
    state.delivery.partitions[by % partitions].messages.push_back(message);
    make_ready(index, by % partitions);
    dispatch(index);
}

void Simulation::make_ready(std::uint32_t index, std::uint32_t partition) {
    DeliveryState& delivery = components_[index].delivery;
    DeliveryState::Partition& state = delivery.partitions[partition];
    if (state.is_ready || state.is_blocked || state.messages.empty())
        return;
    state.is_ready = true;
    delivery.ready.push_back(partition);
}

void Simulation::dispatch(std::uint32_t index) {
    const Delivery& delivery = *scenario_.components[index].delivery;
    DeliveryState& state = components_[index].delivery;
    // A delivery may end at once: the loop, not the recursion, begins the next.
    if (state.is_dispatching)
        return;
    state.is_dispatching = true;
    while (state.in_progress < delivery.consumers && !state.ready.empty()) {
        const std::uint32_t number = state.ready.front();
        state.ready.pop_front();
        DeliveryState::Partition& partition = state.partitions[number];
        partition.is_ready = false;
        const std::uint32_t message = partition.messages.front();
        partition.messages.pop_front();
        partition.is_blocked = delivery.partitions > 0;
        make_ready(index, number);
        ++state.in_progress;
        components_[index].result.redelivered += messages_[message].deliveries > 0 ? 1 : 0;
        ++messages_[message].deliveries;
        begin_call(delivery.edge, {.request = messages_[message].request,
                                   .message = message,
                                   .caller = components_[index].first_replica,
                                   .begun = queue_.now()});
    }
    state.is_dispatching = false;
}

void Simulation::delivered(std::uint32_t index, Outcome outcome) {
    const Message message = messages_[index];
    const Delivery& delivery = *scenario_.components[message.component].delivery;
    ComponentState& state = components_[message.component];
    --state.delivery.in_progress;
    const bool is_dead = outcome != Outcome::ok && delivery.attempts > 0 && message.deliveries >= delivery.attempts;
    if (outcome != Outcome::ok && !is_dead) {
        queue_.schedule(queue_.now() + delivery.again_after, {EventKind::deliver_again, index, 0});
        return dispatch(message.component);
    }
    state.delivery.kept.add(queue_.now(), -1);
    update_credit(message.component);
    free_messages_.push_back(index);
    if (is_dead) {
        ++state.result.dead_letters;
        if (delivery.dead_letters != no_index)
            begin_call(delivery.dead_letters,
                       {.request = message.request, .caller = state.first_replica, .begun = queue_.now()});
    } else {
        ++state.result.delivered;
        state.result.age.add(queue_.now() - message.kept);
    }
    state.delivery.partitions[message.partition].is_blocked = false;
    make_ready(message.component, message.partition);
    dispatch(message.component);
}

void Simulation::deliver_again(std::uint32_t index) {
    const Message& message = messages_[index];
    const std::uint32_t component = message.component;
    DeliveryState::Partition& partition = components_[component].delivery.partitions[message.partition];
    if (scenario_.components[component].delivery->partitions > 0)
        partition.messages.push_front(index);  // in order: it is still its turn
    else
        partition.messages.push_back(index);
    partition.is_blocked = false;
    make_ready(component, message.partition);
    dispatch(component);
}

}  // namespace dstudio::system
