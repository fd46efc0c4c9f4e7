#include "services/catalog/simulation_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <regex>

#include "core/base/number.hpp"
#include "core/formula/json.hpp"
#include "core/system/scenario_reader.hpp"

namespace dstudio::catalog {
namespace {

using nlohmann::ordered_json;

// As the language reads it back: "8/s", "250 ms", "80%". Empty for what is infinite or undefined.
std::string literal(const ordered_json& quantity) {
    const ordered_json& value = quantity.at("value");
    const auto unit = quantity.at("unit").get<std::string>();
    if (value.is_array()) {
        std::string list;
        for (const ordered_json& item : value) {
            const std::string text = literal({{"value", item}, {"unit", unit}});
            if (text.empty())
                return {};
            list += (list.empty() ? "[" : ", ") + text;
        }
        return list + "]";
    }
    if (!value.is_number())
        return {};
    std::string number = base::shortest_decimal(value.get<double>());
    if (unit == "1")
        return number;
    if (unit == "%")
        return number + unit;
    // "USD/(GB h)" is a unit; in an expression its product is written out.
    static const std::regex product("([A-Za-z0-9)$]) +(?=[A-Za-z($])");
    const std::string typed = std::regex_replace(unit, product, "$1*");
    return typed.starts_with("1/") ? number + typed.substr(1) : number + " " + typed;
}

class CheckReader {
  public:
    CheckReader(const ordered_json& fields, const formula::Model& model, const formula::FormulaLibrary& library)
        : fields_(fields), check_(fields.at("check")), model_(model), library_(library) {}

    std::vector<CheckMistake> run() {
        for (const ordered_json& example : fields_.at("examples")) {
            const auto answer = formula::answer("eval", model_, {{"inputs", example.value("inputs", ordered_json())}});
            if (!answer)
                continue;  // told where examples are worked
            const std::optional<bool> fits = meets_conditions(*answer);
            if (!fits)
                return std::move(mistakes_);
            if (*fits) {
                instantiate(*answer);
                return std::move(mistakes_);
            }
        }
        mistake("/check/requires", "no example meets the conditions of the check", "add one, or widen the conditions");
        return std::move(mistakes_);
    }

  private:
    void mistake(std::string pointer, std::string message, std::string hint = {}) {
        mistakes_.push_back({std::move(pointer), std::move(message), std::move(hint)});
    }

    // The expression over what stands in the fields and what came of it. Null, and a mistake, where it has no value.
    std::optional<ordered_json> value_of(const ordered_json& answer, const std::string& expression,
                                         const std::string& pointer) {
        std::string source;
        for (const char* part : {"inputs", "outputs"})
            for (const auto& [name, quantity] : answer.at(part).items())
                if (const std::string text = literal(quantity); !text.empty())
                    source += fmt::format("{} : {} = {}\n", name, quantity.at("unit").get<std::string>(), text);
        source += "check__value = " + expression;
        formula::Diagnostics found;
        const auto model = formula::Model::from_source(source, library_, found);
        if (!model || !found.empty()) {
            mistake(pointer, fmt::format("'{}': {}", expression, found.empty() ? "no model" : found.front().message),
                    found.empty() ? "" : found.front().hint);
            return std::nullopt;
        }
        auto computed = formula::answer("eval", *model, ordered_json::object());
        if (!computed) {
            mistake(pointer, fmt::format("'{}': {}", expression, computed.error().message), computed.error().hint);
            return std::nullopt;
        }
        // What names nothing counts as an input.
        ordered_json& part = computed->at(computed->at("outputs").contains("check__value") ? "outputs" : "inputs");
        return std::move(part.at("check__value"));
    }

    std::optional<bool> holds(const ordered_json& answer, const std::string& condition, const std::string& pointer) {
        const auto value = value_of(answer, "if " + condition + " then 1 else 0", pointer);
        if (!value)
            return std::nullopt;
        return value->at("value") == 1.0;
    }

