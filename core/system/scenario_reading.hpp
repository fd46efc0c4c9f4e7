// The reader of scenarios, in parts: read_scenario is all that others use.
// reading_components.cpp: components, their steps and calls; reading_workloads.cpp: workloads; reading_trace.cpp:
// their traces; reading_chaos.cpp: faults at random; reading_faults.cpp:
// faults and objectives; scenario_reader.cpp: the document, and what must hold for it as a whole.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/system/document_reader.hpp"

namespace dstudio::system {

class ScenarioReading : DocumentReader {
  public:
    using DocumentReader::DocumentReader;

    std::optional<Scenario> read(const json& document);

  private:
    // Components and workloads may be named before they are described.
    void names(const json& document);
    void names_of(const json& document, const char* key, std::size_t count_max,
                  std::map<std::string, std::uint32_t, std::less<>>& index);
    std::uint32_t component_ref(const json& object, const std::string& at, const char* key);
    std::uint32_t component_named(const std::string& id, const std::string& place);
    std::string domain(const json& object, const std::string& at, const char* key);  // empty if not given
    std::uint32_t workload_named(const std::string& id, const std::string& place);

    void component(const json& item, const std::string& at);
    void queueing(const json& item, const std::string& at, Component& component);
    void balancing(const json& item, const std::string& at, Component& component);
    void behaviour(const json& item, const std::string& at, Component& component);
    void scaling(const json& item, const std::string& at, Component& component);
    void commit(const json& item, const std::string& at, const Component& component, Step& step);
    void read_step(const json& item, const std::string& at, Component& component);
    Cache cache(const json& item, const std::string& at, const Component& component);

    static Keys with_edge_keys(Keys keys);
    // The edge under `key` with its policies; returns its position.
    std::uint32_t edge(const json& object, const std::string& at, const char* key, const std::string& caller);
    // Of a step that calls `times` times at once.
    std::vector<std::uint32_t> edges(const json& object, const std::string& at, const char* key,
                                     const std::string& caller);
    std::uint32_t add_edge(Edge edge, const std::string& caller, const std::string& target);
    Retry retry(const json& object, const std::string& at);
    void limits(const json& object, const std::string& at, Edge& edge);
    // A delay alone, or all of what happens to messages.
    Network network(const json& object, const std::string& at);

    void workload(const json& item, const std::string& at);
    void arrivals(const json& item, const std::string& at, Workload& workload);
    void trace(const json& item, const std::string& at, Workload& workload);
    void csv_trace(const json& given, const std::string& at, Workload& workload);
    void diurnal(const json& given, const std::string& at, Workload& workload);

    void fault(const json& item, const std::string& at);
    void chaos(const json& given, const std::string& at);
    void chaos_choice(json item, const std::string& at, const std::vector<std::string>& components,
                      const std::vector<std::string>& domains);
    void partition(const json& item, const std::string& at, Fault& fault);
    void repeated(const json& item, const std::string& at, Fault& fault);
    void objective(const json& item, const std::string& at);
    void component_objective(const json& item, const std::string& at, Objective& objective);

    // A circle of calls, each of them sure to be made, would never end.
    void check_ends();
    // What takes part in a transaction must be able to undo all that it did.
    void check_participants();

    Scenario scenario_;
    std::map<std::string, std::uint32_t, std::less<>> components_;
    std::map<std::string, std::uint32_t, std::less<>> workloads_;
    std::map<std::string, std::uint32_t> edge_names_;  // how often
    std::set<std::string> domains_;                    // zones, all that contain them, and shared domains
    std::size_t replicas_all_ = 0;
    std::size_t cached_all_ = 0;
};

}  // namespace dstudio::system
