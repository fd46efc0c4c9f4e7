#include "core/system/contention.hpp"

#include <doctest/doctest.h>

using namespace dstudio;
using namespace dstudio::system;
using sim::millisecond;

namespace {

constexpr Retry at_once_again{.backoff = Backoff::fixed, .base = 0};

}  // namespace

TEST_CASE("a client alone writes once, after four messages") {
    const ContentionResult alone = contend({.clients = 1, .retry = at_once_again, .delay_deviation = 0}, 1);
    CHECK(alone.writes == 1);
    CHECK(alone.finished == 40 * millisecond);
}

TEST_CASE("in step, one client gets through in each round") {
    constexpr std::uint32_t n = 20;
    const ContentionResult in_step = contend({.clients = n, .retry = at_once_again, .delay_deviation = 0}, 1);
    CHECK(in_step.writes == n * (n + 1) / 2);
    CHECK(in_step.finished == n * 40 * millisecond);
    // Pauses without jitter keep the step: the same work, and 10 + 20 + 40 ms of pauses for the last of four.
    const Retry doubling{.base = 10 * millisecond, .cap = 2 * sim::second};
    const ContentionResult paused = contend({.clients = 4, .retry = doubling, .delay_deviation = 0}, 1);
    CHECK(paused.writes == 4 * 5 / 2);
    CHECK(paused.finished == (4 * 40 + 70) * millisecond);
}

TEST_CASE("jitter saves most of the writes that backoff alone does not") {
    const Retry doubling{.base = 10 * millisecond, .cap = 2 * sim::second};
    Retry jittered = doubling;
    jittered.jitter = Jitter::full;
    const ContentionResult without = contend({.clients = 100, .retry = doubling}, 7);
    const ContentionResult with = contend({.clients = 100, .retry = jittered}, 7);
    CHECK(with.writes < without.writes / 2);
    CHECK(with.finished < without.finished / 5);
    CHECK(with.writes >= 100);
}

TEST_CASE("contention is a function of its seed") {
    const Contention contention{.clients = 30, .retry = {.jitter = Jitter::decorrelated, .base = 5 * millisecond}};
    const ContentionResult first = contend(contention, 3);
    const ContentionResult again = contend(contention, 3);
    CHECK(first.writes == again.writes);
    CHECK(first.finished == again.finished);
    CHECK(contend(contention, 4).finished != first.finished);
}

TEST_CASE("nobody to contend is over at once") {
    const ContentionResult nobody = contend({.clients = 0}, 1);
    CHECK(nobody.writes == 0);
    CHECK(nobody.finished == 0);
}
