#include "apps/http/response_cache.hpp"

#include <doctest/doctest.h>

using namespace dstudio::http;

namespace {

CachedAnswer answer_of(std::size_t size) {
    auto answer = std::make_shared<Answer>();
    answer->storage = std::string(size, 'x');
    return {std::move(answer), 0};
}

}  // namespace

TEST_CASE("the cache keeps within its bound and drops the least recently used") {
    ResponseCache cache(20'000);
    for (int i = 0; i < 8; ++i)
        cache.insert(std::to_string(i), answer_of(1500));
    CHECK(cache.find("0") != nullptr);  // now the most recently used
    for (int i = 8; i < 16; ++i) {
        cache.insert(std::to_string(i), answer_of(1500));
        CHECK(cache.size_bytes() <= 20'000);
    }
    CHECK(cache.find("1") == nullptr);
    CHECK(cache.find("15") != nullptr);
    CHECK(cache.find("15")->answer->storage.size() == 1500);
}

TEST_CASE("an answer that would push out too much is not kept, and a second one for a key is not taken") {
    ResponseCache cache(20'000);
    cache.insert("large", answer_of(5000));
    CHECK(cache.find("large") == nullptr);
    cache.insert("key", answer_of(10));
    cache.insert("key", answer_of(20));
    CHECK(cache.count() == 1);
    CHECK(cache.find("key")->answer->storage.size() == 10);
    cache.clear();
    CHECK(cache.count() == 0);
    CHECK(cache.size_bytes() == 0);
    CHECK(cache.find("key") == nullptr);
}
