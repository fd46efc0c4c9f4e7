// Spans out of OpenTelemetry traces: OTLP in its JSON encoding (opentelemetry.io/docs/specs/otlp, "JSON Protobuf
// Encoding"), one document or one in each line, as the Collector's file exporter writes.
//
// Read as a stream of tokens, so memory is what is kept: about 100 bytes a span and the names. Taken in the lenient
// way that is met in the field: times as numbers or texts, enums as numbers or names, keys in camel or snake case,
// `instrumentationLibrarySpans` for `scopeSpans`, ids in hexadecimal (shorter ones are padded) or, as protobuf's own
// JSON has them, in base64. Unknown fields are passed over. What cannot be used is counted by its reason.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/sim/time.hpp"

namespace dstudio::system {

// Bounds of what is read; what is beyond them is left out and counted, except for bytes, which are refused.
inline constexpr std::size_t trace_bytes_max = std::size_t{1} << 30;  // of all texts
inline constexpr std::size_t trace_spans_max = 1'000'000;
inline constexpr std::size_t trace_names_max = 20'000;  // different ones, of each of services, instances, peers, spans
inline constexpr std::size_t trace_name_bytes_max = 200;
inline constexpr std::size_t trace_depth_max = 200;                     // brackets within brackets
inline constexpr sim::Time span_duration_max = 86'400 * sim::second;    // longer ones are no requests
inline constexpr std::string_view service_unnamed = "unnamed-service";  // of resources without service.name

inline constexpr double adjusted_count_max = 1e9;  // what says more is not believed

enum class TraceSpanKind : std::uint8_t { unspecified, internal, server, client, producer, consumer };

constexpr bool goes_out(TraceSpanKind kind) {
    return kind == TraceSpanKind::client || kind == TraceSpanKind::producer;
}
constexpr bool comes_in(TraceSpanKind kind) {
    return kind == TraceSpanKind::server || kind == TraceSpanKind::consumer;
}

// What a client span says it talks to.
enum class PeerKind : std::uint8_t { external, database, cache, queue };

struct TraceSpanId {
    std::uint64_t trace_high = 0;
    std::uint64_t trace_low = 0;
    std::uint64_t span = 0;  // 0: none

    bool operator==(const TraceSpanId&) const = default;
};

struct TraceSpan {
    TraceSpanId id{};
    TraceSpanId parent{};  // of a consumer without parent: the first span it links to
    sim::Time start = 0;   // since 1970
    sim::Time end = 0;
    std::uint32_t service = 0;   // these are positions in the lists of TraceSpans
    std::uint32_t instance = 0;  // 0: not told
    std::uint32_t name = 0;      // 0: none
    std::uint32_t peer = 0;      // 0: none
    TraceSpanKind kind = TraceSpanKind::unspecified;
    bool is_error = false;
    bool has_link = false;         // `parent` came from a link
    bool is_tail_sampled = false;  // kept for what it turned out to be
    float adjusted_count = 0;      // spans that this sampled one stands for; 0: not told
};

enum class LeftOut : std::uint8_t {
    id,         // neither hexadecimal nor base64, or zero
    time,       // start or end missing, or no time
    backwards,  // ends before it starts
    too_long,
    too_many,    // beyond the bounds of spans or names
    duplicate,   // these three are found when the spans are put together
    circle,      // its own ancestor, or below one that is
    unselected,  // of a service beyond the most components that a scenario may have
};
inline constexpr std::size_t left_out_count = 8;
std::string_view left_out_reason(LeftOut reason);

struct TracePeer {
    std::string name;
    PeerKind kind = PeerKind::external;
};

struct TraceCounts {
    std::array<std::uint64_t, left_out_count> left_out{};
    std::uint64_t read = 0;
    std::uint64_t unnamed = 0;  // of resources without service.name, kept
};

struct TraceSpans {
    std::vector<TraceSpan> spans;  // in the order read
    std::vector<std::string> services;
    std::vector<std::string> instances{""};
    std::vector<std::string> names{""};
    std::vector<TracePeer> peers{{}};
    TraceCounts counts;
    std::uint64_t documents = 0;
    std::uint64_t lines_malformed = 0;  // passed over
    std::string first_malformed;        // "spans.jsonl:7: ..."
};

class TraceReader {
  public:
    // Adds the spans of one text. `source` names it in messages. Lines that are no JSON are passed over and counted if
    // another line is. Errors, after which nothing of this text is kept: invalid_argument for what is not OTLP, with
    // what it looks like; too_large.
    base::Result<void> add(std::string_view text, std::string_view source);

    [[nodiscard]] const TraceSpans& spans() const { return spans_; }
    TraceSpans take() { return std::move(spans_); }

  private:
    TraceSpans spans_;
    std::size_t bytes_ = 0;
};

}  // namespace dstudio::system
