// What a running simulation measures, in bounded memory: averages over time, quantiles of durations, figures over time.
//
// Each is a value: a copy goes on by itself, so a run can be forked with what it has measured. Times are those of
// core/sim/time.hpp; what is counted and ordered is integer arithmetic, so the results are the same bits on every
// build. Every add is O(1), but for the rare growth of a vector.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/base/assert.hpp"
#include "core/sim/time.hpp"

namespace dstudio::sim {

// The average over time of a quantity that is constant between changes: a queue's length, the number of busy servers.
// The weights are whole nanoseconds. For whole values the integral is exact as long as it is below 2^53 (104 days of
// one customer); beyond, and for other values, each change adds a relative error of at most 2^-52.
class TimeAverage {
  public:
    explicit TimeAverage(Time start = 0, double value = 0) : start_(start), last_(start), value_(value), max_(value) {}

    // From `now` on the quantity is `value`. REQUIRES: now is not before the last change; value is finite.
    void set(Time now, double value) {
        DS_ASSERT(now >= last_);
        integral_ += value_ * static_cast<double>(now - last_);
        last_ = now;
        value_ = value;
        max_ = value > max_ ? value : max_;
    }
    void add(Time now, double difference) { set(now, value_ + difference); }

    [[nodiscard]] double value() const { return value_; }

    // Since the start or the last reset; the value itself if no time has passed. REQUIRES: now is not before the last
    // change.
    [[nodiscard]] double mean(Time now) const {
        DS_ASSERT(now >= last_);
        if (now == start_)
            return value_;
        return (integral_ + value_ * static_cast<double>(now - last_)) / static_cast<double>(now - start_);
    }

    // The largest value since the start or the last reset, those that lasted no time included.
    [[nodiscard]] double max() const { return max_; }

    // Forgets the past and keeps the value. REQUIRES: now is not before the last change.
    void reset(Time now) {
        DS_ASSERT(now >= last_);
        *this = TimeAverage(now, value_);
    }

    bool operator==(const TimeAverage&) const = default;

  private:
    Time start_ = 0;
    Time last_ = 0;  // change
    double value_ = 0;
    double max_ = 0;
    double integral_ = 0;  // from start_ to last_, in value times ns
};

// Quantiles of durations with a relative error of at most 1/256, by counters alone, in the way of Tene's HdrHistogram
// (hdrhistogram.org): durations below 256 ns have a counter each; above, each power of two is cut into 128 buckets of
// equal width, and a bucket answers with its middle. From a bucket's low end l the middle is at most l / 256 away.
// Two sketches merge without loss: the result is equal to that of adding all to one, in any order. Sums are exact
// (128 bits). Memory: 8 bytes for each bucket up to the highest used (8 KB at 16 us, 15 KB at 1 ms, 25 KB at 1 s), at
// most buckets_max.
class DurationSketch {
  public:
    static constexpr double relative_error = 1.0 / 256;
    static constexpr std::size_t buckets_max = 256 + std::size_t{128} * 55;

    // As if `count` times. REQUIRES: duration >= 0.
    void add(Time duration, std::uint64_t count = 1) {
        DS_ASSERT(duration >= 0);
        const std::size_t bucket = bucket_of(duration);
        if (count == 0)
            return;
        if (bucket >= counts_.size())
            counts_.resize(bucket + 1);
        counts_[bucket] += count;
        count_ += count;
        sum_ += static_cast<Wide>(duration) * count;
        min_ = duration < min_ ? duration : min_;
        max_ = duration > max_ ? duration : max_;
    }
    void merge(const DurationSketch& other);

    // The duration of rank ceil(p n) of the n added (the rank of 0 is 1), with the relative error stated above; the
    // first and the last rank exactly; 0 if empty. Never below min() nor above max(), and monotone in p. The product is
    // lowered by 2^-51 of itself first, so that decimal shares mean what they say: 0.07 of 100 is rank 7, although the
    // double above it is meant. REQUIRES: 0 <= p <= 1.
    [[nodiscard]] Time quantile(double p) const;

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] double mean_seconds() const;  // NaN if empty
    [[nodiscard]] Time min() const { return count_ == 0 ? 0 : min_; }
    [[nodiscard]] Time max() const { return max_; }  // 0 if empty

    // How many lie in buckets wholly above the limit: those longer than it, but for the limit's own bucket. Exact for
    // limits below 256 ns.
    [[nodiscard]] std::uint64_t count_above(Time limit) const;

    void reset() { *this = DurationSketch(); }

    bool operator==(const DurationSketch&) const = default;

  private:
    __extension__ using Wide = unsigned __int128;

    static std::size_t bucket_of(Time duration) {
        const auto value = static_cast<std::uint64_t>(duration);
        if (value < 256)
            return static_cast<std::size_t>(value);
        const auto shift = static_cast<unsigned>(std::bit_width(value)) - 8;  // leaves the 8 highest bits, 128 to 255
        return static_cast<std::size_t>(value >> shift) + std::size_t{128} * shift;
    }

    std::vector<std::uint64_t> counts_;  // up to the highest bucket used
    std::uint64_t count_ = 0;
    Wide sum_ = 0;
    Time min_ = std::numeric_limits<Time>::max();
    Time max_ = 0;
};

// Figures over time in a bounded number of bins of equal width, from time 0 on: arrivals per minute, work per second.
// When a figure falls beyond the last bin, neighbouring bins are merged two by two and the width doubles, until it
// fits. Counts and bins do not depend on the order of adding, sums only in their last bits.
class Series {
  public:
    // REQUIRES: bin_width > 0, bins_max >= 2.
    explicit Series(Time bin_width, std::size_t bins_max = 600);

    // Adds to the sum of the bin that `at` lies in, and 1 to its count. REQUIRES: at >= 0.
    void add(Time at, double amount) {
        DS_ASSERT(at >= 0);
        // Most come into the bin of the one before: no division then.
        if (static_cast<std::uint64_t>(at - last_begin_) >= static_cast<std::uint64_t>(bin_width_) || sums_.empty())
            find_bin(at);
        sums_[last_] += amount;
        ++counts_[last_];
    }

    // Bin i is from i * bin_width() up to, not including, (i + 1) * bin_width(). The width is the first one times a
    // power of two.
    [[nodiscard]] Time bin_width() const { return bin_width_; }

    // The bins up to the last one that was ever added to; valid until the next add.
    [[nodiscard]] std::span<const double> sums() const { return sums_; }
    [[nodiscard]] std::span<const std::uint64_t> counts() const { return counts_; }

    bool operator==(const Series& other) const {
        return bin_width_ == other.bin_width_ && bins_max_ == other.bins_max_ && sums_ == other.sums_ &&
               counts_ == other.counts_;
    }

  private:
    void find_bin(Time at);
    void double_width();

    Time last_begin_ = 0;  // of the bin that was last added to
    std::size_t last_ = 0;
    Time bin_width_ = 0;
    std::size_t bins_max_ = 0;
    std::vector<double> sums_;
    std::vector<std::uint64_t> counts_;  // as many
};

}  // namespace dstudio::sim
