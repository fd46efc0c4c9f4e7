// Workloads of a scenario document.
#include <algorithm>
#include <cmath>

#include "core/base/elementary.hpp"
#include "core/base/text.hpp"
#include "core/system/scenario_reading.hpp"

namespace dstudio::system {
namespace {

constexpr double rate_max = 1e8;
constexpr std::size_t changes_max = 1000;

}  // namespace

void ScenarioReading::workload(const json& item, const std::string& at) {
    known(item, at,
          with_edge_keys({"id", "about", "rate", "arrivals", "changes", "bursts", "diurnal", "trace", "users", "think",
                          "priority", "keys", "writes", "poison", "zone", "call"}));
    Workload workload;
    workload.id = text(item, at, "id");
    if (item.contains("times"))
        mistake(at + "/times", "a workload calls once", "raise its rate");
    workload.priority = static_cast<std::uint8_t>(whole(item, at, "priority", 0, 0, 3));
    if (!item.contains("call"))
        mistake(at, "'call' is missing", "name the component that the requests go to");
    else
        workload.edge = edge(item, at, "call", workload.id);
    if (const json* given = part(item, at, "keys", {"count", "exponent", "hot"})) {
        constexpr double exponent_max = 10;
        const std::string here = at + "/keys";
        workload.keys.count = whole(*given, here, "count", 1000, 1, 1e9);
        workload.keys.exponent = number(*given, here, "exponent", 0, "1", {.min = 0, .max = exponent_max});
        workload.keys.hot = share(*given, here, "hot");
    }
    workload.writes = share(item, at, "writes");
    workload.poison = share(item, at, "poison");
    workload.zone = domain(item, at, "zone");
    arrivals(item, at, workload);
    scenario_.workloads.push_back(std::move(workload));
}

void ScenarioReading::arrivals(const json& item, const std::string& at, Workload& workload) {
    const int sources = (item.contains("users") ? 1 : 0) + (item.contains("rate") ? 1 : 0) +
                        (item.contains("diurnal") ? 1 : 0) + (item.contains("trace") ? 1 : 0);
    if (sources != 1)
        mistake(at, "a workload has one of rate, diurnal, trace and users",
                "rate: 100/s for arrivals from outside, users: 50 for people who wait for their answers");
    const auto only_with = [&](const char* key, const char* other) {
        if (item.contains(key) && !item.contains(other))
            mistake(at + "/" + key, fmt::format("'{}' goes with '{}'", key, other));
    };
    only_with("think", "users");
    only_with("changes", "rate");
    only_with("bursts", "rate");
    if (item.contains("users")) {
        workload.kind = WorkloadKind::closed;
        workload.users = whole(item, at, "users", 1, 1, users_max);
        if (item.contains("think"))
            workload.think = distribution(item, at, "think");
        return;
    }
    workload.arrivals = word<Arrivals>(item, at, "arrivals", workload.arrivals,
                                       {{"poisson", Arrivals::poisson}, {"deterministic", Arrivals::deterministic}});
    if (const json* given = part(item, at, "diurnal", {"low", "high", "period", "peak_at"}))
        diurnal(*given, at + "/diurnal", workload);
    else
        workload.rates.push_back({0, item.contains("trace") ? 0 : rate(item, at, "rate"), false});
    each(item, at, "changes", changes_max, false, [&](const json& change, const std::string& here) {
        known(change, here, {"at", "rate", "ramp"});
        if (!change.contains("rate"))
            mistake(here, "'rate' is missing", "as {at: 60 s, rate: 200/s}");
        const RatePoint point{time(change, here, "at", 0), rate(change, here, "rate"), flag(change, here, "ramp")};
        if (point.at <= workload.rates.back().at)
            mistake(here + "/at", "changes must be in the order of their times, after 0 s");
        workload.rates.push_back(point);
    });
    if (const json* given = part(item, at, "bursts", {"rate", "on", "off"})) {
        const std::string here = at + "/bursts";
        for (const char* key : {"rate", "on", "off"})
            if (!given->contains(key))
                mistake(here, fmt::format("'{}' is missing", key), "as bursts: {rate: 500/s, on: 2 s, off: 20 s}");
        const formula::Domain any_time{.min = 1e-6, .max = longest_s};
        Bursts bursts;
        bursts.rate = number(*given, here, "rate", 1, "1/s", {.min = 0, .max = rate_max});
        bursts.on = number(*given, here, "on", 1, "s", any_time);
        bursts.off = number(*given, here, "off", 1, "s", any_time);
        if (item.contains("changes"))
            mistake(here, "a workload has either bursts or changes", "bursts begin and end at random");
        workload.bursts = bursts;
    }
    if (item.contains("trace"))
        trace(item, at, workload);
}

// A sine between low and high as straight lines, 48 in each period: at most 0.2 % of the swing away from it.
void ScenarioReading::diurnal(const json& given, const std::string& at, Workload& workload) {
    constexpr double steps = 48;
    constexpr double pi = 3.14159265358979323846;
    if (!given.contains("high"))
        mistake(at, "'high' is missing", "as diurnal: {low: 20/s, high: 100/s, period: 1 day}");
    const double low = rate(given, at, "low", 0);
    const double high = rate(given, at, "high", 1);
    const double period = number(given, at, "period", 86400, "s", {.min = 1e-3, .max = longest_s});
    const double peak = number(given, at, "peak_at", period / 2, "s", {.min = 0, .max = longest_s});
    if (low > high)
        mistake(at + "/low", "the lowest rate is above the highest");
    const double duration = sim::to_seconds(scenario_.duration);
    if (duration / period * steps > static_cast<double>(changes_max) * 10)
        return mistake(at + "/period", "too many periods in the duration", "make the period longer");
    for (double i = 0; i <= std::ceil(duration / period * steps); ++i) {
        const double seconds = i * period / steps;
        const double height = base::math::cos(2 * pi * (seconds - peak) / period);
        workload.rates.push_back({sim::from_seconds(seconds), low + (high - low) * (1 + height) / 2, i > 0});
    }
}

}  // namespace dstudio::system
