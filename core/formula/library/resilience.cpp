#include "core/formula/library/resilience.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/formula/library/binding.hpp"

namespace dstudio::formula::library {

double retry_amplification(double attempts, double failure_probability) {
    if (failure_probability >= 1)
        return attempts;
    if (failure_probability <= 0)
        return 1;
    return -std::expm1(attempts * std::log(failure_probability)) / (1 - failure_probability);
}

double retry_success(double attempts, double failure_probability) {
    return failure_probability <= 0 ? 1 : -std::expm1(attempts * std::log(failure_probability));
}

double layered_retry_amplification(double attempts, double layers, double failure_probability) {
    return retry_amplification(std::pow(attempts, layers), failure_probability);
}

double retry_storm_failure(double arrival_rate, double capacity, double attempts, double base_failure) {
    if (arrival_rate * retry_amplification(attempts, base_failure) <= capacity)
        return base_failure;
    // Calls succeed at rate arrival_rate (1 - p^attempts) = (1 - base_failure) capacity.
    const double success = std::min((1 - base_failure) * capacity / arrival_rate, 1.0);
    return std::max(std::exp(std::log1p(-success) / attempts), base_failure);
}

double retry_storm_load(double arrival_rate, double capacity, double attempts, double base_failure) {
    const double failure = retry_storm_failure(arrival_rate, capacity, attempts, base_failure);
    return arrival_rate * retry_amplification(attempts, failure);
}

double retry_storm_goodput(double arrival_rate, double capacity, double attempts, double base_failure) {
    return std::min(arrival_rate * retry_success(attempts, base_failure), (1 - base_failure) * capacity);
}

double backoff_delay_full_jitter(double base, double cap, double retry) {
    return std::min(cap, base * std::exp2(retry - 1)) / 2;
}

double backoff_delay_equal_jitter(double base, double cap, double retry) {
    return std::min(cap, base * std::exp2(retry - 1)) * 0.75;
}

namespace {

// E[delay n | first delay s] on a grid of s from 1 (the base) to `cap`, backwards: next(s) is the mean of now over
// min(cap, uniform in 1 ... 3 s). Points a factor 3^(1/points_each) apart, so that 3 s of a point is a point; the last
// one is the cap.
class DecorrelatedJitter {
  public:
    explicit DecorrelatedJitter(double cap) {
        for (std::size_t i = 0;; ++i) {
            const double x = std::pow(3.0, static_cast<double>(i) / points_each);
            if (x >= cap * (1 - 1e-9))
                break;
            points_.push_back(x);
        }
        points_.push_back(cap);
        values_ = points_;  // the delay itself
        integral_.resize(points_.size());
    }

    // Mean of the next delay; false if that no longer changes anything.
    bool step() {
        for (std::size_t i = 1; i < points_.size(); ++i)
            integral_[i] = integral_[i - 1] + (points_[i] - points_[i - 1]) * (values_[i] + values_[i - 1]) / 2;
        const double at_cap = values_.back();
        const double cap = points_.back();
        double change = 0;
        for (std::size_t i = 0; i < points_.size(); ++i) {
            const double top = 3 * points_[i];
            const std::size_t j = i + static_cast<std::size_t>(points_each);
            const double whole =
                j + 1 < points_.size() ? integral_[j] : integral_.back() + std::max(top - cap, 0.0) * at_cap;
            const double next = whole / (top - 1);
            change = std::max(change, std::abs(next - values_[i]) / next);
            values_[i] = next;
        }
        return change > 1e-13;
    }

    [[nodiscard]] double from_base() const { return values_.front(); }

  private:
    static constexpr double points_each = 128;

