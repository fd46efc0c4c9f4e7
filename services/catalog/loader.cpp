#include "services/catalog/loader.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "core/base/date.hpp"
#include "core/base/text.hpp"
#include "services/catalog/content_check.hpp"
#include "services/catalog/markdown.hpp"
#include "services/catalog/scenarios.hpp"
#include "services/catalog/schema.hpp"

namespace dstudio::catalog {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr std::string_view taxonomy_file = "taxonomy.yaml";
constexpr std::array common_keys{"id", "name", "summary", "aliases", "disputed", "sources", "level", "tier"};

// Reads at most one byte more than is allowed: a device or a huge file cannot exhaust memory.
std::optional<std::string> read_bounded(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return std::nullopt;
    std::string bytes(content_file_size_bytes_max + 1, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (stream.bad())
        return std::nullopt;
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    return bytes;
}

std::string text_at(const ordered_json& json, std::string_view pointer) {
    const ordered_json::json_pointer at{std::string(pointer)};
    if (pointer.empty() || !json.contains(at))
        return {};
    const ordered_json& value = json.at(at);
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number_integer())
        return std::to_string(value.get<long long>());
    if (value.is_boolean())
        return value.get<bool>() ? "true" : "false";
    return {};
}

std::optional<int> year_of(const std::string& text) {
    if (text.size() < 4)
        return std::nullopt;
    const auto date = base::parse_partial_date(text.substr(0, 4));
    return date ? std::optional(date->year) : std::nullopt;
}

void collect_refs(const ordered_json& value, const std::string& relation, const std::string& pointer,
                  const YamlDocument& front, std::vector<OutgoingRef>& refs) {
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if (!looks_like_ref(text))
            return;
        if (auto ref = parse_ref(text)) {
            const bool known = std::any_of(refs.begin(), refs.end(), [&](const OutgoingRef& r) {
                return r.relation == relation && r.target == *ref;
            });
            if (!known)
                refs.push_back({relation, std::move(*ref), front.line_of(pointer)});
        }
    } else if (value.is_structured()) {
        for (const auto& [key, member] : value.items())
            collect_refs(member, relation.empty() ? key : relation, pointer + "/" + pointer_token(key), front, refs);
    }
}

std::vector<std::string> strings(const ordered_json& json, const char* key) {
    std::vector<std::string> list;
    if (json.contains(key))
        for (const auto& item : json[key])
            list.push_back(item.get<std::string>());
    return list;
}

// REQUIRES: the front matter has passed its schema.
Entry make_entry(const Kind& kind, ContentFile&& file, const std::string& name, Diagnostics& diagnostics) {
    Entry entry;
    const ordered_json& front = file.front.json;
    entry.file = name;
    entry.ref = {&kind, front["id"].get<std::string>()};
    entry.name = front["name"].get<std::string>();
    entry.summary = front["summary"].get<std::string>();
    entry.aliases = strings(front, "aliases");
    if (!kind.category_key.empty())
        entry.category = text_at(front, "/" + std::string(kind.category_key));
    entry.level = text_at(front, "/level");
    entry.tier = text_at(front, "/tier");
    entry.status = text_at(front, kind.status_pointer);
    if (kind.status_pointer == "/series_own")
        entry.status = entry.status == "true" ? "series" : "library";
    entry.year = year_of(text_at(front, kind.year_pointer));
    entry.disputed = text_at(front, "/disputed");
    entry.sources = front["sources"];
    entry.fields = ordered_json::object();
    for (const auto& [key, value] : front.items()) {
        const bool common =
            std::find(common_keys.begin(), common_keys.end(), key) != common_keys.end() || key == "category";
        if (!common)
            entry.fields[key] = value;
        if (key != "id" && key != "name" && key != "summary")
            collect_refs(value, key, "/" + key, file.front, entry.refs);
    }
    if (!base::trim(file.body).empty()) {
        Markdown markdown = render_markdown(file.body);
        for (const std::size_t line : markdown.raw_html_lines)
            diagnostics.push_back(
                {name, file.body_line + line - 1, "raw-html", "raw HTML in the Markdown", "use Markdown only"});
        for (const MarkdownLink& link : markdown.links) {
            const std::size_t line = file.body_line + std::max<std::size_t>(link.line, 1) - 1;
            if (auto ref = parse_ref(link.target))
                entry.refs.push_back({"body", std::move(*ref), line});
            else if (!link.target.starts_with("https://") && !link.target.starts_with("http://") &&
                     !link.target.starts_with('#'))
                diagnostics.push_back({name, line, "broken-link", "link to '" + link.target + "'",
                                       "link to kind:id or to a full https address"});
        }
        entry.body_html = std::move(markdown.html);
        entry.body_text = std::move(markdown.text);
    }
    entry.front = std::move(file.front);
    return entry;
}

