#include "core/system/theory.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/formula/library/queueing.hpp"

namespace dstudio::system {
namespace {

using json = nlohmann::ordered_json;
namespace theory = formula::library;

constexpr double no_result = std::numeric_limits<double>::quiet_NaN();
// A station whose threads run out less often than this passes arrivals on as if it had no end of them.
constexpr double never = 1e-9;

bool is_plain(const Scenario& scenario, const Edge& edge) {
    const Network& network = network_of(scenario, edge);
    return network.loss == 0 && network.duplicate == 0 && network.reorder == 0 && edge.timeout == 0 &&
           edge.retry.attempts == 1 && !edge.breaker && !edge.limiter && edge.concurrency == unlimited &&
           !edge.adaptive && edge.hedge_after == 0 && edge.fallback == no_index && edge.request_bytes == 0 &&
           edge.answer_bytes == 0;
}

struct Station {
    std::string model;
    std::string source;
    double utilisation = no_result;
    double queue = no_result;  // of all replicas
    double in_system = no_result;
    double wait = no_result;     // s
    double sojourn = no_result;  // s
    bool is_stable = true;
    bool passes_poisson = false;
};

class Theory {
  public:
    explicit Theory(const Scenario& scenario) : scenario_(scenario), stations_(scenario.components.size()) {
        rates_.assign(scenario.components.size(), 0.0);
        known_.assign(scenario.components.size(), true);
    }

    json answer() {
        if (!scenario_.faults.empty())
            return json::array();
        for (const Workload& workload : scenario_.workloads) {
            const Edge& edge = scenario_.edges[workload.edge];
            if (workload.kind != WorkloadKind::open || workload.arrivals != Arrivals::poisson ||
                workload.rates.size() != 1 || workload.bursts || !workload.times.empty() || !is_plain(scenario_, edge))
                forget(edge.target);
            else
                rates_[edge.target] += workload.rates[0].rate;
        }
        // Each component after all that call it, so that the rates are complete; a circle leaves its members out.
        std::vector<std::uint32_t> callers(scenario_.components.size());
        for (const Component& component : scenario_.components)
            for (const Step& step : component.steps)
                for (const std::uint32_t edge : step.edges)
                    ++callers[scenario_.edges[edge].target];
        std::vector<std::uint32_t> order;
        for (std::uint32_t c = 0; c < callers.size(); ++c)
            if (callers[c] == 0)
                order.push_back(c);
        for (std::size_t at = 0; at < order.size(); ++at)
            for (const Step& step : scenario_.components[order[at]].steps)
                for (const std::uint32_t edge : step.edges) {
                    const std::uint32_t target = scenario_.edges[edge].target;
                    rates_[target] += rates_[order[at]] * step.probability;
                    if (!is_plain(scenario_, scenario_.edges[edge]) || step.edges.size() != 1 ||
                        scenario_.edges[edge].is_optional)
                        forget(target);
                    if (--callers[target] == 0)
                        order.push_back(target);
                }
        // Leaves first: what a caller holds its thread for includes what it waits for.
        for (auto c = order.rbegin(); c != order.rend(); ++c)
            solve(*c);
        // Callers first: who is called by a station that bends its arrivals has none that are Poisson.
        for (const std::uint32_t c : order) {
            if (known_[c] && stations_[c] && stations_[c]->passes_poisson)
                continue;
            for (const Step& step : scenario_.components[c].steps)
                for (const std::uint32_t edge : step.edges)
                    forget(scenario_.edges[edge].target);
        }
        json list = json::array();
        for (std::size_t c = 0; c < stations_.size(); ++c)
            if (known_[c] && stations_[c] && rates_[c] > 0 && !stations_[c]->model.empty())
                list.push_back(shown(c, *stations_[c]));
        return list;
    }

  private:
    void forget(std::uint32_t component) { known_[component] = false; }

    static json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

    [[nodiscard]] json shown(std::size_t c, const Station& station) const {
        return {{"component", scenario_.components[c].id},
                {"model", station.model},
                {"source", station.source},
                {"stable", station.is_stable},
                {"figures",
                 {{"utilisation", number(station.utilisation)},
                  {"queue", number(station.queue)},
                  {"in_system", number(station.in_system)},
                  {"wait_ms", number(1e3 * station.wait)},
                  {"sojourn_ms", number(1e3 * station.sojourn)}}}};
    }

