// What components keep and how they are chosen, scaled and struck, each against what can be computed by hand.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "core/system/report.hpp"
#include "core/system/scenario_test_support.hpp"

using namespace dstudio;
using namespace dstudio::system;
using json = nlohmann::ordered_json;

namespace {

double ok_share(const Results& results, std::size_t workload = 0) {
    return results.workloads[workload].share(Outcome::ok);
}

double hit_ratio(const ComponentResult& result) {
    return static_cast<double>(result.hits) / static_cast<double>(result.hits + result.misses);
}

double mean_ms(const Results& results) {
    return 1e3 * results.workloads[0].latency.mean_seconds();
}

std::string cached(const std::string& keys, const std::string& cache, const std::string& more = "") {
    return R"json({"duration": "200 s", "warmup": "40 s", "workloads": [{"id": "w", "rate": "500/s", "call": "edge",
        "keys": )json" +
           keys + more + R"json(}], "components": [
        {"id": "edge", "threads": 1000, "steps": [{"cached": "origin", "cache": )json" +
           cache + R"json(}]}, {"id": "origin", "threads": 1000, "steps": [{"work": "20 ms"}]}]})json";
}

}  // namespace

TEST_CASE("a cache of C of N keys that are equally likely answers C/N of the requests, whatever it drops") {
    for (const char* eviction : {"lru", "fifo", "lfu"}) {
        CAPTURE(eviction);
        const Results results =
            run_of(cached(R"json({"count": 1000})json",
                          std::string(R"json({"capacity": 300, "eviction": ")json") + eviction + R"json("})json"));
        // 80,000 lookups: the standard error of the share is at most 0.002, and hits are nearly independent.
        CHECK(hit_ratio(results.components[0]) == doctest::Approx(0.3).epsilon(0.03));
    }
}

TEST_CASE("a time to live T at rate r for each key gives hit ratio rT / (1 + rT)") {
    // 500/s over 100 keys: 5/s each, 400 ms: two hits for each miss.
    const Results results =
        run_of(cached(R"json({"count": 100})json", R"json({"capacity": 100, "ttl": "400 ms"})json"));
    // The origin's 20 ms lengthen each cycle, and requests in them miss: (rT) / (1 + rT + 2 r 0.02) hits nearly.
    const double hits = 5 * 0.4;
    CHECK(hit_ratio(results.components[0]) == doctest::Approx(hits / (1 + hits + 5 * 0.02)).epsilon(0.02));
}

TEST_CASE("one hot key without coalescing sends every request of the origin's latency on, with it one") {
    const auto origin_calls = [](const char* coalesce) {
        const Results results =
            run_of(cached(R"json({"count": 1})json",
                          std::string(R"json({"capacity": 1, "ttl": "1 s", "coalesce": )json") + coalesce + "}"));
        return static_cast<double>(results.edges[0].calls) / 160;
    };
    // Each cycle of a second and 20 ms begins with a miss; without coalescing 500/s for 20 ms miss as well.
    CHECK(origin_calls("true") == doctest::Approx(1 / 1.02).epsilon(0.02));
    CHECK(origin_calls("false") == doctest::Approx((1 + 500 * 0.02) / 1.02).epsilon(0.06));
}

TEST_CASE("writes through keep, around drop, back answer at once") {
    const auto measured = [](const char* writes) {
        return run_of(cached(R"json({"count": 50})json",
                             std::string(R"json({"capacity": 50, "writes": ")json") + writes + R"json("})json",
                             R"json(, "writes": "30%")json"));
    };
    const Results through = measured("through");
    CHECK(hit_ratio(through.components[0]) == 1);  // after the warm-up every key is kept
    CHECK(mean_ms(through) == doctest::Approx(0.3 * 20).epsilon(0.03));
    const Results around = measured("around");
    // A read hits if the last request for the key, as it ended, was a read: 70 %, less those under way.
    CHECK(hit_ratio(around.components[0]) == doctest::Approx(0.7).epsilon(0.08));
    const Results back = measured("back");
    CHECK(mean_ms(back) == 0);
    CHECK(static_cast<double>(back.edges[0].calls) == doctest::Approx(0.3 * 500 * 160).epsilon(0.03));
}

TEST_CASE("a quorum waits for the k-th fastest of the copies") {
    // One of 3 answers itself after its own work of 0; 2 others take exponential times of mean 10 ms. Write to 2 waits
    // for the faster of the two (5 ms), to 3 for the slower (15 ms), to 1 for none.
    for (const auto& [write, expected] : {std::pair{1, 0.0}, {2, 5.0}, {3, 15.0}}) {
        const Results results = run_of(
            R"json({"duration": "100 s", "workloads": [{"id": "w", "rate": "100/s", "writes": 1, "call": "db"}], "components": [
            {"id": "db", "replicas": 3, "threads": 1000, "replication": {"factor": 3, "write": )json" +
            std::to_string(write) + R"json(, "apply": "exponential(10 ms)"}}]})json");
        CHECK(mean_ms(results) == doctest::Approx(expected).epsilon(0.04));
        CHECK(ok_share(results) == 1);
    }
}

TEST_CASE("with a majority down writes fail; without a leader they are refused until one is elected") {
    const std::string db =
        R"json({"duration": "100 s", "workloads": [{"id": "w", "rate": "100/s", "writes": "50%", "call": "db"}],
        "components": [{"id": "db", "replicas": 3, "threads": 100, "replication": {"factor": 3, "write": 2, "leader": true,
        "failover": "10 s", "apply": "1 ms"}}], "faults": [{"at": "20 s", "for": "60 s", "component": "db", "crash": true)json";
    const Results one = run_of(db + R"json(, "replicas": 1}]})json");
    // Half of the requests are writes, for 10 of 100 s without a leader.
    CHECK(ok_share(one) == doctest::Approx(1 - 0.5 * 0.1).epsilon(0.02));
    CHECK(one.components[0].failovers == 1);
    const Results two = run_of(db + R"json(, "replicas": 2}]})json");
    CHECK(ok_share(two) == doctest::Approx(1 - 0.5 * 0.6).epsilon(0.03));
}

TEST_CASE("a queue delivers everything once, keeps what its consumers cannot take, and gives up on poison") {
    const Results results = run_of(R"json({"duration": "100 s", "workloads": [
        {"id": "w", "rate": "100/s", "changes": [{"at": "50 s", "rate": "0/s"}], "poison": "1%", "call": "queue"}], "components": [
        {"id": "queue", "threads": 100, "deliver": {"call": "worker", "consumers": 4, "attempts": 3, "again_after": "1 s",
         "dead_letters": "dlq"}},
        {"id": "worker", "threads": 4, "steps": [{"work": "50 ms"}]}, {"id": "dlq"}]})json");
    const ComponentResult& queue = results.components[0];
    const double sent = static_cast<double>(results.workloads[0].started);
    CHECK(queue.delivered + queue.dead_letters == results.workloads[0].started);
    CHECK(static_cast<double>(queue.dead_letters) == doctest::Approx(0.01 * sent).epsilon(0.3));
    CHECK(queue.redelivered == 2 * queue.dead_letters);
    CHECK(results.components[2].served == queue.dead_letters);
    // 100/s come and 80/s go for 50 s: a thousand wait, but for the poison's share.
    CHECK(queue.backlog_max == doctest::Approx(1000).epsilon(0.15));
    CHECK(sim::to_seconds(queue.age.max()) > 10);
}

TEST_CASE("an objective of age counts what is still kept") {
    const json document =
        json::parse(R"json({"duration": "100 s", "workloads": [{"id": "w", "rate": "20/s", "call": "queue"}],
        "objectives": [{"component": "queue", "quantile": "99%", "age": "10 s"}], "components": [
        {"id": "queue", "threads": 100, "deliver": {"call": "worker", "consumers": 1}},
        {"id": "worker", "steps": [{"work": "1 ms"}]}], "faults": [{"at": "50 s", "component": "worker", "slow": 1000000}]})json");
    const Scenario scenario = scenario_from(document);
    const json report = report_json(scenario, 1, std::vector{results_of(scenario)});
    CHECK(report["objectives"][0]["met"] == false);
    CHECK(report["objectives"][0]["measured_ms"].get<double>() > 40'000);
}

TEST_CASE("a poison message blocks its partition, not the others") {
    const auto backlog = [](const char* attempts) {
        return run_of(std::string(R"json({"duration": "60 s", "workloads": [
            {"id": "w", "rate": "100/s", "keys": {"count": 1000}, "poison": "0.1%", "call": "log"}], "components": [
            {"id": "log", "threads": 100, "deliver": {"call": "worker", "consumers": 10, "partitions": 10, "again_after": "500 ms")json") +
                      attempts + R"json(}}, {"id": "worker", "threads": 10, "steps": [{"work": "10 ms"}]}]})json")
            .components[0];
    };
    const ComponentResult blocked = backlog("");
    const ComponentResult passed = backlog(R"json(, "attempts": 3)json");
    CHECK(blocked.backlog_max > 500);  // about every 10 s one of ten partitions stops for good
    CHECK(passed.backlog_max < 60);
    CHECK(passed.dead_letters > 0);
}

TEST_CASE("a saga undoes what it did, in reverse, when a step fails") {
    const Results results =
        run_of(R"json({"duration": "50 s", "workloads": [{"id": "w", "rate": "100/s", "call": "trip"}], "components": [
        {"id": "trip", "threads": 1000, "steps": [{"saga": [{"call": "hotel", "undo": {"call": "hotel"}}, {"call": "car"},
          {"call": "flight", "undo": {"call": "flight"}}, {"call": "pay"}]}]},
        {"id": "hotel", "threads": 1000}, {"id": "car", "threads": 1000}, {"id": "flight", "threads": 1000},
        {"id": "pay", "threads": 1000, "errors": "25%"}]})json");
    const std::uint64_t failed = results.workloads[0].ended[static_cast<std::size_t>(Outcome::failed)];
    CHECK(static_cast<double>(failed) / static_cast<double>(results.workloads[0].started) ==
          doctest::Approx(0.25).epsilon(0.06));
    // Edges in the order of the file: hotel, its undo, car, flight, its undo, pay, the workload's.
    CHECK(results.edges[1].calls == failed);
    CHECK(results.edges[4].calls == failed);
    CHECK(results.edges[0].calls == results.workloads[0].started);
}

TEST_CASE("cold starts: a lone caller whose pauses outlast the instance starts it each time") {
    const auto cold = [](const char* keep_alive) {
        const Results results = run_of(std::string(R"json({"duration": "1000 s", "workloads": [
            {"id": "w", "users": 1, "think": "10 s", "call": "f"}], "components": [{"id": "f", "threads": 10,
            "serverless": {"cold_start": "500 ms", "keep_alive": ")json") +
                                       keep_alive + R"json("}, "steps": [{"work": "100 ms"}]}]})json");
        return std::pair(results.components[0].cold_starts, mean_ms(results));
    };
    CHECK(cold("9 s").second == doctest::Approx(600));
    CHECK(cold("11 s").first == 1);
}

TEST_CASE("autoscaling settles where the utilisation is near its target") {
    const Results results = run_of(R"json({"duration": "1200 s", "warmup": "600 s", "workloads": [
        {"id": "w", "rate": "300/s", "call": "s"}], "components": [{"id": "s", "replicas": 2, "threads": 4,
        "balancing": "least-requests", "autoscale": {"max": 50, "target": "60%", "cooldown": "60 s"},
        "steps": [{"work": "exponential(40 ms)"}]}]})json");
    // 12 busy threads on average: 5 replicas of 4 are 60 % busy; within the tolerance of 10 % nothing changes.
    CHECK(results.components[0].replicas == doctest::Approx(5).epsilon(0.15));
    CHECK(results.components[0].utilisation == doctest::Approx(0.6).epsilon(0.15));
}

