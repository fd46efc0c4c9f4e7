// The formulas and calculators of the catalogue as models that compute.
#pragma once

#include "core/formula/formula_set.hpp"
#include "services/catalog/catalog.hpp"
#include "services/catalog/diagnostic.hpp"
#include "services/catalog/entry.hpp"

namespace dstudio::catalog {

// Formulas stand under their id ("erlang-c"), calculators under "calculator:<id>".
std::string model_id(const Ref& ref);
void add_formulas(const Catalog& catalog, formula::FormulaSet& set);

// Builds every model and works every example. Reports `formula-mistake` for equations that do not compile, with the
// line they stand on, `example-differs` for worked examples whose results are not those stated, and `check-mistake` for
// checks by simulation that cannot be run (simulation_checks.hpp).
void check_formulas(const Content& content, Diagnostics& diagnostics);

}  // namespace dstudio::catalog
