#include "services/catalog/front_matter.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "core/base/text.hpp"

namespace dstudio::catalog {
namespace {

using nlohmann::ordered_json;

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

// Thrown through yaml-cpp's parser to stop it, and caught in parse_yaml.
struct Refused {
    std::size_t line;
    std::string message;
    std::string hint;
};

const std::string aliases_message = "anchors and aliases are not allowed";
const std::string aliases_hint = "write the value out, or quote the text";

// Builds JSON from yaml-cpp's events rather than from its nodes, because nodes come expanded and whole: here an alias
// is still seen as one, and the bounds stop the parser itself.
class Builder final : public YAML::EventHandler {
  public:
    Builder(const std::string& file, std::size_t first_line, Diagnostics& diagnostics)
        : file_(file), first_line_(first_line), diagnostics_(diagnostics) {}

    [[nodiscard]] bool ok() const { return ok_; }
    YamlDocument take() { return std::move(document_); }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1)
            throw Refused{line_of(mark), "a second document starts here", "remove the line '...' or '---' before it"};
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        if (is_key())
            throw Refused{line_of(mark), "a key is not text", {}};
        place(mark, anchor) = nullptr;
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        throw Refused{line_of(mark), aliases_message, aliases_hint};
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override {
        if (text.size() > yaml_text_size_bytes_max)
            throw Refused{line_of(mark),
                          "a text has " + std::to_string(text.size()) + " bytes; at most " +
                              std::to_string(yaml_text_size_bytes_max) + " are allowed",
                          {}};
        if (text.find('\0') != std::string::npos)
            throw Refused{line_of(mark), "a text holds a NUL", "remove the escape \\0"};
        if (is_key())
            set_key(mark, anchor, text);
        else
            place(mark, anchor) = tag == "?" ? plain_scalar(text) : ordered_json(text);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        open(mark, anchor, ordered_json::array());
    }
    void OnSequenceEnd() override { frames_.pop_back(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        open(mark, anchor, ordered_json::object());
    }
    void OnMapEnd() override { frames_.pop_back(); }

  private:
    struct Frame {
        ordered_json* container;  // stays where it is: its parent does not change before it is closed
        std::string pointer;
        bool has_key = false;  // mappings: the next event is the value of `key`
        std::string key = {};
        TextPlace key_place{};
    };

    [[nodiscard]] TextPlace place_of(const YAML::Mark& mark) const {
        return {line_of(mark), static_cast<std::size_t>(std::max(mark.column, 0)) + 1};
    }
    [[nodiscard]] std::size_t line_of(const YAML::Mark& mark) const {
        return first_line_ + static_cast<std::size_t>(std::max(mark.line, 0));
    }
    [[nodiscard]] bool is_key() const {
        return !frames_.empty() && frames_.back().container->is_object() && !frames_.back().has_key;
    }

    void set_key(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& key) {
        Frame& frame = frames_.back();
        if (anchor != 0)
            throw Refused{line_of(mark), aliases_message, aliases_hint};
        frame.has_key = true;
        frame.key = key;
        frame.key_place = place_of(mark);
        if (frame.container->contains(key)) {
            diagnostics_.push_back(
                {file_, frame.key_place.line, "duplicate-key", "key '" + key + "' stands twice", "remove one of them"});
            ok_ = false;
        }
    }

    // Where the value that starts at `mark` goes. A member's line is its key's, which is the one an author looks for: a
    // block value may start on the next.
    ordered_json& place(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor != 0)
            throw Refused{line_of(mark), aliases_message, aliases_hint};
        if (++nodes_ > yaml_nodes_max)
            throw Refused{line_of(mark),
                          "too many values; at most " + std::to_string(yaml_nodes_max) + " are allowed in one file",
                          {}};
        if (frames_.size() > yaml_depth_max)
            throw Refused{line_of(mark),
                          "nested too deep; at most " + std::to_string(yaml_depth_max) + " levels are allowed",
                          {}};
        if (frames_.empty()) {
            pointer_ = "";
            document_.places[pointer_] = place_of(mark);
            return document_.json;
        }
        Frame& frame = frames_.back();
        if (frame.container->is_object()) {
            frame.has_key = false;
            pointer_ = frame.pointer + "/" + pointer_token(frame.key);
            document_.places[pointer_] = frame.key_place;
            return (*frame.container)[frame.key];
        }
        pointer_ = frame.pointer + "/" + std::to_string(frame.container->size());
        document_.places[pointer_] = place_of(mark);
        frame.container->push_back(nullptr);
        return frame.container->back();
    }

