#include "core/formula/library/closed_networks.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/formula/library/binding.hpp"

namespace dstudio::formula::library {

namespace {

struct Flow {
    double throughput = no_answer;
    double response = no_answer;
};

Flow exact(double customers, double think_time, std::span<const double> demands) {
    if (!(customers >= 0 && customers <= customers_max) ||
        customers * static_cast<double>(demands.size()) > mva_steps_max)
        return {};
    Flow flow{.throughput = 0};
    std::vector<double> queue(demands.size(), 0.0);
    for (double n = 1; n <= customers; ++n) {
        flow.response = 0;
        for (std::size_t k = 0; k < demands.size(); ++k)
            flow.response += demands[k] * (1 + queue[k]);
        flow.throughput = n / (think_time + flow.response);
        for (std::size_t k = 0; k < demands.size(); ++k)
            if (demands[k] > 0)
                queue[k] = flow.throughput * demands[k] * (1 + queue[k]);
    }
    return flow;
}

struct MultiClass {
    std::span<const double> customers;
    std::span<const double> think_times;
    std::span<const double> demands;
    std::size_t classes = 0;
    std::size_t stations = 0;
    std::size_t chosen = 0;

    [[nodiscard]] double demand(std::size_t c, std::size_t k) const { return demands[c * stations + k]; }
};

// False if the lists do not fit together.
bool read_classes(double class_index, MultiClass& network) {
    network.classes = network.customers.size();
    if (!(class_index >= 1 && class_index <= static_cast<double>(network.classes)) ||
        network.think_times.size() != network.classes || network.demands.empty() ||
        network.demands.size() % network.classes != 0)
        return false;
    network.chosen = static_cast<std::size_t>(class_index) - 1;
    network.stations = network.demands.size() / network.classes;
    return true;
}

// A population (n_1, ..., n_C) is numbered sum of n_c * stride_c, so that one customer of class c less is the number
// minus stride_c. Counting through the numbers meets every smaller population first.
Flow exact_multi(const MultiClass& network) {
    const std::size_t stations = network.stations;
    double states = 1;
    std::vector<std::size_t> strides(network.classes);
    for (std::size_t c = 0; c < network.classes; ++c) {
        strides[c] = static_cast<std::size_t>(states);
        states *= network.customers[c] + 1;
        if (!(states <= mva_states_max))
            return {};
    }
    const double entries = states * static_cast<double>(stations);
    if (entries > mva_entries_max || entries * static_cast<double>(network.classes) > mva_steps_max)
        return {};
    Flow flow{.throughput = 0};
    if (network.customers[network.chosen] < 1)
        return flow;
    std::vector<double> queues(static_cast<std::size_t>(entries), 0.0);  // all classes', by state and station
    std::vector<double> population(network.classes, 0.0);
    for (std::size_t state = 1; state < static_cast<std::size_t>(states); ++state) {
        for (std::size_t c = 0; ++population[c] > network.customers[c]; ++c)
            population[c] = 0;
        double* queue = &queues[state * stations];
        for (std::size_t c = 0; c < network.classes; ++c) {
            if (population[c] < 1)
                continue;
            const double* seen = &queues[(state - strides[c]) * stations];
            double response = 0;
            for (std::size_t k = 0; k < stations; ++k)
                response += network.demand(c, k) * (1 + seen[k]);
            const double throughput = population[c] / (network.think_times[c] + response);
            for (std::size_t k = 0; k < stations; ++k)
                if (network.demand(c, k) > 0)
                    queue[k] += throughput * network.demand(c, k) * (1 + seen[k]);
            if (c == network.chosen)
                flow = {throughput, response};
        }
    }
    return flow;
}

Flow approximate_multi(const MultiClass& network) {
    const std::size_t stations = network.stations;
    constexpr double tolerance = 1e-12;
    for (const double customers : network.customers)
        if (!(customers >= 0))
            return {};
    Flow flow{.throughput = 0};
    if (network.customers[network.chosen] < 1)
        return flow;
    std::vector<double> queues(network.demands.size());  // as demands: by class and station
    std::vector<double> totals(stations, 0.0);
    for (std::size_t c = 0; c < network.classes; ++c)
        for (std::size_t k = 0; k < stations; ++k) {
            queues[c * stations + k] = network.customers[c] / static_cast<double>(stations);
            totals[k] += queues[c * stations + k];
        }
    const double iterations_max = mva_steps_max / static_cast<double>(network.demands.size());
    for (double iteration = 0; iteration < iterations_max; ++iteration) {
        double change = 0;
        std::vector<double> next_totals(stations, 0.0);
        for (std::size_t c = 0; c < network.classes; ++c) {
            const double customers = network.customers[c];
            if (customers < 1)
                continue;
            double* queue = &queues[c * stations];
            const auto time_at = [&](std::size_t k) {
                return network.demand(c, k) * (1 + std::max(totals[k] - queue[k] / customers, 0.0));
            };
            double response = 0;
            for (std::size_t k = 0; k < stations; ++k)
                response += time_at(k);
            const double throughput = customers / (network.think_times[c] + response);
            for (std::size_t k = 0; k < stations; ++k) {
                const double time = time_at(k);
                const double next = time > 0 ? throughput * time : 0;
                change = std::max(change, std::abs(next - queue[k]) / customers);
                queue[k] = next;
                next_totals[k] += next;
            }
            if (c == network.chosen)
                flow = {throughput, response};
        }
        totals = next_totals;
        if (change <= tolerance)
            return flow;
    }
    return {};
}

double log_of_sum(double a, double b) {  // ln(e^a + e^b)
    const double high = std::max(a, b);
    return high == -infinity ? high : high + std::log1p(std::exp(std::min(a, b) - high));
}

// Convolves `constants` (ln of normalisation constants by number of customers) with a station of several servers, whose
// factor is D^n / n! up to n = servers and a geometric series of ratio D / servers from there on.
std::vector<double> with_station(const std::vector<double>& constants, double demand, double servers) {
    const std::size_t size = constants.size();
    const auto start = static_cast<std::size_t>(std::min(servers, static_cast<double>(size)));
    std::vector<double> factors(start + 1, 0.0);
    for (std::size_t i = 1; i <= start; ++i)
        factors[i] = factors[i - 1] + std::log(demand / static_cast<double>(i));
    const double ratio = std::log(demand / servers);
    std::vector<double> result(size);
    double tail = -infinity;  // the terms from `start` on
    for (std::size_t n = 0; n < size; ++n) {
        if (n >= start)
            tail = log_of_sum(tail + ratio, factors[start] + constants[n - start]);
        double high = tail;
        for (std::size_t i = 0; i <= n && i < start; ++i)
            high = std::max(high, factors[i] + constants[n - i]);
        double sum = std::exp(tail - high);
        for (std::size_t i = 0; i <= n && i < start; ++i)
            sum += std::exp(factors[i] + constants[n - i] - high);
        result[n] = high + std::log(sum);
    }
    return result;
}

}  // namespace

double mva_throughput(double customers, double think_time, std::span<const double> demands) {
    return exact(customers, think_time, demands).throughput;
}

double mva_response(double customers, double think_time, std::span<const double> demands) {
    return exact(customers, think_time, demands).response;
}

double mva_utilisation_max(double customers, double think_time, std::span<const double> demands) {
    double largest = 0;
    for (const double demand : demands)
        largest = std::max(largest, demand);
    return largest > 0 ? exact(customers, think_time, demands).throughput * largest : 0;
}

double mva_throughput_multi(double class_index, std::span<const double> customers, std::span<const double> think_times,
                            std::span<const double> demands) {
    MultiClass network{.customers = customers, .think_times = think_times, .demands = demands};
    return read_classes(class_index, network) ? exact_multi(network).throughput : no_answer;
}

double mva_response_multi(double class_index, std::span<const double> customers, std::span<const double> think_times,
                          std::span<const double> demands) {
    MultiClass network{.customers = customers, .think_times = think_times, .demands = demands};
    return read_classes(class_index, network) ? exact_multi(network).response : no_answer;
}

double schweitzer_throughput_multi(double class_index, std::span<const double> customers,
                                   std::span<const double> think_times, std::span<const double> demands) {
    MultiClass network{.customers = customers, .think_times = think_times, .demands = demands};
    return read_classes(class_index, network) ? approximate_multi(network).throughput : no_answer;
}

double schweitzer_response_multi(double class_index, std::span<const double> customers,
                                 std::span<const double> think_times, std::span<const double> demands) {
    MultiClass network{.customers = customers, .think_times = think_times, .demands = demands};
    return read_classes(class_index, network) ? approximate_multi(network).response : no_answer;
}

double mva_multiserver_throughput(double customers, double think_time, std::span<const double> demands,
                                  std::span<const double> servers) {
    if (servers.size() != demands.size() || !(customers >= 0 && customers <= customers_max))
        return no_answer;
    if (customers < 1)
        return 0;
    double total = think_time;
    double per_server_max = 0;
    double steps = 0;
    for (std::size_t k = 0; k < demands.size(); ++k) {
        if (!(servers[k] >= 1))
            return no_answer;
        total += demands[k];
        per_server_max = std::max(per_server_max, demands[k] / servers[k]);
        steps += customers * std::min(servers[k], customers);
    }
    if (steps > convolution_steps_max)
        return no_answer;
    if (total <= 0)
        return infinity;
    // In units of an upper bound's reciprocal the constants stay near 1, which keeps the digits of their logarithms.
    const double scale = std::min(customers / total, 1 / per_server_max);
    std::vector<double> constants(static_cast<std::size_t>(customers) + 1, -infinity);
    constants[0] = 0;
    if (think_time > 0)
        for (std::size_t n = 1; n < constants.size(); ++n)
            constants[n] = constants[n - 1] + std::log(think_time * scale / static_cast<double>(n));
    for (std::size_t k = 0; k < demands.size(); ++k)
        if (demands[k] > 0)
            constants = with_station(constants, demands[k] * scale, servers[k]);
    return scale * std::exp(constants[constants.size() - 2] - constants[constants.size() - 1]);
}

namespace {

constexpr Domain customer_count{.min = 0, .max = customers_max, .integer = true};
constexpr Domain customer_count_some{.min = 1, .max = customers_max, .integer = true};

constexpr Parameter think_time{"think_time", "s", non_negative};
constexpr Parameter demands{"demands", "s", non_negative, true};

constexpr Parameter single_class[] = {{"customers", "1", customer_count}, think_time, demands};
constexpr Parameter single_class_some[] = {{"customers", "1", customer_count_some}, think_time, demands};
constexpr Parameter classes[] = {{"class_index", "1", positive_count},
                                 {"customers", "1", count, true},
                                 {"think_times", "s", non_negative, true},
                                 demands};
constexpr Parameter multiserver[] = {
    {"customers", "1", customer_count}, think_time, demands, {"servers", "1", positive_count, true}};

constexpr std::string_view reiser_lavenberg =
    "Reiser and Lavenberg, Mean-value analysis of closed multichain queuing networks, Journal of the ACM 27 (1980)";
constexpr std::string_view lazowska_single =
    "Lazowska et al., Quantitative System Performance (1984), chapter 6 (models with one job class)";
constexpr std::string_view lazowska_multi =
    "Lazowska et al., Quantitative System Performance (1984), chapter 7 (models with multiple job classes), "
    "approximate solution (Bard-Schweitzer)";
constexpr std::string_view buzen =
    "Buzen, Computational algorithms for closed queueing networks with exponential servers, Communications of the ACM "
    "16 (1973)";

constexpr Function table[] = {
    entry<mva_throughput>("mva_throughput", single_class, "1/s",
                          "Throughput of a closed network with one class, by exact mean value analysis",
                          lazowska_single),
    entry<mva_response>("mva_response", single_class_some, "s",
                        "Response time (think time excluded) of a closed network with one class, by exact mean value "
                        "analysis",
                        lazowska_single),
    entry<mva_utilisation_max>("mva_utilisation_max", single_class, "1",
                               "Utilisation of the busiest station of a closed network with one class, by exact mean "
                               "value analysis",
                               lazowska_single),
    entry<mva_throughput_multi>("mva_throughput_multi", classes, "1/s",
                                "Throughput of one class of a closed network, by exact mean value analysis; demands "
                                "are listed class by class",
                                reiser_lavenberg),
    entry<mva_response_multi>("mva_response_multi", classes, "s",
                              "Response time (think time excluded) of one class of a closed network, by exact mean "
                              "value analysis; demands are listed class by class",
                              reiser_lavenberg),
    entry<schweitzer_throughput_multi>("schweitzer_throughput_multi", classes, "1/s",
                                       "Approximate throughput of one class of a closed network (Bard-Schweitzer); "
                                       "demands are listed class by class",
                                       lazowska_multi),
    entry<schweitzer_response_multi>("schweitzer_response_multi", classes, "s",
                                     "Approximate response time of one class of a closed network (Bard-Schweitzer); "
                                     "demands are listed class by class",
                                     lazowska_multi),
    entry<mva_multiserver_throughput>("mva_multiserver_throughput", multiserver, "1/s",
                                      "Throughput of a closed network with one class whose stations have several "
                                      "servers each, exact",
                                      buzen),
};

}  // namespace

std::span<const Function> closed_network_functions() {
    return table;
}

}  // namespace dstudio::formula::library
