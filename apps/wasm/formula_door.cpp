#include "apps/wasm/formula_door.hpp"

#include "core/formula/builtin.hpp"
#include "core/formula/json.hpp"

namespace dstudio::wasm {
namespace {

using json = nlohmann::ordered_json;

json error_json(const base::Error& error) {
    return {{"error",
             {{"code", base::error_kind(error.code).wire_name}, {"message", error.message}, {"hint", error.hint}}}};
}

json names_json() {
    json functions = json::array();
    for (const formula::BuiltinInfo& info : formula::builtins())
        functions.push_back({{"name", info.name}, {"summary", info.summary}});
    for (const auto table : formula::function_tables())
        for (const formula::Function& function : table) {
            json parameters = json::array();
            for (const formula::Parameter& parameter : function.parameters)
                parameters.push_back({{"name", parameter.name}, {"unit", parameter.unit}, {"list", parameter.is_list}});
            functions.push_back({{"name", function.name},
                                 {"summary", function.summary},
                                 {"source", function.source},
                                 {"parameters", std::move(parameters)},
                                 {"unit", function.unit}});
        }
    json distributions = json::array();
    for (const formula::DistributionInfo& info : formula::distribution_names())
        distributions.push_back({{"name", info.name}, {"parameters", info.parameters}, {"summary", info.summary}});
    json units = json::array();
    for (const std::string_view symbol : base::unit_symbols())
        units.push_back(symbol);
    return {
        {"functions", std::move(functions)}, {"distributions", std::move(distributions)}, {"units", std::move(units)}};
}

}  // namespace

std::string FormulaDoor::call(std::string_view text) {
    const json request = json::parse(text, nullptr, false);
    const auto wrong = [](std::string message) {
        return error_json({base::ErrorCode::invalid_argument, std::move(message), {}}).dump();
    };
    if (!request.is_object())
        return wrong("the call is no JSON object");
    const auto text_at = [&](const char* key) {
        const auto found = request.find(key);
        return found != request.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    const std::string call = text_at("call");
    if (call == "names")
        return names_json().dump();
    if (call == "load") {
        const auto formulas = request.find("formulas");
        if (formulas == request.end() || !formulas->is_object())
            return wrong("'formulas' is no object");
        for (const auto& [id, fields] : formulas->items())
            set_.add(id, fields);
        json computable = json::array();
        for (const std::string_view id : set_.computable())
            computable.push_back(id);
        return json{{"computable", std::move(computable)}}.dump();
    }
    if (call != "model" && call != "answer")
        return wrong("there is no call '" + call + "'");
    const formula::Model* model = nullptr;
    if (request.contains("source")) {
        if (const std::string source = text_at("source"); source != source_ || source.empty()) {
            source_ = source;
            source_diagnostics_.clear();
            source_model_ = formula::Model::from_source(source_, set_.library(), source_diagnostics_);
        }
        if (!source_model_)
            return json{{"diagnostics", formula::diagnostics_json(source_, source_diagnostics_)}}.dump();
        model = &*source_model_;
    } else {
        const auto found = set_.find(text_at("formula"));
        if (!found)
            return error_json(found.error()).dump();
        model = *found;
    }
    if (call == "model")
        return json{{"model", formula::model_json(*model)}}.dump();
    const auto answer = formula::answer(text_at("verb"), *model, request.value("request", json::object()));
    if (!answer)
        return error_json(answer.error()).dump(-1, ' ', false, json::error_handler_t::replace);
    return json{{"answer", *answer}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace dstudio::wasm
