#include "core/base/random.hpp"

#include "core/base/assert.hpp"

namespace dstudio::base {

std::uint64_t fnv1a_64(std::string_view bytes) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char byte : bytes) {
        hash ^= static_cast<unsigned char>(byte);
        hash *= 0x100000001b3;
    }
    return hash;
}

std::uint64_t splitmix64(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15;
    std::uint64_t z = state;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111eb;
    return z ^ (z >> 31U);
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view name) {
    // The seed is mixed before the name is added: neighbouring seeds and similar names must not meet.
    std::uint64_t source = seed;
    source = splitmix64(source) + fnv1a_64(name);
    for (std::uint64_t& word : state_)
        word = splitmix64(source);  // never all zero: four successive mixes are different numbers
}

RandomStream::RandomStream(const std::array<std::uint64_t, 4>& state) : state_(state) {
    DS_ASSERT((state[0] | state[1] | state[2] | state[3]) != 0);
}

std::uint64_t RandomStream::below(std::uint64_t bound) {
    DS_ASSERT(bound > 0);
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>(next_u64()) * bound;
    if (static_cast<std::uint64_t>(product) < bound) {
        const std::uint64_t surplus = (0 - bound) % bound;  // 2^64 mod bound
        while (static_cast<std::uint64_t>(product) < surplus)
            product = static_cast<Wide>(next_u64()) * bound;
    }
    return static_cast<std::uint64_t>(product >> 64U);
}

void RandomStream::fill_uniform(std::span<double> out) {
    RandomStream local = *this;  // kept in registers: `out` might alias the members
    for (double& value : out)
        value = local.uniform();
    *this = local;
}

}  // namespace dstudio::base
