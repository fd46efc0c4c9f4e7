// Answers that were given before, the least recently used ones dropped when they take too much memory.
//
// Belongs to one thread. The catalogue and the site do not change between reloads, so an entry never grows old: a
// reload clears the cache.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "apps/http/message.hpp"

namespace dstudio::http {

struct CachedAnswer {
    AnswerPtr answer;
    std::size_t route = 0;
};

class ResponseCache {
  public:
    explicit ResponseCache(std::size_t size_bytes_max) : size_bytes_max_(size_bytes_max) {}

    // Null if there is none; else valid until the next insert().
    const CachedAnswer* find(std::string_view key);
    // Answers larger than an eighth of the bound are not kept: one of them would push out everything that is small.
    void insert(std::string_view key, const CachedAnswer& cached);
    void clear();

    [[nodiscard]] std::size_t size_bytes() const { return size_bytes_; }
    [[nodiscard]] std::size_t count() const { return entries_.size(); }

  private:
    struct Entry {
        std::string key;
        CachedAnswer cached;
        std::size_t size_bytes;
    };

    std::size_t size_bytes_max_;
    std::size_t size_bytes_ = 0;
    std::list<Entry> entries_;                                                 // the most recently used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;  // views into entries_
};

}  // namespace dstudio::http