    void solve(std::uint32_t index) {
        const Component& component = scenario_.components[index];
        if (component.serverless || component.replication || component.delivery || component.autoscale ||
            component.ejection || component.shedding || component.cells > 0 || component.shuffle > 0)
            return;
        const bool splits = component.replicas > 1;
        if (splits && component.balancing != Balancing::random)
            return;
        const double each = rates_[index] / component.replicas;
        std::vector<const Step*> work;
        double waiting = 0;  // for others, s
        bool calls = false;
        for (const Step& step : component.steps) {
            if (step.operation != Operation::any || step.workloads != ~std::uint64_t{0})
                return;
            switch (step.kind) {
                case StepKind::work:
                    work.push_back(&step);
                    break;
                case StepKind::wait:
                    waiting += step.probability * step.duration.mean();
                    break;
                case StepKind::send:
                    break;
                case StepKind::cached:
                case StepKind::saga:
                case StepKind::commit:
                    waiting = no_result;
                    break;
                case StepKind::call: {
                    calls = true;
                    const Edge& edge = scenario_.edges[step.edges[0]];
                    const auto& called = stations_[edge.target];
                    waiting += called && known_[edge.target] && is_plain(scenario_, edge) && step.edges.size() == 1
                                   ? step.probability * (called->sojourn + 2 * network_of(scenario_, edge).delay.mean())
                                   : no_result;
                    break;
                }
            }
        }
        Station station;
        const bool is_leaf = work.size() == 1 && work[0]->probability == 1 && component.steps.size() == 1;
        if (is_leaf)
            queue_of(component, work[0]->duration, each, station);
        else
            passed_through(component, work, waiting, calls, each, station);
        stations_[index] = std::move(station);
    }

    // M/G/infinity as far as it can be told: its departures, and the calls on the way, are Poisson (Mirasol, Operations
    // Research 11(5), 1963).
    static void passed_through(const Component& component, const std::vector<const Step*>& work, double waiting,
                               bool calls, double rate, Station& station) {
        double hold = waiting;
        for (const Step* step : work)
            hold += step->probability * step->duration.mean();
        if (!std::isfinite(hold) || component.sharing != Sharing::servers)
            return;
        const double threads = component.threads;
        const double load = rate * hold;
        station.passes_poisson = theory::erlang_b(threads, load) < never;
        if (!station.passes_poisson || !(load > 0))
            return;
        station.model = calls ? "M/G/infinity, of what it waits for and its own work" : "M/G/infinity";
        station.source = "Mirasol, Operations Research 11(5), 1963";
        station.utilisation = load / threads;
        station.in_system = load * component.replicas;
        station.queue = station.wait = 0;
        station.sojourn = hold;
    }

    static void queue_of(const Component& component, const base::Distribution& service, double rate, Station& station) {
        const double mean = service.mean();
        const double c = component.sharing == Sharing::processor ? component.cores : component.threads;
        if (!(mean > 0) || (component.discipline != Discipline::fifo && component.discipline != Discipline::lifo))
            return;
        const double mu = 1 / mean;
        const bool is_exponential = service.kind() == base::DistributionKind::exponential;
        station.utilisation = std::min(1.0, rate / (c * mu));
        if (component.sharing == Sharing::processor) {
            if (component.cores != 1 || component.threads != unlimited)
                return;
            station.model = "M/G/1 with processor sharing";
            station.source = "Kleinrock, Queueing Systems, vol. 2, 1976, section 4.4";
            station.is_stable = rate < mu;
            station.sojourn = station.is_stable ? 1 / (mu - rate) : no_result;
            station.queue = station.wait = 0;
        } else if (component.queue != unlimited) {
            const double places = c + component.queue;
            if (!is_exponential || component.discipline != Discipline::fifo || places > theory::capacity_max)
                return;
            station.model = fmt::format("M/M/{}/{}", component.threads, places);
            station.source = "Gross et al., Fundamentals of Queueing Theory, 4th ed., section 2.5";
            station.wait = theory::mmck_wait(c, places, rate, mu);
            station.sojourn = station.wait + mean;
            rate = theory::mmck_throughput(c, places, rate, mu);
            station.utilisation = rate / (c * mu);
        } else if (is_exponential && c <= theory::servers_max) {
            station.model = fmt::format("M/M/{}", component.threads);
            station.source = "Erlang, 1917; Gross et al., Fundamentals of Queueing Theory, 4th ed., section 2.3";
            station.is_stable = rate < c * mu;
            station.wait = station.is_stable ? theory::mmc_wait(c, rate, mu) : no_result;
            station.sojourn = station.wait + mean;
            station.passes_poisson = station.is_stable;  // Burke, Operations Research 4(6), 1956
        } else if (c == 1) {
            station.model = "M/G/1";
            station.source = "Pollaczek and Khinchine; Kleinrock, Queueing Systems, vol. 1, 1975, section 5.6";
            station.is_stable = rate < mu;
            const double squares = service.variance() + mean * mean;
            station.wait = station.is_stable ? rate * squares / 2 / (1 - rate * mean) : no_result;
            station.sojourn = station.wait + mean;
        } else {
            return;
        }
        const double replicas = component.replicas;
        if (component.sharing != Sharing::processor)
            station.queue = replicas * rate * station.wait;
        station.in_system = replicas * rate * station.sojourn;
    }

    const Scenario& scenario_;
    std::vector<std::optional<Station>> stations_;
    std::vector<double> rates_;  // 1/s, of all replicas
    std::vector<bool> known_;    // arrivals are Poisson at that rate
};

}  // namespace

json theory_json(const Scenario& scenario) {
    return Theory(scenario).answer();
}

}  // namespace dstudio::system