TEST_CASE("limits let through what they say") {
    const auto share = [](const char* limit) {
        return ok_share(run_of(std::string(R"json({"duration": "200 s", "workloads": [{"id": "w", "rate": "100/s",
            "arrivals": "deterministic", "call": "s", "limit": )json") +
                               limit + R"json(}], "components": [{"id": "s", "threads": 100}]})json"));
    };
    CHECK(share(R"json({"rate": "40/s", "kind": "fixed-window"})json") == doctest::Approx(0.4).epsilon(0.01));
    CHECK(share(R"json({"rate": "40/s", "kind": "sliding-window"})json") == doctest::Approx(0.4).epsilon(0.05));
    CHECK(share(R"json({"rate": "40/s", "kind": "token-bucket", "burst": 10})json") ==
          doctest::Approx(0.4).epsilon(0.01));
    CHECK(share(R"json({"rate": "40/s", "kind": "leaky-bucket", "burst": 10})json") ==
          doctest::Approx(0.4).epsilon(0.01));
}

TEST_CASE("a leaky bucket spaces its calls evenly") {
    const Results results =
        run_of(R"json({"duration": "100 s", "workloads": [{"id": "w", "trace": ["0 s", "0 s", "0 s", "0 s"],
        "call": "s", "limit": {"rate": "10/s", "burst": 2, "kind": "leaky-bucket"}}], "components": [{"id": "s"}]})json");
    // At 0, 100 and 200 ms; the fourth finds two waiting.
    CHECK(results.workloads[0].ended[static_cast<std::size_t>(Outcome::limited)] == 1);
    CHECK(results.workloads[0].latency.max() == 200 * sim::millisecond);
    CHECK(mean_ms(results) == doctest::Approx(100));
}

