// What is measured: the end of the warm-up, samples for pictures, results, and a recount for tests.
#include <algorithm>
#include <limits>
#include <numeric>

#include "core/system/simulation.hpp"

namespace dstudio::system {

std::uint64_t WorkloadResult::ended_in_all() const {
    return std::accumulate(ended.begin(), ended.end(), std::uint64_t{0});
}

double WorkloadResult::share(Outcome outcome) const {
    const std::uint64_t all = ended_in_all();
    return all == 0 ? std::numeric_limits<double>::quiet_NaN()
                    : static_cast<double>(ended[static_cast<std::size_t>(outcome)]) / static_cast<double>(all);
}

Time patience_of(const Scenario& scenario, const Objective& objective) {
    if (objective.latency > 0)
        return objective.latency;
    Time longest = 0;
    for (const Objective& other : scenario.objectives)
        if (other.queue == no_index && other.workload == objective.workload)
            longest = std::max(longest, other.latency);
    return longest > 0 ? longest : sim::time_max;
}

void Simulation::end_warmup() {
    measured_from_ = queue_.now();
    // The pictures over time keep the warm-up.
    for (WorkloadState& state : workloads_) {
        WorkloadResult fresh;
        fresh.ok_over_time = std::move(state.result.ok_over_time);
        fresh.failed_over_time = std::move(state.result.failed_over_time);
        fresh.latency_over_time = std::move(state.result.latency_over_time);
        fresh.p50_over_time = std::move(state.result.p50_over_time);
        fresh.p99_over_time = std::move(state.result.p99_over_time);
        state.before.started += state.result.started;
        state.result = std::move(fresh);
    }
    for (EdgeState& state : edges_) {
        state.before.calls += state.result.calls;
        state.before.attempts += state.result.attempts;
        state.before.retries += state.result.retries;
        state.before.hedges += state.result.hedges;
        state.before.timeouts += state.result.timeouts;
        state.result = {};
        state.waited_sum = 0;
        state.adaptive.average.reset(queue_.now());
    }
    for (Replica& replica : replicas_) {
        replica.busy.reset(queue_.now());
        replica.served = 0;
    }
    for (ComponentState& state : components_) {
        state.busy.reset(queue_.now());
        state.cores_used.reset(queue_.now());
        state.waiting.reset(queue_.now());
        state.in_system.reset(queue_.now());
        state.active.reset(queue_.now());
        state.delivery.kept.reset(queue_.now());
        state.in_doubt.reset(queue_.now());
        state.wait_sum = state.sojourn_sum = state.lock_wait_sum = 0;
        state.stopped.reset(queue_.now());
        state.holding.reset(queue_.now());
        state.written.reset(queue_.now());
        state.started = 0;
        ComponentResult fresh;
        fresh.queue_over_time = std::move(state.result.queue_over_time);
        fresh.busy_over_time = std::move(state.result.busy_over_time);
        fresh.up_over_time = std::move(state.result.up_over_time);
        state.result = std::move(fresh);
    }
}

void Simulation::take_samples() {
    for (ComponentState& state : components_) {
        state.result.queue_over_time.add(queue_.now(), state.waiting.value() + state.delivery.kept.value());
        state.result.up_over_time.add(queue_.now(), state.up);
        state.result.busy_over_time.add(queue_.now(), state.busy.value());
    }
    end_bin();
    pending_max_ = std::max(pending_max_, queue_.size());
    if (queue_.now() + sample_every_ < scenario_.duration)
        queue_.schedule(queue_.now() + sample_every_, {EventKind::sample, 0, 0});
}

void Simulation::end_bin() {
    for (WorkloadState& state : workloads_) {
        const bool is_empty = state.bin_latency.count() == 0;
        const auto quantile = [&](double p) {
            return is_empty ? std::numeric_limits<double>::quiet_NaN() : sim::to_seconds(state.bin_latency.quantile(p));
        };
        state.result.p50_over_time.push_back(quantile(0.5));
        state.result.p99_over_time.push_back(quantile(0.99));
        if (!is_empty)
            state.bin_latency.reset();
    }
}

Simulation::EdgeView Simulation::edge_view(std::uint32_t edge) const {
    const EdgeState& state = edges_[edge];
    EdgeView view{state.in_progress, state.before, std::nullopt};
    view.totals.calls += state.result.calls;
    view.totals.attempts += state.result.attempts;
    view.totals.retries += state.result.retries;
    view.totals.hedges += state.result.hedges;
    view.totals.timeouts += state.result.timeouts;
    if (scenario_.edges[edge].breaker)
        view.breaker = state.breaker.mode;
    return view;
}

Simulation::WorkloadTotals Simulation::workload_totals(std::uint32_t workload) const {
    WorkloadTotals totals = workloads_[workload].before;
    totals.started += workloads_[workload].result.started;
    return totals;
}

Simulation::ComponentView Simulation::view(std::uint32_t component) const {
    ComponentView view;
    const std::uint32_t first = components_[component].first_replica;
    for (std::uint32_t r = first; r < first + scenario_.components[component].replicas; ++r) {
        view.up += replicas_[r].is_up && replicas_[r].is_active ? 1 : 0;
        view.busy += replicas_[r].running;
        view.waiting += replicas_[r].waiting;
    }
    view.held = static_cast<std::uint32_t>(components_[component].holding.value());
    view.messages = static_cast<std::uint32_t>(components_[component].delivery.kept.value());
    return view;
}

Results Simulation::results() const {
    Results results;
    results.measured = queue_.now() - measured_from_;
    results.events = events_;
    results.pending_max = pending_max_;
    results.stopped_early = stopped_early_;
    for (const WorkloadState& state : workloads_)
        results.workloads.push_back(state.result);
    results.chaos = drawn_;
    results.overdue.resize(scenario_.objectives.size());
    for (const Call& call : calls_) {
        if (!call.is_live || call.origin.workload == no_index || call.origin.begun < measured_from_)
            continue;
        ++results.workloads[call.origin.workload].unfinished;
        for (std::size_t o = 0; o < scenario_.objectives.size(); ++o) {
            if (scenario_.objectives[o].queue == no_index && scenario_.objectives[o].workload == call.origin.workload &&
                queue_.now() - call.origin.begun > patience_of(scenario_, scenario_.objectives[o]))
                ++results.overdue[o];
        }
    }
    for (std::size_t i = 0; i < components_.size(); ++i) {
        const ComponentState& state = components_[i];
        const Component& component = scenario_.components[i];
        results.components.push_back(state.result);
        ComponentResult& result = results.components.back();
        result.busy = state.busy.mean(queue_.now());
        const bool shares = component.sharing == Sharing::processor;
        const double each = shares ? component.cores : component.threads;
        result.replicas = state.active.mean(queue_.now());
        result.utilisation = (shares ? state.cores_used.mean(queue_.now()) : result.busy) / (result.replicas * each);
        result.in_system = state.in_system.mean(queue_.now());
        result.in_system_max = state.in_system.max();
        result.queue = state.waiting.mean(queue_.now());
        result.queued_seconds = state.wait_sum;
        result.wait_seconds = state.started == 0 ? 0 : state.wait_sum / static_cast<double>(state.started);
        if (component.replicas > 1 && component.replicas <= ComponentResult::replicas_shown_max)
            for (std::uint32_t r = 0; r < component.replicas; ++r)
                result.replica_utilisation.push_back(replicas_[state.first_replica + r].busy.mean(queue_.now()) /
                                                     component.threads);
        result.backlog = state.delivery.kept.mean(queue_.now());
        result.backlog_max = state.delivery.kept.max();
        const double seconds = sim::to_seconds(results.measured);
        if (component.bandwidth > 0 && seconds > 0)
            result.link_utilisation = result.sent_bytes / (component.bandwidth * component.replicas * seconds);
        result.stopped = state.stopped.mean(queue_.now());
        result.held = state.holding.mean(queue_.now());
        if (component.storage) {
            const Storage& storage = *component.storage;
            const double copies = component.replication ? component.replication->factor : 1;
            result.stored_bytes =
                copies * (storage.initial + state.written.mean(queue_.now()) + storage.message * result.backlog);
            result.stored_bytes_max =
                copies * (storage.initial + state.written.max() + storage.message * result.backlog_max);
        }
        const Price& price = component.price;
        result.cost_usd = seconds * (price.replica * result.replicas + price.busy * result.busy) +
                          price.request * static_cast<double>(result.arrived) + price.egress * result.sent_bytes +
                          seconds * price.storage * result.stored_bytes;
        result.in_doubt = state.in_doubt.mean(queue_.now());
        result.lock_wait_seconds =
            result.lock_waits == 0 ? 0 : state.lock_wait_sum / static_cast<double>(result.lock_waits);
        result.sojourn_seconds = result.left == 0 ? 0 : state.sojourn_sum / static_cast<double>(result.left);
    }
    std::vector<std::uint8_t> is_free(messages_.size());
    for (const std::uint32_t message : free_messages_)
        is_free[message] = 1;
    for (std::size_t i = 0; i < messages_.size(); ++i)
        if (is_free[i] == 0)
            results.components[messages_[i].component].age_kept.add(queue_.now() - messages_[i].kept);
    for (const Participation& participation : participations_) {
        if (!participation.is_live || !participation.is_prepared)
            continue;
        double& longest = results.components[replicas_[participation.replica].component].in_doubt_longest_s;
        longest = std::max(longest, sim::to_seconds(queue_.now() - participation.prepared));
    }
    for (const EdgeState& state : edges_) {
        results.edges.push_back(state.result);
        EdgeResult& result = results.edges.back();
        result.limit = state.adaptive.average.mean(queue_.now());
        result.waited_seconds = result.waited == 0 ? 0 : state.waited_sum / static_cast<double>(result.waited);
    }
    return results;
}

std::string Simulation::inconsistency() const {
    struct Count {
        std::uint32_t running = 0;
        std::uint32_t waiting = 0;
        std::uint32_t outstanding = 0;
    };
    std::vector<Count> replicas(replicas_.size());
    std::vector<std::uint32_t> in_progress(edges_.size());
    for (std::uint32_t a = 0; a < attempts_.size(); ++a) {
        const Attempt& attempt = attempts_[a];
        if (attempt.state == AttemptState::free)
            continue;
        Count& count = replicas[attempt.replica];
        count.running += attempt.state == AttemptState::running || attempt.state == AttemptState::waiting ? 1 : 0;
        count.waiting += attempt.state == AttemptState::queued ? 1 : 0;
        count.outstanding += attempt.is_ignored ? 0 : 1;
        if (attempt.is_ignored)
            continue;
        const Call& call = calls_[attempt.call];
        if (!call.is_live || call.generation != attempt.call_generation)
            return "an attempt belongs to a call that is gone";
        if (call.live[0] != a && call.live[1] != a)
            return "a call does not know its attempt";
    }
    std::vector<std::uint32_t> travelling(components_.size());
    std::vector<std::uint32_t> held(components_.size());
    for (const Attempt& attempt : attempts_) {
        const std::uint32_t target = scenario_.edges[attempt.edge].target;
        travelling[target] += attempt.state == AttemptState::travelling ? 1 : 0;
        if (attempt.state == AttemptState::waiting && attempt.is_held) {
            const Step& step = scenario_.components[replicas_[attempt.replica].component].steps[attempt.step];
            ++held[scenario_.edges[step.edges[attempt.place]].target];
        }
    }
    for (const Call& call : calls_)
        held[scenario_.edges[call.edge].target] += call.is_live && call.is_held ? 1 : 0;
    for (std::size_t c = 0; c < components_.size(); ++c) {
        const ComponentState& state = components_[c];
        if (static_cast<double>(held[c]) != state.holding.value())
            return "callers that " + scenario_.components[c].id + " holds were lost or doubled";
        if (!scenario_.components[c].backpressure)
            continue;
        if (travelling[c] != state.travelling)
            return "what is on its way to " + scenario_.components[c].id + " has been miscounted";
        if (held[c] > state.held.size())
            return "nobody lets the callers of " + scenario_.components[c].id + " go";
    }
    for (std::size_t r = 0; r < replicas.size(); ++r)
        if (inside(replicas_[r]).size() != replicas_[r].running + replicas_[r].waiting)
            return "the lists of replica " + std::to_string(r) + " are not what is inside";
    std::vector<std::uint32_t> up(components_.size());
    for (const Replica& replica : replicas_)
        up[replica.component] += replica.takes ? 1 : 0;
    for (std::size_t c = 0; c < components_.size(); ++c)
        if (up[c] != components_[c].up)
            return "the rotation of " + scenario_.components[c].id + " has been miscounted";
    for (std::size_t r = 0; r < replicas.size(); ++r)
        if (replicas[r].running != replicas_[r].running || replicas[r].waiting != replicas_[r].waiting ||
            replicas[r].outstanding != replicas_[r].outstanding)
            return "replica " + std::to_string(r) + " has miscounted";
    for (const Call& call : calls_) {
        if (!call.is_live)
            continue;
        in_progress[call.edge] += call.holds_place ? 1 : 0;
        if (call.open == 0 && !call.is_delayed)
            return "a call waits for nothing";
    }
    for (std::size_t e = 0; e < edges_.size(); ++e)
        if (in_progress[e] != edges_[e].in_progress)
            return "edge " + scenario_.edges[e].name + " has miscounted";
    std::vector<double> kept(components_.size());
    for (const Message& message : messages_)
        kept[message.component] += 1;
    for (const std::uint32_t message : free_messages_)
        kept[messages_[message].component] -= 1;
    for (std::size_t c = 0; c < components_.size(); ++c)
        if (kept[c] != components_[c].delivery.kept.value())
            return "messages of " + scenario_.components[c].id + " were lost or doubled";
    std::vector<std::size_t> keys_held(components_.size());
    std::vector<double> in_doubt(components_.size());
    for (const Attempt& attempt : attempts_)
        if (attempt.state != AttemptState::free && attempt.holds_lock)
            ++keys_held[replicas_[attempt.replica].component];
    for (const Participation& participation : participations_) {
        if (!participation.is_live || participation.replica == no_index)
            continue;
        keys_held[replicas_[participation.replica].component] += participation.holds_lock ? 1 : 0;
        in_doubt[replicas_[participation.replica].component] += participation.is_prepared ? 1 : 0;
    }
    for (std::size_t c = 0; c < components_.size(); ++c) {
        if (keys_held[c] != components_[c].locks.size())
            return "keys of " + scenario_.components[c].id + " are held by nobody, or by two";
        if (in_doubt[c] != components_[c].in_doubt.value())
            return "transactions in doubt of " + scenario_.components[c].id + " have been miscounted";
    }
    const Results counted = results();
    for (std::size_t w = 0; w < counted.workloads.size(); ++w) {
        if (counted.workloads[w].ended_in_all() + counted.workloads[w].unfinished != counted.workloads[w].started)
            return "requests of workload " + scenario_.workloads[w].id + " were lost or ended twice";
    }
    return {};
}

}  // namespace dstudio::system
