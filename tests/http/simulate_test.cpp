// Bounds of simulations for strangers, in process: each with what meets it.
#include "apps/http/simulate.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "apps/http/simulation_request.hpp"
#include "core/system/report.hpp"
#include "services/catalog/build.hpp"
#include "services/catalog/content_fixture.hpp"
#include "services/catalog/loader.hpp"

using namespace dstudio;
using namespace dstudio::http;
using namespace std::chrono_literals;
using base::ErrorCode;
using nlohmann::ordered_json;

namespace {

const catalog::Catalog& fixture() {
    static const catalog::ContentFixture content;
    static const catalog::Catalog opened = [] {
        const auto loaded = catalog::load_content(content.content());
        REQUIRE(loaded.has_value());
        REQUIRE(catalog::build_pack(loaded->content, content.pack()).has_value());
        return std::move(*catalog::Catalog::open(content.pack()));
    }();
    return opened;
}

auto simulated(const std::string& body, const SimulationBounds& bounds = {}) {
    const std::atomic<bool> is_cancelled{false};
    return simulate(fixture(), body, is_cancelled, bounds);
}

SimulationFailure failure(const std::string& body, const SimulationBounds& bounds = {}) {
    const auto report = simulated(body, bounds);
    REQUIRE_FALSE(report.has_value());
    return report.error();
}

// That it is refused for its work with these words, and by a bound on the work itself: the time is given to
// instrumented builds.
void check_too_much(const std::string& scenario, std::string_view words, std::size_t runs = 1) {
    CAPTURE(scenario.substr(0, 200));
    SimulationBounds bounds;
    bounds.cpu_max = 120s;
    const auto refused =
        failure(R"({"scenario": )" + scenario + R"(, "seed": 5, "runs": )" + std::to_string(runs) + "}", bounds);
    CHECK(refused.error.code == ErrorCode::too_much_work);
    CHECK_MESSAGE(refused.error.message.find(words) != std::string::npos, refused.error.message);
    CHECK(refused.error.hint ==
          "run it on your own machine: dstudio sim run FILE --seed 5 --runs " + std::to_string(runs));
    CHECK(refused.mistakes.empty());
}

const std::string small = R"json({"name": "Small", "duration": "5 s",
    "workloads": [{"id": "users", "rate": "100/s", "call": "shop", "timeout": "50 ms", "retry": {"attempts": 2}}],
    "components": [{"id": "shop", "threads": 2, "steps": [{"work": "exponential(15 ms)"}]}],
    "objectives": [{"workload": "users", "availability": "99%"}]})json";

}  // namespace

TEST_CASE("the report is that of the runs with these seeds") {
    const auto report = simulated(R"({"scenario": )" + small + R"(, "seed": 7, "runs": 3})");
    REQUIRE(report.has_value());
    std::vector<system::Mistake> mistakes;
    const auto scenario = system::read_scenario(ordered_json::parse(small), mistakes);
    REQUIRE(scenario.has_value());
    std::vector<system::Results> runs;
    for (const std::uint64_t seed : {7U, 8U, 9U}) {
        system::Simulation simulation(*scenario, seed);
        simulation.run();
        runs.push_back(simulation.results());
    }
    CHECK(*report == system::report_json(*scenario, 7, runs).dump());
}

TEST_CASE("a scenario of the catalogue is simulated by its id, an unknown one is a mistake") {
    const auto report = simulated(R"({"scenario_id": "retry-storm"})");
    REQUIRE(report.has_value());
    CHECK(ordered_json::parse(*report)["scenario"] == "Retry storm");
    const auto unknown = failure(R"({"scenario_id": "retry-strom"})");
    CHECK(unknown.error.code == ErrorCode::malformed_content);
    REQUIRE(unknown.mistakes.size() == 1);
    CHECK(unknown.mistakes[0] ==
          system::Mistake{"/scenario_id", "there is no scenario 'retry-strom'", "did you mean 'retry-storm'?"});
}

