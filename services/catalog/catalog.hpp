// The catalogue as the doors use it: every entry, found by reference, listed by facets, with its JSON ready to send.
//
// Opened from a pack; immutable afterwards, so any number of threads may read one Catalog. Full-text search is
// `Searcher` (search.hpp), one per thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "services/catalog/kinds.hpp"
#include "services/catalog/pack.hpp"

namespace dstudio::catalog {

// What lists and facets need of an entry. Empty texts mean "has none".
struct Brief {
    Ref ref;
    std::string name;
    std::string summary;
    std::string category;
    std::string level;
    std::string tier;
    std::string status;
    std::optional<int> year;
    bool disputed = false;
    std::size_t json_offset = 0;  // within the section "entries"
    std::size_t json_size = 0;
};

// Conditions are combined with "and"; empty ones do not restrict.
struct Filter {
    const Kind* kind = nullptr;
    std::string category = {};
    std::string level = {};
    std::string tier = {};
    std::string status = {};
    std::optional<int> year_min = std::nullopt;
    std::optional<int> year_max = std::nullopt;
};

bool matches(const Brief& brief, const Filter& filter);

struct Edge {
    std::size_t from = 0;  // positions in entries()
    std::size_t to = 0;
    std::string_view relation;
};

class Catalog {
  public:
    // Errors: unreadable_file, corrupt_pack.
    static base::Result<Catalog> open(const std::filesystem::path& pack);

    [[nodiscard]] const std::vector<Brief>& entries() const { return entries_; }  // by kind, then id
    [[nodiscard]] const std::vector<Edge>& edges() const { return edges_; }       // `from` refers to `to`

    // The entry with that reference; the id of a pattern's variant finds the pattern. Null if there is none.
    [[nodiscard]] const Brief* find(const Ref& ref) const;

    // "pattern:circuit-breaker", or a bare id or name if only one entry has it. Errors: not_found with the nearest ids
    // as hint; invalid_argument if the text is no reference and several entries fit.
    [[nodiscard]] base::Result<const Brief*> resolve(std::string_view text) const;

    [[nodiscard]] std::vector<const Brief*> list(const Filter& filter) const;

    // JSON as described in docs/formats/catalogue-json.md. Views live as long as the Catalog.
    [[nodiscard]] std::string_view entry_json(const Brief& brief) const;
    [[nodiscard]] std::string_view taxonomy_json() const { return pack_.section("taxonomy"); }
    [[nodiscard]] std::string_view stats_json() const { return pack_.section("stats"); }
    [[nodiscard]] std::string_view graphs_json() const { return pack_.section("graphs"); }
    [[nodiscard]] const std::string& content_hash() const { return content_hash_; }
    [[nodiscard]] const PackFile& pack() const { return pack_; }

    // The entry as listed:
    // {"ref","kind","id","url","name","summary","category","level","tier","year","status","disputed"}.
    static std::string brief_json(const Brief& brief);

  private:
    explicit Catalog(PackFile pack) : pack_(std::move(pack)) {}
    base::Result<void> load_index();

    PackFile pack_;
    std::vector<Brief> entries_;
    std::vector<Edge> edges_;
    std::vector<std::string> relations_;
    std::vector<std::pair<std::string, std::size_t>>
        variants_;  // reference of a variant, position of its entry; sorted
    std::string content_hash_;
};

}  // namespace dstudio::catalog
