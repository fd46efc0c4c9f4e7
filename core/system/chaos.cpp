#include "core/system/chaos.hpp"

#include <algorithm>

#include "core/base/number.hpp"
#include "core/base/random.hpp"

namespace dstudio::system {
namespace {

// By weight, with one draw.
std::uint32_t chosen(const std::vector<ChaosChoice>& choices, base::RandomStream& random) {
    double sum = 0;
    for (const ChaosChoice& choice : choices)
        sum += choice.weight;
    double left = random.uniform() * sum;
    std::uint32_t last = 0;
    for (std::uint32_t i = 0; i < choices.size(); ++i) {
        if (choices[i].weight == 0)
            continue;
        last = i;
        left -= choices[i].weight;
        if (left < 0)
            break;
    }
    return last;
}

// So many replicas in a row, from any on: all of them if none is said.
void place(const Scenario& scenario, Fault& fault, base::RandomStream& random) {
    if (fault.replicas == unlimited || fault.component == no_index)
        return;
    const std::uint32_t all = scenario.components[fault.component].replicas;
    fault.first = fault.replicas < all ? static_cast<std::uint32_t>(random.below(all)) : 0;
}

}  // namespace

std::vector<DrawnFault> draw_chaos(const Scenario& scenario, std::uint64_t seed) {
    std::vector<DrawnFault> drawn;
    if (!scenario.chaos)
        return drawn;
    const Chaos& chaos = *scenario.chaos;
    base::RandomStream random(seed, "chaos");
    std::vector<Time> ends;  // of those that last
    Time now = chaos.from;
    for (std::size_t draws = 0; draws < drawn_max; ++draws) {
        now += sim::from_seconds(chaos.every.sample(random));
        if (now >= std::min(chaos.until, scenario.duration))
            break;
        DrawnFault next;
        next.choice = chosen(chaos.faults, random);
        const ChaosChoice& choice = chaos.faults[next.choice];
        next.target = static_cast<std::uint32_t>(random.below(choice.targets.size()));
        next.fault = choice.targets[next.target];
        place(scenario, next.fault, random);
        next.lasts = choice.lasts.has_value();
        const Time duration = next.lasts ? std::max<Time>(1, sim::from_seconds(choice.lasts->sample(random))) : 0;
        ends.erase(std::remove_if(ends.begin(), ends.end(), [now](Time end) { return end <= now; }), ends.end());
        if (ends.size() >= chaos.at_most)
            continue;
        next.fault.at = now;
        if (next.lasts) {
            next.fault.until = duration < sim::time_max - now ? now + duration : sim::time_max;
            ends.push_back(next.fault.until);
        }
        drawn.push_back(std::move(next));
    }
    return drawn;
}

nlohmann::ordered_json fault_json(const Scenario& scenario, const DrawnFault& drawn) {
    using json = nlohmann::ordered_json;
    const auto text = [](Time time) { return base::shortest_decimal(sim::to_seconds(time)) + " s"; };
    json fault{{"at", text(drawn.fault.at)}};
    if (drawn.lasts)
        fault["for"] = text(drawn.fault.until - drawn.fault.at);
    const ChaosChoice& choice = scenario.chaos->faults[drawn.choice];
    fault.update(json::parse(choice.documents[drawn.target], nullptr, false));
    if (drawn.fault.first > 0)
        fault["first"] = drawn.fault.first;
    return fault;
}

}  // namespace dstudio::system
