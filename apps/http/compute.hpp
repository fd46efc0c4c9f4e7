// The formulas and calculators of the catalogue, computed for a request.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "core/formula/formula_set.hpp"
#include "services/catalog/catalog.hpp"

namespace dstudio::http {

// A thread's models of one catalogue; most threads never need them.
class FormulaModels {
  public:
    formula::FormulaSet& of(const catalog::Catalog& catalog);
    void clear() { set_.reset(); }

  private:
    std::unique_ptr<formula::FormulaSet> set_;
};

// A worker answers nobody else while it computes; whoever needs more has the command line, and pages compute in the
// browser.
inline constexpr std::chrono::milliseconds compute_time_max{250};
inline constexpr std::size_t compute_samples_max = 1'000'000;
inline constexpr std::size_t compute_points_max = 10'000;

// The JSON text that `dstudio formula <verb> <id> ... --json` prints. The query holds inputs by name, and as the verb
// needs it `for`, `over` (once or twice), `samples` and `seed`, or `data`.
// Errors: invalid_argument for the query, not_found for an entry that is not computed, too_much_work beyond the limits
// above.
base::Result<std::string> compute(const catalog::Catalog& catalog, FormulaModels& models, const catalog::Brief& brief,
                                  std::string_view verb, std::string_view raw_query);

}  // namespace dstudio::http
