// Random scenarios, for property tests and for comparing builds.
#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/base/random.hpp"

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
        component["discipline"] = one_of({"fifo", "lifo", "priority"});
        component["balancing"] = one_of({"random", "round-robin", "least-requests", "power-of-two"});
        component["drops_expired"] = chance(30);
        if (chance(30))
            component["errors"] = fmt::format("{}%", between(0, 50));
        for (std::uint64_t s = between(0, 4); s > 0; --s) {
            json step = json::object();
            const std::uint64_t kind = i + 1 < count ? random.below(5) : random.below(2);
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
            } else {
                step[kind == 2 ? "call" : "send"] = target();
                policies(step);
                if (kind == 2 && chance(20))
                    step["times"] = between(1, 5);
            }
            if (chance(20))
                step["probability"] = "50%";
            component["steps"].push_back(std::move(step));
        }
        document["components"].push_back(std::move(component));
    }
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
        }
        document["workloads"].push_back(std::move(workload));
    }
    if (chance(60)) {
        document["faults"] = json::array();
        for (std::uint64_t f = between(1, 4); f > 0; --f) {
            json fault{{"at", ms(0, 4000)}, {"component", id(random.below(count))}};
            if (chance(80))
                fault["for"] = ms(1, 3000);
            switch (random.below(5)) {
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
                default:
                    fault["loss"] = "20%";
            }
            if (chance(50))
                fault["replicas"] = between(1, 2);
            document["faults"].push_back(std::move(fault));
        }
    }
    return document;
}

}  // namespace dstudio::system
