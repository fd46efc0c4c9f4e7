#include "core/system/backoff.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace dstudio;
using namespace dstudio::system;
using sim::millisecond;

namespace {

base::RandomStream stream() {
    return {1, "backoff"};
}

}  // namespace

TEST_CASE("without jitter pauses double up to the cap, and nothing is drawn") {
    const Retry retry{.base = 100 * millisecond, .cap = 500 * millisecond};
    base::RandomStream random = stream();
    for (const auto& [attempts, pause_ms] :
         {std::pair{1, 100}, std::pair{2, 200}, std::pair{3, 400}, std::pair{4, 500}, std::pair{1000, 500}})
        CHECK(backoff_delay(retry, static_cast<std::uint32_t>(attempts), 0, random) == pause_ms * millisecond);
    CHECK(random == stream());
}

TEST_CASE("a fixed pause stays as it is, but for the cap") {
    base::RandomStream random = stream();
    const Retry retry{.backoff = Backoff::fixed, .base = 100 * millisecond, .cap = sim::second};
    CHECK(backoff_delay(retry, 5, 0, random) == 100 * millisecond);
    const Retry capped{.backoff = Backoff::fixed, .base = 2 * sim::second, .cap = sim::second};
    CHECK(backoff_delay(capped, 1, 0, random) == sim::second);
}

TEST_CASE("each jitter has the range and the mean of its definition") {
    struct Expected {
        Jitter jitter;
        Time previous;
        double low_ms, high_ms;
    };
    // The third attempt's pause without jitter is 400 ms. Decorrelated: from the base to three times the one before.
    for (const Expected& expected :
         {Expected{Jitter::full, 0, 0, 400}, Expected{Jitter::equal, 0, 200, 400},
          Expected{Jitter::decorrelated, 0, 100, 300}, Expected{Jitter::decorrelated, 250 * millisecond, 100, 750}}) {
        const Retry retry{.jitter = expected.jitter, .base = 100 * millisecond, .cap = 10 * sim::second};
        base::RandomStream random = stream();
        constexpr int count = 20'000;
        double sum = 0;
        for (int i = 0; i < count; ++i) {
            const double ms = 1e3 * sim::to_seconds(backoff_delay(retry, 3, expected.previous, random));
            CHECK((ms >= expected.low_ms - 1e-6 && ms < expected.high_ms));
            sum += ms;
        }
        // Four standard errors of a uniform's mean.
        const double width = expected.high_ms - expected.low_ms;
        const double middle = 0.5 * (expected.low_ms + expected.high_ms);
        CHECK(std::abs(sum / count - middle) < 4 * width / std::sqrt(12.0 * count));
    }
}

TEST_CASE("a decorrelated pause is cut at the cap") {
    const Retry retry{.jitter = Jitter::decorrelated, .base = 100 * millisecond, .cap = 150 * millisecond};
    base::RandomStream random = stream();
    Time longest = 0;
    for (int i = 0; i < 1000; ++i)
        longest = std::max(longest, backoff_delay(retry, 1, 10 * sim::second, random));
    CHECK(longest == 150 * millisecond);
}
