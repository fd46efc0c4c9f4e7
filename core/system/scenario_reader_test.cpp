// Scenario documents: what is taken, and what is said of mistakes.
#include "core/system/scenario_reader.hpp"

#include <doctest/doctest.h>

#include "core/system/scenario_test_support.hpp"

using namespace dstudio;
using namespace dstudio::system;
using nlohmann::ordered_json;

namespace {

const ordered_json& good() {
    static const ordered_json document =
        ordered_json::parse(R"json({"name": "shop", "duration": "3 min", "warmup": "20 s",
        "network": "lognormal(1 ms, 0.5)",
        "workloads": [{"id": "users", "rate": "500/s", "priority": 1, "call": "gateway", "timeout": "2 s",
                       "changes": [{"at": "60 s", "rate": "900/s"}, {"at": "80 s", "rate": "500/s", "ramp": true}]},
                      {"id": "batch", "users": 10, "think": "1 s", "call": "orders"}],
        "components": [{"id": "gateway", "type": "api-gateway", "replicas": 2, "threads": 200,
                        "steps": [{"work": "2 ms"},
                                  {"call": "orders", "timeout": "500 ms", "retry": {"attempts": 4, "jitter": "full"},
                                   "breaker": {"window": 50, "failures": 25}},
                                  {"all": [{"call": "orders"}, {"call": "orders", "optional": true}], "need": 1},
                                  {"send": "orders", "probability": "10%"}]},
                       {"id": "orders", "threads": 8, "queue": 100, "steps": [{"work": "exponential(5 ms)"}]}],
        "faults": [{"at": "60 s", "for": "10 s", "component": "orders", "slow": 8},
                   {"at": "90 s", "component": "orders", "from": "gateway", "latency": "10 ms"}],
        "objectives": [{"workload": "users", "availability": "99.9%", "quantile": "99%", "latency": "300 ms"}]})json");
    return document;
}

std::string mistakes_of(const ordered_json& document) {
    std::vector<Mistake> mistakes;
    const auto scenario = read_scenario(document, mistakes);
    CHECK(scenario.has_value() == mistakes.empty());
    std::string text;
    for (const Mistake& mistake : mistakes)
        text += (text.empty() ? "" : "\n") + mistake.pointer + ": " + mistake.message +
                (mistake.hint.empty() ? "" : "; " + mistake.hint);
    return text;
}

std::string mistakes_with(const char* pointer, const ordered_json& value) {
    ordered_json document = good();
    document[ordered_json::json_pointer(pointer)] = value;
    return mistakes_of(document);
}

}  // namespace

TEST_CASE("a scenario is read as it is written") {
    const Scenario scenario = scenario_from(good());
    CHECK(scenario.name == "shop");
    CHECK(scenario.duration == 180 * sim::second);
    CHECK(scenario.warmup == 20 * sim::second);
    CHECK(scenario.network.delay.kind() == base::DistributionKind::lognormal);
    REQUIRE(scenario.components.size() == 2);
    CHECK(scenario.components[0].replicas == 2);
    CHECK(scenario.components[0].steps.size() == 4);
    CHECK(scenario.components[0].steps[2].needed == 1);
    CHECK(scenario.components[0].steps[2].edges.size() == 2);
    CHECK(scenario.components[0].steps[3].probability == 0.1);
    REQUIRE(scenario.edges.size() == 6);
    CHECK(scenario.edges[0].name == "gateway -> orders");
    CHECK(scenario.edges[1].name == "gateway -> orders #2");
    CHECK(scenario.edges[0].retry.attempts == 4);
    CHECK(scenario.edges[0].retry.jitter == Jitter::full);
    CHECK(scenario.edges[0].breaker->failures == 25);
    CHECK(scenario.edges[2].is_optional);
    CHECK(scenario.workloads[0].rates.size() == 3);
    CHECK(scenario.workloads[0].rates[2].is_ramp);
    CHECK(scenario.workloads[1].users == 10);
    CHECK(scenario.faults[0].until == 70 * sim::second);
    CHECK(scenario.faults[1].edge == 0);
    CHECK(scenario.objectives[0].latency == 300 * sim::millisecond);
}

