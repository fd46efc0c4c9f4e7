// What the network does to messages, against what can be computed by hand.
#include <doctest/doctest.h>

#include <string>

#include "core/system/report.hpp"
#include "core/system/scenario_test_support.hpp"

using namespace dstudio;
using namespace dstudio::system;
using json = nlohmann::ordered_json;

namespace {

// 100/s for 200 s to a callee with room for all.
json plain() {
    return json::parse(R"json({"duration": "201 s", "network": "1 ms",
        "workloads": [{"id": "w", "rate": "100/s", "arrivals": "deterministic", "call": "s",
                       "changes": [{"at": "200 s", "rate": "0/s"}]}],
        "components": [{"id": "s", "threads": 1000, "steps": [{"work": "5 ms"}]}]})json");
}

Results run_of(const json& document, std::uint64_t seed = 1) {
    return results_of(scenario_from(document), seed);
}

std::uint64_t ended(const Results& results, Outcome outcome) {
    return results.workloads[0].ended[static_cast<std::size_t>(outcome)];
}

}  // namespace

TEST_CASE("a request that arrives twice is done twice and answered once") {
    json document = plain();
    document["network"] = {{"delay", "1 ms"}, {"duplicate", "100%"}};
    const Results results = run_of(document);
    const std::uint64_t requests = results.workloads[0].started;
    CHECK(requests >= 19'999);
    CHECK(ended(results, Outcome::ok) == requests);
    CHECK(results.components[0].served == 2 * requests);
    CHECK(results.workloads[0].latency.mean_seconds() == doctest::Approx(0.007));
    // Each request, and each answer of both copies, as both are sent before the first has arrived.
    CHECK(results.edges[0].duplicates == 3 * requests);
    CHECK(results.edges[0].attempts == requests);
}

TEST_CASE("a share of the messages arrives twice, by a fault only while it lasts") {
    json document = plain();
    document["faults"] = {{{"at", "50 s"}, {"for", "100 s"}, {"component", "s"}, {"duplicate", "10%"}}};
    const Results results = run_of(document);
    // 10,000 requests come while it lasts: the standard deviation of the number of copies is 30.
    const double copies = static_cast<double>(results.components[0].served - results.workloads[0].started);
    CHECK(copies == doctest::Approx(1000).epsilon(0.12));
    CHECK(ended(results, Outcome::ok) == results.workloads[0].started);
}

TEST_CASE("a copy saves a request whose other half was lost") {
    json document = plain();
    document["workloads"][0]["timeout"] = "500 ms";
    document["network"] = {{"delay", "exponential(2 ms)"}, {"loss", "10%"}, {"duplicate", "100%"}};
    const Results results = run_of(document);
    // Both copies lost, or one and both its answers, or neither and all four answers:
    // 0.1^2 + 2 * 0.1 * 0.9 * 0.1^2 + 0.9^2 * 0.1^4 = 0.0119, with a standard error of 0.0008.
    CHECK(1 - results.workloads[0].share(Outcome::ok) == doctest::Approx(0.0119).epsilon(0.2));
    CHECK(ended(results, Outcome::timed_out) + ended(results, Outcome::ok) == results.workloads[0].started);
}

TEST_CASE("the first answer to either copy counts") {
    json document = plain();
    document["components"][0]["steps"][0]["work"] = "exponential(40 ms)";
    document["network"] = {{"delay", "0 s"}, {"duplicate", "100%"}};
    // The lesser of two exponential times has half their mean: its standard error is 20 ms / sqrt(20,000).
    CHECK(run_of(document).workloads[0].latency.mean_seconds() == doctest::Approx(0.02).epsilon(0.03));
}

TEST_CASE("what is sent twice has its effect twice; what a queue delivers twice is done twice") {
    json document = plain();
    document["components"] = json::parse(R"json([
        {"id": "s", "threads": 1000, "steps": [{"send": "queue", "network": {"duplicate": "100%"}}]},
        {"id": "queue", "threads": 1000, "deliver": {"call": "worker", "consumers": 1000, "network": {"duplicate": "100%"}}},
        {"id": "worker", "threads": 1000, "steps": [{"work": "1 ms"}]}])json");
    const Results results = run_of(document);
    const std::uint64_t requests = results.workloads[0].started;
    CHECK(results.components[0].served == requests);
    CHECK(results.components[1].delivered == 2 * requests);
    CHECK(results.components[2].served == 4 * requests);
}

TEST_CASE("a message that is held back is overtaken by those that are sent meanwhile and are not held back") {
    json document = plain();
    document["workloads"][0]["network"] = {{"delay", "1 ms"}, {"reorder", "10%"}, {"hold", "25 ms"}};
    const Results results = run_of(document);
    // Requests go every 10 ms: of the next two at least one is not held back.
    const double share = static_cast<double>(results.edges[0].overtaken) / static_cast<double>(results.edges[0].calls);
    CHECK(share == doctest::Approx(0.1 * (1 - 0.01)).epsilon(0.08));
    // Half of all messages are requests.
    CHECK(static_cast<double>(results.edges[0].held_back) == doctest::Approx(4000).epsilon(0.08));
    CHECK(results.workloads[0].latency.mean_seconds() == doctest::Approx(0.007 + 2 * 0.1 * 0.025).epsilon(0.03));
}

TEST_CASE("deliveries of an ordered partition are not overtaken: each waits for the answer to the one before") {
    json document = plain();
    document["components"] = json::parse(R"json([
        {"id": "s", "threads": 1000, "deliver": {"call": "worker", "consumers": 10, "partitions": 1,
            "network": {"delay": "1 ms", "reorder": "30%", "hold": "20 ms"}}},
        {"id": "worker", "threads": 10, "steps": [{"work": "1 ms"}]}])json");
    const Results ordered = run_of(document);
    CHECK(ordered.edges[0].held_back > 5000);
    CHECK(ordered.edges[0].overtaken == 0);
    document["components"][0]["deliver"].erase("partitions");
    CHECK(run_of(document).edges[0].overtaken > 2000);
}

TEST_CASE("an object that only has a delay is that delay, and a call's network replaces the scenario's") {
    json document = plain();
    document["network"] = "exponential(3 ms)";
    const Results one = run_of(document);
    document["network"] = {{"delay", "exponential(3 ms)"}};
    CHECK(one.workloads[0].latencies_ns == run_of(document).workloads[0].latencies_ns);
    document["network"] = "1 s";
    document["workloads"][0]["network"] = "exponential(3 ms)";
    CHECK(one.workloads[0].latencies_ns == run_of(document).workloads[0].latencies_ns);
}

TEST_CASE("the report counts messages where the network bends them, and says so") {
    json document = plain();
    const auto report_of = [](const json& given) {
        const Scenario scenario = scenario_from(given);
        const Results results = results_of(scenario);
        return report_json(scenario, 1, std::span(&results, 1));
    };
    CHECK_FALSE(report_of(document)["calls"][0].contains("messages"));
    document["network"] = {{"duplicate", "1%"}, {"loss", "1%"}};
    document["workloads"][0]["timeout"] = "1 s";
    const json report = report_of(document);
    CHECK(report["calls"][0]["messages"]["duplicates"]["value"].get<double>() > 100);
    CHECK(report["calls"][0]["messages"]["lost"]["value"].get<double>() > 100);
    CHECK(report["diagnosis"].dump().find("the network doubled") != std::string::npos);
}