    // Null where a condition cannot be judged, which is a mistake.
    std::optional<bool> meets_conditions(const ordered_json& answer) {
        bool fits = true;
        for (std::size_t i = 0; i < check_.value("requires", ordered_json::array()).size(); ++i) {
            const auto condition = check_["requires"][i].at("condition").get<std::string>();
            const auto is_met = holds(answer, condition, fmt::format("/check/requires/{}", i));
            if (!is_met)
                return std::nullopt;
            fits = fits && *is_met;
        }
        return fits;
    }

    void instantiate(const ordered_json& answer) {
        const ordered_json scenario = filled(answer, check_.at("scenario"), "/check/scenario");
        if (!mistakes_.empty())
            return;
        std::vector<system::Mistake> found;
        (void)system::read_scenario(scenario, found);
        for (system::Mistake& wrong : found)
            mistake("/check/scenario" + wrong.pointer, std::move(wrong.message), std::move(wrong.hint));
        for (std::size_t i = 0; i < check_.at("figures").size(); ++i)
            figure(answer, scenario, check_["figures"][i], fmt::format("/check/figures/{}", i));
    }

    ordered_json filled(const ordered_json& answer, const ordered_json& value, const std::string& pointer) {
        if (value.is_string())
            return filled_text(answer, value.get<std::string>(), pointer);
        if (!value.is_structured())
            return value;
        ordered_json copy = value;
        std::size_t place = 0;
        for (auto item = copy.begin(); item != copy.end(); ++item)
            item.value() =
                filled(answer, item.value(), pointer + "/" + (value.is_array() ? std::to_string(place++) : item.key()));
        return copy;
    }

    ordered_json filled_text(const ordered_json& answer, const std::string& text, const std::string& pointer) {
        std::string result;
        std::size_t from = 0;
        while (true) {
            const std::size_t begin = text.find("${", from);
            const std::size_t end = begin == std::string::npos ? begin : text.find('}', begin);
            if (end == std::string::npos)
                break;
            result += text.substr(from, begin - from);
            const auto value = value_of(answer, text.substr(begin + 2, end - begin - 2), pointer);
            if (!value)
                return text;
            result += literal(*value);
            from = end + 1;
        }
        if (from == 0)
            return text;
        result += text.substr(from);
        // A text that is nothing but a plain number becomes one.
        const auto number = base::read_number(result);
        return number && number->size_bytes == result.size() ? ordered_json(number->value) : ordered_json(result);
    }

    void figure(const ordered_json& answer, const ordered_json& scenario, const ordered_json& given,
                const std::string& pointer) {
        (void)value_of(answer, given.at("theory").get<std::string>(), pointer);
        if (given.contains("when"))
            (void)holds(answer, given["when"].get<std::string>(), pointer);
        auto path = given.at("measured").get<std::string>();
        if (path.starts_with("1 - "))
            path.erase(0, 4);
        const std::size_t slash = path.find('/');
        const std::string list = path.substr(0, slash);
        const std::string id = path.substr(slash + 1, path.find('/', slash + 1) - slash - 1);
        const auto has = [&](const char* part, const std::string& wanted) {
            const ordered_json items = scenario.value(part, ordered_json::array());
            return std::any_of(items.begin(), items.end(),
                               [&](const ordered_json& item) { return item.value("id", "") == wanted; });
        };
        const std::size_t arrow = id.find(" -> ");
        const bool is_there =
            list != "calls" ? has(list.c_str(), id)
                            : arrow != std::string::npos && has("components", id.substr(arrow + 4)) &&
                                  (has("workloads", id.substr(0, arrow)) || has("components", id.substr(0, arrow)));
        if (!is_there)
            mistake(pointer, fmt::format("the scenario has no '{}' among its {}", id, list),
                    "name a workload, a component or a call of the scenario");
    }

    const ordered_json& fields_;
    const ordered_json& check_;
    const formula::Model& model_;
    const formula::FormulaLibrary& library_;
    std::vector<CheckMistake> mistakes_;
};

}  // namespace

std::vector<CheckMistake> mistakes_of_check(const ordered_json& fields, const formula::Model& model,
                                            const formula::FormulaLibrary& library) {
    return CheckReader(fields, model, library).run();
}

}  // namespace dstudio::catalog
