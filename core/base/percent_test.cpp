#include "core/base/percent.hpp"

#include <doctest/doctest.h>

using namespace dstudio::base;

TEST_CASE("decoding undoes encoding for any text") {
    for (const std::string_view text : {"", "plain", "a b+c%d/e?f&g=h", "Paxos \xE2\x86\x92 Raft"}) {
        CHECK(percent_decode(percent_encode(text), PlusSign::literal).value() == text);
        CHECK(percent_decode(percent_encode(text), PlusSign::space).value() == text);
    }
}

TEST_CASE("a plus is a space only in form fields") {
    CHECK(percent_decode("a+b", PlusSign::space).value() == "a b");
    CHECK(percent_decode("a+b", PlusSign::literal).value() == "a+b");
}

TEST_CASE("broken escapes, NUL and bytes that are not UTF-8 are refused with the place") {
    for (const std::string_view bad : {"%", "%4", "%zz", "abc%g1", "%00", "%ff", "%c0%af"}) {
        CAPTURE(bad);
        const auto decoded = percent_decode(bad, PlusSign::literal);
        REQUIRE_FALSE(decoded);
        CHECK(decoded.error().code == ErrorCode::invalid_argument);
    }
    CHECK(percent_decode("abc%g1", PlusSign::literal).error().message ==
          "'%' at offset 3 is not followed by two hexadecimal digits");
}

TEST_CASE("a query string becomes its fields in order") {
    const auto fields = parse_query("q=thundering+herd&kind=incident&&flag&x=a%3Db").value();
    REQUIRE(fields.size() == 4);
    CHECK(fields[0] == std::pair<std::string, std::string>{"q", "thundering herd"});
    CHECK(fields[2] == std::pair<std::string, std::string>{"flag", ""});
    CHECK(fields[3].second == "a=b");
    CHECK(parse_query("").value().empty());
    CHECK_FALSE(parse_query("a=%"));
}
