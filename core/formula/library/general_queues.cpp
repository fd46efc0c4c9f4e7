#include "core/formula/library/general_queues.hpp"

#include <algorithm>
#include <cstddef>

#include "core/formula/library/binding.hpp"
#include "core/formula/library/queueing.hpp"

namespace dstudio::formula::library {

namespace {

bool is_class(double class_index, std::size_t classes) {
    return class_index >= 1 && class_index <= static_cast<double>(classes);
}

}  // namespace

double mg1_wait(double arrival_rate, double service_time, double scv) {
    return gg1_wait(arrival_rate, service_time, 1, scv);
}

double md1_wait(double arrival_rate, double service_time) {
    return gg1_wait(arrival_rate, service_time, 1, 0);
}

double mgc_wait(double servers, double arrival_rate, double service_time, double scv_arrival, double scv_service) {
    const double wait = mmc_wait(servers, arrival_rate, 1 / service_time);
    return wait == infinity ? wait : wait * (scv_arrival + scv_service) / 2;
}

double gg1_wait(double arrival_rate, double service_time, double scv_arrival, double scv_service) {
    const double utilisation = arrival_rate * service_time;
    if (utilisation >= 1)
        return infinity;
    return utilisation / (1 - utilisation) * (scv_arrival + scv_service) / 2 * service_time;
}

double gg1_wait_upper(double arrival_rate, double service_time, double scv_arrival, double scv_service) {
    const double utilisation = arrival_rate * service_time;
    if (utilisation >= 1)
        return infinity;
    return (scv_arrival / arrival_rate + utilisation * service_time * scv_service) / (2 * (1 - utilisation));
}

double mg1_priority_wait_nonpreemptive(double class_index, std::span<const double> arrival_rates,
                                       std::span<const double> service_times, std::span<const double> scvs) {
    const std::size_t classes = arrival_rates.size();
    if (!is_class(class_index, classes) || service_times.size() != classes || scvs.size() != classes)
        return no_answer;
    const auto chosen = static_cast<std::size_t>(class_index) - 1;
    double residual = 0;  // mean remaining service of whoever is found in service
    double served = 0;    // utilisation by the classes so far
    double before = 0;
    double through = 0;
    for (std::size_t i = 0; i < classes; ++i) {
        const double offered = arrival_rates[i] * service_times[i];
        if (i == chosen) {
            before = served;
            through = served + offered;
        }
        const double utilisation = std::min(offered, 1 - served);
        residual += utilisation * service_times[i] * (1 + scvs[i]) / 2;
        served += utilisation;
    }
    return through >= 1 ? infinity : residual / ((1 - before) * (1 - through));
}

double mm1_priority_wait_preemptive_resume(double class_index, std::span<const double> arrival_rates,
                                           std::span<const double> service_times) {
    const std::size_t classes = arrival_rates.size();
    if (!is_class(class_index, classes) || service_times.size() != classes)
        return no_answer;
    const auto chosen = static_cast<std::size_t>(class_index) - 1;
    double residual = 0;
    double before = 0;
    for (std::size_t i = 0; i < chosen; ++i) {
        before += arrival_rates[i] * service_times[i];
        residual += arrival_rates[i] * service_times[i] * service_times[i];
    }
    const double own = arrival_rates[chosen] * service_times[chosen];
    if (before + own >= 1)
        return infinity;
    residual += own * service_times[chosen];
    const double until_start = residual / ((1 - before) * (1 - before - own));
    const double interrupted = service_times[chosen] * before / (1 - before);
    return until_start + interrupted;
}

double ps_response(double arrival_rate, double service_time) {
    return ps_response_given(service_time, arrival_rate, service_time);
}

double ps_response_given(double size, double arrival_rate, double service_time) {
    const double utilisation = arrival_rate * service_time;
    return utilisation >= 1 ? infinity : size / (1 - utilisation);
}

namespace {

constexpr Domain server_count{.min = 1, .max = servers_max, .integer = true};

constexpr Parameter arrival_rate{"arrival_rate", "1/s", non_negative};
constexpr Parameter service_time{"service_time", "s", positive};
constexpr Parameter scv_arrival{"scv_arrival", "1", non_negative};
constexpr Parameter scv_service{"scv_service", "1", non_negative};
constexpr Parameter class_index{"class_index", "1", positive_count};
constexpr Parameter arrival_rates{"arrival_rates", "1/s", non_negative, true};
constexpr Parameter service_times{"service_times", "s", positive, true};
constexpr Parameter scvs{"scvs", "1", non_negative, true};

constexpr Parameter single[] = {arrival_rate, service_time};
constexpr Parameter mg1_parameters[] = {arrival_rate, service_time, {"scv", "1", non_negative}};
constexpr Parameter ggc_parameters[] = {
    {"servers", "1", server_count}, arrival_rate, service_time, scv_arrival, scv_service};
constexpr Parameter gg1_parameters[] = {arrival_rate, service_time, scv_arrival, scv_service};
constexpr Parameter gg1_bound_parameters[] = {
    {"arrival_rate", "1/s", positive}, service_time, scv_arrival, scv_service};
constexpr Parameter nonpreemptive[] = {class_index, arrival_rates, service_times, scvs};
constexpr Parameter preemptive[] = {class_index, arrival_rates, service_times};
constexpr Parameter sized[] = {{"size", "s", non_negative}, arrival_rate, service_time};

constexpr std::string_view pollaczek_khinchine =
    "Kleinrock, Queueing Systems, Volume 1 (1975), chapter 5 (Pollaczek-Khinchine mean-value formula)";
constexpr std::string_view processor_sharing =
    "Kleinrock, Queueing Systems, Volume 2 (1976), chapter 4 (processor sharing)";

constexpr Function table[] = {
    entry<mg1_wait>("mg1_wait", mg1_parameters, "s",
                    "Mean time in queue of an M/G/1 station, from the squared coefficient of variation of service",
                    pollaczek_khinchine),
    entry<md1_wait>("md1_wait", single, "s", "Mean time in queue of an M/D/1 station (constant service times)",
                    pollaczek_khinchine),
    entry<mgc_wait>("mgc_wait", ggc_parameters, "s",
                    "Approximate mean time in queue with several servers and general arrivals and service "
                    "(Allen-Cunneen); exact for M/M/c and M/G/1",
                    "Allen, Probability, Statistics, and Queueing Theory (2nd ed. 1990), chapter 5 (Allen-Cunneen)"),
    entry<gg1_wait>("gg1_wait", gg1_parameters, "s",
                    "Approximate mean time in queue of a GI/G/1 station (Kingman's heavy-traffic form); exact for "
                    "M/G/1",
                    "Kingman, The single server queue in heavy traffic (1961)"),
    entry<gg1_wait_upper>("gg1_wait_upper", gg1_bound_parameters, "s",
                          "Upper bound of the mean time in queue of a GI/G/1 station (Kingman's inequality)",
                          "Kingman, Some inequalities for the queue GI/G/1, Biometrika 49 (1962)"),
    entry<mg1_priority_wait_nonpreemptive>(
        "mg1_priority_wait_nonpreemptive", nonpreemptive, "s",
        "Mean time in queue of a class (1 is served first) of an M/G/1 station with non-preemptive priorities",
        "Cobham, Priority assignment in waiting line problems, Operations Research 2 (1954)"),
    entry<mm1_priority_wait_preemptive_resume>(
        "mm1_priority_wait_preemptive_resume", preemptive, "s",
        "Mean time waiting, before and between services, of a class (1 is served first) of an M/M/1 station with "
        "preemptive-resume priorities",
        "Kleinrock, Queueing Systems, Volume 2 (1976), chapter 3 (priority queueing)"),
    entry<ps_response>("ps_response", single, "s",
                       "Mean response time of an M/G/1 station with processor sharing, for any service distribution",
                       processor_sharing),
    entry<ps_response_given>("ps_response_given", sized, "s",
                             "Mean response time of customers that need `size` of service, of an M/G/1 station with "
                             "processor sharing",
                             processor_sharing),
};

}  // namespace

std::span<const Function> general_queue_functions() {
    return table;
}

}  // namespace dstudio::formula::library