TEST_CASE("mistakes of the request and of the scenario come in one list, with pointers into the body") {
    const auto refused =
        failure(R"({"scenario": {"duration": "5 apples", "workloads": [], "components": 3}, "run": 1})");
    CHECK(refused.error.code == ErrorCode::malformed_content);
    CHECK(refused.error.message.starts_with("4 mistakes, the first of them: /run: there is no 'run' here"));
    REQUIRE(refused.mistakes.size() == 4);
    CHECK(refused.mistakes[0].pointer == "/run");
    CHECK(refused.mistakes[1].pointer == "/scenario/duration");
    CHECK(refused.mistakes[2].pointer == "/scenario/components");
    CHECK(refused.mistakes[3].pointer == "/scenario/workloads");
    CHECK(failure(R"({"scenario": null})").mistakes[0].pointer == "/scenario");
    CHECK(failure(R"({"scenario": "retry-storm"})").mistakes[0].pointer == "/scenario");
    CHECK(failure("{").error.code == ErrorCode::invalid_argument);
}

TEST_CASE("what is clearly too much is refused before it begins") {
    const auto with = [](const std::string& workload, const std::string& component, const std::string& rest = "") {
        return R"({"duration": "60 s", "workloads": [{"id": "w", "call": "c", )" + workload +
               R"(}], "components": [{"id": "c")" + component + "}]" + rest + "}";
    };
    check_too_much(with(R"("rate": "1e6/s")", ""), "about 60,000,000 requests arrive in 1 run, each");
    check_too_much(with(R"("rate": "1e5/s")", ""), "about 18,000,000 requests arrive in 3 runs, each", 3);
    check_too_much(with(R"("rate": "0/s", "changes": [{"at": "20 s", "rate": "2e6/s", "ramp": true},
                           {"at": "21 s", "rate": "0/s"}])",
                        ""),
                   "about 22,000,000 requests arrive");
    check_too_much(with(R"("rate": "1/s")", ""), "11 runs; at most 10 here", 11);
    check_too_much(with(R"("users": 50001)", ""), "50,001 users; at most 50,000 here");
    check_too_much(with(R"("rate": "1/s")", R"(, "replicas": 2001)"), "2,001 replicas; at most 2,000 here");
    check_too_much(with(R"("rate": "1/s", "breaker": {"window": 1e5}}, {"id": "x", "rate": "1/s", "call": "c",
                           "breaker": {"window": 1e5}}, {"id": "y", "rate": "1/s", "call": "c", "breaker": {})",
                        ""),
                   "the breakers' windows hold 200,020 results");
    check_too_much(with(R"("rate": "1/s")",
                        R"(, "steps": [{"call": "d", "times": 9999}, {"call": "d", "times": 10000},
                                       {"send": "d", "times": 2}]}, {"id": "d")"),
                   "a request to c makes 20,001 calls; at most 20,000 here");
    check_too_much(with(R"("rate": "1/s")",
                        R"(, "replicas": 2, "steps": [{"cached": "d", "cache": {"capacity": 100001}}]}, {"id": "d")"),
                   "the caches hold 200,002 entries; at most 200,000 here");
    check_too_much(with(R"("rate": "1/s")", R"(, "deliver": {"call": "d", "partitions": 10000}}, {"id": "e",
                                                 "deliver": {"call": "d", "partitions": 1}}, {"id": "d")"),
                   "10,001 partitions; at most 10,000 here");
    check_too_much(with(R"("rate": "1/s", "keys": {"count": 9})", R"(, "replicas": 500, "shuffle": 201)"),
                   "the shuffle shards of c have 201 replicas; at most 200 here");
    check_too_much(with(R"("rate": "2e5/s", "bursts": {"rate": "1e6/s", "on": "1 s", "off": "9 s"})", ""),
                   "about 12,000,000 requests arrive");
    std::string calls;
    for (int i = 0; i < 1000; ++i)
        calls += std::string(i == 0 ? "" : ",") + R"({"call": "d"})";
    check_too_much(with(R"("rate": "1/s")", R"(, "steps": [{"all": [)" + calls + R"(]}]}, {"id": "d")"),
                   "the scenario has 1001 calls; at most 1000 here");
}

