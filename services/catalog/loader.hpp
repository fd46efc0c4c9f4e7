// Loads `content/` from disk and checks it: form (YAML, schema), vocabulary (taxonomy), references, sources,
// prerequisites.
#pragma once

#include <filesystem>

#include "core/base/error.hpp"
#include "services/catalog/diagnostic.hpp"
#include "services/catalog/entry.hpp"

namespace dstudio::catalog {

struct LoadedContent {
    Content content;          // entries that are well-formed on their own
    Diagnostics diagnostics;  // empty exactly if all is well
    std::size_t files = 0;    // read
};

// Errors: unreadable_file or malformed_content if the folder, its schemas or its taxonomy cannot be used at all. What
// is wrong with single entries is in `diagnostics`.
base::Result<LoadedContent> load_content(const std::filesystem::path& folder);

}  // namespace dstudio::catalog
