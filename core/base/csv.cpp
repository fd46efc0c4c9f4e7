#include "core/base/csv.hpp"

#include <utility>

namespace dstudio::base {

CsvReader::CsvReader(std::string_view text) : text_(text) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text_.substr(0, byte_order_mark.size()) == byte_order_mark)
        text_.remove_prefix(byte_order_mark.size());
}

bool CsvReader::is_at_break() const {
    return text_[at_] == '\n' || (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n');
}

void CsvReader::skip_break() {
    at_ += text_[at_] == '\r' ? 2 : 1;
    ++line_;
    line_begin_ = at_;
}

bool CsvReader::refuse(std::string message, std::string hint) {
    mistake_ = CsvMistake{line_, at_ - line_begin_ + 1, std::move(message), std::move(hint)};
    fields_.clear();
    return false;
}

bool CsvReader::next() {
    fields_.clear();
    unescaped_.clear();
    if (mistake_)
        return false;
    while (at_ < text_.size() && is_at_break())
        skip_break();
    if (at_ == text_.size())
        return false;
    for (;;) {
        if (!read_field())
            return false;
        if (at_ == text_.size())
            return true;
        if (is_at_break()) {
            skip_break();
            return true;
        }
        if (fields_.size() == fields_max)
            return refuse("a record has more than 1000 fields", "is the separator a comma?");
        ++at_;  // the comma
    }
}

// Stops at a comma, a line break or the end.
bool CsvReader::read_field() {
    if (at_ < text_.size() && text_[at_] == '"')
        return read_quoted();
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != ',' && !is_at_break()) {
        if (text_[at_] == '"')
            return refuse("a quote within a field that does not begin with one",
                          "put the field in quotes and write each quote in it twice");
        if (text_[at_] == '\r')
            return refuse("a carriage return without a line feed", "end lines with LF or CRLF");
        ++at_;
    }
    fields_.push_back({text_.substr(begin, at_ - begin), line_, begin - line_begin_ + 1});
    return true;
}

bool CsvReader::read_quoted() {
    CsvField field{{}, line_, at_ - line_begin_ + 1};
    const std::size_t open = at_;
    const std::size_t open_line = line_;
    const std::size_t open_line_begin = line_begin_;
    const std::size_t begin = ++at_;
    bool has_escapes = false;
    for (;; ++at_) {
        if (at_ == text_.size()) {
            at_ = open;
            line_ = open_line;
            line_begin_ = open_line_begin;
            return refuse("a quoted field does not end", "close it with a quote");
        }
        if (text_[at_] == '\n') {
            ++line_;
            line_begin_ = at_ + 1;
        }
        if (text_[at_] != '"')
            continue;
        if (at_ + 1 == text_.size() || text_[at_ + 1] != '"')
            break;
        has_escapes = true;
        ++at_;
    }
    field.text = text_.substr(begin, at_ - begin);
    if (has_escapes) {
        std::string& plain = unescaped_.emplace_back();
        for (std::size_t i = 0; i < field.text.size(); ++i) {
            plain += field.text[i];
            i += field.text[i] == '"' ? 1 : 0;
        }
        field.text = plain;
    }
    ++at_;
    if (at_ < text_.size() && text_[at_] != ',' && !is_at_break())
        return refuse("text after the closing quote of a field", "write a quote within quotes twice");
    fields_.push_back(field);
    return true;
}

}  // namespace dstudio::base
