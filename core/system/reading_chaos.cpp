// Faults at random of a scenario document.
#include "core/system/scenario_reading.hpp"

namespace dstudio::system {
namespace {

constexpr std::size_t choices_max = 50;
constexpr double draws_max = 10'000;  // on average, in a run

}  // namespace

void ScenarioReading::chaos(const json& given, const std::string& at) {
    Chaos chaos;
    if (given.contains("every"))
        chaos.every = distribution(given, at, "every");
    else
        mistake(at, "'every' is missing", "the time between draws, as every: exponential(5 min)");
    chaos.from = time(given, at, "from", 0);
    chaos.until = time(given, at, "until", sim::time_max);
    if (chaos.until <= chaos.from)
        mistake(at + "/until", "chaos ends before it begins");
    chaos.at_most = whole(given, at, "at_most", 1, 1, static_cast<double>(faults_max));
    if (given.contains("every") && !(chaos.every.mean() * draws_max >=
                                     sim::to_seconds(scenario_.duration - std::min(scenario_.duration, chaos.from))))
        mistake(at + "/every", fmt::format("more than {} faults on average", draws_max), "make it longer");
    scenario_.chaos = chaos;
    std::vector<std::string> components;
    std::vector<std::string> domains;
    if (const json* targets = part(given, at, "targets", {"components", "domains"})) {
        components = texts(*targets, at + "/targets", "components", components_max);
        domains = texts(*targets, at + "/targets", "domains", components_max);
        for (std::size_t i = 0; i < components.size(); ++i)
            (void)component_named(components[i], fmt::format("{}/targets/components/{}", at, i));
        if (components.empty() && domains.empty())
            mistake(at + "/targets", "there are no targets", "as targets: {components: [orders, stock]}");
        for (std::size_t i = 0; i < domains.size(); ++i)
            if (domains_.count(domains[i]) == 0)
                mistake(fmt::format("{}/targets/domains/{}", at, i),
                        fmt::format("there is no domain '{}'", base::utf8_prefix(domains[i], 40)),
                        "components name theirs under zones and domains");
    }
    each(given, at, "faults", choices_max, true,
         [&](const json& item, const std::string& here) { chaos_choice(item, here, components, domains); });
    double weights = 0;
    for (const ChaosChoice& choice : scenario_.chaos->faults)
        weights += choice.weight;
    if (!has_mistakes() && !(weights > 0))
        mistake(at + "/faults", "no fault has any weight");
}

// One of the faults that are drawn, read once for each of the targets that it may strike.
void ScenarioReading::chaos_choice(json item, const std::string& at, const std::vector<std::string>& components,
                                   const std::vector<std::string>& domains) {
    known(item, at,
          {"weight", "for", "component", "domain", "replicas", "crash", "slow", "errors", "pause", "exhaust", "flush",
           "latency", "loss", "duplicate", "reorder", "hold", "partition"});
    constexpr double weight_max = 1e6;
    ChaosChoice choice;
    choice.weight = number(item, at, "weight", 1, "1", {.min = 0, .max = weight_max});
    const bool is_over_at_once = item.contains("pause") || item.contains("flush");
    if (item.contains("for"))
        choice.lasts = distribution(item, at, "for");
    else if (!is_over_at_once)
        mistake(at, "'for' is missing: how long each lasts", "as for: exponential(30 s)");
    item.erase("weight");
    item.erase("for");
    if (item.contains("partition") && !(item["partition"].is_boolean() && item["partition"].get<bool>()))
        return mistake(at + "/partition", "chaos cuts off domains", "write partition: true, with domain or targets");
    const auto add = [&](const json& document) {
        const std::size_t before = scenario_.faults.size();
        fault(document, at);
        if (scenario_.faults.size() == before)
            return;
        choice.targets.push_back(std::move(scenario_.faults.back()));
        scenario_.faults.pop_back();
        choice.documents.push_back(document.dump(-1, ' ', false, json::error_handler_t::replace));
    };
    const bool is_placed = item.contains("component") || item.contains("domain");
    const bool is_of_domain = item.contains("partition");
    bool is_of_component = false;
    for (const char* kind : {"latency", "loss", "duplicate", "reorder"})
        is_of_component = is_of_component || item.contains(kind);
    if (!is_placed)
        for (const auto& [key, names, is_possible] :
             {std::tuple{"component", &components, !is_of_domain}, {"domain", &domains, !is_of_component}})
            for (const std::string& name : *names) {
                if (!is_possible || (key == std::string_view("component") && components_.count(name) == 0) ||
                    (key == std::string_view("domain") && domains_.count(name) == 0))
                    continue;
                json placed = item;
                placed[key] = name;
                add(placed);
            }
    if (is_placed || (components.empty() && domains.empty()))
        add(item);
    else if (choice.targets.empty() && !has_mistakes())
        mistake(at, "none of the targets can be struck by this fault",
                "what strikes messages needs components, a partition needs domains");
    scenario_.chaos->faults.push_back(std::move(choice));
}

}  // namespace dstudio::system
