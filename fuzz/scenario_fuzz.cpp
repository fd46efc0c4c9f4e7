// Any text as a scenario file: it is refused with diagnostics, or it can be run for a while, is consistent whenever it
// is looked at, and makes a report.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/system/report.hpp"
#include "services/catalog/scenarios.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace dstudio;
    catalog::Diagnostics diagnostics;
    const auto file =
        catalog::read_scenario_text({reinterpret_cast<const char*>(data), size}, "input.yaml", diagnostics);
    if (file.has_value() != diagnostics.empty())
        std::abort();
    if (!file)
        return 0;
    system::RunLimits limits;
    limits.events_max = 5000;
    limits.in_flight_max = 5000;
    system::Simulation simulation(file->scenario, 1, limits);
    simulation.run();
    if (!simulation.inconsistency().empty())
        std::abort();
    const system::Results results = simulation.results();
    (void)system::report_json(file->scenario, 1, std::span(&results, 1))
        .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    return 0;
}
