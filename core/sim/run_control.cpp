#include "core/sim/run_control.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/assert.hpp"
#include "core/base/elementary.hpp"
#include "core/base/statistics.hpp"

namespace dstudio::sim {
namespace {

constexpr std::size_t truncation_batch_size = 5;
constexpr std::size_t batches_min = 10;
constexpr std::size_t batches_max = 40;
constexpr std::size_t observations_min = 2 * batches_min;
// How often the test rejects means that are independent. Far above the usual 0.05: a false rejection costs a batch or
// two and 4% of width, a false acceptance costs coverage (up to 0.06 on series of 1000 observations).
constexpr double false_rejection_share = 0.35;

double mean_of(std::span<const double> values) {
    base::Moments moments;
    moments.add(values);
    return moments.mean();
}

double student_factor(double level, std::size_t count) {
    return base::student_t_quantile(0.5 + level / 2, static_cast<double>(count - 1));
}

struct Batch {
    double mean = 0;
    double size = 0;
};

std::vector<Batch> cut(std::span<const double> series, std::size_t count) {
    std::vector<Batch> batches(count);
    std::size_t start = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t size = series.size() / count + (i < series.size() % count ? 1 : 0);
        batches[i] = {mean_of(series.subspan(start, size)), static_cast<double>(size)};
        start += size;
    }
    return batches;
}

// C = 1 - sum (y[i] - y[i + 1])^2 / (2 sum (y[i] - mean)^2): an estimate of the correlation of neighbours. For
// independent normal y it has mean 0 and variance (k - 2) / (k^2 - 1), and is nearly normal from k = 8 on (von Neumann,
// Annals of Mathematical Statistics 12(4), 1941; Fishman 1978).
bool looks_correlated(const std::vector<Batch>& batches) {
    const double count = static_cast<double>(batches.size());
    double mean = 0;
    for (const Batch& batch : batches)
        mean += batch.mean / count;
    double square_sum = 0;
    double successive_sum = 0;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        square_sum += (batches[i].mean - mean) * (batches[i].mean - mean);
        const double step = i == 0 ? 0 : batches[i].mean - batches[i - 1].mean;
        successive_sum += step * step;
    }
    const double c = 1 - successive_sum / (2 * square_sum);
    const double deviation = std::sqrt((count - 2) / (count * count - 1));
    return c > base::math::normal_quantile(1 - false_rejection_share) * deviation;  // not for 0 / 0: all are equal
}

}  // namespace

Truncation mser5_truncation(std::span<const double> series) {
    const std::size_t count = series.size() / truncation_batch_size;
    if (count < 2)
        return {};
    // From the end, so that each truncation adds one batch to the moments of the one before.
    const std::size_t half = count / 2;
    base::Moments rest;
    double error = 0;
    double error_min = std::numeric_limits<double>::infinity();
    std::size_t best = half;
    for (std::size_t i = count; i-- > 0;) {
        rest.add(mean_of(series.subspan(i * truncation_batch_size, truncation_batch_size)));
        const double size = static_cast<double>(rest.count());
        error = rest.count() < 2 ? 0 : rest.variance() * (size - 1) / (size * size);
        if (i <= half && error <= error_min) {
            error_min = error;
            best = i;
        }
    }
    const bool is_finite = error < std::numeric_limits<double>::infinity();  // of the whole series
    return {is_finite ? best * truncation_batch_size : 0, is_finite && best < half};
}

Estimate batch_means(std::span<const double> series, double level) {
    DS_ASSERT(level > 0 && level < 1);
    Estimate estimate;
    estimate.mean = mean_of(series);
    estimate.level = level;
    if (series.size() < observations_min)
        return estimate;
    std::size_t count = std::min(batches_max, series.size() / 2);
    std::vector<Batch> batches = cut(series, count);
    while (count > batches_min && looks_correlated(batches))
        batches = cut(series, --count);
    double square_sum = 0;
    for (const Batch& batch : batches)
        square_sum += batch.size * (batch.mean - estimate.mean) * (batch.mean - estimate.mean);
    const double variance = square_sum / static_cast<double>(count - 1) / static_cast<double>(series.size());
    estimate.half_width = student_factor(level, count) * std::sqrt(variance);
    estimate.batches = count;
    return estimate;
}

Estimate replication_estimate(std::span<const double> means, double level) {
    DS_ASSERT(level > 0 && level < 1);
    base::Moments moments;
    moments.add(means);
    Estimate estimate;
    estimate.mean = moments.mean();
    estimate.level = level;
    estimate.batches = means.size();
    if (means.size() >= 2)
        estimate.half_width = student_factor(level, means.size()) * moments.standard_error();
    return estimate;
}

Estimate paired_difference(std::span<const double> a, std::span<const double> b, double level) {
    DS_ASSERT(a.size() == b.size());
    std::vector<double> differences(a.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        differences[i] = a[i] - b[i];
    return replication_estimate(differences, level);
}

bool is_precise(const Estimate& estimate, const StopRule& rule) {
    return estimate.batches >= rule.replications_min &&
           estimate.half_width <= rule.relative_precision * std::fabs(estimate.mean);
}

}  // namespace dstudio::sim