class Loader {
  public:
    explicit Loader(const fs::path& folder) : folder_(folder) { XXH3_128bits_reset(hash_.get()); }

    base::Result<LoadedContent> load() {
        auto schemas = Schemas::load(folder_ / "schema");
        if (!schemas)
            return tl::unexpected<base::Error>(schemas.error());
        if (auto taxonomy = load_taxonomy(*schemas); !taxonomy)
            return tl::unexpected<base::Error>(taxonomy.error());
        std::vector<fs::path> folders;
        std::error_code error;
        for (const auto& item : fs::directory_iterator(folder_, error)) {
            const std::string name = item.path().filename().string();
            if (name.starts_with('.') || name == "schema" || name == taxonomy_file || name == "README.md")
                continue;
            if (item.is_directory())
                folders.push_back(item.path());
            else
                result_.diagnostics.push_back(
                    {name, 0, "unexpected-file",
                     "only " + std::string(taxonomy_file) + " belongs here, entries into the folder of their kind",
                     "move it away"});
        }
        if (error)
            return base::fail(base::ErrorCode::unreadable_file,
                              "cannot list " + folder_.string() + ": " + error.message());
        std::sort(folders.begin(), folders.end());
        for (const fs::path& path : folders) {
            const Kind* kind = find_kind(path.filename().string());
            if (kind == nullptr || kind->plural != path.filename().string()) {
                result_.diagnostics.push_back({path.filename().string(), 0, "unknown-kind",
                                               "folder '" + path.filename().string() + "' is no kind of entry",
                                               "see services/catalog/kinds.cpp"});
                continue;
            }
            load_folder(*kind, path, *schemas);
        }
        std::stable_sort(
            result_.content.entries.begin(), result_.content.entries.end(), [](const Entry& a, const Entry& b) {
                return std::pair(kind_index(*a.ref.kind), a.ref.id) < std::pair(kind_index(*b.ref.kind), b.ref.id);
            });
        check_content(result_.content, result_.diagnostics);
        sort(result_.diagnostics);
        const XXH128_hash_t digest = XXH3_128bits_digest(hash_.get());
        XXH128_canonical_t canonical;
        XXH128_canonicalFromHash(&canonical, digest);
        for (const unsigned char byte : canonical.digest) {
            constexpr std::string_view digits = "0123456789abcdef";
            result_.content.hash += digits[byte >> 4U];
            result_.content.hash += digits[byte & 15U];
        }
        return std::move(result_);
    }

  private:
    struct FreeHash {
        void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
    };

    void add_to_hash(const std::string& name, const std::string& bytes) {
        const std::string header = name + '\0' + std::to_string(bytes.size()) + '\0';
        XXH3_128bits_update(hash_.get(), header.data(), header.size());
        XXH3_128bits_update(hash_.get(), bytes.data(), bytes.size());
        ++result_.files;
    }

    base::Result<void> load_taxonomy(const Schemas& schemas) {
        const std::string name(taxonomy_file);
        const auto bytes = read_bounded(folder_ / name);
        if (!bytes)
            return base::fail(base::ErrorCode::unreadable_file, "cannot read " + (folder_ / name).string(),
                              "name the content folder with --content");
        add_to_hash(name, *bytes);
        Diagnostics diagnostics;
        auto document = parse_yaml(*bytes, name, 1, diagnostics);
        if (!document || !schemas.validate("taxonomy", *document, name, diagnostics))
            return base::fail(base::ErrorCode::malformed_content, to_text(diagnostics.front()));
        result_.content.taxonomy = std::move(document->json);
        result_.content.taxonomy_front.places = std::move(document->places);
        return {};
    }

