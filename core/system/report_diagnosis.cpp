// Sentences that name the mechanism, with numbers.
#include "core/system/report_figures.hpp"

namespace dstudio::system {
namespace {

class Diagnosis : RunFigures {
  public:
    using RunFigures::RunFigures;

    json diagnosis() const {
        json sentences = json::array();
        for (std::size_t c = 0; c < scenario_.components.size(); ++c)
            about_component(c, sentences);
        for (std::size_t c = 0; c < scenario_.components.size(); ++c)
            about_behaviour(c, sentences);
        for (std::size_t e = 0; e < scenario_.edges.size(); ++e)
            about_edge(e, sentences);
        for (std::size_t w = 0; w < scenario_.workloads.size(); ++w)
            about_recovery(w, sentences);
        return sentences;
    }

  private:
    // What a component can serve: its places over the time that a request holds one.
    double ceiling(std::size_t c) const {
        const double served =
            mean([&](const Results& run) { return static_cast<double>(run.components[c].served) / seconds(run); });
        const double utilisation = mean([&](const Results& run) { return run.components[c].utilisation; });
        return utilisation > 0 && served > 0 ? served / utilisation : std::numeric_limits<double>::quiet_NaN();
    }

    void about_component(std::size_t c, json& sentences) const {
        const Component& component = scenario_.components[c];
        const auto of = [c](const Results& run) -> const ComponentResult& { return run.components[c]; };
        const double utilisation = mean([&](const Results& run) { return of(run).utilisation; });
        const double arrived =
            mean([&](const Results& run) { return static_cast<double>(of(run).arrived) / seconds(run); });
        const double served =
            mean([&](const Results& run) { return static_cast<double>(of(run).served) / seconds(run); });
        const double wasted =
            mean([&](const Results& run) { return static_cast<double>(of(run).wasted) / seconds(run); });
        const double rejected =
            mean([&](const Results& run) { return static_cast<double>(of(run).rejected) / seconds(run); });
        constexpr double nearly_full = 0.9;
        constexpr double worth_saying = 0.01;
        if (utilisation >= nearly_full && component.sharing == Sharing::servers)
            sentences.push_back(fmt::format(
                "{} is at its ceiling: {}/s arrive, and {} places that a request holds for {} on average serve {}/s",
                component.id, plain(arrived), plain(static_cast<double>(component.replicas) * component.threads),
                time_text(static_cast<double>(component.replicas) * component.threads / ceiling(c)),
                plain(ceiling(c))));
        if (served > 0 && wasted / served >= worth_saying)
            sentences.push_back(fmt::format("{} of what {} served was for callers that had given up: {}/s of {}/s",
                                            percent(wasted / served), component.id, plain(wasted), plain(served)));
        if (arrived > 0 && rejected / arrived >= worth_saying)
            sentences.push_back(fmt::format("{} turned {} of its requests away: {}", component.id,
                                            percent(rejected / arrived), why_rejected(component)));
    }

    static std::string why_rejected(const Component& component) {
        if (component.delivery && component.delivery->capacity != unlimited)
            return fmt::format("it keeps at most {} messages", component.delivery->capacity);
        std::string why = fmt::format("its queue of {} was full", component.queue);
        if (component.discipline == Discipline::codel || component.discipline == Discipline::adaptive_lifo)
            why = fmt::format("they had waited more than {}", time_text(sim::to_seconds(component.target)));
        if (component.shedding)
            why += fmt::format(", or, of a priority beyond {}, more than {} full", component.shedding->keep,
                               percent(component.shedding->at));
        return why;
    }

