// How a caller is held back: rate limits, limits that learn, breakers.
#include <algorithm>
#include <cmath>

#include "core/system/simulation.hpp"

namespace dstudio::system {

std::optional<Time> Simulation::limiter_delay(std::uint32_t index) {
    LimiterState& state = edges_[index].limiter;
    const Limiter& limiter = *scenario_.edges[index].limiter;
    const Time now = queue_.now();
    // Sums of tenths never reach the whole exactly.
    constexpr double slack = 1e-9;
    switch (limiter.kind) {
        case LimiterKind::token_bucket:
            state.tokens = std::min(limiter.burst, state.tokens + sim::to_seconds(now - state.at) * limiter.rate);
            state.at = now;
            if (state.tokens < 1 - slack)
                return std::nullopt;
            state.tokens -= 1;
            return 0;
        case LimiterKind::leaky_bucket: {
            // One leaves every 1/rate; `burst` of them may wait.
            const Time begin = std::max(now, state.free_at);
            if (sim::to_seconds(begin - now) * limiter.rate > limiter.burst + slack)
                return std::nullopt;
            state.free_at = begin + sim::from_seconds(1 / limiter.rate);
            return begin - now;
        }
        case LimiterKind::fixed_window:
        case LimiterKind::sliding_window:
            break;
    }
    const Time window = now / sim::second;
    if (window != state.at) {
        state.in_window_before = window == state.at + 1 ? state.in_window : 0;
        state.in_window = 0;
        state.at = window;
    }
    const double passed = sim::to_seconds(now - window * sim::second);
    const double counted =
        state.in_window + (limiter.kind == LimiterKind::sliding_window ? (1 - passed) * state.in_window_before : 0);
    if (counted + 1 > limiter.rate + slack)
        return std::nullopt;
    state.in_window += 1;
    return 0;
}

std::uint32_t Simulation::places(std::uint32_t edge) const {
    return scenario_.edges[edge].adaptive ? static_cast<std::uint32_t>(edges_[edge].adaptive.limit)
                                          : scenario_.edges[edge].concurrency;
}

void Simulation::adapt(std::uint32_t index, bool failed, Time latency) {
    const auto& adaptive = scenario_.edges[index].adaptive;
    if (!adaptive)
        return;
    EdgeState& edge = edges_[index];
    AdaptiveState& state = edge.adaptive;
    const double seconds = std::max(1e-9, sim::to_seconds(latency));
    // A limit that is not reached says nothing about what is beyond it.
    const bool is_used = 2.0 * edge.in_progress >= state.limit;
    double limit = state.limit;
    switch (adaptive->algorithm) {
        case Adaptation::aimd:
            if (failed)
                limit *= 0.9;
            else if (is_used)
                limit += 1 / limit;
            break;
        case Adaptation::vegas: {
            constexpr double few = 3;
            constexpr double many = 6;
            if (!failed && (state.shortest == 0 || seconds < state.shortest))
                state.shortest = seconds;
            const double queued = state.shortest == 0 ? 0 : limit * (1 - state.shortest / seconds);
            if (failed || queued > many)
                limit -= 1;
            else if (is_used && queued < few)
                limit += 1;
            break;
        }
        case Adaptation::gradient: {
            constexpr double tolerance = 1.5;
            constexpr double smoothing = 0.2;
            constexpr double memory = 1.0 / 600;
            state.long_term = state.long_term == 0 ? seconds : (1 - memory) * state.long_term + memory * seconds;
            if (state.long_term / seconds > 2)
                state.long_term *= 0.95;  // load has gone: come down faster
            if (failed) {
                limit *= 0.9;
            } else if (is_used) {
                const double gradient = std::clamp(tolerance * state.long_term / seconds, 0.5, 1.0);
                limit = (1 - smoothing) * limit + smoothing * (gradient * limit + std::sqrt(limit));
            }
            break;
        }
    }
    state.limit = std::clamp(limit, adaptive->min, adaptive->max);
    state.average.set(queue_.now(), state.limit);
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
