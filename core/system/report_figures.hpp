// What the parts of a report share: figures over runs, numbers as text.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/sim/run_control.hpp"
#include "core/system/report.hpp"

namespace dstudio::system {

inline constexpr int report_digits = 3;

inline nlohmann::ordered_json number_json(double value) {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

// 12,345 or 12.3 or 0.0123
std::string plain(double value);
// 12.3 %
std::string percent(double share);
// 12.3 ms
std::string time_text(double seconds);

class RunFigures {
  public:
    using json = nlohmann::ordered_json;

    RunFigures(const Scenario& scenario, std::span<const Results> runs) : scenario_(scenario), runs_(runs) {}

  protected:
    // A figure of each run as mean and half width.
    template <class Measure>
    json figure(Measure measure) const {
        std::vector<double> values;
        for (const Results& run : runs_)
            values.push_back(measure(run));
        const sim::Estimate estimate = sim::replication_estimate(values, report_level);
        return {{"value", number_json(estimate.mean)}, {"half_width", number_json(estimate.half_width)}};
    }
    template <class Measure>
    double mean(Measure measure) const {
        double sum = 0;
        for (const Results& run : runs_)
            sum += measure(run);
        return sum / static_cast<double>(runs_.size());
    }

    static double seconds(const Results& run) { return std::max(1e-9, sim::to_seconds(run.measured)); }

    static double cost_of(const Results& run) {
        double usd = 0;
        for (const ComponentResult& result : run.components)
            usd += result.cost_usd;
        return usd;
    }

    // USD for a million requests that succeed, of all workloads.
    static double cost_per_million(const Results& run) {
        double ok = 0;
        for (const WorkloadResult& result : run.workloads)
            ok += static_cast<double>(result.ended[0]);
        constexpr double million = 1e6;
        return ok == 0 ? std::numeric_limits<double>::infinity() : cost_of(run) / ok * million;
    }

    // Mean, s, of those that backpressure held.
    static double held_each(const EdgeResult& edge) {
        return edge.held == 0 ? 0 : edge.held_seconds / static_cast<double>(edge.held);
    }

    static double amplification(const EdgeResult& edge) {
        return edge.sent == 0 ? 1 : static_cast<double>(edge.attempts) / static_cast<double>(edge.sent);
    }

    const Scenario& scenario_;
    std::span<const Results> runs_;
};

nlohmann::ordered_json objectives_json(const Scenario& scenario, std::span<const Results> runs);
nlohmann::ordered_json diagnosis_json(const Scenario& scenario, std::span<const Results> runs);

}  // namespace dstudio::system
