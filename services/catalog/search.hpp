// Full-text search over the catalogue, by Xapian: BM25 ranking, English stemming, spelling suggestions, facets,
// snippets, prefixes.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "services/catalog/catalog.hpp"

namespace dstudio::catalog {

inline constexpr std::size_t search_query_size_bytes_max = 400;
inline constexpr std::size_t search_limit_max = 100;

struct SearchQuery {
    std::string text = {};  // words; "phrases" in quotes, -word excludes; empty lists everything that passes the filter
    Filter filter = {};
    std::size_t offset = 0;
    std::size_t limit = 20;    // at most search_limit_max
    bool as_you_type = false;  // the last word is a prefix
};

struct SearchHit {
    const Brief* brief = nullptr;
    double score = 0;
    std::string snippet_html;  // escaped text with <mark>…</mark>
};

// The facets that results are counted by, in the order of SearchPage::facets.
inline constexpr std::array<std::string_view, 6> facet_names{"kind", "category", "level", "tier", "status", "year"};

struct SearchPage {
    std::vector<SearchHit> hits;
    std::size_t total = 0;                  // exact
    std::optional<std::string> suggestion;  // the query with its spelling corrected, if that finds more
    // Per facet the results by value; results without a value count under "none", so each facet adds up to `total`.
    std::array<std::map<std::string, std::size_t>, facet_names.size()> facets;
};

// One per thread: Xapian's databases are not safe to share.
class Searcher {
  public:
    // `catalog` must outlive the searcher. Errors: corrupt_pack.
    static base::Result<Searcher> open(const Catalog& catalog);

    Searcher(Searcher&&) noexcept;
    Searcher& operator=(Searcher&&) noexcept;
    ~Searcher();

    // Errors: invalid_argument (text too long or not UTF-8, limit out of range); corrupt_pack.
    base::Result<SearchPage> search(const SearchQuery& query);

  private:
    struct Impl;
    explicit Searcher(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// The page as {"query","total","suggestion","facets","results","next_cursor"} (docs/api/openapi.yaml).
std::string search_page_json(const SearchQuery& query, const SearchPage& page);

}  // namespace dstudio::catalog
