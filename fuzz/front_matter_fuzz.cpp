// Any bytes as a content file: read, checked against the schema of concepts, rendered. Nothing crashes, hangs or leaks,
// and a file is either read or diagnosed.
#include <cstddef>
#include <cstdint>

#include "core/base/assert.hpp"
#include "core/base/text.hpp"
#include "services/catalog/front_matter.hpp"
#include "services/catalog/markdown.hpp"
#include "services/catalog/schema.hpp"

using namespace dstudio;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto schemas = catalog::Schemas::load(DSTUDIO_SOURCE_DIR "/content/schema");
    DS_ASSERT(schemas);
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    catalog::Diagnostics diagnostics;
    const auto file = catalog::parse_content_file(bytes, "x.md", diagnostics);
    DS_ASSERT(file.has_value() == diagnostics.empty());
    for (const catalog::Diagnostic& diagnostic : diagnostics)
        DS_ASSERT(!base::first_invalid_utf8(to_text(diagnostic)) || diagnostic.rule == "not-utf8");
    if (!file)
        return 0;
    const std::string json = file->front.json.dump();  // throws if a text is not UTF-8
    for (const char* kind : {"concept", "pattern"}) {
        catalog::Diagnostics found;
        DS_ASSERT(schemas->validate(kind, file->front, "x.md", found) == found.empty());
    }
    const catalog::Markdown markdown = catalog::render_markdown(file->body);
    DS_ASSERT(!base::first_invalid_utf8(markdown.html));
    DS_ASSERT(markdown.html.find("<script") == std::string::npos);
    return 0;
}
