#include "core/formula/function.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/formula/library/tables.hpp"

namespace dstudio::formula {

bool Domain::contains(double value) const {
    if (std::isnan(value))
        return false;
    if (min_excluded ? value <= min : value < min)
        return false;
    if (max_excluded ? value >= max : value > max)
        return false;
    return !integer || value == std::floor(value);
}

std::span<const std::span<const Function>> function_tables() {
    static const std::vector<std::span<const Function>> tables = library::tables();
    return tables;
}

const Function* find_function(std::string_view name) {
    static const std::vector<const Function*> sorted = [] {
        std::vector<const Function*> all;
        for (const auto table : function_tables())
            for (const Function& function : table)
                all.push_back(&function);
        std::sort(all.begin(), all.end(), [](const Function* a, const Function* b) { return a->name < b->name; });
        return all;
    }();
    const auto found = std::lower_bound(sorted.begin(), sorted.end(), name,
                                        [](const Function* f, std::string_view n) { return f->name < n; });
    return found != sorted.end() && (*found)->name == name ? *found : nullptr;
}

}  // namespace dstudio::formula
