#include "core/system/trace_measures.hpp"

#include <algorithm>
#include <set>
#include <span>

namespace dstudio::system {
namespace {

using sim::Time;

constexpr std::uint32_t none = no_trace_index;

// A call with its retries.
struct LogicalCall {
    std::uint32_t target = 0;
    std::uint32_t name = 0;
    std::uint32_t slot = none;
    std::uint32_t attempts = 0;
    Time start = 0;
    Time end = 0;
    bool is_send = false;
    bool is_error = false;
    bool is_failed = false;
    bool is_first_failed = false;
};

class Measurer {
  public:
    Measurer(const TraceTree& tree, const std::vector<std::uint8_t>& is_selected)
        : tree_(tree), spans_(tree.input.spans), is_selected_(is_selected) {}

    TraceMeasures run() {
        measures_.services.resize(tree_.service_count());
        measures_.peers.resize(tree_.input.peers.size());
        for (const TraceRequest& request : tree_.requests)
            if (!request.is_orphan && !request.is_root)
                measures_.services[request.service].is_called = true;
        std::size_t at = 0;
        for (std::uint32_t h = 0; h < tree_.requests.size(); ++h) {
            const std::size_t first = at;
            while (at < tree_.calls.size() && tree_.calls[at].request == h)
                ++at;
            if (is_selected_[tree_.requests[h].service] != 0)
                measure_request(tree_.requests[h], std::span(tree_.calls).subspan(first, at - first));
        }
        return std::move(measures_);
    }

  private:
    void measure_request(const TraceRequest& request, std::span<const TraceCall> attempts) {
        TraceServiceStats& service = measures_.services[request.service];
        const TraceSpan& top = spans_[request.top];
        ++service.requests;
        service.is_only_client = service.is_only_client && !comes_in(top.kind) && request.is_root;
        service.is_only_consumer = service.is_only_consumer && top.kind == TraceSpanKind::consumer;

        std::vector<LogicalCall> calls;
        std::map<TraceCallKey, std::size_t> last;  // call to each target
        for (const TraceCall& attempt : attempts) {
            measure_attempt(service, attempt);
            const TraceCallKey key{attempt.target, attempt.is_send};
            TraceCallStats& stats = service.calls[key];
            const auto before = last.find(key);
            if (before != last.end()) {
                LogicalCall& call = calls[before->second];
                if (!attempt.is_send && call.is_error && attempt.start >= call.end && attempt.name == call.name) {
                    const double pause = sim::to_seconds(attempt.start - call.end);
                    (call.attempts == 1 ? stats.pauses : stats.later_pauses).push_back(pause);
                    ++call.attempts;
                    call.end = attempt.end;
                    call.is_error = attempt.is_error;
                    call.is_failed = attempt.is_failed;
                    continue;
                }
            }
            last[key] = calls.size();
            calls.push_back({attempt.target, attempt.name, none, 1, attempt.start, attempt.end, attempt.is_send,
                             attempt.is_error, attempt.is_failed, attempt.is_error});
        }
        bool has_failed = false;
        std::map<TraceCallKey, std::uint32_t> occurrences;
        std::set<TraceCallKey> failed;
        for (LogicalCall& call : calls) {
            const TraceCallKey key{call.target, call.is_send};
            TraceCallStats& stats = service.calls[key];
            ++stats.call.calls;
            stats.call.failed_first += call.is_first_failed ? 1 : 0;
            stats.call.retried += call.attempts > 1 ? 1 : 0;
            if (call.attempts > stats.call.attempts_max) {
                stats.call.attempts_max = call.attempts;
                stats.exhausted = 0;
            }
            if (call.attempts == stats.call.attempts_max && call.is_error)
                ++stats.exhausted;
            if (call.is_failed && !call.is_send) {
                has_failed = true;
                failed.insert(key);
            }
            take_slot(service, stats, call, occurrences[key]++, top);
        }
        for (const auto& [key, count] : occurrences)
            ++service.calls[key].call.requests;
        for (const TraceCallKey& key : failed) {
            ++service.calls[key].failed_requests;
            service.calls[key].survived_requests += top.is_error ? 0 : 1;
        }
        if (top.is_error)
            ++(has_failed ? service.errors_called : service.errors_own);
        compare_slots(service, calls);
        const double self = self_seconds(top, calls);
        service.self_s.push_back(self);
        service.self_by_name.emplace_back(top.name, self);
    }

