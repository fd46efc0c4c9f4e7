// The published results, one maker each; and what they share. Only published*.cpp include this.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "core/system/built_in_scenario.hpp"
#include "core/system/published.hpp"
#include "core/system/simulation.hpp"

namespace dstudio::system {

PublishedResult slow_servers();
PublishedResult leaf_times();
PublishedResult hedged_reads();
PublishedResult supermarket();
PublishedResult fullest_bin();
PublishedResult bin_loads();
PublishedResult backoff_and_jitter();
PublishedResult retry_example();
PublishedResult trigger_sizes();
PublishedResult metastable_pairs();
PublishedResult ejection();

// 10000 as "10,000".
inline std::string grouped(std::size_t number) {
    return number < 1000 ? fmt::format("{}", number) : fmt::format("{},{:03}", grouped(number / 1000), number % 1000);
}

// A figure as it is printed, rounded at the place of `step`: 63 with step 1 agrees with 62.5 to 63.5.
inline PublishedFigure rounded(std::string place, std::string quantity, std::string unit, std::string published,
                               double value, double step) {
    return {std::move(place),     std::move(quantity), std::move(unit),
            std::move(published), value - 0.5 * step,  value + 0.5 * step};
}

inline PublishedFigure within(std::string place, std::string quantity, std::string unit, std::string published,
                              double low, double high) {
    return {std::move(place), std::move(quantity), std::move(unit), std::move(published), low, high};
}

inline PublishedFigure with_exact(PublishedFigure figure, double exact) {
    figure.exact = exact;
    return figure;
}

inline PublishedFigure calculated(PublishedFigure figure) {
    figure.is_calculated = true;
    return figure;
}

inline PublishedFigure with_note(PublishedFigure figure, std::string note) {
    figure.note = std::move(note);
    return figure;
}

inline PublishedFigure that_differs(PublishedFigure figure, std::string reason) {
    figure.differs = true;
    figure.note = std::move(reason);
    return figure;
}

}  // namespace dstudio::system
