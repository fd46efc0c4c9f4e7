// The simulation kernel and service architectures on it: events a second, memory, growth with what is pending.
//
//   sim_bench [scenario.yaml] [Google Benchmark's options]
#include <benchmark/benchmark.h>

#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/base/distribution.hpp"
#include "core/sim/event_queue.hpp"
#include "core/system/simulation.hpp"
#include "services/catalog/scenarios.hpp"

namespace {

using namespace dstudio;

struct Event {
    std::uint64_t station;
    std::uint64_t kind;
};

// The hold model (Vaucher and Duval, Communications of the ACM 18(4), 1975): the earliest event is taken and scheduled
// again, an exponential time later. Times are drawn before.
void hold(benchmark::State& state) {
    const auto pending = static_cast<std::size_t>(state.range(0));
    base::RandomStream random(1, "hold");
    constexpr std::size_t draws = 1 << 16;
    std::vector<double> exponentials(draws);
    base::sample_exponential(random, exponentials);
    std::vector<sim::Time> delays(draws);
    for (std::size_t i = 0; i < draws; ++i)
        delays[i] = static_cast<sim::Time>(exponentials[i] * 1e6);
    sim::EventQueue<Event> queue;
    for (std::size_t i = 0; i < pending; ++i)
        queue.schedule(delays[i % draws], {i, 0});
    std::size_t i = 0;
    for (auto _ : state) {
        const auto event = queue.pop();
        queue.schedule(queue.now() + delays[i++ % draws], *event);
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes_per_event"] = static_cast<double>(queue.memory_bytes()) / static_cast<double>(pending);
}
// By the clock, as the other simulators in bench/hold are timed.
BENCHMARK(hold)->RangeMultiplier(10)->Range(100, 10'000'000)->UseRealTime();

// Exponential times of one stream, drawn a batch at a time.
class ExponentialTimes {
  public:
    ExponentialTimes(const char* name, double mean) : stream_(1, name), mean_(mean) {}

    sim::Time next() {
        if (place_ == batch_.size()) {
            base::sample_exponential(stream_, batch_);
            place_ = 0;
        }
        return static_cast<sim::Time>(batch_[place_++] * mean_);
    }

  private:
    base::RandomStream stream_;
    double mean_;
    std::array<double, 256> batch_{};
    std::size_t place_ = batch_.size();
};

// Stations with one server each, 80 % busy: an arrival and a departure pending at most of them.
void mm1(benchmark::State& state) {
    struct Station {
        std::uint32_t number = 0;
        double area = 0;
        sim::Time changed = 0;
    };
    const auto stations = static_cast<std::size_t>(state.range(0)) / 2;
    ExponentialTimes between("arrivals", 1e6);
    ExponentialTimes service("services", 0.8e6);
    sim::EventQueue<Event> queue;
    std::vector<Station> all(stations);
    for (std::size_t s = 0; s < stations; ++s)
        queue.schedule(between.next(), {s, 0});
    for (auto _ : state) {
        const Event event = *queue.pop();
        Station& station = all[event.station];
        station.area += static_cast<double>(queue.now() - station.changed) * station.number;
        station.changed = queue.now();
        if (event.kind == 0) {
            queue.schedule(queue.now() + between.next(), {event.station, 0});
            if (station.number++ == 0)
                queue.schedule(queue.now() + service.next(), {event.station, 1});
        } else if (--station.number > 0) {
            queue.schedule(queue.now() + service.next(), {event.station, 1});
        }
    }
    state.SetItemsProcessed(state.iterations());
    double area = 0;
    for (const Station& station : all)
        area += station.area;
    state.counters["mean_number"] = area / (static_cast<double>(queue.now()) * static_cast<double>(stations));
}
BENCHMARK(mm1)->Arg(1000)->Arg(100'000);

void scenario_run(benchmark::State& state, const system::Scenario& scenario) {
    std::uint64_t events = 0;
    std::uint64_t seed = 0;
    for (auto _ : state) {
        system::Simulation simulation(scenario, ++seed);
        simulation.run();
        events += simulation.results().events;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
}

}  // namespace

int main(int argc, char** argv) {
    std::optional<catalog::ScenarioFile> file;
    if (argc > 1 && argv[1][0] != '-') {
        std::ifstream stream(argv[1], std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(stream), {}};
        catalog::Diagnostics diagnostics;
        file = catalog::read_scenario_text(text, argv[1], diagnostics);
        if (!file) {
            std::fprintf(stderr, "%s\n", catalog::to_text(diagnostics.front()).c_str());
            return 2;
        }
        benchmark::RegisterBenchmark("scenario", [&](benchmark::State& state) {
            scenario_run(state, file->scenario);
        })->Unit(benchmark::kMillisecond);
        argv[1] = argv[0];
        ++argv;
        --argc;
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
