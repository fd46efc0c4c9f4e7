// Two-phase commit, copies that are behind, leaders that are replaced, clocks that are wrong: each against what can be
// computed by hand.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "core/system/report.hpp"
#include "core/system/scenario_test_support.hpp"

using namespace dstudio;
using namespace dstudio::system;
using json = nlohmann::ordered_json;

namespace {

double mean_ms(const Results& results, std::size_t workload = 0) {
    return 1e3 * results.workloads[workload].latency.mean_seconds();
}

// A shop that commits at two participants, each of which works for `work`; one way takes 2 ms.
std::string commits(const std::string& workload, const std::string& work, const std::string& more = "") {
    return R"json({"duration": "200 s", "network": "2 ms", "workloads": [{"id": "w", "call": "shop", )json" + workload +
           R"json(}], "components": [
        {"id": "shop", "threads": 10000, "steps": [{"commit": [{"call": "stock", "timeout": "1 s"}, {"call": "bank", "timeout": "1 s"}]}]},
        {"id": "stock", "threads": 10000, "steps": [{"work": ")json" +
           work + R"json("}]}, {"id": "bank", "threads": 10000, "steps": [{"work": ")json" + work + R"json("}]}])json" +
           more + "}";
}

// Within a share of it; doctest's own scale adds 1 to what it takes the share of.
doctest::Approx near(double value, double share) {
    return doctest::Approx(value).epsilon(share).scale(0);
}

double seconds_waited(const ComponentResult& result) {
    return static_cast<double>(result.lock_waits) * result.lock_wait_seconds;
}

}  // namespace

TEST_CASE("without conflicts a transaction takes as long as its slower participant, and is in doubt for a round trip") {
    const Results results = run_of(commits(R"json("rate": "100/s")json", "exponential(10 ms)"));
    // Four ways of 2 ms, and the later of two exponential times: 1.5 times their mean.
    CHECK(mean_ms(results) == near(8 + 15, 0.02));
    CHECK(results.components[0].commits == results.workloads[0].ended[0]);
    CHECK(results.components[0].aborts == 0);
    // Who has voted waits for the vote's way, the other's vote and the decision's way: 4 ms and, by Little's law, what
    // the other takes longer: 5 ms on average.
    CHECK(results.components[1].in_doubt == near(100 * (0.004 + 0.005), 0.03));
}

TEST_CASE("a key is held from the first work to the decision: transactions of one key come one after the other") {
    // Work of 10 ms, the vote's way and the decision's: 14 ms. At 50/s that is an M/D/1 queue of 70 %.
    const Results results = run_of(commits(R"json("rate": "50/s", "keys": {"count": 1})json", "10 ms"));
    const double rho = 50 * 0.014;
    const double wait_ms = 14 * rho / (2 * (1 - rho));  // Pollaczek and Khinchine
    CHECK(mean_ms(results) == near(2 + 2 + 10 + 2 + 2 + wait_ms, 0.06));
    CHECK(seconds_waited(results.components[1]) == near(seconds_waited(results.components[2]), 0.001));
    // With a thousand keys hardly any waits.
    const Results spread = run_of(commits(R"json("rate": "50/s", "keys": {"count": 1000})json", "10 ms"));
    CHECK(mean_ms(spread) == near(18, 0.01));
}

TEST_CASE("a participant that says no aborts the transaction, and the other lets go of its key") {
    const std::string failing = R"json(, "faults": [{"at": "0 s", "component": "bank", "errors": "30%"}])json";
    const Results results = run_of(commits(R"json("rate": "20/s", "keys": {"count": 10000})json", "10 ms", failing));
    const double all = static_cast<double>(results.workloads[0].ended_in_all());
    // 4,000 transactions: the standard error of the share is 0.007.
    CHECK(static_cast<double>(results.components[0].aborts) / all == near(0.3, 0.08));
    CHECK(results.workloads[0].ended[static_cast<std::size_t>(Outcome::failed)] == results.components[0].aborts);
    CHECK(results.components[1].in_doubt_longest_s < 0.02);
}

