#include "core/base/date.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace dstudio::base;

TEST_CASE("dates may stop at the year or the month") {
    CHECK(parse_partial_date("2012") == PartialDate{2012, 0, 0});
    CHECK(parse_partial_date("2012-08") == PartialDate{2012, 8, 0});
    CHECK(parse_partial_date("2012-08-01") == PartialDate{2012, 8, 1});
    CHECK(parse_partial_date("2000-02-29") == PartialDate{2000, 2, 29});
}

TEST_CASE("what the calendar does not have is refused") {
    for (const std::string_view bad :
         {"", "12", "2012-", "2012-8", "2012-13", "2012-00", "2012-02-30", "1900-02-29", "2012/08/01", "0000",
          "2012-08-01T", "20a2", "2012-08-32", "2012-08-00", "-012"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_partial_date(bad));
    }
}
