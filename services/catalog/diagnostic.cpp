#include "services/catalog/diagnostic.hpp"

#include <algorithm>
#include <tuple>

namespace dstudio::catalog {

std::string to_text(const Diagnostic& diagnostic) {
    std::string text = diagnostic.file;
    if (diagnostic.line > 0)
        text += ":" + std::to_string(diagnostic.line);
    if (diagnostic.column > 0)
        text += ":" + std::to_string(diagnostic.column);
    text += ": " + std::string(diagnostic.rule) + ": " + diagnostic.message;
    if (!diagnostic.hint.empty())
        text += "; " + diagnostic.hint;
    return text;
}

void sort(Diagnostics& diagnostics) {
    std::stable_sort(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return std::tie(a.file, a.line, a.message) < std::tie(b.file, b.line, b.message);
    });
}

}  // namespace dstudio::catalog