    void measure_attempt(TraceServiceStats& service, const TraceCall& call) {
        TraceCallStats& stats = service.calls[{call.target, call.is_send}];
        ++stats.call.attempts;
        stats.call.failed += call.is_failed ? 1 : 0;
        stats.call.without_child += call.child == none ? 1 : 0;
        const double duration = sim::to_seconds(call.end - call.start);
        if (call.may_be_timeout) {
            stats.timeouts.push_back(duration);
        } else if (!call.is_failed) {
            ++stats.answered;
            stats.answered_max_s = std::max(stats.answered_max_s, duration);
        }
        if (call.target >= tree_.service_count()) {
            TracePeerStats& peer = measures_.peers[call.target - tree_.service_count()];
            ++peer.attempts;
            peer.failed += call.is_failed ? 1 : 0;
            if (!call.is_send) {
                peer.durations.push_back(duration);
                peer.intervals.emplace_back(call.start, call.end);
            }
        }
        if (call.child == none || call.span == none || call.is_send || call.may_be_timeout)
            return;
        const TraceSpan& client = spans_[call.span];
        const TraceSpan& server = spans_[tree_.requests[call.child].top];
        ++stats.call.pairs;
        const Time difference = (client.end - client.start) - (server.end - server.start);
        if (difference >= 0)
            stats.network.push_back(sim::to_seconds(difference) / 2);
        else
            ++measures_.network_negative;
        stats.skews.push_back(
            (static_cast<double>(server.start - client.start) + static_cast<double>(server.end - client.end)) / 2e9);
        if (server.start < client.start || server.end > client.end)
            ++stats.call.skewed;
    }

    static void take_slot(TraceServiceStats& service, TraceCallStats& stats, LogicalCall& call,
                          std::uint32_t occurrence, const TraceSpan& top) {
        const std::tuple key{call.target, call.is_send, occurrence};
        auto found = service.slot_index.find(key);
        if (found == service.slot_index.end()) {
            if (occurrence >= trace_occurrences_max || service.slots.size() >= trace_slots_max) {
                ++stats.beyond_slots;
                return;
            }
            found = service.slot_index.emplace(key, static_cast<std::uint32_t>(service.slots.size())).first;
            service.slots.push_back({call.target, call.is_send, occurrence});
        }
        call.slot = found->second;
        CallSlot& slot = service.slots[call.slot];
        ++slot.requests;
        if (top.end > top.start)
            slot.offset_sum += std::clamp(
                static_cast<double>(call.start - top.start) / static_cast<double>(top.end - top.start), 0.0, 1.0);
    }

    static void compare_slots(TraceServiceStats& service, const std::vector<LogicalCall>& calls) {
        for (std::size_t a = 0; a < calls.size(); ++a) {
            if (calls[a].slot == none || calls[a].is_send)
                continue;
            for (std::size_t b = a + 1; b < calls.size(); ++b) {
                if (calls[b].slot == none || calls[b].is_send)
                    continue;
                CallOverlap& pair = service.together[std::minmax(calls[a].slot, calls[b].slot)];
                ++pair.both;
                const Time overlap = std::min(calls[a].end, calls[b].end) - std::max(calls[a].start, calls[b].start);
                const Time shorter = std::min(calls[a].end - calls[a].start, calls[b].end - calls[b].start);
                if (overlap > 0 && static_cast<double>(overlap) > trace_overlap_min * static_cast<double>(shorter))
                    ++pair.overlapping;
            }
        }
    }

    // Calls are in the order of their starts.
    static double self_seconds(const TraceSpan& top, const std::vector<LogicalCall>& calls) {
        Time covered = 0;
        Time until = top.start;
        for (const LogicalCall& call : calls) {
            if (call.slot == none || call.is_send)
                continue;
            const Time from = std::max(call.start, until);
            const Time to = std::min(call.end, top.end);
            if (to > from) {
                covered += to - from;
                until = to;
            }
        }
        return sim::to_seconds(top.end - top.start - covered);
    }

    const TraceTree& tree_;
    const std::vector<TraceSpan>& spans_;
    const std::vector<std::uint8_t>& is_selected_;
    TraceMeasures measures_;
};

}  // namespace

TraceMeasures measure_traces(const TraceTree& tree, const std::vector<std::uint8_t>& is_selected) {
    return Measurer(tree, is_selected).run();
}

}  // namespace dstudio::system
