// The web front end's files over real connections.
#include <doctest/doctest.h>

#include "tests/http/client.hpp"
#include "tests/http/running_server.hpp"

using namespace dstudio::http_test;

namespace {

Response get(std::string_view target, const std::string& fields = "") {
    return fetch(shared_server().port(), target, {"GET", fields});
}

}  // namespace

TEST_CASE("a page is served with its type, its policies and a validator") {
    const Response page = get("/");
    CHECK(page.status == 200);
    CHECK(page.body == "<h1>home</h1>");
    CHECK(page.field("content-type") == "text/html; charset=utf-8");
    CHECK(page.field("cache-control") == "no-cache");
    CHECK(page.field("x-content-type-options") == "nosniff");
    CHECK(page.field("referrer-policy") == "strict-origin-when-cross-origin");
    CHECK(page.field("content-security-policy") ==
          "frame-ancestors 'none'; base-uri 'self'; object-src 'none'; form-action 'self'");
    CHECK(page.field("cross-origin-opener-policy") == "same-origin");
    CHECK_FALSE(page.field("permissions-policy").empty());
    CHECK_FALSE(page.field("date").empty());
    CHECK(page.field("etag").size() == 18);
}

TEST_CASE("a page that has not changed is not sent again") {
    const std::string etag = get("/patterns").field("etag");
    const Response unchanged = get("/patterns", "If-None-Match: \"x\", W/" + etag + "\r\n");
    CHECK(unchanged.status == 304);
    CHECK(unchanged.body.empty());
    CHECK(unchanged.field("etag") == etag);
    CHECK(unchanged.field("content-length").empty());
    CHECK(get("/patterns", "If-None-Match: \"x\"\r\n").status == 200);
}

TEST_CASE("the coding that the client likes best is sent, with an entity tag of its own") {
    const Response plain = get("/patterns/saga");
    CHECK(plain.body == "<h1>saga</h1>");
    CHECK(plain.field("vary") == "Accept-Encoding");
    CHECK(plain.field("content-encoding").empty());
    const Response brotli = get("/patterns/saga", "Accept-Encoding: gzip, deflate, br\r\n");
    CHECK(brotli.body == "saga in brotli");
    CHECK(brotli.field("content-encoding") == "br");
    CHECK(brotli.field("content-type") == "text/html; charset=utf-8");
    const Response gzip = get("/patterns/saga", "Accept-Encoding: gzip\r\nAccept-Encoding: br;q=0.1\r\n");
    CHECK(gzip.body == "saga in gzip");
    CHECK(gzip.field("etag") != brotli.field("etag"));
    CHECK(get("/patterns/saga", "Accept-Encoding: br\r\nIf-None-Match: " + gzip.field("etag") + "\r\n").status == 200);
    CHECK(get("/patterns/saga.html.br").status == 404);
}

TEST_CASE("what is named by its content may be kept for ever") {
    const Response script = get("/_app/immutable/entry/start.abc.js");
    CHECK(script.status == 200);
    CHECK(script.field("cache-control") == "public, max-age=31536000, immutable");
    CHECK(script.field("content-type") == "text/javascript; charset=utf-8");
    CHECK(script.field("content-security-policy").empty());
}

TEST_CASE("addresses are clean: file names and trailing slashes move there for good, with their query") {
    for (const auto& [from, to] : {std::pair("/index.html", "/"),
                                   {"/patterns.html", "/patterns"},
                                   {"/patterns/", "/patterns"},
                                   {"/patterns/saga.html?a=b", "/patterns/saga?a=b"},
                                   {"/patterns/saga/?a=/%2f", "/patterns/saga?a=/%2f"},
                                   {"/%70atterns/", "/patterns"}}) {
        CAPTURE(std::string(from));
        const Response moved = get(from);
        CHECK(moved.status == 308);
        CHECK(moved.field("location") == to);
    }
    CHECK(get("/%70atterns/saga").body == "<h1>saga</h1>");
    CHECK(get("/patterns/saga?any=thing").body == "<h1>saga</h1>");
}

TEST_CASE("what is not there is said by the site's own page, for programs by a problem") {
    const Response page = get("/nothing/here");
    CHECK(page.status == 404);
    CHECK(page.body == "<h1>not here</h1>");
    CHECK(page.field("content-type") == "text/html; charset=utf-8");
    CHECK(get("/404").status == 404);
    CHECK(get("//patterns").status == 404);
    CHECK(get("//example.org/").status == 404);
    CHECK(get("/.hidden").status == 404);
    const Response problem = get("/api/v2");
    CHECK(problem.status == 404);
    CHECK(problem.field("content-type") == "application/problem+json");
}

TEST_CASE("no path leads out of the web root") {
    for (const char* path :
         {"/../secret.txt", "/patterns/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
          "/%2e%2e%2fsecret.txt", "/..%5csecret.txt", "/..\\secret.txt", "/.%2e/secret.txt", "/%252e%252e/secret.txt",
          "/%c0%ae%c0%ae/secret.txt", "/secret.txt%00.html", "/patterns/saga%00", "/./secret.txt", "/.hidden",
          "/....//secret.txt", "http://test/../secret.txt"}) {
        CAPTURE(std::string(path));
        const Response response = get(path);
        CHECK((response.status == 400 || response.status == 404));
        CHECK(response.body.find(secret) == std::string::npos);
    }
}

TEST_CASE("a part of a large file can be had") {
    const Response whole = get("/large.bin");
    CHECK(whole.body.size() == 3'000'000);
    CHECK(whole.field("accept-ranges") == "bytes");
    const Response part = get("/large.bin", "Range: bytes=1000000-1000009\r\n");
    CHECK(part.status == 206);
    CHECK(part.body == "xxxxxxxxxx");
    CHECK(part.field("content-range") == "bytes 1000000-1000009/3000000");
    const Response none = get("/large.bin", "Range: bytes=3000000-\r\n");
    CHECK(none.status == 416);
    CHECK(none.field("content-range") == "bytes */3000000");
    CHECK(get("/large.bin", "Range: bytes=0-1,3-4\r\n").status == 200);
    CHECK(get("/large.bin", "Range: bytes=0-1\r\nIf-Range: \"old\"\r\n").status == 200);
}
