// Which keys a cache holds: a bounded set with an order of eviction and times to live. It keeps no values.
//
// A value: copies go on by themselves. What it does depends on the calls alone, to the bit on every build.
#pragma once

#include <cstdint>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "core/system/scenario.hpp"

namespace dstudio::system {

class KeyCache {
  public:
    // REQUIRES: capacity > 0.
    KeyCache(std::uint32_t capacity, Eviction eviction) : capacity_(capacity), eviction_(eviction) {}

    // Whether the key is there and not too old; counts as a use. O(1), with lfu O(log size).
    bool find(std::uint32_t key, Time now);
    // Until `expires`; the key that the order of eviction names makes room if need be.
    void insert(std::uint32_t key, Time expires);
    void erase(std::uint32_t key);
    void clear();
    [[nodiscard]] std::size_t size() const { return places_.size(); }

  private:
    static constexpr std::uint32_t none = 0xffffffff;
    struct Entry {
        std::uint32_t key = 0;
        std::uint32_t previous = none;  // used later
        std::uint32_t next = none;      // used earlier
        Time expires = 0;
        std::uint64_t uses = 0;
        std::uint64_t since = 0;  // of the last use: among equal uses the oldest goes first
    };

    void link_first(std::uint32_t place);
    void unlink(std::uint32_t place);
    void remove(std::uint32_t place);
    void count_use(std::uint32_t place);

    std::uint32_t capacity_;
    Eviction eviction_;
    std::unordered_map<std::uint32_t, std::uint32_t> places_;
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> free_;
    std::uint32_t first_ = none;
    std::uint32_t last_ = none;
    std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint32_t>> by_uses_;  // lfu: uses, since, place
    std::uint64_t tick_ = 0;
};

}  // namespace dstudio::system
