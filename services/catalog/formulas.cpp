#include "services/catalog/formulas.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/base/number.hpp"
#include "core/formula/evaluate.hpp"
#include "core/formula/json.hpp"
#include "services/catalog/simulation_checks.hpp"

namespace dstudio::catalog {
namespace {

using nlohmann::ordered_json;

bool can_compute(const Kind& kind) {
    return kind.name == "formula" || kind.name == "calculator";
}

class FormulaChecker {
  public:
    FormulaChecker(const Content& content, Diagnostics& diagnostics) : content_(content), diagnostics_(diagnostics) {
        for (const Entry& entry : content.entries)
            if (can_compute(*entry.ref.kind))
                set_.add(model_id(entry.ref), entry.fields);
    }

    void run() {
        for (const Entry& entry : content_.entries) {
            if (!can_compute(*entry.ref.kind))
                continue;
            const formula::Model* model = build(entry);
            if (model == nullptr)
                continue;
            examples(entry, *model);
            if (entry.fields.contains("check") && entry.fields.contains("examples"))
                for (CheckMistake& mistake : mistakes_of_check(entry.fields, *model, set_.library()))
                    report(entry, mistake.pointer, "check-mistake", std::move(mistake.message),
                           std::move(mistake.hint));
        }
    }

  private:
    void report(const Entry& entry, const std::string& pointer, std::string_view rule, std::string message,
                std::string hint = {}) {
        diagnostics_.push_back({entry.file, entry.front.line_of(pointer), rule, std::move(message), std::move(hint)});
    }

    const formula::Model* build(const Entry& entry) {
        const bool has_text = entry.fields.contains("model");
        if (!has_text && !formula::has_equations(entry.fields)) {
            if (entry.fields.contains("examples"))
                report(entry, "/examples", "formula-mistake", "examples without equations cannot be worked",
                       "write the equations");
            return nullptr;
        }
        // Built here once more for its diagnostics, which have places; the set's own is what others call.
        formula::Diagnostics found;
        std::string source;
        if (has_text) {
            source = entry.fields["model"].get<std::string>();
            (void)formula::Model::from_source(source, set_.library(), found);
        } else {
            const formula::Declaration declaration = formula::declaration_from_fields(entry.fields);
            source = formula::Model::declaration_source(declaration);
            (void)formula::Model::from_declaration(declaration, set_.library(), found);
        }
        const std::size_t equations = has_text ? 0 : entry.fields["equations"].size();
        for (const formula::Diagnostic& diagnostic : found) {
            const formula::LineColumn at = formula::line_column(source, diagnostic.span.begin);
            std::string pointer = "/model";
            if (!has_text && diagnostic.message.starts_with("variable '"))
                pointer = "/variables";
            else if (!has_text)
                pointer = at.line <= equations ? fmt::format("/equations/{}", at.line - 1)
                                               : fmt::format("/requires/{}", at.line - equations - 1);
            const std::string place = has_text ? fmt::format("line {}, column {}: ", at.line, at.column)
                                               : fmt::format("column {}: ", at.column);
            report(entry, pointer, "formula-mistake", place + diagnostic.message, diagnostic.hint);
        }
        if (!found.empty())
            return nullptr;
        const auto model = set_.find(model_id(entry.ref));
        if (!model) {
            report(entry, "/equations", "formula-mistake", model.error().message, model.error().hint);
            return nullptr;
        }
        return *model;
    }

    void examples(const Entry& entry, const formula::Model& model) {
        if (!entry.fields.contains("examples"))
            return;
        std::size_t number = 0;
        for (const ordered_json& example : entry.fields["examples"]) {
            const std::string pointer = fmt::format("/examples/{}", number++);
            std::vector<formula::Assignment> inputs;
            if (example.contains("inputs"))
                for (const auto& [name, value] : example["inputs"].items())
                    inputs.push_back({name, value.get<std::string>()});
            const auto bindings = formula::bind_inputs(model, inputs);
            if (!bindings) {
                report(entry, pointer, "formula-mistake", bindings.error().message, bindings.error().hint);
                continue;
            }
            const auto evaluation = formula::evaluate(model, *bindings);
            if (!evaluation) {
                report(entry, pointer, "formula-mistake", evaluation.error().message, evaluation.error().hint);
                continue;
            }
            for (const auto& [name, value] : example["outputs"].items())
                compare(entry, pointer, model, *evaluation, name, value.get<std::string>(),
                        example.value("tolerance", exact_tolerance));
        }
    }

    void compare(const Entry& entry, const std::string& pointer, const formula::Model& model,
                 const formula::Evaluation& evaluation, const std::string& name, const std::string& text,
                 double tolerance) {
        const formula::Variable* output = model.find(name);
        if (output == nullptr || output->is_input || output->is_internal)
            return report(entry, pointer, "formula-mistake", fmt::format("'{}' is no result of the equations", name));
        formula::Variable free = *output;
        free.domain = formula::any_number;
        const auto expected = formula::read_value(free, text);
        if (!expected)
            return report(entry, pointer, "formula-mistake", expected.error().message, expected.error().hint);
        const std::vector<double>& found = evaluation.values[model.position(name)];
        bool agree = found.size() == expected->points.size();
        for (std::size_t i = 0; agree && i < found.size(); ++i) {
            const double wanted = expected->points[i];
            agree = found[i] == wanted || std::fabs(found[i] - wanted) <= tolerance * std::fabs(wanted);
        }
        if (!agree)
            report(entry, pointer, "example-differs",
                   fmt::format("{} is {} ({} in base units), the example says {} within {}", name,
                               base::quantity_text(found[0], output->unit.dimension, 10, &output->unit),
                               base::shortest_decimal(found[0]), text, tolerance),
                   "check equations, inputs and the source; a rounded source needs a tolerance");
    }

    static constexpr double exact_tolerance = 1e-9;

    const Content& content_;
    Diagnostics& diagnostics_;
    formula::FormulaSet set_;
};

}  // namespace

std::string model_id(const Ref& ref) {
    return ref.kind->name == "calculator" ? ref.text() : ref.id;
}

void add_formulas(const Catalog& catalog, formula::FormulaSet& set) {
    for (const Brief& brief : catalog.entries()) {
        if (!can_compute(*brief.ref.kind))
            continue;
        ordered_json entry = ordered_json::parse(catalog.entry_json(brief), nullptr, false);
        if (entry.is_object() && entry.contains("fields"))
            set.add(model_id(brief.ref), std::move(entry["fields"]));
    }
}

void check_formulas(const Content& content, Diagnostics& diagnostics) {
    FormulaChecker(content, diagnostics).run();
}

}  // namespace dstudio::catalog
