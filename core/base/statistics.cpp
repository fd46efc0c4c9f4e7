#include "core/base/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/base/assert.hpp"
#include "core/base/elementary.hpp"
#include "core/base/special.hpp"

namespace dstudio::base {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

bool is_nan(double x) {
    return x != x;
}

bool has_nan(std::span<const double> values) {
    std::size_t count = 0;
    for (const double x : values)
        count += is_nan(x) ? 1U : 0U;
    return count > 0;
}

// Four partial sums: shorter chains of dependent additions, and a smaller error.
template <class Term>
double sum_of(std::size_t count, Term term) {
    std::array<double, 4> sums{};
    std::size_t i = 0;
    for (; i + 4 <= count; i += 4)
        for (std::size_t j = 0; j < 4; ++j)
            sums[j] += term(i + j);
    for (; i < count; ++i)
        sums[0] += term(i);
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// ------------------------------------------------------------------------------------------------------- selection

// A rank within some values, and where its value is to be written.
struct Wish {
    std::size_t rank = 0;
    std::size_t place = 0;
};

// The middle wish first: each further one then has half of the values to partition. `offset` is the rank of the first.
// REQUIRES: wishes ascending, ranks within the values.
void select_by_partition(std::span<double> values, std::size_t offset, std::span<const Wish> wishes,
                         std::span<double> out) {
    if (wishes.empty())
        return;
    const Wish& wish = wishes[wishes.size() / 2];
    const std::size_t at = wish.rank - offset;
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
    const auto is_lower = [&](const Wish& other) { return other.rank < wish.rank; };
    const auto is_not_higher = [&](const Wish& other) { return other.rank <= wish.rank; };
    const auto lower =
        static_cast<std::size_t>(std::partition_point(wishes.begin(), wishes.end(), is_lower) - wishes.begin());
    const auto not_higher =
        static_cast<std::size_t>(std::partition_point(wishes.begin(), wishes.end(), is_not_higher) - wishes.begin());
    for (std::size_t i = lower; i < not_higher; ++i)
        out[wishes[i].place] = values[at];
    select_by_partition(values.first(at), offset, wishes.first(lower), out);
    select_by_partition(values.subspan(at + 1), wish.rank + 1, wishes.subspan(not_higher), out);
}

constexpr std::size_t bucket_count = 2048;
constexpr std::size_t buckets_from = 8192;  // values; below it partitioning is as fast
constexpr int bucket_rounds_max = 4;

// Equal buckets between two limits, one below, one above: monotone in x, which is all that selection needs.
struct Buckets {
    double low = 0;
    double scale = 0;

    [[nodiscard]] std::size_t of(double x) const {
        double position = (x - low) * scale + 1;
        position = position > 0 ? position : 0;
        position = position < bucket_count + 1 ? position : bucket_count + 1;
        return static_cast<std::size_t>(position);
    }
};

Buckets make_buckets(std::span<const double> values) {
    constexpr std::size_t probe_count = 512;
    std::array<double, probe_count> probes{};
    std::size_t finite_count = 0;
    for (std::size_t i = 0; i < probe_count; ++i)
        if (const double x = values[i * (values.size() / probe_count)]; std::fabs(x) < infinity)
            probes[finite_count++] = x;
    if (finite_count == 0)
        return {};
    std::sort(probes.begin(), probes.begin() + static_cast<std::ptrdiff_t>(finite_count));
    // Far tails would stretch the buckets over emptiness.
    const double q1 = probes[finite_count / 4];
    const double q3 = probes[finite_count - 1 - finite_count / 4];
    double low = probes[0];
    double high = probes[finite_count - 1];
    if (q3 > q1) {
        low = std::max(low, q1 - 6 * (q3 - q1));
        high = std::min(high, q3 + 6 * (q3 - q1));
    }
    const double scale = static_cast<double>(bucket_count) / (high - low);
    return {low, std::fabs(scale) < infinity ? scale : 0};
}

// REQUIRES: wishes ascending, no NaN among the values.
void select(std::span<const double> values, std::span<const Wish> wishes, std::span<double> out, int rounds) {
    const auto by_partition = [&] {
        std::vector<double> copy(values.begin(), values.end());
        select_by_partition(copy, 0, wishes, out);
    };
    if (!wishes.empty() && std::all_of(values.begin(), values.end(), [&](double x) { return x == values[0]; })) {
        for (const Wish& wish : wishes)
            out[wish.place] = values[0];
        return;
    }
    if (values.size() < buckets_from || rounds >= bucket_rounds_max)
        return by_partition();
    const Buckets buckets = make_buckets(values);
    // Two counters for each bucket: runs of equal values would wait for their own last increment.
    std::array<std::array<std::uint32_t, bucket_count + 2>, 2> counts{};
    DS_ASSERT(values.size() <= std::numeric_limits<std::uint32_t>::max());
    for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
        ++counts[0][buckets.of(values[i])];
        ++counts[1][buckets.of(values[i + 1])];
    }
    if (values.size() % 2 == 1)
        ++counts[0][buckets.of(values.back())];

    struct Wanted {
        std::size_t first_wish = 0;
        std::size_t wish_end = 0;
        std::size_t start = 0;  // rank of its first value
        std::vector<double> values;
    };
    std::vector<Wanted> wanted;
    constexpr std::uint16_t unwanted = 0xffff;
    std::array<std::uint16_t, bucket_count + 2> index_of{};
    index_of.fill(unwanted);
    std::size_t start = 0;
    std::size_t next_wish = 0;
    for (std::size_t bucket = 0; bucket < bucket_count + 2 && next_wish < wishes.size(); ++bucket) {
        const std::size_t count = std::size_t{counts[0][bucket]} + counts[1][bucket];
        const std::size_t first_wish = next_wish;
        while (next_wish < wishes.size() && wishes[next_wish].rank < start + count)
            ++next_wish;
        if (next_wish > first_wish) {
            if (count == values.size())
                return by_partition();  // no progress
            index_of[bucket] = static_cast<std::uint16_t>(wanted.size());
            wanted.push_back({first_wish, next_wish, start, {}});
            wanted.back().values.reserve(count);
        }
        start += count;
    }
    for (const double x : values)
        if (const std::uint16_t index = index_of[buckets.of(x)]; index != unwanted)
            wanted[index].values.push_back(x);
    for (Wanted& part : wanted) {
        const std::span<const Wish> inner = wishes.subspan(part.first_wish, part.wish_end - part.first_wish);
        if (part.values.size() < buckets_from) {
            select_by_partition(part.values, part.start, inner, out);
            continue;
        }
        std::vector<Wish> shifted(inner.begin(), inner.end());
        for (Wish& wish : shifted)
            wish.rank -= part.start;
        select(part.values, shifted, out, rounds + 1);
    }
}

double interpolated(double low, double high, double fraction) {
    if (fraction == 0 || low == high || (low == -infinity && high < infinity))
        return low;
    return low + fraction * (high - low);
}

}  // namespace

