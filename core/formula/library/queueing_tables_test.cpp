// The four tables of the queueing library, against the C++ functions that they bind.

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "core/formula/library/closed_networks.hpp"
#include "core/formula/library/general_queues.hpp"
#include "core/formula/library/networks.hpp"
#include "core/formula/library/queueing.hpp"

using namespace dstudio::formula;
using namespace dstudio::formula::library;
using doctest::Approx;

namespace {

using List = std::vector<double>;

// One value for each name of a parameter, all different, so that arguments out of order change the result.
const std::map<std::string_view, double> scalars{{"servers", 2},
                                                 {"capacity", 9},
                                                 {"offered_load", 1.6},
                                                 {"blocking_max", 0.01},
                                                 {"arrival_rate", 0.5},
                                                 {"service_rate", 0.8},
                                                 {"q", 0.95},
                                                 {"wait_probability_max", 0.1},
                                                 {"number", 3},
                                                 {"sources", 5},
                                                 {"think_time", 2.25},
                                                 {"service_time", 0.75},
                                                 {"scv", 0.7},
                                                 {"scv_arrival", 1.5},
                                                 {"scv_service", 0.6},
                                                 {"class_index", 2},
                                                 {"size", 0.9},
                                                 {"customers", 7},
                                                 {"branches", 4},
                                                 {"mean", 0.4},
                                                 {"n", 6}};
const std::map<std::string_view, List> lists{{"arrival_rates", {0.2, 0.3}},
                                             {"service_times", {0.5, 0.6}},
                                             {"scvs", {1, 2}},
                                             {"arrival_rates_external", {0.1, 0.2, 0, 0.05}},
                                             {"service_rates", {1, 0.9, 0.7, 0.8}},
                                             {"servers", {1, 2, 1, 3}},
                                             {"routing", {0, 0.5, 0.5, 0, 0.1, 0, 0, 0.3, 0, 0.2, 0, 0.2, 0, 0, 0, 0}},
                                             {"customers", {3, 4}},
                                             {"think_times", {2, 3}},
                                             {"demands", {0.2, 0.3, 0.4, 0.1}}};

// Calls through the table, with times multiplied by `scale` and rates divided by it.
double call(const Function& function, double scale) {
    std::vector<List> values;
    for (const Parameter& parameter : function.parameters) {
        values.push_back(parameter.is_list ? lists.at(parameter.name) : List{scalars.at(parameter.name)});
        for (double& value : values.back()) {
            CHECK(parameter.domain.min <= value);
            CHECK(value <= parameter.domain.max);
            CHECK((parameter.unit == "1" || parameter.unit == "s" || parameter.unit == "1/s"));
            value *= parameter.unit == "s" ? scale : parameter.unit == "1/s" ? 1 / scale : 1;
        }
    }
    const std::vector<std::span<const double>> arguments(values.begin(), values.end());
    return function.call(arguments);
}

void check_table(std::span<const Function> table, const std::map<std::string_view, double>& direct) {
    CHECK(table.size() == direct.size());
    for (const Function& function : table) {
        CAPTURE(std::string(function.name));
        CHECK_FALSE(function.summary.empty());
        CHECK(function.summary.back() != '.');
        CHECK_FALSE(function.source.empty());
        const double result = call(function, 1);
        CHECK(std::isfinite(result));
        CHECK(result > 0);
        CHECK(result == Approx(direct.at(function.name)).epsilon(1e-14));
        // A wrong unit, of a parameter or of the result, does not survive a change of the unit of time.
        const double factor = function.unit == "s" ? 2 : function.unit == "1/s" ? 0.5 : 1;
        CHECK(call(function, 2) == Approx(factor * result).epsilon(1e-9));
    }
}

}  // namespace