    std::vector<double> points_;
    std::vector<double> values_;
    std::vector<double> integral_;
};

}  // namespace

double backoff_delay_decorrelated_jitter(double base, double cap, double retry) {
    const double range = cap / base;
    if (range < 1 || range > backoff_range_max)
        return no_answer;
    if (std::pow(3.0, retry) <= range) {
        double mean = base;
        for (double n = 0; n < retry; ++n)
            mean = (base + 3 * mean) / 2;
        return mean;
    }
    DecorrelatedJitter jitter(range);
    for (double n = 0; n < retry; ++n)
        if (!jitter.step())
            break;
    return base * jitter.from_base();
}

double error_budget(double window, double slo) {
    return (1 - slo) * window;
}

double burn_rate(double error_ratio, double slo) {
    return error_ratio <= 0 ? 0 : error_ratio / (1 - slo);
}

double burn_rate_detection_time(double window, double threshold, double error_ratio, double slo) {
    const double needed = threshold * (1 - slo);
    return error_ratio <= 0 || error_ratio < needed ? infinity : window * needed / error_ratio;
}

double burn_rate_budget_spent(double window, double threshold, double period) {
    return threshold * window / period;
}

double young_interval(double checkpoint_cost, double mtbf) {
    return std::sqrt(2 * checkpoint_cost * mtbf);
}

double daly_interval(double checkpoint_cost, double mtbf) {
    if (checkpoint_cost >= 2 * mtbf)
        return mtbf;
    const double root = std::sqrt(checkpoint_cost / (2 * mtbf));
    return std::sqrt(2 * checkpoint_cost * mtbf) * (1 + root / 3 + root * root / 9) - checkpoint_cost;
}

double checkpoint_interval_optimal(double checkpoint_cost, double mtbf) {
    const double cost = checkpoint_cost / mtbf;
    double low = 0;
    double high = 1;
    // x + cost + ln(1 - x) falls from cost to -infinity.
    for (double middle = 0.5; low < middle && middle < high; middle = low + (high - low) / 2)
        (middle + cost + std::log1p(-middle) > 0 ? low : high) = middle;
    return high * mtbf;
}

double checkpoint_overhead(double interval, double checkpoint_cost, double restart, double mtbf) {
    return mtbf / interval * std::exp(restart / mtbf) * std::expm1((interval + checkpoint_cost) / mtbf);
}

double token_bucket_burst_duration(double bucket, double rate, double arrival_rate) {
    return arrival_rate <= rate ? infinity : bucket / (arrival_rate - rate);
}

double drain_time(double backlog, double capacity, double arrival_rate) {
    if (backlog <= 0)
        return 0;
    return arrival_rate >= capacity ? infinity : backlog / (capacity - arrival_rate);
}

namespace {

constexpr Domain attempt_count{.min = 1, .max = 1e6, .integer = true};
constexpr Domain layer_count{.min = 1, .max = 1000, .integer = true};
constexpr Domain retry_count{.min = 1, .max = 1e4, .integer = true};

constexpr Parameter attempts{"attempts", "1", attempt_count};
constexpr Parameter failure{"failure_probability", "1", probability};
constexpr Parameter arrival_rate{"arrival_rate", "1/s", non_negative};
constexpr Parameter slo{"slo", "1", probability};
constexpr Parameter error_ratio{"error_ratio", "1", probability};
constexpr Parameter window{"window", "s", non_negative};
constexpr Parameter threshold{"threshold", "1", positive};
constexpr Parameter checkpoint_cost{"checkpoint_cost", "s", non_negative};
constexpr Parameter mtbf{"mtbf", "s", positive};

constexpr Parameter retry_parameters[] = {attempts, failure};
constexpr Parameter layered_parameters[] = {attempts, {"layers", "1", layer_count}, failure};
constexpr Parameter storm_parameters[] = {
    arrival_rate, {"capacity", "1/s", positive}, attempts, {"base_failure", "1", probability}};
constexpr Parameter backoff_parameters[] = {
    {"base", "s", positive}, {"cap", "s", positive}, {"retry", "1", retry_count}};
constexpr Parameter budget_parameters[] = {window, slo};
constexpr Parameter burn_parameters[] = {error_ratio, slo};
constexpr Parameter detection_parameters[] = {window, threshold, error_ratio, slo};
constexpr Parameter spent_parameters[] = {window, threshold, {"period", "s", positive}};
constexpr Parameter checkpoint_parameters[] = {checkpoint_cost, mtbf};
constexpr Parameter overhead_parameters[] = {
    {"interval", "s", positive}, checkpoint_cost, {"restart", "s", non_negative}, mtbf};
constexpr Parameter bucket_parameters[] = {{"bucket", "1", non_negative}, {"rate", "1/s", non_negative}, arrival_rate};
constexpr Parameter drain_parameters[] = {
    {"backlog", "1", non_negative}, {"capacity", "1/s", non_negative}, arrival_rate};

constexpr std::string_view geometric =
    "Mean and tail of the truncated geometric distribution; Beyer et al., Site "
    "Reliability Engineering (2016), chapter 22 (cascading failures), on retries";
constexpr std::string_view brooker = "Brooker, Exponential Backoff and Jitter (AWS Architecture Blog, 2015)";
constexpr std::string_view workbook =
    "Beyer et al., The Site Reliability Workbook (2018), chapter 5 (alerting on SLOs)";
constexpr std::string_view daly =
    "Daly, A Higher Order Estimate of the Optimum Checkpoint Interval for Restart Dumps (2006)";

constexpr Function table[] = {
    entry<retry_amplification>(
        "retry_amplification", retry_parameters, "1",
        "Mean number of attempts of a call that is retried until it succeeds or the attempts are "
        "used up",
        geometric),
    entry<retry_success>("retry_success", retry_parameters, "1",
                         "Probability that one of several independent attempts succeeds", geometric),
    entry<layered_retry_amplification>("layered_retry_amplification", layered_parameters, "1",
                                       "Mean number of calls that reach the bottom of a chain of retrying callers for "
                                       "one at its top",
                                       geometric),
    entry<retry_storm_load>("retry_storm_load", storm_parameters, "1/s",
                            "Rate of attempts, retries included, on a server that turns away what is beyond its "
                            "capacity (fixed point)",
                            geometric),
    entry<retry_storm_failure>("retry_storm_failure", storm_parameters, "1",
                               "Probability that an attempt fails on a server that turns away what is beyond its "
                               "capacity (fixed point with retries)",
                               geometric),
    entry<retry_storm_goodput>("retry_storm_goodput", storm_parameters, "1/s",
                               "Rate of calls that succeed, by any attempt, on a server that turns away what is beyond "
                               "its capacity",
                               geometric),
    entry<backoff_delay_full_jitter>("backoff_delay_full_jitter", backoff_parameters, "s",
                                     "Mean delay before a retry under capped exponential backoff with full jitter",
                                     brooker),
    entry<backoff_delay_equal_jitter>("backoff_delay_equal_jitter", backoff_parameters, "s",
                                      "Mean delay before a retry under capped exponential backoff with equal jitter",
                                      brooker),
    entry<backoff_delay_decorrelated_jitter>("backoff_delay_decorrelated_jitter", backoff_parameters, "s",
                                             "Mean delay before a retry under capped backoff with decorrelated jitter",
                                             brooker),
    entry<error_budget>("error_budget", budget_parameters, "s",
                        "Time of full outage that a service-level objective allows in a window", workbook),
    entry<burn_rate>("burn_rate", burn_parameters, "1",
                     "How many times faster than the objective allows the error budget is spent", workbook),
    entry<burn_rate_detection_time>("burn_rate_detection_time", detection_parameters, "s",
                                    "Time until a burn-rate alert fires after errors start at a constant ratio",
                                    workbook),
    entry<burn_rate_budget_spent>("burn_rate_budget_spent", spent_parameters, "1",
                                  "Share of the period's error budget that is spent when a burn-rate alert fires",
                                  workbook),
    entry<young_interval>("young_interval", checkpoint_parameters, "s",
                          "Work between checkpoints, to first order (Young)",
                          "Young, A First Order Approximation to the Optimum Checkpoint Interval (1974)"),
    entry<daly_interval>("daly_interval", checkpoint_parameters, "s",
                         "Work between checkpoints, to higher order (Daly)", daly),
    entry<checkpoint_interval_optimal>("checkpoint_interval_optimal", checkpoint_parameters, "s",
                                       "Work between checkpoints that minimises the run time in Daly's complete model",
                                       daly),
    entry<checkpoint_overhead>(
        "checkpoint_overhead", overhead_parameters, "1",
        "Mean run time over work with checkpoints, failures and restarts (Daly's complete model)", daly),
    entry<token_bucket_burst_duration>("token_bucket_burst_duration", bucket_parameters, "s",
                                       "How long a full token bucket lets arrivals at a constant rate through",
                                       "RFC 2697 (1999), token bucket; Tanenbaum and Wetherall, Computer Networks "
                                       "(5th edition, 2011), section 5.4"),
    entry<drain_time>("drain_time", drain_parameters, "s", "Time to work off a backlog while more work arrives",
                      "Fluid model; Kleinrock, Queueing Systems, Volume 2 (1976), chapter 2"),
};

}  // namespace

std::span<const Function> resilience_functions() {
    return table;
}

}  // namespace dstudio::formula::library
