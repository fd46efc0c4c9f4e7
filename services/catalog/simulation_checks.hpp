// The `check` of a formula or calculator: a scenario whose simulation measures what the model computes
// (docs/formats/check.md). Its texts hold `${expression}`, over the model's inputs and results.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/formula/model.hpp"

namespace dstudio::catalog {

struct CheckMistake {
    std::string pointer;  // into the entry's fields
    std::string message;
    std::string hint;
};

// Puts the first example that meets the check's conditions into its scenario, and reads that. Mistakes are expressions
// that do not compile, scenarios that cannot be read, figures of what the scenario does not have, and conditions that
// no example meets.
// REQUIRES: fields, as the schema has them, with `check` and `examples`.
std::vector<CheckMistake> mistakes_of_check(const nlohmann::ordered_json& fields, const formula::Model& model,
                                            const formula::FormulaLibrary& library);

}  // namespace dstudio::catalog
