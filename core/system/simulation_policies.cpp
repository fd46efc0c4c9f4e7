// How a caller chooses, waits, and is held back: balancing, backoff, rate limits, breakers.
#include <algorithm>

#include "core/system/simulation.hpp"

namespace dstudio::system {
namespace {

constexpr std::uint32_t tries_of_two = 2;

}  // namespace

std::uint32_t Simulation::choose_replica(std::uint32_t edge_index, std::uint32_t avoid) {
    const Component& component = scenario_.components[scenario_.edges[edge_index].target];
    const std::uint32_t first = components_[scenario_.edges[edge_index].target].first_replica;
    EdgeState& state = edges_[edge_index];
    const std::uint32_t count = component.replicas;
    const auto is_usable = [&](std::uint32_t r) { return replicas_[r].is_up && (r != avoid || count == 1); };
    if (count == 1)
        return replicas_[first].is_up ? first : no_index;
    switch (component.balancing) {
        case Balancing::round_robin:
            for (std::uint32_t tried = 0; tried < count; ++tried) {
                const std::uint32_t r = first + state.round_robin++ % count;
                if (is_usable(r))
                    return r;
            }
            return no_index;
        case Balancing::least_requests: {
            // Among equals at random: else the first would get every request of an idle system.
            std::uint32_t best = no_index;
            std::uint32_t equals = 0;
            for (std::uint32_t r = first; r < first + count; ++r) {
                if (!is_usable(r))
                    continue;
                if (best == no_index || replicas_[r].outstanding < replicas_[best].outstanding) {
                    best = r;
                    equals = 1;
                } else if (replicas_[r].outstanding == replicas_[best].outstanding &&
                           state.balance.below(++equals) == 0) {
                    best = r;
                }
            }
            return best;
        }
        case Balancing::random:
        case Balancing::power_of_two:
            break;
    }
    // Counted, not looked through: there may be thousands.
    const std::uint32_t up = components_[scenario_.edges[edge_index].target].up;
    const std::uint32_t usable = up - (avoid != no_index && replicas_[avoid].is_up ? 1U : 0U);
    if (usable == 0)
        return no_index;
    const auto nth = [&](std::uint32_t n) {
        if (usable == count)
            return first + n;
        for (std::uint32_t r = first;; ++r)
            if (is_usable(r) && n-- == 0)
                return r;
    };
    const auto one = static_cast<std::uint32_t>(state.balance.below(usable));
    if (component.balancing == Balancing::random || usable < tries_of_two)
        return nth(one);
    // Two different ones (Mitzenmacher, IEEE Transactions on Parallel and Distributed Systems 12(10), 2001).
    auto other = static_cast<std::uint32_t>(state.balance.below(usable - 1));
    other += other >= one ? 1 : 0;
    const std::uint32_t a = nth(one);
    const std::uint32_t b = nth(other);
    return replicas_[b].outstanding < replicas_[a].outstanding ? b : a;
}

Time Simulation::backoff_delay(std::uint32_t edge_index, Call& call) {
    const Retry& retry = scenario_.edges[edge_index].retry;
    base::RandomStream& random = edges_[edge_index].backoff;
    double delay = static_cast<double>(retry.base);
    if (retry.backoff == Backoff::exponential)
        for (std::uint32_t i = 1; i < call.attempts && delay < static_cast<double>(retry.cap); ++i)
            delay *= 2;
    delay = std::min(delay, static_cast<double>(retry.cap));
    switch (retry.jitter) {
        case Jitter::none:
            break;
        case Jitter::full:
            delay *= random.uniform();
            break;
        case Jitter::equal:
            delay *= 0.5 + 0.5 * random.uniform();
            break;
        case Jitter::decorrelated: {
            const double base = static_cast<double>(retry.base);
            const double previous = std::max(base, static_cast<double>(call.previous_delay));
            delay = std::min(static_cast<double>(retry.cap), base + (3 * previous - base) * random.uniform());
            break;
        }
    }
    call.previous_delay = static_cast<Time>(delay);
    return call.previous_delay;
}

bool Simulation::take_token(std::uint32_t index) {
    EdgeState& state = edges_[index];
    const Limiter& limiter = *scenario_.edges[index].limiter;
    const double elapsed = sim::to_seconds(queue_.now() - state.tokens_at);
    state.tokens = std::min(limiter.burst, state.tokens + elapsed * limiter.rate);
    state.tokens_at = queue_.now();
    // Sums of tenths never reach the whole exactly.
    constexpr double slack = 1e-9;
    if (state.tokens < 1 - slack)
        return false;
    state.tokens -= 1;
    return true;
}

bool Simulation::breaker_allows(std::uint32_t index) {
    const auto& breaker = scenario_.edges[index].breaker;
    if (!breaker)
        return true;
    BreakerState& state = edges_[index].breaker;
    switch (state.mode) {
        case BreakerMode::closed:
            return true;
        case BreakerMode::open:
            return false;
        case BreakerMode::half_open:
            if (state.probes_out >= breaker->probes)
                return false;
            ++state.probes_out;
            return true;
    }
    return true;
}

void Simulation::breaker_result(std::uint32_t index, bool failed) {
    const auto& breaker = scenario_.edges[index].breaker;
    if (!breaker)
        return;
    BreakerState& state = edges_[index].breaker;
    const auto open = [&] {
        state.mode = BreakerMode::open;
        ++edges_[index].result.breaker_opened;
        queue_.schedule(queue_.now() + breaker->open_for, {EventKind::breaker_probe, index, 0});
    };
    if (state.mode == BreakerMode::open)
        return;  // an answer to what was sent before
    if (state.mode == BreakerMode::half_open) {
        if (failed)
            return open();
        if (++state.probes_ok < breaker->probes)
            return;
        state.mode = BreakerMode::closed;
        std::fill(state.window.begin(), state.window.end(), std::uint8_t{0});
        state.seen = state.failures = 0;
        return;
    }
    std::uint8_t& place = state.window[state.at];
    state.failures += failed ? 1 : 0;
    state.failures -= place;
    place = failed ? 1 : 0;
    state.at = (state.at + 1) % state.window.size();
    state.seen = std::min<std::uint32_t>(state.seen + 1, breaker->window);
    if (state.failures >= breaker->failures)
        open();
}

}  // namespace dstudio::system