TEST_CASE("a pool of c connections with a queue is M/M/c") {
    const Results results =
        run_of(R"json({"duration": "3000 s", "warmup": "50 s", "workloads": [{"id": "w", "rate": "80/s", "call": "s",
        "concurrency": 1, "waiting": 1000}], "components": [{"id": "s", "threads": 100, "steps": [{"work": "exponential(10 ms)"}]}]})json");
    CHECK(mean_ms(results) == doctest::Approx(50).epsilon(0.05));
    CHECK(ok_share(results) == 1);
}

TEST_CASE("adaptive limits find the capacity behind them and keep the latency down") {
    for (const char* algorithm : {"aimd", "vegas", "gradient"}) {
        CAPTURE(algorithm);
        const Results results =
            run_of(std::string(R"json({"duration": "300 s", "warmup": "60 s", "workloads": [{"id": "w", "rate": "400/s",
            "call": "s", "timeout": "200 ms", "adaptive": {"algorithm": ")json") +
                   algorithm + R"json(", "initial": 20, "max": 500}}], "components": [{"id": "s", "threads": 4,
            "steps": [{"work": "exponential(20 ms)"}]}]})json");
        // 200/s of 400/s can be served; without a limit every request times out.
        const double goodput = static_cast<double>(results.workloads[0].ended[0]) / 240;
        CHECK(goodput > 150);
        CHECK(goodput < 205);
        CHECK(results.edges[0].limit > 3);
        CHECK(results.edges[0].limit < 60);
    }
}