// --------------------------------------------------------------------------------------------------------- moments

void Moments::add(double value) {
    has_nan_ = has_nan_ || is_nan(value);
    min_ = count_ == 0 || value < min_ ? value : min_;
    max_ = count_ == 0 || value > max_ ? value : max_;
    ++count_;
    const double distance = value - mean_;
    mean_ += distance / static_cast<double>(count_);
    square_sum_ += distance * (value - mean_);
}

void Moments::add(std::span<const double> values) {
    // Blocks that stay in the cache, each in two passes.
    constexpr std::size_t block_size = 1024;
    for (std::size_t start = 0; start < values.size(); start += block_size) {
        const std::span<const double> block = values.subspan(start, std::min(block_size, values.size() - start));
        Moments part;
        part.count_ = block.size();
        const double count = static_cast<double>(block.size());
        part.mean_ = sum_of(block.size(), [&](std::size_t i) { return block[i]; }) / count;
        if (!(std::fabs(part.mean_) < infinity))  // perhaps only the sum is beyond the largest double
            part.mean_ = sum_of(block.size(), [&](std::size_t i) { return block[i] / count; });
        part.square_sum_ = sum_of(block.size(), [&](std::size_t i) {
            const double distance = block[i] - part.mean_;
            return distance * distance;
        });
        part.min_ = block[0];
        part.max_ = block[0];
        for (const double x : block) {
            part.min_ = x < part.min_ ? x : part.min_;
            part.max_ = x > part.max_ ? x : part.max_;
        }
        part.has_nan_ = is_nan(part.mean_) && has_nan(block);
        merge(part);
    }
}