    void open(const YAML::Mark& mark, YAML::anchor_t anchor, ordered_json&& empty) {
        if (is_key())
            throw Refused{line_of(mark), "a key is not text", {}};
        ordered_json& value = place(mark, anchor);
        value = std::move(empty);
        frames_.push_back({&value, pointer_});
    }

    const std::string& file_;
    std::size_t first_line_;
    Diagnostics& diagnostics_;
    YamlDocument document_;
    std::vector<Frame> frames_;
    std::string pointer_;  // of the value placed last
    std::size_t nodes_ = 0;
    std::size_t documents_ = 0;
    bool ok_ = true;
};

// What must hold of any file's bytes before anything else looks at them.
bool check_bytes(std::string_view bytes, const std::string& file, std::size_t first_line, Diagnostics& diagnostics) {
    const auto line_at = [&](std::size_t offset) {
        return first_line + static_cast<std::size_t>(
                                std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    };
    if (bytes.size() > content_file_size_bytes_max) {
        diagnostics.push_back(
            {file, 0, "oversized-file",
             "the file has more than the " + std::to_string(content_file_size_bytes_max) + " bytes that are allowed",
             "split the entry or move figures out of it"});
        return false;
    }
    if (const auto offset = base::first_invalid_utf8(bytes)) {
        diagnostics.push_back({file, line_at(*offset), "not-utf8", "byte " + std::to_string(*offset) + " is not UTF-8",
                               "save the file as UTF-8"});
        return false;
    }
    if (const std::size_t nul = bytes.find('\0'); nul != std::string_view::npos) {
        diagnostics.push_back(
            {file, line_at(nul), "not-utf8", "byte " + std::to_string(nul) + " is NUL", "this is not a text file"});
        return false;
    }
    return true;
}

}  // namespace

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

TextPlace YamlDocument::place_of(std::string_view pointer) const {
    std::string at(pointer);
    while (true) {
        if (const auto found = places.find(at); found != places.end())
            return found->second;
        const std::size_t slash = at.rfind('/');
        if (slash == std::string::npos)
            return {};
        at.resize(slash);
    }
}

std::optional<YamlDocument> parse_yaml(std::string_view yaml, const std::string& file, std::size_t first_line,
                                       Diagnostics& diagnostics) {
    if (!check_bytes(yaml, file, first_line, diagnostics))
        return std::nullopt;
    try {
        std::istringstream stream{std::string(yaml)};
        YAML::Parser parser(stream);
        Builder builder(file, first_line, diagnostics);
        while (parser.HandleNextDocument(builder)) {
        }
        if (!builder.ok())
            return std::nullopt;
        return builder.take();
    } catch (const Refused& refused) {
        diagnostics.push_back({file, refused.line, "bad-yaml", refused.message, refused.hint});
    } catch (const YAML::Exception& exception) {
        const std::size_t line = first_line + static_cast<std::size_t>(std::max(exception.mark.line, 0));
        const bool alias = exception.msg.starts_with(YAML::ErrorMsg::UNKNOWN_ANCHOR);
        diagnostics.push_back(
            {file, line, "bad-yaml", alias ? aliases_message : exception.msg,
             alias ? aliases_hint
                   : "quote texts that hold ': ' or start with a special character; close each quote and bracket"});
    }
    return std::nullopt;
}

std::optional<ContentFile> parse_content_file(std::string_view bytes, const std::string& file,
                                              Diagnostics& diagnostics) {
    if (!check_bytes(bytes, file, 1, diagnostics))
        return std::nullopt;
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
