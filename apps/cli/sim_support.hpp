// What the simulation commands share: reading scenarios, running many at a time, telling how far they are.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "apps/cli/commands.hpp"
#include "core/system/simulation.hpp"
#include "services/catalog/scenarios.hpp"

namespace dstudio::cli {

// A file, standard input ("-"), or a scenario of the catalogue by its id. Ends the program with all mistakes, if there
// are any.
catalog::ScenarioFile read_scenario_or_end(const Common& common, const std::string& name);

// `work(i)` for i below `count`, on several threads; `progress` is told of every end.
template <class Work, class Progress>
void in_parallel(std::size_t count, std::size_t threads, const Work& work, const Progress& progress) {
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> done{0};
    const auto run = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            work(i);
            progress(++done);
        }
    };
    std::vector<std::thread> others;
    for (std::size_t t = 1; t < std::min(threads, count); ++t)
        others.emplace_back(run);
    run();
    for (std::thread& other : others)
        other.join();
}

// On a terminal only, on standard error.
class ProgressLine {
  public:
    ProgressLine(std::string what, std::size_t total);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    void operator()(std::size_t done) const;

  private:
    std::string what_;
    std::size_t total_;
    bool is_shown_;
};

// Runs with the seeds seed, seed + 1, ...
std::vector<system::Results> run_all(const system::Scenario& scenario, std::uint64_t seed, std::size_t runs,
                                     std::size_t threads);

}  // namespace dstudio::cli
