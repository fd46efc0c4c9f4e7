#include "apps/http/simulation_request.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace dstudio;
using namespace dstudio::http;
using nlohmann::ordered_json;

namespace {

std::string refusal(const std::string& body) {
    const auto parsed = parse_json_body(body);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().code == base::ErrorCode::invalid_argument);
    return parsed.error().message;
}

}  // namespace

TEST_CASE("what is no JSON is refused with its place") {
    CHECK(refusal("").starts_with("the body is no JSON: line 1, column 1: "));
    CHECK(refusal("{\"seed\": 1,\n  \"runs\" 3}").starts_with("the body is no JSON: line 2, column 10: "));
    CHECK(refusal("{\"seed\": 1} x").starts_with("the body is no JSON: line 1, column 13: "));
    CHECK(refusal("{\"seed\": 1e999}").starts_with("the body is no JSON: line 1, column 14: "));
    CHECK(refusal("{\"a\": \"\xff\"}").starts_with("the body is no JSON: line 1, column 8: "));
    CHECK(refusal("seed: 1").starts_with("the body is no JSON: line 1, column 1: "));
    CHECK(refusal(std::string("{\"a\": 1}\0", 9)).starts_with("the body is no JSON: line 1, column 9: "));
}

TEST_CASE("a key that stands twice, and what is deeper than the stack might be, are refused") {
    CHECK(refusal(R"({"runs": 1, "runs": 2})") ==
          "the body cannot be taken: the key 'runs' stands twice in one object");
    CHECK(parse_json_body(R"([{"a": 1}, {"a": {"a": 2}}])").has_value());
    CHECK(parse_json_body(std::string(32, '[') + std::string(32, ']')).has_value());
    CHECK(refusal(std::string(65'000, '[')) == "the body cannot be taken: values are nested more than 32 deep");
}

TEST_CASE("a request has a scenario or names one; seed and runs have defaults") {
    std::vector<system::Mistake> mistakes;
    const auto given = read_simulation_request(ordered_json::parse(R"({"scenario": {"name": "x"}})"), mistakes);
    CHECK(given.scenario["name"] == "x");
    CHECK(given.seed == 1);
    CHECK(given.runs == 1);
    const auto named = read_simulation_request(
        ordered_json::parse(R"({"scenario_id": "retry-storm", "seed": 18446744073709551615, "runs": 3})"), mistakes);
    CHECK(named.scenario.is_null());
    CHECK(named.scenario_id == "retry-storm");
    CHECK(named.seed == 18446744073709551615U);
    CHECK(named.runs == 3);
    CHECK(mistakes.empty());
}

TEST_CASE("all mistakes of a request come at once, with pointers into the body") {
    std::vector<system::Mistake> mistakes;
    (void)read_simulation_request(
        ordered_json::parse(R"({"scenaro": {}, "scenario_id": 7, "seed": -1, "runs": "3", "a/b~c": 0})"), mistakes);
    const std::vector<system::Mistake> expected{
        {"/scenaro", "there is no 'scenaro' here", "did you mean 'scenario'?"},
        {"/a~1b~0c", "there is no 'a/b~c' here", "possible are scenario, scenario_id, seed, runs"},
        {"/scenario_id", "'scenario_id' is 7; it must be an id", R"(as "retry-storm")"},
        {"/seed", "'seed' is -1", "give a whole number from 0"},
        {"/runs", R"('runs' is "3")", "give a whole number from 1"}};
    CHECK(mistakes == expected);
    for (const char* body : {"[]", "{}", "null", R"({"scenario": {}, "scenario_id": "x"})"}) {
        CAPTURE(std::string(body));
        std::vector<system::Mistake> found;
        (void)read_simulation_request(ordered_json::parse(body), found);
        REQUIRE(found.size() == 1);
        CHECK(found[0].pointer.empty());
    }
    for (const char* value : {"0", "-1", "1.5", "1.0", "null", "[1]"}) {
        std::vector<system::Mistake> found;
        (void)read_simulation_request(
            ordered_json::parse(R"({"scenario_id": "x", "runs": )" + std::string(value) + "}"), found);
        REQUIRE(found.size() == 1);
        CHECK(found[0].pointer == "/runs");
    }
}