TEST_CASE("a coordinator that crashes leaves its participants in doubt until it is back, and their keys are held") {
    const std::string crash =
        R"json(, "faults": [{"at": "50 s", "for": "60 s", "component": "shop", "crash": true}])json";
    const Results results = run_of(commits(R"json("rate": "100/s", "keys": {"count": 1000000})json", "10 ms", crash));
    // Some had voted when it crashed. They hear of it at the first of the repetitions, one a second, after it is back.
    CHECK(results.components[1].in_doubt_longest_s > 59.9);
    CHECK(results.components[1].in_doubt_longest_s < 61.1);
    // Those which were under way, of 100/s for 18 ms.
    CHECK(results.components[0].aborts >= 1);
    CHECK(results.components[0].aborts <= 10);
}

TEST_CASE("a decision that is lost is told again") {
    // Nothing comes from the shop to the bank from 50 s on for 10 s, and nothing back.
    const std::string cut =
        R"json(, "faults": [{"at": "50 s", "for": "10 s", "partition": ["bank"], "from": ["shop"]}])json";
    const Results results = run_of(commits(R"json("rate": "100/s", "keys": {"count": 1000000})json", "10 ms", cut));
    CHECK(results.components[2].in_doubt_longest_s > 9);
    CHECK(results.components[2].in_doubt_longest_s < 11.1);
    CHECK(results.components[0].aborts == near(1000, 0.1));
    // The stock votes at once, and hears of the abort when the bank's second is over.
    CHECK(results.components[1].in_doubt_longest_s == near(1, 0.02));
}

namespace {

// One key, of which a copy is written and others are read; reads go to any of three copies.
std::string store(const std::string& replication, const std::string& more = "", const char* keys = "1") {
    return R"json({"duration": "400 s", "workloads": [
        {"id": "writers", "rate": "1/s", "writes": 1, "keys": {"count": )json" +
           std::string(keys) + R"json(}, "call": "db"}, {"id": "readers", "rate": "50/s", "keys": {"count": )json" +
           keys +
           R"json(}, "call": "db"}], "components": [{"id": "db", "replicas": 3, "threads": 1000,
        "balancing": "random", "replication": )json" +
           replication + "}]" + more + "}";
}

double stale_share(const ComponentResult& result) {
    return static_cast<double>(result.stale_reads) / static_cast<double>(result.reads);
}

}  // namespace

