// Published results beside ours: what a paper reports, what comes out here, and whether the two agree or why not.
//
// validation.hpp holds the simulator against what theory knows exactly; this holds it, and the models beside it,
// against what others measured, simulated or stated. Each result is an experiment as data: its source, what of it is
// modelled and what had to be assumed, and the figures that one run of it measures. A difference that has a reason says
// it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/sim/run_control.hpp"
#include "core/system/scenario.hpp"

namespace dstudio::system {

struct PublishedFigure {
    std::string place;      // in the source: "table 1, second row"
    std::string quantity;   // "requests that take over 1 s, 100 servers"
    std::string unit;       // "%", "ms", "1", ...
    std::string published;  // as the source has it: "63 %", "more than half"
    // What agrees with that, in the unit: as far as the source's rounding or wording reaches.
    double low = 0;
    double high = 0;
    std::optional<double> exact{};  // what our own model comes to, where that is known
    bool is_calculated = false;     // by formula, not simulated: the same in every run
    bool differs = false;           // and is known to: `note` has the reason
    std::string note{};
};

struct PublishedRun {
    std::span<const Scenario> scenarios;  // those that the result names
    std::uint64_t seed = 1;
    double effort = 1;  // share of the requests or trials: less for a quick look. Times of faults stay as they are
};

struct PublishedResult {
    std::string name;  // "tail at scale: slow servers"
    std::string source;
    std::string url;
    std::string setup;                     // what is simulated, and what is assumed
    std::vector<std::string> scenarios{};  // of the catalogue that it runs, by id
    std::size_t runs = 10;
    std::vector<PublishedFigure> figures{};
    std::vector<double> (*measure)(const PublishedRun& run);  // in the order and the units of the figures
};

const std::vector<PublishedResult>& published_results();

struct PublishedOutcome {
    sim::Estimate estimate;  // half width 0 for what is calculated
    bool agrees = false;     // the interval meets what agrees with the published figure
};

struct PublishedOptions {
    std::uint64_t seed = 1;
    std::size_t runs = 0;  // 0: as many as the result wants
    double effort = 1;
};

// One outcome for each figure, from runs with the seeds seed, seed + 1, ... REQUIRES: one scenario for each that the
// result names.
std::vector<PublishedOutcome> reproduce(const PublishedResult& result, std::span<const Scenario> scenarios,
                                        const PublishedOptions& options = {});

// As docs/formats/simulation-json.md describes them, for every door; with `ours`, each figure has its outcome.
nlohmann::ordered_json published_json(const PublishedResult& result, std::span<const PublishedOutcome> ours = {});
nlohmann::ordered_json published_json(std::span<const PublishedOutcome> outcomes);

}  // namespace dstudio::system
