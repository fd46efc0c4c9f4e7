// Spans put together: the requests at each service, and the calls that each makes.
//
// A request is a span and its descendants in the same service, up to the next server or consumer span below a client or
// producer span. A call is a client or producer span, the innermost of several within each other, with the requests of
// others below it, or such a request without one. Where the callee was not recorded, the target is the service that
// spans with the same peer (or, in name_share_min of cases, the same name) went to, else what the attributes name.
// Independent of the order in which the spans were read. O(n log n).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/system/trace_spans.hpp"

namespace dstudio::system {

inline constexpr std::uint32_t no_trace_index = 0xffffffff;
inline constexpr double name_share_min = 0.9;

// A request at a service.
struct TraceRequest {
    std::uint32_t top = 0;  // span
    std::uint32_t service = 0;
    bool is_orphan = false;  // its caller was not recorded
    bool is_root = false;
};

// An attempt to reach another component.
struct TraceCall {
    std::uint32_t request = 0;
    std::uint32_t target = no_trace_index;  // a service, or services + peer
    std::uint32_t child = no_trace_index;   // request
    std::uint32_t span = no_trace_index;    // client or producer
    std::uint32_t name = 0;
    sim::Time start = 0;
    sim::Time end = 0;
    bool is_send = false;
    bool is_error = false;   // as the caller saw it
    bool is_failed = false;  // as the callee said, if that was recorded
    bool may_be_timeout = false;
};

struct TraceTree {
    TraceSpans input;  // its lists of names sorted; what could not be put together is counted in it
    std::vector<TraceRequest> requests;
    std::vector<TraceCall> calls;                       // by request, in the order of their starts
    std::map<std::uint32_t, std::uint64_t> unresolved;  // client spans without a target, by service
    std::uint64_t traces = 0;
    std::uint64_t traces_incomplete = 0;
    std::uint64_t orphans = 0;  // spans whose parent was not recorded

    [[nodiscard]] std::uint32_t service_count() const { return static_cast<std::uint32_t>(input.services.size()); }
    [[nodiscard]] const std::string& target_name(std::uint32_t target) const {
        return target < service_count() ? input.services[target] : input.peers[target - service_count()].name;
    }
};

TraceTree trace_tree(TraceSpans spans);

}  // namespace dstudio::system
