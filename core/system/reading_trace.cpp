// The trace of a workload: times of arrivals as a list, or as a column of comma-separated values.
#include <limits>
#include <unordered_map>

#include "core/base/csv.hpp"
#include "core/base/text.hpp"
#include "core/system/scenario_reading.hpp"

namespace dstudio::system {
namespace {

constexpr std::size_t trace_max = 1'000'000;
constexpr std::size_t shown_max = 40;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// 12, 12.5 or 1.25e3 as a number of 10^-exponent, rounded to the nearest; to the last digit, since texts of millions of
// seconds have nanoseconds that a double has not. None for what is no such number or beyond int64.
std::optional<std::int64_t> scaled(std::string_view text, int exponent) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 10 - 1;
    std::int64_t mantissa = 0;
    std::size_t at = 0;
    std::size_t digits = 0;
    bool is_fraction = false;
    for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !is_fraction)); ++at) {
        if (text[at] == '.') {
            is_fraction = true;
            continue;
        }
        ++digits;
        if (mantissa > most) {  // further digits of a fraction are too small to count
            if (!is_fraction)
                return std::nullopt;
            continue;
        }
        mantissa = 10 * mantissa + (text[at] - '0');
        exponent -= is_fraction ? 1 : 0;
    }
    if (digits == 0)
        return std::nullopt;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        const bool is_negative = at < text.size() && text[at] == '-';
        at += is_negative || (at < text.size() && text[at] == '+') ? 1 : 0;
        if (at == text.size() || text.size() - at > 3)
            return std::nullopt;
        int power = 0;
        for (; at < text.size() && is_digit(text[at]); ++at)
            power = 10 * power + (text[at] - '0');
        exponent += is_negative ? -power : power;
    }
    if (at != text.size())
        return std::nullopt;
    for (; exponent > 0 && mantissa != 0; --exponent) {
        if (mantissa > most)
            return std::nullopt;
        mantissa *= 10;
    }
    for (; exponent < -1 && mantissa != 0; ++exponent)
        mantissa /= 10;
    return exponent == -1 ? (mantissa + 5) / 10 : mantissa;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

// The columns of a trace, by their places in a record.
struct Columns {
    std::size_t time = 0;
    std::optional<std::size_t> type{};  // `class`
    std::optional<std::size_t> key{};
    std::optional<std::size_t> bytes{};
};

}  // namespace

void ScenarioReading::trace(const json& item, const std::string& at, Workload& workload) {
    if (item["trace"].is_object())
        return csv_trace(
            *part(item, at, "trace", {"csv", "file", "column", "unit", "relative", "class", "is", "key", "bytes"}),
            at + "/trace", workload);
    Time before = 0;
    for (const double seconds : numbers(item, at, "trace", "s", {.min = 0, .max = longest_s}, trace_max)) {
        const Time arrival = sim::from_seconds(seconds);
        if (arrival < before)
            return mistake(fmt::format("{}/trace/{}", at, workload.times.size()),
                           "arrivals must be in the order of time", "sort them");
        workload.times.push_back(arrival);
        before = arrival;
    }
}

