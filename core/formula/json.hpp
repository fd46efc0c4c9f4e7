// Requests and answers in JSON: what the command line prints, HTTP sends and the browser's worker gets. One shape at
// every door (docs/formats/formula-json.md).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/formula/model.hpp"

namespace dstudio::formula {

// A formula's or calculator's fields as in the catalogue: {"variables": [...], "equations": [...], "requires": [...]}.
// Errors: malformed_content, with all diagnostics in the message's lines.
base::Result<Model> model_from_fields(const nlohmann::ordered_json& fields, const FormulaLibrary& library);

// Whether an entry can be computed at all.
bool has_equations(const nlohmann::ordered_json& fields);

Declaration declaration_from_fields(const nlohmann::ordered_json& fields);

// Inputs, outputs, equations and conditions with their LaTeX: what a page or a listing shows of a model.
nlohmann::ordered_json model_json(const Model& model);

// The verbs. `request` is an object:
//   eval         {"inputs": {"servers": "10", ...}}
//   solve        {"inputs": {..., "response_time": "250ms"}, "for": "arrival_rate"}
//   sensitivity  {"inputs": {...}}
//   sample       {"inputs": {...}, "samples": 100000, "seed": 1}
//   sweep        {"inputs": {...}, "axes": [{"input": "servers", "from": "1", "to": "50", "points": 50, "scale":
//   "log"}]} fit          {"inputs": {...}, "data": "n,throughput\n1,955\n..."}
// Errors: invalid_argument for all that is wrong with the request; too_much_work if a WorkLimit stops it.
base::Result<nlohmann::ordered_json> answer(std::string_view verb, const Model& model,
                                            const nlohmann::ordered_json& request);
const std::vector<std::string_view>& verbs();

// [{"line", "column", "begin", "end", "message", "hint"}]
nlohmann::ordered_json diagnostics_json(std::string_view source, const Diagnostics& diagnostics);

}  // namespace dstudio::formula
