#include "services/catalog/prices.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.hpp"
#include "core/base/unit.hpp"
#include "core/formula/binding.hpp"
#include "core/system/component_types.hpp"

namespace dstudio::catalog {
namespace {

// The keys of a component's `price` in scenarios, and what is stored, which scenarios have no price for.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> units{{
    {"replica", "USD/s"},
    {"request", "USD"},
    {"busy", "USD/s"},
    {"egress", "USD/B"},
    {"storage", "USD/(B s)"},
}};

void check_value(const Entry& entry, Diagnostics& diagnostics) {
    const auto field = entry.fields["field"].get<std::string>();
    const auto* const unit =
        std::find_if(units.begin(), units.end(), [&](const auto& known) { return known.first == field; });
    if (unit == units.end())
        return;  // the schema lists them
    formula::Variable variable;
    variable.name = field;
    variable.unit = base::parse_unit(unit->second).value();
    variable.domain = {.min = 0, .max = 1e9};
    const auto read = formula::read_value(variable, entry.fields["value"].get<std::string>());
    const std::size_t line = entry.front.line_of("/value");
    if (!read)
        diagnostics.push_back({entry.file, line, "price-mistake", read.error().message, read.error().hint});
    else if (read->is_uncertain())
        diagnostics.push_back(
            {entry.file, line, "price-mistake", "a price is one value, not a distribution", "write what is paid"});
}

void check_component_types(const Entry& entry, Diagnostics& diagnostics) {
    const auto& known = system::component_type_names();
    std::size_t index = 0;
    for (const auto& item : entry.fields["component_types"]) {
        const std::string pointer = "/component_types/" + std::to_string(index++);
        const auto type = item.get<std::string>();
        if (std::find(known.begin(), known.end(), type) != known.end())
            continue;
        const auto near = base::nearest(type, known);
        diagnostics.push_back(
            {entry.file, entry.front.line_of(pointer), "price-mistake",
             "the simulator has no component type '" + type + "'",
             near ? "did you mean '" + std::string(*near) + "'?" : "`dstudio sim` and the editor list the types"});
    }
}

}  // namespace

void check_prices(const Content& content, Diagnostics& diagnostics) {
    for (const Entry& entry : content.entries) {
        if (entry.ref.kind->name != "price")
            continue;
        check_value(entry, diagnostics);
        check_component_types(entry, diagnostics);
    }
}

}  // namespace dstudio::catalog