TEST_CASE("codel drops what waited too long; adaptive LIFO serves the newest") {
    const auto run = [](const char* discipline) {
        return run_of(
            std::string(R"json({"duration": "100 s", "warmup": "20 s", "workloads": [{"id": "w", "rate": "300/s",
            "call": "s", "timeout": "500 ms"}], "components": [{"id": "s", "threads": 2, "queue": 5000, "discipline": ")json") +
            discipline + R"json(", "steps": [{"work": "exponential(10 ms)"}]}]})json");
    };
    CHECK(ok_share(run("fifo")) < 0.05);  // 200/s of 300/s, all of them too late
    CHECK(ok_share(run("codel")) == doctest::Approx(2.0 / 3).epsilon(0.12));
    CHECK(ok_share(run("adaptive-lifo")) == doctest::Approx(2.0 / 3).epsilon(0.12));
    CHECK(mean_ms(run("codel")) < 60);
}

TEST_CASE("shedding keeps the important requests") {
    const Results results = run_of(R"json({"duration": "100 s", "workloads": [
        {"id": "high", "rate": "80/s", "priority": 0, "call": "s"}, {"id": "low", "rate": "200/s", "priority": 2, "call": "s"}],
        "components": [{"id": "s", "threads": 1, "queue": 20, "shed": {"at": "50%", "keep": 0}, "steps": [{"work": "exponential(10 ms)"}]}]})json");
    CHECK(ok_share(results, 0) > 0.97);  // 80 of 100/s, with ten places of its own
    CHECK(ok_share(results, 1) < 0.2);
}

