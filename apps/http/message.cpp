#include "apps/http/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "apps/http/octets.hpp"
#include "core/base/assert.hpp"

namespace dstudio::http {

void Request::clear() {
    method = Method::other;
    method_text.clear();
    target.clear();
    accept_encoding.clear();
    if_none_match.clear();
    if_range.clear();
    range.clear();
    content_type.clear();
    content_encoding.clear();
    std::string().swap(content);  // may be large, and the next one will hardly have any
    is_version_1_0 = false;
    keep_alive = true;
    expects_continue = false;
    expects_other = false;
}

std::size_t Answer::size_bytes() const {
    return sizeof(Answer) + fields.capacity() + content_fields.capacity() + storage.capacity();
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 304:
            return "Not Modified";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        default:
            return "";
    }
}

void append_head(const Reply& reply, const HeadOptions& options, std::string& out) {
    fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\nDate: {}\r\n", reply.status, reason_phrase(reply.status),
                   options.date);
    out += reply.answer->fields;
    if (reply.status != 304)
        out += reply.answer->content_fields;
    out += reply.extra_fields;
    if (reply.has_content_length)
        fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", reply.content_length);
    if (!options.keep_alive)
        out += "Connection: close\r\n";
    else if (options.announce_keep_alive)
        out += "Connection: keep-alive\r\n";
    out += "\r\n";
}

void append_field(std::string& fields, std::string_view name, std::string_view value) {
    DS_ASSERT(all_octets(name, octets::token));
    DS_ASSERT(all_octets(value, octets::text));
    fields += name;
    fields += ": ";
    fields += value;
    fields += "\r\n";
}

}  // namespace dstudio::http
