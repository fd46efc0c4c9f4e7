#include "core/formula/library/popularity.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "core/formula/library/binding.hpp"
#include "core/formula/library/poisson.hpp"

namespace dstudio::formula::library {

namespace {

// Integral of x^-exponent from a to b > a > 0, also near exponent 1.
double power_integral(double a, double b, double exponent) {
    const double span = std::log(b / a);
    const double y = (1 - exponent) * span;
    return std::pow(a, 1 - exponent) * span * (y == 0 ? 1 : std::expm1(y) / y);
}

}  // namespace

double zipf_sum(double first, double last, double exponent) {
    constexpr double direct_until = 64;  // Euler-Maclaurin's terms fall by about (exponent + 10)^2 / (2 pi rank)^2
    double sum = 0;
    double rank = first;
    for (; rank <= last && rank < direct_until; ++rank)
        sum += std::pow(rank, -exponent);
    if (rank > last)
        return sum;
    if (rank == last)
        return sum + std::pow(rank, -exponent);
    const double start = std::pow(rank, -exponent);
    const double end = std::pow(last, -exponent);
    sum += power_integral(rank, last, exponent) + (start + end) / 2;
    // Derivatives of x^-s: the (2j-1)-th is -s (s+1) ... (s+2j-2) x^(-s-2j+1). The factors are B(2j) / (2j)!.
    constexpr double factors[] = {1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600, 1.0 / 47900160};
    double at_start = exponent * start / rank;
    double at_end = exponent * end / last;
    double s = exponent + 1;
    for (const double factor : factors) {
        sum += factor * (at_start - at_end);
        at_start *= s * (s + 1) / (rank * rank);
        at_end *= s * (s + 1) / (last * last);
        s += 2;
    }
    return sum;
}

double zipf_probability(double rank, double items, double exponent) {
    return rank > items ? no_answer : std::pow(rank, -exponent) / zipf_sum(1, items, exponent);
}

double zipf_top_share(double top, double items, double exponent) {
    return top >= items ? 1 : zipf_sum(1, top, exponent) / zipf_sum(1, items, exponent);
}

std::vector<PopularityClass> zipf_classes(double items, double exponent) {
    struct Node {
        double position;
        double weight;
    };
    constexpr Node half_of_gauss_legendre_8[] = {{0.1834346424956498, 0.3626837833783620},
                                                 {0.5255324099163290, 0.3137066458778873},
                                                 {0.7966664774136267, 0.2223810344533745},
                                                 {0.9602898564975363, 0.1012285362903763}};
    const double total = zipf_sum(1, items, exponent);
    const auto probability_of = [&](double rank) { return std::pow(rank, -exponent) / total; };
    std::vector<PopularityClass> classes;
    const double head = items <= 2 * zipf_ranks_exact ? items : zipf_ranks_exact;
    for (double rank = 1; rank <= head; ++rank)
        classes.push_back({1, probability_of(rank)});
    if (head == items)
        return classes;
    // The sum over ranks a..b is the integral from a - 1/2 to b + 1/2 less (g'(b + 1/2) - g'(a - 1/2)) / 24. The
    // integral over ln(rank) is cut into panels over which p changes at most by half.
    const double from = std::log(head + 0.5);
    const double to = std::log(items + 0.5);
    const double panels = std::ceil((to - from) * std::max(exponent, 1.0) / std::numbers::ln2);
    const double half = (to - from) / panels / 2;
    for (double panel = 0; panel < panels; ++panel) {
        const double centre = from + (2 * panel + 1) * half;
        for (const Node& node : half_of_gauss_legendre_8)
            for (const double sign : {-1.0, 1.0}) {
                const double rank = std::exp(centre + sign * node.position * half);
                classes.push_back({node.weight * half * rank, probability_of(rank)});
            }
    }
    for (const double rank : {head + 1, items})
        classes.push_back({1.0 / 24, probability_of(rank)});
    for (const double rank : {head, items + 1})
        classes.push_back({-1.0 / 24, probability_of(rank)});
    return classes;
}

namespace {

// The load of one shard without the hottest key, on a grid of cells over origin ... load_max. Splitting what falls
// between two cells in proportion keeps the mean.
class LoadDistribution {
  public:
    LoadDistribution(double origin, double load_max)
        : origin_(origin), cell_((load_max - origin) / static_cast<double>(cells - 1)), mass_(cells) {}

    [[nodiscard]] double cell() const { return cell_; }
    [[nodiscard]] const std::vector<double>& mass() const { return mass_; }

    void start_at(double load) {
        const double position = std::min((load - origin_) / cell_, static_cast<double>(cells - 1));
        const auto whole = static_cast<std::size_t>(position);
        const double part = position - static_cast<double>(whole);
        mass_[whole] += 1 - part;
        mass_[std::min(whole + 1, cells - 1)] += part;
    }

    // A gamma distribution of this skewness, scaled and moved to this variance and mean.
    void start_with_gamma(double mean, double variance, double skewness) {
        const double shape = 4 / (skewness * skewness);
        const double scale = std::sqrt(variance / shape);
        const double least = mean - shape * scale;
        double total = 0;
        for (std::size_t i = 0; i < cells; ++i) {
            const double x = (origin_ + static_cast<double>(i) * cell_ - least) / scale;
            mass_[i] = x > 0 ? poisson_probability(shape, x) / x : 0;
            total += mass_[i];
        }
        for (double& m : mass_)
            m /= total;
    }

