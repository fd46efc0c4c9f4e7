// An entry of the catalogue, as loaded from one content file.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "services/catalog/front_matter.hpp"
#include "services/catalog/kinds.hpp"

namespace dstudio::catalog {

struct OutgoingRef {
    std::string relation;  // the front-matter key it stands under, or "body"
    Ref target;
    std::size_t line = 0;
    bool operator==(const OutgoingRef&) const = default;
};

struct Entry {
    Ref ref;
    std::string name;
    std::string summary;
    std::vector<std::string> aliases;
    std::string category;  // empty if the kind has none; likewise the next three
    std::string level;
    std::string tier;
    std::string status;
    std::optional<int> year;
    std::string disputed;            // reason, empty if undisputed
    nlohmann::ordered_json sources;  // list of {title, authors?, year?, where?, url?} or {series}
    nlohmann::ordered_json fields;   // front matter without what stands above
    std::string body_html;
    std::string body_text;
    std::vector<OutgoingRef> refs;  // in the order of the file, each (relation, target) once
    std::string file;               // relative to the content folder
    YamlDocument front;             // for diagnostics

    // Literature, as against the series' own documents.
    [[nodiscard]] bool has_literature() const;
};

// What the whole content consists of.
struct Content {
    nlohmann::ordered_json taxonomy;
    YamlDocument taxonomy_front;  // without its JSON: for diagnostics
    std::vector<Entry> entries;   // by kind, then id
    std::vector<Ref> refused;     // what the files are named after that hold mistakes of their own and are left out
    std::string hash;             // XXH3-128 over names and bytes of all files, hex

    [[nodiscard]] const Entry* find(const Ref& ref) const;
};

}  // namespace dstudio::catalog