TEST_CASE("the table of queueing functions binds them by the right names and units") {
    check_table(queueing_functions(),
                {{"erlang_b", erlang_b(2, 1.6)},
                 {"erlang_c", erlang_c(2, 1.6)},
                 {"erlang_b_servers", erlang_b_servers(1.6, 0.01)},
                 {"erlang_c_servers", erlang_c_servers(1.6, 0.1)},
                 {"mmc_wait", mmc_wait(2, 0.5, 0.8)},
                 {"mmc_wait_quantile", mmc_wait_quantile(2, 0.5, 0.8, 0.95)},
                 {"mmc_response_quantile", mmc_response_quantile(2, 0.5, 0.8, 0.95)},
                 {"mm1_response_quantile", mm1_response_quantile(0.5, 0.8, 0.95)},
                 {"mm1_busy_period", mm1_busy_period(0.5, 0.8)},
                 {"mmck_blocking", mmck_blocking(2, 9, 1.6)},
                 {"mmck_mean_number", mmck_mean_number(2, 9, 1.6)},
                 {"mmck_wait", mmck_wait(2, 9, 0.5, 0.8)},
                 {"mmck_throughput", mmck_throughput(2, 9, 0.5, 0.8)},
                 {"mm_infinity_probability", mm_infinity_probability(3, 1.6)},
                 {"mm_infinity_quantile", mm_infinity_quantile(1.6, 0.95)},
                 {"mm1_finite_source_utilisation", mm1_finite_source_utilisation(5, 2.25, 0.75)}});
}

TEST_CASE("the table of general queues binds them by the right names and units") {
    const List rates = lists.at("arrival_rates");
    const List times = lists.at("service_times");
    const List scvs = lists.at("scvs");
    check_table(general_queue_functions(),
                {{"mg1_wait", mg1_wait(0.5, 0.75, 0.7)},
                 {"md1_wait", md1_wait(0.5, 0.75)},
                 {"mgc_wait", mgc_wait(2, 0.5, 0.75, 1.5, 0.6)},
                 {"gg1_wait", gg1_wait(0.5, 0.75, 1.5, 0.6)},
                 {"gg1_wait_upper", gg1_wait_upper(0.5, 0.75, 1.5, 0.6)},
                 {"mg1_priority_wait_nonpreemptive", mg1_priority_wait_nonpreemptive(2, rates, times, scvs)},
                 {"mm1_priority_wait_preemptive_resume", mm1_priority_wait_preemptive_resume(2, rates, times)},
                 {"ps_response", ps_response(0.5, 0.75)},
                 {"ps_response_given", ps_response_given(0.9, 0.5, 0.75)}});
}

TEST_CASE("the table of network functions binds them by the right names and units") {
    const List external = lists.at("arrival_rates_external");
    const List rates = lists.at("service_rates");
    const List servers = lists.at("servers");
    const List routing = lists.at("routing");
    const List demands = lists.at("demands");
    check_table(network_functions(),
                {{"jackson_number", jackson_number(external, rates, servers, routing)},
                 {"jackson_response", jackson_response(external, rates, servers, routing)},
                 {"jackson_utilisation_max", jackson_utilisation_max(external, rates, servers, routing)},
                 {"asymptotic_throughput_upper", asymptotic_throughput_upper(7, 2.25, demands)},
                 {"asymptotic_response_lower", asymptotic_response_lower(7, 2.25, demands)},
                 {"saturation_population", saturation_population(2.25, demands)},
                 {"balanced_throughput_upper", balanced_throughput_upper(7, 2.25, demands)},
                 {"balanced_throughput_lower", balanced_throughput_lower(7, 2.25, demands)},
                 {"balanced_response_upper", balanced_response_upper(7, 2.25, demands)},
                 {"balanced_response_lower", balanced_response_lower(7, 2.25, demands)},
                 {"fork_join_response", fork_join_response(4, 0.5, 0.8)},
                 {"fork_join_unloaded", fork_join_unloaded(4, 0.4)},
                 {"harmonic_number", harmonic_number(6)}});
}

TEST_CASE("the table of closed network functions binds them by the right names and units") {
    const List customers = lists.at("customers");
    const List times = lists.at("think_times");
    const List demands = lists.at("demands");
    check_table(closed_network_functions(),
                {{"mva_throughput", mva_throughput(7, 2.25, demands)},
                 {"mva_response", mva_response(7, 2.25, demands)},
                 {"mva_utilisation_max", mva_utilisation_max(7, 2.25, demands)},
                 {"mva_throughput_multi", mva_throughput_multi(2, customers, times, demands)},
                 {"mva_response_multi", mva_response_multi(2, customers, times, demands)},
                 {"schweitzer_throughput_multi", schweitzer_throughput_multi(2, customers, times, demands)},
                 {"schweitzer_response_multi", schweitzer_response_multi(2, customers, times, demands)},
                 {"mva_multiserver_throughput", mva_multiserver_throughput(7, 2.25, demands, lists.at("servers"))}});
}
