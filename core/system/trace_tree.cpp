#include "core/system/trace_tree.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <tuple>
#include <utility>

namespace dstudio::system {
namespace {

constexpr std::uint32_t none = no_trace_index;
constexpr std::uint32_t missing = 0xfffffffe;  // a parent that was not recorded

class TreeBuilder {
  public:
    explicit TreeBuilder(TraceSpans spans) { tree_.input = std::move(spans); }

    TraceTree run() {
        order_names();
        order_spans();
        link_parents();
        find_requests();
        find_calls();
        return std::move(tree_);
    }

  private:
    void leave_out(LeftOut reason, std::uint64_t count = 1) {
        tree_.input.counts.left_out[static_cast<std::size_t>(reason)] += count;
    }

    static bool less(const TraceSpanId& a, const TraceSpanId& b) {
        return std::tie(a.trace_high, a.trace_low, a.span) < std::tie(b.trace_high, b.trace_low, b.span);
    }

    // Sorted, so that their positions do not depend on the order of reading.
    void order_names() {
        const auto sorted = [](auto& list, std::size_t from, const auto& name_of) {
            std::vector<std::uint32_t> by_name(list.size());
            std::iota(by_name.begin(), by_name.end(), 0U);
            std::sort(by_name.begin() + static_cast<std::ptrdiff_t>(from), by_name.end(),
                      [&](std::uint32_t a, std::uint32_t b) { return name_of(list[a]) < name_of(list[b]); });
            auto before = std::move(list);
            list = {};
            std::vector<std::uint32_t> place(before.size());
            for (std::uint32_t i = 0; i < by_name.size(); ++i) {
                place[by_name[i]] = i;
                list.push_back(std::move(before[by_name[i]]));
            }
            return place;
        };
        const auto itself = [](const std::string& name) -> const std::string& { return name; };
        const auto services = sorted(tree_.input.services, 0, itself);
        const auto names = sorted(tree_.input.names, 1, itself);
        const auto peers =
            sorted(tree_.input.peers, 1, [](const TracePeer& peer) -> const std::string& { return peer.name; });
        for (TraceSpan& span : tree_.input.spans) {
            span.service = services[span.service];
            span.name = names[span.name];
            span.peer = peers[span.peer];
        }
    }

    // By id, so that the draft does not depend on the order of reading. Of spans that share their ids the first in time
    // stays.
    void order_spans() {
        order_.resize(spans_.size());
        std::iota(order_.begin(), order_.end(), 0U);
        std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
            if (spans_[a].id != spans_[b].id)
                return less(spans_[a].id, spans_[b].id);
            return std::tie(spans_[a].start, spans_[a].end, a) < std::tie(spans_[b].start, spans_[b].end, b);
        });
        keep_each_once();
        for (std::size_t i = 0; i < order_.size(); ++i) {
            const TraceSpanId& id = spans_[order_[i]].id;
            const bool is_first = i == 0 || spans_[order_[i - 1]].id.trace_high != id.trace_high ||
                                  spans_[order_[i - 1]].id.trace_low != id.trace_low;
            tree_.traces += is_first ? 1 : 0;
        }
    }

    // Zipkin's instrumentations (B3) give both ends of a call one id: the server's span is then below the client's.
    void keep_each_once() {
        std::vector<std::uint32_t> kept;
        for (std::size_t at = 0; at < order_.size();) {
            std::size_t end = at;
            std::uint32_t client = none;
            std::uint32_t server = none;
            for (; end < order_.size() && spans_[order_[end]].id == spans_[order_[at]].id; ++end) {
                const TraceSpanKind kind = spans_[order_[end]].kind;
                if (kind == TraceSpanKind::client && client == none)
                    client = order_[end];
                if (kind == TraceSpanKind::server && server == none)
                    server = order_[end];
            }
            const bool is_shared = client != none && server != none && spans_[client].service != spans_[server].service;
            kept.push_back(is_shared ? client : order_[at]);
            if (is_shared) {
                kept.push_back(server);
                server_of_.emplace(client, server);
                client_of_.emplace(server, client);
            }
            leave_out(LeftOut::duplicate, end - at - (is_shared ? 2 : 1));
            at = end;
        }
        order_ = std::move(kept);
    }