TEST_CASE("reads of one copy are stale while a write travels; quorums that overlap never are") {
    // A write is acknowledged by one copy and applied by the others an exponential time of 300 ms later. Of the time
    // between writes, 1 s on average, a copy that is not the writer is behind for min of both on average (it catches up
    // with each later write too): 1 / (1 + 1/0.3) of the time. Two of three copies are not the writer.
    const Results one = run_of(store(R"json({"factor": 3, "write": 1, "apply": "exponential(300 ms)"})json"));
    const ComponentResult& loose = one.components[0];
    CHECK(loose.reads == one.workloads[1].ended[0]);
    CHECK(stale_share(loose) == near(2.0 / 3 * 0.3 / 1.3, 0.15));
    // By how long, of those that are: the age of an exponential time, again 300 ms on average, or less.
    CHECK(sim::to_seconds(loose.staleness.quantile(1 - stale_share(loose) / 2)) == near(0.3 * std::log(2), 0.25));
    for (const char* quorums : {R"("read": 2, "write": 2)", R"("read": 1, "write": 3)", R"("read": 3, "write": 1)"}) {
        CAPTURE(quorums);
        const Results strict =
            run_of(store(std::string(R"json({"factor": 3, "apply": "exponential(300 ms)", )json") + quorums + "}"));
        CHECK(strict.components[0].reads > 10'000);
        CHECK(strict.components[0].stale_reads == 0);
        CHECK(sim::to_seconds(strict.components[0].staleness.max()) == 0);
    }
    // A leader that is read as well is never behind itself.
    const Results led = run_of(store(
        R"json({"factor": 3, "write": 1, "apply": "exponential(300 ms)", "leader": true, "leader_reads": true})json"));
    CHECK(led.components[0].stale_reads == 0);
}

TEST_CASE("a copy that was away is behind until it is repaired") {
    const auto measured = [](const char* repair) {
        return run_of(store(
            std::string(R"json({"factor": 3, "write": 2, "timeout": "100 ms")json") + repair + "}",
            R"json(, "faults": [{"at": "50 s", "for": "50 s", "component": "db", "replicas": 1, "crash": true}])json",
            "2000"));
    };
    // It misses 50 of the writes of 2,000 keys, and then hears of 300 more, hardly ever of the same keys: a third of
    // the reads of 50 of 2,000 keys in 300 of 400 s.
    const Results behind = measured("");
    CHECK(stale_share(behind.components[0]) == near(50.0 / 2000 / 3 * 300 / 400, 0.4));
    const Results repaired = measured(R"json(, "repair": "5 s")json");
    CHECK(repaired.components[0].stale_reads <= 15);
}

TEST_CASE("a leader that a partition cuts off goes on for its zone if one copy is enough, and what it takes is lost") {
    const auto cut = [](const char* write) {
        return run_of(std::string(R"json({"duration": "200 s", "workloads": [
            {"id": "inside", "rate": "50/s", "writes": 1, "zone": "a", "keys": {"count": 100000}, "call": "db", "timeout": "200 ms"},
            {"id": "outside", "rate": "50/s", "writes": 1, "keys": {"count": 100000}, "call": "db", "timeout": "200 ms"}],
            "components": [{"id": "db", "replicas": 3, "threads": 1000, "zones": ["a", "b", "c"],
             "replication": {"factor": 3, "leader": true, "failover": "5 s", "timeout": "100 ms", "write": )json") +
                      write +
                      R"json(}}], "faults": [{"at": "50 s", "for": "45 s", "partition": true, "domain": "a"}]})json");
    };
    const auto failed = [](const Results& results, std::size_t w) {
        return static_cast<double>(results.workloads[w].ended_in_all() - results.workloads[w].ended[0]);
    };
    const Results split = cut("1");
    CHECK(split.components[0].failovers == 1);
    // Both sides write: those outside fail for the 5 s of the failover, those inside never. 45 s of theirs are lost:
    // those of the last 40 s were taken by a leader that had been replaced, those of the first 5 s never left it.
    CHECK(failed(split, 0) == 0);
    CHECK(failed(split, 1) == near(50 * 5, 0.2));
    CHECK(static_cast<double>(split.components[0].lost_writes) == near(50 * 45, 0.06));
    // With a majority the old leader can promise nothing, and nothing is lost.
    const Results majority = cut("2");
    CHECK(failed(majority, 0) == near(50 * 45, 0.06));
    CHECK(failed(majority, 1) == near(50 * 5, 0.2));
    CHECK(majority.components[0].lost_writes == 0);
}

TEST_CASE("the latest write wins by the clock of the replica that took it") {
    const auto lost = [](const char* clock) {
        const Results results = run_of(
            R"json({"duration": "200 s", "workloads": [{"id": "w", "rate": "20/s", "writes": 1, "keys": {"count": 1}, "call": "db"}],
            "components": [{"id": "db", "replicas": 2, "threads": 1000, "replication": {"factor": 2, "write": 2}}])json" +
            std::string(clock) + "}");
        return static_cast<double>(results.components[0].lost_writes) /
               static_cast<double>(results.workloads[0].ended[0]);
    };
    CHECK(lost("") == 0);
    // One of two replicas is 10 s behind: what it takes is older than what the other has taken in the last 10 s. Half
    // of the writes are its, and at 10/s the other is hardly ever silent for so long.
    CHECK(lost(R"json(, "faults": [{"at": "0 s", "component": "db", "replicas": 1, "clock": "-10 s"}])json") ==
          near(0.5, 0.06));
    // By 50 ms: lost if the other took one in the 50 ms before, at 10/s.
    CHECK(lost(R"json(, "faults": [{"at": "0 s", "component": "db", "replicas": 1, "clock": "-50 ms"}])json") ==
          near(0.5 * (1 - std::exp(-0.5)), 0.1));
}

TEST_CASE("a clock that is ahead by more than the deadline drops everything, one that is behind nothing") {
    const auto ok = [](const char* clock) {
        return run_of(
                   std::string(R"json({"duration": "20 s", "workloads": [{"id": "w", "rate": "100/s", "call": "front"}],
            "components": [{"id": "front", "threads": 100, "steps": [{"call": "back", "timeout": "300 ms"}]},
            {"id": "back", "threads": 100, "drops_expired": true, "steps": [{"work": "5 ms"}]}], "faults": [
            {"at": "0 s", "component": "back", "clock": ")json") +
                   clock + R"json("}]})json")
            .workloads[0]
            .share(Outcome::ok);
    };
    CHECK(ok("200 ms") == 1);
    CHECK(ok("-5 s") == 1);
    CHECK(ok("400 ms") == 0);
}

TEST_CASE("the report and its sentences say what was stale, lost and in doubt") {
    const Scenario scenario = scenario_from(json::parse(
        commits(R"json("rate": "100/s", "keys": {"count": 50})json", "10 ms",
                R"json(, "faults": [{"at": "50 s", "for": "60 s", "component": "shop", "crash": true}])json")));
    const std::vector<Results> runs{results_of(scenario)};
    const json report = report_json(scenario, 1, runs);
    CHECK(report["components"][0]["transactions"]["aborts"]["value"] >= 1);
    CHECK(report["components"][1]["locks"]["in_doubt_longest_ms"]["value"] > 59'900);
    CHECK(report["diagnosis"].dump().find("waited for a key that another held") != std::string::npos);
    json document = json::parse(store(R"json({"factor": 3, "write": 1, "apply": "exponential(300 ms)"})json"));
    document["objectives"] = json::array({{{"component", "db"}, {"quantile", "99%"}, {"staleness", "50 ms"}},
                                          {{"component", "db"}, {"quantile", "99%"}, {"staleness", "10 s"}},
                                          {{"component", "db"}, {"durability", "99.99%"}}});
    const Scenario stale = scenario_from(document);
    const json verdicts = report_json(stale, 1, std::vector<Results>{results_of(stale)})["objectives"];
    CHECK(verdicts[0]["met"] == false);
    CHECK(verdicts[1]["met"] == true);
    CHECK(verdicts[2]["measured"] == 1.0);
}

TEST_CASE("transactions that could not be are refused") {
    const auto mistake = [](const std::string& step, const std::string& stock = "") {
        std::vector<Mistake> mistakes;
        (void)read_scenario(
            json::parse(R"json({"workloads": [{"id": "w", "rate": "1/s", "call": "shop"}], "components": [
            {"id": "shop", "steps": [{"commit": )json" +
                        step + R"json(}]}, {"id": "stock")json" + stock + "}, {\"id\": \"bank\"}]}"),
            mistakes);
        REQUIRE(mistakes.size() == 1);
        return mistakes[0].pointer + ": " + mistakes[0].message;
    };
    CHECK(mistake(R"json([{"call": "stock"}])json").find("waited for without end") != std::string::npos);
    CHECK(mistake(R"json([{"call": "stock", "timeout": "1 s"}, {"call": "stock", "timeout": "1 s"}])json")
              .find("takes part twice") != std::string::npos);
    CHECK(mistake(R"json([{"call": "stock", "timeout": "1 s", "retry": {}}])json").find("retry") != std::string::npos);
    CHECK(mistake(R"json([{"call": "stock", "timeout": "1 s"}])json", R"json(, "deliver": {"call": "bank"})json")
              .find("before it knows the decision") != std::string::npos);
}
