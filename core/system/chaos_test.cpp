// Faults at random: what is drawn, and that it can be had again as plain faults.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/system/live_run.hpp"
#include "core/system/report.hpp"
#include "core/system/scenario_test_support.hpp"

using namespace dstudio;
using namespace dstudio::system;
using json = nlohmann::ordered_json;

namespace {

json document_with(json chaos) {
    json document = json::parse(R"json({"duration": "200 s", "network": "exponential(1 ms)",
        "workloads": [{"id": "w", "rate": "50/s", "call": "front", "timeout": "1 s", "retry": {"attempts": 2}}],
        "components": [{"id": "front", "replicas": 4, "threads": 20, "zones": ["a", "b"], "steps": [{"call": "db", "timeout": "300 ms"}]},
                       {"id": "db", "replicas": 3, "threads": 5, "zones": ["a", "b", "c"], "steps": [{"work": "exponential(10 ms)"}]}]})json");
    document["chaos"] = std::move(chaos);
    return document;
}

json many_kinds() {
    return json::parse(R"json({"every": "exponential(4 s)", "from": "10 s", "until": "180 s", "at_most": 2,
        "targets": {"components": ["front", "db"], "domains": ["a", "b"]},
        "faults": [{"weight": 3, "crash": true, "component": "db", "replicas": 1, "for": "exponential(5 s)"},
                   {"errors": "30%", "for": "2 s"}, {"latency": "50 ms", "for": "uniform(1 s, 3 s)"},
                   {"pause": "200 ms"}, {"partition": true, "for": "1 s"}]})json");
}

}  // namespace

TEST_CASE("the faults that chaos draws, as plain faults instead of it, give the same run") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        json document = document_with(many_kinds());
        const Scenario scenario = scenario_from(document);
        const Results drawn = results_of(scenario, seed);
        REQUIRE(drawn.chaos.size() > 10);
        const json report = report_json(scenario, seed, std::span(&drawn, 1));
        document.erase("chaos");
        document["faults"] = report["chaos"];
        const Results given = results_of(scenario_from(document), seed);
        CHECK(drawn.workloads[0].latencies_ns == given.workloads[0].latencies_ns);
        CHECK(drawn.workloads[0].ended == given.workloads[0].ended);
        CHECK(drawn.events == given.events);
    }
}

TEST_CASE("chaos keeps to its times, and no more faults last at once than it may") {
    std::size_t most = 0;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        const Scenario scenario = scenario_from(document_with(many_kinds()));
        const auto drawn = draw_chaos(scenario, seed);
        for (const DrawnFault& fault : drawn) {
            CHECK(fault.fault.at >= 10 * sim::second);
            CHECK(fault.fault.at < 180 * sim::second);
            const auto lasting = std::count_if(drawn.begin(), drawn.end(), [&](const DrawnFault& other) {
                return other.lasts && other.fault.at <= fault.fault.at && other.fault.until > fault.fault.at;
            });
            most = std::max(most, static_cast<std::size_t>(lasting));
        }
    }
    CHECK(most == 2);
}

TEST_CASE("faults are drawn by weight, targets and replicas equally often") {
    const json chaos = json::parse(R"json({"every": "exponential(20 ms)", "at_most": 200,
        "targets": {"components": ["front", "db"]},
        "faults": [{"weight": 3, "slow": 2, "replicas": 1, "for": "1 ms"}, {"errors": "1%", "for": "1 ms"}]})json");
    const Scenario scenario = scenario_from(document_with(chaos));
    const auto drawn = draw_chaos(scenario, 7);
    REQUIRE(drawn.size() > 9000);
    const auto share = [&](auto is_one) {
        return static_cast<double>(std::count_if(drawn.begin(), drawn.end(), is_one)) /
               static_cast<double>(drawn.size());
    };
    CHECK(share([](const DrawnFault& d) { return d.choice == 0; }) == doctest::Approx(0.75).epsilon(0.03));
    CHECK(share([](const DrawnFault& d) { return d.fault.component == 0; }) == doctest::Approx(0.5).epsilon(0.05));
    for (std::uint32_t r = 0; r < 3; ++r)  // of db, if it is slowed down
        CHECK(share([r](const DrawnFault& d) { return d.choice == 0 && d.target == 1 && d.fault.first == r; }) ==
              doctest::Approx(0.75 / 2 / 3).epsilon(0.1));
}

