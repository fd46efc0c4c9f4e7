#include "core/system/scenario_reader.hpp"

#include <algorithm>

#include "core/base/text.hpp"
#include "core/system/scenario_reading.hpp"

namespace dstudio::system {

std::optional<Scenario> ScenarioReading::read(const json& document) {
    if (!document.is_object()) {
        mistake("", "a scenario is an object with workloads and components", "see docs/formats/scenario.md");
        return std::nullopt;
    }
    known(document, "",
          {"name", "about", "duration", "warmup", "network", "workloads", "components", "faults", "chaos", "objectives",
           "layout"});
    scenario_.name = text(document, "", "name", "unnamed");
    scenario_.duration = time(document, "", "duration", 60 * sim::second, {.min = 1e-6, .max = longest_s});
    scenario_.warmup = time(document, "", "warmup", 0);
    if (scenario_.warmup >= scenario_.duration)
        mistake("/warmup", "the warm-up takes all of the duration", "make it a tenth of it, or leave it out");
    if (document.contains("network"))
        scenario_.network = network(document, "");
    names(document);
    each(document, "", "components", components_max, true,
         [&](const json& item, const std::string& at) { component(item, at); });
    each(document, "", "workloads", workloads_max, true,
         [&](const json& item, const std::string& at) { workload(item, at); });
    each(document, "", "faults", faults_max, false, [&](const json& item, const std::string& at) { fault(item, at); });
    if (const json* given = part(document, "", "chaos", {"every", "from", "until", "at_most", "targets", "faults"}))
        chaos(*given, "/chaos");
    each(document, "", "objectives", workloads_max, false,
         [&](const json& item, const std::string& at) { objective(item, at); });
    if (!has_mistakes())
        check_ends();
    if (!has_mistakes())
        check_participants();
    if (has_mistakes())
        return std::nullopt;
    return std::move(scenario_);
}

void ScenarioReading::names(const json& document) {
    names_of(document, "components", components_max, components_);
    names_of(document, "workloads", workloads_max, workloads_);
}

void ScenarioReading::names_of(const json& document, const char* key, std::size_t count_max,
                               std::map<std::string, std::uint32_t, std::less<>>& index) {
    constexpr std::size_t shown_max = 40;
    const auto list = document.find(key);
    if (list == document.end() || !list->is_array() || list->size() > count_max)
        return;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string at = fmt::format("/{}/{}", key, i);
        const json& item = (*list)[i];
        if (!item.is_object())
            continue;
        const std::string id = text(item, at, "id");
        if (!base::is_slug(id))
            mistake(at + "/id", fmt::format("'{}' is no id", base::utf8_prefix(id, shown_max)),
                    "use a to z, 0 to 9 and single hyphens, as in order-service");
        else if (!index.emplace(id, static_cast<std::uint32_t>(i)).second)
            mistake(at + "/id", fmt::format("there are two {} '{}'", key, id), "give each its own id");
    }
}

namespace {

std::optional<std::string> unknown_name(const std::map<std::string, std::uint32_t, std::less<>>& index,
                                        const std::string& id, const char* what) {
    if (index.find(id) != index.end())
        return std::nullopt;
    std::vector<std::string_view> ids;
    ids.reserve(index.size());
    for (const auto& [known_id, position] : index)
        ids.push_back(known_id);
    const auto near = base::nearest(id, ids);
    return near ? fmt::format("did you mean '{}'?", *near)
                : fmt::format("{}s are {}", what, base::join({ids.begin(), ids.end()}, ", "));
}

}  // namespace

std::uint32_t ScenarioReading::component_named(const std::string& id, const std::string& place) {
    constexpr std::size_t shown_max = 40;
    if (const auto hint = unknown_name(components_, id, "component")) {
        mistake(place, fmt::format("there is no component '{}'", base::utf8_prefix(id, shown_max)), *hint);
        return 0;
    }
    return components_.find(id)->second;
}

std::uint32_t ScenarioReading::component_ref(const json& object, const std::string& at, const char* key) {
    return component_named(text(object, at, key), at + "/" + key);
}

std::uint32_t ScenarioReading::workload_named(const std::string& id, const std::string& place) {
    constexpr std::size_t shown_max = 40;
    if (const auto hint = unknown_name(workloads_, id, "workload")) {
        mistake(place, fmt::format("there is no workload '{}'", base::utf8_prefix(id, shown_max)), *hint);
        return 0;
    }
    return workloads_.find(id)->second;
}

std::string ScenarioReading::domain(const json& object, const std::string& at, const char* key) {
    constexpr std::size_t shown_max = 40;
    std::string name = text(object, at, key);
    if (!name.empty() && domains_.count(name) == 0) {
        const auto near = base::nearest(name, Keys(domains_.begin(), domains_.end()));
        mistake(at + "/" + key, fmt::format("there is no domain '{}'", base::utf8_prefix(name, shown_max)),
                near ? fmt::format("did you mean '{}'?", *near) : "components name theirs under zones and domains");
    }
    return name;
}

void ScenarioReading::check_ends() {
    std::vector<std::uint8_t> state(scenario_.components.size());  // 1: on the way, 2: done
    std::vector<std::uint32_t> way;
    const auto visit = [&](const auto& self, std::uint32_t c) -> bool {
        state[c] = 1;
        way.push_back(c);
        for (const Step& step : scenario_.components[c].steps) {
            if (step.probability < 1 || step.operation != Operation::any)
                continue;
            for (const std::uint32_t e : step.edges) {
                const std::uint32_t target = scenario_.edges[e].target;
                if (state[target] == 1) {
                    std::string circle;
                    for (auto at = std::find(way.begin(), way.end(), target); at != way.end(); ++at)
                        circle += scenario_.components[*at].id + " -> ";
                    mistake(fmt::format("/components/{}/steps", c),
                            "a request would never end: " + circle + scenario_.components[target].id,
                            "break the circle, or give one of its steps a probability below 1");
                    return false;
                }
                if (state[target] == 0 && !self(self, target))
                    return false;
            }
        }
        way.pop_back();
        state[c] = 2;
        return true;
    };
    for (std::uint32_t c = 0; c < scenario_.components.size(); ++c)
        if (state[c] == 0 && !visit(visit, c))
            return;
}

void ScenarioReading::check_participants() {
    for (std::size_t c = 0; c < scenario_.components.size(); ++c)
        for (std::size_t s = 0; s < scenario_.components[c].steps.size(); ++s) {
            const Step& step = scenario_.components[c].steps[s];
            for (std::size_t e = 0; step.kind == StepKind::commit && e < step.edges.size(); ++e)
                if (const Component& target = scenario_.components[scenario_.edges[step.edges[e]].target];
                    target.delivery)
                    mistake(fmt::format("/components/{}/steps/{}/commit/{}/call", c, s, e),
                            fmt::format("'{}' delivers what it keeps before it knows the decision", target.id),
                            "send to it after the commit, or name a component without deliver");
        }
}

std::string placed_message(const Mistake& mistake) {
    return mistake.line == 0 ? mistake.message
                             : fmt::format("line {}, column {}: {}", mistake.line, mistake.column, mistake.message);
}

std::optional<Scenario> read_scenario(const nlohmann::ordered_json& document, std::vector<Mistake>& mistakes) {
    mistakes.clear();
    return ScenarioReading(mistakes).read(document);
}

}  // namespace dstudio::system
