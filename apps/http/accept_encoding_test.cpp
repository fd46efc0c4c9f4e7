#include "apps/http/accept_encoding.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace dstudio::http;

namespace {

std::string order(std::string_view value) {
    const EncodingPreference preference = parse_accept_encoding(value);
    std::string text;
    for (std::uint8_t i = 0; i < preference.count; ++i)
        text +=
            (i > 0 ? " " : "") +
            std::string(preference.order[i] == Encoding::identity ? "identity" : encoding_name(preference.order[i]));
    return text;
}

}  // namespace

TEST_CASE("codings are tried in the order of their weights, Brotli first among equals, identity at the latest last") {
    const std::vector<std::pair<const char*, const char*>> rows{
        {"", "identity"},
        {"gzip", "gzip identity"},
        {"br", "br identity"},
        {"gzip, deflate, br", "br gzip identity"},
        {"gzip;q=1.0, br;q=0.5", "gzip br identity"},
        {"br;q=0, gzip", "gzip identity"},
        {"*", "br gzip identity"},
        {"*;q=0", "identity"},
        {"gzip, *;q=0", "gzip identity"},
        {"identity;q=0.5, gzip;q=0.2", "identity gzip"},
        {"identity, gzip;q=0.999", "identity gzip"},
        {"identity;q=0, gzip;q=0.001", "gzip identity"},
        {"GZIP , BR ; q=0.8", "gzip br identity"},
        {"x-gzip", "gzip identity"},
        {"gzip;q=2, br", "br identity"},
        {"gzip;q=, br;level=1", "identity"},
        {"gzip;q=0.0001", "identity"},
        {",,, gzip ,,", "gzip identity"},
        {"zstd, deflate", "identity"},
    };
    for (const auto& [value, expected] : rows) {
        CAPTURE(std::string(value));
        CHECK(order(value) == expected);
    }
}

TEST_CASE("different preferences have different codes") {
    CHECK(parse_accept_encoding("gzip").code != parse_accept_encoding("br").code);
    CHECK(parse_accept_encoding("gzip, br").code != parse_accept_encoding("gzip, br;q=0.5").code);
    CHECK(parse_accept_encoding("gzip, br").code == parse_accept_encoding("br, gzip, deflate").code);
}
