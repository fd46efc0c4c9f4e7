// Derivatives and what they say: by how much a result moves when an input does.
#pragma once

#include <string>
#include <vector>

#include "core/formula/evaluate.hpp"

namespace dstudio::formula {

// d(variable)/d(input component), for the first component of every variable, at the bindings' points. Forward-mode
// automatic differentiation over the program (Griewank and Walther 2008, ch. 3); a named function of the library is
// differentiated numerically in each argument that moves (Ridders 1982), whole-number arguments not at all. Where a
// function has a corner (min, abs, if) the side in force counts.
std::vector<double> derivatives(const Program& program, const Model& model, const Bindings& bindings, Register input);

struct Influence {
    std::size_t input = 0;      // variable
    std::size_t component = 0;  // from 0
    double derivative = 0;      // base units of the output per base unit of the input
    double elasticity = 0;      // per cent of output per per cent of input; NaN if either is 0
    double low_input = 0;       // the input 10 % lower (uncertain: its 10 % quantile) ...
    double high_input = 0;      // ... and higher (its 90 % quantile), kept within its domain
    double low_output = 0;      // the output there, all else equal
    double high_output = 0;
};

struct Sensitivity {
    std::size_t output = 0;
    double value = 0;
    std::vector<Influence> influences;  // by falling width of [low_output, high_output]: a tornado
};

// For each output of one number. Whole-number inputs move by one instead of 10 %.
base::Result<std::vector<Sensitivity>> sensitivity(const Model& model, const Bindings& bindings);

}  // namespace dstudio::formula
