#include "core/system/key_cache.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <list>
#include <vector>

#include "core/base/random.hpp"

using namespace dstudio;
using namespace dstudio::system;

TEST_CASE("lru drops what was used longest ago, lfu what was used least, fifo what came first") {
    const auto left_after = [](Eviction eviction) {
        KeyCache cache(3, eviction);
        for (const std::uint32_t key : {1U, 2U, 3U})
            cache.insert(key, 100);
        for (const std::uint32_t key : {1U, 1U, 2U, 1U, 3U, 3U})
            CHECK(cache.find(key, 0));
        CHECK(cache.find(2, 0));  // uses: 1 three times, 2 twice, 3 twice; the latest use: 2
        CHECK(cache.find(3, 0));
        CHECK(cache.find(1, 0));
        CHECK(cache.find(2, 0));
        cache.insert(4, 100);
        std::vector<std::uint32_t> left;
        for (std::uint32_t key = 1; key <= 4; ++key)
            if (cache.find(key, 0))
                left.push_back(key);
        return left;
    };
    CHECK(left_after(Eviction::lru) == std::vector<std::uint32_t>{1, 2, 4});
    CHECK(left_after(Eviction::fifo) == std::vector<std::uint32_t>{2, 3, 4});
    CHECK(left_after(Eviction::lfu) == std::vector<std::uint32_t>{1, 2, 4});
}

TEST_CASE("entries are gone when their time to live is over") {
    KeyCache cache(2, Eviction::lru);
    cache.insert(1, 10);
    CHECK(cache.find(1, 9));
    CHECK_FALSE(cache.find(1, 10));
    CHECK(cache.size() == 0);
    cache.insert(1, 20);
    cache.insert(1, 40);
    CHECK(cache.find(1, 30));
    cache.erase(1);
    CHECK_FALSE(cache.find(1, 30));
}

// Against a list that is searched from end to end.
TEST_CASE("random operations agree with a plain model") {
    struct Entry {
        std::uint32_t key;
        Time expires;
        int uses;
    };
    for (const Eviction eviction : {Eviction::lru, Eviction::lfu, Eviction::fifo}) {
        base::RandomStream random(7, "key cache");
        KeyCache cache(8, eviction);
        std::list<Entry> model;  // the next to go first, among equal uses
        for (Time now = 0; now < 20'000; ++now) {
            const auto key = static_cast<std::uint32_t>(random.below(20));
            const auto found = std::find_if(model.begin(), model.end(), [&](const Entry& e) { return e.key == key; });
            if (random.below(10) == 0) {
                cache.erase(key);
                if (found != model.end())
                    model.erase(found);
                continue;
            }
            bool is_there = found != model.end();
            if (is_there && found->expires <= now) {
                model.erase(found);
                is_there = false;
            } else if (is_there && eviction != Eviction::fifo) {
                ++found->uses;
                model.splice(model.end(), model, found);
            }
            REQUIRE(cache.find(key, now) == is_there);
            if (!is_there) {
                const Time expires = now + 1 + static_cast<Time>(random.below(50));
                if (model.size() == 8) {
                    auto victim = model.begin();
                    if (eviction == Eviction::lfu)
                        victim = std::min_element(model.begin(), model.end(),
                                                  [](const Entry& a, const Entry& b) { return a.uses < b.uses; });
                    model.erase(victim);
                }
                model.push_back({key, expires, 1});
                cache.insert(key, expires);
            }
            REQUIRE(cache.size() == model.size());
        }
    }
}
