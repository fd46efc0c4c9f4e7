#include "apps/http/conditional.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "apps/http/octets.hpp"

namespace dstudio::http {
namespace {

std::optional<std::size_t> parse_number(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

}  // namespace

bool etag_listed(std::string_view list, std::string_view etag) {
    list = trim_ows(list);
    if (list == "*")
        return true;
    // Entity tags may hold commas, so the list is read tag by tag: [W/] DQUOTE ... DQUOTE.
    while (!list.empty()) {
        const std::size_t open = list.find('"');
        if (open == std::string_view::npos)
            return false;
        const std::size_t close = list.find('"', open + 1);
        if (close == std::string_view::npos)
            return false;
        if (list.substr(open, close - open + 1) == etag)
            return true;
        list.remove_prefix(close + 1);
    }
    return false;
}

std::optional<ByteRange> parse_range(std::string_view range, std::size_t size) {
    constexpr std::string_view unit = "bytes=";
    if (!range.starts_with(unit))
        return std::nullopt;
    range = trim_ows(range.substr(unit.size()));
    const std::size_t dash = range.find('-');
    if (dash == std::string_view::npos || range.find(',') != std::string_view::npos)
        return std::nullopt;
    const std::string_view first_text = range.substr(0, dash);
    const std::string_view last_text = range.substr(dash + 1);
    if (first_text.empty()) {
        const auto suffix = parse_number(last_text);
        if (!suffix)
            return std::nullopt;
        const std::size_t taken = std::min(*suffix, size);
        return ByteRange{size - taken, taken};
    }
    const auto first = parse_number(first_text);
    const auto last = last_text.empty() ? std::optional<std::size_t>(SIZE_MAX) : parse_number(last_text);
    if (!first || !last || *last < *first)
        return std::nullopt;
    if (*first >= size)
        return ByteRange{0, 0};
    return ByteRange{*first, std::min(*last, size - 1) - *first + 1};
}

Reply reply_to(const Request& request, AnswerPtr answer, std::size_t route) {
    Reply reply;
    reply.status = answer->status;
    reply.route = route;
    reply.body = answer->body();
    reply.content_length = reply.body.size();
    const Answer& whole = *answer;
    reply.answer = std::move(answer);
    if (whole.status == 204)
        reply.has_content_length = false;
    if (whole.status == 200 && !whole.etag.empty()) {
        if (!request.if_none_match.empty() && etag_listed(request.if_none_match, whole.etag)) {
            reply.status = 304;
            reply.body = {};
            reply.has_content_length = false;
            return reply;
        }
        // Range is defined for GET only; If-Range needs a strong match, and dates never match here.
        const bool wants_part = whole.has_ranges && !request.range.empty() && request.method == Method::get &&
                                (request.if_range.empty() || request.if_range == whole.etag);
        if (const auto range = wants_part ? parse_range(request.range, reply.body.size()) : std::nullopt) {
            const std::size_t size = reply.body.size();
            if (range->size == 0) {
                reply.status = 416;
                reply.extra_fields = fmt::format("Content-Range: bytes */{}\r\n", size);
                reply.body = {};
            } else {
                reply.status = 206;
                reply.extra_fields = fmt::format("Content-Range: bytes {}-{}/{}\r\n", range->first,
                                                 range->first + range->size - 1, size);
                reply.body = reply.body.substr(range->first, range->size);
            }
            reply.content_length = reply.body.size();
        }
    }
    if (request.method == Method::head)
        reply.body = {};
    return reply;
}

}  // namespace dstudio::http
