#include "core/formula/diagnostic.hpp"

#include <algorithm>

namespace dstudio::formula {
namespace {

bool starts_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

}  // namespace

LineColumn line_column(std::string_view source, std::size_t offset) {
    offset = std::min(offset, source.size());
    const std::string_view before = source.substr(0, offset);
    const std::size_t newline = before.rfind('\n');
    const std::size_t line_begin = newline == std::string_view::npos ? 0 : newline + 1;
    return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
            characters(before.substr(line_begin)) + 1};
}

std::string diagnostic_text(std::string_view source, const Diagnostic& diagnostic) {
    constexpr std::size_t line_shown_max = 160;
    const LineColumn at = line_column(source, diagnostic.span.begin);
    const std::size_t begin = std::min<std::size_t>(diagnostic.span.begin, source.size());
    const std::size_t newline = begin == 0 ? std::string_view::npos : source.rfind('\n', begin - 1);
    const std::size_t line_begin = newline == std::string_view::npos ? 0 : newline + 1;
    const std::size_t line_end = std::min(source.find('\n', begin), source.size());
    std::string text = std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + diagnostic.message;
    if (line_end - line_begin <= line_shown_max && line_end > line_begin) {
        const std::size_t marked_end = std::clamp<std::size_t>(diagnostic.span.end, begin, line_end);
        const std::size_t width = std::max<std::size_t>(1, characters(source.substr(begin, marked_end - begin)));
        text += "\n  " + std::string(source.substr(line_begin, line_end - line_begin)) + "\n  " +
                std::string(at.column - 1, ' ') + std::string(width, '^');
    }
    if (!diagnostic.hint.empty())
        text += "\n  hint: " + diagnostic.hint;
    return text;
}

}  // namespace dstudio::formula
