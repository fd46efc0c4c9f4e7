#include "apps/http/target.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace dstudio::http;

TEST_CASE("a target is a path and a query, whatever its form") {
    struct Row {
        const char* target;
        const char* path;
        const char* query;
    };
    for (const Row& row : std::vector<Row>{{"/", "/", ""},
                                           {"/a/b?c=d", "/a/b", "c=d"},
                                           {"/a?", "/a", ""},
                                           {"/a?b?c", "/a", "b?c"},
                                           {"//a", "//a", ""},
                                           {"*", "*", ""},
                                           {"http://host", "/", ""},
                                           {"http://host?a", "/", "a"},
                                           {"HTTP://host:80/a?b", "/a", "b"},
                                           {"https://host/http://other", "/http://other", ""},
                                           {"host:443", "/", ""}}) {
        CAPTURE(std::string(row.target));
        CHECK(split_target(row.target).path == row.path);
        CHECK(split_target(row.target).query == row.query);
    }
}

TEST_CASE("segments are decoded one by one") {
    CHECK(*decode_path("/") == std::vector<std::string>{""});
    CHECK(*decode_path("/a/b%20c") == std::vector<std::string>{"a", "b c"});
    CHECK(*decode_path("/a//b/") == std::vector<std::string>{"a", "", "b", ""});
    CHECK(*decode_path("/%C3%A9") == std::vector<std::string>{"\xc3\xa9"});
    CHECK(*decode_path("/a+b/...") == std::vector<std::string>{"a+b", "..."});
}

TEST_CASE("a path that could mean another file is refused") {
    for (const char* path : {"/..",    "/a/../b", "/.",    "/a/.", "/%2e%2e/a",  "/%2E.", "/a%2fb",
                             "/a%2Fb", "/a%5cb",  "/a\\b", "/%00", "/a%00.html", "/%",    "/%4",
                             "/%zz",   "/%c0%ae", "/%ff",  "/%c3", "/%0a",       "/%7f",  "/%ed%a0%80"}) {
        CAPTURE(std::string(path));
        const auto decoded = decode_path(path);
        REQUIRE_FALSE(decoded.has_value());
        CHECK(decoded.error().code == dstudio::base::ErrorCode::invalid_argument);
    }
}

TEST_CASE("a path is decoded once: what is encoded twice stays encoded") {
    CHECK(*decode_path("/%252e%252e") == std::vector<std::string>{"%2e%2e"});
}
