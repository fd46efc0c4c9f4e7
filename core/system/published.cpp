#include "core/system/published.hpp"

#include <cmath>

#include "core/system/published_results.hpp"
#include "core/system/validation.hpp"

namespace dstudio::system {
namespace {

using nlohmann::ordered_json;

// An end that there is none of is null: JSON has no infinity.
ordered_json finite_or_null(double value) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

}  // namespace

const std::vector<PublishedResult>& published_results() {
    static const std::vector<PublishedResult> results{
        slow_servers(),       leaf_times(),    hedged_reads(),  supermarket(),      fullest_bin(), bin_loads(),
        backoff_and_jitter(), retry_example(), trigger_sizes(), metastable_pairs(), ejection()};
    return results;
}

std::vector<PublishedOutcome> reproduce(const PublishedResult& result, std::span<const Scenario> scenarios,
                                        const PublishedOptions& options) {
    DS_ASSERT(scenarios.size() == result.scenarios.size());
    const std::size_t runs = options.runs == 0 ? result.runs : options.runs;
    std::vector<std::vector<double>> values(result.figures.size());
    for (std::size_t i = 0; i < runs; ++i) {
        const std::vector<double> measured = result.measure({scenarios, options.seed + i, options.effort});
        DS_ASSERT(measured.size() == values.size());
        for (std::size_t f = 0; f < values.size(); ++f)
            values[f].push_back(measured[f]);
    }
    std::vector<PublishedOutcome> outcomes;
    for (std::size_t f = 0; f < values.size(); ++f) {
        PublishedOutcome outcome{sim::replication_estimate(values[f], validation_level)};
        if (result.figures[f].is_calculated)
            outcome.estimate = {values[f].front(), 0, validation_level, runs};
        const double reach = std::isfinite(outcome.estimate.half_width) ? outcome.estimate.half_width : 0;
        outcome.agrees = outcome.estimate.mean + reach >= result.figures[f].low &&
                         outcome.estimate.mean - reach <= result.figures[f].high;
        outcomes.push_back(outcome);
    }
    return outcomes;
}

ordered_json published_json(const PublishedResult& result, std::span<const PublishedOutcome> ours) {
    DS_ASSERT(ours.empty() || ours.size() == result.figures.size());
    const ordered_json outcomes = published_json(ours);
    ordered_json figures = ordered_json::array();
    for (const PublishedFigure& figure : result.figures)
        figures.push_back({{"place", figure.place},
                           {"quantity", figure.quantity},
                           {"unit", figure.unit},
                           {"published", figure.published},
                           {"low", finite_or_null(figure.low)},
                           {"high", finite_or_null(figure.high)},
                           {"exact", figure.exact ? ordered_json(*figure.exact) : ordered_json()},
                           {"calculated", figure.is_calculated},
                           {"differs", figure.differs},
                           {"note", figure.note}});
    for (std::size_t f = 0; f < outcomes.size(); ++f)
        figures[f]["ours"] = outcomes[f];
    return {{"name", result.name},           {"source", result.source}, {"url", result.url}, {"setup", result.setup},
            {"scenarios", result.scenarios}, {"runs", result.runs},     {"figures", figures}};
}

ordered_json published_json(std::span<const PublishedOutcome> outcomes) {
    ordered_json list = ordered_json::array();
    for (const PublishedOutcome& outcome : outcomes)
        list.push_back({{"mean", finite_or_null(outcome.estimate.mean)},
                        {"half_width", finite_or_null(outcome.estimate.half_width)},
                        {"agrees", outcome.agrees}});
    return list;
}

}  // namespace dstudio::system
