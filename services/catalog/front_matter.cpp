#include "services/catalog/front_matter.hpp"

#include <yaml-cpp/yaml.h>

#include <cmath>
#include <cstdlib>
#include <set>

#include "core/base/text.hpp"

namespace dstudio::catalog {
namespace {

using nlohmann::ordered_json;

std::string pointer_token(std::string_view key) {
    std::string token;
    for (const char c : key) {
        if (c == '~')
            token += "~0";
        else if (c == '/')
            token += "~1";
        else
            token += c;
    }
    return token;
}

ordered_json plain_scalar(const std::string& text) {
    if (text.empty() || text == "null" || text == "~" || text == "Null" || text == "NULL")
        return nullptr;
    if (text == "true" || text == "True" || text == "TRUE")
        return true;
    if (text == "false" || text == "False" || text == "FALSE")
        return false;
    const bool starts_numeric =
        (text[0] >= '0' && text[0] <= '9') || text[0] == '-' || text[0] == '+' || text[0] == '.';
    if (!starts_numeric || text.find_first_not_of("0123456789+-.eE") != std::string::npos)
        return text;
    char* end = nullptr;
    if (text.find_first_of(".eE") == std::string::npos) {
        errno = 0;
        const long long value = std::strtoll(text.c_str(), &end, 10);
        if (*end == '\0' && errno == 0)
            return value;
        return text;
    }
    const double value = std::strtod(text.c_str(), &end);
    if (*end == '\0' && std::isfinite(value))
        return value;
    return text;
}

// Turns yaml-cpp's nodes into JSON. A class, because the bounds count over the whole document.
class Converter {
  public:
    Converter(const std::string& file, std::size_t first_line, Diagnostics& diagnostics)
        : file_(file), first_line_(first_line), diagnostics_(diagnostics) {}

    bool convert(const YAML::Node& node, const std::string& pointer, std::size_t depth, ordered_json& out) {
        const std::size_t line = first_line_ + static_cast<std::size_t>(std::max(node.Mark().line, 0));
        document_.lines[pointer] = line;
        if (++nodes_ > yaml_nodes_max)
            return refuse(line,
                          "too many values; at most " + std::to_string(yaml_nodes_max) + " are allowed in one file");
        if (depth > yaml_depth_max)
            return refuse(line, "nested too deep; at most " + std::to_string(yaml_depth_max) + " levels are allowed");
        switch (node.Type()) {
            case YAML::NodeType::Undefined:
            case YAML::NodeType::Null:
                out = nullptr;
                return true;
            case YAML::NodeType::Scalar:
                if (node.Scalar().size() > yaml_text_size_bytes_max)
                    return refuse(line, "a text has " + std::to_string(node.Scalar().size()) + " bytes; at most " +
                                            std::to_string(yaml_text_size_bytes_max) + " are allowed");
                out = node.Tag() == "?" ? plain_scalar(node.Scalar()) : ordered_json(node.Scalar());
                return true;
            case YAML::NodeType::Sequence: {
                out = ordered_json::array();
                std::size_t index = 0;
                for (const YAML::Node& item : node) {
                    out.push_back(nullptr);
                    if (!convert(item, pointer + "/" + std::to_string(index), depth + 1, out.back()))
                        return false;
                    ++index;
                }
                return true;
            }
            case YAML::NodeType::Map:
                return convert_map(node, pointer, depth, line, out);
        }
        return false;
    }

    YamlDocument take() { return std::move(document_); }

  private:
    bool convert_map(const YAML::Node& node, const std::string& pointer, std::size_t depth, std::size_t line,
                     ordered_json& out) {
        out = ordered_json::object();
        for (const auto& member : node) {
            if (!member.first.IsScalar())
                return refuse(line, "a key is not text");
            const std::string& key = member.first.Scalar();
            const std::size_t key_line = first_line_ + static_cast<std::size_t>(std::max(member.first.Mark().line, 0));
            if (out.contains(key)) {
                diagnostics_.push_back(
                    {file_, key_line, "duplicate-key", "key '" + key + "' stands twice", "remove one of them"});
                ok_ = false;
                continue;
            }
            ordered_json value;
            const std::string member_pointer = pointer + "/" + pointer_token(key);
            if (!convert(member.second, member_pointer, depth + 1, value))
                return false;
            // The key's line is the one an author looks for; a block value may start on the next.
            document_.lines[member_pointer] = key_line;
            out[key] = std::move(value);
        }
        return true;
    }

    bool refuse(std::size_t line, std::string message) {
        diagnostics_.push_back({file_, line, "bad-yaml", std::move(message), {}});
        return false;
    }

    const std::string& file_;
    std::size_t first_line_;
    Diagnostics& diagnostics_;
    YamlDocument document_;
    std::size_t nodes_ = 0;

