// Faults and objectives of a scenario document.
#include <algorithm>

#include "core/base/text.hpp"
#include "core/system/scenario_reading.hpp"

namespace dstudio::system {
namespace {

struct KindOfFault {
    const char* key;
    FaultKind kind;
};
constexpr std::array<KindOfFault, 13> fault_kinds{{{"crash", FaultKind::crash},
                                                   {"slow", FaultKind::slow},
                                                   {"errors", FaultKind::errors},
                                                   {"latency", FaultKind::latency},
                                                   {"loss", FaultKind::loss},
                                                   {"duplicate", FaultKind::duplicate},
                                                   {"reorder", FaultKind::reorder},
                                                   {"partition", FaultKind::partition},
                                                   {"pause", FaultKind::pause},
                                                   {"exhaust", FaultKind::exhaust},
                                                   {"flush", FaultKind::flush},
                                                   {"reconnect", FaultKind::reconnect},
                                                   {"clock", FaultKind::clock}}};

}  // namespace

void ScenarioReading::fault(const json& item, const std::string& at) {
    Keys kinds;
    Fault fault;
    for (const auto& [key, kind] : fault_kinds)
        if (item.contains(key)) {
            kinds.emplace_back(key);
            fault.kind = kind;
        }
    if (kinds.size() != 1) {
        Keys all;
        for (const auto& entry : fault_kinds)
            all.emplace_back(entry.key);
        return mistake(at, kinds.empty() ? std::string("a fault does nothing") : "a fault does two things",
                       "give it one of " + base::join({all.begin(), all.end()}, ", "));
    }
    const std::string kind(kinds[0]);
    Keys keys{"at", "for", "between", kind};
    const bool is_network = strikes_messages(fault.kind);
    const bool strikes_replicas =
        !is_network && fault.kind != FaultKind::partition && fault.kind != FaultKind::reconnect;
    if (fault.kind == FaultKind::reconnect)
        keys.emplace_back("workload");
    else if (fault.kind == FaultKind::partition)
        keys.insert(keys.end(), {"from", "domain", "one_way"});
    else
        keys.emplace_back("component");
    if (is_network)
        keys.emplace_back("from");
    if (fault.kind == FaultKind::reorder)
        keys.emplace_back("hold");
    if (strikes_replicas)
        keys.insert(keys.end(), {"domain", "replicas", "first", "each", "push"});
    known(item, at, keys);
    fault.at = time(item, at, "at", 0);
    repeated(item, at, fault);
    if (item.contains("for") && !fault.between)
        fault.until = fault.at + time(item, at, "for", 0, {.min = 1e-6, .max = longest_s});
    fault.domain = domain(item, at, "domain");
    if (item.contains("component") || (fault.domain.empty() && (strikes_replicas || is_network)))
        fault.component = component_ref(item, at, "component");
    fault.replicas = whole(item, at, "replicas", unlimited, 1, replicas_max);
    fault.first = whole(item, at, "first", 0, 0, replicas_max);
    if (item.contains("first") && !item.contains("replicas"))
        mistake(at + "/first", "all replicas are struck, whichever is the first", "add replicas: 1");
    double ahead = 0;  // s
    switch (fault.kind) {
        case FaultKind::crash:
        case FaultKind::flush:
            if (!flag(item, at, kind.c_str()))
                mistake(at + "/" + kind, fmt::format("write {}: true", kind), "and replicas: 1 for only one of them");
            break;
        case FaultKind::reconnect:
            if (!flag(item, at, "reconnect"))
                mistake(at + "/reconnect", "write reconnect: true");
            fault.component = workload_named(text(item, at, "workload"), at + "/workload");
            if (fault.component < scenario_.workloads.size() &&
                scenario_.workloads[fault.component].kind != WorkloadKind::closed)
                mistake(at + "/workload", "only users reconnect: this workload has none", "give it users: N");
            break;
        case FaultKind::slow:
            fault.factor = number(item, at, "slow", 1, "1", {.min = 0.01, .max = 1e6});
            break;
        case FaultKind::latency:
            fault.delay = time(item, at, "latency", 0);
            break;
        case FaultKind::pause:
            fault.delay = time(item, at, "pause", 0, {.min = 1e-6, .max = longest_s});
            break;
        case FaultKind::clock:
            ahead = number(item, at, "clock", 1, "s", {.min = -longest_s, .max = longest_s});
            fault.delay = ahead < 0 ? -sim::from_seconds(-ahead) : sim::from_seconds(ahead);
            if (fault.delay == 0)
                mistake(at + "/clock", "a clock that is right is no fault",
                        "as clock: 500 ms, or -2 s if it is behind");
            break;
        case FaultKind::partition:
            partition(item, at, fault);
            break;
        case FaultKind::reorder:
            fault.delay = time(item, at, "hold", Network{}.hold);
            fault.factor = share(item, at, "reorder");
            break;
        case FaultKind::errors:
        case FaultKind::loss:
        case FaultKind::duplicate:
        case FaultKind::exhaust:
            fault.factor = share(item, at, kind.c_str());
            break;
    }
    if (const json* given = part(item, at, "push", {"waves", "every", "abort_above"})) {
        const std::string here = at + "/push";
        constexpr std::size_t waves_max = 100;
        fault.waves = numbers(*given, here, "waves", "1", formula::probability, waves_max);
        fault.wave_every = time(*given, here, "every", 5 * sim::minute, {.min = 1e-3, .max = longest_s});
        fault.abort_above = share(*given, here, "abort_above");
        if (fault.waves.empty())
            mistake(here, "'waves' is missing", "as waves: [1%, 10%, 100%]");
        if (!std::is_sorted(fault.waves.begin(), fault.waves.end()))
            mistake(here + "/waves", "waves must grow: each is the share of replicas that it has reached");
        if (fault.kind != FaultKind::errors && fault.kind != FaultKind::slow && fault.kind != FaultKind::crash)
            mistake(here, "what is pushed makes errors, slows down or crashes", "use errors, slow or crash");
        if (fault.between)
            mistake(here, "a push happens once", "leave out between");
    }
    if (item.contains("from") && is_network) {
        // Only the way from one caller.
        const std::string name = text(item, at, "from") + " -> " + text(item, at, "component");
        for (std::size_t e = 0; e < scenario_.edges.size(); ++e)
            if (scenario_.edges[e].name == name)
                fault.edge = static_cast<std::uint32_t>(e);
        if (fault.edge == no_index)
            mistake(at + "/from", fmt::format("there is no call '{}'", base::utf8_prefix(name, 80)));
        fault.component = no_index;
    }
    scenario_.faults.push_back(std::move(fault));
}

void ScenarioReading::partition(const json& item, const std::string& at, Fault& fault) {
    fault.is_one_way = flag(item, at, "one_way");
    if (!fault.domain.empty()) {
        if (!item["partition"].is_boolean() || !item["partition"].get<bool>())
            mistake(at + "/partition", "write partition: true: the domain is cut off from all others");
        if (item.contains("from"))
            mistake(at + "/from", "a partition is between components, or of a domain", "leave out one of them");
        return;
    }
    const auto members = [&](const char* key) {
        std::vector<std::uint32_t> list;
        const auto ids = texts(item, at, key, components_max);
        for (std::size_t i = 0; i < ids.size(); ++i)
            list.push_back(component_named(ids[i], fmt::format("{}/{}/{}", at, key, i)));
        return list;
    };
    fault.others = members("partition");
    fault.near = members("from");
    if (fault.others.empty())
        mistake(at + "/partition", "nobody is on the far side",
                "as partition: [db] with from: [orders], or domain: eu-a");
}

void ScenarioReading::repeated(const json& item, const std::string& at, Fault& fault) {
    if (!item.contains("between")) {
        if (item.contains("each"))
            mistake(at + "/each", "'each' goes with 'between'", "as between: exponential(30 days)");
        return;
    }
    fault.between = distribution(item, at, "between");
    if (item.contains("for"))
        fault.lasts = distribution(item, at, "for");
    else if (fault.kind == FaultKind::flush || fault.kind == FaultKind::reconnect || fault.kind == FaultKind::pause)
        fault.lasts = at_once();
    else
        mistake(at, "'for' is missing: how long each lasts", "as for: exponential(10 min)");
    if (!(fault.between->mean() + (fault.lasts ? fault.lasts->mean() : 0) >= 1e-3))
        mistake(at + "/between", "a fault that comes back within a millisecond on average never ends");
    enum class Each : std::uint8_t { replica, all };
    fault.is_each_replica =
        word<Each>(item, at, "each", Each::all, {{"replica", Each::replica}, {"all", Each::all}}) == Each::replica;
}

// Of the messages of a component, or of its copies.
void ScenarioReading::component_objective(const json& item, const std::string& at, Objective& objective) {
    constexpr std::array<const char*, 3> measures{"age", "staleness", "durability"};
    const std::uint32_t component = component_ref(item, at, "component");
    const bool is_known = component < scenario_.components.size();
    objective.age = time(item, at, "age", 0);
    objective.staleness = time(item, at, "staleness", 0);
    objective.durability = share(item, at, "durability");
    for (const char* key : {"workload", "availability", "latency", "cost"})
        if (item.contains(key))
            mistake(at + "/" + key, "an objective is of a workload, or of a component's messages or copies",
                    "write two objectives");
    const auto given =
        std::count_if(measures.begin(), measures.end(), [&](const char* key) { return item.contains(key); });
    for (const char* key : measures)
        if (given > 1 && item.contains(key))
            mistake(at + "/" + key, "an objective of a component asks for one thing", "write two objectives");
    const bool is_of_copies = item.contains("staleness") || item.contains("durability");
    (is_of_copies ? objective.copies : objective.queue) = component;
    if (is_known && !is_of_copies && !scenario_.components[component].delivery)
        mistake(at + "/component", "this component delivers nothing", "name one with deliver");
    if (is_known && is_of_copies && !scenario_.components[component].replication)
        mistake(at + "/component", "this component has no copies", "name one with replication");
    if (item.contains("durability")) {
        if (item.contains("quantile"))
            mistake(at + "/quantile", "durability is a share itself", "leave out quantile");
        if (objective.durability == 0)
            mistake(at + "/durability", "an objective asks for nothing", "as durability: 99.99%");
    } else if (objective.quantile == 0 || (!is_of_copies && objective.age == 0)) {
        mistake(at, "an objective of age or staleness needs a quantile beside it", "as quantile: 99%, age: 30 s");
    }
}

void ScenarioReading::objective(const json& item, const std::string& at) {
    known(item, at,
          {"workload", "availability", "quantile", "latency", "cost", "component", "age", "staleness", "durability"});
    Objective objective;
    objective.quantile = share(item, at, "quantile");
    if (item.contains("component")) {
        component_objective(item, at, objective);
        scenario_.objectives.push_back(objective);
        return;
    }
    objective.workload = workload_named(text(item, at, "workload"), at + "/workload");
    objective.availability = share(item, at, "availability");
    objective.latency = time(item, at, "latency", 0);
    constexpr double cost_max = 1e12;
    objective.cost = number(item, at, "cost", 0, "USD", {.min = 0, .max = cost_max});
    if (item.contains("age"))
        mistake(at + "/age", "an age is of a component's messages", "add component: QUEUE instead of workload");
    for (const char* key : {"staleness", "durability"})
        if (item.contains(key))
            mistake(at + "/" + key, fmt::format("{} is of a component's copies", key),
                    "add component: DATABASE instead of workload");
    if ((objective.quantile > 0) != (objective.latency > 0))
        mistake(at, "a latency objective needs a quantile and a latency", "as quantile: 99%, latency: 300 ms");
    if (objective.quantile == 0 && objective.availability == 0 && objective.cost == 0)
        mistake(at, "an objective asks for nothing", "give availability, quantile and latency, or cost");
    scenario_.objectives.push_back(objective);
}

}  // namespace dstudio::system
