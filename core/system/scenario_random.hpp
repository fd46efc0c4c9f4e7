// Random scenarios, for property tests and for comparing builds.
#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/base/random.hpp"
#include "core/system/scenario_random_more.hpp"

namespace dstudio::system {

// Components that call later ones, with every policy, discipline and fault now and then.
inline nlohmann::ordered_json random_scenario(std::uint64_t seed) {
    using json = nlohmann::ordered_json;
    base::RandomStream random(seed, "scenario");
    const auto chance = [&](std::uint64_t percent) { return random.below(100) < percent; };
    const auto between = [&](std::uint64_t low, std::uint64_t high) { return low + random.below(high - low + 1); };
    const auto ms = [&](std::uint64_t low, std::uint64_t high) { return fmt::format("{} ms", between(low, high)); };
    const auto one_of = [&](std::initializer_list<const char*> texts) {
        return std::string(texts.begin()[random.below(texts.size())]);
    };
    // Draws in arguments of one call would come in the compiler's order.
    const auto duration = [&] {
        if (chance(20))
            return std::string("0 ms");
        const std::string kind = one_of({"exponential(", "uniform(0 ms, ", "gamma(0.5, "});
        return fmt::format("{}{} ms)", kind, between(1, 30));
    };
    const auto policies = [&](json& edge) {
        if (chance(70))
            edge["timeout"] = ms(5, 200);
        if (chance(50))
            edge["retry"] = {{"attempts", between(1, 5)},
                             {"base", ms(0, 50)},
                             {"backoff", one_of({"fixed", "exponential"})},
                             {"jitter", one_of({"none", "full", "equal", "decorrelated"})},
                             {"budget", chance(40) ? 0.1 : 0.0}};
        if (chance(30))
            edge["breaker"] = {
                {"window", 10}, {"failures", between(1, 10)}, {"open", ms(10, 500)}, {"probes", between(1, 3)}};
        if (chance(20))
            edge["limit"] = {{"rate", fmt::format("{}/s", between(10, 300))}, {"burst", between(1, 20)}};
        if (chance(20))
            edge["concurrency"] = between(1, 20);
        if (chance(25))
            edge["hedge"] = ms(1, 50);
        if (chance(15))
            edge["optional"] = true;
        if (chance(15)) {
            edge.erase("concurrency");
            const std::uint64_t most = between(1, 30);
            edge["adaptive"] = {{"algorithm", one_of({"aimd", "vegas", "gradient"})},
                                {"initial", most},
                                {"min", between(1, most)},
                                {"max", most + between(0, 50)}};
        }
        if (chance(60) && (edge.contains("concurrency") || edge.contains("adaptive"))) {
            edge["waiting"] = between(1, 10);
            if (chance(60))
                edge["waiting_max"] = ms(1, 100);
        }
        if (chance(40) && edge.contains("limit")) {
            edge["limit"]["kind"] = one_of({"leaky-bucket", "fixed-window", "sliding-window"});
            if (edge["limit"]["kind"] != "leaky-bucket")
                edge["limit"].erase("burst");
        }
        if (chance(15)) {
            edge["request"] = fmt::format("{} kB", between(0, 20));
            edge["answer"] = fmt::format("{} kB", between(0, 200));
        }
    };
    const std::uint64_t count = between(1, 6);
    const auto id = [](std::uint64_t i) { return fmt::format("c{}", i); };
    json document{{"name", fmt::format("random {}", seed)}, {"duration", "5 s"}};
    if (chance(50))
        document["warmup"] = "1 s";
    if (chance(70))
        document["network"] = duration();
    document["components"] = json::array();
    for (std::uint64_t i = 0; i < count; ++i) {
        json component{{"id", id(i)}, {"replicas", between(1, 4)}, {"steps", json::array()}};
        if (chance(80))
            component["threads"] = between(1, 8);
        if (chance(40))
            component["queue"] = between(0, 10);
        if (chance(20)) {
            component["sharing"] = "processor";
            component["cores"] = between(1, 4);
        }
        component["discipline"] = one_of({"fifo", "lifo", "priority", "codel", "adaptive-lifo"});
        component["balancing"] = one_of({"random", "round-robin", "least-requests", "power-of-two", "weighted", "ewma",
                                         "hash", "range", "consistent"});
        const std::uint64_t replicas = component["replicas"];
        if (component["balancing"] == "weighted") {
            component["weights"] = json::array();
            for (std::uint64_t r = 0; r < replicas; ++r)
                component["weights"].push_back(between(1, 3));
        }
        if (component["balancing"] == "consistent" && chance(50))
            component["bounded_load"] = 1.25;
        switch (random.below(8)) {
            case 0:
                component["replication"] = {
                    {"factor", replicas},      {"read", between(1, replicas)}, {"write", between(1, replicas)},
                    {"apply", duration()},     {"timeout", ms(10, 200)},       {"leader", true},
                    {"failover", ms(0, 2000)}, {"leader_reads", chance(50)}};
                if (chance(50))
                    component["replication"]["repair"] = ms(50, 1000);
                break;
            case 1:
                component["cells"] = between(1, replicas);
                break;
            case 2:
                component["shuffle"] = between(1, replicas);
                break;
            case 3:
                component["autoscale"] = {
                    {"max", replicas + between(0, 6)}, {"every", ms(50, 500)}, {"start", ms(0, 1000)},
                    {"cooldown", ms(0, 1000)},         {"target", "50%"},      {"predict", chance(50)}};
                component.erase("weights");
                if (component["balancing"] == "weighted")
                    component["balancing"] = "ewma";
                break;
            case 4:
                component.erase("weights");
                component.erase("sharing");
                component.erase("cores");
                component["balancing"] = "random";
                component.erase("bounded_load");
                component["replicas"] = 1;
                component["serverless"] = {{"cold_start", duration()}, {"keep_alive", ms(1, 1000)}};
                break;
            default:
                break;
        }
        if (chance(25))
            component["health"] = {{"every", ms(10, 1000)}, {"failures", between(1, 3)}};
        if (chance(25))
            component["eject"] = {{"failures", between(1, 5)}, {"for", ms(10, 1000)}};
        if (chance(25) && component.contains("queue"))
            component["shed"] = {{"at", "50%"}, {"keep", between(0, 3)}};
        if (chance(20))
            component["bandwidth"] = "1 MB/s";
        if (chance(40))
            component["zones"] = json::array({"eu/a", "eu/b", "us/a"});
        if (chance(20))
            component["price"] = {{"replica", "0.1 USD/hour"}, {"request", "0.000001 USD"}};
        if (chance(25) && i + 1 < count) {
            component["deliver"] = {
                {"call", id(between(i + 1, count - 1))}, {"consumers", between(1, 5)}, {"again_after", ms(0, 300)}};
            policies(component["deliver"]);
            component["deliver"].erase("hedge");
            component["deliver"].erase("optional");
            if (chance(50))
                component["deliver"]["partitions"] = between(1, 4);
            if (chance(60)) {
                component["deliver"]["attempts"] = between(1, 4);
                component["deliver"]["dead_letters"] = id(between(i + 1, count - 1));
            }
            if (chance(30))
                component["deliver"]["capacity"] = between(1, 50);
        }
        component["drops_expired"] = chance(30);
        if (chance(30))
            component["errors"] = fmt::format("{}%", between(0, 50));
        for (std::uint64_t s = between(0, 4); s > 0; --s) {
            json step = json::object();
            const std::uint64_t kind = i + 1 < count ? random.below(8) : random.below(2);
            const auto target = [&] { return id(between(i + 1, count - 1)); };
            if (kind == 0) {
                step["work"] = duration();
            } else if (kind == 1) {
                step["wait"] = duration();
            } else if (kind == 4) {
                step["all"] = json::array();
                const std::uint64_t calls = between(1, 4);
                for (std::uint64_t c = 0; c < calls; ++c) {
                    json edge{{"call", target()}};
                    policies(edge);
                    step["all"].push_back(std::move(edge));
                }
                step["need"] = between(1, calls);
            } else if (kind == 5) {
                step["cached"] = target();
                policies(step);
                step["cache"] = {{"capacity", between(1, 50)},
                                 {"eviction", one_of({"lru", "lfu", "fifo"})},
                                 {"writes", one_of({"through", "around", "back"})},
                                 {"coalesce", chance(60)},
                                 {"shared", chance(40)}};
                if (chance(60)) {
                    step["cache"]["ttl"] = ms(1, 1000);
                    step["cache"]["ttl_spread"] = "20%";
                }
            } else if (kind == 6) {
                step["saga"] = json::array();
                const std::uint64_t calls = between(1, 4);
                for (std::uint64_t c = 0; c < calls; ++c) {
                    json edge{{"call", target()}};
                    policies(edge);
                    if (chance(60)) {
                        edge["undo"] = {{"call", target()}};
                        policies(edge["undo"]);
                    }
                    step["saga"].push_back(std::move(edge));
                }
            } else if (kind == 7) {
                step["commit"] = json::array();
                for (std::uint64_t c = i + 1; c < count; ++c) {
                    json edge{{"call", id(c)}, {"timeout", ms(5, 200)}};
                    if (chance(20))
                        edge["concurrency"] = between(1, 20);
                    step["commit"].push_back(std::move(edge));
                }
            } else {
                step[kind == 2 ? "call" : "send"] = target();
                policies(step);
                if (kind == 2 && chance(20))
                    step["times"] = between(1, 5);
                if (kind == 2 && chance(20)) {
                    step["fallback"] = {{"call", target()}};
                    policies(step["fallback"]);
                }
            }
            if (chance(20))
                step["probability"] = "50%";
            if (chance(10))
                step["on"] = one_of({"read", "write"});
            if (chance(10))
                step["for"] = json::array({"w1"});
            component["steps"].push_back(std::move(step));
        }
        document["components"].push_back(std::move(component));
    }
    // What delivers messages cannot take part in a transaction.
    for (json& component : document["components"])
        for (json& step : component["steps"]) {
            if (!step.contains("commit"))
                continue;
            json participants = json::array();
            for (json& edge : step["commit"])
                if (!document["components"][std::stoul(edge["call"].get<std::string>().substr(1))].contains("deliver"))
                    participants.push_back(edge);
            if (participants.empty())
                step["work"] = "1 ms";
            step.erase("commit");
            if (!participants.empty())
                step["commit"] = std::move(participants);
        }
    bool zoned = false;
    for (const json& component : document["components"])
        zoned = zoned || component.contains("zones");
    document["workloads"] = json::array();
    for (std::uint64_t w = between(1, 3); w > 0; --w) {
        json workload{{"id", fmt::format("w{}", w)}, {"call", id(random.below(count))}, {"priority", random.below(4)}};
        policies(workload);
        if (chance(30)) {
            workload["users"] = between(1, 30);
            workload["think"] = chance(90) ? "exponential(100 ms)" : "20 ms";
        } else {
            workload["rate"] = fmt::format("{}/s", between(0, 200));
            workload["arrivals"] = one_of({"poisson", "deterministic"});
            if (chance(40))
                workload["changes"] = {
                    {{"at", "1 s"}, {"rate", fmt::format("{}/s", between(0, 400))}, {"ramp", chance(50)}},
                    {{"at", "2 s"}, {"rate", "20/s"}}};
            else if (chance(20))
                workload["bursts"] = {{"rate", "400/s"}, {"on", ms(10, 300)}, {"off", ms(100, 1000)}};
        }
        if (chance(60))
            workload["keys"] = {{"count", between(1, 200)}, {"exponent", chance(50) ? 1.1 : 0.0}, {"hot", "10%"}};
        if (chance(40))
            workload["writes"] = "30%";
        if (chance(20))
            workload["poison"] = "5%";
        if (chance(30) && zoned)
            workload["zone"] = one_of({"eu/a", "us"});
        document["workloads"].push_back(std::move(workload));
    }
    if (chance(60)) {
        document["faults"] = json::array();
        for (std::uint64_t f = between(1, 4); f > 0; --f) {
            json fault{{"at", ms(0, 4000)}};
            const bool lasts = chance(80);
            const std::uint64_t kind = random.below(zoned ? 13 : 12);
            if (lasts)
                fault["for"] = ms(1, 3000);
            if (kind < 8)
                fault["component"] = id(random.below(count));
            switch (kind) {
                case 0:
                    fault["crash"] = true;
                    break;
                case 1:
                    fault["slow"] = between(2, 50);
                    break;
                case 2:
                    fault["errors"] = "40%";
                    break;
                case 3:
                    fault["latency"] = ms(1, 300);
                    break;
                case 4:
                    fault["pause"] = ms(1, 300);
                    break;
                case 5:
                    fault["exhaust"] = "70%";
                    break;
                case 6:
                    fault["flush"] = true;
                    break;
                case 7:
                    fault["loss"] = "20%";
                    break;
                case 8:
                    fault["partition"] = json::array({id(random.below(count))});
                    fault["one_way"] = chance(50);
                    break;
                case 9:
                    fault["errors"] = "60%";
                    fault["component"] = id(random.below(count));
                    fault["push"] = {{"waves", {"30%", "100%"}}, {"every", "500 ms"}, {"abort_above", "20%"}};
                    break;
                case 12:
                    fault["partition"] = true;
                    fault["domain"] = one_of({"eu/a", "eu", "us/a"});
                    break;
                case 11:
                    fault["clock"] = chance(50) ? ms(1, 300) : "-" + ms(1, 300);
                    fault["component"] = id(random.below(count));
                    break;
                default:
                    fault["crash"] = true;
                    fault["component"] = id(random.below(count));
                    fault["between"] = "exponential(500 ms)";
                    fault["for"] = "exponential(200 ms)";
                    fault["each"] = one_of({"replica", "all"});
            }
            if (chance(50) && kind != 3 && kind != 7 && kind != 8 && kind != 12)
                fault["replicas"] = between(1, 2);
            document["faults"].push_back(std::move(fault));
        }
    }
    add_random_messages(document, seed);
    add_random_flow(document, seed);
    return document;
}

}  // namespace dstudio::system
