// What a component may be: how it is drawn, and what one of that type starts with. How it behaves is in its fields
// alone.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace dstudio::system {

struct ComponentType {
    std::string_view name;   // "object-store"
    std::string_view title;  // "Object store"
    std::string_view group;  // "Data", ...
    std::string_view summary;
    // A component of a document without id and type, as JSON: plausible values to start from, not measurements. Where
    // it calls another, the name of that is TARGET.
    std::string_view start;
};

std::span<const ComponentType> component_types();
const std::vector<std::string_view>& component_type_names();

// [{"name", "title", "group", "summary", "start": {...}}]
nlohmann::ordered_json component_types_json();

}  // namespace dstudio::system
