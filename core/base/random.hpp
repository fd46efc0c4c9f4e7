// Named streams of pseudo-random numbers: one stream per purpose (arrivals, service, network, faults), so that drawing
// more from one leaves the others as they were.
//
// The generator is xoshiro256++ 1.0 of Blackman and Vigna (ACM Transactions on Mathematical Software 47(4), 2021):
// period 2^256 - 1, equidistributed in 3 dimensions. Its state is filled by SplitMix64 (Steele, Lea and Flood, OOPSLA
// 2014) from a 64-bit seed and the stream's name, hashed by FNV-1a (64 bits). Two different (seed, name) pairs get the
// same stream with probability 2^-64. A stream is a value: a copy repeats what the original draws next. Integers only
// decide what is drawn, so the same numbers come on every build. Not for secrets: three outputs reveal the state.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace dstudio::base {

// Hash of Fowler, Noll and Vo in the form 1a (RFC 9923); not safe against chosen collisions.
std::uint64_t fnv1a_64(std::string_view bytes);

// The generator of seeds: each call moves `state` on by 0x9e3779b97f4a7c15 and returns its mix.
std::uint64_t splitmix64(std::uint64_t& state);

class RandomStream {
  public:
    RandomStream(std::uint64_t seed, std::string_view name);

    // From a state, for known-answer tests and snapshots. REQUIRES: not all zero.
    explicit RandomStream(const std::array<std::uint64_t, 4>& state);

    // Uniform over all 2^64 values.
    std::uint64_t next_u64() {
        const std::uint64_t result = rotate_left(state_[0] + state_[3], 23) + state_[0];
        const std::uint64_t shifted = state_[1] << 17U;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = rotate_left(state_[3], 45);
        return result;
    }

    // A multiple of 2^-53 in [0, 1), all equally likely.
    double uniform() { return static_cast<double>(next_u64() >> 11U) * 0x1p-53; }

    // An odd multiple of 2^-53 in (0, 1), all equally likely; symmetric about 1/2.
    double uniform_open() { return (static_cast<double>(next_u64() >> 12U) + 0.5) * 0x1p-52; }

    // An integer in [0, bound), without bias: Lemire, ACM Transactions on Modeling and Computer Simulation 29(1), 2019.
    // REQUIRES: bound > 0.
    std::uint64_t below(std::uint64_t bound);

    // As many calls of uniform().
    void fill_uniform(std::span<double> out);

    [[nodiscard]] const std::array<std::uint64_t, 4>& state() const { return state_; }

    bool operator==(const RandomStream&) const = default;

  private:
    static std::uint64_t rotate_left(std::uint64_t x, unsigned count) { return (x << count) | (x >> (64U - count)); }

    std::array<std::uint64_t, 4> state_{};
};

}  // namespace dstudio::base
