// The collectors against plain sums, sorted samples and each other.
#include "core/sim/collectors.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/base/random.hpp"

using namespace dstudio;
using namespace dstudio::sim;

namespace {

constexpr Time longest = std::numeric_limits<Time>::max();

// Durations of every size: as many between 2^k and 2^(k+1) for each k below `bits`.
std::vector<Time> random_durations(std::uint64_t seed, std::size_t count, std::uint64_t bits) {
    base::RandomStream random(seed, "durations");
    std::vector<Time> durations(count);
    for (Time& duration : durations)
        duration = static_cast<Time>(random.below(std::uint64_t{1} << random.below(bits + 1)));
    return durations;
}

DurationSketch sketch_of(const std::vector<Time>& durations) {
    DurationSketch sketch;
    for (const Time duration : durations)
        sketch.add(duration);
    return sketch;
}

// The bound by integers: 256 |reported - exact| <= exact.
bool is_near(Time reported, Time exact) {
    const auto difference = static_cast<std::uint64_t>(reported > exact ? reported - exact : exact - reported);
    return difference <= static_cast<std::uint64_t>(exact) / 256;
}

}  // namespace

// --------------------------------------------------------------------------------------------------- time average

TEST_CASE("a time average weighs each value with how long it held") {
    TimeAverage length(100);
    CHECK(length.mean(100) == 0);
    length.add(110, 2);
    length.add(140, -1);
    CHECK(length.value() == 1);
    CHECK(length.max() == 2);
    // 0 for 10 ns, 2 for 30 ns, 1 for 60 ns
    CHECK(length.mean(200) == 1.2);
    CHECK(length.mean(140) == 1.5);
    length.set(200, 5);
    length.set(200, 0.5);
    CHECK(length.max() == 5);
    CHECK(length.mean(200) == 1.2);
    CHECK(length.mean(320) == (120 + 60) / 220.0);
}

TEST_CASE("a reset forgets the past and keeps the value") {
    TimeAverage busy(0, 3);
    busy.set(second, 1);
    busy.reset(2 * second);
    CHECK(busy == TimeAverage(2 * second, 1));
    CHECK(busy.mean(2 * second) == 1);
    busy.set(3 * second, 2);
    CHECK(busy.mean(4 * second) == 1.5);
    CHECK(busy.max() == 2);
    TimeAverage debt(0, -4);
    debt.set(1, -2);
    CHECK(debt.max() == -2);
}

TEST_CASE("a time average of whole values is the exact quotient, rounded once") {
    base::RandomStream random(11, "queue");
    TimeAverage length;
    Time now = 0;
    Time value = 0;
    Time integral = 0;
    for (int i = 0; i < 100'000; ++i) {
        const auto passed = static_cast<Time>(random.below(1'000'000));
        integral += value * passed;
        now += passed;
        value = static_cast<Time>(random.below(100));
        length.set(now, static_cast<double>(value));
    }
    REQUIRE(integral < Time{1} << 53);
    CHECK(length.mean(now) == static_cast<double>(integral) / static_cast<double>(now));
}

// ------------------------------------------------------------------------------------------------ duration sketch

TEST_CASE("an empty sketch answers with zeros, one duration is reported exactly") {
    DurationSketch sketch;
    CHECK(sketch.count() == 0);
    CHECK(sketch.quantile(0.5) == 0);
    CHECK(sketch.min() == 0);
    CHECK(sketch.max() == 0);
    CHECK(std::isnan(sketch.mean_seconds()));
    CHECK(sketch.count_above(-1) == 0);
    sketch.add(5, 0);
    CHECK(sketch == DurationSketch());
    for (const Time duration : {Time{0}, Time{255}, Time{257}, 123'456'789 * second, longest}) {
        CAPTURE(duration);
        sketch.reset();
        sketch.add(duration);
        for (const double p : {0.0, 0.5, 1.0})
            CHECK(sketch.quantile(p) == duration);
        CHECK(sketch.count_above(duration) == 0);
        CHECK(sketch.count_above(duration / 2 - 1) == 1);
        CHECK(sketch.mean_seconds() == doctest::Approx(to_seconds(duration)));
    }
}

