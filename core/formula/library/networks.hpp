// Open networks of queues, bounds for closed ones, and fork-join stations.
//
// Rates are in 1/s, times in s. Arguments are finite and lie in the domains of the table below; lists that do not fit
// together give NaN. A closed network has a fixed number of customers who think for think_time, then visit all
// stations; a demand is visits times service time at a station (closed_networks.hpp has its exact solution).
//
// Sources: Jackson, Networks of waiting lines (1957); Lazowska, Zahorjan, Graham and Sevcik, Quantitative System
// Performance (1984), chapter 5 (bounds); Nelson and Tantawi, Approximate analysis of fork/join synchronization in
// parallel queues (1988); Flatto and Hahn, Two parallel queues created by arrivals with two demands (1984).
#pragma once

#include <cstddef>
#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

inline constexpr std::size_t jackson_stations_max = 500;

// Open Jackson network of n M/M/c stations: mean number in the network (queues and services), mean time in it of a
// customer from outside, and the highest utilisation of a station. routing[i * n + j] is the probability of going from
// station i to j; what a row lacks to 1 leaves. +infinity if a visited station is unstable; NaN for sizes that do not
// match, a row above 1, more than jackson_stations_max stations or servers_max servers (queueing.hpp) in all, stations
// that cannot be left, or (response) no arrivals. O(n^3 + sum of servers).
double jackson_number(std::span<const double> arrival_rates_external, std::span<const double> service_rates,
                      std::span<const double> servers, std::span<const double> routing);
double jackson_response(std::span<const double> arrival_rates_external, std::span<const double> service_rates,
                        std::span<const double> servers, std::span<const double> routing);
double jackson_utilisation_max(std::span<const double> arrival_rates_external, std::span<const double> service_rates,
                               std::span<const double> servers, std::span<const double> routing);

// Asymptotic bounds of any closed network: throughput at most min(1 / D_max, N / (D + Z)), response at least
// max(D, N D_max - Z), with D the sum of the demands. Chapter 5 of Lazowska et al.
double asymptotic_throughput_upper(double customers, double think_time, std::span<const double> demands);
double asymptotic_response_lower(double customers, double think_time, std::span<const double> demands);

// The population N* = (D + Z) / D_max at which the two asymptotes cross; +infinity without demand.
double saturation_population(double think_time, std::span<const double> demands);

// Balanced job bounds of a separable closed network, tighter than the asymptotic ones. Stations without demand do not
// count. Zahorjan, Sevcik, Eager and Galler, Balanced job bound analysis of queueing networks (1982); chapter 5 of
// Lazowska et al.
double balanced_throughput_upper(double customers, double think_time, std::span<const double> demands);
double balanced_throughput_lower(double customers, double think_time, std::span<const double> demands);
double balanced_response_upper(double customers, double think_time, std::span<const double> demands);
double balanced_response_lower(double customers, double think_time, std::span<const double> demands);

// Fork-join: each arrival sends one task to each of `branches` M/M/1 stations and leaves when the last task ends. Mean
// response time: exact for 1 and 2 branches (Flatto and Hahn: (12 - rho) / 8 of M/M/1's), beyond that Nelson and
// Tantawi's approximation, fitted to simulations of up to 32 branches.
double fork_join_response(double branches, double arrival_rate, double service_rate);

// Mean of the longest of `branches` independent exponential tasks with this mean: harmonic_number(branches) * mean.
double fork_join_unloaded(double branches, double mean);

// 1 + 1/2 + ... + 1/n; 0 for n = 0. O(1) above 100, to the last digits (asymptotic series).
double harmonic_number(double n);

std::span<const Function> network_functions();

}  // namespace dstudio::formula::library
