#include "core/formula/library/hashing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/formula/library/binding.hpp"
#include "core/formula/library/poisson.hpp"

namespace dstudio::formula::library {

namespace {

constexpr std::size_t exact_balls_max = 32;

// P(max <= k) for all k by adding the bins of load 1, 2, ... in turn: reached[balls][bins] is the probability weight of
// the ways to place so many balls in so many bins of loads up to k. All terms are positive.
double exact_max_expected(std::size_t balls, double bins) {
    using Row = std::array<double, exact_balls_max + 1>;
    std::vector<Row> reached(balls + 1, Row{});
    reached[0][0] = 1;
    double mean = 0;
    for (std::size_t k = 1; k <= balls; ++k) {
        double at_most = 0;  // k - 1
        for (const double weight : reached[balls])
            at_most += weight;
        mean += 1 - at_most;
        std::vector<Row> next(balls + 1, Row{});
        for (std::size_t b = 0; b <= balls; ++b)
            for (std::size_t u = 0; u <= b; ++u) {
                double weight = reached[b][u];
                for (std::size_t i = 0; b + i * k <= balls && weight > 0; ++i) {
                    next[b + i * k][u + i] += weight;
                    // One more bin of k balls: which bin (in any order), and which of the remaining balls.
                    weight *= std::max(bins - static_cast<double>(u + i), 0.0) / static_cast<double>(i + 1);
                    const auto left = static_cast<double>(balls - b - i * k);
                    for (std::size_t j = 0; j < k; ++j)
                        weight *= (left - static_cast<double>(j)) / static_cast<double>(j + 1) / bins;
                    weight = std::max(weight, 0.0);
                }
            }
        reached = std::move(next);
    }
    return mean;
}

// The mean maximum P(m) of independent Poisson loads is that of a Poisson number of balls; for exactly m balls it is
// P(m) - m P''(m) / 2 + ...
double depoissonised_max_expected(double balls, double bins) {
    const double mean = balls / bins;
    double load = poisson_exceedance_level(mean, 1e-20 / bins);
    double density = poisson_probability(load, mean);
    double tail = poisson_above(load, mean);
    double sum = 0;
    for (; load >= 0; --load) {
        const double within = std::log1p(-std::min(tail, 1.0));  // ln F(load)
        const double exceeded = -std::expm1(bins * within);
        if (exceeded >= 1 - 1e-17)
            return sum + load + 1;
        const double below = density * load / mean;  // probability of load - 1
        const double curvature = (bins - 1) * std::exp((bins - 2) * within) * density * density -
                                 std::exp((bins - 1) * within) * (below - density);
        sum += exceeded + mean / 2 * curvature;
        tail += density;
        density = below;
    }
    return sum;
}

// For many balls in each bin the steps of one ball are too fine: the sum becomes an integral.
double smooth_max_expected(double balls, double bins) {
    constexpr double blocks = 512;
    const double mean = balls / bins;
    const double low = poisson_exceedance_level(mean, -std::expm1(-41 / bins));
    const double high = poisson_exceedance_level(mean, 1e-18 / bins);
    const double width = (high - low) / blocks;
    double sum = 0;
    for (double block = 0; block < blocks; ++block)
        sum -= std::expm1(bins * std::log1p(-poisson_above(low - 0.5 + (block + 0.5) * width, mean)));
    return low + sum * width;
}

}  // namespace

double balls_in_bins_max_expected(double balls, double bins) {
    if (bins <= 1)
        return balls;
    if (balls <= static_cast<double>(exact_balls_max))
        return exact_max_expected(static_cast<std::size_t>(balls), bins);
    constexpr double walk_mean_max = 1e5;
    return balls / bins <= walk_mean_max ? depoissonised_max_expected(balls, bins) : smooth_max_expected(balls, bins);
}

double balls_in_bins_max_quantile(double balls, double bins, double q) {
    if (bins <= 1 || q >= 1)
        return balls;
    const double tail = q > 0 ? -std::expm1(std::log(q) / bins) : 1;
    const double least = std::ceil(balls / bins);
    return std::clamp(poisson_exceedance_level(balls / bins, tail), least, std::max(balls, least));
}

double two_choices_max(double balls, double bins) {
    if (bins <= 1 || balls <= 1)
        return balls;
    constexpr double settled = 40;  // by then the profile only moves up, one level a unit of time
    constexpr double step_max = 1.0 / 32;
    constexpr std::size_t levels = 64;
    const double load = balls / bins;
    const double shift = load > settled ? std::floor(load - settled) : 0;
    const double steps = std::ceil((load - shift) / step_max);
    const double step = (load - shift) / steps;
    using Profile = std::array<double, levels>;
    Profile s{};
    s[0] = 1;
    const auto slope = [](const Profile& at) {
        Profile result{};
        for (std::size_t i = 1; i < levels; ++i)
            result[i] = (at[i - 1] - at[i]) * (at[i - 1] + at[i]);
        return result;
    };
    const auto moved = [](const Profile& from, const Profile& by, double factor) {
        Profile result = from;
        for (std::size_t i = 1; i < levels; ++i)
            result[i] += factor * by[i];
        return result;
    };
    for (double n = 0; n < steps; ++n) {  // Runge-Kutta of fourth order
        const Profile k1 = slope(s);
        const Profile k2 = slope(moved(s, k1, step / 2));
        const Profile k3 = slope(moved(s, k2, step / 2));
        const Profile k4 = slope(moved(s, k3, step));
        for (std::size_t i = 1; i < levels; ++i)
            s[i] += step / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
    }
    double max = shift;
    for (std::size_t i = 1; i < levels; ++i)
        max -= std::expm1(-bins * std::max(s[i], 0.0));
    return std::clamp(max, std::max(load, 1.0), balls);
}

double power_of_d_response(double choices, double utilisation, double service_time) {
    if (utilisation >= 1)
        return infinity;
    if (choices <= 1)
        return service_time / (1 - utilisation);
    double sum = 0;
    double exponent = 0;  // (d^i - d) / (d - 1)
    for (double term = 1; term > 1e-18; term = std::pow(utilisation, exponent)) {
        sum += term;
        exponent = choices * (exponent + 1);
    }
    return sum * service_time;
}

double power_of_d_tail(double choices, double utilisation, double length) {
    if (length <= 0 || utilisation >= 1)
        return 1;
    const double exponent = choices <= 1 ? length : (std::pow(choices, length) - 1) / (choices - 1);
    return std::pow(utilisation, exponent);
}

double consistent_hash_peak_to_mean(double nodes, double virtual_nodes) {
    if (nodes <= 1)
        return 1;
    const double shape = virtual_nodes;
    // Ends beyond which the maximum lies with negligible probability, on a logarithmic scale: there the integrand is
    // smooth and falls off fast on both sides, so that the trapezoidal rule converges exponentially.
    constexpr double negligible = 1e-20;
    const double step = 1 / std::sqrt(shape);
    double high = std::log(shape);
    double low = high;
    while (nodes * poisson_at_most(shape - 1, std::exp(high)) > negligible)
        high += step;
    while (nodes * std::log(poisson_above(shape - 1, std::exp(low))) > std::log(negligible))
        low -= step;
    constexpr double panels = 400;
    double sum = 0;
    double mass = 0;
    for (double panel = 0; panel <= panels; ++panel) {
        const double x = std::exp(low + (high - low) * panel / panels);
        const double above = poisson_at_most(shape - 1, x);
        const double log_below = above < 0.5 ? std::log1p(-above) : std::log(poisson_above(shape - 1, x));
        const double density = std::exp((nodes - 1) * log_below) * poisson_probability(shape, x);
        mass += density;
        sum += density * x;
    }
    return sum / mass / shape;  // dividing by the mass removes what the tails' approximation adds to it
}

double consistent_hash_share_sd(double nodes, double virtual_nodes) {
    return std::sqrt((nodes - 1) / (nodes * virtual_nodes + 1)) / nodes;
}

double bounded_load_forwarding(double keys, double servers, double headroom) {
    if (keys <= 0)
        return 0;
    const double mean = keys / servers;
    constexpr double rounding = 1e-12;  // 1.1 * 10 is a little more than 11
    const double capacity = std::ceil((1 + headroom) * mean * (1 - rounding));
    if (capacity <= mean)
        return infinity;
    // A server gets Poisson(tries) tries and keeps the first `capacity`: E min(Poisson(tries), capacity) = mean. That
    // is concave in tries, so Newton's iteration from the left never overshoots.
    double tries = mean;
    for (int i = 0; i < 200; ++i) {
        const double kept =
            tries * poisson_at_most(capacity - 2, tries) + capacity * poisson_above(capacity - 1, tries);
        const double step = (mean - kept) / poisson_at_most(capacity - 1, tries);
        if (!(step > 1e-15 * tries))
            break;
        tries += step;
    }
    return std::max(tries / mean - 1, 0.0);
}

namespace {

// ln of the probability that all differ: the sum of ln(1 - i / space) for i < items.
double log_no_collision(double items, double space) {
    if (items <= 1)
        return 0;
    if (items > space)
        return -infinity;
    constexpr double direct_max = 64;
    constexpr double stirling_min = 64;
    const double left = space - items;
    if (items <= direct_max || left < stirling_min) {
        constexpr double hopeless = 4096;  // with next to no space left the sum is about -items, and e^-4096 is 0
        if (items > hopeless)
            return -infinity;
        double sum = 0;
        for (double i = 1; i < items; ++i)
            sum += std::log1p(-i / space);
        return sum;
    }
    // ln(space! / left!) - items ln(space) by Stirling's series; its large terms make -items * phi(items / space) with
    // phi(r) = (1 - r) / r ln(1 - r) + 1, whose power series does not cancel.
    const double r = items / space;
    double phi = 0;
    if (r < 0.25) {
        double power = r;
        for (double j = 2; power > 1e-18 * phi; ++j) {
            phi += power / (j * (j - 1));
            power *= r;
        }
    } else {
        phi = (1 - r) / r * std::log1p(-r) + 1;
    }
    const auto rest = [](double x) { return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / (x * x)) / (x * x)) / x; };
    return -items * phi - std::log1p(-r) / 2 + rest(space) - rest(left);
}

}  // namespace