  public:
    bool ok_ = true;
};

// Anchors and aliases are found in the text of plain tokens before parsing, because yaml-cpp expands them silently.
std::optional<std::size_t> line_of_alias(std::string_view yaml) {
    std::size_t line = 0;
    for (std::string_view row : base::split(yaml, '\n')) {
        const std::string_view text = base::trim(row);
        const std::size_t value = text.find(": ");
        for (std::string_view token :
             {text, base::trim(value == std::string_view::npos ? std::string_view{} : text.substr(value + 2))}) {
            while (token.starts_with("- "))
                token = base::trim(token.substr(2));
            if (token.size() > 1 && (token[0] == '*' || token[0] == '&') && token[1] != ' ' && token[1] != '*')
                return line;
        }
        ++line;
    }
    return std::nullopt;
}

}  // namespace

std::size_t YamlDocument::line_of(std::string_view pointer) const {
    std::string at(pointer);
    while (true) {
        if (const auto found = lines.find(at); found != lines.end())
            return found->second;
        const std::size_t slash = at.rfind('/');
        if (slash == std::string::npos)
            return 0;
        at.resize(slash);
    }
}

std::optional<YamlDocument> parse_yaml(std::string_view yaml, const std::string& file, std::size_t first_line,
                                       Diagnostics& diagnostics) {
    try {
        if (const auto line = line_of_alias(yaml)) {
            diagnostics.push_back({file, first_line + *line, "bad-yaml", "anchors and aliases are not allowed",
                                   "write the value out, or quote the text"});
            return std::nullopt;
        }
        const YAML::Node root = YAML::Load(std::string(yaml));
        Converter converter(file, first_line, diagnostics);
        ordered_json json;
        if (!converter.convert(root, "", 0, json) || !converter.ok_)
            return std::nullopt;
        YamlDocument document = converter.take();
        document.json = std::move(json);
        return document;
    } catch (const YAML::Exception& exception) {
        const std::size_t line = first_line + static_cast<std::size_t>(std::max(exception.mark.line, 0));
        diagnostics.push_back(
            {file, line, "bad-yaml", exception.msg, "quote texts that hold ': ' or start with a special character"});
        return std::nullopt;
    }
}

std::optional<ContentFile> parse_content_file(std::string_view bytes, const std::string& file,
                                              Diagnostics& diagnostics) {
    if (bytes.size() > content_file_size_bytes_max) {
        diagnostics.push_back({file, 0, "oversized-file",
                               "the file has " + std::to_string(bytes.size()) + " bytes; at most " +
                                   std::to_string(content_file_size_bytes_max) + " are allowed",
                               "split the entry or move figures out of it"});
        return std::nullopt;
    }
    if (const auto offset = base::first_invalid_utf8(bytes)) {
        const auto line = static_cast<std::size_t>(
                              std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(*offset), '\n')) +
                          1;
        diagnostics.push_back(
            {file, line, "not-utf8", "byte " + std::to_string(*offset) + " is not UTF-8", "save the file as UTF-8"});
        return std::nullopt;
    }
    if (const std::size_t nul = bytes.find('\0'); nul != std::string_view::npos) {
        diagnostics.push_back(
            {file, 0, "not-utf8", "byte " + std::to_string(nul) + " is NUL", "this is not a text file"});
        return std::nullopt;
    }
    if (!bytes.starts_with("---\n") && !bytes.starts_with("---\r\n")) {
        diagnostics.push_back({file, 1, "no-front-matter", "the file does not start with a line '---'",
                               "begin with front matter between two '---' lines"});
        return std::nullopt;
    }
    const std::size_t start = bytes.find('\n') + 1;
    std::size_t end = start;
    while (end < bytes.size()) {
        const std::size_t newline = std::min(bytes.find('\n', end), bytes.size());
        std::string_view row = bytes.substr(end, newline - end);
        if (row.ends_with('\r'))
            row.remove_suffix(1);
        if (row == "---")
            break;
        end = newline + 1;
    }
    if (end >= bytes.size()) {
        diagnostics.push_back(
            {file, 1, "no-front-matter", "the front matter has no closing line '---'", "close it before the Markdown"});
        return std::nullopt;
    }
    const std::string_view yaml = bytes.substr(start, end - start);
    auto front = parse_yaml(yaml, file, 2, diagnostics);
    if (!front)
        return std::nullopt;
    if (!front->json.is_object()) {
        diagnostics.push_back({file, 2, "wrong-type", "the front matter is not a mapping of keys to values", {}});
        return std::nullopt;
    }
    const std::size_t body_start = std::min(bytes.find('\n', end), bytes.size() - 1) + 1;
    ContentFile content;
    content.body_line = static_cast<std::size_t>(
                            std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(body_start), '\n')) +
                        1;
    content.body = std::string(bytes.substr(body_start));
    content.front = std::move(*front);
    return content;
}

}  // namespace dstudio::catalog