TEST_CASE("chaos draws from a stream of its own: without effect it leaves a run as it was") {
    json document = document_with(
        json::parse(R"json({"every": "1 s", "faults": [{"slow": 1, "component": "db", "for": "500 ms"}]})json"));
    const Results with = results_of(scenario_from(document));
    document.erase("chaos");
    CHECK(with.workloads[0].latencies_ns == results_of(scenario_from(document)).workloads[0].latencies_ns);
}

TEST_CASE("a live run with chaos goes back in time, and is struck besides") {
    std::vector<Mistake> mistakes;
    const json document = document_with(many_kinds());
    const auto straight = LiveRun::open(document, 5, mistakes);
    REQUIRE(straight);
    while (straight->advance(200 * sim::second, 1'000'000)) {
    }
    const auto back = LiveRun::open(document, 5, mistakes);
    (void)back->advance(120 * sim::second, 10'000'000);
    json fault = json::parse(R"json({"component": "db", "crash": true, "for": "5 s"})json");
    REQUIRE(back->strike(fault, mistakes));
    (void)back->advance(150 * sim::second, 10'000'000);
    back->rewind(35 * sim::second);
    CHECK(back->document()["faults"].empty());  // what struck after it never was
    while (back->advance(200 * sim::second, 1'000'000)) {
    }
    CHECK(straight->simulation().results().workloads[0].latencies_ns ==
          back->simulation().results().workloads[0].latencies_ns);
    CHECK(straight->summary_json()["chaos"] == back->summary_json()["chaos"]);
    CHECK(straight->summary_json()["chaos"].size() > 10);
}

TEST_CASE("some replicas in a row are struck, from one on and round") {
    json document =
        document_with(json::parse(R"json({"every": "1 s", "faults": [{"flush": true, "component": "db"}]})json"));
    document.erase("chaos");
    document["workloads"][0]["rate"] = "300/s";
    document["faults"] =
        json::parse(R"json([{"at": "0 s", "component": "db", "crash": true, "replicas": 2, "first": 2}])json");
    const Results results = results_of(scenario_from(document));
    CHECK(results.components[1].replica_utilisation[0] == 0);
    CHECK(results.components[1].replica_utilisation[1] > 0);
    CHECK(results.components[1].replica_utilisation[2] == 0);
}

TEST_CASE("mistakes in chaos are told at their place") {
    const auto pointer_of = [](const char* chaos) {
        std::vector<Mistake> mistakes;
        CHECK_FALSE(read_scenario(document_with(json::parse(chaos)), mistakes));
        return mistakes.empty() ? "" : mistakes[0].pointer;
    };
    CHECK(pointer_of(R"json({"faults": [{"crash": true, "component": "db", "for": "1 s"}]})json") == "/chaos");
    CHECK(pointer_of(R"json({"every": "1 us", "faults": [{"flush": true, "component": "db"}]})json") == "/chaos/every");
    CHECK(pointer_of(R"json({"every": "1 s", "faults": [{"crash": true, "component": "db"}]})json") ==
          "/chaos/faults/0");
    CHECK(pointer_of(R"json({"every": "1 s", "faults": [{"crash": true, "at": "1 s", "component": "db"}]})json") ==
          "/chaos/faults/0/at");
    CHECK(pointer_of(R"json({"every": "1 s", "targets": {"components": ["dc"]}, "faults": [{"flush": true}]})json") ==
          "/chaos/targets/components/0");
    CHECK(pointer_of(
              R"json({"every": "1 s", "targets": {"domains": ["a"]}, "faults": [{"loss": "1%", "for": "1 s"}]})json") ==
          "/chaos/faults/0");
    CHECK(pointer_of(R"json({"every": "1 s", "faults": [{"flush": true, "component": "db", "weight": 0}]})json") ==
          "/chaos/faults");
}
