// Retries, backoff, error budgets, checkpoints, and token buckets.
//
// Attempts count the first one; retries count from 1. Times in s, rates in 1/s. Failures of attempts are independent
// unless a function says otherwise. Arguments lie in the domains of the table; what contradicts itself gives NaN.
//
// Sources: Brooker, Exponential backoff and jitter (AWS Architecture Blog, 2015); Beyer et al., The Site Reliability
// Workbook (2018), chapter 5 (alerting on SLOs); Young, A first order approximation to the optimum checkpoint interval
// (1974); Daly, A higher order estimate of the optimum checkpoint interval for restart dumps (2006).
#pragma once

#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

// Mean number of attempts of a call that makes at most `attempts` and stops at the first success: (1 - p^a) / (1 - p).
double retry_amplification(double attempts, double failure_probability);

// Probability that one of them succeeds, 1 - p^a.
double retry_success(double attempts, double failure_probability);

// The same through a chain of `layers` callers that each retry: calls to the bottom for one to the top. A layer's call
// fails if all its attempts do, so that it is retry_amplification of attempts^layers; that power itself if all fail.
double layered_retry_amplification(double attempts, double layers, double failure_probability);

// Clients whose calls come at arrival_rate and make up to `attempts` load a server that serves up to `capacity`
// attempts a second, turns the others away at once, and fails a fraction base_failure of those served. The attempts'
// rate x and failure probability p = 1 - (1 - base_failure) min(1, capacity / x) determine each other; the fixed point
// is unique and has a closed form, since an overloaded server succeeds at rate (1 - base_failure) capacity.
double retry_storm_load(double arrival_rate, double capacity, double attempts, double base_failure);     // x
double retry_storm_failure(double arrival_rate, double capacity, double attempts, double base_failure);  // p
double retry_storm_goodput(double arrival_rate, double capacity, double attempts, double base_failure);  // of calls

// Mean delay before a retry under capped exponential backoff, d = min(cap, base 2^(retry - 1)): with full jitter
// (uniform in 0 ... d) d / 2, with equal jitter (d / 2 ... d) 3 d / 4.
double backoff_delay_full_jitter(double base, double cap, double retry);
double backoff_delay_equal_jitter(double base, double cap, double retry);

// Decorrelated jitter: each delay is min(cap, uniform in base ... 3 times the last delay), starting from base. Exact
// while the cap is out of reach, else by numerical recursion over the distribution, relative error below 1e-4. NaN if
// the cap is below the base or more than backoff_range_max times it.
inline constexpr double backoff_range_max = 1e12;
double backoff_delay_decorrelated_jitter(double base, double cap, double retry);

// Time of full outage that an objective allows in a window, (1 - slo) window.
double error_budget(double window, double slo);

// How many times faster than allowed the budget is spent, error_ratio / (1 - slo). +infinity for slo 1 and some errors.
double burn_rate(double error_ratio, double slo);

// Time from the start of errors at error_ratio, after none, until their mean over the alert's window reaches
// `threshold` times the allowed ratio: window threshold (1 - slo) / error_ratio. +infinity if it never does.
double burn_rate_detection_time(double window, double threshold, double error_ratio, double slo);

// The share of the period's error budget that is spent when that alert fires: threshold window / period.
double burn_rate_budget_spent(double window, double threshold, double period);

// Work between checkpoints that take checkpoint_cost each, for failures at a mean time of mtbf: Young's
// sqrt(2 cost mtbf), and Daly's higher-order estimate (mtbf itself for a cost of 2 mtbf and more).
double young_interval(double checkpoint_cost, double mtbf);
double daly_interval(double checkpoint_cost, double mtbf);

// The work between checkpoints that minimises checkpoint_overhead: x mtbf, x the root of (1 - x) e^(x + cost/mtbf) = 1.
double checkpoint_interval_optimal(double checkpoint_cost, double mtbf);

// Wall time over work, for exponential failures also during checkpoints and restarts (Daly's complete model):
// (mtbf / interval) e^(restart / mtbf) (e^((interval + cost) / mtbf) - 1).
double checkpoint_overhead(double interval, double checkpoint_cost, double restart, double mtbf);

// How long a full bucket lets arrivals at a constant rate through: bucket / (arrival_rate - rate), +infinity up to its
// own rate.
double token_bucket_burst_duration(double bucket, double rate, double arrival_rate);

// Time to work off a backlog while more arrives: backlog / (capacity - arrival_rate); +infinity without spare capacity,
// 0 without backlog.
double drain_time(double backlog, double capacity, double arrival_rate);

std::span<const Function> resilience_functions();

}  // namespace dstudio::formula::library
