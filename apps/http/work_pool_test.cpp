#include "apps/http/work_pool.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

using namespace dstudio::http;
using namespace std::chrono_literals;

namespace {

template <class Condition>
bool comes_true(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!condition() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(1ms);
    return condition();
}

}  // namespace

TEST_CASE("as many run as there are threads, as many wait as may, the next is turned away") {
    std::atomic<int> done{0};
    std::atomic<bool> may_end{false};
    const auto work = [&](const std::atomic<bool>&) {
        while (!may_end)
            std::this_thread::sleep_for(1ms);
        ++done;
    };
    WorkPool pool(2, 1);
    CHECK(pool.submit(work));
    CHECK(pool.submit(work));
    CHECK(pool.submit(work));
    CHECK_FALSE(pool.submit(work));
    CHECK(comes_true([&] { return pool.load().running == 2; }));
    CHECK(pool.load().waiting == 1);
    CHECK(pool.load().turned_away_total == 1);
    may_end = true;
    CHECK(comes_true([&] { return done == 3 && pool.load().running == 0; }));
    CHECK(pool.submit(work));
    CHECK(comes_true([&] { return done == 4; }));
}

TEST_CASE("a pool that goes tells its work to stop and drops what waits") {
    std::atomic<bool> was_told{false};
    std::atomic<bool> second_ran{false};
    const auto held = std::make_shared<int>(0);
    {
        WorkPool pool(1, 1);
        CHECK(pool.submit([&](const std::atomic<bool>& is_stopping) {
            while (!is_stopping)
                std::this_thread::sleep_for(1ms);
            was_told = true;
        }));
        CHECK(pool.submit([&second_ran, held](const std::atomic<bool>&) { second_ran = true; }));
        CHECK(comes_true([&] { return pool.load().running == 1; }));
    }
    CHECK(was_told);
    CHECK_FALSE(second_ran);
    CHECK(held.use_count() == 1);
}
