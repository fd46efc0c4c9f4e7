// The browser's door to the formula core: one call, JSON in, JSON out.
//
//   {"call": "load", "formulas": {"erlang-c": fields, ...}}   -> {"computable": ["erlang-c", ...]}
//   {"call": "model", "formula": "erlang-c"}                  -> {"model": {inputs, outputs, equations, requires}}
//   {"call": "model", "source": "x = 1 ms"}                   -> {"model": ...} or {"diagnostics": [...]}
//   {"call": "answer", "verb": "eval", "formula" or "source": ..., "request": {...}}   -> {"answer": {...}}
//   {"call": "names"}                                         -> {"functions": [...], "distributions": [...], "units":
//   [...]}
//
// `load` adds to what was loaded. A call's text goes over the module's stack of 4 MB, four bytes a character: keep it
// below 512 KiB, load formulas one by one.
//
// What goes wrong is {"error": {"code", "message", "hint"}}. Shapes: docs/formats/formula-json.md.
#pragma once

#include <string>
#include <string_view>

#include "core/formula/formula_set.hpp"

namespace dstudio::wasm {

class FormulaDoor {
  public:
    std::string call(std::string_view request);

  private:
    formula::FormulaSet set_;
    // The last text is kept: dragging a slider evaluates the same model many times.
    std::string source_;
    std::optional<formula::Model> source_model_;
    formula::Diagnostics source_diagnostics_;
};

}  // namespace dstudio::wasm
