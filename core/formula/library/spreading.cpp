#include "core/formula/library/spreading.hpp"

#include <algorithm>
#include <cmath>

#include "core/formula/library/binding.hpp"
#include "core/formula/library/poisson.hpp"

namespace dstudio::formula::library {

namespace {

// One round of push gossip.
double told(double nodes, double fanout, double informed) {
    if (nodes <= 2)
        return fanout > 0 ? nodes : informed;
    return nodes - (nodes - informed) * std::exp(fanout * informed * std::log1p(-1 / (nodes - 1)));
}

// The root in (low, 1] of an increasing-through-zero function, to the last digit.
template <class F>
double root_up_to_one(double low, F f) {
    double high = 1;
    for (double middle = low + (high - low) / 2; low < middle && middle < high; middle = low + (high - low) / 2)
        (f(middle) < 0 ? low : high) = middle;
    return high;
}

// A second moment below the square of the mean is no moment; equality may miss by rounding.
bool is_second_moment(double mean, double mean_square) {
    return mean_square >= mean * mean * (1 - 1e-12);
}

}  // namespace

double gossip_rounds_push(double nodes) {
    return std::log2(nodes) + std::log(nodes);
}

double gossip_infected(double nodes, double fanout, double rounds) {
    double informed = 1;
    for (double round = 0; round < rounds; ++round) {
        const double next = told(nodes, fanout, informed);
        if (next <= informed)
            break;
        informed = next;
    }
    return informed;
}

double gossip_rounds_to_fraction(double nodes, double fanout, double fraction) {
    const double target = std::min(fraction * nodes, nodes - 0.5);
    double informed = 1;
    for (double round = 0; round <= gossip_rounds_max; ++round) {
        if (informed >= target)
            return round;
        const double next = told(nodes, fanout, informed);
        if (next <= informed)
            break;
        informed = next;
    }
    return infinity;
}

double gossip_residue(double k) {
    return galton_watson_extinction_poisson(k + 1);
}

double sir_final_size(double r0) {
    if (r0 <= 1)
        return 0;
    // From 1 - e^-x > x - x^2 / 2 the root lies above this.
    const double below = std::min(2 * (r0 - 1) / (r0 * r0), 1.0);
    return root_up_to_one(below, [r0](double z) { return z + std::expm1(-r0 * z); });
}

double epidemic_threshold(double mean_degree, double mean_square_degree) {
    if (!is_second_moment(mean_degree, mean_square_degree))
        return no_answer;
    return mean_degree / mean_square_degree;
}

double percolation_threshold(double mean_degree, double mean_square_degree) {
    const double ratio = mean_square_degree / mean_degree;
    if (!is_second_moment(mean_degree, mean_square_degree) || ratio <= 2)
        return no_answer;
    return 1 / (ratio - 1);
}

double galton_watson_extinction_poisson(double mean) {
    return mean <= 1 ? 1 : std::exp(-mean * sir_final_size(mean));  // rather than 1 - z, which loses small ones
}

double galton_watson_extinction_binomial(double children, double p) {
    if (children == 1)
        return p < 1 ? 1 : 0;
    if (children * p <= 1)
        return 1;
    if (p >= 1)
        return 0;
    // Survival z = 1 - (1 - p z)^n; from (1 - x)^n < 1 - n x + n (n - 1) x^2 / 2 it lies above `below`.
    const double below = std::min(2 * (children * p - 1) / (children * (children - 1) * p * p), 1.0);
    const auto all_fail = [=](double z) { return children * std::log1p(-p * z); };
    const double survival = root_up_to_one(below, [&](double z) { return z + std::expm1(all_fail(z)); });
    return std::exp(all_fail(survival));
}

double cascade_size_mean(double mean) {
    return mean >= 1 ? infinity : 1 / (1 - mean);
}

double cascade_size_probability(double mean, double size) {
    return poisson_probability(size - 1, mean * size) / size;
}

double watts_branching(double mean_degree, double threshold) {
    constexpr double rounding = 1e-12;  // 1 / (1 / 49) is a little less than 49
    const double vulnerable = threshold > 0 ? std::floor(1 / threshold * (1 + rounding)) : infinity;
    // Sum of k (k - 1) p_k up to K is z^2 times the Poisson probability of at most K - 2.
    return mean_degree * (std::isinf(vulnerable) ? 1 : poisson_at_most(vulnerable - 2, mean_degree));
}

double watts_global_cascade(double mean_degree, double threshold) {
    return watts_branching(mean_degree, threshold) > 1 ? 1 : 0;
}

double load_redistribution_cascade(double nodes, double initial_failed, double utilisation, double capacity_spread) {
    if (initial_failed > nodes)
        return no_answer;
    const double left = nodes - initial_failed;
    if (left <= 0)
        return 0;
    const double load = utilisation * nodes / left;  // a node, before any of the others fails
    const double s = capacity_spread;
    if (load <= 1 - s)
        return left;
    // With a the surviving fraction of those left: a = (1 + s - load / a) / (2 s), a quadratic equation. Its larger
    // root is the first fixed point below 1 unless that root lies above 1; then none does, and all fail.
    const double discriminant = (1 + s) * (1 + s) - 8 * s * load;
    if (s <= 0 || discriminant < 0)
        return 0;
    const double fraction = (1 + s + std::sqrt(discriminant)) / (4 * s);
    return fraction <= 1 ? left * fraction : 0;
}

namespace {

constexpr Domain above_zero_to_one{.min = 0, .max = 1, .min_excluded = true};
constexpr Domain round_count{.min = 0, .max = gossip_rounds_max, .integer = true};
constexpr Domain mean_children{.min = 0, .max = 1e9};

constexpr Parameter nodes{"nodes", "1", positive_count};
constexpr Parameter fanout{"fanout", "1", non_negative};
constexpr Parameter mean{"mean", "1", mean_children};
constexpr Parameter nodes_only[] = {nodes};
constexpr Parameter gossip_parameters[] = {nodes, fanout, {"rounds", "1", round_count}};
constexpr Parameter gossip_target[] = {nodes, fanout, {"fraction", "1", probability}};
constexpr Parameter residue_parameters[] = {{"k", "1", positive}};
constexpr Parameter sir_parameters[] = {{"r0", "1", non_negative}};
constexpr Parameter degree_parameters[] = {{"mean_degree", "1", positive}, {"mean_square_degree", "1", positive}};
constexpr Parameter mean_only[] = {mean};
constexpr Parameter binomial_parameters[] = {{"children", "1", positive_count}, {"p", "1", probability}};
constexpr Parameter size_parameters[] = {mean, {"size", "1", {.min = 1, .max = 1e6, .integer = true}}};
constexpr Parameter watts_parameters[] = {{"mean_degree", "1", mean_children}, {"threshold", "1", above_zero_to_one}};
constexpr Parameter cascade_parameters[] = {
    nodes, {"initial_failed", "1", count}, {"utilisation", "1", non_negative}, {"capacity_spread", "1", probability}};

constexpr std::string_view demers = "Demers et al., Epidemic Algorithms for Replicated Database Maintenance (1987)";
constexpr std::string_view harris = "Harris, The Theory of Branching Processes (1963), chapter I";
constexpr std::string_view watts =
    "Watts, A Simple Model of Global Cascades on Random Networks (2002), cascade condition";

constexpr Function table[] = {
    entry<gossip_rounds_push>("gossip_rounds_push", nodes_only, "1",
                              "Rounds until push gossip with fanout 1 has told all nodes, up to a bounded term",
                              "Pittel, On Spreading a Rumor (1987)"),
    entry<gossip_infected>("gossip_infected", gossip_parameters, "1",
                           "Nodes that push gossip has told after some rounds (mean field)", demers),
    entry<gossip_rounds_to_fraction>("gossip_rounds_to_fraction", gossip_target, "1",
                                     "Rounds until push gossip has told a fraction of the nodes (mean field)", demers),
    entry<gossip_residue>("gossip_residue", residue_parameters, "1",
                          "Fraction of the nodes that a rumor never reaches when its tellers lose interest with "
                          "probability 1/k after each needless call",
                          "Demers et al., Epidemic Algorithms for Replicated Database Maintenance (1987), section 1.4"),
    entry<sir_final_size>("sir_final_size", sir_parameters, "1",
                          "Fraction of a population that an SIR epidemic infects in the end, for a reproduction number",
                          "Kermack and McKendrick, A Contribution to the Mathematical Theory of Epidemics (1927)"),
    entry<epidemic_threshold>(
        "epidemic_threshold", degree_parameters, "1",
        "Ratio of infection to recovery rate above which an epidemic persists on a random network "
        "(SIS)",
        "Pastor-Satorras and Vespignani, Epidemic Spreading in Scale-Free Networks (2001)"),
    entry<percolation_threshold>("percolation_threshold", degree_parameters, "1",
                                 "Fraction of the nodes that must stay for a random network to keep a giant component",
                                 "Cohen, Erez, ben-Avraham and Havlin, Resilience of the Internet to Random Breakdowns "
                                 "(2000); Molloy and Reed (1995)"),
    entry<galton_watson_extinction_poisson>(
        "galton_watson_extinction_poisson", mean_only, "1",
        "Probability that a branching process with Poisson numbers of children dies "
        "out",
        harris),
    entry<galton_watson_extinction_binomial>("galton_watson_extinction_binomial", binomial_parameters, "1",
                                             "Probability that a branching process with binomial numbers of children "
                                             "dies out",
                                             harris),
    entry<cascade_size_mean>("cascade_size_mean", mean_only, "1",
                             "Mean total size of a branching process, the first included; infinite from mean 1 on",
                             harris),
    entry<cascade_size_probability>("cascade_size_probability", size_parameters, "1",
                                    "Probability of a total size of a branching process with Poisson numbers of "
                                    "children (Borel distribution)",
                                    "Borel (1942); Otter, The Multiplicative Process (1949)"),
    entry<watts_branching>("watts_branching", watts_parameters, "1",
                           "Mean number of vulnerable nodes that a failed vulnerable node reaches, in the threshold "
                           "model on an Erdos-Renyi graph",
                           watts),
    entry<watts_global_cascade>("watts_global_cascade", watts_parameters, "1",
                                "Whether one failure can set off a global cascade in the threshold model on an "
                                "Erdos-Renyi graph: 1 or 0",
                                watts),
    entry<load_redistribution_cascade>("load_redistribution_cascade", cascade_parameters, "1",
                                       "Nodes that survive when the load of failed ones falls on the others, whose "
                                       "capacities are uniformly spread",
                                       "Daniels, The Statistical Theory of the Strength of Bundles of Threads (1945), "
                                       "the model of equal load sharing"),
};

}  // namespace

std::span<const Function> spreading_functions() {
    return table;
}

}  // namespace dstudio::formula::library
