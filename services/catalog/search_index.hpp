// Builds the search section of a pack.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/error.hpp"
#include "services/catalog/entry.hpp"

namespace dstudio::catalog {

// The bytes of a single-file Xapian database over all entries, in their order. `scratch`: a folder that may be created
// and is removed again. Errors: unwritable_file.
base::Result<std::string> build_search_index(const Content& content, const std::filesystem::path& scratch);

}  // namespace dstudio::catalog
