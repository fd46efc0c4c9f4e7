// What happens to requests: conservation over random scenarios, determinism, policies and faults one by one.
#include "core/system/simulation.hpp"

#include <doctest/doctest.h>

#include "core/system/report.hpp"
#include "core/system/scenario_test_support.hpp"

using namespace dstudio;
using namespace dstudio::system;

namespace {

std::uint64_t ended(const Results& results, Outcome outcome) {
    return results.workloads[0].ended[static_cast<std::size_t>(outcome)];
}

std::string text_of(const Scenario& scenario, std::uint64_t seed, const Results& results) {
    return report_json(scenario, seed, std::span(&results, 1)).dump();
}

}  // namespace

TEST_CASE("in random scenarios every request ends exactly once, and nothing is miscounted on the way") {
#ifdef __SANITIZE_ADDRESS__
    constexpr std::uint64_t scenarios = 1000;
#else
    constexpr std::uint64_t scenarios = 10'000;
#endif
    std::uint64_t events = 0;
    for (std::uint64_t seed = 1; seed <= scenarios; ++seed) {
        CAPTURE(seed);
        const Scenario scenario = scenario_from(random_scenario(seed));
        RunLimits limits;
        limits.events_max = 300'000;
        Simulation simulation(scenario, seed, limits);
        Time last = 0;
        for (Time until = sim::second; simulation.run_until(until); until += sim::second) {
            REQUIRE(simulation.now() >= last);
            last = simulation.now();
            const std::string wrong = simulation.inconsistency();
            REQUIRE(wrong == "");
        }
        REQUIRE(simulation.inconsistency() == "");
        events += simulation.results().events;
    }
    CHECK(events > scenarios * 100);
}

TEST_CASE("the same scenario and seed give the same report, paused or copied on the way or not") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        const Scenario scenario = scenario_from(random_scenario(seed));
        const std::string whole = text_of(scenario, seed, results_of(scenario, seed));
        CHECK(whole == text_of(scenario, seed, results_of(scenario, seed)));
        Simulation first(scenario, seed);
        first.run_until(2 * sim::second);
        Simulation copy = first;  // a snapshot
        first.run();
        copy.run();
        CHECK(text_of(scenario, seed, first.results()) == text_of(scenario, seed, copy.results()));
        CHECK(first.results().workloads[0].started == results_of(scenario, seed).workloads[0].started);
    }
}

TEST_CASE("switching a policy on leaves arrivals and work as they were") {
    const char* plain = R"json({"duration": "20 s", "workloads": [{"id": "w", "rate": "50/s", "call": "s"}],
        "components": [{"id": "s", "threads": 4, "steps": [{"work": "exponential(20 ms)"}]}]})json";
    auto with = nlohmann::ordered_json::parse(plain);
    with["workloads"][0]["breaker"] = {{"window", 20}};
    with["workloads"][0]["retry"] = {{"attempts", 2}};
    const Results a = results_of(scenario_from(plain));
    const Results b = results_of(scenario_from(with));
    CHECK(a.workloads[0].latencies_ns == b.workloads[0].latencies_ns);
}

TEST_CASE("arrivals follow their rate: steps, ramps, and none") {
    const Results steps = results_of(scenario_from(R"json({"duration": "30 s", "workloads": [{"id": "w", "rate": "0/s",
        "arrivals": "deterministic", "call": "s", "changes": [{"at": "10 s", "rate": "100/s"}, {"at": "20 s", "rate": "0/s"}]}],
        "components": [{"id": "s"}]})json"));
    CHECK(steps.workloads[0].started >= 999);
    CHECK(steps.workloads[0].started <= 1000);
    // The integral of a ramp from 0 to 100/s over 10 s is 500.
    const Results ramp = results_of(scenario_from(R"json({"duration": "10 s", "workloads": [{"id": "w", "rate": "0/s",
        "arrivals": "deterministic", "call": "s", "changes": [{"at": "10 s", "rate": "100/s", "ramp": true}]}],
        "components": [{"id": "s"}]})json"));
    CHECK(ramp.workloads[0].started >= 499);
    CHECK(ramp.workloads[0].started <= 500);
}

