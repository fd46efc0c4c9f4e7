#include "apps/http/framing_guard.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace dstudio::http;

namespace {

struct Row {
    const char* sentence;
    std::string bytes;
    int status;  // 0: accepted
};

const std::string get = "GET / HTTP/1.1\r\n";
const std::string host = "Host: a\r\n";

const std::vector<Row>& rows() {
    static const std::vector<Row> table{
        {"a plain request", get + host + "\r\n", 0},
        {"HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 0},
        {"one empty line before the request line", "\r\n" + get + host + "\r\n", 0},
        {"an absolute target", "GET http://a/b HTTP/1.1\r\n" + host + "\r\n", 0},
        {"an asterisk with OPTIONS", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", 0},
        {"an authority with CONNECT", "CONNECT a:1 HTTP/1.1\r\n" + host + "\r\n", 0},
        {"an empty value", get + host + "X:\r\n\r\n", 0},
        {"tabs around a value", get + host + "X:\t1\t\r\n\r\n", 0},
        {"bytes above ASCII in a value", get + host + "X: \xc3\xa9\r\n\r\n", 0},
        {"an empty Host", get + "Host:\r\n\r\n", 0},
        {"chunked in capitals", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: CHUNKED\r\n\r\n", 0},
        {"a length of zero", get + host + "Content-Length: 0\r\n\r\n", 0},

        {"two empty lines before the request line", "\r\n\r\n" + get + host + "\r\n", 400},
        {"a bare line feed after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
        {"a bare line feed after a field", get + "Host: a\nX: 1\r\n\r\n", 400},
        {"a bare line feed at the end", get + host + "\n", 400},
        {"a bare carriage return in a value", get + "Host: a\rX: 1\r\n\r\n", 400},
        {"two carriage returns", get + "Host: a\r\r\n\r\n", 400},
        {"a folded line", get + host + "X: 1\r\n 2\r\n\r\n", 400},
        {"a folded line with a tab", get + host + "X: 1\r\n\t2\r\n\r\n", 400},
        {"a fold right after the request line", get + " Host: a\r\n\r\n", 400},
        {"white space before the colon", get + "Host : a\r\n\r\n", 400},
        {"a field without a colon", get + host + "X\r\n\r\n", 400},
        {"a field without a name", get + host + ": 1\r\n\r\n", 400},
        {"a NUL in a value", get + host + std::string("X: a\0b\r\n\r\n", 10), 400},
        {"a DEL in a value", get + host + "X: \x7f\r\n\r\n", 400},
        {"a vertical tab before chunked",
         get + host +
             "Transfer-Encoding: \x0b"
             "chunked\r\n\r\n",
         400},
        {"two spaces before the target", "GET  / HTTP/1.1\r\n" + host + "\r\n", 400},
        {"two spaces behind the target", "GET /  HTTP/1.1\r\n" + host + "\r\n", 400},
        {"a tab in the request line", "GET\t/ HTTP/1.1\r\n" + host + "\r\n", 400},
        {"a space behind the version", "GET / HTTP/1.1 \r\n" + host + "\r\n", 400},
        {"a space before the method", " GET / HTTP/1.1\r\n" + host + "\r\n", 400},
        {"a method that is no token", "G(T / HTTP/1.1\r\n" + host + "\r\n", 400},
        {"no version", "GET /\r\n\r\n", 400},
        {"HTTP/0.9", "GET\r\n\r\n", 400},
        {"HTTP/2.0", "PRI * HTTP/2.0\r\n\r\n", 400},
        {"HTTP/1.2", "GET / HTTP/1.2\r\n" + host + "\r\n", 400},
        {"HTTP in small letters", "GET / http/1.1\r\n" + host + "\r\n", 400},
        {"a target that is no path", "GET a HTTP/1.1\r\n" + host + "\r\n", 400},
        {"an asterisk with GET", "GET * HTTP/1.1\r\n" + host + "\r\n", 400},
        {"another scheme", "GET file:///etc/passwd HTTP/1.1\r\n" + host + "\r\n", 400},
        {"a fragment", "GET /#a HTTP/1.1\r\n" + host + "\r\n", 400},
        {"a target above ASCII", "GET /\xc3\xa9 HTTP/1.1\r\n" + host + "\r\n", 400},
        {"no Host", get + "\r\n", 400},
        {"two Hosts", get + host + host + "\r\n", 400},
        {"two Hosts in one", get + "Host: a, b\r\n\r\n", 400},
        {"a Host with a path", get + "Host: a/b\r\n\r\n", 400},
        {"two equal lengths", get + host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
        {"two different lengths", get + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        {"a list of lengths", get + host + "Content-Length: 1, 1\r\n\r\n", 400},
        {"a length with a sign", get + host + "Content-Length: +1\r\n\r\n", 400},
        {"a negative length", get + host + "Content-Length: -1\r\n\r\n", 400},
        {"a hexadecimal length", get + host + "Content-Length: 0x1\r\n\r\n", 400},
        {"an empty length", get + host + "Content-Length:\r\n\r\n", 400},
        {"a length beyond 64 bits", get + host + "Content-Length: 18446744073709551617\r\n\r\n", 400},
        {"length and chunks", get + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"chunks and length", get + host + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
        {"two transfer encodings", get + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
         400},
        {"a list of transfer encodings", get + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", 400},
        {"chunked that is not last", get + host + "Transfer-Encoding: chunked, identity\r\n\r\n", 400},
        {"another transfer encoding", get + host + "Transfer-Encoding: identity\r\n\r\n", 400},
        {"a transfer encoding that looks like chunked", get + host + "Transfer-Encoding: xchunked\r\n\r\n", 400},
        {"chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"a body beyond the bound", get + host + "Content-Length: 1048577\r\n\r\n", 413},
        {"a target beyond the bound", "GET /" + std::string(8192, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414},
        {"a request line without end", "GET /" + std::string(15000, 'a'), 414},
        {"a header block beyond the bound", get + host + "X: " + std::string(16384, 'a') + "\r\n\r\n", 431},
        {"a header block without end", get + host + "X: " + std::string(20000, 'a'), 431},
    };
    return table;
}

// What the guard says of the bytes, given whole or one by one.
int verdict(std::string_view bytes, std::size_t step) {
    FramingGuard guard(FramingLimits{});
    for (std::size_t size = std::min(step, bytes.size());; size = std::min(size + step, bytes.size())) {
        switch (guard.inspect(bytes.substr(0, size))) {
            case Framing::complete:
                CHECK(guard.header_end() <= size);
                return 0;
            case Framing::refused:
                CHECK_FALSE(guard.refusal().reason.empty());
                return guard.refusal().status;
            case Framing::incomplete:
                break;
        }
        if (size == bytes.size())
            return -1;
    }
}

}  // namespace

TEST_CASE("the guard accepts what has one reading and refuses the rest, however it is cut into packets") {
    for (const Row& row : rows()) {
        CAPTURE(std::string(row.sentence));
        CHECK(verdict(row.bytes, row.bytes.size()) == row.status);
        CHECK(verdict(row.bytes, 1) == row.status);
        CHECK(verdict(row.bytes, 7) == row.status);
    }
}

TEST_CASE("a hundred fields are accepted, one more is refused") {
    std::string fields = host;
    for (int i = 1; i < 100; ++i)
        fields += "X: 1\r\n";
    CHECK(verdict(get + fields + "\r\n", 4096) == 0);
    CHECK(verdict(get + fields + "X: 1\r\n\r\n", 4096) == 431);
}

TEST_CASE("a header block may be as long as the bound, not longer") {
    const FramingLimits limits;
    const std::string head = get + host + "X: ";
    const std::size_t room = limits.header_size_bytes_max - head.size() - 4;
    CHECK(verdict(head + std::string(room, 'a') + "\r\n\r\n", 4096) == 0);
    CHECK(verdict(head + std::string(room + 4, 'a') + "\r\n\r\n", 4096) == 431);
}

TEST_CASE("the guard says where the block ends and what follows it") {
    FramingGuard guard(FramingLimits{});
    const std::string first = "\r\nPOST / HTTP/1.1\r\n" + host + "Content-Length: 12\r\n\r\n";
    REQUIRE(guard.inspect(first + "hello") == Framing::complete);
    CHECK(guard.header_begin() == 2);
    CHECK(guard.header_end() == first.size());
    CHECK(guard.content_length() == 12);
    CHECK_FALSE(guard.chunked());
    guard.reset();
    CHECK(guard.inspect("GET") == Framing::incomplete);
    CHECK(guard.started());
}

TEST_CASE("nothing and a lone empty line are no start of a request") {
    FramingGuard guard(FramingLimits{});
    CHECK(guard.inspect("") == Framing::incomplete);
    CHECK_FALSE(guard.started());
    CHECK(guard.inspect("\r\n") == Framing::incomplete);
    CHECK_FALSE(guard.started());
}

TEST_CASE("any bytes get the same verdict at once and one by one") {
    std::random_device device;
    const unsigned seed = device();
    CAPTURE(seed);
    std::mt19937 random(seed);
    const std::string alphabet = std::string("GET / HTTP/1.1\r\n\r\n: aHost\n\t\0\x7f,;%", 31);
    for (int round = 0; round < 2000; ++round) {
        std::string bytes = rows()[random() % rows().size()].bytes.substr(0, 400);
        for (unsigned edits = random() % 4; edits > 0; --edits)
            bytes[random() % bytes.size()] = alphabet[random() % alphabet.size()];
        CAPTURE(bytes);
        CHECK(verdict(bytes, bytes.size()) == verdict(bytes, 1));
    }
}