void Moments::merge(const Moments& other) {
    if (other.count_ == 0)
        return;
    if (count_ == 0) {
        *this = other;
        return;
    }
    const double total = static_cast<double>(count_ + other.count_);
    const double distance = other.mean_ - mean_;
    const double other_part = static_cast<double>(other.count_) / total;
    mean_ += distance * other_part;
    square_sum_ += other.square_sum_ + distance * distance * other_part * static_cast<double>(count_);
    min_ = other.min_ < min_ ? other.min_ : min_;
    max_ = other.max_ > max_ ? other.max_ : max_;
    count_ += other.count_;
    has_nan_ = has_nan_ || other.has_nan_;
}

double Moments::mean() const {
    return count_ == 0 ? not_a_number : mean_;
}

double Moments::variance() const {
    return count_ < 2 ? not_a_number : square_sum_ / static_cast<double>(count_ - 1);
}

double Moments::standard_deviation() const {
    return std::sqrt(variance());
}

double Moments::standard_error() const {
    return std::sqrt(variance() / static_cast<double>(count_));
}

double Moments::min() const {
    return count_ == 0 || has_nan_ ? not_a_number : min_;
}

double Moments::max() const {
    return count_ == 0 || has_nan_ ? not_a_number : max_;
}

// ------------------------------------------------------------------------------------------------------- quantiles

std::vector<double> order_statistics(std::span<const double> sample, std::span<const std::size_t> ranks) {
    std::vector<double> out(ranks.size(), not_a_number);
    if (has_nan(sample))
        return out;
    std::vector<Wish> wishes;
    for (std::size_t i = 0; i < ranks.size(); ++i)
        if (ranks[i] < sample.size())
            wishes.push_back({ranks[i], i});
    std::sort(wishes.begin(), wishes.end(), [](const Wish& a, const Wish& b) { return a.rank < b.rank; });
    select(sample, wishes, out, 0);
    for (double& value : out)
        value += 0.0;  // -0 and 0 are equal: which of them is selected would depend on the library
    return out;
}

std::vector<double> quantiles(std::span<const double> sample, std::span<const double> p) {
    std::vector<std::size_t> ranks;
    const double last = sample.empty() ? 0 : static_cast<double>(sample.size() - 1);
    for (const double share : p) {
        const bool is_share = share >= 0 && share <= 1 && !sample.empty();
        const auto rank = is_share ? static_cast<std::size_t>(last * share) : sample.size();
        ranks.push_back(rank);
        ranks.push_back(is_share ? std::min(rank + 1, sample.size() - 1) : rank);
    }
    const std::vector<double> values = order_statistics(sample, ranks);
    std::vector<double> out;
    for (std::size_t i = 0; i < p.size(); ++i) {
        const double position = last * p[i];
        out.push_back(interpolated(values[2 * i], values[2 * i + 1], position - static_cast<double>(ranks[2 * i])));
    }
    return out;
}

double quantile(std::span<const double> sample, double p) {
    return quantiles(sample, std::span<const double>(&p, 1)).front();
}

// ------------------------------------------------------------------------------------------ histogram and density

Histogram histogram(std::span<const double> sample, std::size_t bins, double lo, double hi) {
    DS_ASSERT(bins > 0 && lo < hi && lo > -infinity && hi < infinity);
    Histogram result{lo, hi, std::vector<std::uint64_t>(bins), 0, 0, 0};
    const double half_range = hi / 2 - lo / 2;  // the range itself may overflow
    for (const double x : sample) {
        if (!(x >= lo && x <= hi)) {
            ++(is_nan(x) ? result.undefined : x < lo ? result.below : result.above);
            continue;
        }
        const double position = (x / 2 - lo / 2) / half_range * static_cast<double>(bins);
        ++result.counts[std::min(static_cast<std::size_t>(position), bins - 1)];
    }
    return result;
}

