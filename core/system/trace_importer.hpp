// The draft in the making: one class in several files, of which each has a subject.
//
//   trace_import.cpp      what the draft is made of, in which order
//   trace_rates.cpp       where requests come in, how often and how evenly
//   trace_components.cpp  components: their ids, work, concurrency, operations
//   trace_calls.cpp       calls: retries, timeouts, what is optional
//   trace_document.cpp    the scenario's document
//   trace_findings.cpp    what is said beside it
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/system/trace_import.hpp"
#include "core/system/trace_measures.hpp"
#include "core/system/trace_tree.hpp"

namespace dstudio::system {

inline constexpr double trace_majority = 0.5;

inline double trace_ratio(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

class TraceImporter {
  public:
    TraceImporter(TraceSpans spans, std::string name);

    base::Result<TraceImport> run();

  private:
    using json = nlohmann::ordered_json;
    using Events = std::vector<std::pair<sim::Time, int>>;

    struct DraftStep {
        bool is_send = false;
        bool is_all = false;
        std::vector<std::uint32_t> targets;  // components
        std::uint64_t times = 1;
        double probability = 1;
        double offset = 0;
    };

    // trace_import.cpp
    void select_components();
    void describe();
    void leave_out(LeftOut reason, std::uint64_t number);

    // trace_rates.cpp
    void find_entries();
    void observe(std::vector<sim::Time>& starts);
    void tell_sampling();
    void describe_workload(std::size_t c);
    void arrivals(ImportedWorkload& workload);

    // trace_components.cpp
    void fit_network();
    // Entries first, then what they call, level by level; then what nobody calls.
    void order_components();
    ImportedComponent service_component(std::uint32_t s);
    ImportedComponent peer_component(std::uint32_t target);
    static std::uint64_t peak_of(Events& events);
    void concurrency(std::uint32_t s, ImportedComponent& component);
    void operations(TraceServiceStats& service, ImportedComponent& component);

    // trace_calls.cpp
    void describe_call(std::uint32_t caller, const TraceCallKey& key, TraceCallStats& stats);

    // trace_document.cpp
    void write_document();
    std::vector<DraftStep> steps_of(std::uint32_t s);
    void break_circles(std::vector<std::vector<DraftStep>>& steps);
    [[nodiscard]] const ImportedCall* call_between(std::size_t caller, std::size_t target, bool is_send) const;
    void add_policies(json& at, std::size_t caller, std::uint32_t target) const;
    static json work_step(const DurationFit& work);
    [[nodiscard]] double errors_of(std::size_t c) const;
    [[nodiscard]] json step_json(std::size_t caller, const DraftStep& step) const;

    // trace_findings.cpp
    void finding(std::string code, std::string message, std::string hint = {});
    static std::string shown(std::string_view text);
    void tell_thin(const std::string& what, const DurationFit& fit);
    void tell();
    [[nodiscard]] tl::unexpected<base::Error> nothing_left() const;

    TraceTree tree_;
    const std::vector<TraceSpan>& spans_;
    TraceImport result_;

    std::vector<std::uint8_t> is_selected_;  // targets
    TraceMeasures measures_;
    std::vector<std::vector<std::uint32_t>> requests_by_service_;
    double network_p50_s_ = 0;

    double gap_s_ = 0;  // longer ones between requests are left out
    std::size_t gaps_left_out_ = 0;
    double rate_all_ = 0;
    std::size_t requests_all_ = 0;
    double count_all_ = 0;  // what they stand for
    double count_min_ = 0;  // of those that tell it
    double count_max_ = 0;
    std::set<std::size_t> deterministic_;  // components

    std::vector<std::uint32_t> component_of_;       // by target
    std::vector<std::uint32_t> component_targets_;  // by component
    std::vector<std::string> component_ids_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, bool> is_backoff_exponential_;
};

}  // namespace dstudio::system
