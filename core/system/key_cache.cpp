#include "core/system/key_cache.hpp"

namespace dstudio::system {

bool KeyCache::find(std::uint32_t key, Time now) {
    const auto found = places_.find(key);
    if (found == places_.end())
        return false;
    const std::uint32_t place = found->second;
    if (entries_[place].expires <= now) {
        remove(place);
        return false;
    }
    if (eviction_ == Eviction::lru) {
        unlink(place);
        link_first(place);
    } else if (eviction_ == Eviction::lfu) {
        count_use(place);
    }
    return true;
}

void KeyCache::insert(std::uint32_t key, Time expires) {
    const auto found = places_.find(key);
    if (found != places_.end()) {
        entries_[found->second].expires = expires;
        if (eviction_ == Eviction::lru) {
            unlink(found->second);
            link_first(found->second);
        }
        return;
    }
    if (places_.size() >= capacity_)
        remove(eviction_ == Eviction::lfu ? std::get<2>(*by_uses_.begin()) : last_);
    std::uint32_t place = 0;
    if (free_.empty()) {
        place = static_cast<std::uint32_t>(entries_.size());
        entries_.emplace_back();
    } else {
        place = free_.back();
        free_.pop_back();
    }
    entries_[place] = {.key = key, .expires = expires};
    places_.emplace(key, place);
    link_first(place);
    if (eviction_ == Eviction::lfu)
        count_use(place);
}

void KeyCache::erase(std::uint32_t key) {
    if (const auto found = places_.find(key); found != places_.end())
        remove(found->second);
}

void KeyCache::clear() {
    *this = KeyCache(capacity_, eviction_);
}

void KeyCache::link_first(std::uint32_t place) {
    entries_[place].previous = none;
    entries_[place].next = first_;
    (first_ == none ? last_ : entries_[first_].previous) = place;
    first_ = place;
}

void KeyCache::unlink(std::uint32_t place) {
    const Entry& entry = entries_[place];
    (entry.previous == none ? first_ : entries_[entry.previous].next) = entry.next;
    (entry.next == none ? last_ : entries_[entry.next].previous) = entry.previous;
}

void KeyCache::remove(std::uint32_t place) {
    unlink(place);
    const Entry& entry = entries_[place];
    if (eviction_ == Eviction::lfu)
        by_uses_.erase({entry.uses, entry.since, place});
    places_.erase(entry.key);
    free_.push_back(place);
}

void KeyCache::count_use(std::uint32_t place) {
    Entry& entry = entries_[place];
    by_uses_.erase({entry.uses, entry.since, place});
    ++entry.uses;
    entry.since = ++tick_;
    by_uses_.insert({entry.uses, entry.since, place});
}

}  // namespace dstudio::system