TEST_CASE("keys choose shards, cells and shuffle shards") {
    const auto run = [](const char* balancing, const char* fault) {
        return run_of(
            std::string(
                R"json({"duration": "100 s", "workloads": [{"id": "w", "rate": "500/s", "keys": {"count": 100000},
            "call": "s"}], "components": [{"id": "s", "replicas": 8, "threads": 100, )json") +
            balancing + R"json(, "steps": [{"work": "1 ms"}]}], "faults": [)json" + fault + "]}");
    };
    const char* crash = R"json({"component": "s", "crash": true, "replicas": 1})json";
    // A shard that is down fails its share; the ring and the shuffle shards go on with the others.
    CHECK(ok_share(run(R"json("balancing": "hash")json", crash)) == doctest::Approx(7.0 / 8).epsilon(0.02));
    CHECK(ok_share(run(R"json("balancing": "range")json", crash)) == doctest::Approx(7.0 / 8).epsilon(0.02));
    CHECK(ok_share(run(R"json("balancing": "consistent")json", crash)) == 1);
    CHECK(ok_share(run(R"json("shuffle": 2)json", crash)) == 1);
    CHECK(ok_share(run(R"json("cells": 4)json", crash)) == 1);
    const char* two = R"json({"component": "s", "crash": true, "replicas": 2})json";
    CHECK(ok_share(run(R"json("cells": 4)json", two)) == doctest::Approx(3.0 / 4).epsilon(0.02));
    // Both of two random ones of eight: 1 of 28.
    CHECK(ok_share(run(R"json("shuffle": 2)json", two)) == doctest::Approx(27.0 / 28).epsilon(0.02));
    const Results spread = run(R"json("balancing": "hash")json", "");
    for (const double busy : spread.components[0].replica_utilisation)
        CHECK(busy == doctest::Approx(500.0 / 8 * 0.001 / 100).epsilon(0.1));
}

TEST_CASE("zones, partitions and pushes strike whom they name") {
    const std::string head =
        R"json({"duration": "100 s", "workloads": [{"id": "w", "rate": "200/s", "call": "a"}], "components": [
        {"id": "a", "replicas": 4, "threads": 1000, "zones": ["eu/1", "eu/2"], "balancing": "random", "steps": [{"call": "b", "timeout": "100 ms"}]},
        {"id": "b", "replicas": 4, "threads": 1000, "zones": ["eu/1", "eu/2"], "balancing": "random", "health": {"every": "1000 s"}}],
        "faults": [)json";
    // Half of b's replicas are down and nobody knows.
    CHECK(ok_share(run_of(head + R"json({"component": "b", "domain": "eu/1", "crash": true}]})json")) ==
          doctest::Approx(0.5).epsilon(0.03));
    // A zone cut off from the other and from the users: half of a cannot be reached, nor half of b by those that can.
    const Results cut = run_of(head + R"json({"domain": "eu/1", "partition": true}]})json");
    CHECK(cut.workloads[0].ended[0] + cut.workloads[0].ended[2] < cut.workloads[0].started);
    CHECK(ok_share(run_of(head + R"json({"partition": ["b"], "from": ["a"]}]})json")) == 0);
    // One wave of a quarter for 50 s, which more than 10 % fail in and which is taken back.
    const Results pushed = run_of(head + R"json({"at": "10 s", "component": "b", "errors": 1,
        "push": {"waves": ["25%", "100%"], "every": "20 s", "abort_above": "10%"}}]})json");
    CHECK(ok_share(pushed) == doctest::Approx(1 - 0.25 * 0.2).epsilon(0.01));
    const Results global = run_of(head + R"json({"at": "10 s", "component": "b", "errors": 1,
        "push": {"waves": [1], "every": "20 s", "abort_above": "10%"}}]})json");
    CHECK(ok_share(global) == doctest::Approx(0.8).epsilon(0.01));
}

