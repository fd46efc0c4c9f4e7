#include "apps/http/response_cache.hpp"

namespace dstudio::http {
namespace {

constexpr std::size_t overhead_bytes = 160;  // of list and map nodes
constexpr std::size_t largest_share = 8;

}  // namespace

const CachedAnswer* ResponseCache::find(std::string_view key) {
    const auto at = by_key_.find(key);
    if (at == by_key_.end())
        return nullptr;
    entries_.splice(entries_.begin(), entries_, at->second);
    return &at->second->cached;
}

void ResponseCache::insert(std::string_view key, const CachedAnswer& cached) {
    const std::size_t size = cached.answer->size_bytes() + key.size() + overhead_bytes;
    if (size > size_bytes_max_ / largest_share || by_key_.contains(key))
        return;
    while (size_bytes_ + size > size_bytes_max_) {
        size_bytes_ -= entries_.back().size_bytes;
        by_key_.erase(entries_.back().key);
        entries_.pop_back();
    }
    entries_.push_front({std::string(key), cached, size});
    by_key_.emplace(entries_.front().key, entries_.begin());
    size_bytes_ += size;
}

void ResponseCache::clear() {
    by_key_.clear();
    entries_.clear();
    size_bytes_ = 0;
}

}  // namespace dstudio::http
