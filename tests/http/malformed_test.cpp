// Ten thousand malformed requests from a seed, over real connections: whatever is sent, no answer is a server error,
// the file beside the web root is in none, ambiguous framing gets 400 and a closed connection, and the server lives.
//
// The seed is printed; DSTUDIO_SEED=n runs it again.
#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "tests/http/client.hpp"
#include "tests/http/running_server.hpp"

using namespace dstudio::http_test;

namespace {

constexpr int requests = 10'000;

class Generator {
  public:
    explicit Generator(unsigned seed) : random_(seed) {}

    // A request with at least one thing about its framing that two programs could read differently.
    std::string ambiguous() {
        switch (below(14)) {
            case 0:
                return post({"Content-Length: " + number(), "Transfer-Encoding: chunked"}, "0\r\n\r\n");
            case 1:
                return post({"Transfer-Encoding: " + pick(transfer_encodings)}, "0\r\n\r\n" + get("/"));
            case 2:
                return post({"Content-Length: " + number(), "Content-Length: " + number()}, body());
            case 3:
                return post({"Content-Length: " + number() + pick(list_separators) + number()}, body());
            case 4:
                return post({"Content-Length: " + pick(lengths)}, body());
            case 5:
                return with_line_end(pick(line_ends));
            case 6:
                return request_line() + "Host: a\r\n" + pick(folds) + "folded" + "\r\n\r\n";
            case 7:
                return request_line() + "Host: a\r\n" + pick(names_with_blanks) + "chunked\r\n\r\n";
            case 8:
                return request_line() + "Host: a\r\n" + pick(repeated_hosts) + "\r\n\r\n";
            case 9:
                return request_line() + "X: 1\r\n\r\n";
            case 10:
                return post({"Transfer-Encoding: chunked"}, pick(bad_chunks));
            case 11:
                return pick(methods) + pick(bad_blanks) + path() + " HTTP/1.1\r\nHost: a\r\n\r\n";
            case 12:
                return pick(methods) + " " + path() + " " + pick(bad_versions) + "\r\nHost: a\r\n\r\n";
            default:
                return request_line() + "Host: a\r\nX: a" + std::string(1, control()) + "b\r\n\r\n";
        }
    }

    // Anything: well-formed requests for strange addresses, fields and bodies, and what byte edits make of them.
    std::string anything() {
        std::string request = pick(methods) + " " + path() + " HTTP/1." + pick(minor_versions) + "\r\nHost: a\r\n";
        for (std::size_t n = below(5); n > 0; --n)
            request += pick(field_names) + ": " + value() + "\r\n";
        request += "\r\n";
        if (below(4) == 0)
            request += body();
        if (below(8) == 0)
            request += get(path());
        for (std::size_t n = below(3) == 0 ? 1 + below(6) : 0; n > 0; --n)
            edit(request);
        return request;
    }

  private:
    template <std::size_t size>
    using Texts = std::array<const char*, size>;

    static constexpr Texts<9> methods{"GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE", "DELETE", "BREW", "get"};
    static constexpr Texts<3> minor_versions{"1", "1", "0"};
    static constexpr Texts<12> transfer_encodings{
        "identity",  "gzip, chunked", "chunked, identity", "chunked, chunked",
        "xchunked",  "chunked;q=1",   "\"chunked\"",       "chunked\r\nTransfer-Encoding: identity",
        ", chunked", "chunked,",      "chu nked",          ""};
    static constexpr Texts<4> list_separators{",", ", ", " ", ";"};
    static constexpr Texts<11> lengths{"+5",   "-5",  "0x5", "5.0",     "5e0", "", "99999999999999999999",
                                       "five", "5 5", "5,5", "\xd9\xa5"};
    static constexpr Texts<6> line_ends{"\n", "\r", "\r\r\n", "\n\r", "\r\n\n", "\x0b\r\n"};
    static constexpr Texts<4> folds{" ", "\t", "X: 1\r\n ", "X:\r\n\t"};
    static constexpr Texts<6> names_with_blanks{
        "Transfer-Encoding : ",   "Transfer-Encoding\t: ", " Transfer-Encoding: ", "Transfer Encoding: ", ": ",
        "Transfer-Encoding\x01: "};
    static constexpr Texts<6> repeated_hosts{"Host: a", "host: b", "HOST:", "Host : a", "X\r\nHost: b", "Host: a, b"};
    static constexpr Texts<12> bad_chunks{"5\nhello\r\n0\r\n\r\n",
                                          "0x5\r\nhello\r\n0\r\n\r\n",
                                          "+5\r\nhello\r\n0\r\n\r\n",
                                          " 5\r\nhello\r\n0\r\n\r\n",
                                          "5 \r\nhello\r\n0\r\n\r\n",
                                          "-1\r\n\r\n",
                                          "fffffffff\r\n",
                                          "5\r\nhelloX\r\n0\r\n\r\n",
                                          "5\r\nhello\n0\r\n\r\n",
                                          "5;a\nb\r\nhello\r\n0\r\n\r\n",
                                          "\r\n0\r\n\r\n",
                                          "0\r\nX: 1\r\n 2\r\n\r\n"};
    static constexpr Texts<5> bad_blanks{"  ", "\t", " \t", "\x0c", ""};
    static constexpr Texts<8> bad_versions{"HTTP/1.2",  "HTTP/2.0",  "http/1.1", "HTTP/1.1 ",
                                           "HTTP/01.1", "HTTP/1.10", "HTTP1.1",  ""};
    static constexpr Texts<14> field_names{
        "Accept-Encoding", "If-None-Match", "Range",  "If-Range", "Cookie", "Content-Length", "Connection", "Expect",
        "X-Forwarded-For", "Upgrade",       "Accept", "TE",       "Via",    "Authorization"};
    static constexpr Texts<34> segments{"..",           ".",
                                        "%2e%2e",       "%2E.",
                                        "..%2f",        "..%5c",
                                        "..\\",         "%252e%252e",
                                        "%c0%ae%c0%ae", "....//",
                                        "secret.txt",   "site",
                                        "patterns",     "saga",
                                        "saga.html",    "api",
                                        "v1",           "search",
                                        "graph",        "%00",
                                        "%0d%0a",       "%",
                                        "%zz",          "%ff",
                                        "~root",        "etc",
                                        "passwd",       "",
                                        "healthz",      "metrics",
                                        "episodes",     "problems",
                                        "bulkhead",     "%2fetc%2fpasswd"};
    static constexpr Texts<12> queries{"?",           "?q=a",       "?q=%",        "?limit=-1",    "?cursor=zz",
                                       "?a=b&a=b",    "?q=%22",     "?q=a&kind=x", "?year_from=x", "?q=%00%ff",
                                       "?format=dot", "?q=-a+AND+("};
    static constexpr Texts<10> values{
        "gzip",         "*",      "\"",    "bytes=0-0", "bytes=-1,2-", "100-continue", "close, close",
        "upgrade, a b", "W/\"\"", ";;q=,,"};