TEST_CASE("replicas that fail and are repaired are up MTBF / (MTBF + MTTR) of the time") {
    const Results results =
        run_of(R"json({"duration": "20000 s", "workloads": [{"id": "w", "rate": "20/s", "call": "s"}], "components": [
        {"id": "s", "replicas": 10, "threads": 10, "balancing": "random", "health": {"every": "100000 s"}}],
        "faults": [{"component": "s", "crash": true, "between": "exponential(90 s)", "for": "exponential(10 s)", "each": "replica"}]})json");
    CHECK(ok_share(results) == doctest::Approx(0.9).epsilon(0.01));
}

TEST_CASE("faults that overlap add up, and each takes back only itself") {
    const Results results =
        run_of(R"json({"duration": "40 s", "workloads": [{"id": "w", "rate": "100/s", "call": "s"}], "components": [
        {"id": "s", "threads": 1000}], "faults": [{"at": "0 s", "for": "20 s", "component": "s", "errors": "50%"},
        {"at": "10 s", "for": "20 s", "component": "s", "errors": "50%"}, {"component": "s", "latency": "10 ms", "for": "20 s"},
        {"component": "s", "latency": "20 ms"}]})json");
    CHECK(ok_share(results) == doctest::Approx((0.5 + 0.25 + 0.5 + 1) / 4).epsilon(0.03));
    CHECK(results.workloads[0].latency.max() == 60 * sim::millisecond);
    CHECK(results.workloads[0].latency.min() == 40 * sim::millisecond);
}

TEST_CASE("a pause delays what is in progress by its length") {
    const Results results = run_of(
        R"json({"duration": "10 s", "workloads": [{"id": "w", "trace": ["0.95 s", "1.05 s", "3 s"], "call": "s"}],
        "components": [{"id": "s", "threads": 10, "steps": [{"work": "100 ms"}]}], "faults": [{"at": "1 s", "component": "s", "pause": "300 ms"}]})json");
    CHECK(results.workloads[0].latency.max() == 400 * sim::millisecond);  // 50 ms done, 300 ms paused, 50 ms left
    CHECK(results.workloads[0].latency.min() == 100 * sim::millisecond);
    CHECK(mean_ms(results) == doctest::Approx((400 + 350 + 100) / 3.0));
}

TEST_CASE("a link serves one answer after the other") {
    const Results results =
        run_of(R"json({"duration": "10 s", "workloads": [{"id": "w", "trace": ["1 s", "1 s", "1 s"], "call": "s",
        "answer": "1 MB"}], "components": [{"id": "s", "threads": 10, "bandwidth": "10 MB/s"}]})json");
    CHECK(results.workloads[0].latency.max() == 300 * sim::millisecond);
    CHECK(mean_ms(results) == doctest::Approx(200));
    CHECK(results.components[0].link_utilisation == doctest::Approx(0.03));
}

TEST_CASE("bursts have the mean rate of their two states") {
    const Results results = run_of(R"json({"duration": "5000 s", "workloads": [{"id": "w", "rate": "10/s",
        "bursts": {"rate": "110/s", "on": "2 s", "off": "8 s"}, "call": "s"}], "components": [{"id": "s", "threads": 1000}]})json");
    CHECK(static_cast<double>(results.workloads[0].started) / 5000 == doctest::Approx(30).epsilon(0.05));
}

TEST_CASE("a day's load rises and falls as a sine") {
    const Results results = run_of(R"json({"duration": "1000 s", "workloads": [{"id": "w", "arrivals": "deterministic",
        "diurnal": {"low": "10/s", "high": "90/s", "period": "1000 s", "peak_at": "250 s"}, "call": "s"}], "components": [{"id": "s", "threads": 1000}]})json");
    CHECK(static_cast<double>(results.workloads[0].started) == doctest::Approx(50'000).epsilon(0.001));
    const auto sums = results.workloads[0].ok_over_time.sums();
    double first_half = 0;
    for (std::size_t i = 0; i < sums.size() / 2; ++i)
        first_half += sums[i];
    CHECK(first_half == doctest::Approx(500 * (50 + 40 * 2 / 3.14159265)).epsilon(0.005));
}

TEST_CASE("a fallback answers for what has failed, and the request ends once") {
    const Results results =
        run_of(R"json({"duration": "50 s", "workloads": [{"id": "w", "rate": "100/s", "call": "a"}], "components": [
        {"id": "a", "threads": 100, "steps": [{"call": "b", "fallback": {"call": "c"}}]}, {"id": "b", "threads": 100, "errors": "30%"},
        {"id": "c", "threads": 100, "errors": "10%"}]})json");
    CHECK(ok_share(results) == doctest::Approx(1 - 0.3 * 0.1).epsilon(0.01));
    CHECK(results.workloads[0].ended_in_all() + results.workloads[0].unfinished == results.workloads[0].started);
}

