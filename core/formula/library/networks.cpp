#include "core/formula/library/networks.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/formula/library/binding.hpp"
#include "core/formula/library/queueing.hpp"

namespace dstudio::formula::library {

namespace {

constexpr double rounding = 1e-9;      // by which a row of probabilities such as 0.7 + 0.2 + 0.1 may exceed 1
constexpr double pivot_least = 1e-12;  // below it, what leaves a set of stations is rounding: nobody leaves

struct JacksonNetwork {
    std::span<const double> arrival_rates_external;
    std::span<const double> service_rates;
    std::span<const double> servers;
    std::span<const double> routing;
};

double sum(std::span<const double> values) {
    double total = 0;
    for (const double value : values)
        total += value;
    return total;
}

bool is_network(const JacksonNetwork& network) {
    const std::size_t n = network.arrival_rates_external.size();
    if (n == 0 || n > jackson_stations_max || network.service_rates.size() != n || network.servers.size() != n ||
        network.routing.size() != n * n || !(sum(network.servers) <= servers_max))
        return false;
    for (std::size_t i = 0; i < n; ++i) {
        double leaving = 1;
        for (std::size_t j = 0; j < n; ++j)
            leaving -= network.routing[i * n + j];
        if (!(leaving >= -rounding))
            return false;
    }
    return true;
}

// Solves lambda_j = external_j + sum over i of lambda_i routing_ij; empty if there is no solution. The matrix of
// coefficients is diagonally dominant by columns (an entry p_ij stands in column i), and stays so, so that elimination
// needs no exchange of rows.
std::vector<double> arrival_rates(const JacksonNetwork& network) {
    const std::size_t n = network.arrival_rates_external.size();
    std::vector<double> rates(network.arrival_rates_external.begin(), network.arrival_rates_external.end());
    std::vector<double> matrix(n * n);
    for (std::size_t row = 0; row < n; ++row)
        for (std::size_t column = 0; column < n; ++column)
            matrix[row * n + column] = (row == column ? 1.0 : 0.0) - network.routing[column * n + row];
    for (std::size_t step = 0; step < n; ++step) {
        const double pivot = matrix[step * n + step];
        if (!(pivot > pivot_least))
            return {};
        for (std::size_t row = step + 1; row < n; ++row) {
            const double factor = matrix[row * n + step] / pivot;
            if (factor == 0)
                continue;
            for (std::size_t column = step + 1; column < n; ++column)
                matrix[row * n + column] -= factor * matrix[step * n + column];
            rates[row] -= factor * rates[step];
        }
    }
    for (std::size_t step = n; step-- > 0;) {
        for (std::size_t column = step + 1; column < n; ++column)
            rates[step] -= matrix[step * n + column] * rates[column];
        rates[step] /= matrix[step * n + step];
    }
    return rates;
}

struct Demands {
    double total = 0;
    double largest = 0;
    double mean = 0;  // of the stations that have any
};

Demands summary(std::span<const double> demands) {
    Demands result;
    double stations = 0;
    for (const double demand : demands) {
        result.total += demand;
        result.largest = std::max(result.largest, demand);
        stations += demand > 0 ? 1 : 0;
    }
    result.mean = stations > 0 ? result.total / stations : 0;
    return result;
}

}  // namespace

double jackson_number(std::span<const double> arrival_rates_external, std::span<const double> service_rates,
                      std::span<const double> servers, std::span<const double> routing) {
    const JacksonNetwork network{arrival_rates_external, service_rates, servers, routing};
    if (!is_network(network))
        return no_answer;
    const std::vector<double> rates = arrival_rates(network);
    if (rates.empty())
        return no_answer;
    double number = 0;
    for (std::size_t i = 0; i < rates.size(); ++i)
        if (rates[i] > 0)
            number += rates[i] * (mmc_wait(servers[i], rates[i], service_rates[i]) + 1 / service_rates[i]);
    return number;
}

double jackson_response(std::span<const double> arrival_rates_external, std::span<const double> service_rates,
                        std::span<const double> servers, std::span<const double> routing) {
    const double number = jackson_number(arrival_rates_external, service_rates, servers, routing);
    const double arrivals = sum(arrival_rates_external);
    return arrivals > 0 ? number / arrivals : no_answer;
}

double jackson_utilisation_max(std::span<const double> arrival_rates_external, std::span<const double> service_rates,
                               std::span<const double> servers, std::span<const double> routing) {
    const JacksonNetwork network{arrival_rates_external, service_rates, servers, routing};
    if (!is_network(network))
        return no_answer;
    const std::vector<double> rates = arrival_rates(network);
    if (rates.empty())
        return no_answer;
    double largest = 0;
    for (std::size_t i = 0; i < rates.size(); ++i)
        largest = std::max(largest, rates[i] / (servers[i] * service_rates[i]));
    return largest;
}

double asymptotic_throughput_upper(double customers, double think_time, std::span<const double> demands) {
    if (customers <= 0)
        return 0;
    const Demands demand = summary(demands);
    return std::min(1 / demand.largest, customers / (demand.total + think_time));
}

double asymptotic_response_lower(double customers, double think_time, std::span<const double> demands) {
    const Demands demand = summary(demands);
    return std::max(demand.total, customers * demand.largest - think_time);
}

double saturation_population(double think_time, std::span<const double> demands) {
    const Demands demand = summary(demands);
    return demand.largest > 0 ? (demand.total + think_time) / demand.largest : infinity;
}

double balanced_response_lower(double customers, double think_time, std::span<const double> demands) {
    const Demands demand = summary(demands);
    if (demand.total <= 0)
        return 0;
    const double balanced = demand.total + (customers - 1) * demand.mean / (1 + think_time / demand.total);
    return std::max(balanced, customers * demand.largest - think_time);
}

double balanced_response_upper(double customers, double think_time, std::span<const double> demands) {
    const Demands demand = summary(demands);
    if (demand.total <= 0)
        return 0;
    return demand.total + (customers - 1) * demand.largest / (1 + think_time / (customers * demand.total));
}

double balanced_throughput_upper(double customers, double think_time, std::span<const double> demands) {
    return customers / (think_time + balanced_response_lower(customers, think_time, demands));
}

double balanced_throughput_lower(double customers, double think_time, std::span<const double> demands) {
    return customers / (think_time + balanced_response_upper(customers, think_time, demands));
}

double fork_join_response(double branches, double arrival_rate, double service_rate) {
    if (arrival_rate >= service_rate)
        return infinity;
    const double single = 1 / (service_rate - arrival_rate);
    if (branches <= 1)
        return single;
    const double utilisation = arrival_rate / service_rate;
    const double scale = harmonic_number(branches) / 1.5;  // relative to two branches
    return (scale + (1 - scale) * utilisation * 4 / 11) * (12 - utilisation) / 8 * single;
}

double fork_join_unloaded(double branches, double mean) {
    return harmonic_number(branches) * mean;
}

double harmonic_number(double n) {
    if (n > 100) {  // the first term left out, 1 / (252 n^6), is below 1e-14
        const double inverse = 1 / n;
        const double square = inverse * inverse;
        return std::log(n) + std::numbers::egamma + inverse / 2 - square / 12 + square * square / 120;
    }
    double total = 0;
    for (double k = n; k >= 1; --k)
        total += 1 / k;
    return total;
}

namespace {

constexpr Domain server_count{.min = 1, .max = servers_max, .integer = true};

constexpr Parameter think_time{"think_time", "s", non_negative};
constexpr Parameter demands{"demands", "s", non_negative, true};
constexpr Parameter branches{"branches", "1", positive_count};

constexpr Parameter jackson_parameters[] = {{"arrival_rates_external", "1/s", non_negative, true},
                                            {"service_rates", "1/s", positive, true},
                                            {"servers", "1", server_count, true},
                                            {"routing", "1", probability, true}};
constexpr Parameter closed_parameters[] = {{"customers", "1", positive_count}, think_time, demands};
constexpr Parameter saturation_parameters[] = {think_time, demands};
constexpr Parameter fork_join_parameters[] = {
    branches, {"arrival_rate", "1/s", non_negative}, {"service_rate", "1/s", positive}};
constexpr Parameter unloaded_parameters[] = {branches, {"mean", "s", non_negative}};
constexpr Parameter harmonic_parameters[] = {{"n", "1", count}};

constexpr std::string_view jackson_1957 = "Jackson, Networks of waiting lines, Operations Research 5 (1957)";
constexpr std::string_view lazowska_asymptotic =
    "Lazowska et al., Quantitative System Performance (1984), chapter 5 (asymptotic bounds)";
constexpr std::string_view lazowska_balanced =
    "Lazowska et al., Quantitative System Performance (1984), chapter 5 (balanced system bounds)";
constexpr std::string_view nelson_tantawi =
    "Nelson and Tantawi, Approximate analysis of fork/join synchronization in parallel queues, IEEE Transactions on "
    "Computers 37 (1988)";
constexpr std::string_view knuth_harmonic =
    "Knuth, The Art of Computer Programming, Volume 1 (3rd ed. 1997), section 1.2.7 (harmonic numbers)";

constexpr Function table[] = {
    entry<jackson_number>(
        "jackson_number", jackson_parameters, "1",
        "Mean number of customers in an open Jackson network of M/M/c stations; routing is row by row", jackson_1957),
    entry<jackson_response>("jackson_response", jackson_parameters, "s",
                            "Mean time in an open Jackson network of M/M/c stations; routing is row by row",
                            jackson_1957),
    entry<jackson_utilisation_max>("jackson_utilisation_max", jackson_parameters, "1",
                                   "Utilisation of the busiest station of an open Jackson network; routing is row by "
                                   "row",
                                   jackson_1957),
    entry<asymptotic_throughput_upper>("asymptotic_throughput_upper", closed_parameters, "1/s",
                                       "Upper bound of the throughput of any closed network", lazowska_asymptotic),
    entry<asymptotic_response_lower>("asymptotic_response_lower", closed_parameters, "s",
                                     "Lower bound of the response time of any closed network, think time excluded",
                                     lazowska_asymptotic),
    entry<saturation_population>("saturation_population", saturation_parameters, "1",
                                 "Population at which the asymptotic bounds of a closed network cross (N*)",
                                 lazowska_asymptotic, "N^{*}"),
    entry<balanced_throughput_upper>("balanced_throughput_upper", closed_parameters, "1/s",
                                     "Upper balanced job bound of the throughput of a separable closed network",
                                     lazowska_balanced),
    entry<balanced_throughput_lower>("balanced_throughput_lower", closed_parameters, "1/s",
                                     "Lower balanced job bound of the throughput of a separable closed network",
                                     lazowska_balanced),
    entry<balanced_response_upper>("balanced_response_upper", closed_parameters, "s",
                                   "Upper balanced job bound of the response time of a separable closed network",
                                   lazowska_balanced),
    entry<balanced_response_lower>("balanced_response_lower", closed_parameters, "s",
                                   "Lower balanced job bound of the response time of a separable closed network",
                                   lazowska_balanced),
    entry<fork_join_response>("fork_join_response", fork_join_parameters, "s",
                              "Mean response time of a fork-join of M/M/1 stations: exact for 1 and 2 branches, then "
                              "the Nelson-Tantawi approximation (fitted up to 32)",
                              nelson_tantawi),
    entry<fork_join_unloaded>("fork_join_unloaded", unloaded_parameters, "s",
                              "Mean of the longest of independent exponential tasks", knuth_harmonic),
    entry<harmonic_number>("harmonic_number", harmonic_parameters, "1", "Harmonic number 1 + 1/2 + ... + 1/n",
                           knuth_harmonic, "H"),
};

}  // namespace

std::span<const Function> network_functions() {
    return table;
}

}  // namespace dstudio::formula::library
