// The formulas and calculators of a catalogue as models, built when first asked for.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/formula/model.hpp"

namespace dstudio::formula {

// Owns what it is given; models refer to nothing outside. Not to be used by several threads at once. Stays where it is
// made: models' libraries point back to it.
class FormulaSet {
  public:
    FormulaSet() = default;
    FormulaSet(const FormulaSet&) = delete;
    FormulaSet& operator=(const FormulaSet&) = delete;

    // The fields of an entry ("variables", "equations", "requires"; or "model": a text in the language), under its id
    // ("mm1-response"). Entries without either are known by name only.
    void add(std::string id, nlohmann::ordered_json fields);

    // Errors: not_found with the nearest id as hint; malformed_content with the diagnostics, or naming the circle of
    // formulas that call each other; invalid_argument for an entry that states a relation without computing it.
    base::Result<const Model*> find(std::string_view id);

    // For models that call formulas: "mm1_response" finds mm1-response. Lives as long as this set.
    [[nodiscard]] FormulaLibrary library();

    // Ids of those that can be computed, ascending.
    [[nodiscard]] std::vector<std::string_view> computable() const;

  private:
    struct Slot {
        nlohmann::ordered_json fields;
        std::unique_ptr<Model> model;
        std::string mistake;  // not empty: building failed
        bool is_being_built = false;
    };
    std::map<std::string, Slot, std::less<>> slots_;
};

}  // namespace dstudio::formula
