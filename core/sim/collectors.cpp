#include "core/sim/collectors.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace dstudio::sim {

static_assert(std::is_trivially_copyable_v<TimeAverage>);

// ------------------------------------------------------------------------------------------------ duration sketch

namespace {

// The middle of a bucket, rounded up: the inverse of DurationSketch::bucket_of.
Time middle_of(std::size_t bucket) {
    if (bucket < 256)
        return static_cast<Time>(bucket);
    const std::size_t shift = bucket / 128 - 1;
    const Time low = static_cast<Time>(128 + bucket % 128) << shift;
    return low + (Time{1} << (shift - 1));
}

}  // namespace

void DurationSketch::merge(const DurationSketch& other) {
    if (other.counts_.size() > counts_.size())
        counts_.resize(other.counts_.size());
    for (std::size_t i = 0; i < other.counts_.size(); ++i)
        counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
}

Time DurationSketch::quantile(double p) const {
    DS_ASSERT(p >= 0 && p <= 1);
    const double position = std::ceil(p * static_cast<double>(count_) * (1 - 0x1p-51));
    if (position <= 1)
        return min();
    if (position >= static_cast<double>(count_))
        return max();
    const auto rank = static_cast<std::uint64_t>(position);
    std::uint64_t below = 0;
    std::size_t bucket = 0;
    while (below + counts_[bucket] < rank)
        below += counts_[bucket++];
    return std::clamp(middle_of(bucket), min_, max_);
}

double DurationSketch::mean_seconds() const {
    if (count_ == 0)
        return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(sum_) / static_cast<double>(count_) * 1e-9;
}

std::uint64_t DurationSketch::count_above(Time limit) const {
    std::uint64_t count = 0;
    for (std::size_t i = limit < 0 ? 0 : bucket_of(limit) + 1; i < counts_.size(); ++i)
        count += counts_[i];
    return count;
}

// --------------------------------------------------------------------------------------------------------- series

Series::Series(Time bin_width, std::size_t bins_max) : bin_width_(bin_width), bins_max_(bins_max) {
    DS_ASSERT(bin_width > 0 && bins_max >= 2);
}

void Series::find_bin(Time at) {
    auto bin = static_cast<std::uint64_t>(at / bin_width_);
    while (bin >= bins_max_) {
        double_width();  // no overflow: with two bins or more, at is at least twice the width
        bin = static_cast<std::uint64_t>(at / bin_width_);
    }
    last_ = static_cast<std::size_t>(bin);
    last_begin_ = static_cast<Time>(bin) * bin_width_;
    if (last_ >= sums_.size()) {
        sums_.resize(last_ + 1);
        counts_.resize(last_ + 1);
    }
}

void Series::double_width() {
    const std::size_t half = (sums_.size() + 1) / 2;
    for (std::size_t i = 0; i < half; ++i) {
        const bool has_second = 2 * i + 1 < sums_.size();
        sums_[i] = sums_[2 * i] + (has_second ? sums_[2 * i + 1] : 0);
        counts_[i] = counts_[2 * i] + (has_second ? counts_[2 * i + 1] : 0);
    }
    sums_.resize(half);
    counts_.resize(half);
    bin_width_ *= 2;
}

}  // namespace dstudio::sim