TEST_CASE("a change of the rate after the end counts nothing") {
    CHECK(simulated(R"({"scenario": {"duration": "2 s", "components": [{"id": "c"}], "workloads": [
        {"id": "w", "rate": "10/s", "call": "c", "changes": [{"at": "3 s", "rate": "1e8/s"}]}]}})")
              .has_value());
}

TEST_CASE("hostile scenarios are stopped") {
    // Nothing of it is large; users who are refused at once ask again at once.
    check_too_much(R"({"workloads": [{"id": "w", "users": 2, "call": "c"}],
                       "components": [{"id": "c", "steps": [{"work": "0 s"}]}]})",
                   "run 1 of 1 was stopped: it took as many events as are allowed");
    // A retry storm of nested attempts.
    check_too_much(R"({"duration": "1 h", "workloads": [{"id": "w", "rate": "100/s", "call": "a",
                         "retry": {"attempts": 1000, "base": "0 s"}}],
                       "components": [{"id": "a", "threads": 1000, "steps": [
                         {"call": "b", "retry": {"attempts": 1000, "base": "0 s"}}]}, {"id": "b", "errors": 1}]})",
                   "as many events as are allowed");
    // More and more that wait.
    check_too_much(R"({"duration": "1 h", "workloads": [{"id": "w", "rate": "2000/s", "call": "a"}],
                       "components": [{"id": "a", "steps": [{"work": "1 h"}]}]})",
                   "something grows without bound");
    // Calls without an attempt in flight, ten thousand for each event.
    check_too_much(R"({"workloads": [{"id": "w", "rate": "1000/s", "call": "a"}],
                       "components": [{"id": "a", "threads": 1e6, "steps": [
                         {"call": "b", "times": 10000, "retry": {"base": "10 s"}}]}, {"id": "b"}],
                       "faults": [{"at": "0 s", "component": "b", "crash": true}]})",
                   "something grows without bound");
    // Ten thousand calls for each event, which end at once: few events, much work.
    SimulationBounds bounds;
    bounds.cpu_max = 300ms;
    const auto refused = failure(R"({"scenario": {"duration": "1 h",
        "workloads": [{"id": "w", "rate": "1000/s", "call": "a"}],
        "components": [{"id": "a", "threads": 1e6, "steps": [{"call": "b", "times": 10000, "optional": true}]},
                       {"id": "b", "replicas": 1999, "balancing": "least-requests"}],
        "faults": [{"at": "0 s", "component": "b", "crash": true}]}})",
                                 bounds);
    CHECK(refused.error.message.find("its time is over") != std::string::npos);
    // A value that is a computation of hours.
    const auto value = failure(R"({"scenario": {"workloads": [{"id": "w", "call": "c",
        "rate": "sum(i in 1..100000: sum(j in 1..100000: 1/(i+j)))/s"}], "components": [{"id": "c"}]}})",
                               bounds);
    CHECK(value.error.code == ErrorCode::too_much_work);
    CHECK(value.error.message == "the computation was stopped at its work limit");
}

TEST_CASE("bounds of work are of all runs together") {
    SimulationBounds bounds;
    const auto body = [](int runs) {
        return R"({"scenario": )" + small + R"(, "runs": )" + std::to_string(runs) + "}";
    };
    const auto one = simulated(body(1), bounds);
    const auto two = simulated(body(2), bounds);
    REQUIRE(two.has_value());
    bounds.events_max = ordered_json::parse(*two)["events"].get<std::uint64_t>();
    CHECK(simulated(body(2), bounds) == two);
    bounds.events_max -= 1;
    CHECK(simulated(body(1), bounds) == one);
    CHECK(failure(body(2), bounds).error.message.starts_with("run 2 of 2 was stopped: it took as many events"));
}

TEST_CASE("what is cancelled ends soon") {
    const std::atomic<bool> is_cancelled{true};
    const auto report = simulate(fixture(), R"({"scenario": {"duration": "1 h", "components": [{"id": "c"}],
        "workloads": [{"id": "w", "rate": "2000/s", "call": "c"}]}})",
                                 is_cancelled);
    CHECK_FALSE(report.has_value());
}
