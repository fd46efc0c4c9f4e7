#include "core/formula/library/sketches.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "core/formula/library/binding.hpp"
#include "core/formula/library/popularity.hpp"

namespace dstudio::formula::library {

namespace {

// 1 - (1 - 1/bits)^settings: the mean fraction of set bits.
double fill(double bits, double settings) {
    return bits <= 1 ? (settings > 0 ? 1 : 0) : -std::expm1(settings * std::log1p(-1 / bits));
}

// E (X / bits)^hashes, X the number of set bits: each setting finds its bit unset with probability 1 - X / bits.
double occupancy_moment(std::size_t bits, std::size_t settings, double hashes) {
    constexpr double negligible = 1e-30;  // probabilities below it are dropped at both ends
    const auto size = static_cast<double>(bits);
    std::vector<double> probability(bits + 1);
    probability[0] = 1;
    std::size_t low = 0;
    std::size_t high = 0;
    for (std::size_t n = 0; n < settings; ++n) {
        high = std::min(high + 1, bits);
        for (std::size_t x = high; x > low; --x)
            probability[x] = probability[x] * (static_cast<double>(x) / size) +
                             probability[x - 1] * ((size - static_cast<double>(x - 1)) / size);
        probability[low] *= static_cast<double>(low) / size;
        while (low < high && probability[low] < negligible)
            probability[low++] = 0;
        while (high > low && probability[high] < negligible)
            probability[high--] = 0;
    }
    double moment = 0;
    for (std::size_t x = low; x <= high; ++x)
        moment += probability[x] * std::pow(static_cast<double>(x) / size, hashes);
    return moment;
}

// e^-t (1 - (1 + t) e^-t): the variance of the number of set bits over bits, for many bits; t settings a bit.
double occupancy_variance(double t) {
    const double spread = t < 1e-3 ? t * t / 2 - t * t * t / 3 : -std::expm1(-t) - t * std::exp(-t);
    return std::exp(-t) * spread;
}

}  // namespace

double bloom_false_positive(double bits, double hashes, double items) {
    return std::pow(fill(bits, hashes * items), hashes);
}

double bloom_false_positive_exact(double bits, double hashes, double items) {
    if (items <= 0)
        return 0;
    const double settings = hashes * items;
    if (bits * settings <= bloom_exact_work_max)
        return occupancy_moment(static_cast<std::size_t>(bits), static_cast<std::size_t>(settings), hashes);
    // Moments of a normal number X with this mean and variance: E X^k = mean E X^(k-1) + (k - 1) variance E X^(k-2).
    const double mean = fill(bits, settings);
    const double variance = occupancy_variance(settings / bits) / bits;
    double before = 1;
    double moment = mean;
    for (double k = 2; k <= hashes && moment > 0; ++k) {
        const double next = mean * moment + (k - 1) * variance * before;
        before = moment;
        moment = next;
    }
    return std::min(moment, 1.0);
}

double bloom_bits(double items, double false_positive) {
    if (items <= 0)
        return 0;
    return -items * std::log(false_positive) / (std::numbers::ln2 * std::numbers::ln2);
}

double bloom_optimal_hashes(double bits, double items) {
    if (items <= 0)
        return 1;
    const double below = std::max(std::floor(bits / items * std::numbers::ln2), 1.0);
    // Compared by logarithms, as both rates may be too small for a number.
    const auto log_rate = [&](double hashes) { return hashes * std::log(fill(bits, hashes * items)); };
    return log_rate(below + 1) < log_rate(below) ? below + 1 : below;
}

double hyperloglog_error(double registers) {
    return 1.04 / std::sqrt(registers);
}

double hyperloglog_registers(double error) {
    double registers = 16;
    while (hyperloglog_error(registers) > error)
        registers *= 2;
    return registers;
}

double linear_counting_error(double bits, double items) {
    const double t = items / bits;
    const double excess = t < 1e-3 ? t * t / 2 * (1 + t / 3) : std::expm1(t) - t;
    return std::sqrt(bits * excess) / items;
}

double count_min_width(double epsilon) {
    return std::ceil(std::numbers::e / epsilon);
}

double count_min_depth(double delta) {
    return std::max(std::ceil(-std::log(delta)), 1.0);
}

double count_min_error(double width, double total) {
    return std::numbers::e / width * total;
}

double reservoir_insertions(double sample, double items) {
    return items <= sample ? items : sample * (1 + zipf_sum(sample + 1, items, 1));
}

namespace {

constexpr Domain rate_target{.min = 0, .max = 1, .min_excluded = true};
constexpr Domain small_error{.min = 1e-9, .max = 1};

constexpr Domain hash_count{.min = 1, .max = bloom_hashes_max, .integer = true};

constexpr Parameter bits{"bits", "1", positive_count};
constexpr Parameter hashes{"hashes", "1", hash_count};
constexpr Parameter items{"items", "1", count};
constexpr Parameter bloom_parameters[] = {bits, hashes, items};
constexpr Parameter bloom_target[] = {{"items", "1", non_negative}, {"false_positive", "1", rate_target}};
constexpr Parameter bloom_size[] = {bits, items};
constexpr Parameter registers_parameters[] = {{"registers", "1", positive_count}};
constexpr Parameter error_parameters[] = {{"error", "1", small_error}};
constexpr Parameter bitmap_parameters[] = {bits, {"items", "1", positive_count}};
constexpr Parameter epsilon_parameters[] = {{"epsilon", "1", rate_target}};
constexpr Parameter delta_parameters[] = {{"delta", "1", rate_target}};
constexpr Parameter width_parameters[] = {{"width", "1", positive_count}, {"total", "1", non_negative}};
constexpr Parameter sample_parameters[] = {{"sample", "1", positive_count}, items};

constexpr std::string_view broder = "Broder and Mitzenmacher, Network Applications of Bloom Filters: A Survey (2004)";
constexpr std::string_view flajolet = "Flajolet, Fusy, Gandouet and Meunier, HyperLogLog (2007), theorem 1";
constexpr std::string_view cormode =
    "Cormode and Muthukrishnan, An Improved Data Stream Summary: The Count-Min Sketch and its Applications (2005), "
    "theorem 1";

constexpr Function table[] = {
    entry<bloom_false_positive>("bloom_false_positive", bloom_parameters, "1",
                                "False positive rate of a Bloom filter, with bits taken as independent", broder),
    entry<bloom_false_positive_exact>("bloom_false_positive_exact", bloom_parameters, "1",
                                      "False positive rate of a Bloom filter from the distribution of its set bits",
                                      "Bose et al., On the False-Positive Rate of Bloom Filters (2008)"),
    entry<bloom_bits>("bloom_bits", bloom_target, "1",
                      "Bits of a Bloom filter for a target false positive rate, with the best number of hashes",
                      broder),
    entry<bloom_optimal_hashes>("bloom_optimal_hashes", bloom_size, "1",
                                "Number of hashes that gives a Bloom filter its lowest false positive rate", broder),
    entry<hyperloglog_error>("hyperloglog_error", registers_parameters, "1",
                             "Relative standard error of HyperLogLog's count", flajolet),
    entry<hyperloglog_registers>("hyperloglog_registers", error_parameters, "1",
                                 "Smallest power of two of registers for a relative standard error of HyperLogLog",
                                 flajolet),
    entry<linear_counting_error>("linear_counting_error", bitmap_parameters, "1",
                                 "Relative standard error of linear counting with a bitmap",
                                 "Whang, Vander-Zanden and Taylor, A Linear-Time Probabilistic Counting Algorithm for "
                                 "Database Applications (1990)"),
    entry<count_min_width>("count_min_width", epsilon_parameters, "1",
                           "Counters a row of a Count-Min sketch for an error of epsilon times the total", cormode),
    entry<count_min_depth>("count_min_depth", delta_parameters, "1",
                           "Rows of a Count-Min sketch for a probability delta of a larger error", cormode),
    entry<count_min_error>("count_min_error", width_parameters, "1",
                           "Overestimate that a Count-Min sketch exceeds with a probability of at most e^-depth",
                           cormode),
    entry<reservoir_insertions>("reservoir_insertions", sample_parameters, "1",
                                "Mean number of items that a reservoir sample takes in from a stream",
                                "Vitter, Random Sampling with a Reservoir (1985)"),
};

}  // namespace

std::span<const Function> sketch_functions() {
    return table;
}

}  // namespace dstudio::formula::library
