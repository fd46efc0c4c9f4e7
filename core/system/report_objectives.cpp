// Verdicts on a scenario's objectives.
#include "core/system/report_figures.hpp"

namespace dstudio::system {
namespace {

class Objectives : RunFigures {
  public:
    using RunFigures::RunFigures;

    json objectives() const {
        json list = json::array();
        for (std::size_t o = 0; o < scenario_.objectives.size(); ++o) {
            const Objective& objective = scenario_.objectives[o];
            if (objective.queue != no_index)
                list.push_back(age(objective));
            if (objective.durability > 0)
                list.push_back(durability(objective));
            else if (objective.copies != no_index)
                list.push_back(staleness(objective));
            if (objective.availability > 0)
                list.push_back(availability(o));
            if (objective.quantile > 0 && objective.latency > 0)
                list.push_back(latency(o));
            if (objective.cost > 0)
                list.push_back(cost(objective));
        }
        return list;
    }

  private:
    [[nodiscard]] const std::string& workload(const Objective& objective) const {
        return scenario_.workloads[objective.workload].id;
    }

    static std::string measured_time(double seconds) {
        return std::isfinite(seconds) ? time_text(seconds) : "no such share at all";
    }

    // Answered ones of those that ended or should have: what has not ended and is later than allowed is a failure.
    [[nodiscard]] double answered(const Results& run, std::size_t o) const {
        const WorkloadResult& result = run.workloads[scenario_.objectives[o].workload];
        const auto all = static_cast<double>(result.ended_in_all() + run.overdue[o]);
        return all == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(result.ended[0]) / all;
    }

    // How many had not ended, and how many of them are failures.
    void add_unfinished(std::size_t o, json& verdict) const {
        const Objective& objective = scenario_.objectives[o];
        std::uint64_t unfinished = 0;
        std::uint64_t overdue = 0;
        for (const Results& run : runs_) {
            unfinished += run.workloads[objective.workload].unfinished;
            overdue += run.overdue[o];
        }
        verdict["unfinished"] = unfinished;
        verdict["overdue"] = overdue;
        if (overdue > 0)
            verdict["text"] = fmt::format("{}; {} unfinished ones are older than {} and count as failed",
                                          verdict["text"].get<std::string>(), overdue,
                                          time_text(sim::to_seconds(patience_of(scenario_, objective))));
    }

    json availability(std::size_t o) const {
        const Objective& objective = scenario_.objectives[o];
        const double share = mean([&](const Results& run) { return answered(run, o); });
        json verdict{
            {"workload", workload(objective)},
            {"kind", "availability"},
            {"text", fmt::format("{}: {:.6g} % answered; measured {:.6g} %", workload(objective),
                                 100 * objective.availability, std::isfinite(share) ? 100 * share : 0)},
            {"wanted", objective.availability},
            {"measured", number_json(share)},
            {"met", share >= objective.availability},
            {"budget_used",
             objective.availability < 1 ? number_json((1 - share) / (1 - objective.availability)) : json(nullptr)}};
        add_unfinished(o, verdict);
        return verdict;
    }

    json latency(std::size_t o) const {
        const Objective& objective = scenario_.objectives[o];
        // A request that failed has no answer within any time.
        const double seconds = mean([&](const Results& run) {
            const WorkloadResult& result = run.workloads[objective.workload];
            const double ok = answered(run, o);
            return ok >= objective.quantile ? sim::to_seconds(result.latency.quantile(objective.quantile / ok))
                                            : std::numeric_limits<double>::infinity();
        });
        json verdict{
            {"workload", workload(objective)},
            {"kind", "latency"},
            {"text", fmt::format("{}: {:.6g} % within {}; measured {}", workload(objective), 100 * objective.quantile,
                                 time_text(sim::to_seconds(objective.latency)), measured_time(seconds))},
            {"quantile", objective.quantile},
            {"wanted_ms", 1e3 * sim::to_seconds(objective.latency)},
            {"measured_ms", number_json(1e3 * seconds)},
            {"met", seconds <= sim::to_seconds(objective.latency)}};
        add_unfinished(o, verdict);
        return verdict;
    }

    json age(const Objective& objective) const {
        const std::string& id = scenario_.components[objective.queue].id;
        // What is still kept counts with its age so far, and will be older.
        const double seconds = mean([&](const Results& run) {
            sim::DurationSketch ages = run.components[objective.queue].age;
            ages.merge(run.components[objective.queue].age_kept);
            return ages.count() == 0 ? std::numeric_limits<double>::infinity()
                                     : sim::to_seconds(ages.quantile(objective.quantile));
        });
        return {{"component", id},
                {"kind", "age"},
                {"text", fmt::format("{}: {:.6g} % delivered within {}; measured {}", id, 100 * objective.quantile,
                                     time_text(sim::to_seconds(objective.age)), measured_time(seconds))},
                {"quantile", objective.quantile},
                {"wanted_ms", 1e3 * sim::to_seconds(objective.age)},
                {"measured_ms", number_json(1e3 * seconds)},
                {"met", seconds <= sim::to_seconds(objective.age)}};
    }

    json staleness(const Objective& objective) const {
        const std::string& id = scenario_.components[objective.copies].id;
        const double seconds = mean([&](const Results& run) {
            const sim::DurationSketch& staleness = run.components[objective.copies].staleness;
            return staleness.count() == 0 ? 0 : sim::to_seconds(staleness.quantile(objective.quantile));
        });
        return {{"component", id},
                {"kind", "staleness"},
                {"text",
                 fmt::format("{}: {:.6g} % of the reads at most {} stale; measured {}", id, 100 * objective.quantile,
                             time_text(sim::to_seconds(objective.staleness)), measured_time(seconds))},
                {"quantile", objective.quantile},
                {"wanted_ms", 1e3 * sim::to_seconds(objective.staleness)},
                {"measured_ms", number_json(1e3 * seconds)},
                {"met", seconds <= sim::to_seconds(objective.staleness)}};
    }

    json durability(const Objective& objective) const {
        const std::string& id = scenario_.components[objective.copies].id;
        const double share = mean([&](const Results& run) {
            const ComponentResult& result = run.components[objective.copies];
            return result.writes == 0
                       ? 1
                       : 1 - static_cast<double>(result.lost_writes) / static_cast<double>(result.writes);
        });
        return {{"component", id},
                {"kind", "durability"},
                {"text", fmt::format("{}: {:.6g} % of the acknowledged writes kept; measured {:.6g} %", id,
                                     100 * objective.durability, 100 * share)},
                {"wanted", objective.durability},
                {"measured", number_json(share)},
                {"met", share >= objective.durability}};
    }

    json cost(const Objective& objective) const {
        const double usd = mean(cost_per_million);
        return {{"workload", workload(objective)},
                {"kind", "cost"},
                {"text", fmt::format("{}: at most ${} for a million answers; measured {}", workload(objective),
                                     plain(objective.cost), std::isfinite(usd) ? "$" + plain(usd) : "no answer")},
                {"wanted_usd", objective.cost},
                {"measured_usd", number_json(usd)},
                {"met", usd <= objective.cost}};
    }
};

}  // namespace

nlohmann::ordered_json objectives_json(const Scenario& scenario, std::span<const Results> runs) {
    return Objectives(scenario, runs).objectives();
}

}  // namespace dstudio::system
