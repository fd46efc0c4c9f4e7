#include "core/base/number.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/random.hpp"

namespace base = dstudio::base;

TEST_CASE("the longest number at the start of a text is read") {
    struct Row {
        const char* text;
        double value;
        std::size_t size;
    };
    for (const Row& row : {Row{"12", 12, 2}, Row{"0.5x", 0.5, 3}, Row{".5", 0.5, 2}, Row{"1e-3", 1e-3, 4},
                           Row{"1_000", 1000, 5}, Row{"1__0", 1, 1}, Row{"1_", 1, 1}, Row{"1..5", 1, 1},
                           Row{"1.5.2", 1.5, 3}, Row{"2e", 2, 1}, Row{"2e+x", 2, 1}, Row{"3.", 3, 2}}) {
        CAPTURE(std::string(row.text));
        const auto read = base::read_number(row.text);
        REQUIRE(read);
        CHECK(read->value == row.value);
        CHECK(read->size_bytes == row.size);
    }
    for (const char* none : {"", "x1", ".", "-1", "e5", "_1"})
        CHECK_FALSE(base::read_number(none).has_value());
}

TEST_CASE("what is beyond the doubles becomes infinity or a zero that remembers its digits") {
    CHECK(std::isinf(base::read_number("1e400")->value));
    CHECK(base::read_number("1e-400")->value == 0);
    CHECK(base::read_number("1e-400")->has_nonzero_digit);
    CHECK_FALSE(base::read_number("0.000")->has_nonzero_digit);
}

TEST_CASE("the shortest decimal of any double reads back as that double") {
    base::RandomStream stream(7, "doubles");
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t bits = stream.next_u64() & 0x7fffffffffffffffULL;
        double value = 0;
        std::memcpy(&value, &bits, sizeof value);
        if (!std::isfinite(value))
            continue;
        const std::string text = base::shortest_decimal(value);
        const auto read = base::read_number(text);
        REQUIRE_MESSAGE(read.has_value(), text);
        CHECK_MESSAGE(read->value == value, text);
        CHECK(read->size_bytes == text.size());
    }
}

TEST_CASE("rounding keeps significant digits and drops zeros behind the point") {
    CHECK(base::rounded_decimal(0.40918, 3) == "0.409");
    CHECK(base::rounded_decimal(12345, 3) == "12345");
    CHECK(base::rounded_decimal(1.50, 6) == "1.5");
    CHECK(base::rounded_decimal(-0.0001234567, 3) == "-0.000123");
    CHECK(base::rounded_decimal(1.23456e-9, 3) == "1.23e-09");
    CHECK(base::rounded_decimal(0, 3) == "0");
    CHECK(base::rounded_decimal(std::numeric_limits<double>::infinity(), 3) == "inf");
}
