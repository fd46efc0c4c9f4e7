#include "apps/http/body_framing.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace dstudio::http;

namespace {

struct Row {
    const char* sentence;
    std::string bytes;
    int status;  // 0: complete, -1: incomplete
    std::string rest;
};

int verdict(std::string_view bytes, std::size_t step, std::string& rest) {
    BodyFraming body = BodyFraming::by_chunks(FramingLimits{});
    std::string buffered;
    while (true) {
        const std::size_t taken = std::min(step, bytes.size());
        buffered += bytes.substr(0, taken);
        bytes.remove_prefix(taken);
        std::string_view unread = buffered;
        const Framing framing = body.consume(unread);
        buffered.erase(0, buffered.size() - unread.size());
        if (framing == Framing::refused)
            return body.refusal().status;
        if (framing == Framing::complete) {
            rest = buffered + std::string(bytes);
            return 0;
        }
        if (bytes.empty())
            return -1;
    }
}

}  // namespace

TEST_CASE("chunks are read strictly, however they are cut into packets") {
    const std::vector<Row> rows{
        {"one chunk", "5\r\nhello\r\n0\r\n\r\nGET", 0, "GET"},
        {"no chunk", "0\r\n\r\n", 0, ""},
        {"two chunks", "1\r\na\r\nA\r\n0123456789\r\n0\r\n\r\n", 0, ""},
        {"leading zeros", "0005\r\nhello\r\n000\r\n\r\n", 0, ""},
        {"an extension", "5;a=b\r\nhello\r\n0;c\r\n\r\n", 0, ""},
        {"a trailer field", "0\r\nX: 1\r\nY: 2\r\n\r\n", 0, ""},
        {"a chunk that is not whole", "5\r\nhel", -1, ""},
        {"a size without digits", "\r\n", 400, ""},
        {"a size with a sign", "+5\r\nhello\r\n", 400, ""},
        {"a size with a prefix", "0x5\r\nhello\r\n", 400, ""},
        {"a size with a space before", " 5\r\nhello\r\n", 400, ""},
        {"a size with a space behind", "5 \r\nhello\r\n", 400, ""},
        {"a size ended by a line feed", "5\nhello\r\n0\r\n\r\n", 400, ""},
        {"a size beyond 32 bits", "100000000\r\n", 400, ""},
        {"a chunk longer than its size", "4\r\nhello\r\n0\r\n\r\n", 400, ""},
        {"a chunk ended by a line feed", "5\r\nhello\n0\r\n\r\n", 400, ""},
        {"an extension with a bare line feed", "5;a\nb\r\nhello\r\n", 400, ""},
        {"a folded trailer", "0\r\nX: 1\r\n 2\r\n\r\n", 400, ""},
        {"a body beyond the bound", "100001\r\n", 413, ""},
        {"extensions without end", "5;" + std::string(20000, 'a'), 400, ""},
        {"trailers without end", "0\r\nX: " + std::string(20000, 'a'), 431, ""},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string(row.sentence));
        for (const std::size_t step : {row.bytes.size(), std::size_t{1}, std::size_t{3}}) {
            std::string rest;
            CHECK(verdict(row.bytes, step, rest) == row.status);
            if (row.status == 0)
                CHECK(rest == row.rest);
        }
    }
}

TEST_CASE("a body of a length takes just that much") {
    BodyFraming body = BodyFraming::by_length(5);
    std::string_view bytes = "hel";
    CHECK(body.consume(bytes) == Framing::incomplete);
    CHECK(bytes.empty());
    bytes = "loGET";
    CHECK(body.consume(bytes) == Framing::complete);
    CHECK(bytes == "GET");
    CHECK(body.size_bytes() == 5);
    BodyFraming none;
    CHECK(none.consume(bytes) == Framing::complete);
    CHECK(bytes == "GET");
}

TEST_CASE("many small chunks together may not pass the bound") {
    FramingLimits limits;
    limits.body_size_bytes_max = 8;
    BodyFraming body = BodyFraming::by_chunks(limits);
    std::string_view bytes = "5\r\nhello\r\n3\r\nabc\r\n1\r\n";
    CHECK(body.consume(bytes) == Framing::refused);
    CHECK(body.refusal().status == 413);
}