TEST_CASE("a timed-out attempt goes on and burns capacity, and its retry adds to the load") {
    const Results results = results_of(scenario_from(R"json({"duration": "10 s",
        "workloads": [{"id": "w", "rate": "10/s", "arrivals": "deterministic", "call": "s", "timeout": "50 ms",
                       "retry": {"attempts": 3, "backoff": "fixed", "base": "10 ms"}}],
        "components": [{"id": "s", "threads": 100, "steps": [{"work": "80 ms"}]}]})json"));
    CHECK(ended(results, Outcome::ok) == 0);
    CHECK(results.edges[0].attempts >= 3 * results.edges[0].calls - 6);
    CHECK(results.components[0].wasted == results.components[0].served);
    CHECK(results.components[0].served > 250);
}

TEST_CASE("a full queue rejects at once; a bulkhead, a limiter and a breaker do not even send") {
    const Results full = results_of(scenario_from(R"json({"duration": "10 s",
        "workloads": [{"id": "w", "rate": "100/s", "arrivals": "deterministic", "call": "s"}],
        "components": [{"id": "s", "threads": 1, "queue": 1, "steps": [{"work": "1 s"}]}]})json"));
    CHECK(ended(full, Outcome::rejected) >= 980);
    const Results bulkhead = results_of(scenario_from(R"json({"duration": "10 s",
        "workloads": [{"id": "w", "rate": "100/s", "arrivals": "deterministic", "call": "s", "concurrency": 2}],
        "components": [{"id": "s", "threads": 10, "steps": [{"work": "1 s"}]}]})json"));
    CHECK(bulkhead.components[0].arrived <= 20);
    CHECK(ended(bulkhead, Outcome::bulkhead) >= 975);
    const Results limited = results_of(scenario_from(R"json({"duration": "10 s",
        "workloads": [{"id": "w", "rate": "100/s", "arrivals": "deterministic", "call": "s", "limit": {"rate": "10/s", "burst": 5}}],
        "components": [{"id": "s", "threads": 10, "steps": [{"work": "1 ms"}]}]})json"));
    CHECK(limited.components[0].arrived >= 104 - 1);
    CHECK(limited.components[0].arrived <= 105);
    const Results broken = results_of(scenario_from(R"json({"duration": "10 s",
        "workloads": [{"id": "w", "rate": "100/s", "arrivals": "deterministic", "call": "s",
                       "breaker": {"window": 10, "failures": 5, "open": "1 s"}}],
        "components": [{"id": "s", "threads": 10, "errors": 1, "steps": [{"work": "1 ms"}]}]})json"));
    // Five failures, then one probe a second.
    CHECK(broken.components[0].arrived >= 5 + 8);
    CHECK(broken.components[0].arrived <= 5 + 10);
    CHECK(broken.edges[0].breaker_opened >= 9);
}

TEST_CASE("a breaker closes again when its probes succeed") {
    const Results results = results_of(scenario_from(R"json({"duration": "30 s",
        "workloads": [{"id": "w", "rate": "100/s", "arrivals": "deterministic", "call": "s",
                       "breaker": {"window": 10, "failures": 5, "open": "1 s", "probes": 2}}],
        "components": [{"id": "s", "threads": 10, "steps": [{"work": "1 ms"}]}],
        "faults": [{"at": "10 s", "for": "5 s", "component": "s", "errors": 1}]})json"));
    CHECK(results.edges[0].breaker_opened >= 5);
    CHECK(results.edges[0].breaker_opened <= 6);
    CHECK(ended(results, Outcome::ok) >= 2300);
}