TEST_CASE("ranks are those of the order statistics: ceil(p n), also for shares that are no binary fractions") {
    DurationSketch sketch;
    for (Time i = 1; i <= 100; ++i)
        sketch.add(i);
    for (Time percent = 1; percent <= 100; ++percent)
        CHECK(sketch.quantile(static_cast<double>(percent) / 100) == percent);
    CHECK(sketch.quantile(0) == 1);
    CHECK(sketch.quantile(0.0701) == 8);
    CHECK(sketch.count_above(0) == 100);
    CHECK(sketch.count_above(99) == 1);
    CHECK(sketch.mean_seconds() == doctest::Approx(50.5e-9));
}

TEST_CASE("the stated relative error holds at both ends of every bucket, and buckets do not overlap") {
    static_assert(DurationSketch::relative_error == 1.0 / 256);
    Time previous = 0;
    for (unsigned bits = 0; bits < 63; ++bits)
        for (std::uint64_t step = 0; step < 128; ++step)
            for (const std::uint64_t offset : {0U, 1U}) {
                const std::uint64_t edge = (std::uint64_t{1} << bits) + (((std::uint64_t{1} << bits) / 128) * step);
                const auto duration = static_cast<Time>(edge - offset);
                // Two longer and two shorter ones keep the middle ranks off the exact ends.
                DurationSketch sketch;
                sketch.add(0, 2);
                sketch.add(duration, 2);
                sketch.add(longest, 2);
                const Time reported = sketch.quantile(0.5);
                REQUIRE(is_near(reported, duration));
                if (offset == 0) {
                    REQUIRE(reported >= previous);
                    previous = reported;
                }
            }
}

TEST_CASE("quantiles of random samples are within the bound of exact order statistics, and monotone") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        const std::size_t count = seed <= 10 ? static_cast<std::size_t>(seed) : 5000;
        std::vector<Time> durations = random_durations(seed, count, 1 + seed * 62 / 40);
        const DurationSketch sketch = sketch_of(durations);
        std::sort(durations.begin(), durations.end());
        CHECK(sketch.count() == count);
        CHECK(sketch.min() == durations.front());
        CHECK(sketch.max() == durations.back());
        CHECK(sketch.quantile(0) == durations.front());
        CHECK(sketch.quantile(1) == durations.back());
        Time previous = 0;
        for (int i = 0; i <= 400; ++i) {
            const double p = i / 400.0;
            const std::size_t rank = std::max<std::size_t>(1, (static_cast<std::size_t>(i) * count + 399) / 400);
            const Time reported = sketch.quantile(p);
            REQUIRE(is_near(reported, durations[rank - 1]));
            REQUIRE(reported >= previous);
            previous = reported;
        }
    }
}

TEST_CASE("merged sketches equal the sketch of all, in any order") {
    const std::vector<Time> low = random_durations(1, 3000, 20);
    const std::vector<Time> high = random_durations(2, 2000, 62);
    std::vector<Time> all = low;
    all.insert(all.end(), high.begin(), high.end());
    std::reverse(all.begin(), all.end());
    DurationSketch one = sketch_of(low);
    one.merge(sketch_of(high));
    DurationSketch other = sketch_of(high);
    other.merge(sketch_of(low));
    CHECK(one == sketch_of(all));
    CHECK(other == one);
    one.merge(DurationSketch());
    CHECK(other == one);
    DurationSketch doubled = one;
    doubled.merge(doubled);
    DurationSketch twice;
    for (const Time duration : all)
        twice.add(duration, 2);
    CHECK(doubled == twice);
}

