// The browser's door to the simulator: one call, JSON in, JSON out.
//
//   {"call": "check", "document": D}
//       -> {"mistakes": [{"pointer", "message", "hint"}]}, and without mistakes also {"summary": S}
//   {"call": "open", "document": D, "seed": 1}           -> {"run": 1, "summary": S, "frame": F}, or {"mistakes":
//   [...]}
//   {"call": "advance", "run": 1, "to_s": 2.5, "events_max": 100000}   -> {"frame": F}
//       up to that time, or as far as so many events lead
//   {"call": "series", "run": 1, "from": 12}              -> {"series": {...}} as in the report, from bin 12 on
//   {"call": "strike", "run": 1, "fault": {"component": "db", "crash": true, "for": "5 s"}}
//       -> {"fault": {"at": "12.5 s", ...}, "frame": F}, or {"mistakes": [...]} with pointers into the fault
//       The fault begins now. The document with this fault added gives the same run from its start.
//   {"call": "rewind", "run": 1, "to_s": 1}               -> {"frame": F}; faults struck after that time never were
//   {"call": "report", "run": 1}                          -> {"report": R} as of now (docs/formats/simulation-json.md)
//   {"call": "traces", "run": 1}                          -> {"traces": [T, ...]} (docs/formats/simulation-json.md)
//   {"call": "close", "run": 1}                           -> {}
//   {"call": "replicate", "document": D, "seed": 5}       -> {"report": R} of all seeds so far with this document
//       One more run each time; another document begins anew.
//   {"call": "types"}          -> {"types": [{"name", "title", "group", "summary", "start": {...}}]}
//       What components may be, and what one of that type starts with; TARGET stands for another's id.
//   {"call": "theory", "document": D}                     -> {"theory": [{"component", "model", "figures": [...]}]}
//   {"call": "validation"}     -> {"cases": [{"name", "quantity", "unit", "theory", "source"}]}
//   {"call": "validate", "case": 0, "seed": 1}            -> {"outcome": {"mean", "half_width", "covers"}}
//   {"call": "published"}      -> {"results": [R, ...]}: published results to hold ours against
//   {"call": "reproduce", "result": 0, "seed": 1, "documents": [D, ...]}
//       -> {"outcomes": [{"mean", "half_width", "agrees"}]}, one for each figure of the result, or {"mistakes": [...]}
//       The documents are the catalogue's scenarios that the result names, in that order. R and the outcomes are as in
//       docs/formats/simulation-json.md.
//
// D is a scenario document (docs/formats/scenario.md) as JSON.
// S: {"duration_s", "warmup_s", "bin_s", "components": [{"id", "type", "replicas", "places"}], "workloads": [{"id",
//    "closed"}], "edges": [{"name", "from", "to", "send"}]}; `places` are threads or cores of all replicas, null if
//    without limit; an edge is `from` a component or workload. Of a run with chaos also "chaos": all that it draws, as
//    a document's faults.
// F: {"now_s", "finished", "stopped_early", "events", "components": [{"up", "busy", "waiting", "messages"}], "edges":
//    [{"in_progress", "calls", "attempts", "retries", "hedges", "timeouts", "ok", "failed", "breaker"}], "workloads":
//    [{"started", "ok", "failed", "in_flight"}]}: lists in the order of S, counts since the start of the run, breaker
//    null, "closed", "open" or "half-open".
//
// What goes wrong otherwise is {"error": {"code", "message", "hint"}}.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/system/live_run.hpp"

namespace dstudio::wasm {

class SimulationDoor {
  public:
    std::string call(std::string_view request);

  private:
    using json = nlohmann::ordered_json;

    json answer(const json& request);
    json open(const json& request);
    json with_run(const std::string& call, const json& request);
    json replicate(const json& request);

    std::map<std::uint64_t, std::unique_ptr<system::LiveRun>> runs_;
    std::uint64_t last_run_ = 0;
    // Of the document that was last replicated.
    json replicated_;
    system::Scenario replicated_scenario_;
    std::uint64_t first_seed_ = 0;
    std::vector<system::Results> replications_;
};

}  // namespace dstudio::wasm
