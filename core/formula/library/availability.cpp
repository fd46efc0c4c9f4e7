#include "core/formula/library/availability.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "core/formula/library/binding.hpp"
#include "core/formula/library/special.hpp"

namespace dstudio::formula::library {

double k_of_n_availability(double k, double n, double availability) {
    return binomial_tail(k, n, availability);
}

double k_of_n_heterogeneous(double k, std::span<const double> availabilities) {
    if (k <= 0)
        return 1;
    if (k > static_cast<double>(availabilities.size()))
        return 0;
    if (availabilities.size() > different_parts_max)
        return no_answer;
    // Probability of exactly i failed, up to as many as may.
    std::vector<double> failed(availabilities.size() - static_cast<std::size_t>(k) + 1);
    failed[0] = 1;
    for (const double up : availabilities) {
        for (std::size_t i = failed.size() - 1; i > 0; --i)
            failed[i] = failed[i] * up + failed[i - 1] * (1 - up);
        failed[0] *= up;
    }
    double sum = 0;
    for (const double value : failed)
        sum += value;
    return std::min(sum, 1.0);
}

namespace {

using Cut = std::uint64_t;  // a bit for each component

bool contains(Cut cut, Cut part) {
    return (cut & part) == part;
}

// Without those that contain another one.
std::vector<Cut> minimal(std::vector<Cut> cuts) {
    std::sort(cuts.begin(), cuts.end());  // a subset is a smaller number
    std::vector<Cut> result;
    for (const Cut cut : cuts) {
        bool needed = true;
        for (const Cut smaller : result)
            needed = needed && !contains(cut, smaller);
        if (needed) {
            if (result.size() == minimal_cuts_max)
                return {};
            result.push_back(cut);
        }
    }
    return result;
}

// Probability that some cut fails, by enumeration of all states of the components.
double failure_by_states(const std::vector<Cut>& cuts, const std::vector<double>& unavailabilities) {
    const std::size_t components = unavailabilities.size();
    std::vector<char> down(std::size_t{1} << components);
    for (const Cut cut : cuts)
        down[static_cast<std::size_t>(cut)] = 1;
    std::vector<double> probability_of{1};  // of the states of the components so far
    probability_of.reserve(down.size());
    for (std::size_t c = 0; c < components; ++c) {
        const std::size_t states = probability_of.size();
        for (std::size_t s = 0; s < states; ++s) {
            probability_of.push_back(probability_of[s] * unavailabilities[c]);
            probability_of[s] *= 1 - unavailabilities[c];
        }
        for (std::size_t s = 0; s < down.size(); ++s)
            if ((s >> c & 1U) != 0 && down[s ^ (std::size_t{1} << c)] != 0)
                down[s] = 1;
    }
    double sum = 0;
    for (std::size_t s = 0; s < down.size(); ++s)
        if (down[s] != 0)
            sum += probability_of[s];
    return sum;
}

// Probability that some cut fails, as the sum over cuts of the probability that this one fails and none before does. At
// most 2^cuts steps; unlike in inclusion and exclusion, all terms are positive.
double failure_by_cuts(std::span<const Cut> cuts, const std::vector<double>& unavailabilities) {
    double sum = 0;
    for (std::size_t i = 0; i < cuts.size(); ++i) {
        double failed = 1;
        for (std::size_t c = 0; c < unavailabilities.size(); ++c)
            if ((cuts[i] >> c & 1U) != 0)
                failed *= unavailabilities[c];
        std::vector<Cut> before;
        for (std::size_t j = 0; j < i; ++j)
            before.push_back(cuts[j] & ~cuts[i]);  // not empty, as cuts are minimal
        sum += failed * (1 - failure_by_cuts(minimal(std::move(before)), unavailabilities));
    }
    return sum;
}

}  // namespace

double minimal_cut_availability(std::span<const double> availabilities, std::span<const double> cuts) {
    // Components are numbered anew, in the order in which cuts name them.
    std::vector<double> unavailabilities;
    std::vector<std::size_t> number(availabilities.size(), cut_components_wide_max);
    std::vector<Cut> sets;
    Cut current = 0;
    const auto finish = [&] {
        if (current != 0)
            sets.push_back(current);
        current = 0;
    };
    for (const double entry : cuts) {
        if (!(entry > 0)) {
            finish();
            continue;
        }
        if (entry > static_cast<double>(availabilities.size()))
            return no_answer;
        const auto component = static_cast<std::size_t>(entry) - 1;
        if (number[component] == cut_components_wide_max) {
            if (unavailabilities.size() == cut_components_wide_max)
                return no_answer;
            number[component] = unavailabilities.size();
            unavailabilities.push_back(1 - availabilities[component]);
        }
        current |= Cut{1} << number[component];
    }
    finish();
    if (sets.empty())
        return 1;
    if (unavailabilities.size() <= cut_components_max)
        return std::max(1 - failure_by_states(sets, unavailabilities), 0.0);
    const std::vector<Cut> minimal_sets = minimal(std::move(sets));
    if (minimal_sets.empty())
        return no_answer;
    return std::max(1 - failure_by_cuts(minimal_sets, unavailabilities), 0.0);
}

double bridge_availability(std::span<const double> availabilities) {
    if (availabilities.size() != 5)
        return no_answer;
    const auto either = [](double x, double y) { return 1 - (1 - x) * (1 - y); };
    const double one = availabilities[0];
    const double two = availabilities[1];
    const double bridge = availabilities[2];
    const double four = availabilities[3];
    const double five = availabilities[4];
    return bridge * either(one, two) * either(four, five) + (1 - bridge) * either(one * four, two * five);
}

double common_cause_availability(double n, double k_needed, double unavailability, double beta) {
    if (k_needed <= 0)
        return 1;
    return (1 - beta * unavailability) * binomial_tail(k_needed, n, 1 - (1 - beta) * unavailability);
}

namespace {

// The share of states 0 ... last that are at `from` and above, by weight, where ratio(i) is the weight of state i + 1
// over that of i.
template <class Ratio>
double share_from(double from, double last, Ratio ratio) {
    constexpr double large = 1e250;
    double below = 0;
    double rest = 0;
    double weight = 1;
    for (double i = 0; i <= last && weight > 0; ++i) {
        (i < from ? below : rest) += weight;
        if (i < last)
            weight *= ratio(i);
        if (weight > large) {
            weight /= large;
            below /= large;
            rest /= large;
        }
    }
    return rest / (rest + below);
}

}  // namespace

double beta_binomial_tail(double k, double n, double mean, double correlation) {
    if (k <= 0)
        return 1;
    if (k > n || mean <= 0)
        return 0;
    if (mean >= 1)
        return 1;
    if (correlation >= 1)
        return mean;
    const double size = (1 - correlation) / correlation;  // a + b of the beta distribution
    if (size > 1e17)                                      // closer to binomial than double can tell
        return binomial_tail(k, n, mean);
    const double a = mean * size;
    const double b = (1 - mean) * size;
    return share_from(k, n, [=](double i) { return (n - i) / (i + 1) * ((a + i) / (b + (n - i - 1))); });
}

double beta_binomial_availability(double n, double k_needed, double availability, double correlation) {
    return beta_binomial_tail(k_needed, n, availability, correlation);
}

namespace {

// Mean of Phi((limit - e) / spread), where e is the k-th smallest of n standard normal numbers.
double order_statistic_below(double k, double n, double limit, double spread) {
    constexpr double negligible = 1e-17;
    const double low = std::max(normal_quantile(beta_quantile(negligible, k, n - k + 1)), -38.0);
    const double high = std::min(-normal_quantile(beta_quantile(negligible, n - k + 1, k)), 38.0);
    // e is within low ... high; Phi is 1 below `from` and 0 above `to`.
    const double from = std::max(low, limit - 9 * spread);
    const double to = std::min(high, limit + 9 * spread);
    double sum = from > low ? beta_cdf(normal_cdf(from), k, n - k + 1) : 0;
    if (!(to > from))
        return limit >= high ? 1 : sum;
    const auto integrand = [=](double x) {
        const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
        return n * binomial_pmf(k - 1, n - 1, normal_cdf(x)) * density * normal_cdf((limit - x) / spread);
    };
    // Gauss-Legendre with five points on panels of a quarter of the standard deviation of the narrower factor.
    const double inner = std::sqrt(5 - 2 * std::sqrt(10.0 / 7)) / 3;
    const double outer = std::sqrt(5 + 2 * std::sqrt(10.0 / 7)) / 3;
    const double inner_weight = (322 + 13 * std::sqrt(70.0)) / 900;
    const double outer_weight = (322 - 13 * std::sqrt(70.0)) / 900;
    const double panels = std::ceil((to - from) / std::min((high - low) / 72, spread / 4));
    const double half = (to - from) / panels / 2;
    for (double i = 0; i < panels; ++i) {
        const double middle = from + (2 * i + 1) * half;
        sum += half * (128.0 / 225 * integrand(middle) +
                       inner_weight * (integrand(middle - inner * half) + integrand(middle + inner * half)) +
                       outer_weight * (integrand(middle - outer * half) + integrand(middle + outer * half)));
    }
    return std::min(sum, 1.0);
}

}  // namespace

double gaussian_copula_availability(double n, double k_needed, double availability, double correlation) {
    if (k_needed <= 0)
        return 1;
    if (k_needed > n || availability <= 0)
        return 0;
    if (availability >= 1)
        return 1;
    if (correlation >= 1)
        return availability;
    if (correlation < 1e-18)
        return binomial_tail(k_needed, n, availability);
    // At least k are up if the k-th smallest of the parts' own variables is small enough.
    const double own = std::sqrt(1 - correlation);
    return order_statistic_below(k_needed, n, normal_quantile(availability) / own, std::sqrt(correlation) / own);
}

double joint_failure(double p_a, double p_b, double correlation) {
    const double joint = p_a * p_b + correlation * std::sqrt(p_a * (1 - p_a) * p_b * (1 - p_b));
    const double low = std::max(0.0, p_a + p_b - 1);
    const double high = std::min(p_a, p_b);
    constexpr double rounding = 1e-14;
    if (joint < low - rounding || joint > high * (1 + rounding))
        return no_answer;
    return std::clamp(joint, low, high);
}

double markov_repair_availability(double n, double k_needed, double failure_rate, double repair_rate, double crews) {
    if (k_needed <= 0)
        return 1;
    if (k_needed > n)
        return 0;
    if (failure_rate <= 0)
        return 1;
    // States are numbers of parts up.
    const double repairs = repair_rate / failure_rate;
    if (repairs > 1e50)  // down for less than n 1e-50
        return 1;
    return share_from(k_needed, n, [=](double up) { return std::min(n - up, crews) * repairs / (up + 1); });
}

double markov_mttf(double n, double k_needed, double failure_rate, double repair_rate, double crews) {
    if (k_needed > n)
        return 0;
    if (k_needed <= 0 || failure_rate <= 0)
        return infinity;
    double total = 0;
    double passage = 0;  // mean time from `failed` to one more failed
    for (double failed = 0; failed <= n - k_needed; ++failed) {
        const double failures = (n - failed) * failure_rate;
        passage = failed > 0 ? 1 / failures + std::min(failed, crews) * repair_rate / failures * passage : 1 / failures;
        total += passage;
    }
    return total;
}

double standby_availability(double failure_rate, double repair_rate, double switch_coverage, double switch_time) {
    // Weights relative to state `both`; x is the failures during a mean repair.
    const double x = failure_rate / repair_rate;
    const double covered = switch_coverage / (1 + (failure_rate + repair_rate) * switch_time);  // and switched over
    const double switching =
        switch_coverage * failure_rate * switch_time / (1 + (failure_rate + repair_rate) * switch_time);
    const double unnoticed = (1 - switch_coverage) * x / (1 + x);
    const double single = x * (1 + covered + switching + unnoticed);
    const double none = x * (switching + unnoticed + single);
    return (1 + single) / (1 + switching + unnoticed + single + none);
}

double mttdl(double n, double tolerated, double disk_mttf, double rebuild_time) {
    if (tolerated >= n || (tolerated > 0 && rebuild_time <= 0))
        return infinity;
    return markov_mttf(n, n - tolerated, 1 / disk_mttf, tolerated > 0 ? 1 / rebuild_time : 0, 1);
}

double nines(double availability) {
    return -std::log1p(-availability) / std::numbers::ln10;
}

double availability_from_nines(double nines) {
    return -std::expm1(-nines * std::numbers::ln10);
}

double zone_placement_availability(double zones, double zone_availability, double replicas_per_zone,
                                   double replica_availability, double replicas_needed) {
    double sum = 0;
    for (double up = 0; up <= zones; ++up) {
        const double weight = binomial_pmf(up, zones, zone_availability);
        if (weight > 0)
            sum += weight * binomial_tail(replicas_needed, up * replicas_per_zone, replica_availability);
    }
    return std::min(sum, 1.0);
}

double shuffle_shard_overlap(double nodes, double shard, double overlap) {
    if (shard > nodes)
        return no_answer;
    if (overlap > shard || shard - overlap > nodes - shard)
        return 0;
    // C(shard, overlap) C(nodes - shard, shard - overlap) / C(nodes, shard), as a ratio of binomial probabilities.
    const double p = shard / nodes;
    return binomial_pmf(overlap, shard, p) * binomial_pmf(shard - overlap, nodes - shard, p) /
           binomial_pmf(shard, nodes, p);
}

namespace {

constexpr Domain part_count{.min = 1, .max = identical_parts_max, .integer = true};
constexpr Domain trial_count{.min = 1, .max = trials_max, .integer = true};
constexpr Domain zone_count{.min = 1, .max = zones_max, .integer = true};
constexpr Domain replica_count{.min = 1, .max = 1e6, .integer = true};
constexpr Domain correlation_domain{.min = -1, .max = 1};

constexpr Parameter k_needed{"k_needed", "1", count};
constexpr Parameter availability{"availability", "1", probability};
constexpr Parameter availabilities{"availabilities", "1", probability, true};
constexpr Parameter correlation{"correlation", "1", probability};
constexpr Parameter parts{"n", "1", part_count};
constexpr Parameter failure_rate{"failure_rate", "1/s", non_negative};

constexpr Parameter k_of_n_parameters[] = {{"k", "1", count}, {"n", "1", trial_count}, availability};
constexpr Parameter heterogeneous_parameters[] = {{"k", "1", count}, availabilities};
constexpr Parameter cut_parameters[] = {availabilities, {"cuts", "1", count, true}};
constexpr Parameter bridge_parameters[] = {availabilities};
constexpr Parameter common_cause_parameters[] = {
    {"n", "1", trial_count}, k_needed, {"unavailability", "1", probability}, {"beta", "1", probability}};
constexpr Parameter tail_parameters[] = {{"k", "1", count}, parts, {"mean", "1", probability}, correlation};
constexpr Parameter correlated_parameters[] = {parts, k_needed, availability, correlation};
constexpr Parameter joint_parameters[] = {
    {"p_a", "1", probability}, {"p_b", "1", probability}, {"correlation", "1", correlation_domain}};
constexpr Parameter repair_parameters[] = {
    parts, k_needed, failure_rate, {"repair_rate", "1/s", positive}, {"crews", "1", positive_count}};
constexpr Parameter mttf_parameters[] = {
    parts, k_needed, failure_rate, {"repair_rate", "1/s", non_negative}, {"crews", "1", positive_count}};
constexpr Parameter standby_parameters[] = {failure_rate,
                                            {"repair_rate", "1/s", positive},
                                            {"switch_coverage", "1", probability},
                                            {"switch_time", "s", non_negative}};
constexpr Parameter mttdl_parameters[] = {
    parts, {"tolerated", "1", count}, {"disk_mttf", "s", positive}, {"rebuild_time", "s", non_negative}};
constexpr Parameter nines_parameters[] = {availability};
constexpr Parameter from_nines_parameters[] = {{"nines", "1", non_negative}};
constexpr Parameter zone_parameters[] = {{"zones", "1", zone_count},
                                         {"zone_availability", "1", probability},
                                         {"replicas_per_zone", "1", replica_count},
                                         {"replica_availability", "1", probability},
                                         {"replicas_needed", "1", count}};
constexpr Parameter shard_parameters[] = {
    {"nodes", "1", trial_count}, {"shard", "1", trial_count}, {"overlap", "1", count}};

constexpr std::string_view barlow =
    "Barlow and Proschan, Statistical Theory of Reliability and Life Testing (1975), chapters 1 and 2";
constexpr std::string_view trivedi =
    "Trivedi, Probability and Statistics with Reliability, Queuing and Computer Science Applications (2nd edition, "
    "2001), chapter 8";
constexpr std::string_view skellam =
    "Skellam, A Probability Distribution Derived from the Binomial Distribution by Regarding the Probability of "
    "Success as Variable Between the Sets of Trials (1948)";
constexpr std::string_view nines_source = "Gray and Siewiorek, High-Availability Computer Systems (1991)";

constexpr Function table[] = {
    entry<k_of_n_availability>("k_of_n_availability", k_of_n_parameters, "1",
                               "Probability that at least k of n independent, identical parts are up", barlow),
    entry<k_of_n_heterogeneous>("k_of_n_heterogeneous", heterogeneous_parameters, "1",
                                "Probability that at least k of several independent parts of different availabilities "
                                "are up",
                                barlow),
    entry<minimal_cut_availability>("minimal_cut_availability", cut_parameters, "1",
                                    "Availability of a system that is down while all components of some cut are; cuts "
                                    "are lists of component numbers with 0 between them",
                                    barlow),
    entry<bridge_availability>("bridge_availability", bridge_parameters, "1",
                               "Availability of the bridge of five components, of which the third is the bridge",
                               barlow),
    entry<common_cause_availability>("common_cause_availability", common_cause_parameters, "1",
                                     "Probability that at least k_needed of n parts are up if a share beta of their "
                                     "unavailability strikes all at once (beta-factor model)",
                                     "Fleming, A Reliability Model for Common Mode Failures in Redundant Safety "
                                     "Systems (1975)"),
    entry<beta_binomial_tail>("beta_binomial_tail", tail_parameters, "1",
                              "Probability of at least k successes in n trials with equal correlation of any two "
                              "(beta-binomial distribution)",
                              skellam),
    entry<beta_binomial_availability>("beta_binomial_availability", correlated_parameters, "1",
                                      "Probability that at least k_needed of n parts are up if any two have the same "
                                      "correlation (beta-binomial distribution)",
                                      skellam),
    entry<gaussian_copula_availability>("gaussian_copula_availability", correlated_parameters, "1",
                                        "Probability that at least k_needed of n parts are up if normal latent "
                                        "variables behind them are correlated (one-factor Gaussian copula)",
                                        "Li, On Default Correlation: A Copula Function Approach (2000)"),
    entry<joint_failure>("joint_failure", joint_parameters, "1",
                         "Probability that two events of given probabilities and correlation both happen",
                         "Frechet's bounds (1951); Nelsen, An Introduction to Copulas (2nd edition, 2006), chapter 2"),
    entry<markov_repair_availability>("markov_repair_availability", repair_parameters, "1",
                                      "Long-run share of time that at least k_needed of n parts are up, with repair by "
                                      "a number of crews",
                                      trivedi),
    entry<markov_mttf>("markov_mttf", mttf_parameters, "s",
                       "Mean time until fewer than k_needed of n parts are up for the first time, with repair by a "
                       "number of crews",
                       trivedi),
    entry<standby_availability>("standby_availability", standby_parameters, "1",
                                "Availability of an active unit with a hot standby, a time to switch over, and "
                                "failures that do not switch over",
                                "Arnold, The Concept of Coverage and Its Effect on the Reliability Model of a "
                                "Repairable System (1973)"),
    entry<mttdl>("mttdl", mttdl_parameters, "s",
                 "Mean time to data loss of disks that survive the loss of some and are rebuilt one at a time",
                 "Chen, Lee, Gibson, Katz and Patterson, RAID: High-Performance, Reliable Secondary Storage (1994), "
                 "section on reliability"),
    entry<nines>("nines", nines_parameters, "1", "Number of nines of an availability: -log10(1 - availability)",
                 nines_source),
    entry<availability_from_nines>("availability_from_nines", from_nines_parameters, "1",
                                   "Availability of a number of nines: 1 - 10^-nines", nines_source),
    entry<zone_placement_availability>("zone_placement_availability", zone_parameters, "1",
                                       "Probability that enough replicas are up if they are spread evenly over zones "
                                       "that fail as a whole",
                                       barlow),
    entry<shuffle_shard_overlap>("shuffle_shard_overlap", shard_parameters, "1",
                                 "Probability that two random shards share exactly a given number of nodes "
                                 "(hypergeometric distribution)",
                                 "MacCarthaigh, Shuffle Sharding: Massive and Magical Fault Isolation (AWS "
                                 "Architecture Blog, 2014)"),
};

}  // namespace

std::span<const Function> availability_functions() {
    return table;
}

}  // namespace dstudio::formula::library
