// A scenario drafted from traces: who calls whom, how often, in which order, how long each works, what fails.
//
// What is measured, and how:
// - A request at a service is a span and its descendants in the same service, up to the next server or consumer span
//   below a client or producer span. Its self time is the span's duration less the union of the intervals of its calls.
//   Both ends are read from one host's clock, so skew between hosts does not matter; where a call has no client span,
//   the callee's clock is used.
// - A call is a client span with a request of another service below it, or such a request without one. A client span
//   alone goes to the service that spans like it (same peer, or same name in 90 % of cases) went to, else to what its
//   attributes name: a database, cache, queue or external component; else it stays in the self time.
// - Calls to the same target one after the other, each after an error of the one before, are one call with retries.
// - Two calls are parallel if they overlap, by a tenth of the shorter, in most of the requests that make both.
// - Self times are fitted as core/system/duration_fit.hpp says; the share of zeros is the step's probability.
// - The network's one way is half of what a call lasts longer than the request below it. What is measured at the
//   caller only (databases) is shortened by two medians of it, to a tenth at most, because the scenario adds it again.
// - A workload's rate is the number of its requests over the time between the first and last request of all, gaps that
//   last a minute and 100 times the median gap left out, and times what the requests stand for where sampling is told
//   (trace state, attributes: trace_values.hpp, trace_attributes.hpp).
// What traces cannot tell is said as a finding. The same spans in any order give the same draft. Time O(n log n).
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/system/duration_fit.hpp"
#include "core/system/trace_spans.hpp"

namespace dstudio::system {

struct TraceFinding {
    std::string code;  // "clock-skew"
    std::string message;
    std::string hint;  // may be empty

    bool operator==(const TraceFinding&) const = default;
};

struct ImportedOperation {
    std::string name;
    std::uint64_t requests = 0;
    double p50_s = 0;  // of self times
};

struct ImportedComponent {
    std::string id;
    std::string name;  // as in the traces
    std::string type;
    bool is_measured_at_caller = false;
    std::uint64_t requests = 0;
    std::uint64_t errors_own = 0;     // failed without a call that failed
    std::uint64_t errors_called = 0;  // failed after a call that failed
    std::uint64_t peak = 0;           // requests at a time
    std::uint64_t instance_peak = 0;
    std::uint32_t instances = 0;  // at a time; 0: not told
    DurationFit work;
    std::vector<ImportedOperation> operations;  // most frequent first, at most five
};

struct ImportedCall {
    std::size_t caller = 0;  // component
    std::size_t target = 0;
    bool is_send = false;
    std::uint64_t requests = 0;  // of the caller that make it
    std::uint64_t calls = 0;
    std::uint64_t attempts = 0;
    std::uint64_t failed = 0;         // attempts
    std::uint64_t without_child = 0;  // attempts whose request at the callee was not recorded
    std::uint64_t failed_first = 0;   // calls
    std::uint64_t retried = 0;        // of them
    std::uint32_t attempts_max = 1;
    double timeout_s = 0;  // guessed; 0: none
    double pause_s = 0;    // before a retry, the median
    bool is_optional = false;
    double network_p50_s = -1;  // one way; below 0: not measured
    std::uint64_t pairs = 0;    // client span and request below it
    std::uint64_t skewed = 0;   // of them
    double skew_s = 0;          // median: the callee's clock less the caller's
};

struct ImportedWorkload {
    std::string id;
    std::size_t component = 0;
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    double rate_per_s = 0;
    base::Interval rate_interval_per_s{};  // 95 %, if requests come at random (Poisson); 0 to 0: not told
    bool is_thin = false;                  // the interval is wider than thin_relative_max of the rate either way
    double kept_share = 1;                 // recorded requests over those that they stand for
    std::uint64_t sampling_told = 0;       // requests that tell what they stand for
    std::uint64_t tail_sampled = 0;        // requests that were kept for what they turned out to be
    std::array<double, 3> latency_s{};     // fit_quantiles of the entry span's duration, to hold a run against
};

struct TraceImport {
    std::string name;
    nlohmann::ordered_json document;  // valid for read_scenario
    std::vector<ImportedComponent> components;
    std::vector<ImportedCall> calls;
    std::vector<ImportedWorkload> workloads;
    std::optional<DurationFit> network;
    std::vector<TraceFinding> findings;
    TraceCounts counts;
    std::uint64_t spans_used = 0;
    std::uint64_t traces = 0;
    std::uint64_t documents = 0;
    double observed_s = 0;
};

// Errors: invalid_argument if no span is left to make a scenario of.
base::Result<TraceImport> import_traces(TraceSpans spans, std::string name);

// The document with the evidence as comments, and all of it as one JSON document (docs/guides/traces-to-scenario.md).
std::string import_yaml(const TraceImport& import);
nlohmann::ordered_json import_json(const TraceImport& import);

}  // namespace dstudio::system
