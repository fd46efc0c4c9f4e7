#include "services/catalog/kinds.hpp"

#include <array>

#include "core/base/text.hpp"

namespace dstudio::catalog {
namespace {

constexpr std::array table{
    Kind{"concept", "concepts", "category", "", "", "prerequisites"},
    Kind{"pattern", "patterns", "category", "/series_own", "/introduced/year", "related"},
    Kind{"combination", "combinations", "relation", "/evidence", "", "members"},
    Kind{"stack", "stacks", "", "", "", "layers"},
    Kind{"formula", "formulas", "category", "/series_claim/status", "", "concepts"},
    Kind{"calculator", "calculators", "category", "", "", "formulas"},
    Kind{"algorithm", "algorithms", "category", "", "", "concepts"},
    Kind{"incident", "incidents", "type", "/record", "/date", "missing_patterns"},
    Kind{"success", "successes", "type", "/record", "/date", "used_patterns"},
    Kind{"company", "companies", "sector", "/basis", "", "patterns"},
    Kind{"episode", "episodes", "series", "/availability", "", "prerequisites"},
    Kind{"path", "paths", "type", "", "", "stages"},
    Kind{"question", "questions", "", "", "", "concepts"},
    Kind{"scenario", "scenarios", "", "", "", "patterns"},
    Kind{"lab", "labs", "", "", "", "concepts"},
    Kind{"certificate", "certificates", "scheme", "", "", "requires"},
    Kind{"kpi", "kpis", "group", "", "", ""},
    Kind{"rule", "rules", "type", "", "", ""},
    Kind{"price", "prices", "category", "/provider", "/as_of", ""},
};

}  // namespace

std::span<const Kind> kinds() {
    return table;
}

const Kind* find_kind(std::string_view name) {
    for (const Kind& kind : table)
        if (kind.name == name || kind.plural == name)
            return &kind;
    return nullptr;
}

std::size_t kind_index(const Kind& kind) {
    return static_cast<std::size_t>(&kind - table.data());
}

std::optional<Ref> parse_ref(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    const std::string_view kind_name = text.substr(0, colon);
    for (const Kind& kind : table) {
        if (kind.name != kind_name)
            continue;
        std::string id = base::to_lower(text.substr(colon + 1));
        if (!base::is_slug(id))
            return std::nullopt;
        return Ref{&kind, std::move(id)};
    }
    return std::nullopt;
}

bool looks_like_ref(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || text.find(' ') != std::string_view::npos)
        return false;
    for (const Kind& kind : table)
        if (kind.name == text.substr(0, colon))
            return true;
    return false;
}

}  // namespace dstudio::catalog
