#include "core/system/live_run.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/system/report.hpp"
#include "core/system/scenario_test_support.hpp"
#include "core/system/theory.hpp"

using namespace dstudio;
using namespace dstudio::system;
using json = nlohmann::ordered_json;

namespace {

json shop() {
    return json::parse(R"json({"name": "shop", "duration": "40 s", "warmup": "5 s", "network": "exponential(1 ms)",
        "workloads": [{"id": "users", "rate": "200/s", "call": "front", "timeout": "1 s"}],
        "components": [
          {"id": "front", "threads": 100, "steps": [{"work": "1 ms"}, {"call": "back", "timeout": "100 ms",
            "retry": {"attempts": 3, "base": "10 ms", "jitter": "full"},
            "breaker": {"window": 50, "open": "2 s"}}]},
          {"id": "back", "replicas": 2, "threads": 2, "queue": 50, "steps": [{"work": "exponential(12 ms)"}]}]})json",
                       nullptr, false);
}

json report_of(const LiveRun& run) {
    const Results results = run.simulation().results();
    return report_json(run.scenario(), run.seed(), {&results, 1});
}

json report_at_once(const json& document, std::uint64_t seed) {
    std::vector<Mistake> mistakes;
    const auto scenario = read_scenario(document, mistakes);
    REQUIRE(scenario);
    Simulation run(*scenario, seed);
    run.run();
    const Results results = run.results();
    return report_json(*scenario, seed, {&results, 1});
}

std::unique_ptr<LiveRun> opened(const json& document, std::uint64_t seed) {
    std::vector<Mistake> mistakes;
    auto run = LiveRun::open(document, seed, mistakes);
    REQUIRE(run);
    return run;
}

constexpr std::uint64_t no_end = 1'000'000'000;

}  // namespace

TEST_CASE("a run in pieces reports what a run in one go does") {
    auto run = opened(shop(), 7);
    for (Time at = 0; !run->simulation().is_finished(); at += 333 * sim::millisecond) {
        (void)run->advance(at, 5000);
        CHECK(run->simulation().inconsistency() == "");
    }
    CHECK_UNARY(report_of(*run) == report_at_once(shop(), 7));
}

TEST_CASE("faults that strike on the way become the document's, and going back takes away later ones") {
    auto run = opened(shop(), 3);
    std::vector<Mistake> mistakes;
    (void)run->advance(10 * sim::second, no_end);
    const auto first = run->strike(json{{"component", "back"}, {"slow", 4}, {"for", "5 s"}}, mistakes);
    REQUIRE(first);
    CHECK((*first)["at"] == "10 s");
    (void)run->advance(20 * sim::second, no_end);
    REQUIRE(run->strike(json{{"component", "back"}, {"crash", true}, {"replicas", 1}}, mistakes));
    (void)run->advance(30 * sim::second, no_end);
    CHECK(run->simulation().view(1).up == 1);
    run->rewind(15 * sim::second);
    CHECK(run->simulation().now() == 15 * sim::second);
    CHECK(run->simulation().view(1).up == 2);
    CHECK(run->document()["faults"].size() == 1);
    CHECK(run->simulation().inconsistency() == "");
    (void)run->advance(sim::time_max, no_end);
    CHECK(run->simulation().is_finished());
    CHECK_UNARY(report_of(*run) == report_at_once(run->document(), 3));
    // Before the first as well, and once more to the end: as if nothing had been.
    run->rewind(5 * sim::second);
    CHECK(run->document()["faults"].empty());
    (void)run->advance(sim::time_max, no_end);
    CHECK_UNARY(report_of(*run) == report_at_once(shop(), 3));
}

TEST_CASE("a fault that cannot be says where and why, and changes nothing") {
    auto run = opened(shop(), 1);
    std::vector<Mistake> mistakes;
    (void)run->advance(sim::second, no_end);
    CHECK_FALSE(run->strike(json{{"component", "bakc"}, {"slow", 4}}, mistakes));
    REQUIRE(mistakes.size() == 1);
    CHECK(mistakes[0].pointer == "/component");
    CHECK(mistakes[0].hint == "did you mean 'back'?");
    CHECK_FALSE(run->strike(json("crash"), mistakes));
    CHECK_FALSE(run->document().contains("faults"));
}

TEST_CASE("frames count from the start, through the end of the warm-up") {
    auto run = opened(shop(), 2);
    std::uint64_t before = 0;
    for (Time at = sim::second; at <= 12 * sim::second; at += sim::second) {
        (void)run->advance(at, no_end);
        const json frame = run->frame_json();
        const json& users = frame["workloads"][0];
        CHECK(users["started"] > before);
        before = users["started"];
        const json summary = run->summary_json();
        REQUIRE(summary["edges"][1]["from"] == "users");
        CHECK(users["in_flight"] == frame["edges"][1]["in_progress"]);
        CHECK(frame["edges"][1]["calls"] == users["started"]);
        CHECK(frame["edges"][0]["breaker"].is_string());
        CHECK(frame["components"][1]["up"] == 2);
    }
    CHECK(std::fabs(static_cast<double>(before) - 2400) < 5 * std::sqrt(2400.0));
}

TEST_CASE("advance ends after about as many events as it may take") {
    auto run = opened(shop(), 2);
    CHECK(run->advance(40 * sim::second, 1000));
    CHECK(run->simulation().events() >= 1000);
    CHECK(run->simulation().now() < 40 * sim::second);
}

TEST_CASE("theory is given where it is exact, and the simulation agrees") {
    const json document = json::parse(R"json({"duration": "3000 s", "warmup": "100 s",
        "workloads": [{"id": "users", "rate": "60/s", "call": "front"}, {"id": "jobs", "rate": "20/s", "call": "single"},
          {"id": "hasty", "rate": "20/s", "call": "bent", "timeout": "1 s"}],
        "components": [
          {"id": "front", "threads": 1000, "steps": [{"work": "uniform(1 ms, 3 ms)"}, {"call": "pool"}]},
          {"id": "pool", "replicas": 3, "balancing": "random", "threads": 2, "steps": [{"work": "exponential(70 ms)"}]},
          {"id": "single", "steps": [{"work": "uniform(0 ms, 80 ms)"}]},
          {"id": "bent", "threads": 9, "steps": [{"work": "exponential(10 ms)"}]}]})json",
                                      nullptr, false);
    std::vector<Mistake> mistakes;
    const auto scenario = read_scenario(document, mistakes);
    REQUIRE(scenario);
    const json theory = theory_json(*scenario);
    REQUIRE(theory.size() == 3);
    CHECK(theory[0]["component"] == "front");
    CHECK(theory[1]["model"] == "M/M/2");
    CHECK(theory[2]["model"] == "M/G/1");
    const json report = report_at_once(document, 1);
    for (const json& exact : theory)
        for (const json& measured : report["components"])
            if (measured["id"] == exact["component"])
                for (const auto& [key, value] : exact["figures"].items()) {
                    const std::string name = key;  // clang 14 captures no binding
                    CAPTURE(name);
                    CHECK(measured[name]["value"].get<double>() == doctest::Approx(value.get<double>()).epsilon(0.06));
                }
    json struck = document;
    struck["faults"] = json::array({{{"component", "pool"}, {"slow", 2}}});
    const auto with_fault = read_scenario(struck, mistakes);
    REQUIRE(with_fault);
    CHECK(theory_json(*with_fault).empty());
}
