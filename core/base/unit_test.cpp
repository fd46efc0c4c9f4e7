#include "core/base/unit.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/base/random.hpp"

namespace base = dstudio::base;

TEST_CASE("units that people type have their dimension and scale") {
    struct Row {
        const char* text;
        double in_base;
        const char* dimension;
    };
    for (const Row& row : {Row{"ms", 1e-3, "s"},
                           Row{"h", 3600, "s"},
                           Row{"/s", 1, "1/s"},
                           Row{"1/s", 1, "1/s"},
                           Row{"rpm", 1.0 / 60, "1/s"},
                           Row{"req/s", 1, "1/s"},
                           Row{"KiB", 1024, "B"},
                           Row{"GiB/s", 1073741824, "B/s"},
                           Row{"Gbps", 125e6, "B/s"},
                           Row{"%", 0.01, "1"},
                           Row{"$/h", 1.0 / 3600, "USD/s"},
                           Row{"USD/(GB h)", 1 / (1e9 * 3600), "USD/(B s)"},
                           Row{"m^2", 1, "m^2"},
                           Row{"1/s^2", 1, "1/s^2"},
                           Row{"km", 1000, "m"},
                           Row{"kWh", 3.6e6, "kg m^2/s^2"},
                           Row{"J/K", 1, "kg m^2/(K s^2)"},
                           Row{"1", 1, "1"},
                           Row{"d", 86400, "s"},
                           Row{"year", 31536000, "s"},
                           Row{"GB month", 1e9 * 2592000, "B s"}}) {
        CAPTURE(std::string(row.text));
        const auto unit = base::parse_unit(row.text);
        REQUIRE(unit);
        CHECK(unit->to_base(1) == doctest::Approx(row.in_base).epsilon(1e-15));
        CHECK(base::dimension_text(unit->dimension) == row.dimension);
    }
}

TEST_CASE("what is no unit is refused with what is wrong and a way out") {
    for (const char* text : {"", "sx", "m//s", "m/", "(m", "m)", "m^", "m^99", "1 2", "ms ^2 x", "((((((s))))))"}) {
        CAPTURE(std::string(text));
        const auto unit = base::parse_unit(text);
        REQUIRE_FALSE(unit.has_value());
        CHECK_FALSE(unit.error().hint.empty());
    }
    CHECK(base::parse_unit("mss").error().hint == "did you mean 'ms'?");
    CHECK_FALSE(base::parse_unit(std::string(100, 's')).has_value());
}

TEST_CASE("conversions that are exact stay exact") {
    CHECK(base::find_unit("%")->to_base(99.5) == 0.995);
    CHECK(base::find_unit("ms")->to_base(250) == 0.25);
    CHECK(base::find_unit("us")->to_base(3) == 3e-6);
    CHECK(base::parse_unit("1/min")->to_base(90) == 1.5);
}

TEST_CASE(
    "every symbol parses as a unit, and converting there and back gives the number, to one unit in the last place") {
    base::RandomStream stream(11, "conversions");
    for (const std::string_view symbol : base::unit_symbols()) {
        const auto unit = base::parse_unit(symbol);
        REQUIRE_MESSAGE(unit.has_value(), std::string(symbol));
        for (int i = 0; i < 200; ++i) {
            const double x = std::ldexp(stream.uniform_open(), static_cast<int>(stream.below(80)) - 40);
            const double back = unit->from_base(unit->to_base(x));
            CHECK(std::fabs(back - x) <= 4 * std::nextafter(x, 2 * x) - 4 * x);
        }
    }
}

TEST_CASE("dimensions multiply, divide, and take roots that stay exact") {
    const base::Dimension time = base::parse_unit("s")->dimension;
    const base::Dimension data = base::parse_unit("B")->dimension;
    CHECK(data / time == base::parse_unit("B/s")->dimension);
    CHECK((data / time) * time == data);
    CHECK(base::power(time, 2) == base::parse_unit("s^2")->dimension);
    CHECK(base::power(*base::power(time, 1.0 / 2), 2) == time);
    CHECK(base::power(*base::power(time, 1.0 / 4), 4) == time);
    CHECK_FALSE(base::power(time, 0.7).has_value());
    CHECK_FALSE(base::power(time, 1e9).has_value());
    CHECK_FALSE(base::power(time, std::nan("")).has_value());
}

TEST_CASE("quantities are written as a person would read them") {
    const auto text = [](double value, const char* dimension) {
        return base::quantity_text(value, base::parse_unit(dimension)->dimension, 3);
    };
    CHECK(text(0.0042, "s") == "4.2 ms");
    CHECK(text(90, "s") == "1.5 min");
    CHECK(text(80, "s") == "80 s");
    CHECK(text(2e-7, "s") == "200 ns");
    CHECK(text(3 * 1024.0 * 1024, "B") == "3 MiB");
    CHECK(text(8, "1/s") == "8/s");
    CHECK(text(0.5, "1") == "0.5");
    CHECK(text(std::nan(""), "s") == "undefined");
    CHECK(text(INFINITY, "s") == "unbounded");
    const base::Unit percent = *base::find_unit("%");
    CHECK(base::quantity_text(0.409, {}, 3, &percent) == "40.9 %");
}