TEST_CASE("a crash fails what is inside, refuses what comes, and ends") {
    const Results results = results_of(scenario_from(R"json({"duration": "30 s", "network": "1 ms",
        "workloads": [{"id": "w", "rate": "100/s", "arrivals": "deterministic", "call": "s"}],
        "components": [{"id": "s", "threads": 10, "steps": [{"work": "50 ms"}]}],
        "faults": [{"at": "10 s", "for": "10 s", "component": "s", "crash": true}]})json"));
    CHECK(ended(results, Outcome::refused) >= 995);
    CHECK(ended(results, Outcome::refused) <= 1001);
    CHECK(ended(results, Outcome::failed) >= 4);
    CHECK(ended(results, Outcome::failed) <= 6);
    CHECK(results.components[0].lost == ended(results, Outcome::failed));
    // One of two crashes: the other takes over.
    const Results half = results_of(scenario_from(R"json({"duration": "30 s",
        "workloads": [{"id": "w", "rate": "100/s", "arrivals": "deterministic", "call": "s"}],
        "components": [{"id": "s", "replicas": 2, "threads": 10, "steps": [{"work": "50 ms"}]}],
        "faults": [{"at": "10 s", "for": "10 s", "component": "s", "crash": true, "replicas": 1}]})json"));
    CHECK(ended(half, Outcome::refused) == 0);
    CHECK(ended(half, Outcome::ok) >= 2980);
}

TEST_CASE("latency is added to both ways, loss is noticed by the timeout alone") {
    const Results slow = results_of(scenario_from(R"json({"duration": "20 s", "network": "1 ms",
        "workloads": [{"id": "w", "rate": "10/s", "arrivals": "deterministic", "call": "s"}],
        "components": [{"id": "s", "threads": 10, "steps": [{"work": "10 ms"}]}],
        "faults": [{"at": "0 s", "component": "s", "latency": "100 ms"}]})json"));
    CHECK(slow.workloads[0].latency.mean_seconds() == doctest::Approx(0.212));
    const Results lost = results_of(scenario_from(R"json({"duration": "100 s",
        "workloads": [{"id": "w", "rate": "100/s", "call": "s", "timeout": "200 ms"}],
        "components": [{"id": "s", "threads": 100, "steps": [{"work": "10 ms"}]}],
        "faults": [{"at": "0 s", "component": "s", "loss": "10%"}]})json"));
    // The request or the answer is lost: 19 %.
    const double share = static_cast<double>(ended(lost, Outcome::timed_out)) / 10'000;
    CHECK(share == doctest::Approx(0.19).epsilon(0.08));
}

TEST_CASE("k of n answers are enough, and too many failures are a failure") {
    const char* quorum = R"json({"duration": "20 s",
        "workloads": [{"id": "w", "rate": "50/s", "arrivals": "deterministic", "call": "g"}],
        "components": [{"id": "g", "threads": 1000, "steps": [{"all": [{"call": "a"}, {"call": "b"}, {"call": "c"}], "need": 2}]},
                       {"id": "a", "threads": 100, "steps": [{"work": "10 ms"}]},
                       {"id": "b", "threads": 100, "steps": [{"work": "20 ms"}]},
                       {"id": "c", "threads": 100, "steps": [{"work": "300 ms"}]}]})json";
    const Results all_well = results_of(scenario_from(quorum));
    CHECK(all_well.workloads[0].latency.mean_seconds() == doctest::Approx(0.02));
    auto document = nlohmann::ordered_json::parse(quorum);
    document["components"][1]["errors"] = 1;
    CHECK(results_of(scenario_from(document)).workloads[0].latency.mean_seconds() == doctest::Approx(0.3));
    document["components"][2]["errors"] = 1;
    const Results broken = results_of(scenario_from(document));
    CHECK(ended(broken, Outcome::ok) == 0);
    // Known after the second failure, without waiting for the slow one.
    CHECK(broken.workloads[0].latency_all.mean_seconds() == doctest::Approx(0.02));
}

