// Money over time, and what failures and people cost.
//
// Cash flows are in USD, one a period, the first at time 0; a rate is per period. Arguments lie in the domains of the
// table.
// Sources: Brealey, Myers and Allen, Principles of Corporate Finance (10th edition, 2011), chapters 2 (present values),
// 5 (payback, internal rate of return); FIPS PUB 65, Guideline for Automatic Data Processing Risk Analysis (1979);
// Brooks, The Mythical Man-Month (1975), chapter 2.
#pragma once

#include <cstddef>
#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

inline constexpr std::size_t irr_cash_flows_max = 512;  // for flows that change their sign more than once

// Net present value: sum of cash_flows[t] / (1 + rate)^t.
double npv(double rate, std::span<const double> cash_flows);

// The rate above -1 at which the net present value is 0. NaN if there is none, or more than one, or if several sign
// changes leave it undecided (a double root, more than irr_cash_flows_max flows).
double irr(std::span<const double> cash_flows);

// The equal payments at the ends of `periods` periods that repay a principal; principal / periods at rate 0.
double annuity(double principal, double rate, double periods);

// The time, in periods, at which the sum of the discounted flows first reaches 0 and above, each flow after the first
// being spread evenly over the period before it. Rate 0 is the plain payback. +infinity if it never does.
double payback_period(double rate, std::span<const double> cash_flows);

// Mean cost of the downtime in a window: (1 - availability) window cost_rate.
double downtime_cost(double availability, double window, double cost_rate);

// Annualised loss expectancy: events a year (of 365 d) times the loss by each.
double expected_annual_loss(double event_rate, double loss);

// Pairs among n people who all have to coordinate: n (n - 1) / 2.
double coordination_paths(double n);

std::span<const Function> economics_functions();

}  // namespace dstudio::formula::library
