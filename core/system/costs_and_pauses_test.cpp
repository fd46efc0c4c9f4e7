// The price of storage, pauses that come with the work, and verdicts on what has not ended.
#include <doctest/doctest.h>

#include "core/system/report.hpp"
#include "core/system/scenario_test_support.hpp"

using namespace dstudio;
using namespace dstudio::system;
using json = nlohmann::ordered_json;

namespace {

json report_of(const json& document) {
    const Scenario scenario = scenario_from(document);
    const Results results = results_of(scenario);
    return report_json(scenario, 1, std::span(&results, 1));
}

}  // namespace

TEST_CASE("what is stored costs by size and time, of each copy, and grows with what is written") {
    json document = json::parse(R"json({"duration": "100 s",
        "workloads": [{"id": "w", "rate": "10/s", "arrivals": "deterministic", "call": "db", "writes": "100%"}],
        "components": [{"id": "db", "replicas": 3, "threads": 100, "replication": {"factor": 3, "write": 3},
                        "storage": {"start": "100 GB"}, "price": {"storage": "0.03 USD/GB/month"}}]})json");
    // 300 GB for an hour, of a month of 30 days.
    CHECK(report_of(document)["cost"]["usd_per_hour"]["value"].get<double>() ==
          doctest::Approx(300 * 0.03 / 720).epsilon(1e-9));
    document["components"][0]["storage"] = {{"write", "1 MB"}};
    const json report = report_of(document);
    // 1 MB at 0.1 s, 0.2 s, ...: 500 MB on average, 999 MB before the last that comes in time, three times.
    CHECK(report["components"][0]["stored_bytes"]["mean"]["value"].get<double>() ==
          doctest::Approx(3 * 500e6).epsilon(0.005));
    CHECK(report["components"][0]["stored_bytes"]["max"]["value"].get<double>() ==
          doctest::Approx(3 * 999e6).epsilon(0.005));
}

TEST_CASE("kept messages take storage until they are delivered") {
    const json report = report_of(json::parse(R"json({"duration": "100 s",
        "workloads": [{"id": "w", "rate": "10/s", "arrivals": "deterministic", "call": "queue"}],
        "components": [{"id": "queue", "threads": 9, "deliver": {"call": "worker", "consumers": 100},
                        "storage": {"message": "1 kB"}},
                       {"id": "worker", "threads": 100, "steps": [{"work": "500 ms"}]}]})json"));
    // Five are being delivered.
    CHECK(report["components"][0]["stored_bytes"]["mean"]["value"].get<double>() ==
          doctest::Approx(5000).epsilon(0.02));
}

TEST_CASE("a replica stands still after each so many requests that it has served") {
    for (const char* sharing : {"servers", "processor"}) {
        CAPTURE(sharing);
        json document = json::parse(R"json({"duration": "20.5 s",
            "workloads": [{"id": "w", "rate": "10/s", "arrivals": "deterministic", "call": "s",
                           "changes": [{"at": "20.05 s", "rate": "0/s"}]}],
            "components": [{"id": "s", "threads": 10, "gc": {"every": 10, "pause": "250 ms"},
                            "steps": [{"work": "1 ms"}]}]})json");
        document["components"][0]["sharing"] = sharing;
        const Scenario scenario = scenario_from(document);
        const Results results = results_of(scenario);
        CHECK(results.components[0].pauses == 20);
        CHECK(results.components[0].pause_seconds == doctest::Approx(5));
        // Of ten requests, 100 ms apart, two come in the pause, 99 and 199 ms after its begin: they wait for its end.
        const double waited = 19.0 * (0.151 + 0.051) / 200;
        CHECK(results.workloads[0].latency.mean_seconds() == doctest::Approx(0.001 + waited).epsilon(0.02));
    }
}

TEST_CASE("requests that have not ended and are older than an objective allows count as failed") {
    json document = json::parse(R"json({"duration": "10 s",
        "workloads": [{"id": "w", "rate": "10/s", "arrivals": "deterministic", "call": "s"}],
        "components": [{"id": "s", "threads": 1000, "steps": [{"work": "1 ms"}]}],
        "faults": [{"at": "5.05 s", "component": "s", "pause": "100 s"}],
        "objectives": [{"workload": "w", "availability": "90%"},
                       {"workload": "w", "quantile": "90%", "latency": "250 ms"}]})json");
    const json report = report_of(document);
    const json& availability = report["objectives"][0];
    const json& latency = report["objectives"][1];
    // Those of 5.1 s to 9.7 s are late, those of 9.8 s and 9.9 s may still be answered in time.
    CHECK(availability["overdue"] == 47);
    CHECK(availability["unfinished"] == 49);
    CHECK(availability["measured"].get<double>() == doctest::Approx(50.0 / 97));
    CHECK(availability["met"] == false);
    CHECK(latency["overdue"] == 47);
    CHECK(latency["measured_ms"].is_null());
    CHECK(latency["met"] == false);
    // Half of them were in time.
    document["objectives"][1]["quantile"] = "50%";
    CHECK(report_of(document)["objectives"][1]["met"] == true);
    // Without any limit to judge by, what has not ended is only told.
    document["objectives"].erase(1);
    CHECK(report_of(document)["objectives"][0]["overdue"] == 0);
    CHECK(report_of(document)["objectives"][0]["unfinished"] == 49);
    CHECK(report_of(document)["objectives"][0]["met"] == true);
}
