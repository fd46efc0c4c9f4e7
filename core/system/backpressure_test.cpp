// Components that hold their callers, against what can be computed by hand.
#include <doctest/doctest.h>

#include <string>

#include "core/system/report.hpp"
#include "core/system/scenario_test_support.hpp"

using namespace dstudio;
using namespace dstudio::system;
using json = nlohmann::ordered_json;

namespace {

// 200/s come, 100/s can be served.
json overloaded() {
    return json::parse(R"json({"duration": "10 s", "network": "1 ms",
        "workloads": [{"id": "w", "rate": "200/s", "arrivals": "deterministic", "call": "front"}],
        "components": [{"id": "front", "threads": 100, "steps": [{"call": "worker"}]},
                       {"id": "worker", "steps": [{"work": "10 ms"}]}]})json");
}

Results run_of(const json& document) {
    return results_of(scenario_from(document));
}

std::uint64_t ended(const Results& results, Outcome outcome) {
    return results.workloads[0].ended[static_cast<std::size_t>(outcome)];
}

}  // namespace

TEST_CASE("no queue grows beyond the high mark, what is on its way included, and the server stays busy") {
    json document = overloaded();
    const Results without = run_of(document);
    CHECK(without.components[1].in_system_max == 100);  // the caller's threads
    document["components"][1]["backpressure"] = {{"high", 4}, {"low", 2}};
    const Results with = run_of(document);
    CHECK(with.components[1].in_system_max == 5);  // one is served
    CHECK(with.components[1].served >= 995);
    CHECK(with.components[0].in_system_max >= 900);  // the queue is now the caller's
    CHECK(with.components[1].stopped > 0.9);
    // All threads of the caller but those whose calls wait at the worker or travel.
    CHECK(with.components[1].held == doctest::Approx(95).epsilon(0.05));
    CHECK(with.edges[0].held > 900);
    CHECK(with.edges[0].held_seconds / static_cast<double>(with.edges[0].held) == doctest::Approx(0.9).epsilon(0.1));
}

TEST_CASE("pressure goes on to the callers' callers, and turns into refusals where a call says so") {
    json document = overloaded();
    document["components"][0]["threads"] = 10;
    document["components"][0]["backpressure"] = {{"high", 10}, {"low", 9}};
    document["components"][1]["backpressure"] = {{"high", 4}, {"low", 3}};
    document["workloads"][0]["held"] = "fail";
    const Results results = run_of(document);
    CHECK(results.components[0].in_system_max <= 20);
    CHECK(results.workloads[0].latency.quantile(1) < 250 * sim::millisecond);  // 20 ahead at 10 ms each, and the ways
    CHECK(ended(results, Outcome::ok) >= 970);
    CHECK(ended(results, Outcome::rejected) >= 970);
    CHECK(ended(results, Outcome::ok) + ended(results, Outcome::rejected) + results.workloads[0].unfinished ==
          results.workloads[0].started);
    CHECK(results.components[0].arrived + ended(results, Outcome::rejected) <= results.workloads[0].started);
}

TEST_CASE("who is held gives up after its timeout, and what was never sent is never served") {
    const Results results = run_of(json::parse(R"json({"duration": "10 s",
        "workloads": [{"id": "w", "rate": "10/s", "arrivals": "deterministic", "call": "s", "timeout": "250 ms"}],
        "components": [{"id": "s", "backpressure": {"high": 1}, "steps": [{"work": "1 s"}]}]})json"));
    CHECK(ended(results, Outcome::ok) == 0);
    CHECK(ended(results, Outcome::timed_out) >= 96);
    CHECK(results.workloads[0].latency_all.quantile(1) == doctest::Approx(250e6).epsilon(0.005));
    CHECK(results.components[0].arrived <= 12);
    CHECK(results.edges[0].timeouts == ended(results, Outcome::timed_out));
}

TEST_CASE("the timeout of a call that was let go counts from when it was held") {
    // One is served at a time, for 100 ms, and one waits: the third of three at once is let go after 100 ms.
    const Results results = run_of(json::parse(R"json({"duration": "10 s",
        "workloads": [{"id": "w", "trace": ["1 s", "1 s", "1 s"], "call": "s", "timeout": "280 ms"}],
        "components": [{"id": "s", "backpressure": {"high": 1}, "steps": [{"work": "100 ms"}]}]})json"));
    CHECK(ended(results, Outcome::ok) == 2);
    CHECK(ended(results, Outcome::timed_out) == 1);
    CHECK(results.workloads[0].latency_all.quantile(1) == doctest::Approx(280e6).epsilon(0.005));
}

TEST_CASE("a step that sends to a full queue waits, so that the queue keeps at most what it wants") {
    json document = overloaded();
    document["components"] = json::parse(R"json([
        {"id": "front", "threads": 20, "steps": [{"send": "queue"}]},
        {"id": "queue", "threads": 100, "deliver": {"call": "worker", "consumers": 1}},
        {"id": "worker", "steps": [{"work": "8 ms"}]}])json");
    const Results without = run_of(document);
    CHECK(without.components[1].backlog_max > 900);
    document["components"][1]["backpressure"] = {{"high", 10}};
    const Results with = run_of(document);
    CHECK(with.components[1].backlog_max <= 10);
    CHECK(with.components[1].delivered >= 980);  // 8 ms of work and 1 ms each way
    CHECK(with.components[1].held > 10);
    CHECK(with.components[0].in_system_max > 900);
}

TEST_CASE("in random scenarios what waits is never more than the high mark") {
    std::uint64_t looked_at = 0;
    for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
        CAPTURE(seed);
        const Scenario scenario = scenario_from(random_scenario(seed));
        RunLimits limits;
        limits.events_max = 50'000;
        Simulation simulation(scenario, seed, limits);
        simulation.run();
        const Results results = simulation.results();
        for (std::size_t c = 0; c < scenario.components.size(); ++c) {
            const Component& component = scenario.components[c];
            if (!component.backpressure || component.replication || component.sharing == Sharing::processor)
                continue;
            ++looked_at;
            const double high = component.backpressure->high;
            const double twice = 2;  // what the network doubles is under way before anybody knows
            const double places = static_cast<double>(component.threads) * component.replicas;
            REQUIRE(results.components[c].in_system_max <= twice + high + places);
            if (component.delivery)
                REQUIRE(results.components[c].backlog_max <= twice + high);
        }
    }
    CHECK(looked_at > 300);
}

TEST_CASE("the report shows who is held and for how long") {
    json document = overloaded();
    document["components"][1]["backpressure"] = {{"high", 4}};
    const Scenario scenario = scenario_from(document);
    const Results results = results_of(scenario);
    const json report = report_json(scenario, 1, std::span(&results, 1));
    CHECK(report["components"][1]["backpressure"]["stopped_share"]["value"].get<double>() > 0.9);
    CHECK(report["calls"][0]["held_ms"]["value"].get<double>() > 500);
    CHECK(report["time"]["held_ms"]["value"].get<double>() > 0);
    CHECK(report["diagnosis"].dump().find("worker had enough and held its callers") != std::string::npos);
}