    void about_edge(std::size_t e, json& sentences) const {
        const Edge& edge = scenario_.edges[e];
        const auto per_second = [&](std::uint64_t EdgeResult::*field) {
            return mean([&](const Results& run) { return static_cast<double>(run.edges[e].*field) / seconds(run); });
        };
        const double factor = mean([&](const Results& run) { return amplification(run.edges[e]); });
        constexpr double worth_saying = 1.05;
        if (factor >= worth_saying) {
            const double limit = ceiling(edge.target);
            std::string sentence =
                fmt::format("{} makes {:.{}g} attempts for each call, so {} sees {}/s instead of {}/s", edge.name,
                            factor, report_digits, scenario_.components[edge.target].id,
                            plain(per_second(&EdgeResult::attempts)), plain(per_second(&EdgeResult::calls)));
            constexpr double near_it = 0.5;
            if (std::isfinite(limit) && per_second(&EdgeResult::attempts) >= near_it * limit)
                sentence += fmt::format(" against a ceiling of {}/s", plain(limit));
            sentences.push_back(std::move(sentence));
        }
        const double opened =
            mean([&](const Results& run) { return static_cast<double>(run.edges[e].breaker_opened); });
        if (opened > 0)
            sentences.push_back(fmt::format(
                "the breaker of {} opened {} times and answered {} of the calls itself", edge.name, plain(opened),
                percent(mean([&](const Results& run) {
                    const auto& result = run.edges[e];
                    return result.calls == 0
                               ? 0
                               : static_cast<double>(result.ended[static_cast<std::size_t>(Outcome::short_circuit)]) /
                                     static_cast<double>(result.calls);
                }))));
        const auto ended_share = [&](Outcome outcome) {
            return mean([&](const Results& run) {
                const auto& result = run.edges[e];
                return result.calls == 0 ? 0
                                         : static_cast<double>(result.ended[static_cast<std::size_t>(outcome)]) /
                                               static_cast<double>(result.calls);
            });
        };
        constexpr double a_share = 0.01;
        if (const double share = ended_share(Outcome::limited); share >= a_share)
            sentences.push_back(
                fmt::format("the rate limit of {} refused {} of its calls: {}/s came, {}/s are let through", edge.name,
                            percent(share), plain(per_second(&EdgeResult::calls)), plain(edge.limiter->rate)));
        if (const double share = ended_share(Outcome::bulkhead); share >= a_share)
            sentences.push_back(
                edge.adaptive
                    ? fmt::format("the adaptive limit of {} refused {} of its calls: it was {} on average", edge.name,
                                  percent(share), plain(mean([&](const Results& run) { return run.edges[e].limit; })))
                    : fmt::format("the bulkhead of {} refused {} of its calls: {} were in progress", edge.name,
                                  percent(share), edge.concurrency));
        const double timeouts = per_second(&EdgeResult::timeouts);
        const double attempts = per_second(&EdgeResult::attempts);
        if (attempts > 0 && timeouts / attempts >= a_share)
            sentences.push_back(fmt::format("{} of the attempts of {} timed out after {}", percent(timeouts / attempts),
                                            edge.name, time_text(sim::to_seconds(edge.timeout))));
        about_messages(edge, per_second, sentences);
        about_held(e, per_second, sentences);
        const double hedged = per_second(&EdgeResult::hedges);
        if (attempts > 0 && hedged / attempts >= a_share)
            sentences.push_back(fmt::format("{} hedged {} of its calls: each had no answer after {}", edge.name,
                                            percent(hedged / std::max(1e-9, attempts - hedged)),
                                            time_text(sim::to_seconds(edge.hedge_after))));
        const double denied =
            mean([&](const Results& run) { return static_cast<double>(run.edges[e].retries_denied); });
        if (denied > 0)
            sentences.push_back(fmt::format("the retry budget of {} refused {} retries", edge.name, plain(denied)));
    }

    template <class PerSecond>
    void about_held(std::size_t e, PerSecond per_second, json& sentences) const {
        const Edge& edge = scenario_.edges[e];
        const double held = per_second(&EdgeResult::held);
        if (held <= 0)
            return;
        const double each = mean([&](const Results& run) { return held_each(run.edges[e]); });
        const double at_a_time = mean([&](const Results& run) { return run.edges[e].held_seconds / seconds(run); });
        sentences.push_back(
            fmt::format("{} had enough and held its callers {} of the time: {}/s of the calls of {} waited {} on "
                        "average before they "
                        "were sent, {} at a time",
                        scenario_.components[edge.target].id,
                        percent(mean([&](const Results& run) { return run.components[edge.target].stopped; })),
                        plain(held), edge.name, time_text(each), plain(at_a_time)));
    }

    template <class PerSecond>
    void about_messages(const Edge& edge, PerSecond per_second, json& sentences) const {
        if (const double twice = per_second(&EdgeResult::duplicates); twice > 0)
            sentences.push_back(
                fmt::format("the network doubled {}/s of the messages of {}: what {} does for a second "
                            "copy of a request it does twice, and nobody waits for it",
                            plain(twice), edge.name, scenario_.components[edge.target].id));
        if (const double held = per_second(&EdgeResult::held_back); held > 0)
            sentences.push_back(
                fmt::format("the network held back {}/s of the messages of {}: {}/s of its requests were overtaken",
                            plain(held), edge.name, plain(per_second(&EdgeResult::overtaken))));
    }