void ScenarioReading::csv_trace(const json& given, const std::string& at, Workload& workload) {
    const auto text_given = given.find("csv");
    if (text_given == given.end())
        return given.contains("file")
                   ? mistake(at + "/file", fmt::format("'{}' has not been read", text(given, at, "file")),
                             "dstudio sim run reads files beside the scenario; here, put the text under csv")
                   : mistake(at, "'csv' is missing", "the text of the table itself, or file: NAME beside the scenario");
    if (!text_given->is_string())
        return mistake(at + "/csv", fmt::format("'csv' is {}; it must be a text", shown(*text_given)));
    enum class Unit : std::int8_t { ns = 0, us = 3, ms = 6, s = 9 };
    const auto unit =
        word<Unit>(given, at, "unit", Unit::s, {{"s", Unit::s}, {"ms", Unit::ms}, {"us", Unit::us}, {"ns", Unit::ns}});
    const bool is_relative = flag(given, at, "relative");
    const std::string only = text(given, at, "is");
    (void)text(given, at, "file");
    if (given.contains("class") != given.contains("is"))
        mistake(at, "'class' and 'is' go together", "as class: type, is: checkout: only rows that have it there");

    base::CsvReader reader(text_given->get_ref<const std::string&>());
    const auto wrong = [&](std::size_t line, std::size_t column, std::string message, std::string hint) {
        mistake_in_text(at + "/csv", line, column, std::move(message), std::move(hint));
    };
    const auto end = [&] {
        if (reader.mistake())
            wrong(reader.mistake()->line, reader.mistake()->column, reader.mistake()->message, reader.mistake()->hint);
    };
    if (!reader.next())
        return reader.mistake() ? end()
                                : mistake(at + "/csv", "the table is empty", "its first line names the columns");
    bool has_columns = true;
    const auto column_named = [&](const char* key) -> std::optional<std::size_t> {
        if (!given.contains(key))
            return std::nullopt;
        const std::string name = text(given, at, key);
        std::vector<std::string> names;
        for (const base::CsvField& field : reader.fields()) {
            if (trimmed(field.text) == name)
                return static_cast<std::size_t>(&field - reader.fields().data());
            names.emplace_back(trimmed(field.text));
        }
        has_columns = false;
        mistake(at + "/" + key, fmt::format("there is no column '{}'", base::utf8_prefix(name, shown_max)),
                "the first line names " + std::string(base::utf8_prefix(base::join(names, ", "), 200)));
        return std::nullopt;
    };
    const Columns columns{column_named("column").value_or(0), column_named("class"), column_named("key"),
                          column_named("bytes")};
    if (!has_columns)
        return;
    const std::size_t width = reader.fields().size();
    std::unordered_map<std::string, std::uint32_t> keys;
    std::optional<Time> first;
    Time before = 0;
    for (std::size_t rows = 1; reader.next(); ++rows) {
        const auto& fields = reader.fields();
        const auto number = [&](std::size_t column, int exponent, const char* what) {
            const auto read = scaled(trimmed(fields[column].text), exponent);
            if (!read)
                wrong(fields[column].line, fields[column].column,
                      fmt::format("'{}' is no {}", base::utf8_prefix(fields[column].text, shown_max), what),
                      "a number of at least 0, without its unit");
            return read;
        };
        if (rows > trace_max)
            return wrong(fields[0].line, 1, fmt::format("more than {} rows", trace_max), "cut the trace");
        if (fields.size() != width)
            return wrong(fields[0].line, 1, fmt::format("{} fields; the first line has {}", fields.size(), width), "");
        const auto time = number(columns.time, static_cast<int>(unit), "time");
        if (!time)
            return;
        first = first.value_or(is_relative ? *time : 0);
        const Time arrival = *time - *first;
        if (arrival < before || arrival > sim::from_seconds(longest_s))
            return wrong(fields[columns.time].line, fields[columns.time].column,
                         arrival < before ? "arrivals must be in the order of time" : "more than ten years",
                         arrival < before ? "sort the rows" : "check unit, or say relative: true");
        before = arrival;
        if (columns.type && trimmed(fields[*columns.type].text) != only)
            continue;
        workload.times.push_back(arrival);
        if (columns.key)
            workload.trace_keys.push_back(
                keys.try_emplace(std::string(fields[*columns.key].text), static_cast<std::uint32_t>(keys.size()))
                    .first->second);
        if (columns.bytes) {
            const auto bytes = number(*columns.bytes, 0, "number of bytes");
            if (!bytes)
                return;
            workload.trace_bytes.push_back(static_cast<double>(*bytes));
        }
    }
    end();
    if (columns.key) {
        if (workload.keys.count > 0)
            mistake(at + "/key", "the workload draws keys of its own", "leave out its keys, or key");
        workload.keys.count = static_cast<std::uint32_t>(keys.size());
    }
}

}  // namespace dstudio::system
