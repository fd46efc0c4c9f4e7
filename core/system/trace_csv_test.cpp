// Workloads whose arrivals are a table.
#include <doctest/doctest.h>

#include <string>

#include "core/system/scenario_test_support.hpp"

using namespace dstudio;
using namespace dstudio::system;
using json = nlohmann::ordered_json;

namespace {

json document_with(json trace) {
    json document = json::parse(R"json({"duration": "100 s", "workloads": [{"id": "w", "call": "s"}],
        "components": [{"id": "s", "threads": 1000, "steps": [{"work": "1 ms"}]}]})json");
    document["workloads"][0]["trace"] = std::move(trace);
    return document;
}

Mistake mistake_of(json trace) {
    std::vector<Mistake> mistakes;
    CHECK_FALSE(read_scenario(document_with(std::move(trace)), mistakes));
    REQUIRE(mistakes.size() == 1);
    return mistakes[0];
}

}  // namespace

TEST_CASE("times are read to the nanosecond, in their unit") {
    const Scenario seconds =
        scenario_from(document_with({{"csv", "time\n0\n0.000000001\n1.5\n 2e1 \n86400.123456789"}}));
    CHECK(seconds.workloads[0].times == std::vector<Time>{0, 1, 1'500'000'000, 20 * sim::second, 86'400'123'456'789});
    const Scenario ms = scenario_from(document_with(
        {{"csv", "a,at\n1,1698765432123.4\n2,1698765432200\n"}, {"column", "at"}, {"unit", "ms"}, {"relative", true}}));
    CHECK(ms.workloads[0].times == std::vector<Time>{0, 76'600'000});
    // Beyond the last digit: to the nearest.
    CHECK(scenario_from(document_with({{"csv", "t\n0.00000000049\n0.0000000005\n"}})).workloads[0].times ==
          std::vector<Time>{0, 1});
}

TEST_CASE("a list and a table of the same times are the same workload") {
    const Scenario list = scenario_from(document_with(json::array({"0.1 s", "0.25 s", "3 s"})));
    const Scenario table = scenario_from(document_with({{"csv", "t\r\n0.1\r\n0.25\r\n3\r\n"}}));
    CHECK(list == table);
    CHECK(results_of(table).workloads[0].started == 3);
}

TEST_CASE("classes share a table, keys are numbered as they appear, sizes take the bandwidth") {
    const std::string csv = "time,type,key,bytes\n5,buy,x,1000\n6,look,y,0\n7,buy,z,2000\n8,buy,x,3000\n";
    json document = document_with(
        {{"csv", csv}, {"class", "type"}, {"is", "buy"}, {"key", "key"}, {"bytes", "bytes"}, {"relative", true}});
    const Scenario scenario = scenario_from(document);
    CHECK(scenario.workloads[0].times == std::vector<Time>{0, 2 * sim::second, 3 * sim::second});
    CHECK(scenario.workloads[0].trace_keys == std::vector<std::uint32_t>{0, 1, 0});
    CHECK(scenario.workloads[0].keys.count == 2);
    document["components"][0]["bandwidth"] = "1 MB/s";
    const Results results = results_of(scenario_from(document));
    CHECK(results.workloads[0].latencies_ns == std::vector<double>{2e6, 3e6, 4e6});
    // A cache sees the keys: the third request is for the first one's.
    document["components"] = json::parse(R"json([{"id": "s", "threads": 9, "steps": [{"cached": "db", "cache": {}}]},
                                                {"id": "db", "threads": 9}])json");
    CHECK(results_of(scenario_from(document)).components[0].hits == 1);
}

TEST_CASE("what is wrong in a table is told with its line and column") {
    const auto place = [](const Mistake& mistake) { return std::pair(mistake.line, mistake.column); };
    const Mistake word = mistake_of({{"csv", "a,time\n1,0.5\n1,soon\n"}, {"column", "time"}});
    CHECK(word.pointer == "/workloads/0/trace/csv");
    CHECK(place(word) == std::pair<std::size_t, std::size_t>{3, 3});
    CHECK(placed_message(word) == "line 3, column 3: 'soon' is no time");
    CHECK(place(mistake_of({{"csv", "time\n2\n1\n"}})) == std::pair<std::size_t, std::size_t>{3, 1});
    CHECK(place(mistake_of({{"csv", "time,x\n2\n"}})) == std::pair<std::size_t, std::size_t>{2, 1});
    CHECK(place(mistake_of({{"csv", "time\n1\n\"2\n"}})) == std::pair<std::size_t, std::size_t>{3, 1});
    CHECK(place(mistake_of({{"csv", "time\n1698765432\n"}})) == std::pair<std::size_t, std::size_t>{2, 1});
    for (const char* number : {"", "-1", "1.2.3", "1e", "1e9999", "nan", "99999999999999999999", "0x10", "1 s"})
        CHECK(mistake_of({{"csv", std::string("time,x\n") + number + ",1\n"}}).line == 2);
    CHECK(mistake_of({{"csv", "time,x\n1,2\n"}, {"column", "tiem"}}).pointer == "/workloads/0/trace/column");
    CHECK(mistake_of({{"file", "arrivals.csv"}}).pointer == "/workloads/0/trace/file");
    CHECK(mistake_of(json::object()).message == "'csv' is missing");
    CHECK(mistake_of({{"csv", ""}}).message == "the table is empty");
    CHECK(mistake_of({{"csv", 7}}).pointer == "/workloads/0/trace/csv");
    CHECK(mistake_of({{"csv", "t\n1\n"}, {"class", "t"}}).message == "'class' and 'is' go together");
}

TEST_CASE("a table of a million rows is read, one more is refused") {
    std::string csv = "time,key\n";
    for (int i = 0; i < 1'000'000; ++i)
        csv += std::to_string(i / 100) + ".5,k" + std::to_string(i % 1000) + "\n";
    const Scenario scenario = scenario_from(document_with({{"csv", csv}, {"key", "key"}}));
    CHECK(scenario.workloads[0].times.size() == 1'000'000);
    CHECK(scenario.workloads[0].keys.count == 1000);
    csv += "10001,k\n";
    CHECK(mistake_of({{"csv", csv}}).line == 1'000'002);
}
