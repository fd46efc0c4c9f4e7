// Single stations beyond Markov: general service or arrivals, priorities, processor sharing.
//
// Arrivals are Poisson unless a function takes scv_arrival. scv is the squared coefficient of variation (variance over
// squared mean): 0 constant, 1 exponential. Rates are in 1/s, times in s. Arguments are finite and lie in the domains
// of the table below. A utilisation of 1 or more gives +infinity. O(1), or O(classes) for priorities.
//
// Priorities: class_index counts from 1, the class that is served first; within a class FCFS. The lists hold one
// component per class; lists of different lengths, or an index beyond them, give NaN. Only the load of a class and of
// those before it decides whether its wait is finite.
#pragma once

#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

// M/G/1: mean time in queue, exact. Pollaczek-Khinchine; Kleinrock, Queueing Systems, Volume 1 (1975), chapter 5.
double mg1_wait(double arrival_rate, double service_time, double scv);

// M/D/1: mg1_wait with constant service times.
double md1_wait(double arrival_rate, double service_time);

// GI/G/c: mean time in queue as M/M/c's times (scv_arrival + scv_service) / 2. Approximate; exact for M/M/c and M/G/1.
// Allen-Cunneen; Allen, Probability, Statistics, and Queueing Theory (2nd ed. 1990), chapter 5. NaN above servers_max
// of queueing.hpp.
double mgc_wait(double servers, double arrival_rate, double service_time, double scv_arrival, double scv_service);

// GI/G/1: mean time in queue in the heavy-traffic form rho / (1 - rho) * (scv_arrival + scv_service) / 2 * service
// time. Approximate, and no bound; exact for M/G/1, and in ratio as rho tends to 1. Kingman, The single server queue in
// heavy traffic (1961).
double gg1_wait(double arrival_rate, double service_time, double scv_arrival, double scv_service);

// GI/G/1: the upper bound lambda (var(interarrival) + var(service)) / (2 (1 - rho)) of the mean time in queue. Kingman,
// Some inequalities for the queue GI/G/1 (1962).
double gg1_wait_upper(double arrival_rate, double service_time, double scv_arrival, double scv_service);

// M/G/1, non-preemptive priorities: mean time in queue of a class, exact. Where a class below saturates the server, it
// takes only the time that the classes before it leave. Cobham, Priority assignment in waiting line problems (1954).
double mg1_priority_wait_nonpreemptive(double class_index, std::span<const double> arrival_rates,
                                       std::span<const double> service_times, std::span<const double> scvs);

// M/M/1, preemptive-resume priorities: mean time that a customer of a class is in system and not served, exact: before
// its service starts and while it is interrupted. White and Christie, Queuing with preemptive priorities or with
// breakdown (1958); Kleinrock, Queueing Systems, Volume 2 (1976), chapter 3.
double mm1_priority_wait_preemptive_resume(double class_index, std::span<const double> arrival_rates,
                                           std::span<const double> service_times);

// M/G/1 with processor sharing: mean response time, over all customers, and of those that need `size` seconds of
// service; exact, and the same for every service distribution. Kleinrock, Queueing Systems, Volume 2 (1976), chapter 4.
double ps_response(double arrival_rate, double service_time);
double ps_response_given(double size, double arrival_rate, double service_time);

std::span<const Function> general_queue_functions();

}  // namespace dstudio::formula::library
