// Any bytes as HTTP requests: the guard says the same however they are cut into packets, what it accepts Beast reads to
// the same end, bodies are framed alike in one piece and byte by byte, and decoded paths have no segment that a file
// system could read as something else.
#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "apps/http/accept_encoding.hpp"
#include "apps/http/body_framing.hpp"
#include "apps/http/framing_guard.hpp"
#include "apps/http/target.hpp"
#include "core/base/assert.hpp"
#include "core/base/text.hpp"

using namespace dstudio::http;
namespace beast_http = boost::beast::http;

namespace {

struct Verdict {
    Framing framing;
    int status;
    std::size_t end;

    bool operator==(const Verdict&) const = default;
};

Verdict judge(std::string_view bytes, std::size_t step) {
    FramingGuard guard(FramingLimits{});
    std::size_t given = std::min(step, bytes.size());
    Framing framing = guard.inspect(bytes.substr(0, given));
    while (framing == Framing::incomplete && given < bytes.size()) {
        given = std::min(given + step, bytes.size());
        framing = guard.inspect(bytes.substr(0, given));
    }
    if (framing == Framing::complete)
        return {framing, 0, guard.header_end()};
    return {framing, framing == Framing::refused ? guard.refusal().status : 0, 0};
}

Verdict judge_body(BodyFraming body, std::string_view bytes, std::size_t step, std::string& content) {
    const std::size_t size = bytes.size();
    Framing framing = Framing::incomplete;
    std::size_t given = 0;
    do {
        given = std::min(given + step, size);
        std::string_view unread = bytes.substr(0, given - (size - bytes.size()));
        const std::size_t before = unread.size();
        framing = body.consume(unread, &content);
        bytes.remove_prefix(before - unread.size());
    } while (framing == Framing::incomplete && given < size);
    DS_ASSERT(content.size() == body.size_bytes());
    if (framing == Framing::complete)
        return {framing, 0, size - bytes.size()};
    return {framing, framing == Framing::refused ? body.refusal().status : 0, 0};
}

void check_path(std::string_view path) {
    const auto segments = decode_path(path);
    if (!segments)
        return;
    for (const std::string& segment : *segments) {
        DS_ASSERT(segment != "." && segment != "..");
        DS_ASSERT(segment.find_first_of(std::string_view("/\\\0\r\n", 5)) == std::string::npos);
        DS_ASSERT(!dstudio::base::first_invalid_utf8(segment));
    }
}

void check_header(std::string_view header) {
    beast_http::request_parser<beast_http::empty_body> parser;
    parser.header_limit(32 * 1024);
    parser.skip(true);
    boost::system::error_code error;
    const std::size_t parsed = parser.put(boost::asio::buffer(header.data(), header.size()), error);
    // Beast may refuse more (lists in Connection), but reads nothing differently.
    if (error)
        return;
    DS_ASSERT(parsed == header.size());
    DS_ASSERT(parser.is_done());
    const auto target = parser.get().target();
    const Target split = split_target({target.data(), target.size()});
    DS_ASSERT(split.path == "*" || split.path.starts_with('/'));
    check_path(split.path);
    const auto encodings = parser.get()[beast_http::field::accept_encoding];
    const EncodingPreference preference = parse_accept_encoding({encodings.data(), encodings.size()});
    DS_ASSERT(preference.count >= 1 && preference.count <= encoding_count);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_path(bytes);
    (void)parse_accept_encoding(bytes);

    const Verdict verdict = judge(bytes, size);
    DS_ASSERT(verdict == judge(bytes, 1));
    const FramingLimits limits;
    std::string whole;
    std::string pieces;
    const Verdict chunks = judge_body(BodyFraming::by_chunks(limits), bytes, std::max<std::size_t>(size, 1), whole);
    DS_ASSERT(chunks == judge_body(BodyFraming::by_chunks(limits), bytes, 1, pieces));
    DS_ASSERT(chunks.framing == Framing::refused || whole == pieces);
    if (verdict.framing != Framing::complete)
        return 0;
    FramingGuard guard(limits);
    guard.inspect(bytes);
    check_header(bytes.substr(guard.header_begin(), guard.header_end() - guard.header_begin()));
    return 0;
}
