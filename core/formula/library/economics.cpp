#include "core/formula/library/economics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/formula/library/binding.hpp"

namespace dstudio::formula::library {

namespace {

// The net present value at discount factor v, over v^(n-1) where v > 1 so that it does not overflow.
double scaled_value(std::span<const double> flows, double v) {
    double sum = 0;
    if (v <= 1) {
        for (std::size_t i = flows.size(); i-- > 0;)
            sum = sum * v + flows[i];
    } else {
        for (const double flow : flows)
            sum = sum / v + flow;
    }
    return sum;
}

std::size_t sign_changes(std::span<const double> values) {
    std::size_t changes = 0;
    double last = 0;
    for (const double value : values) {
        if (value == 0)
            continue;
        changes += last * value < 0 ? 1 : 0;  // both are scaled to at most 1, and neither is so small as to vanish
        last = value > 0 ? 1 : -1;
    }
    return changes;
}

enum class Roots { none, one, several };

Roots more(Roots a, Roots b) {
    if (a == Roots::none)
        return b;
    return b == Roots::none ? a : Roots::several;
}

// Roots in the open interval (0, 1) of a polynomial in Bernstein form: as many as its coefficients change their sign,
// or fewer by an even number (Descartes). Halving settles which, except near double roots.
Roots roots_within(std::vector<double> bernstein, int depth) {
    const std::size_t changes = sign_changes(bernstein);
    if (changes <= 1)
        return changes == 0 ? Roots::none : Roots::one;
    if (depth == 0)
        return Roots::several;
    std::vector<double> left(bernstein.size());
    for (std::size_t i = 0; i < left.size(); ++i) {  // de Casteljau at 1/2; `bernstein` becomes the right half
        left[i] = bernstein[0];
        for (std::size_t j = 0; j + 1 < bernstein.size() - i; ++j)
            bernstein[j] = (bernstein[j] + bernstein[j + 1]) / 2;
    }
    const Roots at_middle = left.back() == 0 ? Roots::one : Roots::none;
    const Roots before = more(roots_within(std::move(left), depth - 1), at_middle);
    return before == Roots::several ? before : more(before, roots_within(std::move(bernstein), depth - 1));
}

// Bernstein coefficients on (0, 1): b_j = sum over i <= j of C(j, i) / C(n, i) a_i.
std::vector<double> bernstein_form(const std::vector<double>& powers) {
    const std::size_t size = powers.size();
    std::vector<double> result(size);
    for (std::size_t j = 0; j < size; ++j) {
        double factor = 1;
        for (std::size_t i = 0; i <= j; ++i) {
            result[j] += factor * powers[i];
            if (i < j)
                factor *= static_cast<double>(j - i) / static_cast<double>(size - 1 - i);
        }
    }
    return result;
}

// Discount factors in (0, infinity) of value 0: in (0, 1), at 1, and as reciprocals in (0, 1).
Roots count_roots(std::vector<double> flows) {
    double sum = 0;
    for (const double flow : flows)
        sum += flow;
    Roots found = more(sum == 0 ? Roots::one : Roots::none, roots_within(bernstein_form(flows), 50));
    std::reverse(flows.begin(), flows.end());
    return more(found, roots_within(bernstein_form(flows), 50));
}

}  // namespace

double npv(double rate, std::span<const double> cash_flows) {
    double sum = 0;
    double factor = 1;
    for (const double flow : cash_flows) {
        sum += flow / factor;
        factor *= 1 + rate;
    }
    return sum;
}

double irr(std::span<const double> cash_flows) {
    // Zeros at the ends only move the flows in time or say nothing; the scale does not matter.
    const auto is_flow = [](double flow) { return flow != 0; };
    const auto first = std::find_if(cash_flows.begin(), cash_flows.end(), is_flow);
    auto last = cash_flows.end();
    while (last != first && *(last - 1) == 0)
        --last;
    std::vector<double> flows(first, last);
    double largest = 0;
    for (const double flow : flows)
        largest = std::max(largest, std::abs(flow));
    for (double& flow : flows)
        flow /= largest;
    const std::size_t changes = sign_changes(flows);
    if (changes == 0)
        return no_answer;
    if (changes > 1 && (flows.size() > irr_cash_flows_max || count_roots(flows) != Roots::one))
        return no_answer;
    // One root, so the value has the first flow's sign before it and the last flow's after it.
    const auto before_root = [&](double v) { return scaled_value(flows, v) * flows.front() > 0; };
    double low = 1;
    double high = 1;
    if (before_root(1)) {
        while (std::isfinite(high) && before_root(high)) {
            low = high;
            high *= 2;
        }
    } else {
        while (low > 0 && !before_root(low)) {
            high = low;
            low /= 2;
        }
    }
    if (!std::isfinite(high) || low <= 0)
        return no_answer;
    for (double middle = low + (high - low) / 2; low < middle && middle < high; middle = low + (high - low) / 2)
        (before_root(middle) ? low : high) = middle;
    return (1 - high) / high;
}

double annuity(double principal, double rate, double periods) {
    if (rate == 0)
        return principal / periods;
    return principal * rate / -std::expm1(-periods * std::log1p(rate));
}

double payback_period(double rate, std::span<const double> cash_flows) {
    double sum = 0;
    double factor = 1;
    for (std::size_t t = 0; t < cash_flows.size(); ++t) {
        const double flow = cash_flows[t] / factor;
        if (sum + flow >= 0)
            return t == 0 ? 0 : static_cast<double>(t) - (sum + flow) / flow;
        sum += flow;
        factor *= 1 + rate;
    }
    return infinity;
}

double downtime_cost(double availability, double window, double cost_rate) {
    return (1 - availability) * window * cost_rate;
}

double expected_annual_loss(double event_rate, double loss) {
    constexpr double year_s = 365.0 * 86400;
    return event_rate * year_s * loss;
}

double coordination_paths(double n) {
    return n * (n - 1) / 2;
}

namespace {

constexpr Domain above_minus_one{.min = -1, .min_excluded = true};

constexpr Parameter rate{"rate", "1", above_minus_one};
constexpr Parameter cash_flows{"cash_flows", "USD", any_number, true};
constexpr Parameter value_parameters[] = {rate, cash_flows};
constexpr Parameter flows_only[] = {cash_flows};
constexpr Parameter loan_parameters[] = {{"principal", "USD"}, rate, {"periods", "1", positive}};
constexpr Parameter downtime_parameters[] = {
    {"availability", "1", probability}, {"window", "s", non_negative}, {"cost_rate", "USD/s", non_negative}};
constexpr Parameter loss_parameters[] = {{"event_rate", "1/s", non_negative}, {"loss", "USD", non_negative}};
constexpr Parameter people_parameters[] = {{"n", "1", count}};

constexpr std::string_view brealey_2 =
    "Brealey, Myers and Allen, Principles of Corporate Finance (10th edition, 2011), chapter 2";
constexpr std::string_view brealey_5 =
    "Brealey, Myers and Allen, Principles of Corporate Finance (10th edition, 2011), chapter 5";

constexpr Function table[] = {
    entry<npv>("npv", value_parameters, "USD", "Net present value of cash flows, the first at time 0", brealey_2),
    entry<irr>("irr", flows_only, "1",
               "Rate at which cash flows have a net present value of 0, if there is exactly one (internal rate of "
               "return)",
               brealey_5),
    entry<annuity>("annuity", loan_parameters, "USD", "Equal payment a period that repays a principal with interest",
                   brealey_2),
    entry<payback_period>("payback_period", value_parameters, "1",
                          "Periods until the discounted cash flows have paid back what was spent", brealey_5),
    entry<downtime_cost>("downtime_cost", downtime_parameters, "USD", "Mean cost of the downtime in a window of time",
                         "Patterson, A Simple Way to Estimate the Cost of Downtime (2002)"),
    entry<expected_annual_loss>("expected_annual_loss", loss_parameters, "USD",
                                "Mean loss a year by events of a given rate (annualised loss expectancy)",
                                "FIPS PUB 65, Guideline for Automatic Data Processing Risk Analysis (1979)"),
    entry<coordination_paths>("coordination_paths", people_parameters, "1",
                              "Pairs among people who all have to coordinate with each other",
                              "Brooks, The Mythical Man-Month (1975), chapter 2"),
};

}  // namespace

std::span<const Function> economics_functions() {
    return table;
}

}  // namespace dstudio::formula::library