double birthday_collision(double items, double space) {
    return -std::expm1(log_no_collision(items, space));
}

double birthday_items(double space, double probability) {
    if (probability <= 0)
        return 0;
    const double all = std::floor(space) + 1;
    if (probability >= 1)
        return all;
    const double target = std::log1p(-probability);
    // Collisions are at least as likely as 1 - e^(-n (n - 1) / (2 space)), and -ln of no collision at most twice that
    // exponent.
    const double enough = std::ceil(0.5 + std::sqrt(0.25 - 2 * space * target)) + 1;
    double high = std::min(enough * (1 + 1e-12), all);
    double low = std::max(std::floor(enough / 2) - 2, 0.0);
    high = std::ceil(high);
    while (true) {
        const double middle = low + std::floor((high - low) / 2);
        if (!(low < middle && middle < high))
            return high;
        (log_no_collision(middle, space) > target ? low : high) = middle;
    }
}

namespace {

constexpr Domain choice_count{.min = 1, .max = 1000, .integer = true};
constexpr Domain huge_count{.min = 0, .max = 1e300, .integer = true};
constexpr Domain space_size{.min = 1, .max = 1e300};
constexpr Domain large_count{.min = 1, .max = poisson_mean_max, .integer = true};
constexpr Domain large_count_or_none{.min = 0, .max = poisson_mean_max, .integer = true};
constexpr Domain ring_points{.min = 1, .max = 1e6, .integer = true};

constexpr Parameter balls{"balls", "1", large_count_or_none};
constexpr Parameter bins{"bins", "1", large_count};
constexpr Parameter bin_parameters[] = {balls, bins};
constexpr Parameter bin_level[] = {balls, bins, {"q", "1", probability}};
constexpr Parameter supermarket[] = {
    {"choices", "1", choice_count}, {"utilisation", "1", non_negative}, {"service_time", "s", non_negative}};
constexpr Parameter supermarket_length[] = {
    {"choices", "1", choice_count}, {"utilisation", "1", non_negative}, {"length", "1", count}};
constexpr Parameter ring[] = {{"nodes", "1", large_count}, {"virtual_nodes", "1", ring_points}};
constexpr Parameter bounded[] = {
    {"keys", "1", large_count_or_none}, {"servers", "1", large_count}, {"headroom", "1", non_negative}};
constexpr Parameter birthday[] = {{"items", "1", huge_count}, {"space", "1", space_size}};
constexpr Parameter birthday_target[] = {{"space", "1", space_size}, {"probability", "1", probability}};

constexpr std::string_view raab = "Raab and Steger, \"Balls into Bins\" - A Simple and Tight Analysis (1998)";
constexpr std::string_view mitzenmacher =
    "Mitzenmacher, The Power of Two Choices in Randomized Load Balancing (2001); Vvedenskaya, Dobrushin and "
    "Karpelevich (1996)";
constexpr std::string_view karger = "Karger et al., Consistent Hashing and Random Trees (1997)";
constexpr std::string_view feller = "Feller, An Introduction to Probability Theory, Volume 1 (1968), section II.3";

constexpr Function table[] = {
    entry<balls_in_bins_max_expected>("balls_in_bins_max_expected", bin_parameters, "1",
                                      "Mean number of balls in the fullest bin, for balls thrown at random", raab),
    entry<balls_in_bins_max_quantile>("balls_in_bins_max_quantile", bin_level, "1",
                                      "Load that the fullest of independent Poisson bins stays at or below with "
                                      "probability q",
                                      raab),
    entry<two_choices_max>("two_choices_max", bin_parameters, "1",
                           "Mean load of the fullest bin when each ball takes the emptier of two random bins (fluid "
                           "limit)",
                           "Azar, Broder, Karlin and Upfal, Balanced Allocations (1999); Mitzenmacher (2001)"),
    entry<power_of_d_response>("power_of_d_response", supermarket, "s",
                               "Mean time in system when arrivals join the shortest of d random queues (supermarket "
                               "model, many servers)",
                               mitzenmacher),
    entry<power_of_d_tail>("power_of_d_tail", supermarket_length, "1",
                           "Fraction of the queues with at least a given length in the supermarket model",
                           mitzenmacher),
    entry<consistent_hash_peak_to_mean>("consistent_hash_peak_to_mean", ring, "1",
                                        "Mean of the largest node's share of a hash ring, as a multiple of the mean "
                                        "share",
                                        karger),
    entry<consistent_hash_share_sd>("consistent_hash_share_sd", ring, "1",
                                    "Standard deviation of a node's share of a hash ring", karger),
    entry<bounded_load_forwarding>("bounded_load_forwarding", bounded, "1",
                                   "Mean number of full servers that a key is forwarded by, if loads are bounded and "
                                   "each forward goes to a random server",
                                   "Mirrokni, Thorup and Zadimoghaddam, Consistent Hashing with Bounded Loads (2018), "
                                   "the scheme; mean field of random forwarding"),
    entry<birthday_collision>("birthday_collision", birthday, "1",
                              "Probability that two of a number of random values agree (birthday problem)", feller),
    entry<birthday_items>("birthday_items", birthday_target, "1",
                          "Smallest number of random values that agree somewhere with at least a given probability",
                          feller),
};

}  // namespace

std::span<const Function> hashing_functions() {
    return table;
}

}  // namespace dstudio::formula::library