TEST_CASE("the mean of a sketch is that of the durations, not of their buckets, also beyond 64 bits") {
    const std::vector<Time> durations = random_durations(3, 10'000, 40);
    const Time sum = std::accumulate(durations.begin(), durations.end(), Time{0});
    CHECK(sketch_of(durations).mean_seconds() == static_cast<double>(sum) / 10'000 * 1e-9);
    DurationSketch sketch;
    sketch.add(time_max, 1'000'000'000'000);
    sketch.add(0, 1'000'000'000'000);
    CHECK(sketch.mean_seconds() == static_cast<double>(time_max) / 2 * 1e-9);
}

TEST_CASE("the count above a limit leaves out only the limit's own bucket") {
    std::vector<Time> durations = random_durations(4, 5000, 30);
    const DurationSketch sketch = sketch_of(durations);
    CHECK(sketch.count_above(-1) == 5000);
    for (const Time limit : random_durations(5, 500, 31)) {
        const auto longer_than = [&](Time bound) {
            return static_cast<std::uint64_t>(
                std::count_if(durations.begin(), durations.end(), [=](Time duration) { return duration > bound; }));
        };
        const std::uint64_t above = sketch.count_above(limit);
        REQUIRE(above <= longer_than(limit));
        REQUIRE(above >= longer_than(limit + limit / 128));
    }
}

// --------------------------------------------------------------------------------------------------------- series

TEST_CASE("a series sums by bins, and doubles their width when time passes the end") {
    Series arrivals(10, 4);
    CHECK(arrivals.sums().empty());
    arrivals.add(0, 1);
    arrivals.add(9, 2);
    arrivals.add(25, 4);
    CHECK(arrivals.bin_width() == 10);
    CHECK(std::vector<double>(arrivals.sums().begin(), arrivals.sums().end()) == std::vector<double>{3, 0, 4});
    arrivals.add(39, 8);
    CHECK(arrivals.sums().size() == 4);
    arrivals.add(40, 16);
    CHECK(arrivals.bin_width() == 20);
    CHECK(std::vector<double>(arrivals.sums().begin(), arrivals.sums().end()) == std::vector<double>{3, 12, 16});
    CHECK(std::vector<std::uint64_t>(arrivals.counts().begin(), arrivals.counts().end()) ==
          std::vector<std::uint64_t>{2, 2, 1});
    arrivals.add(1000, 32);
    CHECK(arrivals.bin_width() == 320);
    CHECK(std::vector<double>(arrivals.sums().begin(), arrivals.sums().end()) == std::vector<double>{31, 0, 0, 32});
}

TEST_CASE("the last moment of the last bin fits, whatever the width") {
    for (const Time width : {Time{1}, Time{3}, second, time_max, longest}) {
        CAPTURE(width);
        Series series(width, 2);
        series.add(0, 1);
        series.add(longest, 1);
        CHECK(series.sums().size() <= 2);
        CHECK(std::accumulate(series.counts().begin(), series.counts().end(), std::uint64_t{0}) == 2);
        CHECK(longest / series.bin_width() < 2);
    }
}

TEST_CASE("doubling conserves the totals, and gives what wide bins would have held from the start") {
    for (const std::size_t bins_max : {2U, 3U, 7U, 64U, 600U}) {
        CAPTURE(bins_max);
        base::RandomStream random(bins_max, "series");
        Series series(1000, bins_max);
        std::vector<std::pair<Time, double>> added;
        Time now = 0;
        double total = 0;
        for (std::uint64_t i = 1; i <= 20'000; ++i) {
            now += static_cast<Time>(random.below(2'000));
            // Some come late: reported after others that happened later.
            const Time at = now - static_cast<Time>(random.below(static_cast<std::uint64_t>(now) / 2 + 1));
            const double amount = static_cast<double>(random.below(1000)) / 8;
            series.add(at, amount);
            added.emplace_back(at, amount);
            total += amount;
            if (i % 500 == 0) {
                REQUIRE(series.sums().size() <= bins_max);
                REQUIRE(std::accumulate(series.sums().begin(), series.sums().end(), 0.0) == total);
                REQUIRE(std::accumulate(series.counts().begin(), series.counts().end(), std::uint64_t{0}) == i);
            }
        }
        CHECK(series.bin_width() > 1000);
        Series wide(series.bin_width(), series.sums().size() + 1);
        for (const auto& [at, amount] : added)
            wide.add(at, amount);
        CHECK(wide.bin_width() == series.bin_width());
        CHECK(std::equal(wide.sums().begin(), wide.sums().end(), series.sums().begin(), series.sums().end()));
        CHECK(std::equal(wide.counts().begin(), wide.counts().end(), series.counts().begin(), series.counts().end()));
    }
}
