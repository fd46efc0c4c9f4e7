// Simulated time: whole nanoseconds since the start of a run, so that sums are exact and equal on every build.
//
// 64 bits hold 292 years. Durations are of the same type; what comes from a distribution is rounded to the nearest
// nanosecond and cut off at `time_max`.
#pragma once

#include <cstdint>

namespace dstudio::sim {

using Time = std::int64_t;  // ns

inline constexpr Time microsecond = 1'000;
inline constexpr Time millisecond = 1'000'000;
inline constexpr Time second = 1'000'000'000;
inline constexpr Time minute = 60 * second;
inline constexpr Time time_max = Time{1} << 62;  // 146 years: two of them still add without overflow

// REQUIRES: not NaN. Below 0 gives 0.
constexpr Time from_seconds(double seconds) {
    const double ns = seconds * 1e9 + 0.5;
    return ns < 1 ? 0 : ns < static_cast<double>(time_max) ? static_cast<Time>(ns) : time_max;
}

constexpr double to_seconds(Time time) {
    return static_cast<double>(time) / 1e9;  // rounds once: 240 s is 240
}

}  // namespace dstudio::sim
