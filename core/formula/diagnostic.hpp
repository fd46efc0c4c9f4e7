// What is wrong with a model: where, why, and the way out. A compilation returns all it finds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dstudio::formula {

// Bytes [begin, end) of the source.
struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool operator==(const Span&) const = default;
};

struct Diagnostic {
    Span span;
    std::string message;  // "left side is time (s), right side is data (B)"
    std::string hint;     // may be empty
    bool operator==(const Diagnostic&) const = default;
};

using Diagnostics = std::vector<Diagnostic>;

struct LineColumn {
    std::size_t line = 1;    // from 1
    std::size_t column = 1;  // from 1, in characters (not bytes)
};
LineColumn line_column(std::string_view source, std::size_t offset);

// For a terminal:
//   3:12: left side is time (s), right side is data (B)
//     total = 5 ms + 3 MB
//             ^^^^^^^^^^^
//     hint: ...
std::string diagnostic_text(std::string_view source, const Diagnostic& diagnostic);

}  // namespace dstudio::formula