Density density(std::span<const double> sample, std::size_t points) {
    DS_ASSERT(points >= 2);
    constexpr std::array shares{0.0, 0.0025, 0.25, 0.75, 0.9975, 1.0};
    const std::vector<double> q = quantiles(sample, shares);
    double lo = q[1];
    double hi = q[4];
    const double interquartile = q[3] - q[2];
    if (interquartile > 0) {
        lo = std::max(lo, q[2] - 6 * interquartile);
        hi = std::min(hi, q[3] + 6 * interquartile);
    }
    // A limit near the sample's own extreme gives way to it.
    constexpr double near = 0.02;
    const double range = hi - lo;
    if (lo - q[0] <= near * range || !(range > 0))
        lo = q[0];
    if (q[5] - hi <= near * range || !(range > 0))
        hi = q[5];
    const double step = (hi - lo) / static_cast<double>(points - 1);
    if (!(step > 0 && step < infinity) || lo + step == lo || hi - step == hi)
        return {};

    Moments within;
    std::array<double, 1024> block{};
    std::size_t filled = 0;
    for (const double x : sample) {
        block[filled] = x;
        filled += x >= lo && x <= hi ? 1U : 0U;
        if (filled == block.size()) {
            within.add(block);
            filled = 0;
        }
    }
    within.add(std::span<const double>(block).first(filled));
    double spread = within.standard_deviation();
    if (interquartile > 0)
        spread = std::min(spread, interquartile / 1.34);
    const double count = static_cast<double>(sample.size());
    const double bandwidth = std::max(0.9 * spread * math::exp(-0.2 * math::log(count)), step);

    // Cells of a part of a step, on the grid and beyond it as far as the kernel reaches; the grid points lie on
    // borders.
    constexpr std::size_t cells_per_step = 4;
    constexpr double reach = 5;  // bandwidths
    const double cell = step / cells_per_step;
    const auto reach_cells = static_cast<std::size_t>(std::ceil(reach * bandwidth / cell));
    const std::size_t inner_cells = (points - 1) * cells_per_step;
    std::vector<double> cells(inner_cells + 2 * reach_cells);
    const bool reflects_low = lo == q[0];
    const bool reflects_high = hi == q[5];
    const double first = lo - static_cast<double>(reach_cells) * cell;
    for (const double x : sample) {
        const double position = (x - first) / cell;
        if (position >= 0 && position < static_cast<double>(cells.size()))
            cells[static_cast<std::size_t>(position)] += 1;
    }
    if (reflects_high) {  // the extreme itself lies on the border, in the cell beyond
        cells[reach_cells + inner_cells - 1] += cells[reach_cells + inner_cells];
        cells[reach_cells + inner_cells] = 0;
    }
    for (std::size_t i = 0; i < reach_cells && i < inner_cells; ++i) {
        if (reflects_low)
            cells[reach_cells - 1 - i] = cells[reach_cells + i];
        if (reflects_high)
            cells[reach_cells + inner_cells + i] = cells[reach_cells + inner_cells - 1 - i];
    }
    std::vector<double> kernel(reach_cells);
    for (std::size_t i = 0; i < reach_cells; ++i) {
        const double distance = (static_cast<double>(i) + 0.5) * cell / bandwidth;
        kernel[i] = math::exp(-0.5 * distance * distance);
    }
    Density result{lo, step, std::vector<double>(points), static_cast<double>(within.count()) / count};
    double integral = 0;
    for (std::size_t i = 0; i < points; ++i) {
        const std::size_t border = reach_cells + i * cells_per_step;
        double sum = 0;
        for (std::size_t j = 0; j < reach_cells; ++j)
            sum += kernel[j] * (cells[border + j] + cells[border - 1 - j]);
        result.values[i] = sum;
        integral += sum * (i == 0 || i + 1 == points ? 0.5 : 1.0) * step;
    }
    for (double& value : result.values)
        value /= integral;
    return result;
}

// ------------------------------------------------------------------------------------------------------- intervals

Interval mean_interval(const Moments& moments, double level) {
    DS_ASSERT(level > 0 && level < 1);
    if (moments.count() < 2)
        return is_nan(moments.mean()) && moments.count() > 0 ? Interval{not_a_number, not_a_number}
                                                             : Interval{-infinity, infinity};
    const double t = student_t_quantile(0.5 + level / 2, static_cast<double>(moments.count() - 1));
    const double half = t * moments.standard_error();
    return {moments.mean() - half, moments.mean() + half};
}