    [[nodiscard]] std::uint32_t find(const TraceSpanId& id) const {
        const auto found =
            std::lower_bound(order_.begin(), order_.end(), id,
                             [&](std::uint32_t a, const TraceSpanId& b) { return less(spans_[a].id, b); });
        return found != order_.end() && spans_[*found].id == id ? *found : missing;
    }

    // Parents, children in the order of their starts, and all spans that hang on a root, parents before children.
    void link_parents() {
        parent_.assign(spans_.size(), none);
        std::vector<std::uint32_t> sizes(spans_.size() + 1);
        for (const std::uint32_t i : order_) {
            const TraceSpan& span = spans_[i];
            if (const auto client = client_of_.find(i); client != client_of_.end()) {
                parent_[i] = client->second;
                ++sizes[parent_[i] + 1];
                continue;
            }
            if (span.parent.span == 0)
                continue;
            parent_[i] = find(span.parent);
            if (const auto server = server_of_.find(parent_[i]); server != server_of_.end())
                parent_[i] = server->second;
            if (parent_[i] == missing && span.has_link)
                parent_[i] = none;
            if (parent_[i] < missing)
                ++sizes[parent_[i] + 1];
            else if (parent_[i] == missing)
                ++tree_.orphans;
        }
        std::partial_sum(sizes.begin(), sizes.end(), sizes.begin());
        child_begin_ = sizes;
        children_.resize(sizes.back());
        for (const std::uint32_t i : order_)
            if (parent_[i] < missing)
                children_[sizes[parent_[i]]++] = i;
        for (const std::uint32_t i : order_) {
            const auto below = std::span(children_).subspan(child_begin_[i], child_begin_[i + 1] - child_begin_[i]);
            std::stable_sort(below.begin(), below.end(),
                             [&](std::uint32_t a, std::uint32_t b) { return spans_[a].start < spans_[b].start; });
        }
        for (const std::uint32_t i : order_)
            if (parent_[i] >= missing)
                visit_.push_back(i);
        for (std::size_t at = 0; at < visit_.size(); ++at)
            for (const std::uint32_t child : children_of(visit_[at]))
                visit_.push_back(child);
        leave_out(LeftOut::circle, order_.size() - visit_.size());
        // Traces that miss a parent.
        std::uint32_t last = none;
        for (const std::uint32_t i : order_) {
            if (parent_[i] != missing)
                continue;
            const bool is_same = last != none && spans_[last].id.trace_high == spans_[i].id.trace_high &&
                                 spans_[last].id.trace_low == spans_[i].id.trace_low;
            tree_.traces_incomplete += is_same ? 0 : 1;
            last = i;
        }
    }

    [[nodiscard]] std::span<const std::uint32_t> children_of(std::uint32_t i) const {
        return std::span(children_).subspan(child_begin_[i], child_begin_[i + 1] - child_begin_[i]);
    }

    void find_requests() {
        request_of_.assign(spans_.size(), none);
        for (const std::uint32_t i : visit_) {
            const std::uint32_t p = parent_[i];
            const bool is_top = p >= missing || spans_[p].service != spans_[i].service ||
                                (comes_in(spans_[i].kind) && goes_out(spans_[p].kind));
            if (!is_top) {
                request_of_[i] = request_of_[p];
                continue;
            }
            request_of_[i] = static_cast<std::uint32_t>(tree_.requests.size());
            tree_.requests.push_back({i, spans_[i].service, p == missing, p == none});
        }
    }

    // --------------------------------------------------------------------------------------------------------- calls

