#include "core/formula/library/queueing.hpp"

#include <algorithm>
#include <cmath>

#include "core/formula/library/binding.hpp"

namespace dstudio::formula::library {

namespace {

bool within(double value, double min, double max) {
    return value >= min && value <= max;
}

double erlang_c_of_b(double servers, double offered_load, double blocking) {
    return servers * blocking / (servers - offered_load * (1 - blocking));
}

// P(T > t) in M/M/c. Service and, for those who wait, the wait are exponential with rates mu and theta; their sum's
// density is written with expm1 because the rates may be (nearly) equal.
double response_tail(double wait_probability, double mu, double theta, double t) {
    const double slow = std::min(mu, theta);
    const double x = std::abs(mu - theta) * t;
    const double mixed = x > 0 ? -std::expm1(-x) / x : 1.0;
    return std::exp(-mu * t) + wait_probability * mu * t * std::exp(-slow * t) * mixed;
}

struct FiniteQueue {
    double blocking = no_answer;
    double number = no_answer;  // mean in system
    double queue = no_answer;   // mean waiting
};

// The chain cut at n is, below n, distributed as the chain cut at n - 1. Hence the blocking B(n) follows from B(n-1) as
// in Erlang's recursion, and means are mixtures: mean(n) = (1 - B(n)) mean(n-1) + B(n) n.
FiniteQueue finite_queue(double servers, double capacity, double offered_load) {
    if (!within(servers, 1, servers_max) || !within(capacity, servers, capacity_max))
        return {};
    FiniteQueue result{.blocking = 1, .number = 0, .queue = 0};
    for (double n = 1; n <= capacity; ++n) {
        const double flow = offered_load * result.blocking;
        const double others = std::min(n, servers) / (flow + std::min(n, servers));  // 1 - B(n), without cancellation
        result.blocking = flow / (flow + std::min(n, servers));
        result.number = others * result.number + result.blocking * n;
        result.queue = others * result.queue + result.blocking * std::max(n - servers, 0.0);
    }
    return result;
}

}  // namespace

double erlang_b(double servers, double offered_load) {
    if (!within(servers, 0, servers_max))
        return no_answer;
    double blocking = 1;
    for (double n = 1; n <= servers; ++n)
        blocking = offered_load * blocking / (n + offered_load * blocking);
    return blocking;
}

double erlang_c(double servers, double offered_load) {
    if (offered_load >= servers)
        return 1;
    return erlang_c_of_b(servers, offered_load, erlang_b(servers, offered_load));
}

double erlang_b_servers(double offered_load, double blocking_max) {
    if (blocking_max <= 0 && offered_load > 0)
        return infinity;
    double blocking = 1;
    for (double n = 0; n <= servers_max; ++n) {
        if (n > 0)
            blocking = offered_load * blocking / (n + offered_load * blocking);
        if (blocking <= blocking_max)
            return n;
    }
    return no_answer;
}

double erlang_c_servers(double offered_load, double wait_probability_max) {
    if (wait_probability_max <= 0 && offered_load > 0)
        return infinity;
    double blocking = 1;
    for (double n = 1; n <= servers_max; ++n) {
        blocking = offered_load * blocking / (n + offered_load * blocking);
        if (n > offered_load && erlang_c_of_b(n, offered_load, blocking) <= wait_probability_max)
            return n;
    }
    return no_answer;
}

double mmc_wait(double servers, double arrival_rate, double service_rate) {
    const double spare = servers * service_rate - arrival_rate;
    if (spare <= 0)
        return infinity;
    return erlang_c(servers, arrival_rate / service_rate) / spare;
}

double mmc_wait_quantile(double servers, double arrival_rate, double service_rate, double q) {
    const double spare = servers * service_rate - arrival_rate;
    if (spare <= 0)
        return infinity;
    const double waiting = erlang_c(servers, arrival_rate / service_rate);
    if (1 - q >= waiting)
        return 0;
    return std::log(waiting / (1 - q)) / spare;
}

double mmc_response_quantile(double servers, double arrival_rate, double service_rate, double q) {
    const double spare = servers * service_rate - arrival_rate;
    if (q <= 0)
        return 0;
    if (spare <= 0 || q >= 1)
        return infinity;
    const double waiting = erlang_c(servers, arrival_rate / service_rate);
    if (std::isnan(waiting))
        return no_answer;
    double low = 0;
    double high = 1 / std::min(service_rate, spare);
    while (std::isfinite(high) && response_tail(waiting, service_rate, spare, high) > 1 - q) {
        low = high;
        high *= 2;
    }
    if (!std::isfinite(high))
        return infinity;
    // The tail falls strictly; halving ends when no number lies between the ends (at most 1,100 times, about 60 here).
    for (double middle = low + (high - low) / 2; low < middle && middle < high; middle = low + (high - low) / 2)
        (response_tail(waiting, service_rate, spare, middle) > 1 - q ? low : high) = middle;
    return high;
}

double mm1_response_quantile(double arrival_rate, double service_rate, double q) {
    if (q <= 0)
        return 0;
    return arrival_rate >= service_rate ? infinity : -std::log1p(-q) / (service_rate - arrival_rate);
}

double mm1_busy_period(double arrival_rate, double service_rate) {
    return arrival_rate >= service_rate ? infinity : 1 / (service_rate - arrival_rate);
}

double mmck_blocking(double servers, double capacity, double offered_load) {
    return finite_queue(servers, capacity, offered_load).blocking;
}

double mmck_mean_number(double servers, double capacity, double offered_load) {
    return finite_queue(servers, capacity, offered_load).number;
}

double mmck_wait(double servers, double capacity, double arrival_rate, double service_rate) {
    const FiniteQueue result = finite_queue(servers, capacity, arrival_rate / service_rate);
    if (result.queue == 0)
        return 0;
    // Busy servers work off what is accepted, which loses nothing where the blocking probability is nearly 1.
    return result.queue / ((result.number - result.queue) * service_rate);
}

double mmck_throughput(double servers, double capacity, double arrival_rate, double service_rate) {
    const FiniteQueue result = finite_queue(servers, capacity, arrival_rate / service_rate);
    return (result.number - result.queue) * service_rate;
}

double mm_infinity_probability(double number, double offered_load) {
    if (offered_load <= 0)
        return number <= 0 ? 1 : 0;
    return std::exp(number * std::log(offered_load) - offered_load - std::lgamma(number + 1));
}

double mm_infinity_quantile(double offered_load, double q) {
    if (!within(offered_load, 0, servers_max))
        return no_answer;
    if (offered_load <= 0 || q <= 0)
        return 0;
    if (q >= 1)
        return infinity;
    // Weights relative to the mode's; what is left out on both sides is far below the last digit of q and 1 - q.
    constexpr double negligible = 1e-40;
    const double mode = std::floor(offered_load);
    double total = 1;
    double bottom = mode;
    double bottom_weight = 1;
    for (; bottom > 0 && bottom_weight > negligible; total += bottom_weight)
        bottom_weight *= bottom-- / offered_load;
    double top = mode;
    double top_weight = 1;
    for (; top_weight > negligible; total += top_weight)
        top_weight *= offered_load / ++top;
    // From the end that is nearer to q, so that small probabilities are sums of small numbers.
    double sum = 0;
    if (q <= 0.5) {
        for (double weight = bottom_weight; bottom < top; weight *= offered_load / ++bottom) {
            sum += weight;
            if (sum >= q * total)
                break;
        }
        return bottom;
    }
    for (double weight = top_weight; top > 0; weight *= top-- / offered_load) {
        sum += weight;
        if (sum > (1 - q) * total)
            break;
    }
    return top;
}

double mm1_finite_source_utilisation(double sources, double think_time, double service_time) {
    if (!within(sources, 1, capacity_max))
        return no_answer;
    double queue = 0;
    double busy = 0;
    for (double n = 1; n <= sources; ++n) {  // mean value analysis of one station and one delay
        const double response = service_time * (1 + queue);
        busy = n * (service_time / (think_time + response));
        queue = busy * (1 + queue);
    }
    return busy;
}

namespace {

constexpr Domain server_count{.min = 1, .max = servers_max, .integer = true};
constexpr Domain server_count_or_none{.min = 0, .max = servers_max, .integer = true};
constexpr Domain capacity_count{.min = 1, .max = capacity_max, .integer = true};
constexpr Domain countable_load{.min = 0, .max = servers_max};

constexpr Parameter servers{"servers", "1", server_count};
constexpr Parameter capacity{"capacity", "1", capacity_count};
constexpr Parameter offered_load{"offered_load", "1", non_negative};
constexpr Parameter arrival_rate{"arrival_rate", "1/s", non_negative};
constexpr Parameter service_rate{"service_rate", "1/s", positive};
constexpr Parameter level{"q", "1", probability};

constexpr Parameter loss_parameters[] = {{"servers", "1", server_count_or_none}, offered_load};
constexpr Parameter delay_parameters[] = {servers, offered_load};
constexpr Parameter loss_target[] = {offered_load, {"blocking_max", "1", probability}};
constexpr Parameter delay_target[] = {offered_load, {"wait_probability_max", "1", probability}};
constexpr Parameter mmc_parameters[] = {servers, arrival_rate, service_rate};
constexpr Parameter mmc_level[] = {servers, arrival_rate, service_rate, level};
constexpr Parameter mm1_parameters[] = {arrival_rate, service_rate};
constexpr Parameter mm1_level[] = {arrival_rate, service_rate, level};
constexpr Parameter mmck_load[] = {servers, capacity, offered_load};
constexpr Parameter mmck_rates[] = {servers, capacity, arrival_rate, service_rate};
constexpr Parameter poisson_number[] = {{"number", "1", count}, offered_load};
constexpr Parameter poisson_level[] = {{"offered_load", "1", countable_load}, level};
constexpr Parameter finite_sources[] = {
    {"sources", "1", capacity_count}, {"think_time", "s", non_negative}, {"service_time", "s", positive}};

constexpr std::string_view kleinrock_mm1 = "Kleinrock, Queueing Systems, Volume 1 (1975), section 3.2 (M/M/1)";
constexpr std::string_view kleinrock_mmm = "Kleinrock, Queueing Systems, Volume 1 (1975), section 3.5 (M/M/m)";
constexpr std::string_view kleinrock_mmmm = "Kleinrock, Queueing Systems, Volume 1 (1975), section 3.7 (M/M/m/m)";
constexpr std::string_view kleinrock_finite = "Kleinrock, Queueing Systems, Volume 1 (1975), chapter 3 (M/M/m/K/M)";
constexpr std::string_view kleinrock_tail =
    "Kleinrock, Queueing Systems, Volume 1 (1975), chapter 6 (G/M/m), with Poisson arrivals";

constexpr Function table[] = {
    entry<erlang_b>("erlang_b", loss_parameters, "1",
                    "Probability that an arrival finds all servers busy and is lost (Erlang B, M/M/c/c)",
                    kleinrock_mmmm, "B"),
    entry<erlang_c>("erlang_c", delay_parameters, "1",
                    "Probability that an arrival has to wait (Erlang C, M/M/c); 1 when unstable", kleinrock_mmm, "C"),
    entry<erlang_b_servers>("erlang_b_servers", loss_target, "1",
                            "Smallest number of servers that keeps the Erlang B loss at or below a target",
                            kleinrock_mmmm),
    entry<erlang_c_servers>("erlang_c_servers", delay_target, "1",
                            "Smallest stable number of servers that keeps the Erlang C wait probability at or below a "
                            "target",
                            kleinrock_mmm),
    entry<mmc_wait>("mmc_wait", mmc_parameters, "s", "Mean time in queue of an M/M/c station", kleinrock_mmm),
    entry<mmc_wait_quantile>("mmc_wait_quantile", mmc_level, "s",
                             "Quantile of the time in queue of an M/M/c station (FCFS); 0 for those who do not wait",
                             kleinrock_tail),
    entry<mmc_response_quantile>("mmc_response_quantile", mmc_level, "s",
                                 "Quantile of the time in queue and service of an M/M/c station (FCFS)",
                                 kleinrock_tail),
    entry<mm1_response_quantile>("mm1_response_quantile", mm1_level, "s",
                                 "Quantile of the time in system of an M/M/1 station (FCFS), an exponential time",
                                 kleinrock_mm1),
    entry<mm1_busy_period>("mm1_busy_period", mm1_parameters, "s", "Mean length of a busy period of an M/M/1 station",
                           "Kleinrock, Queueing Systems, Volume 1 (1975), section 5.8 (busy period)"),
    entry<mmck_blocking>("mmck_blocking", mmck_load, "1",
                         "Probability that an arrival finds an M/M/c/K station full; the capacity counts those in "
                         "service",
                         kleinrock_finite),
    entry<mmck_mean_number>("mmck_mean_number", mmck_load, "1",
                            "Mean number of customers in queue and service of an M/M/c/K station", kleinrock_finite),
    entry<mmck_wait>("mmck_wait", mmck_rates, "s", "Mean time in queue of the accepted customers of an M/M/c/K station",
                     kleinrock_finite),
    entry<mmck_throughput>("mmck_throughput", mmck_rates, "1/s", "Rate of accepted customers of an M/M/c/K station",
                           kleinrock_finite),
    entry<mm_infinity_probability>("mm_infinity_probability", poisson_number, "1",
                                   "Probability of a number in system when everyone is served at once (M/M/inf and "
                                   "M/G/inf)",
                                   "Kleinrock, Queueing Systems, Volume 1 (1975), section 3.4 (M/M/inf)"),
    entry<mm_infinity_quantile>("mm_infinity_quantile", poisson_level, "1",
                                "Smallest number that the number in system stays at or below with probability q "
                                "(M/M/inf and M/G/inf)",
                                "Kleinrock, Queueing Systems, Volume 1 (1975), section 3.4 (M/M/inf)"),
    entry<mm1_finite_source_utilisation>("mm1_finite_source_utilisation", finite_sources, "1",
                                         "Utilisation of one exponential server with a finite number of sources that "
                                         "think between services (machine repair, M/M/1//N)",
                                         "Kleinrock, Queueing Systems, Volume 1 (1975), section 3.8 (M/M/1//M)"),
};

}  // namespace

std::span<const Function> queueing_functions() {
    return table;
}

}  // namespace dstudio::formula::library