std::vector<Interval> quantile_intervals(std::span<const double> sample, std::span<const double> p, double level) {
    DS_ASSERT(level > 0 && level < 1);
    const double count = static_cast<double>(sample.size());
    const double z = math::normal_quantile(0.5 + level / 2);
    std::vector<Interval> out(p.size(), {not_a_number, not_a_number});
    if (sample.empty() || has_nan(sample))
        return out;
    constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    std::vector<std::size_t> ranks;
    for (const double share : p) {
        const double centre = count * share;
        const double half = z * std::sqrt(centre * (1 - share));
        const double low = std::ceil(centre - half);  // ranks from 1
        const double high = std::ceil(centre + half);
        const bool is_share = share > 0 && share < 1;
        ranks.push_back(is_share && low >= 1 ? static_cast<std::size_t>(low) - 1 : none);
        ranks.push_back(is_share && high <= count ? static_cast<std::size_t>(high) - 1 : none);
    }
    const std::vector<double> values = order_statistics(sample, ranks);
    for (std::size_t i = 0; i < p.size(); ++i)
        if (p[i] > 0 && p[i] < 1) {
            out[i] = {-infinity, infinity};
            if (ranks[2 * i] != none)
                out[i].lo = values[2 * i];
            if (ranks[2 * i + 1] != none)
                out[i].hi = values[2 * i + 1];
        }
    return out;
}

Interval quantile_interval(std::span<const double> sample, double p, double level) {
    return quantile_intervals(sample, std::span<const double>(&p, 1), level).front();
}

double student_t_quantile(double p, double dof) {
    if (!(p >= 0 && p <= 1) || !(dof >= 2 * math::shape_min))
        return not_a_number;
    if (p == 0 || p == 1)
        return p == 0 ? -infinity : infinity;
    if (dof > 1e6) {
        // Cornish-Fisher expansion (Abramowitz and Stegun 1964, 26.7.5); the next term is below 1e-15 relative.
        const double z = math::normal_quantile(p);
        const double z2 = z * z;
        const double first = z * (z2 + 1) / 4;
        const double second = z * ((5 * z2 + 16) * z2 + 3) / 96;
        return z + (first + second / dof) / dof;
    }
    // P(T < -t) = I_x(dof/2, 1/2) / 2 with x = dof / (dof + t^2), whose odds are dof / t^2.
    const double odds = math::beta_quantile_odds(dof / 2, 0.5, 2 * std::min(p, 1 - p));
    const double t = std::sqrt(dof / odds);
    return p < 0.5 ? -t : t;
}

// ----------------------------------------------------------------------------------------------------- correlation

std::vector<double> mid_ranks(std::span<const double> sample) {
    if (has_nan(sample))
        return std::vector<double>(sample.size(), not_a_number);
    std::vector<std::pair<double, std::size_t>> sorted(sample.size());
    for (std::size_t i = 0; i < sample.size(); ++i)
        sorted[i] = {sample[i], i};
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> ranks(sample.size());
    for (std::size_t first = 0; first < sorted.size();) {
        std::size_t end = first + 1;
        while (end < sorted.size() && sorted[end].first == sorted[first].first)
            ++end;
        const double rank = 0.5 * (static_cast<double>(first + 1) + static_cast<double>(end));
        for (; first < end; ++first)
            ranks[sorted[first].second] = rank;
    }
    return ranks;
}

double pearson(std::span<const double> x, std::span<const double> y) {
    DS_ASSERT(x.size() == y.size());
    if (x.size() < 2)
        return not_a_number;
    const double count = static_cast<double>(x.size());
    const double mean_x = sum_of(x.size(), [&](std::size_t i) { return x[i]; }) / count;
    const double mean_y = sum_of(y.size(), [&](std::size_t i) { return y[i]; }) / count;
    const double xx = sum_of(x.size(), [&](std::size_t i) { return (x[i] - mean_x) * (x[i] - mean_x); });
    const double yy = sum_of(x.size(), [&](std::size_t i) { return (y[i] - mean_y) * (y[i] - mean_y); });
    const double xy = sum_of(x.size(), [&](std::size_t i) { return (x[i] - mean_x) * (y[i] - mean_y); });
    const auto is_constant = [](std::span<const double> values) {
        return std::all_of(values.begin(), values.end(), [&](double value) { return value == values[0]; });
    };
    if (is_constant(x) || is_constant(y))
        return not_a_number;  // the sums of squares need not be 0 then
    const double r = xy / (std::sqrt(xx) * std::sqrt(yy));
    return r < -1 ? -1 : (r > 1 ? 1 : r);
}

double spearman(std::span<const double> x, std::span<const double> y) {
    DS_ASSERT(x.size() == y.size());
    return pearson(mid_ranks(x), mid_ranks(y));
}

}  // namespace dstudio::base
