// Reports: figures with intervals, verdicts, and sentences that name the mechanism.
#include "core/system/report.hpp"

#include <doctest/doctest.h>

#include "core/system/scenario_test_support.hpp"

using namespace dstudio;
using namespace dstudio::system;

namespace {

nlohmann::ordered_json report_of(const Scenario& scenario, std::size_t runs) {
    std::vector<Results> results;
    for (std::size_t i = 0; i < runs; ++i) {
        Simulation simulation(scenario, 1 + i);
        simulation.run();
        results.push_back(simulation.results());
    }
    return report_json(scenario, 1, results);
}

bool says(const nlohmann::ordered_json& report, std::string_view text) {
    for (const auto& sentence : report["diagnosis"])
        if (sentence.get<std::string>().find(text) != std::string::npos)
            return true;
    return false;
}

// A brief slowness, and retries that keep the load above what can be served ever after (Bronson et al., HotOS 2021).
const char* metastable = R"json({"name": "metastable", "duration": "120 s", "warmup": "10 s",
    "workloads": [{"id": "users", "rate": "280/s", "call": "shop", "timeout": "1 s"}],
    "components": [
      {"id": "shop", "threads": 2000, "steps": [{"call": "orders", "timeout": "200 ms",
        "retry": {"attempts": 4, "backoff": "fixed", "base": "20 ms"}}]},
      {"id": "orders", "threads": 4, "steps": [{"work": "exponential(10 ms)"}]}],
    "faults": [{"at": "30 s", "for": "10 s", "component": "orders", "slow": 4}],
    "objectives": [{"workload": "users", "availability": "99%"}]})json";

}  // namespace

TEST_CASE("a metastable failure is found, with its amplification and its wasted work; a retry budget ends it") {
    const auto report = report_of(scenario_from(metastable), 1);
    CHECK(says(report, "users does not recover by itself: 80 s after the trigger ended its goodput is"));
    CHECK(says(report, "shop -> orders makes 3."));
    CHECK(says(report, "was for callers that had given up"));
    CHECK(says(report, "orders is at its ceiling"));
    CHECK(report["objectives"][0]["met"] == false);

    auto repaired = nlohmann::ordered_json::parse(metastable);
    repaired["components"][0]["steps"][0]["retry"]["budget"] = 0.1;
    repaired["components"][1]["drops_expired"] = true;
    const auto after = report_of(scenario_from(repaired), 1);
    CHECK_FALSE(says(after, "does not recover"));
    CHECK(says(after, "the retry budget of shop -> orders refused"));
}

TEST_CASE("figures of several runs have half widths, of one none; Little's law holds but for the ends") {
    const Scenario scenario = scenario_from(R"json({"duration": "200 s", "warmup": "10 s",
        "workloads": [{"id": "w", "rate": "80/s", "call": "s"}],
        "components": [{"id": "s", "steps": [{"work": "exponential(10 ms)"}]}]})json");
    const auto one = report_of(scenario, 1);
    CHECK(one["workloads"][0]["latency_ms"]["mean"]["half_width"].is_null());
    const auto many = report_of(scenario, 8);
    CHECK(many["workloads"][0]["latency_ms"]["mean"]["half_width"].get<double>() > 0);
    CHECK(std::abs(many["workloads"][0]["latency_ms"]["mean"]["value"].get<double>() - 50) < 8);
    CHECK(std::abs(many["components"][0]["little_law_error"]["value"].get<double>()) < 0.01);
    CHECK(one["series"]["workloads"]["w"]["ok_per_s"].size() >= 299);
    CHECK(one["diagnosis"].empty());
}

TEST_CASE("objectives are judged on what was measured") {
    const auto report = report_of(scenario_from(R"json({"duration": "100 s",
        "workloads": [{"id": "w", "rate": "50/s", "call": "s"}],
        "components": [{"id": "s", "threads": 50, "errors": "1%", "steps": [{"work": "20 ms"}]}],
        "objectives": [{"workload": "w", "availability": "98%"}, {"workload": "w", "availability": "99.9%"},
                       {"workload": "w", "quantile": "98%", "latency": "25 ms"},
                       {"workload": "w", "quantile": "50%", "latency": "10 ms"}]})json"),
                                  1);
    const auto& objectives = report["objectives"];
    CHECK(objectives[0]["met"] == true);
    CHECK(objectives[1]["met"] == false);
    CHECK(objectives[1]["budget_used"].get<double>() == doctest::Approx(10).epsilon(0.25));
    CHECK(objectives[2]["met"] == true);
    CHECK(objectives[3]["met"] == false);
}
