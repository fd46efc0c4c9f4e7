// A run that somebody watches: it goes on in small pieces, is struck by faults on the way, and goes back in time.
//
// It stays a function of (document, seed): a fault that strikes now is one of the document's faults with `at` set to
// now, and document() has it, so that the run can be had again from its start.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "core/system/scenario_reader.hpp"
#include "core/system/simulation.hpp"

namespace dstudio::system {

class LiveRun {
  public:
    // None exactly if there are mistakes.
    static std::unique_ptr<LiveRun> open(nlohmann::ordered_json document, std::uint64_t seed,
                                         std::vector<Mistake>& mistakes, const RunLimits& limits = {});

    // Up to `to`, or as far as `events_max` events lead. False at the end.
    bool advance(Time to, std::uint64_t events_max);

    // The fault begins now; `fault` is as in a document, without `at`. Returns it with `at`. Mistakes point into it.
    std::optional<nlohmann::ordered_json> strike(nlohmann::ordered_json fault, std::vector<Mistake>& mistakes);

    // To the state at that time: from the nearest copy that was kept before it, then forward. Faults that struck later
    // leave the document.
    void rewind(Time to);

    [[nodiscard]] const nlohmann::ordered_json& document() const { return document_; }
    [[nodiscard]] const Scenario& scenario() const { return *scenario_; }
    [[nodiscard]] const Simulation& simulation() const { return *simulation_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }

    // What there is to draw, and how it is now. Shapes: apps/wasm/simulation_door.hpp, S and F.
    [[nodiscard]] nlohmann::ordered_json summary_json() const;
    [[nodiscard]] nlohmann::ordered_json frame_json() const;

  private:
    LiveRun(nlohmann::ordered_json document, Scenario scenario, std::uint64_t seed, const RunLimits& limits);

    void run_to(Time to);

    nlohmann::ordered_json document_;
    std::size_t faults_given_;            // by the document that was opened; those after it struck on the way
    std::unique_ptr<Scenario> scenario_;  // the simulation and its copies refer to it
    std::uint64_t seed_;
    std::optional<Simulation> simulation_;  // never empty; assigned by making it anew
    std::vector<Simulation> copies_;        // by their times, the first from the start
    Time copy_every_;
};

// The summary of a scenario that has no run yet.
nlohmann::ordered_json summary_json(const Scenario& scenario);

}  // namespace dstudio::system