    std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }

    template <std::size_t size>
    std::string pick(const Texts<size>& texts) {
        return texts[below(size)];
    }

    std::string number() { return std::to_string(below(64)); }
    std::string body() { return std::string(below(64), static_cast<char>('a' + below(26))); }
    std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"; }
    std::string request_line() { return pick(methods) + " " + path() + " HTTP/1.1\r\n"; }

    // One of the control bytes that are no line end and no tab.
    char control() {
        constexpr std::string_view controls("\0\x01\x07\x08\x0b\x0c\x0e\x1b\x1f\x7f", 10);
        return controls[below(controls.size())];
    }

    std::string path() {
        std::string text;
        for (std::size_t n = 1 + below(5); n > 0; --n)
            text += "/" + pick(segments);
        if (below(3) == 0)
            text += pick(queries);
        return text;
    }

    std::string value() {
        if (below(3) > 0)
            return pick(values);
        std::string text;
        for (std::size_t n = below(40); n > 0; --n)
            text += static_cast<char>(below(2) == 0 ? 0x21 + below(0x5e) : 0x80 + below(0x80));
        return text;
    }

    std::string post(const std::vector<std::string>& fields, const std::string& content) {
        std::string request = "POST " + path() + " HTTP/1.1\r\nHost: a\r\n";
        for (const std::string& field : fields)
            request += field + "\r\n";
        return request + "\r\n" + content;
    }

    std::string with_line_end(const std::string& line_end) {
        const std::array<std::string, 4> lines{"GET / HTTP/1.1", "Host: a", "X: 1", ""};
        const std::size_t odd = below(3);
        std::string request;
        for (std::size_t i = 0; i < lines.size(); ++i)
            request += lines[i] + (i == odd ? line_end : "\r\n");
        return request;
    }

    void edit(std::string& bytes) {
        const std::size_t at = below(bytes.size());
        switch (below(4)) {
            case 0:
                bytes[at] = static_cast<char>(below(256));
                break;
            case 1:
                bytes.erase(at, 1 + below(4));
                break;
            case 2:
                bytes.insert(at, 1 + below(3), static_cast<char>(below(256)));
                break;
            default:
                bytes.insert(at, bytes.substr(below(bytes.size()), below(20)));
                break;
        }
        if (bytes.empty())
            bytes = "x";
    }

    std::mt19937 random_;
};

std::string printable(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes.substr(0, 600)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f)
            text += c;
        else
            text += std::string("\\x") + digits[byte >> 4U] + digits[byte & 15U];
    }
    return text;
}

unsigned chosen_seed() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread is started
    if (const char* given = std::getenv("DSTUDIO_SEED"))
        return static_cast<unsigned>(std::strtoul(given, nullptr, 10));
    return std::random_device{}();
}

}  // namespace

TEST_CASE("ten thousand malformed requests hurt nobody") {
    const unsigned seed = chosen_seed();
    MESSAGE("seed " << seed);
    CAPTURE(seed);
    Generator generator(seed);
    const std::uint16_t port = shared_server().port();
    for (int i = 0; i < requests; ++i) {
        const bool is_ambiguous = i % 2 == 0;
        const std::string request = is_ambiguous ? generator.ambiguous() : generator.anything();
        Client client(port);
        client.send(request);
        client.finish_sending();
        const std::string answers = client.receive_until_close();
        const std::string sent = printable(request);
        CAPTURE(sent);
        const std::string got = printable(answers);
        CAPTURE(got);
        REQUIRE((answers.empty() || answers.starts_with("HTTP/1.1 ")));
        REQUIRE(answers.find("HTTP/1.1 5") == std::string::npos);
        REQUIRE(answers.find(secret) == std::string::npos);
        if (is_ambiguous) {
            REQUIRE(answers.starts_with("HTTP/1.1 400 "));
            REQUIRE(answers.find("\r\nConnection: close\r\n") != std::string::npos);
            REQUIRE(answers.find("HTTP/1.1 ", 1) == std::string::npos);  // nothing behind it was taken for a request
        }
    }
    CHECK(fetch(port, "/").body == "<h1>home</h1>");
    CHECK(fetch(port, "/metrics").body.find("code=\"5xx\"") == std::string::npos);
}
