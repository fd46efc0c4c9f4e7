// Comma-separated values as RFC 4180 has them: fields with or without double quotes, "" for a quote within quotes, line
// breaks within quotes, records that end with CRLF.
//
//   CsvReader reader("time,key\n0.5,\"a,b\"\n");
//   while (reader.next())
//       use(reader.fields());    // {"time", "key"}, then {"0.5", "a,b"}
//
// Beyond the RFC, as most programs do: a record may end with LF alone, empty lines are skipped, and a byte order mark
// at the start is no part of the first field. Linear in the text; a field without a doubled quote is not copied.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dstudio::base {

struct CsvField {
    std::string_view text;   // without its quotes
    std::size_t line = 1;    // 1-based, where it begins
    std::size_t column = 1;  // 1-based, in bytes
};

struct CsvMistake {
    std::size_t line = 1;
    std::size_t column = 1;
    std::string message;
    std::string hint;
};

class CsvReader {
  public:
    static constexpr std::size_t fields_max = 1000;  // of a record

    // REQUIRES: `text` outlives the reader.
    explicit CsvReader(std::string_view text);

    // Goes on to the next record. False at the end of the text, or at what is no CSV: then there is a mistake.
    bool next();

    // Of the present record, at least one; they live until the next call of next().
    [[nodiscard]] const std::vector<CsvField>& fields() const { return fields_; }
    [[nodiscard]] const std::optional<CsvMistake>& mistake() const { return mistake_; }

  private:
    bool read_field();
    bool read_quoted();
    bool refuse(std::string message, std::string hint);
    [[nodiscard]] bool is_at_break() const;
    void skip_break();

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t line_begin_ = 0;
    std::vector<CsvField> fields_;
    std::deque<std::string> unescaped_;
    std::optional<CsvMistake> mistake_;
};

}  // namespace dstudio::base