    // What it keeps, delivers, and how its replicas fare.
    void about_behaviour(std::size_t c, json& sentences) const {
        const Component& component = scenario_.components[c];
        const auto of = [c](const Results& run) -> const ComponentResult& { return run.components[c]; };
        const auto average = [&](auto field) {
            return mean([&, field](const Results& run) { return static_cast<double>(of(run).*field); });
        };
        if (const double lookups = average(&ComponentResult::hits) + average(&ComponentResult::misses); lookups > 0) {
            const double misses = average(&ComponentResult::misses) - average(&ComponentResult::coalesced);
            const double span = mean([](const Results& run) { return seconds(run); });
            sentences.push_back(fmt::format(
                "the cache of {} answers {} of {} lookups/s itself: {}/s go on to the origin", component.id,
                percent(average(&ComponentResult::hits) / lookups), plain(lookups / span), plain(misses / span)));
        }
        if (component.delivery && average(&ComponentResult::backlog_max) >= 1) {
            const double left = mean([&](const Results& run) {
                const auto& series = of(run).queue_over_time;
                const std::size_t last = series.sums().size();
                return last == 0 ? 0
                                 : series.sums()[last - 1] /
                                       static_cast<double>(std::max<std::uint64_t>(1, series.counts()[last - 1]));
            });
            sentences.push_back(fmt::format(
                "{} keeps {} messages on average, {} at most, {} at the end; {} were delivered again, {} are dead "
                "letters",
                component.id, plain(average(&ComponentResult::backlog)), plain(average(&ComponentResult::backlog_max)),
                plain(left), plain(average(&ComponentResult::redelivered)),
                plain(average(&ComponentResult::dead_letters))));
        }
        if (const double link = average(&ComponentResult::link_utilisation); link > 0.7)
            sentences.push_back(fmt::format("the links of {} are {} full: {}B/s of answers against {}B/s", component.id,
                                            percent(link), plain(link * component.bandwidth * component.replicas),
                                            plain(component.bandwidth * component.replicas)));
        if (const double cold = average(&ComponentResult::cold_starts); cold >= 1)
            sentences.push_back(fmt::format("{} of the requests to {} waited for a cold start",
                                            percent(cold / std::max(1.0, average(&ComponentResult::arrived))),
                                            component.id));
        if (const double paused = average(&ComponentResult::pause_seconds); paused > 0)
            sentences.push_back(fmt::format(
                "garbage collection stopped replicas of {} {} times, {} of their time", component.id,
                plain(average(&ComponentResult::pauses)),
                percent(paused / component.replicas / mean([](const Results& run) { return seconds(run); }))));
        if (const double ejections = average(&ComponentResult::ejections); ejections >= 1)
            sentences.push_back(
                fmt::format("replicas of {} were taken out of the rotation {} times", component.id, plain(ejections)));
        if (const double failovers = average(&ComponentResult::failovers); failovers >= 1)
            sentences.push_back(fmt::format("{} lost its leader {} times, each time without writes for {}",
                                            component.id, plain(failovers),
                                            time_text(sim::to_seconds(component.replication->failover))));
        about_data(c, sentences);
        if (const double scalings = average(&ComponentResult::scalings); scalings >= 1)
            sentences.push_back(fmt::format("the autoscaler of {} changed its replicas {} times, {} on average",
                                            component.id, plain(scalings), plain(average(&ComponentResult::replicas))));
        about_balance(c, sentences);
    }

    // Copies that are behind, writes that are gone, transactions in doubt.
    void about_data(std::size_t c, json& sentences) const {
        const Component& component = scenario_.components[c];
        const auto of = [c](const Results& run) -> const ComponentResult& { return run.components[c]; };
        const auto average = [&](auto field) {
            return mean([&, field](const Results& run) { return static_cast<double>(of(run).*field); });
        };
        if (const double stale = average(&ComponentResult::stale_reads); stale >= 1) {
            const double oldest = mean([&](const Results& run) {
                return of(run).staleness.count() == 0 ? 0 : sim::to_seconds(of(run).staleness.max());
            });
            sentences.push_back(
                fmt::format("{} of the reads of {} were stale, by up to {}: it reads {} and writes {} of {} copies",
                            percent(stale / average(&ComponentResult::reads)), component.id, time_text(oldest),
                            component.replication->read, component.replication->write, component.replication->factor));
        }
        if (const double lost = average(&ComponentResult::lost_writes); lost >= 1)
            sentences.push_back(fmt::format("{} lost {} writes that it had acknowledged: {}", component.id, plain(lost),
                                            component.replication->has_leader
                                                ? "only a leader that was replaced had them"
                                                : "a clock that was behind gave them a time before older ones"));
        const double commits = average(&ComponentResult::commits);
        if (const double aborts = average(&ComponentResult::aborts); aborts >= 1)
            sentences.push_back(fmt::format("{} aborted {} of its {} transactions", component.id,
                                            percent(aborts / (aborts + commits)), plain(aborts + commits)));
        const double longest = average(&ComponentResult::in_doubt_longest_s);
        if (const double waits = average(&ComponentResult::lock_waits); waits >= 1)
            sentences.push_back(fmt::format(
                "{} requests to {} waited for a key that another held, {} on average; the longest that a transaction "
                "was in doubt there was {}",
                plain(waits), component.id, time_text(average(&ComponentResult::lock_wait_seconds)),
                time_text(longest)));
        constexpr double much_longer = 5;
        const double travel = scenario_.network.delay.mean();
        if (longest > 1 && longest > much_longer * travel && average(&ComponentResult::lock_waits) < 1)
            sentences.push_back(
                fmt::format("a transaction was in doubt at {} for {}: nobody could tell it the decision", component.id,
                            time_text(longest)));
    }

