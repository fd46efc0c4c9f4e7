// Reports of random scenarios and small runs of the published results as hashes, a line each: tests/CMakeLists.txt
// compares what the native build and the WebAssembly build print.
#include <cstdio>

#include "core/system/published.hpp"
#include "core/system/report.hpp"
#include "core/system/scenario_random.hpp"
#include "core/system/scenario_reader.hpp"

int main() {
    using namespace dstudio;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        std::vector<system::Mistake> mistakes;
        const auto scenario = system::read_scenario(system::random_scenario(seed), mistakes);
        if (!scenario)
            return 1;
        system::RunLimits limits;
        limits.events_max = 100'000;
        system::Simulation simulation(*scenario, seed, limits);
        simulation.run();
        const system::Results results = simulation.results();
        const std::string text = system::report_json(*scenario, seed, std::span(&results, 1)).dump();
        std::printf("%llu %016llx %llu\n", static_cast<unsigned long long>(seed),
                    static_cast<unsigned long long>(base::fnv1a_64(text)),
                    static_cast<unsigned long long>(results.events));
    }
    for (const system::PublishedResult& result : system::published_results()) {
        if (!result.scenarios.empty())
            continue;  // the catalogue's, which are not at hand
        const auto outcomes = system::reproduce(result, {}, {.seed = 1, .runs = 2, .effort = 0.02});
        const std::string text = system::published_json(result).dump() + system::published_json(outcomes).dump();
        std::printf("%s %016llx\n", result.name.c_str(), static_cast<unsigned long long>(base::fnv1a_64(text)));
    }
    return 0;
}
