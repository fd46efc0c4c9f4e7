#include "core/base/csv.hpp"

#include <doctest/doctest.h>

#include "core/base/random.hpp"

using namespace dstudio::base;

namespace {

using Records = std::vector<std::vector<std::string>>;

Records records_of(std::string_view text) {
    Records records;
    CsvReader reader(text);
    while (reader.next()) {
        records.emplace_back();
        for (const CsvField& field : reader.fields())
            records.back().emplace_back(field.text);
    }
    REQUIRE_FALSE(reader.mistake());
    return records;
}

CsvMistake mistake_of(std::string_view text) {
    CsvReader reader(text);
    while (reader.next()) {
    }
    REQUIRE(reader.mistake());
    return *reader.mistake();
}

std::string written(const std::string& field) {
    if (!field.empty() && field.find_first_of(",\"\r\n") == std::string::npos)
        return field;
    std::string text = "\"";
    for (const char c : field)
        text += c == '"' ? "\"\"" : std::string(1, c);
    return text + "\"";
}

}  // namespace

TEST_CASE("records and fields as section 2 of RFC 4180 has them") {
    CHECK(records_of("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n") == Records{{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}});
    CHECK(records_of("aaa,bbb,ccc\r\nzzz,yyy,xxx") == Records{{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}});
    CHECK(records_of("\"aaa\",\"b \r\nbb\",\"ccc\"\r\nzzz,yyy,xxx") ==
          Records{{"aaa", "b \r\nbb", "ccc"}, {"zzz", "yyy", "xxx"}});
    CHECK(records_of("\"aaa\",\"b\"\"bb\",\"ccc\"") == Records{{"aaa", "b\"bb", "ccc"}});
    CHECK(records_of("a b , c\n") == Records{{"a b ", " c"}});  // spaces are part of a field
}

TEST_CASE("empty texts, lines and fields") {
    CHECK(records_of("").empty());
    CHECK(records_of("\n\r\n\n").empty());
    CHECK(records_of("\xef\xbb\xbf"
                     "a\n\nb") == Records{{"a"}, {"b"}});
    CHECK(records_of(",\n\"\"\n,,") == Records{{"", ""}, {""}, {"", "", ""}});
}

TEST_CASE("what is no CSV is refused at its place") {
    CHECK(mistake_of("a,b\nc,d\"e").line == 2);
    CHECK(mistake_of("a,b\nc,d\"e").column == 4);
    CHECK(mistake_of("a\n\"b\nc").line == 2);
    CHECK(mistake_of("a\n\"b\nc").column == 1);
    CHECK(mistake_of("\"b\n\"c").line == 2);
    CHECK(mistake_of("\"b\n\"c").column == 2);
    CHECK(mistake_of("a\rb").column == 2);
    CHECK(mistake_of(std::string(1000, ',')).column == 1000);
    CHECK(records_of(std::string(999, ','))[0].size() == 1000);
}

TEST_CASE("fields know where they begin, also behind a line break within quotes") {
    CsvReader reader("ab,\"x\ny\",z\n1");
    REQUIRE(reader.next());
    CHECK(reader.fields()[1].line == 1);
    CHECK(reader.fields()[1].column == 4);
    CHECK(reader.fields()[2].line == 2);
    CHECK(reader.fields()[2].column == 4);
    REQUIRE(reader.next());
    CHECK(reader.fields()[0].line == 3);
    CHECK(reader.fields()[0].column == 1);
}

TEST_CASE("what is written by the rules is read back, whatever the fields are") {
    RandomStream random(1, "csv");
    constexpr std::string_view letters = "a,\"\n\r 7";
    for (int round = 0; round < 2000; ++round) {
        Records records(1 + static_cast<std::size_t>(random.below(4)));
        std::string text;
        for (auto& record : records) {
            record.resize(1 + static_cast<std::size_t>(random.below(4)));
            for (auto& field : record) {
                for (std::uint64_t n = random.below(6); n > 0; --n)
                    field += letters[static_cast<std::size_t>(random.below(letters.size()))];
                text += (&field == &record.front() ? "" : ",") + written(field);
            }
            text += random.below(2) == 0 ? "\n" : "\r\n";
        }
        CAPTURE(text);
        REQUIRE(records_of(text) == records);
    }
}
