// Any text as traces: it is refused with a message, or it makes a draft whose YAML is a scenario file, the same
// scenario as the draft's document, and that can be run for a while.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/system/simulation.hpp"
#include "core/system/trace_import.hpp"
#include "services/catalog/scenarios.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace dstudio;
    system::TraceReader reader;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto added = reader.add(text, "input.json"); !added) {
        if (added.error().message.empty() || !reader.spans().spans.empty())
            std::abort();
        return 0;
    }
    const auto imported = system::import_traces(reader.take(), "input");
    if (!imported) {
        if (imported.error().code != base::ErrorCode::invalid_argument)
            std::abort();
        return 0;
    }
    (void)system::import_json(*imported).dump();
    catalog::Diagnostics diagnostics;
    const auto file = catalog::read_scenario_text(system::import_yaml(*imported), "draft.yaml", diagnostics);
    if (!file || file->document["components"].size() != imported->document["components"].size())
        std::abort();
    system::RunLimits limits;
    limits.events_max = 2000;
    limits.in_flight_max = 2000;
    system::Simulation simulation(file->scenario, 1, limits);
    simulation.run();
    if (!simulation.inconsistency().empty())
        std::abort();
    return 0;
}
