// More keys for random scenarios, drawn from streams of their own, so that what was drawn before stays as it was.
#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/base/random.hpp"

namespace dstudio::system {

// What the network does to messages, as a scenario's or a call's `network`.
inline nlohmann::ordered_json random_network(base::RandomStream& random) {
    nlohmann::ordered_json network = nlohmann::ordered_json::object();
    const auto share = [&] { return fmt::format("{}%", random.below(30)); };
    if (random.below(2) == 0)
        network["delay"] = fmt::format("exponential({} ms)", 1 + random.below(10));
    if (random.below(2) == 0)
        network["loss"] = share();
    if (random.below(2) == 0)
        network["duplicate"] = share();
    if (random.below(2) == 0) {
        network["reorder"] = share();
        network["hold"] = fmt::format("{} ms", random.below(50));
    }
    return network;
}

// Of some of the calls, and of the whole; faults that double and reorder.
inline void add_random_messages(nlohmann::ordered_json& document, std::uint64_t seed) {
    using json = nlohmann::ordered_json;
    base::RandomStream random(seed, "scenario/messages");
    if (random.below(4) == 0)
        document["network"] = random_network(random);
    for (json& workload : document["workloads"])
        if (random.below(8) == 0)
            workload["network"] = random_network(random);
    for (json& component : document["components"]) {
        for (json& step : component["steps"])
            if (random.below(6) == 0 && (step.contains("call") || step.contains("send") || step.contains("cached")))
                step["network"] = random_network(random);
        if (component.contains("deliver") && random.below(3) == 0)
            component["deliver"]["network"] = random_network(random);
    }
    for (const char* kind : {"duplicate", "reorder"}) {
        if (random.below(6) != 0)
            continue;
        const auto target = static_cast<std::size_t>(random.below(document["components"].size()));
        json fault{{"at", fmt::format("{} ms", random.below(4000))},
                   {"for", fmt::format("{} ms", 1 + random.below(3000))},
                   {"component", document["components"][target]["id"]},
                   {kind, fmt::format("{}%", random.below(100))}};
        document["faults"].push_back(std::move(fault));
    }
}

// Backpressure, garbage collection, storage, chaos, traces as tables.
inline void add_random_flow(nlohmann::ordered_json& document, std::uint64_t seed) {
    using json = nlohmann::ordered_json;
    base::RandomStream random(seed, "scenario/flow");
    const auto chance = [&](std::uint64_t percent) { return random.below(100) < percent; };
    const auto ms = [&](std::uint64_t most) { return fmt::format("{} ms", 1 + random.below(most)); };
    const auto holds = [&](json& call) {
        if (chance(10))
            call["held"] = chance(50) ? "wait" : "fail";
    };
    for (json& component : document["components"]) {
        if (chance(25)) {
            const std::uint64_t high = 1 + random.below(20);
            component["backpressure"] = {{"high", high}, {"low", random.below(high)}};
        }
        if (chance(10)) {
            component["gc"]["every"] = 1 + random.below(50);
            component["gc"]["pause"] = ms(100);
        }
        if (chance(10))
            component["storage"] = {{"start", "1 GB"}, {"write", "2 kB"}};
        for (json& step : component["steps"])
            if (step.contains("call") || step.contains("send") || step.contains("cached"))
                holds(step);
    }
    for (json& workload : document["workloads"]) {
        holds(workload);
        if (!chance(8) || workload.contains("users"))
            continue;
        for (const char* key : {"rate", "arrivals", "changes", "bursts", "keys"})
            workload.erase(key);
        std::string csv = "time,key\n";
        std::uint64_t at = 0;
        for (std::uint64_t n = random.below(500); n > 0; --n) {
            at += random.below(30);
            csv += fmt::format("{},{}\n", at, random.below(20));
        }
        workload["trace"] = {{"csv", csv}, {"unit", "ms"}, {"key", "key"}};
    }
    if (!chance(25))
        return;
    json chaos{{"every", "exponential(500 ms)"}, {"at_most", 1 + random.below(3)}, {"faults", json::array()}};
    chaos["targets"]["components"] = json::array();
    for (const json& component : document["components"])
        chaos["targets"]["components"].push_back(component["id"]);
    for (const char* fault : {"crash", "slow", "errors", "latency", "duplicate", "pause"}) {
        if (chance(50) && std::string(fault) != "crash")
            continue;
        json choice{{"weight", 1 + random.below(3)}};
        if (std::string(fault) != "pause")
            choice["for"] = fmt::format("exponential({})", ms(500));
        if (std::string(fault) == "crash")
            choice[fault] = true;
        else if (std::string(fault) == "slow")
            choice[fault] = 5;
        else if (std::string(fault) == "latency" || std::string(fault) == "pause")
            choice[fault] = ms(100);
        else
            choice[fault] = "40%";
        if (std::string(fault) == "crash" && chance(70))
            choice["replicas"] = 1;
        chaos["faults"].push_back(std::move(choice));
    }
    document["chaos"] = std::move(chaos);
}

}  // namespace dstudio::system
