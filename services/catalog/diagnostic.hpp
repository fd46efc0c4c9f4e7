// What `content check` says: file, line, the rule that is broken, what was found, and the way out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dstudio::catalog {

struct Diagnostic {
    std::string file;       // relative to the content folder
    std::size_t line = 0;   // 1-based; 0 if the file as a whole is meant
    std::string_view rule;  // stable kebab-case name, see docs/authoring.md
    std::string message;
    std::string hint;        // may be empty
    std::size_t column = 0;  // 1-based; 0 if the line as a whole is meant
};

using Diagnostics = std::vector<Diagnostic>;

// "patterns/bulkhead.md:12: broken-reference: no pattern 'bulkead'; did you mean 'bulkhead'?"
std::string to_text(const Diagnostic& diagnostic);

// Sorts by file and line, so that two runs print the same.
void sort(Diagnostics& diagnostics);

}  // namespace dstudio::catalog
