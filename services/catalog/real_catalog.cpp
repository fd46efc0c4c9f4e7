#include "services/catalog/real_catalog.hpp"

#include "core/base/assert.hpp"
#include "services/catalog/build.hpp"
#include "services/catalog/content_fixture.hpp"
#include "services/catalog/loader.hpp"

namespace dstudio::catalog {

const Content& real_content() {
    static const Content content = [] {
        auto loaded = load_content(std::string(DSTUDIO_SOURCE_DIR) + "/content");
        DS_ASSERT(loaded);
        return std::move(loaded->content);
    }();
    return content;
}

const Catalog& real_catalog() {
    static const Catalog catalog = [] {
        const TemporaryFolder folder;  // the pack stays mapped after its name is gone
        const auto pack = folder.path() / "catalogue.pack";
        DS_ASSERT(build_pack(real_content(), pack));
        auto opened = Catalog::open(pack);
        DS_ASSERT(opened);
        return std::move(*opened);
    }();
    return catalog;
}

}  // namespace dstudio::catalog
