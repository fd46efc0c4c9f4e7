#include "core/formula/formula_set.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/formula/binding.hpp"
#include "core/formula/json.hpp"

namespace dstudio::formula {

using base::ErrorCode;
using base::fail;

namespace {

bool has_text_model(const nlohmann::ordered_json& fields) {
    const auto model = fields.find("model");
    return model != fields.end() && model->is_string();
}

bool is_computable(const nlohmann::ordered_json& fields) {
    return has_equations(fields) || has_text_model(fields);
}

// A calculator's sliders tell what an input is: steps of one count things, a range that starts at or above nothing
// never goes below it, and a share does not exceed the whole. They are not its limits otherwise: a value beyond the
// slider may be typed.
void set_domains(const nlohmann::ordered_json& fields, Model& model) {
    for (const auto& input : fields.value("inputs", nlohmann::ordered_json::array())) {
        const Variable* variable = model.find(input.value("name", std::string()));
        if (variable == nullptr || !variable->is_input)
            continue;
        const auto from = read_value(*variable, input.value("from", std::string()));
        const auto to = read_value(*variable, input.value("to", std::string()));
        Domain domain = variable->domain;
        if (from && from->points[0] >= 0)
            domain.min = 0;
        if (to && variable->unit.text == "%" && to->points[0] <= 1)
            domain.max = 1;
        if (input.value("step", std::string()) == "1") {
            domain.integer = true;
            if (from && from->points[0] >= 1)
                domain.min = 1;
        }
        model.set_domain(variable->name, domain);
    }
}

}  // namespace

void FormulaSet::add(std::string id, nlohmann::ordered_json fields) {
    slots_[std::move(id)].fields = std::move(fields);
}

base::Result<const Model*> FormulaSet::find(std::string_view id) {
    const auto at = slots_.find(id);
    if (at == slots_.end()) {
        std::vector<std::string_view> ids;
        for (const auto& [known, slot] : slots_)
            ids.emplace_back(known);
        const auto near = base::nearest(id, ids);
        return fail(ErrorCode::not_found, fmt::format("there is no formula '{}'", base::utf8_prefix(id, 80)),
                    near ? fmt::format("did you mean '{}'?", *near) : "'dstudio formula list' names them");
    }
    Slot& slot = at->second;
    if (slot.model)
        return slot.model.get();
    if (!slot.mistake.empty())
        return fail(ErrorCode::malformed_content, slot.mistake);
    if (!is_computable(slot.fields))
        return fail(ErrorCode::invalid_argument, fmt::format("'{}' states a relation that is not computed here", id),
                    fmt::format("'dstudio show formula:{}' shows it", id));
    if (slot.is_being_built)
        return fail(ErrorCode::malformed_content, fmt::format("'{}' calls itself, by way of the formulas it uses", id));
    slot.is_being_built = true;
    base::Result<Model> built = [&]() -> base::Result<Model> {
        if (!has_text_model(slot.fields))
            return model_from_fields(slot.fields, library());
        const auto source = slot.fields["model"].get<std::string>();
        Diagnostics diagnostics;
        auto model = Model::from_source(source, library(), diagnostics);
        if (model) {
            set_domains(slot.fields, *model);
            return std::move(*model);
        }
        std::string message;
        for (const Diagnostic& diagnostic : diagnostics)
            message += (message.empty() ? "" : "\n") + diagnostic_text(source, diagnostic);
        return fail(ErrorCode::malformed_content, std::move(message));
    }();
    slot.is_being_built = false;
    if (!built) {
        slot.mistake = built.error().message;
        return tl::unexpected<base::Error>(built.error());
    }
    slot.model = std::make_unique<Model>(std::move(*built));
    return slot.model.get();
}

FormulaLibrary FormulaSet::library() {
    return [this](std::string_view name) -> const Model* {
        std::string id(name);
        std::replace(id.begin(), id.end(), '_', '-');
        const auto found = find(id);
        return found ? *found : nullptr;
    };
}

std::vector<std::string_view> FormulaSet::computable() const {
    std::vector<std::string_view> ids;
    for (const auto& [id, slot] : slots_)
        if (is_computable(slot.fields))
            ids.emplace_back(id);
    return ids;
}

}  // namespace dstudio::formula
