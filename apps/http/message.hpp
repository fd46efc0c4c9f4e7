// Requests as the transport hands them over, and answers as it takes them back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dstudio::http {

enum class Method : std::uint8_t { get, head, options, post, other };

// Reused from request to request, so that its texts keep their memory.
struct Request {
    Method method = Method::other;
    std::string method_text;
    std::string target;  // raw; visible ASCII
    std::string accept_encoding;
    std::string if_none_match;
    std::string if_range;
    std::string range;
    std::string content_type;
    std::string content_encoding;
    std::string content;  // of a request whose route reads it; else empty, whatever came
    bool is_version_1_0 = false;
    bool keep_alive = true;
    bool expects_continue = false;
    bool expects_other = false;  // an Expect that this server does not know

    void clear();
};

// Everything of an answer that does not depend on the single request: it can be kept and sent again. Immutable once
// built, so any number of connections may hold it.
struct Answer {
    int status = 200;
    std::string fields;          // serialised lines that also belong to a 304: ETag, Cache-Control, Vary, security
    std::string content_fields;  // lines that describe the body: Content-Type, Content-Encoding, ...
    std::string etag;            // with its quotes; empty: the answer has no validator
    bool has_ranges = false;     // parts of the body may be asked for
    bool cacheable = false;      // the same target will get the same answer until the next reload

    std::string storage;                // the body, if it is the answer's own
    std::string_view borrowed;          // or else a view into what `owner` keeps alive
    std::shared_ptr<const void> owner;  // null: the body is `storage`

    [[nodiscard]] std::string_view body() const { return owner ? borrowed : std::string_view(storage); }
    [[nodiscard]] std::size_t size_bytes() const;  // of memory held
};

using AnswerPtr = std::shared_ptr<const Answer>;

// One answer to one request: an Answer, or a part of it.
struct Reply {
    AnswerPtr answer;
    int status = 200;
    std::size_t route = 0;           // for metrics and log: position in the table of routes
    std::string_view body;           // what is to be sent; views into *answer
    std::size_t content_length = 0;  // of the representation: differs from body.size() for HEAD
    bool has_content_length = true;  // 204 and 304 have none
    std::string extra_fields;        // Content-Range
    bool close = false;
};

// Appends status line and fields, up to and with the empty line. `date` is an IMF-fixdate.
struct HeadOptions {
    std::string_view date;
    bool keep_alive = true;
    bool announce_keep_alive = false;  // to an HTTP/1.0 client that asked for it
};
void append_head(const Reply& reply, const HeadOptions& options, std::string& out);

std::string_view reason_phrase(int status);

// "Name: value\r\n". REQUIRES: neither holds a control character.
void append_field(std::string& fields, std::string_view name, std::string_view value);

}  // namespace dstudio::http
