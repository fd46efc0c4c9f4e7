// The repository's own content as a pack, built once per test program.
#pragma once

#include "services/catalog/catalog.hpp"
#include "services/catalog/entry.hpp"

namespace dstudio::catalog {

const Content& real_content();
const Catalog& real_catalog();

}  // namespace dstudio::catalog
