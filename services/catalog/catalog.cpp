#include "services/catalog/catalog.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/text.hpp"

namespace dstudio::catalog {
namespace {

using base::ErrorCode;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t suggestions_max = 5;

std::pair<std::size_t, std::string_view> sort_key(const Ref& ref) {
    return {kind_index(*ref.kind), ref.id};
}

ordered_json text_or_null(const std::string& text) {
    return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

}  // namespace

bool matches(const Brief& brief, const Filter& filter) {
    const auto fits = [](const std::string& wanted, const std::string& value) {
        return wanted.empty() || wanted == value;
    };
    if (filter.kind != nullptr && brief.ref.kind != filter.kind)
        return false;
    if ((filter.year_min && (!brief.year || *brief.year < *filter.year_min)) ||
        (filter.year_max && (!brief.year || *brief.year > *filter.year_max)))
        return false;
    return fits(filter.category, brief.category) && fits(filter.level, brief.level) && fits(filter.tier, brief.tier) &&
           fits(filter.status, brief.status);
}

base::Result<Catalog> Catalog::open(const std::filesystem::path& path) {
    auto pack = PackFile::open(path);
    if (!pack)
        return tl::unexpected<base::Error>(pack.error());
    Catalog catalog(std::move(*pack));
    if (auto loaded = catalog.load_index(); !loaded)
        return tl::unexpected<base::Error>(loaded.error());
    return catalog;
}

base::Result<void> Catalog::load_index() {
    const auto corrupt = [](const std::string& reason) {
        return base::fail(ErrorCode::corrupt_pack, "the catalogue's index is damaged: " + reason,
                          "build it again with 'dstudio content build'");
    };
    try {
        const std::size_t entries_size = pack_.section("entries").size();
        const json index = json::parse(pack_.section("index"));
        content_hash_ = index.at("content_hash").get<std::string>();
        for (const json& row : index.at("entries")) {
            Brief brief;
            const auto kind = row.at(0).get<std::size_t>();
            if (kind >= kinds().size())
                return corrupt("there is no kind " + std::to_string(kind));
            brief.ref = {&kinds()[kind], row.at(1).get<std::string>()};
            if (!entries_.empty() && !(sort_key(entries_.back().ref) < sort_key(brief.ref)))
                return corrupt("entries are out of order at " + brief.ref.text());
            brief.name = row.at(2).get<std::string>();
            brief.summary = row.at(3).get<std::string>();
            brief.category = row.at(4).get<std::string>();
            brief.level = row.at(5).get<std::string>();
            brief.tier = row.at(6).get<std::string>();
            brief.status = row.at(7).get<std::string>();
            if (!row.at(8).is_null())
                brief.year = row.at(8).get<int>();
            brief.disputed = row.at(9).get<bool>();
            brief.json_offset = row.at(10).get<std::size_t>();
            brief.json_size = row.at(11).get<std::size_t>();
            if (brief.json_offset > entries_size || brief.json_size > entries_size - brief.json_offset)
                return corrupt(brief.ref.text() + " lies outside of the entries");
            for (const json& variant : row.at(12))
                variants_.emplace_back(std::string(brief.ref.kind->name) + ":" + variant.get<std::string>(),
                                       entries_.size());
            entries_.push_back(std::move(brief));
        }
        std::sort(variants_.begin(), variants_.end());
        relations_ = index.at("relations").get<std::vector<std::string>>();
        for (const json& row : index.at("edges")) {
            const Edge edge{row.at(0).get<std::size_t>(), row.at(1).get<std::size_t>(),
                            relations_.at(row.at(2).get<std::size_t>())};
            if (edge.from >= entries_.size() || edge.to >= entries_.size())
                return corrupt("a reference leads nowhere");
            edges_.push_back(edge);
        }
    } catch (const std::exception& exception) {  // of the JSON library, or an index out of range
        return corrupt(exception.what());
    }
    return {};
}

const Brief* Catalog::find(const Ref& ref) const {
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), ref, [](const Brief& brief, const Ref& wanted) {
        return sort_key(brief.ref) < sort_key(wanted);
    });
    if (at != entries_.end() && at->ref == ref)
        return &*at;
    const std::string text = ref.text();
    const auto variant = std::lower_bound(variants_.begin(), variants_.end(), std::pair(text, std::size_t{0}));
    return variant != variants_.end() && variant->first == text ? &entries_[variant->second] : nullptr;
}

base::Result<const Brief*> Catalog::resolve(std::string_view text) const {
    const std::string wanted = base::to_lower(base::trim(text));
    if (const auto ref = parse_ref(wanted)) {
        if (const Brief* brief = find(*ref))
            return brief;
        std::vector<std::string_view> ids;
        for (const Brief& brief : entries_)
            if (brief.ref.kind == ref->kind)
                ids.push_back(brief.ref.id);
        const auto near = base::nearest(ref->id, ids);
        return base::fail(ErrorCode::not_found, "there is no " + std::string(ref->kind->name) + " '" + ref->id + "'",
                          near ? "did you mean '" + std::string(ref->kind->name) + ":" + std::string(*near) + "'?"
                               : "find it with 'dstudio search'");
    }
    std::vector<const Brief*> found;
    for (const Brief& brief : entries_)
        if (brief.ref.id == wanted || base::to_lower(brief.name) == wanted)
            found.push_back(&brief);
    if (found.size() == 1)
        return found.front();
    if (found.size() > 1) {
        std::vector<std::string> refs;
        refs.reserve(found.size());
        for (const Brief* brief : found)
            refs.push_back(brief->ref.text());
        return base::fail(ErrorCode::invalid_argument, "'" + std::string(text) + "' may be any of several entries",
                          "name one: " + base::join(refs, ", "));
    }
    std::vector<std::pair<std::size_t, const Brief*>> near;
    const std::size_t near_enough = std::max<std::size_t>(1, wanted.size() / 3);
    for (const Brief& brief : entries_) {
        if (wanted.size() > brief.ref.id.size() + near_enough)  // also keeps a very long text from being measured
            continue;
        const std::size_t distance = base::edit_distance(wanted, brief.ref.id);
        if (distance <= near_enough)
            near.emplace_back(distance, &brief);
    }
    std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> hints;
    for (std::size_t i = 0; i < std::min(near.size(), suggestions_max); ++i)
        hints.push_back(near[i].second->ref.text());
    return base::fail(
        ErrorCode::not_found, "there is no entry '" + std::string(text) + "'",
        hints.empty() ? "find it with 'dstudio search'" : "did you mean " + base::join(hints, ", ") + "?");
}

std::vector<const Brief*> Catalog::list(const Filter& filter) const {
    std::vector<const Brief*> found;
    for (const Brief& brief : entries_)
        if (matches(brief, filter))
            found.push_back(&brief);
    return found;
}

std::string_view Catalog::entry_json(const Brief& brief) const {
    return pack_.section("entries").substr(brief.json_offset, brief.json_size);
}

std::string Catalog::brief_json(const Brief& brief) {
    const ordered_json json{{"ref", brief.ref.text()},
                            {"kind", brief.ref.kind->name},
                            {"id", brief.ref.id},
                            {"url", brief.ref.url()},
                            {"name", brief.name},
                            {"summary", brief.summary},
                            {"category", text_or_null(brief.category)},
                            {"level", text_or_null(brief.level)},
                            {"tier", text_or_null(brief.tier)},
                            {"year", brief.year ? ordered_json(*brief.year) : ordered_json(nullptr)},
                            {"status", text_or_null(brief.status)},
                            {"disputed", brief.disputed}};
    return json.dump();
}

}  // namespace dstudio::catalog
