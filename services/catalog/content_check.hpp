// The checks that need all entries at once: vocabulary, references, sources, names, prerequisites.
#pragma once

#include "services/catalog/diagnostic.hpp"
#include "services/catalog/entry.hpp"

namespace dstudio::catalog {

// REQUIRES: content.entries is sorted by kind and id. Appends what it finds.
void check_content(const Content& content, Diagnostics& diagnostics);

}  // namespace dstudio::catalog
