// Values as they stand in OTLP's JSON: ids in hexadecimal or base64, whole numbers as texts, kinds by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/system/trace_spans.hpp"

namespace dstudio::system {

// Into the two halves of `id`; shorter ids are padded with zeros. False for what is no id, and for zero.
bool read_trace_id(std::string_view text, TraceSpanId& id);

// None for what is no id; zero is one.
std::optional<std::uint64_t> read_span_id(std::string_view text);

// A whole number of decimal digits and nothing else.
std::optional<std::uint64_t> read_whole(std::string_view text);

// "SPAN_KIND_SERVER", or a kind's number as a text; `unspecified` for others.
TraceSpanKind span_kind_named(std::string_view name);

// How many spans a sampled one stands for, by W3C's trace state: "ot=th:c" (the threshold T of
// opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling, up to 14 hexadecimal digits, zeros at the end
// left out: kept with probability 1 - T / 2^56), or the older "ot=p:2" (2^2; 63: not known). 0: not told.
double adjusted_count_of(std::string_view trace_state);

}  // namespace dstudio::system
