#include "apps/http/media_type.hpp"

#include <array>
#include <utility>

namespace dstudio::http {

std::string_view media_type(std::string_view file_name) {
    using Row = std::pair<std::string_view, std::string_view>;
    static constexpr std::array rows{
        Row{"html", "text/html; charset=utf-8"},
        Row{"js", "text/javascript; charset=utf-8"},
        Row{"mjs", "text/javascript; charset=utf-8"},
        Row{"css", "text/css; charset=utf-8"},
        Row{"json", "application/json"},
        Row{"map", "application/json"},
        Row{"webmanifest", "application/manifest+json"},
        Row{"wasm", "application/wasm"},
        Row{"svg", "image/svg+xml"},
        Row{"png", "image/png"},
        Row{"jpg", "image/jpeg"},
        Row{"jpeg", "image/jpeg"},
        Row{"webp", "image/webp"},
        Row{"avif", "image/avif"},
        Row{"gif", "image/gif"},
        Row{"ico", "image/vnd.microsoft.icon"},
        Row{"woff2", "font/woff2"},
        Row{"woff", "font/woff"},
        Row{"ttf", "font/ttf"},
        Row{"txt", "text/plain; charset=utf-8"},
        Row{"md", "text/markdown; charset=utf-8"},
        Row{"csv", "text/csv; charset=utf-8"},
        Row{"vtt", "text/vtt; charset=utf-8"},
        Row{"xml", "application/xml"},
        Row{"yaml", "application/yaml"},
        Row{"pdf", "application/pdf"},
        Row{"mp3", "audio/mpeg"},
        Row{"m4a", "audio/mp4"},
        Row{"ogg", "audio/ogg"},
        Row{"opus", "audio/ogg"},
        Row{"flac", "audio/flac"},
        Row{"wav", "audio/wav"},
        Row{"mp4", "video/mp4"},
        Row{"webm", "video/webm"},
    };
    const std::size_t dot = file_name.rfind('.');
    const std::string_view ending = dot == std::string_view::npos ? std::string_view{} : file_name.substr(dot + 1);
    for (const auto& [name, type] : rows)
        if (name == ending)
            return type;
    return "application/octet-stream";
}

}  // namespace dstudio::http