    void load_folder(const Kind& kind, const fs::path& path, const Schemas& schemas) {
        std::vector<fs::path> files;
        for (const auto& item : fs::directory_iterator(path))
            if (!item.path().filename().string().starts_with('.'))
                files.push_back(item.path());
        std::sort(files.begin(), files.end());
        for (const fs::path& file : files) {
            const std::string name = std::string(kind.plural) + "/" + file.filename().string();
            // A scenario's model is read together with its page.
            if (kind.name == "scenario" && file.extension() == ".yaml" &&
                std::find(files.begin(), files.end(), fs::path(file).replace_extension(".md")) != files.end())
                continue;
            if (file.extension() != ".md" || !fs::is_regular_file(file)) {
                result_.diagnostics.push_back(
                    {name, 0, "unexpected-file", "only .md files belong here", "move it away"});
                continue;
            }
            load_file(kind, file, name, schemas);
        }
    }

    void load_file(const Kind& kind, const fs::path& path, const std::string& name, const Schemas& schemas) {
        Diagnostics& diagnostics = result_.diagnostics;
        const auto bytes = read_bounded(path);
        if (!bytes) {
            diagnostics.push_back({name, 0, "unreadable-file", "the file cannot be read", "check its permissions"});
            result_.content.refused.push_back({&kind, path.stem().string()});
            return;
        }
        add_to_hash(name, *bytes);
        auto file = parse_content_file(*bytes, name, diagnostics);
        if (!file || !schemas.validate(std::string(kind.name), file->front, name, diagnostics)) {
            result_.content.refused.push_back({&kind, path.stem().string()});
            return;
        }
        const auto id = file->front.json["id"].get<std::string>();
        if (id != path.stem().string()) {
            diagnostics.push_back({name, file->front.line_of("/id"), "id-mismatch",
                                   "id is '" + id + "' but the file is named '" + path.stem().string() + ".md'",
                                   "the file name is the id"});
            result_.content.refused.push_back({&kind, path.stem().string()});
        }
        result_.content.entries.push_back(make_entry(kind, std::move(*file), name, diagnostics));
        if (kind.name == "scenario")
            load_model(fs::path(path).replace_extension(".yaml"), fs::path(name).replace_extension(".yaml").string(),
                       result_.content.entries.back());
    }

    void load_model(const fs::path& path, const std::string& name, Entry& entry) {
        const auto bytes = read_bounded(path);
        if (!bytes) {
            result_.diagnostics.push_back({name, 0, "missing-model", "the model of " + entry.ref.text() + " is missing",
                                           "write the scenario beside its page, see docs/formats/scenario.md"});
            return;
        }
        add_to_hash(name, *bytes);
        if (auto file = read_scenario_text(*bytes, name, result_.diagnostics)) {
            entry.fields["model"] = std::move(file->document);
            entry.fields["model_text"] = *bytes;
        }
    }

    const fs::path folder_;
    LoadedContent result_;
    std::unique_ptr<XXH3_state_t, FreeHash> hash_{XXH3_createState()};
};

}  // namespace

bool Entry::has_literature() const {
    return std::any_of(sources.begin(), sources.end(), [](const auto& source) { return source.contains("title"); });
}

const Entry* Content::find(const Ref& ref) const {
    const auto at = std::lower_bound(entries.begin(), entries.end(), ref, [](const Entry& entry, const Ref& wanted) {
        return std::pair(kind_index(*entry.ref.kind), std::string_view(entry.ref.id)) <
               std::pair(kind_index(*wanted.kind), std::string_view(wanted.id));
    });
    return at != entries.end() && at->ref == ref ? &*at : nullptr;
}

base::Result<LoadedContent> load_content(const std::filesystem::path& folder) {
    try {
        return Loader(folder).load();
    } catch (const fs::filesystem_error& error) {
        return base::fail(base::ErrorCode::unreadable_file, error.what());
    }
}

}  // namespace dstudio::catalog
