#include "core/system/trace_spans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/system/trace_tokens.hpp"

namespace dstudio::system {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using nlohmann::json;

// Whether the text's first value ends in its first line and more comes after: then each line is a document.
bool has_lines(std::string_view text) {
    int depth = 0;
    bool is_in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n')
            return depth == 0 && !is_in_string && !base::trim(text.substr(i)).empty();
        if (is_in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                is_in_string = false;
        } else if (c == '"') {
            is_in_string = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

std::string what_it_is(std::string_view text, std::string_view first_key) {
    if (text.starts_with("\x1F\x8B") || text.starts_with("\x28\xB5\x2F\xFD"))
        return "it is compressed: 'zcat FILE | dstudio sim import -' (zstdcat for .zst)";
    if (first_key == "traceId")
        return "spans by themselves are Zipkin's or a console's: have them sent as OTLP, or through the Collector's "
               "zipkin receiver";
    if (first_key == "resourceMetrics" || first_key == "resourceLogs")
        return fmt::format("it has '{}': give the file of traces", first_key);
    if (first_key == "data")
        return "'data' is what Jaeger exports: have it sent as OTLP, or through the Collector's jaeger receiver";
    return "OTLP in JSON is {\"resourceSpans\": [...]}, as the Collector's file exporter writes it";
}

}  // namespace

std::string_view left_out_reason(LeftOut reason) {
    constexpr std::array<std::string_view, left_out_count> reasons{
        "have no usable trace or span id",
        "have no start or no end",
        "end before they start",
        "last longer than a day",
        "are beyond the bounds of this import",
        "repeat the ids of another",
        "are their own ancestors, or below one that is",
        "belong to services beyond the most components of a scenario",
    };
    return reasons[static_cast<std::size_t>(reason)];
}

Result<void> TraceReader::add(std::string_view text, std::string_view source) {
    if (text.size() > trace_bytes_max - bytes_)
        return fail(ErrorCode::too_large, fmt::format("'{}' is too large", source),
                    fmt::format("at most {} MiB of traces in all; an hour of them is enough", trace_bytes_max >> 20U));
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    while (!text.empty() && (text.front() == '\n' || text.front() == '\r' || text.front() == ' '))
        text.remove_prefix(1);
    if (base::trim(text).empty())
        return fail(ErrorCode::invalid_argument, fmt::format("'{}' is empty", source),
                    "OTLP in JSON is {\"resourceSpans\": [...]}");

    const std::size_t spans_before = spans_.spans.size();
    const TraceCounts counts_before = spans_.counts;
    const std::unique_ptr<TraceHandler> handler = trace_handler(spans_);
    // What a text leaves that turns out to be none is taken back.
    const auto read = [&](std::string_view document) {
        const std::size_t kept = spans_.spans.size();
        const TraceCounts counts = spans_.counts;
        handler->begin();
        const bool is_read = json::sax_parse(document.data(), document.data() + document.size(), handler.get());
        if (!is_read) {
            spans_.spans.resize(kept);
            spans_.counts = counts;
        }
        return is_read;
    };
    std::uint64_t good = 0;
    std::uint64_t bad = 0;
    std::string malformed;
    const bool is_lines = has_lines(text);
    if (!is_lines && read(text))
        good = 1;
    else if (!is_lines)
        malformed = fmt::format("{}: {}", source, handler->message());
    if (good == 0 && text.find('\n') != std::string_view::npos) {
        std::size_t number = 0;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            const std::string_view line = base::trim(text.substr(at, end - at));
            at = end + 1;
            ++number;
            if (line.empty())
                continue;
            if (read(line)) {
                ++good;
                continue;
            }
            ++bad;
            if (malformed.empty())
                malformed = fmt::format("{}:{}: {}", source, number, handler->message());
        }
    }
    if (good == 0 || !handler->has_resource_spans()) {
        spans_.spans.resize(spans_before);
        spans_.counts = counts_before;
        return fail(ErrorCode::invalid_argument,
                    malformed.empty() ? fmt::format("'{}' has no 'resourceSpans'", source) : malformed,
                    what_it_is(text, handler->first_key()));
    }
    spans_.documents += good;
    spans_.lines_malformed += bad;
    if (spans_.first_malformed.empty())
        spans_.first_malformed = malformed;
    bytes_ += text.size();
    return {};
}

}  // namespace dstudio::system
