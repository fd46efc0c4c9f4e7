#include "apps/http/framing_guard.hpp"

#include "apps/http/octets.hpp"
#include "core/base/assert.hpp"

namespace dstudio::http {
namespace {

constexpr std::size_t method_size_bytes_max = 32;
constexpr std::size_t content_length_digits_max = 18;  // always fits 64 bits

bool has_scheme(std::string_view target) {
    return equals_ignoring_case(target.substr(0, 7), "http://") ||
           equals_ignoring_case(target.substr(0, 8), "https://");
}

}  // namespace

bool FramingGuard::refuse(int status, std::string_view reason) {
    state_ = Framing::refused;
    refusal_ = {status, reason};
    return false;
}

Framing FramingGuard::inspect(std::string_view bytes) {
    while (state_ == Framing::incomplete) {
        DS_ASSERT(scanned_ <= bytes.size());
        std::size_t at = scanned_;
        while (at < bytes.size() && is_octet(bytes[at], octets::text))
            ++at;
        scanned_ = at;
        if (at - header_begin_ >= limits_.header_size_bytes_max) {
            refuse(431, "the header block is too large");
            break;
        }
        if (!has_request_line_ && at - line_begin_ > limits_.target_size_bytes_max + method_size_bytes_max) {
            refuse(414, "the request target is too long");
            break;
        }
        if (at == bytes.size())
            break;
        if (bytes[at] == '\n') {
            refuse(400, "a line ends in a line feed without a carriage return");
            break;
        }
        if (bytes[at] != '\r') {
            refuse(400, "the header block holds a control byte");
            break;
        }
        if (at + 1 == bytes.size())
            break;
        if (bytes[at + 1] != '\n') {
            refuse(400, "a carriage return stands without a line feed");
            break;
        }
        scanned_ = at + 2;
        const std::string_view line = bytes.substr(line_begin_, at - line_begin_);
        line_begin_ = scanned_;
        accept_line(line);
    }
    return state_;
}

bool FramingGuard::accept_line(std::string_view line) {
    if (has_request_line_)
        return line.empty() ? accept_header() : accept_field(line);
    if (!line.empty())
        return accept_request_line(line);
    if (skipped_empty_line_)
        return refuse(400, "empty lines stand before the request line");
    skipped_empty_line_ = true;
    header_begin_ = scanned_;
    return true;
}

// RFC 9112, section 3: request-line = method SP request-target SP HTTP-version
bool FramingGuard::accept_request_line(std::string_view line) {
    const std::size_t method_end = line.find(' ');
    if (method_end == std::string_view::npos)
        return refuse(400, "the request line has no target");
    const std::string_view method = line.substr(0, method_end);
    if (method.empty() || method.size() > method_size_bytes_max || !all_octets(method, octets::token))
        return refuse(400, "the method is not a token");
    const std::size_t target_end = line.find(' ', method_end + 1);
    if (target_end == std::string_view::npos)
        return refuse(400, "the request line has no HTTP version");
    const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
    const std::string_view version = line.substr(target_end + 1);
    if (version == "HTTP/1.0")
        version_1_0_ = true;
    else if (version != "HTTP/1.1")
        return refuse(400, "the request line does not end in HTTP/1.0 or HTTP/1.1");
    if (target.size() > limits_.target_size_bytes_max)
        return refuse(414, "the request target is too long");
    if (target.empty() || !all_octets(target, octets::visible))
        return refuse(400, "the request target holds bytes that must be percent-encoded");
    if (target.find('#') != std::string_view::npos)
        return refuse(400, "the request target holds a fragment");
    const bool origin_form = target.front() == '/';
    const bool asterisk_form = target == "*" && method == "OPTIONS";
    const bool authority_form = method == "CONNECT" && all_octets(target, octets::host);
    if (!origin_form && !asterisk_form && !authority_form && !has_scheme(target))
        return refuse(400, "the request target is neither a path nor an http address");
    has_request_line_ = true;
    return true;
}

// RFC 9112, section 5: field-line = field-name ":" OWS field-value OWS
bool FramingGuard::accept_field(std::string_view line) {
    if (line.front() == ' ' || line.front() == '\t')
        return refuse(400, "a header line is folded");
    if (++field_count_ > limits_.field_count_max)
        return refuse(431, "there are too many header fields");
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos)
        return refuse(400, "a header line has no colon");
    const std::string_view name = line.substr(0, colon);
    if (name.empty() || !all_octets(name, octets::token))
        return refuse(400, "a header field's name is not a token");
    const std::string_view value = trim_ows(line.substr(colon + 1));
    if (equals_ignoring_case(name, "host")) {
        if (++host_count_ > 1)
            return refuse(400, "there is more than one Host field");
        if (!all_octets(value, octets::host))
            return refuse(400, "the Host field is not a host");
    } else if (equals_ignoring_case(name, "content-length")) {
        return accept_content_length(value);
    } else if (equals_ignoring_case(name, "transfer-encoding")) {
        if (++transfer_encoding_count_ > 1)
            return refuse(400, "there is more than one Transfer-Encoding field");
        if (!equals_ignoring_case(value, "chunked"))
            return refuse(400, "the Transfer-Encoding is not 'chunked'");
        chunked_ = true;
    }
    return true;
}

bool FramingGuard::accept_content_length(std::string_view value) {
    if (++content_length_count_ > 1)
        return refuse(400, "there is more than one Content-Length field");
    if (value.empty() || value.size() > content_length_digits_max || !all_octets(value, octets::digit))
        return refuse(400, "the Content-Length is not a number of bytes");
    for (const char c : value)
        content_length_ = content_length_ * 10 + static_cast<std::uint64_t>(c - '0');
    return true;
}

bool FramingGuard::accept_header() {
    if (!version_1_0_ && host_count_ == 0)
        return refuse(400, "there is no Host field");
    if (chunked_ && content_length_count_ > 0)
        return refuse(400, "there are both Content-Length and Transfer-Encoding");
    if (chunked_ && version_1_0_)
        return refuse(400, "HTTP/1.0 has no Transfer-Encoding");
    if (content_length_ > limits_.body_size_bytes_max)
        return refuse(413, "the body is too large");
    state_ = Framing::complete;
    return true;
}

}  // namespace dstudio::http
