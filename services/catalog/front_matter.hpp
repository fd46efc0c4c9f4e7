// One content file: YAML front matter between two `---` lines, then Markdown.
//
// Reads untrusted bytes: size, depth and node count are bounded, aliases are refused (they can blow a small file up
// without bound), and every problem becomes a diagnostic with its line. Never throws.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "services/catalog/diagnostic.hpp"

namespace dstudio::catalog {

inline constexpr std::size_t content_file_size_bytes_max = 256 * 1024;
inline constexpr std::size_t yaml_depth_max = 16;
inline constexpr std::size_t yaml_nodes_max = 20'000;
// Longer texts would let std::regex, on which the schemas' patterns run, exhaust the stack: it recurses for each
// character, and 8 KiB are too much for 8 MiB of stack under AddressSanitizer (32 KiB without it). The longest prose of
// the schemas, 1200 characters of four bytes, fits.
inline constexpr std::size_t yaml_text_size_bytes_max = 5 * 1024;

struct TextPlace {
    std::size_t line = 0;    // 1-based, within the file; 0: nowhere
    std::size_t column = 0;  // 1-based, in code points
};

// A YAML document as JSON, and the place of each value (of a member: of its key): keys are JSON pointers ("/depth/L3"),
// the root is "". Plain scalars follow the YAML 1.2 core schema (null, booleans, integers, floats), everything else is
// text.
struct YamlDocument {
    nlohmann::ordered_json json;
    std::map<std::string, TextPlace> places;

    // Of the value at `pointer` or of its nearest known ancestor.
    [[nodiscard]] TextPlace place_of(std::string_view pointer) const;
    [[nodiscard]] std::size_t line_of(std::string_view pointer) const { return place_of(pointer).line; }
};

// A key as one step of a JSON pointer (RFC 6901): "a/b" is "a~1b".
std::string pointer_token(std::string_view key);

struct ContentFile {
    YamlDocument front;
    std::string body;           // Markdown
    std::size_t body_line = 1;  // line of its first line in the file
};

// `first_line`: the line of the file at which `yaml` starts. One document; the JSON is null if there is none.
std::optional<YamlDocument> parse_yaml(std::string_view yaml, const std::string& file, std::size_t first_line,
                                       Diagnostics& diagnostics);

std::optional<ContentFile> parse_content_file(std::string_view bytes, const std::string& file,
                                              Diagnostics& diagnostics);

}  // namespace dstudio::catalog