    // Adds an independent load that is there with a probability.
    void add(double load, double chance) {
        const std::vector<double> before = mass_;
        for (double& m : mass_)
            m *= 1 - chance;
        const double position = std::min(load / cell_, static_cast<double>(cells - 1));
        const auto whole = static_cast<std::size_t>(position);
        const double part = position - static_cast<double>(whole);
        for (std::size_t i = whole; i < cells; ++i) {
            mass_[i] += chance * (1 - part) * before[i - whole];
            mass_[std::min(i + 1, cells - 1)] += chance * part * before[i - whole];
        }
        for (std::size_t i = cells - whole; i < cells; ++i)  // beyond the grid
            mass_[cells - 1] += chance * before[i];
    }

  private:
    static constexpr std::size_t cells = 2048;

    double origin_;
    double cell_;
    std::vector<double> mass_;
};

}  // namespace

double hot_key_max_shard_share(double shards, double items, double exponent) {
    if (shards <= 1 || items <= 1)
        return 1;
    constexpr std::size_t followers_max = 128;  // keys that are treated one by one
    constexpr double reach = 12;                // standard deviations that the grid covers
    const std::vector<PopularityClass> classes = zipf_classes(items, exponent);
    const double hottest = classes.front().probability;
    const double second = classes[1].probability;
    double squares = 0;
    for (std::size_t i = 1; i < classes.size(); ++i)
        squares += classes[i].weight * classes[i].probability * classes[i].probability;
    const double load_max =
        std::min(1 - hottest, (1 - hottest) / shards + 2 * second + reach * std::sqrt(squares / shards));
    std::size_t followers = 0;
    while (followers < followers_max && followers + 1 < classes.size() &&
           classes[followers + 1].probability > 1e-5 * load_max)
        ++followers;
    // The many small keys by the sums of their p, p^2 and p^3, as Poisson, not Bernoulli, events: the missing factor
    // 1 - 1/shards of the variance makes up for the correlation of loads whose sum is given (exact for normal loads).
    double first_sum = 0;
    double second_sum = 0;
    double third_sum = 0;
    for (std::size_t i = followers + 1; i < classes.size(); ++i) {
        const auto [weight, p] = classes[i];
        first_sum += weight * p;
        second_sum += weight * p * p;
        third_sum += weight * p * p * p;
    }
    const double small_mean = std::max(first_sum, 0.0) / shards;
    const double small_variance = std::max(second_sum, 0.0) / shards;
    const double origin = std::clamp(small_mean - reach * std::sqrt(small_variance), 0.0, small_mean);
    LoadDistribution load(origin, load_max);
    if (std::sqrt(small_variance) < 2 * load.cell())
        load.start_at(small_mean);
    else
        load.start_with_gamma(small_mean, small_variance, third_sum / shards / std::pow(small_variance, 1.5));
    for (std::size_t i = 1; i <= followers; ++i)
        load.add(classes[i].probability, 1 / shards);

    // E max = integral of P(max > x), max over the hottest key's shard and shards - 1 others.
    const std::vector<double>& mass = load.mass();
    std::vector<double> above(mass.size());  // P(load > cell i)
    for (std::size_t i = mass.size() - 1; i > 0; --i)
        above[i - 1] = above[i] + mass[i];
    const double hottest_cells = std::min(hottest / load.cell(), 1e9);
    const auto with_hottest = static_cast<std::size_t>(hottest_cells);
    if (with_hottest >= mass.size())  // no other shard ever gets as much
        return hottest + (1 - hottest) / shards;
    const double part = hottest_cells - static_cast<double>(with_hottest);
    const auto above_less_hottest = [&](std::size_t i) {
        const auto at = [&](std::size_t j) { return j < above.size() ? above[j] : 0.0; };
        if (i < with_hottest)
            return 1.0;
        const std::size_t j = i - with_hottest;
        return (1 - part) * at(j) + part * (j == 0 ? 1.0 : at(j - 1));
    };
    double sum = 0;  // in cells beyond the origin
    for (std::size_t i = 0; i < above.size() + with_hottest + 1; ++i) {
        const double others = i < above.size() ? std::exp((shards - 1) * std::log1p(-std::min(above[i], 1.0))) : 1;
        sum += 1 - (1 - above_less_hottest(i)) * others;
    }
    return std::clamp(origin + sum * load.cell(), std::max(hottest, 1 / shards), 1.0);
}

namespace {

constexpr Domain zipf_exponent{.min = 0, .max = zipf_exponent_max};

constexpr Parameter items{"items", "1", positive_count};
constexpr Parameter exponent{"exponent", "1", zipf_exponent};
constexpr Parameter rank_parameters[] = {{"rank", "1", positive_count}, items, exponent};
constexpr Parameter shard_parameters[] = {{"shards", "1", positive_count}, items, exponent};
constexpr Parameter top_parameters[] = {{"top", "1", count}, items, exponent};

constexpr std::string_view breslau =
    "Breslau, Cao, Fan, Phillips and Shenker, Web Caching and Zipf-like Distributions: Evidence and Implications "
    "(1999), section III";

constexpr Function table[] = {
    entry<zipf_probability>("zipf_probability", rank_parameters, "1",
                            "Probability that a request is for the item of a given rank, under Zipf's law", breslau),
    entry<zipf_top_share>("zipf_top_share", top_parameters, "1",
                          "Share of the requests that goes to the most popular items, under Zipf's law", breslau),
    entry<hot_key_max_shard_share>("hot_key_max_shard_share", shard_parameters, "1",
                                   "Mean share of the requests on the busiest shard, for keys of Zipf popularity "
                                   "hashed to shards",
                                   "Breslau et al., Web Caching and Zipf-like Distributions (1999), the law; numerical "
                                   "convolution of the shards' loads"),
};

}  // namespace

std::span<const Function> popularity_functions() {
    return table;
}

}  // namespace dstudio::formula::library
