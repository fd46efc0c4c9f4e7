#include "apps/http/snapshot.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "services/catalog/search.hpp"

namespace dstudio::http {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

void add_ids(const json& rows, std::set<std::string>& ids) {
    for (const json& row : rows)
        ids.insert(row.at("id").get<std::string>());
}

void add_values_of(const catalog::Brief& brief, FacetValues& values) {
    const auto add = [](const std::string& value, std::set<std::string>& to) {
        if (!value.empty())
            to.insert(value);
    };
    add(brief.category, values.categories);
    add(brief.level, values.levels);
    add(brief.tier, values.tiers);
    add(brief.status, values.statuses);
}

void describe_kinds(Snapshot& snapshot, const json& taxonomy) {
    ordered_json items = ordered_json::array();
    for (const catalog::Kind& kind : catalog::kinds()) {
        const std::string name(kind.name);
        const json described = taxonomy.value("kinds", json::object()).value(name, json::object());
        FacetValues& values = snapshot.facet_values[catalog::kind_index(kind)];
        add_ids(described.value("categories", json::array()), values.categories);
        items.push_back({{"name", kind.name},
                         {"plural", kind.plural},
                         {"title", described.value("title", std::string(kind.plural))},
                         {"description", described.value("description", std::string())},
                         {"url", "/" + std::string(kind.plural)},
                         {"api_url", "/api/v1/" + std::string(kind.plural)},
                         {"total", snapshot.count_by_kind[catalog::kind_index(kind)]},
                         {"categories", values.categories},
                         {"statuses", values.statuses}});
    }
    snapshot.kinds_json = ordered_json{{"total", items.size()}, {"items", std::move(items)}}.dump();
}

}  // namespace

base::Result<std::shared_ptr<const Snapshot>> Snapshot::load(const std::filesystem::path& pack,
                                                             const std::filesystem::path& web_root) {
    auto catalog = catalog::Catalog::open(pack);
    if (!catalog)
        return tl::unexpected<base::Error>(catalog.error());
    auto snapshot = std::make_shared<Snapshot>(std::move(*catalog));
    // Each thread will open its own; here it is found out whether they can.
    if (auto searcher = catalog::Searcher::open(snapshot->catalog); !searcher)
        return tl::unexpected<base::Error>(searcher.error());
    if (!web_root.empty()) {
        auto site = SiteFiles::scan(web_root);
        if (!site)
            return tl::unexpected<base::Error>(site.error());
        snapshot->site = std::move(*site);
    }

    const std::size_t kind_count = catalog::kinds().size();
    snapshot->count_by_kind.assign(kind_count, 0);
    snapshot->facet_values.resize(kind_count);
    for (const catalog::Brief& brief : snapshot->catalog.entries()) {
        const std::size_t kind = catalog::kind_index(*brief.ref.kind);
        ++snapshot->count_by_kind[kind];
        add_values_of(brief, snapshot->facet_values[kind]);
    }
    try {
        const json taxonomy = json::parse(snapshot->catalog.taxonomy_json());
        describe_kinds(*snapshot, taxonomy);
        for (FacetValues& values : snapshot->facet_values) {
            add_ids(taxonomy.value("levels", json::array()), values.levels);
            add_ids(taxonomy.value("tiers", json::array()), values.tiers);
            snapshot->facet_values_all.categories.insert(values.categories.begin(), values.categories.end());
            snapshot->facet_values_all.levels.insert(values.levels.begin(), values.levels.end());
            snapshot->facet_values_all.tiers.insert(values.tiers.begin(), values.tiers.end());
            snapshot->facet_values_all.statuses.insert(values.statuses.begin(), values.statuses.end());
        }
    } catch (const json::exception& exception) {
        return base::fail(base::ErrorCode::corrupt_pack,
                          std::string("the catalogue's taxonomy is damaged: ") + exception.what(),
                          "build it again with 'dstudio content build'");
    }
    return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

SnapshotStore::Current SnapshotStore::current() const {
    const std::lock_guard lock(mutex_);
    return {current_, generation_.load(std::memory_order_relaxed)};
}

void SnapshotStore::replace(std::shared_ptr<const Snapshot> next) {
    const std::lock_guard lock(mutex_);
    current_ = std::move(next);
    generation_.fetch_add(1, std::memory_order_release);
}

}  // namespace dstudio::http
