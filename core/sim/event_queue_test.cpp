// The event queue against a plain model, its order, its memory, its copies.
#include "core/sim/event_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "core/base/random.hpp"

using namespace dstudio;
using namespace dstudio::sim;

namespace {

struct Mark {
    std::uint64_t number = 0;
    std::uint64_t spare = 0;
};
using Queue = EventQueue<Mark>;

}  // namespace

TEST_CASE("events come in the order of their times, those of one time in the order they were scheduled") {
    Queue queue;
    queue.schedule(30, {3});
    queue.schedule(10, {1});
    queue.schedule(30, {4});
    queue.schedule(20, {2});
    std::vector<std::uint64_t> seen;
    while (const auto event = queue.pop())
        seen.push_back(event->number);
    CHECK(seen == std::vector<std::uint64_t>{1, 2, 3, 4});
    CHECK(queue.now() == 30);
    CHECK(queue.empty());
    CHECK_FALSE(queue.pop().has_value());
}

TEST_CASE("an event that was cancelled does not come, and a second cancel says so") {
    Queue queue;
    const EventHandle early = queue.schedule(10, {1});
    const EventHandle late = queue.schedule(20, {2});
    CHECK(queue.is_pending(early));
    CHECK(queue.cancel(early));
    CHECK_FALSE(queue.cancel(early));
    CHECK_FALSE(queue.is_pending(early));
    CHECK_FALSE(queue.cancel(EventHandle()));
    CHECK(queue.next_time() == 20);
    CHECK(queue.pop()->number == 2);
    CHECK_FALSE(queue.cancel(late));
    // The slot is used again; the old handle stays dead.
    const EventHandle third = queue.schedule(30, {3});
    CHECK_FALSE(queue.cancel(late));
    CHECK(queue.cancel(third));
    CHECK(queue.next_time() == time_max);
}

TEST_CASE("a random mix of schedule, cancel and pop agrees with an ordered map") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        base::RandomStream random(seed, "event queue");
        Queue queue;
        std::map<std::pair<Time, std::uint64_t>, EventHandle> model;
        std::uint64_t number = 0;
        // Growing, then shrinking, with few and many equal times.
        const Time spread = seed % 3 == 0 ? 4 : 1'000'000;
        for (int step = 0; step < 6000; ++step) {
            const std::uint64_t choice = random.below(100);
            const std::uint64_t schedule_share = step < 3000 ? 60 : 25;
            if (choice < schedule_share) {
                const Time at = queue.now() + static_cast<Time>(random.below(static_cast<std::uint64_t>(spread)));
                ++number;
                model.emplace(std::pair(at, number), queue.schedule(at, {number}));
            } else if (choice < schedule_share + 20 && !model.empty()) {
                auto at = model.begin();
                std::advance(at, static_cast<std::ptrdiff_t>(random.below(std::min<std::size_t>(model.size(), 40))));
                REQUIRE(queue.cancel(at->second));
                model.erase(at);
            } else if (choice < schedule_share + 22) {
                REQUIRE(queue.next_time() == (model.empty() ? time_max : model.begin()->first.first));
            } else {
                const auto event = queue.pop();
                REQUIRE(event.has_value() == !model.empty());
                if (event) {
                    REQUIRE(event->number == model.begin()->first.second);
                    REQUIRE(queue.now() == model.begin()->first.first);
                    model.erase(model.begin());
                }
            }
            REQUIRE(queue.size() == model.size());
        }
    }
}

TEST_CASE("a copy is a snapshot: both go on alike, and neither disturbs the other") {
    base::RandomStream random(7, "copies");
    Queue queue;
    for (std::uint64_t i = 0; i < 3000; ++i)
        queue.schedule(static_cast<Time>(random.below(1'000'000)), {i});
    for (int i = 0; i < 500; ++i)
        (void)queue.pop();
    Queue copy = queue;
    std::vector<std::uint64_t> of_queue;
    std::vector<std::uint64_t> of_copy;
    while (const auto event = queue.pop())
        of_queue.push_back(event->number);
    copy.schedule(copy.now(), {99'999});
    CHECK(copy.pop()->number == 99'999);
    while (const auto event = copy.pop())
        of_copy.push_back(event->number);
    CHECK(of_queue == of_copy);
    CHECK(of_queue.size() == 2500);
}

TEST_CASE("a pending event takes at most 48 bytes, and cancelled ones do not add up") {
    Queue queue;
    for (std::uint64_t i = 0; i < 1'000'000; ++i) {
        queue.schedule(static_cast<Time>(i), {i});
        if (i >= 100'000 && i % 50'000 == 0)
            CHECK(static_cast<double>(queue.memory_bytes()) / static_cast<double>(queue.size()) <= 48.0);
    }
    Queue timers;
    for (std::uint64_t i = 0; i < 1'000'000; ++i)
        timers.cancel(timers.schedule(static_cast<Time>(1'000'000'000 + i), {i}));
    CHECK(timers.memory_bytes() < 100'000);
}