    // Whether one replica is much busier than the others.
    void about_balance(std::size_t c, json& sentences) const {
        const std::size_t replicas = runs_[0].components[c].replica_utilisation.size();
        if (replicas < 2)
            return;
        double sum = 0;
        double most = 0;
        std::size_t busiest = 0;
        for (std::size_t r = 0; r < replicas; ++r) {
            const double busy = mean([&](const Results& run) { return run.components[c].replica_utilisation[r]; });
            sum += busy;
            if (busy > most) {
                most = busy;
                busiest = r;
            }
        }
        const double others = (sum - most) / static_cast<double>(replicas - 1);
        constexpr double much = 1.5;
        constexpr double busy_enough = 0.3;
        if (most >= busy_enough && most > much * others)
            sentences.push_back(fmt::format("replica {} of {} is {} busy, the others {} on average", busiest + 1,
                                            scenario_.components[c].id, percent(most), percent(others)));
    }

    // Whether the goodput came back after the last fault or surge.
    void about_recovery(std::size_t w, json& sentences) const {
        Time trigger_begin = sim::time_max;
        Time trigger_end = 0;
        for (const Fault& fault : scenario_.faults) {
            trigger_begin = std::min(trigger_begin, fault.at);
            trigger_end = std::max(trigger_end, fault.until);
        }
        const auto& rates = scenario_.workloads[w].rates;
        for (std::size_t i = 1; i < rates.size(); ++i) {
            trigger_begin = std::min(trigger_begin, rates[i].at);
            trigger_end = std::max(trigger_end, rates[i].at);
        }
        const bool returns = rates.empty() || rates.back().rate <= rates.front().rate;
        if (trigger_begin == sim::time_max || trigger_end >= scenario_.duration || !returns)
            return;
        // The last quarter of what is left after the trigger, against all before it.
        const Time late_from = scenario_.duration - (scenario_.duration - trigger_end) / 4;
        const double before = goodput(w, scenario_.warmup, trigger_begin);
        const double late = goodput(w, late_from, scenario_.duration);
        constexpr double is_back = 0.9;
        if (!(before > 0) || late >= is_back * before)
            return;
        sentences.push_back(fmt::format(
            "{} does not recover by itself: {} after the trigger ended its goodput is {}/s, {} of the {}/s before",
            scenario_.workloads[w].id, time_text(sim::to_seconds(scenario_.duration - trigger_end)), plain(late),
            percent(late / before), plain(before)));
    }

    double goodput(std::size_t w, Time from, Time to) const {
        double sum = 0;
        for (const Results& run : runs_) {
            const sim::Series& series_of = run.workloads[w].ok_over_time;
            double count = 0;
            double bins = 0;
            for (std::size_t i = 0; i < series_of.sums().size(); ++i) {
                const Time begin = static_cast<Time>(i) * series_of.bin_width();
                if (begin < from || begin + series_of.bin_width() > to)
                    continue;
                count += series_of.sums()[i];
                ++bins;
            }
            // Bins beyond the last that has anything are empty ones.
            const double width = sim::to_seconds(series_of.bin_width());
            const double whole = std::max(bins, std::floor(sim::to_seconds(to - from) / width));
            sum += whole > 0 ? count / (whole * width) : 0;
        }
        return sum / static_cast<double>(runs_.size());
    }
};

}  // namespace

nlohmann::ordered_json diagnosis_json(const Scenario& scenario, std::span<const Results> runs) {
    return Diagnosis(scenario, runs).diagnosis();
}

}  // namespace dstudio::system