TEST_CASE("bad replicas are ejected, so few requests meet them") {
    const auto share = [](const char* eject) {
        return ok_share(run_of(
            std::string(
                R"json({"duration": "100 s", "workloads": [{"id": "w", "rate": "200/s", "call": "s"}], "components": [
            {"id": "s", "replicas": 5, "threads": 100, "balancing": "random")json") +
            eject + R"json(}], "faults": [{"component": "s", "errors": 1, "replicas": 1}]})json"));
    };
    CHECK(share("") == doctest::Approx(0.8).epsilon(0.02));
    CHECK(share(R"json(, "eject": {"failures": 5, "for": "30 s"})json") > 0.995);
}

TEST_CASE("users who reconnect ask all at once") {
    const Results results =
        run_of(R"json({"duration": "100 s", "workloads": [{"id": "w", "users": 500, "think": "50 s", "call": "s"}],
        "components": [{"id": "s", "threads": 1, "steps": [{"work": "1 ms"}]}], "faults": [{"at": "60 s", "workload": "w", "reconnect": true}]})json");
    CHECK(results.components[0].in_system_max == 500);
    CHECK(results.workloads[0].started == 1000);
}

TEST_CASE("instances and requests cost what they cost") {
    const Results results = run_of(
        R"json({"duration": "3600 s", "workloads": [{"id": "w", "rate": "10/s", "arrivals": "deterministic", "call": "s",
        "answer": "1 MB"}], "components": [{"id": "s", "replicas": 3, "threads": 10, "steps": [{"work": "100 ms"}],
        "price": {"replica": "0.2 USD/hour", "request": "0.00001 USD", "egress": "0.05 USD/GB", "busy": "0.00002 USD/s"}}]})json");
    const double requests = static_cast<double>(results.components[0].arrived);
    CHECK(requests == doctest::Approx(36'000).epsilon(0.001));
    CHECK(results.components[0].cost_usd ==
          doctest::Approx(3 * 0.2 + requests * (0.00001 + 0.001 * 0.05 + 0.1 * 0.00002)).epsilon(0.001));
}

TEST_CASE("a sampled request shows its way") {
    const json document = json::parse(
        R"json({"duration": "10 s", "network": "1 ms", "workloads": [{"id": "w", "trace": ["1 s"], "call": "a"}], "components": [
        {"id": "a", "steps": [{"work": "5 ms"}, {"call": "b", "retry": {"attempts": 2, "base": "10 ms"}}]},
        {"id": "b", "errors": 1, "steps": [{"work": "20 ms"}]}]})json");
    const Scenario scenario = scenario_from(document);
    RunLimits limits;
    limits.traces = 10;
    Simulation run(scenario, 1, limits);
    run.run();
    const json traces = traces_json(scenario, run.spans());
    REQUIRE(traces.size() == 1);
    const json& spans = traces[0]["spans"];
    REQUIRE(spans.size() == 3);
    CHECK(spans[0]["call"] == "w -> a");
    CHECK(spans[0]["parent"] == nullptr);
    CHECK(spans[0]["arrived_ms"] == 1001.0);
    CHECK(spans[1]["parent"] == 0);
    CHECK(spans[1]["sent_ms"] == 1006.0);
    CHECK(spans[1]["answered_ms"] == 1028.0);
    CHECK(spans[1]["outcome"] == "failed");
    CHECK(spans[2]["sent_ms"] == 1038.0);
    CHECK(spans[0]["outcome"] == "failed");
    // Looking changes nothing.
    CHECK_UNARY(report_json(scenario, 1, std::vector{run.results()}) ==
                report_json(scenario, 1, std::vector{results_of(scenario, 1)}));
}
