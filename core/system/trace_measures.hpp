// What the requests of each service do, counted and timed: the numbers that a draft is made of.
//
// Attempts at the same target one after the other, each after an error of the one before, are one call. The self time
// of a request is its span's duration less the union of its calls that wait for an answer; both ends come from one
// host's clock. Beyond trace_slots_max kinds of calls of a service, or trace_occurrences_max calls to a target in a
// request, a call stays in the self time and is counted. O(n log n) time, memory in proportion to the spans.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "core/system/trace_import.hpp"
#include "core/system/trace_tree.hpp"

namespace dstudio::system {

inline constexpr std::size_t trace_slots_max = 60;          // the steps of a component, less one for its work
inline constexpr std::uint32_t trace_occurrences_max = 16;  // calls to one target in a request
inline constexpr double trace_overlap_min = 0.1;            // of the shorter of two calls, to be parallel

// The first, second, ... call to a target in a request: a step of the draft.
struct CallSlot {
    std::uint32_t target = 0;
    bool is_send = false;
    std::uint32_t occurrence = 0;
    std::uint64_t requests = 0;
    double offset_sum = 0;  // start within the request, as a share of it

    [[nodiscard]] double offset() const { return offset_sum / static_cast<double>(requests); }
};

// Of two steps.
struct CallOverlap {
    std::uint64_t both = 0;
    std::uint64_t overlapping = 0;
};

struct TraceCallStats {
    ImportedCall call;
    std::uint64_t failed_requests = 0;    // whose call failed in the end
    std::uint64_t survived_requests = 0;  // of them, those that succeeded
    std::uint64_t exhausted = 0;          // calls whose last attempt failed after as many as were ever made
    std::uint64_t beyond_slots = 0;
    std::vector<double> pauses;
    std::vector<double> later_pauses;
    std::vector<double> network;
    std::vector<double> skews;
    std::vector<double> timeouts;
    std::uint64_t answered = 0;
    double answered_max_s = 0;
};
using TraceCallKey = std::pair<std::uint32_t, bool>;  // target, is_send

struct TraceServiceStats {
    std::uint64_t requests = 0;
    std::uint64_t errors_own = 0;
    std::uint64_t errors_called = 0;
    bool is_called = false;
    bool is_only_client = true;
    bool is_only_consumer = true;
    std::vector<double> self_s;
    std::vector<std::pair<std::uint32_t, double>> self_by_name;
    std::map<TraceCallKey, TraceCallStats> calls;
    std::vector<CallSlot> slots;
    std::map<std::tuple<std::uint32_t, bool, std::uint32_t>, std::uint32_t> slot_index;
    std::map<std::pair<std::uint32_t, std::uint32_t>, CallOverlap> together;
    std::vector<sim::Time> entries;  // starts
    std::vector<double> entry_s;
    std::uint64_t entry_errors = 0;
    double entry_count = 0;  // what the entries stand for, if sampled
    std::uint64_t entries_told = 0;
    std::uint64_t entries_tail_sampled = 0;
};

struct TracePeerStats {
    std::uint64_t attempts = 0;
    std::uint64_t failed = 0;
    std::vector<double> durations;
    std::vector<std::pair<sim::Time, sim::Time>> intervals;
};

struct TraceMeasures {
    std::vector<TraceServiceStats> services;  // entries are left to who knows what comes from outside
    std::vector<TracePeerStats> peers;
    std::uint64_t network_negative = 0;  // calls shorter than the requests they caused
};

// Of the targets that are selected (services, then peers); calls to others must be gone from the tree.
TraceMeasures measure_traces(const TraceTree& tree, const std::vector<std::uint8_t>& is_selected);

}  // namespace dstudio::system
