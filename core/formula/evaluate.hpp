// One evaluation of a model, with what is doubtful about it.
#pragma once

#include <string>
#include <vector>

#include "core/formula/binding.hpp"
#include "core/formula/program.hpp"

namespace dstudio::formula {

struct Warning {
    std::string code;  // "requirement", "function-domain", "undefined", "domain", "uncertain-input", "convergence", ...
    std::string message;  // a sentence without stop
    bool operator==(const Warning&) const = default;
};

struct Evaluation {
    std::vector<std::vector<double>> values;  // by variable, by component; base units
    std::vector<Warning> warnings;
};

// At the points of the bindings (an uncertain input: at its mean, with a warning). Errors: what Program::compile says.
base::Result<Evaluation> evaluate(const Model& model, const Bindings& bindings);

// Sets a machine's constant inputs from bindings; uncertain ones at their points too.
void set_inputs(const Model& model, const Program& program, const Bindings& bindings, Machine& machine);

// What lane 0 of a machine that has run says about conditions, domains of functions and of results.
std::vector<Warning> warnings_of(const Model& model, const Program& program, Machine& machine);

}  // namespace dstudio::formula