    void find_calls() {
        // Of client spans within client spans the innermost is the call.
        std::vector<std::uint8_t> has_inner(spans_.size());
        for (std::size_t at = visit_.size(); at-- > 0;) {
            const std::uint32_t i = visit_[at];
            if (parent_[i] < missing && request_of_[parent_[i]] == request_of_[i] &&
                (goes_out(spans_[i].kind) || has_inner[i] != 0))
                has_inner[parent_[i]] = 1;
        }
        // Which targets client spans of a service have gone to, by peer and by name.
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::map<std::uint32_t, std::uint64_t>> by_peer;
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::map<std::uint32_t, std::uint64_t>> by_name;
        for (const std::uint32_t i : visit_) {
            const TraceSpan& span = spans_[i];
            const bool is_call = goes_out(span.kind) && has_inner[i] == 0;
            std::size_t crossing = 0;
            for (const std::uint32_t child : children_of(i))
                crossing += request_of_[child] != request_of_[i] ? 1 : 0;
            for (const std::uint32_t child : children_of(i)) {
                if (request_of_[child] == request_of_[i])
                    continue;
                const TraceSpan& below = spans_[child];
                TraceCall call{request_of_[i], below.service, request_of_[child], none, 0, below.start, below.end};
                call.is_send = below.kind == TraceSpanKind::consumer ||
                               (is_call && span.kind == TraceSpanKind::producer) ||
                               (!is_call && below.start >= spans_[tree_.requests[request_of_[i]].top].end);
                call.is_error = below.is_error;
                call.is_failed = below.is_error;
                if (is_call) {
                    call.name = span.name;
                    if (span.peer != 0)
                        ++by_peer[{span.service, span.peer}][below.service];
                    if (span.name != 0)
                        ++by_name[{span.service, span.name}][below.service];
                }
                if (is_call && crossing == 1) {
                    const bool is_outlasted = span.is_error && below.end > span.end;
                    call.span = i;
                    call.start = span.start;
                    call.end = span.end;
                    call.is_error = span.is_error || below.is_error;
                    call.is_failed = below.is_error || is_outlasted;
                    call.may_be_timeout = is_outlasted && !call.is_send;
                }
                tree_.calls.push_back(call);
            }
            if (is_call && crossing == 0) {
                TraceCall call{request_of_[i], none, none, i, span.name, span.start, span.end};
                call.is_send = span.kind == TraceSpanKind::producer;
                call.is_error = span.is_error;
                call.is_failed = span.is_error;
                call.may_be_timeout = span.is_error && !call.is_send;
                tree_.calls.push_back(call);
            }
        }
        std::map<std::string_view, std::uint32_t> service_named;
        for (std::uint32_t s = 0; s < tree_.service_count(); ++s)
            service_named.emplace(tree_.input.services[s], s);
        const auto most = [](const std::map<std::uint32_t, std::uint64_t>& seen, double share_min) {
            std::uint64_t sum = 0;
            std::uint64_t largest = 0;
            std::uint32_t target = none;
            for (const auto& [to, count] : seen) {
                sum += count;
                if (count > largest) {
                    largest = count;
                    target = to;
                }
            }
            return static_cast<double>(largest) >= share_min * static_cast<double>(sum) ? target : none;
        };
        for (TraceCall& call : tree_.calls) {
            if (call.target != none)
                continue;
            const TraceSpan& span = spans_[call.span];
            if (span.peer != 0) {
                const auto seen = by_peer.find({span.service, span.peer});
                if (seen != by_peer.end())
                    call.target = most(seen->second, 0);
                else if (const auto named = service_named.find(tree_.input.peers[span.peer].name);
                         named != service_named.end())
                    call.target = named->second;
                else
                    call.target = tree_.service_count() + span.peer;
            } else if (const auto seen = by_name.find({span.service, span.name});
                       span.name != 0 && seen != by_name.end()) {
                call.target = most(seen->second, name_share_min);
            }
            if (call.target == none)
                ++tree_.unresolved[span.service];
        }
        std::erase_if(tree_.calls, [](const TraceCall& call) { return call.target == none; });
        std::stable_sort(tree_.calls.begin(), tree_.calls.end(), [](const TraceCall& a, const TraceCall& b) {
            return std::tie(a.request, a.start) < std::tie(b.request, b.start);
        });
    }

    TraceTree tree_;
    const std::vector<TraceSpan>& spans_ = tree_.input.spans;

    std::vector<std::uint32_t> order_;                  // spans by id, each once
    std::map<std::uint32_t, std::uint32_t> server_of_;  // of spans that share an id
    std::map<std::uint32_t, std::uint32_t> client_of_;
    std::vector<std::uint32_t> parent_;
    std::vector<std::uint32_t> child_begin_;
    std::vector<std::uint32_t> children_;
    std::vector<std::uint32_t> visit_;  // parents before children
    std::vector<std::uint32_t> request_of_;
};

}  // namespace

TraceTree trace_tree(TraceSpans spans) {
    return TreeBuilder(std::move(spans)).run();
}

}  // namespace dstudio::system
