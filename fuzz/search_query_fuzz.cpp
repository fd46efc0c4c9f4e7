// Any query against the small catalogue: answered with consistent counts, or refused with the reason.
#include <cstddef>
#include <cstdint>

#include "core/base/assert.hpp"
#include "core/base/text.hpp"
#include "services/catalog/build.hpp"
#include "services/catalog/content_fixture.hpp"
#include "services/catalog/loader.hpp"
#include "services/catalog/search.hpp"

using namespace dstudio;

namespace {

catalog::Catalog build() {
    const catalog::ContentFixture fixture;
    const auto loaded = catalog::load_content(fixture.content());
    DS_ASSERT(loaded && loaded->diagnostics.empty());
    DS_ASSERT(catalog::build_pack(loaded->content, fixture.pack()));
    return std::move(*catalog::Catalog::open(fixture.pack()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const catalog::Catalog catalog = build();
    static catalog::Searcher searcher = std::move(*catalog::Searcher::open(catalog));
    if (size < 2)
        return 0;
    catalog::SearchQuery query;
    query.as_you_type = (data[0] & 1U) != 0;
    query.offset = data[0] >> 4U;
    query.limit = data[1] % (catalog::search_limit_max + 2);
    if ((data[0] & 2U) != 0)
        query.filter.kind = &catalog::kinds()[data[1] % catalog::kinds().size()];
    if ((data[0] & 4U) != 0)
        query.filter.year_min = static_cast<int>(data[1]) * 40 - 1000;
    query.text.assign(reinterpret_cast<const char*>(data) + 2, size - 2);
    const auto page = searcher.search(query);
    if (!page) {
        DS_ASSERT(page.error().code == base::ErrorCode::invalid_argument);
        return 0;
    }
    DS_ASSERT(page->total <= catalog.entries().size());
    for (const auto& facet : page->facets) {
        std::size_t sum = 0;
        for (const auto& [value, count] : facet)
            sum += count;
        DS_ASSERT(sum == page->total);
    }
    for (const catalog::SearchHit& hit : page->hits) {
        DS_ASSERT(matches(*hit.brief, query.filter));
        DS_ASSERT(!base::first_invalid_utf8(hit.snippet_html));
    }
    DS_ASSERT(!search_page_json(query, *page).empty());
    (void)catalog.resolve(query.text);
    return 0;
}
