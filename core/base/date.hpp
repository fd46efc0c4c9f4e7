// Calendar dates as far as they are known: a year, a month of a year, or a day (ISO 8601 calendar dates, reduced
// accuracy allowed).
#pragma once

#include <optional>
#include <string_view>

namespace dstudio::base {

struct PartialDate {
    int year = 0;   // 1..9999
    int month = 0;  // 1..12, 0 if unknown
    int day = 0;    // 1..31, 0 if unknown

    bool operator==(const PartialDate&) const = default;
};

// "2012", "2012-08" or "2012-08-01", checked against the proleptic Gregorian calendar; none otherwise.
std::optional<PartialDate> parse_partial_date(std::string_view text);

}  // namespace dstudio::base
