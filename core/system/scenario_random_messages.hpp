// Networks that lose, double and reorder messages, for random scenarios: drawn from a stream of their own.
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
        const std::uint64_t target = random.below(document["components"].size());
        json fault{{"at", fmt::format("{} ms", random.below(4000))},
                   {"for", fmt::format("{} ms", 1 + random.below(3000))},
                   {"component", document["components"][target]["id"]},
                   {kind, fmt::format("{}%", random.below(100))}};
        document["faults"].push_back(std::move(fault));
    }
}

}  // namespace dstudio::system
