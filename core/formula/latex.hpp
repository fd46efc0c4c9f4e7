// Expressions typeset: LaTeX that KaTeX understands.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/formula/model.hpp"

namespace dstudio::formula {

// How a variable's name is typeset; empty: from the name ("\mathit{arrival\_rate}").
using NameLatex = std::function<std::string(std::string_view)>;

std::string latex(const Node& expression, const NameLatex& name_latex);
// "\lambda = ...": one equation of a model, under its variables' own LaTeX.
std::string equation_latex(const Model& model, const Equation& equation);
std::string condition_latex(const Model& model, const Requirement& requirement);

}  // namespace dstudio::formula
