#include "apps/http/conditional.hpp"

#include <doctest/doctest.h>

using namespace dstudio::http;

namespace {

AnswerPtr ten_bytes() {
    auto answer = std::make_shared<Answer>();
    answer->storage = "0123456789";
    answer->etag = "\"e\"";
    answer->has_ranges = true;
    return answer;
}

Request get_request() {
    Request request;
    request.method = Method::get;
    return request;
}

}  // namespace

TEST_CASE("an entity tag is found in lists, weak or strong, and not in parts of others") {
    CHECK(etag_listed("\"a\"", "\"a\""));
    CHECK(etag_listed("W/\"a\"", "\"a\""));
    CHECK(etag_listed("\"b\", \"a\"", "\"a\""));
    CHECK(etag_listed("\"b,c\",W/\"a\"", "\"a\""));
    CHECK(etag_listed(" * ", "\"a\""));
    CHECK_FALSE(etag_listed("\"ab\"", "\"a\""));
    CHECK_FALSE(etag_listed("a", "\"a\""));
    CHECK_FALSE(etag_listed("\"a", "\"a\""));
    CHECK_FALSE(etag_listed("", "\"a\""));
}

TEST_CASE("one range of bytes is read, several or malformed ones are ignored") {
    const auto is = [](std::string_view field, std::size_t first, std::size_t size) {
        const auto range = parse_range(field, 10);
        return range && range->first == first && range->size == size;
    };
    CHECK(is("bytes=0-0", 0, 1));
    CHECK(is("bytes=2-5", 2, 4));
    CHECK(is("bytes=2-", 2, 8));
    CHECK(is("bytes=-3", 7, 3));
    CHECK(is("bytes=-99", 0, 10));
    CHECK(is("bytes=9-99", 9, 1));
    CHECK(parse_range("bytes=10-", 10)->size == 0);
    CHECK(parse_range("bytes=-0", 10)->size == 0);
    CHECK(parse_range("bytes=0-", 0)->size == 0);
    for (const char* ignored : {"bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=1-2,4-5", "lines=1-2",
                                "bytes 1-2", "bytes=+1-2", "bytes=1--2", "bytes=99999999999999999999-"}) {
        CAPTURE(std::string(ignored));
        CHECK_FALSE(parse_range(ignored, 10).has_value());
    }
}

TEST_CASE("a reply is whole, a part, not modified, or not satisfiable") {
    Request request = get_request();
    CHECK(reply_to(request, ten_bytes(), 0).status == 200);
    request.range = "bytes=2-3";
    Reply part = reply_to(request, ten_bytes(), 0);
    CHECK(part.status == 206);
    CHECK(part.body == "23");
    CHECK(part.content_length == 2);
    CHECK(part.extra_fields == "Content-Range: bytes 2-3/10\r\n");
    request.if_range = "\"other\"";
    CHECK(reply_to(request, ten_bytes(), 0).status == 200);
    request.if_range = "W/\"e\"";
    CHECK(reply_to(request, ten_bytes(), 0).status == 200);
    request.if_range = "\"e\"";
    CHECK(reply_to(request, ten_bytes(), 0).status == 206);
    request.range = "bytes=10-";
    CHECK(reply_to(request, ten_bytes(), 0).status == 416);
    request.if_none_match = "\"e\"";
    const Reply unchanged = reply_to(request, ten_bytes(), 0);
    CHECK(unchanged.status == 304);
    CHECK(unchanged.body.empty());
    CHECK_FALSE(unchanged.has_content_length);
}

TEST_CASE("HEAD gets the length without the body, and no parts") {
    Request request = get_request();
    request.method = Method::head;
    request.range = "bytes=2-3";
    const Reply reply = reply_to(request, ten_bytes(), 0);
    CHECK(reply.status == 200);
    CHECK(reply.body.empty());
    CHECK(reply.content_length == 10);
}
