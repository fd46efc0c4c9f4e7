// Checks by simulation: what is wrong with one is said with its place.
#include "services/catalog/simulation_checks.hpp"

#include <doctest/doctest.h>

#include "core/formula/formula_set.hpp"

using namespace dstudio;
using namespace dstudio::catalog;
using nlohmann::ordered_json;

namespace {

// M/M/1, with a check that is right.
ordered_json fields() {
    return ordered_json::parse(R"json({
      "model": "rate = 8/s\nservice = 10/s\nutilisation = rate / service\nwait = utilisation / (service - rate) -> ms",
      "examples": [{"inputs": {"rate": "12/s"}}, {"inputs": {"rate": "5/s"}}],
      "check": {
        "requires": [{"condition": "utilisation < 1", "otherwise": "there is no steady state"}],
        "scenario": {
          "duration": "${1000 / rate}",
          "workloads": [{"id": "users", "rate": "${rate}", "call": "station"}],
          "components": [{"id": "station", "threads": "${1 + 0}", "steps": [{"work": "exponential(${1 / service})"}]}]
        },
        "figures": [{"theory": "wait", "measured": "components/station/wait_ms"},
                    {"theory": "rate", "measured": "calls/users -> station/attempts", "when": "rate < 6/s"}]
      }})json");
}

std::string first_mistake(const ordered_json& wrong) {
    formula::FormulaSet set;
    formula::Diagnostics diagnostics;
    const auto model = formula::Model::from_source(wrong["model"].get<std::string>(), set.library(), diagnostics);
    REQUIRE(model.has_value());
    const auto mistakes = mistakes_of_check(wrong, *model, set.library());
    return mistakes.empty() ? "" : mistakes[0].pointer + ": " + mistakes[0].message;
}

}  // namespace

TEST_CASE("a check is read with the first example that meets its conditions") {
    CHECK(first_mistake(fields()) == "");
}

TEST_CASE("mistakes of a check are told at their place") {
    ordered_json wrong = fields();
    wrong["check"]["scenario"]["components"][0]["threds"] = 3;
    CHECK(first_mistake(wrong) == "/check/scenario/components/0/threds: there is no 'threds' here");

    wrong = fields();
    wrong["check"]["scenario"]["workloads"][0]["rate"] = "${rat}";
    CHECK(first_mistake(wrong).starts_with("/check/scenario/workloads/0/rate: 'rat': "));

    // A time where a rate is asked for.
    wrong = fields();
    wrong["check"]["scenario"]["workloads"][0]["rate"] = "${1 / rate}";
    CHECK(first_mistake(wrong).starts_with("/check/scenario/workloads/0/rate: "));

    wrong = fields();
    wrong["check"]["figures"][0]["measured"] = "components/server/wait_ms";
    CHECK(first_mistake(wrong) == "/check/figures/0: the scenario has no 'server' among its components");

    wrong = fields();
    wrong["check"]["figures"][1]["measured"] = "calls/station -> users/attempts";
    CHECK(first_mistake(wrong).starts_with("/check/figures/1: "));

    wrong = fields();
    wrong["check"]["figures"][0]["theory"] = "weight";
    CHECK(first_mistake(wrong).starts_with("/check/figures/0: 'weight': "));

    wrong = fields();
    wrong["check"]["requires"][0]["condition"] = "utilisation < 0.1";
    CHECK(first_mistake(wrong) == "/check/requires: no example meets the conditions of the check");
}
