// Markovian single stations: Poisson arrivals (or a finite number of sources), exponential service, FCFS.
//
// Every function is exact for its model. Rates are in 1/s, times in s, an offered load is arrival rate times mean
// service time (in erlang). Arguments are finite and lie in the domains of the table below; what contradicts each other
// (a capacity below the number of servers) gives NaN, as does a count above the bounds here. A station whose offered
// load reaches its servers has waits of +infinity. At most O(servers), O(capacity) or O(sources) time, no memory; all
// recursions add and multiply positive numbers only, so there is neither overflow nor cancellation.
// Source: Kleinrock, Queueing Systems, Volume 1: Theory (1975), chapter 3, unless a function says otherwise.
#pragma once

#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

inline constexpr double servers_max = 1e6;   // also of the answer of erlang_b_servers and erlang_c_servers
inline constexpr double capacity_max = 1e6;  // of M/M/c/K, and sources of a finite-source queue

// M/M/c/c: probability that an arrival finds all servers busy and is lost; 1 without servers.
double erlang_b(double servers, double offered_load);

// M/M/c: probability that an arrival has to wait; 1 if offered_load >= servers.
double erlang_c(double servers, double offered_load);

// The smallest number of servers (from 0) for which erlang_b is at most blocking_max. +infinity if blocking_max is 0
// and there is load; NaN if it takes more than servers_max.
double erlang_b_servers(double offered_load, double blocking_max);

// The smallest number of servers (from 1) above offered_load for which erlang_c is at most wait_probability_max.
// +infinity and NaN as above.
double erlang_c_servers(double offered_load, double wait_probability_max);

// M/M/c: mean time in queue, over all customers.
double mmc_wait(double servers, double arrival_rate, double service_rate);

// M/M/c: the q-quantile of the time in queue, whose tail is C e^(-(c mu - lambda) t): 0 for q up to 1 - C, +infinity
// for q = 1 (unless there are no arrivals).
double mmc_wait_quantile(double servers, double arrival_rate, double service_rate, double q);

// M/M/c: the q-quantile of the time in queue plus the (independent) service time, to about 14 digits for q away from 0.
double mmc_response_quantile(double servers, double arrival_rate, double service_rate, double q);

// M/M/1: the q-quantile of the time in system, which is exponential with rate mu - lambda.
double mm1_response_quantile(double arrival_rate, double service_rate, double q);

// M/M/1: mean length of a busy period, 1 / (mu - lambda).
double mm1_busy_period(double arrival_rate, double service_rate);

// M/M/c/K: at most `capacity` customers in the system, those in service included; an arrival beyond is lost. NaN if
// capacity < servers. Stable at any load.
double mmck_blocking(double servers, double capacity, double offered_load);                   // probability of loss
double mmck_mean_number(double servers, double capacity, double offered_load);                // in queue and in service
double mmck_wait(double servers, double capacity, double arrival_rate, double service_rate);  // mean, of the accepted
double mmck_throughput(double servers, double capacity, double arrival_rate, double service_rate);

// M/M/inf (and M/G/inf): the number in system is Poisson with mean offered_load. Probability of exactly `number`; its
// relative error grows to about 1e-8 for a million in system.
double mm_infinity_probability(double number, double offered_load);

// M/M/inf: the smallest n such that at most n are in system with probability q or more; +infinity for q = 1 and some
// load, NaN for a load above servers_max. O(sqrt(offered_load)).
double mm_infinity_quantile(double offered_load, double q);

// M/M/1//N (machine repair): fraction of time that one server is busy with `sources` customers that think for a mean
// of think_time between two services.
double mm1_finite_source_utilisation(double sources, double think_time, double service_time);

std::span<const Function> queueing_functions();

}  // namespace dstudio::formula::library
