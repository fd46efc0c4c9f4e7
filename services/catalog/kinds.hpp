// The kinds of entry that content consists of, and references between entries ("pattern:circuit-breaker").
//
// The table says where an entry's category, status and year stand in its front matter, so that loading, facets and
// search need no code per kind. What the kinds are called on pages is content: `content/taxonomy.yaml`.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dstudio::catalog {

struct Kind {
    std::string_view name;            // singular, as in references
    std::string_view plural;          // folder under content/, part of page and API addresses
    std::string_view category_key;    // front-matter key of the category facet, empty if the kind has none
    std::string_view status_pointer;  // JSON pointer into the front matter, empty if the kind has no status
    std::string_view year_pointer;    // JSON pointer to a year or a date, empty if the kind has none
    std::string_view graph_relation;  // the relation that `graph` draws among entries of this kind
};

// All kinds in the order in which they are shown. The position is the kind's number in packs.
std::span<const Kind> kinds();

// The kind named by its singular or its plural, none if there is none.
const Kind* find_kind(std::string_view name);

std::size_t kind_index(const Kind& kind);

struct Ref {
    const Kind* kind = nullptr;  // one of kinds(), never null in a parsed reference
    std::string id;

    [[nodiscard]] std::string text() const { return std::string(kind->name) + ":" + id; }
    [[nodiscard]] std::string url() const { return "/" + std::string(kind->plural) + "/" + id; }
    bool operator==(const Ref&) const = default;
};

// Parses "kind:id" where kind is a singular kind name and id a slug; case of the id is folded ("episode:E01").
std::optional<Ref> parse_ref(std::string_view text);

// Whether `text` looks meant as a reference: a kind's name, a colon, no spaces. Used to find references in
// front matter without knowing its fields.
bool looks_like_ref(std::string_view text);

}  // namespace dstudio::catalog
