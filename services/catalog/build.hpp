// From checked content to a pack, and from a pack to the JSON that the web front end prerenders.
#pragma once

#include <filesystem>

#include "core/base/error.hpp"
#include "services/catalog/catalog.hpp"
#include "services/catalog/entry.hpp"

namespace dstudio::catalog {

// REQUIRES: `content` came from load_content without diagnostics. Errors: unwritable_file.
base::Result<void> build_pack(const Content& content, const std::filesystem::path& path);

// The document `catalogue.json` of docs/formats/catalogue-json.md.
std::string catalogue_json(const Catalog& catalog);

}  // namespace dstudio::catalog
