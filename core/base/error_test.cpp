#include "core/base/error.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string_view>

using namespace dstudio::base;

TEST_CASE("every error code has its row, its own wire name, a status and an exit code that a door can use") {
    std::set<std::string_view> names;
    for (const ErrorKind& kind : error_table()) {
        CHECK(&error_kind(kind.code) == &kind);
        CHECK(names.insert(kind.wire_name).second);
        CHECK(kind.http_status >= 400);
        CHECK(kind.http_status < 600);
        CHECK(kind.exit_code >= 1);
        CHECK(kind.exit_code <= 3);
        CHECK_FALSE(kind.title.empty());
    }
}

TEST_CASE("a failed result carries code, message and hint") {
    const Result<int> result =
        fail(ErrorCode::not_found, "no pattern 'circut-breaker'", "did you mean 'circuit-breaker'?");
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::not_found);
    CHECK(result.error().message == "no pattern 'circut-breaker'");
    CHECK(result.error().hint == "did you mean 'circuit-breaker'?");
}