TEST_CASE("each mistake names its place, what is wrong, and the way out") {
    const struct {
        const char* pointer;
        ordered_json value;
        const char* expected;
    } rows[]{
        {"/duration", "3 m", "/duration: duration is time (s), '3 m' is length (m); write it like 10 s"},
        {"/duration", "0 s", "/duration: duration is 0 s; it must be between 0.000001 s and 315360000 s"},
        {"/durations", 3, "/durations: there is no 'durations' here; did you mean 'duration'?"},
        {"/warmup", "3 min", "/warmup: the warm-up takes all of the duration; make it a tenth of it, or leave it out"},
        {"/components", 7, "/components: 'components' must be a list"},
        {"/components/1/id", "gateway", "/components/1/id: there are two components 'gateway'; give each its own id"},
        {"/components/1/id", "Orders!",
         "/components/1/id: 'Orders!' is no id; use a to z, 0 to 9 and single hyphens, as in order-service"},
        {"/components/0/type", "gatewy", "/components/0/type: there is no type of component 'gatewy'"},
        {"/components/0/replicas", 0,
         "/components/0/replicas: replicas is 0; it must be a whole number between 1 and 10000"},
        {"/components/0/replicas", 1e9, "/components/0/replicas: replicas is 1000000000; it must be a whole number"},
        {"/components/0/discipline", "fifi",
         "/components/0/discipline: 'discipline' is \"fifi\"; did you mean 'fifo'?"},
        {"/components/0/cores", 4,
         "/components/0/cores: cores count only with processor sharing; add sharing: processor, or use threads"},
        {"/components/0/steps/0",
         {{"work", "2 ms"}, {"call", "orders"}},
         "/components/0/steps/0: a step does two things; give it one of work, wait, call, all, send"},
        {"/components/0/steps/0/work", "-1 ms", "/components/0/steps/0/work: work is -0.001 s; it must be"},
        {"/components/0/steps/0/work", "normal(1 ms, 5 ms)",
         "/components/0/steps/0/work: work is normal(1 ms, 5 ms), which reaches"},
        {"/components/0/steps/1/call", "order",
         "/components/0/steps/1/call: there is no component 'order'; did you mean 'orders'?"},
        {"/components/0/steps/1/retry/attempts", 0, "/components/0/steps/1/retry/attempts: attempts is 0"},
        {"/components/0/steps/1/retry/jitters", "full",
         "/components/0/steps/1/retry/jitters: there is no 'jitters' here; did you mean 'jitter'?"},
        {"/components/0/steps/1/breaker/failures", 51,
         "/components/0/steps/1/breaker/failures: 51 failures of the last 50 cannot be; give at most 'window'"},
        {"/components/0/steps/1/retry", 3, "/components/0/steps/1/retry: 'retry' is 3; it must be an object"},
        {"/components/0/steps/2/need", 3,
         "/components/0/steps/2/need: need is 3; it must be a whole number between 1 and 2"},
        {"/workloads/0/users", 3, "/workloads/0: a workload has one of rate, diurnal, trace and users"},
        {"/workloads/0/rate", "exponential(1/s)", "/workloads/0/rate: "},
        {"/workloads/0/changes/1/at", "50 s",
         "/workloads/0/changes/1/at: changes must be in the order of their times, after 0 s"},
        {"/faults/0/crash", true,
         "/faults/0: a fault does two things; give it one of crash, slow, errors, latency, loss"},
        {"/faults/1/from", "nobody", "/faults/1/from: there is no call 'nobody -> orders'"},
        {"/objectives/0/workload", "user", "/objectives/0/workload: there is no workload 'user'"},
        {"/objectives/0/quantile", 0, "/objectives/0: a latency objective needs a quantile and a latency"},
        {"/components/1/steps/0",
         {{"call", "gateway"}},
         "/components/1/steps: a request would never end: gateway -> orders -> gateway; break the circle"},
    };
    for (const auto& row : rows) {
        const std::string found = mistakes_with(row.pointer, row.value);
        CHECK_MESSAGE(found.find(row.expected) != std::string::npos,
                      std::string(row.pointer) << ": " << found << ", should hold: " << std::string(row.expected));
    }
}

TEST_CASE("a circle that may be left is allowed") {
    CHECK(mistakes_with("/components/1/steps/0", {{"call", "gateway"}, {"probability", "10%"}}).empty());
}

TEST_CASE("all mistakes are told, not the first alone") {
    ordered_json document = good();
    document["duration"] = "x";
    document["components"][0]["threads"] = -1;
    document["faults"][0]["component"] = "nobody";
    const std::string found = mistakes_of(document);
    CHECK(std::count(found.begin(), found.end(), '\n') == 2);
}

TEST_CASE("what is no scenario at all is refused, whatever it is") {
    for (const char* text : {"null", "[]", "3", "\"x\"", "{}", R"({"workloads": {}})",
                             R"({"workloads": [1], "components": [2]})", R"({"workloads": [{}], "components": [{}]})"})
        CHECK_FALSE(mistakes_of(ordered_json::parse(text)).empty());
}