TEST_CASE("what has passed its deadline is dropped where deadlines are honoured") {
    auto document = nlohmann::ordered_json::parse(R"json({"duration": "20 s",
        "workloads": [{"id": "w", "rate": "100/s", "call": "s", "timeout": "100 ms"}],
        "components": [{"id": "s", "threads": 1, "steps": [{"work": "20 ms"}]}]})json");
    const Results burning = results_of(scenario_from(document));
    CHECK(ended(burning, Outcome::ok) < 40);  // those of the first moments only
    document["components"][0]["drops_expired"] = true;
    const Results dropping = results_of(scenario_from(document));
    // What is served has waited nearly as long as anybody waits, so much of it still comes too late.
    CHECK(ended(dropping, Outcome::ok) > 150);
    document["components"][0]["discipline"] = "lifo";
    CHECK(ended(results_of(scenario_from(document)), Outcome::ok) > 600);  // of 1000 that can be served
}

TEST_CASE("a run that grows without bound, or takes too many events, is stopped with the reason") {
    const Scenario flooded = scenario_from(R"json({"duration": "1000 s",
        "workloads": [{"id": "w", "rate": "100000/s", "call": "s"}],
        "components": [{"id": "s", "steps": [{"work": "1 s"}]}]})json");
    RunLimits limits;
    limits.in_flight_max = 10'000;
    Simulation simulation(flooded, 1, limits);
    simulation.run();
    CHECK(simulation.results().stopped_early.find("grows without bound") != std::string::npos);
    CHECK(simulation.inconsistency() == "");
    // A user who is refused at once and asks again at once.
    const Scenario spinning = scenario_from(R"json({"duration": "10 s",
        "workloads": [{"id": "w", "users": 1, "call": "s", "limit": {"rate": "1/s", "burst": 1}}],
        "components": [{"id": "s", "steps": [{"work": "1 ms"}]}]})json");
    RunLimits at_once;
    at_once.events_at_once_max = 10'000;
    Simulation spin(spinning, 1, at_once);
    spin.run();
    CHECK(spin.results().stopped_early.find("time does not move on") != std::string::npos);
    limits.in_flight_max = 5'000'000;
    limits.events_max = 1000;
    Simulation other(flooded, 1, limits);
    other.run();
    CHECK(other.results().events == 1000);
    CHECK(other.results().stopped_early.find("events") != std::string::npos);
    // Calls that wait for their next attempt, each event leaving a thousand of them, are in flight too.
    const Scenario waiting = scenario_from(R"json({"duration": "10 s",
        "workloads": [{"id": "w", "rate": "100/s", "call": "s"}],
        "components": [{"id": "s", "threads": 1000, "steps": [
            {"call": "down", "times": 1000, "retry": {"base": "5 s"}}]}, {"id": "down"}],
        "faults": [{"at": "0 s", "component": "down", "crash": true}]})json");
    RunLimits few;
    few.in_flight_max = 10'000;
    Simulation crowd(waiting, 1, few);
    crowd.run();
    CHECK(crowd.results().stopped_early.find("grows without bound") != std::string::npos);
    CHECK(crowd.results().events < 100);
    CHECK(crowd.inconsistency() == "");
}

TEST_CASE("a run ends when its caller says so, who is asked after every few hundred events and calls") {
    const Scenario scenario = scenario_from(R"json({"duration": "1000 s",
        "workloads": [{"id": "w", "rate": "1000/s", "call": "s"}],
        "components": [{"id": "s", "threads": 4, "steps": [{"call": "down", "times": 1000,
            "optional": true}]}, {"id": "down"}],
        "faults": [{"at": "0 s", "component": "down", "crash": true}]})json");
    RunLimits limits;
    int asked = 0;
    limits.is_over = [&asked] { return ++asked == 10; };
    Simulation simulation(scenario, 1, limits);
    simulation.run();
    CHECK(asked == 10);
    CHECK(simulation.results().stopped_early == "its time is over");
    CHECK(simulation.results().events < 100);  // of which a few made a thousand calls
    CHECK(simulation.inconsistency() == "");
}
