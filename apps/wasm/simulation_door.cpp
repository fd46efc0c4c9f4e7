#include "apps/wasm/simulation_door.hpp"

#include <cmath>
#include <optional>

#include "core/base/error.hpp"
#include "core/system/component_types.hpp"
#include "core/system/published.hpp"
#include "core/system/report.hpp"
#include "core/system/theory.hpp"
#include "core/system/validation.hpp"

namespace dstudio::wasm {
namespace {

using json = nlohmann::ordered_json;
using system::LiveRun;

constexpr std::uint32_t traces_kept = 200;  // of one run

json wrong(std::string message, std::string hint = {}) {
    return {{"error",
             {{"code", base::error_kind(base::ErrorCode::invalid_argument).wire_name},
              {"message", std::move(message)},
              {"hint", std::move(hint)}}}};
}

json mistakes_json(const std::vector<system::Mistake>& mistakes) {
    json list = json::array();
    for (const system::Mistake& mistake : mistakes)
        list.push_back(
            {{"pointer", mistake.pointer}, {"message", system::placed_message(mistake)}, {"hint", mistake.hint}});
    return list;
}

json part(const json& request, const char* key) {
    const auto found = request.find(key);
    return found == request.end() ? json() : *found;
}

std::optional<double> number_at(const json& request, const char* key) {
    const auto found = request.find(key);
    if (found == request.end() || !found->is_number() || !std::isfinite(found->get<double>()))
        return std::nullopt;
    return found->get<double>();
}

// Whole and not negative, as a double carries it.
std::optional<std::uint64_t> whole_at(const json& request, const char* key) {
    constexpr double most = 9007199254740992;  // 2^53
    const auto number = number_at(request, key);
    if (!number || *number < 0 || *number > most || *number != std::floor(*number))
        return std::nullopt;
    return static_cast<std::uint64_t>(*number);
}

sim::Time time_of(double seconds) {
    constexpr double longest_s = 4e9;
    return sim::from_seconds(std::min(std::max(seconds, 0.0), longest_s));
}

json cases_json() {
    json cases = json::array();
    for (const system::ValidationCase& tested : system::validation_cases())
        cases.push_back({{"name", tested.name},
                         {"quantity", tested.quantity},
                         {"unit", tested.unit},
                         {"theory", tested.theory},
                         {"source", tested.source}});
    return {{"cases", std::move(cases)}};
}

json validate(const json& request) {
    const auto number = whole_at(request, "case");
    const auto seed = whole_at(request, "seed");
    if (!number || !seed || *number >= system::validation_cases().size())
        return wrong("'case' and 'seed' must be whole numbers, the case one of those that 'validation' lists");
    const auto& tested = system::validation_cases()[static_cast<std::size_t>(*number)];
    const auto outcome = system::validate({&tested, 1}, *seed)[0];
    return {
        {"outcome",
         {{"mean", outcome.estimate.mean}, {"half_width", outcome.estimate.half_width}, {"covers", outcome.covers}}}};
}

json published() {
    json results = json::array();
    for (const system::PublishedResult& result : system::published_results())
        results.push_back(system::published_json(result));
    return {{"results", std::move(results)}};
}

json reproduce(const json& request) {
    const auto number = whole_at(request, "result");
    const auto seed = whole_at(request, "seed");
    if (!number || !seed || *number >= system::published_results().size())
        return wrong("'result' and 'seed' must be whole numbers, the result one of those that 'published' lists");
    const system::PublishedResult& result = system::published_results()[static_cast<std::size_t>(*number)];
    const json documents = part(request, "documents");
    if (documents.size() != result.scenarios.size())
        return wrong("'documents' must be the scenarios that the result names", "an empty list if it names none");
    std::vector<system::Scenario> scenarios;
    for (const json& document : documents) {
        std::vector<system::Mistake> mistakes;
        auto scenario = system::read_scenario(document, mistakes);
        if (!scenario)
            return {{"mistakes", mistakes_json(mistakes)}};
        scenarios.push_back(std::move(*scenario));
    }
    system::PublishedOptions options;
    options.seed = *seed;
    return {{"outcomes", system::published_json(system::reproduce(result, scenarios, options))}};
}

}  // namespace

std::string SimulationDoor::call(std::string_view text) {
    const json request = json::parse(text, nullptr, false);
    if (!request.is_object())
        return wrong("the call is no JSON object").dump();
    return answer(request).dump(-1, ' ', false, json::error_handler_t::replace);
}

json SimulationDoor::answer(const json& request) {
    const json name = part(request, "call");
    const std::string call = name.is_string() ? name.get<std::string>() : "";
    if (call == "check" || call == "theory") {
        std::vector<system::Mistake> mistakes;
        const auto scenario = system::read_scenario(part(request, "document"), mistakes);
        if (!scenario)
            return {{"mistakes", mistakes_json(mistakes)}};
        if (call == "theory")
            return {{"theory", system::theory_json(*scenario)}};
        return {{"mistakes", json::array()}, {"summary", system::summary_json(*scenario)}};
    }
    if (call == "open")
        return open(request);
    if (call == "replicate")
        return replicate(request);
    if (call == "types")
        return {{"types", system::component_types_json()}};
    if (call == "validation")
        return cases_json();
    if (call == "validate")
        return validate(request);
    if (call == "published")
        return published();
    if (call == "reproduce")
        return reproduce(request);
    return with_run(call, request);
}

json SimulationDoor::open(const json& request) {
    const auto seed = whole_at(request, "seed");
    if (!seed)
        return wrong("'seed' must be a whole number");
    std::vector<system::Mistake> mistakes;
    system::RunLimits limits;
    limits.traces = traces_kept;
    auto run = LiveRun::open(part(request, "document"), *seed, mistakes, limits);
    if (!run)
        return {{"mistakes", mistakes_json(mistakes)}};
    json answer{{"run", ++last_run_}, {"summary", run->summary_json()}, {"frame", run->frame_json()}};
    runs_[last_run_] = std::move(run);
    return answer;
}

json SimulationDoor::with_run(const std::string& call, const json& request) {
    const auto id = whole_at(request, "run");
    const auto found = id ? runs_.find(*id) : runs_.end();
    if (found == runs_.end())
        return wrong("there is no call '" + call + "' without a run, or the run is not open", "open one first");
    LiveRun& run = *found->second;
    const auto to = number_at(request, "to_s");
    if (call == "advance") {
        const auto events_max = whole_at(request, "events_max");
        if (!to || !events_max)
            return wrong("'advance' needs 'to_s' and 'events_max'");
        (void)run.advance(time_of(*to), *events_max);
        return {{"frame", run.frame_json()}};
    }
    if (call == "rewind") {
        if (!to)
            return wrong("'rewind' needs 'to_s'");
        run.rewind(time_of(*to));
        return {{"frame", run.frame_json()}};
    }
    if (call == "series") {
        const auto from = whole_at(request, "from");
        return {{"series", system::series_json(run.scenario(), run.simulation().results(),
                                               static_cast<std::size_t>(from.value_or(0)))}};
    }
    if (call == "strike") {
        std::vector<system::Mistake> mistakes;
        auto fault = run.strike(part(request, "fault"), mistakes);
        if (!fault)
            return {{"mistakes", mistakes_json(mistakes)}};
        return {{"fault", std::move(*fault)}, {"frame", run.frame_json()}};
    }
    if (call == "report") {
        const system::Results results = run.simulation().results();
        return {{"report", system::report_json(run.scenario(), run.seed(), {&results, 1})}};
    }
    if (call == "traces")
        return {{"traces", system::traces_json(run.scenario(), run.simulation().spans())}};
    if (call == "close") {
        runs_.erase(found);
        return json::object();
    }
    return wrong("there is no call '" + call + "'");
}

json SimulationDoor::replicate(const json& request) {
    const auto seed = whole_at(request, "seed");
    if (!seed)
        return wrong("'seed' must be a whole number");
    json document = part(request, "document");
    if (document != replicated_ || replications_.empty()) {
        std::vector<system::Mistake> mistakes;
        auto scenario = system::read_scenario(document, mistakes);
        if (!scenario)
            return {{"mistakes", mistakes_json(mistakes)}};
        replicated_ = std::move(document);
        replicated_scenario_ = std::move(*scenario);
        replications_.clear();
        first_seed_ = *seed;
    }
    system::Simulation run(replicated_scenario_, *seed);
    run.run();
    replications_.push_back(run.results());
    // Kept for batch means of a single run; dozens of runs would take too much memory.
    for (system::WorkloadResult& result : replications_.back().workloads)
        result.latencies_ns = {};
    return {{"report", system::report_json(replicated_scenario_, first_seed_, replications_)}};
}

}  // namespace dstudio::wasm
