// What the server answers from: one catalogue and one listing of the site, immutable, replaced as a whole by a reload.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "apps/http/site_files.hpp"
#include "core/base/error.hpp"
#include "services/catalog/catalog.hpp"

namespace dstudio::http {

// The values that may stand in a filter: those of the taxonomy, and those that entries have.
struct FacetValues {
    std::set<std::string> categories;
    std::set<std::string> levels;
    std::set<std::string> tiers;
    std::set<std::string> statuses;
};

struct Snapshot {
    explicit Snapshot(catalog::Catalog opened) : catalog(std::move(opened)) {}

    // Errors: those of Catalog::open, Searcher::open and SiteFiles::scan. An empty `web_root` gives a site without
    // pages.
    static base::Result<std::shared_ptr<const Snapshot>> load(const std::filesystem::path& pack,
                                                              const std::filesystem::path& web_root);

    catalog::Catalog catalog;
    SiteFiles site;
    std::vector<std::size_t> count_by_kind;  // by kind_index
    std::vector<FacetValues> facet_values;   // by kind_index
    FacetValues facet_values_all;
    std::string kinds_json;
};

// The current snapshot. Readers compare generations, which costs one load, and take the pointer only when it has
// changed.
class SnapshotStore {
  public:
    explicit SnapshotStore(std::shared_ptr<const Snapshot> first) : current_(std::move(first)) {}

    [[nodiscard]] std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

    struct Current {
        std::shared_ptr<const Snapshot> snapshot;
        std::uint64_t generation = 0;
    };
    [[nodiscard]] Current current() const;
    void replace(std::shared_ptr<const Snapshot> next);

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Snapshot> current_;  // guarded by mutex_
    std::atomic<std::uint64_t> generation_{1};
};

}  // namespace dstudio::http
