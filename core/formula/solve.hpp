// The input for which a model gives a wanted result.
#pragma once

#include <string>
#include <vector>

#include "core/formula/evaluate.hpp"

namespace dstudio::formula {

struct Solution {
    double value = 0;       // of the input solved for, base units
    Evaluation evaluation;  // of the model there
};

struct SolveReport {
    std::vector<Solution> solutions;  // ascending; for a whole-number input: the first value at which the target is met
    std::string explanation;          // why there is none, or what a whole-number answer means; empty for a plain one
    double searched_min = 0;
    double searched_max = 0;
};

// Looks for all values of the input `unknown` at which the one target of `bindings` is met: the residual is scanned at
// about a thousand points over the input's domain (logarithmically beside linearly), every change of sign is refined
// (bisection with inverse quadratic steps, Brent 1973, ch. 4) until the bracket is one part in 1e15, and jumps and
// poles are told apart from roots. Scanning can miss two roots nearer to each other than its steps. An input that takes
// whole numbers is answered by the least one at which the result has passed the target. Errors: invalid_argument if
// `unknown` is no open input, or there is not exactly one target.
base::Result<SolveReport> solve(const Model& model, const Bindings& bindings, std::string_view unknown);

}  // namespace dstudio::formula
