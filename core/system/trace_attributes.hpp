// What attributes tell of a span: its service and instance, whom a client span talks to, how it was sampled.
//
// Older names of OpenTelemetry's semantic conventions stand beside the newer ones; of several for the same the newest
// counts.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/system/trace_spans.hpp"

namespace dstudio::system {

enum class TraceAttribute : std::uint8_t {
    service_name,
    instance,
    db_system,
    db_namespace,
    messaging_system,
    messaging_destination,
    messaging_operation,
    peer_service,
    server_address,
    sampler_type,
    sampler_param,
    sampling_probability,
    sample_rate,
    tail_policy,
};
inline constexpr std::size_t trace_attribute_count = 14;

// Those of one span, or of one resource, that are known; others are passed over.
class TraceAttributes {
  public:
    void clear() { values_ = {}; }
    void add(std::string_view name, const std::string& value);

    // Empty if there is none.
    [[nodiscard]] const std::string& of(TraceAttribute which) const {
        return values_[static_cast<std::size_t>(which)].text;
    }

    // A client span's kind: newer conventions have publishing and polling as client spans.
    [[nodiscard]] TraceSpanKind messaging_kind(TraceSpanKind kind) const;

    // How many spans this one stands for: sampling.probability; Jaeger's sampler.param of a probabilistic sampler;
    // Honeycomb's SampleRate, one of so many. 0: not told.
    [[nodiscard]] double adjusted_count() const;

    // Chosen after its end, as the Collector's tail_sampling processor notes on the scope (tailsampling.policy).
    [[nodiscard]] bool is_tail_sampled() const { return !of(TraceAttribute::tail_policy).empty(); }

    // What a client or producer span talks to; without a name if that is not told.
    [[nodiscard]] TracePeer peer() const;

  private:
    struct Value {
        std::string text;
        int rank = -1;
    };
    std::array<Value, trace_attribute_count> values_;
};

}  // namespace dstudio::system
