// Closed separable networks: a fixed number of customers who think for think_time, then visit all stations.
//
// A demand is visits times mean service time at a station, in s, in total for one trip. Stations serve one customer at
// a time unless `servers` is a parameter; queueing is of product form (FCFS with exponential service, or processor
// sharing). A response time is the time of one trip without thinking. Arguments are finite and lie in the domains of
// the table below; lists that do not fit together, or more work than the bounds here allow, give NaN. Without any
// demand or think time, throughput is +infinity.
//
// Several classes: class_index counts from 1; `demands` holds all stations of the first class, then of the second, and
// so on, so that it has classes times stations components. A class without customers has throughput 0, response NaN.
//
// Sources: Reiser and Lavenberg, Mean-value analysis of closed multichain queuing networks (1980); Buzen, Computational
// algorithms for closed queueing networks with exponential servers (1973); Lazowska, Zahorjan, Graham and Sevcik,
// Quantitative System Performance (1984), chapters 6 to 8.
#pragma once

#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

inline constexpr double customers_max = 1e6;
inline constexpr double mva_steps_max = 1e8;    // customers times stations, or states times stations times classes
inline constexpr double mva_states_max = 1e6;   // product over the classes of (customers + 1)
inline constexpr double mva_entries_max = 1e7;  // states times stations: 80 MB
inline constexpr double convolution_steps_max =
    2e7;  // customers times sum over the stations of min(servers, customers)

// Exact mean value analysis of one class: throughput, response time, utilisation of the busiest station.
// O(customers * stations).
double mva_throughput(double customers, double think_time, std::span<const double> demands);
double mva_response(double customers, double think_time, std::span<const double> demands);
double mva_utilisation_max(double customers, double think_time, std::span<const double> demands);

// Exact mean value analysis of several classes: throughput and response time of one of them.
// O(states * stations * classes) time, O(states * stations) memory.
double mva_throughput_multi(double class_index, std::span<const double> customers, std::span<const double> think_times,
                            std::span<const double> demands);
double mva_response_multi(double class_index, std::span<const double> customers, std::span<const double> think_times,
                          std::span<const double> demands);

// Approximate mean value analysis (Bard-Schweitzer): an arriving customer is taken to see the queue without its own
// 1/N share of its class; usually within a few per cent of exact. Iterated to a relative change below 1e-12; NaN if
// this takes more than mva_steps_max steps. O(classes * stations) an iteration, whatever the number of customers.
double schweitzer_throughput_multi(double class_index, std::span<const double> customers,
                                   std::span<const double> think_times, std::span<const double> demands);
double schweitzer_response_multi(double class_index, std::span<const double> customers,
                                 std::span<const double> think_times, std::span<const double> demands);

// One class, station k with servers[k] parallel servers: exact throughput. By convolution in logarithms, as the
// load-dependent mean value recursion cancels catastrophically near saturation. O(customers * sum of servers).
double mva_multiserver_throughput(double customers, double think_time, std::span<const double> demands,
                                  std::span<const double> servers);

std::span<const Function> closed_network_functions();

}  // namespace dstudio::formula::library
