// Reading a document with all its mistakes: values in the formula language, words, flags, lists and inner objects, each
// with the JSON pointer of its place. What is wrong adds a mistake and reads as what would be there otherwise.
#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/distribution.hpp"
#include "core/base/text.hpp"
#include "core/formula/binding.hpp"
#include "core/sim/time.hpp"
#include "core/system/scenario_reader.hpp"

namespace dstudio::system {

template <class Enum>
struct Word {
    std::string_view text;
    Enum value;
};

class DocumentReader {
  public:
    using json = nlohmann::ordered_json;
    using Time = sim::Time;
    using Keys = std::vector<std::string_view>;

    static constexpr double longest_s = 10.0 * 365 * 86400;

    explicit DocumentReader(std::vector<Mistake>& mistakes) : mistakes_(mistakes) {}

    void mistake(std::string pointer, std::string message, std::string hint = {});
    // Of a text of many lines at that place.
    void mistake_in_text(std::string pointer, std::size_t line, std::size_t column, std::string message,
                         std::string hint);
    [[nodiscard]] bool has_mistakes() const { return !mistakes_.empty(); }
    static std::string shown(const json& value);

    // A mistake for every key that is not one of these.
    void known(const json& object, const std::string& at, const Keys& keys);
    // `use(item, place)` for each object of a list.
    template <class Use>
    void each(const json& object, const std::string& at, const char* key, std::size_t count_max, bool is_required,
              Use use) {
        const json* list = list_of(object, at, key, count_max, is_required);
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            const std::string item_at = fmt::format("{}/{}/{}", at, key, i);
            if ((*list)[i].is_object())
                use((*list)[i], item_at);
            else
                mistake(item_at, fmt::format("{} is no object", shown((*list)[i])), "write key: value");
        }
    }
    // Null if it is not given or wrong.
    const json* list_of(const json& object, const std::string& at, const char* key, std::size_t count_max,
                        bool is_required);
    // An inner object; null if it is not given or wrong.
    const json* part(const json& object, const std::string& at, const char* key, const Keys& keys);

    std::string text(const json& object, const std::string& at, const char* key, std::string otherwise = {});
    bool flag(const json& object, const std::string& at, const char* key);
    std::vector<std::string> texts(const json& object, const std::string& at, const char* key, std::size_t count_max);

    // A value in the language, of the unit's dimension and within the domain.
    double number(const json& object, const std::string& at, const char* key, double otherwise, std::string_view unit,
                  const formula::Domain& domain);
    double share(const json& object, const std::string& at, const char* key, double otherwise = 0);
    double rate(const json& object, const std::string& at, const char* key, double otherwise = 1);
    std::vector<double> numbers(const json& object, const std::string& at, const char* key, std::string_view unit,
                                const formula::Domain& domain, std::size_t count_max);
    std::uint32_t whole(const json& object, const std::string& at, const char* key, std::uint32_t otherwise, double min,
                        double max);
    Time time(const json& object, const std::string& at, const char* key, Time otherwise,
              const formula::Domain& domain = {.min = 0, .max = longest_s});
    // Of times.
    base::Distribution distribution(const json& object, const std::string& at, const char* key);

    template <class Enum>
    Enum word(const json& object, const std::string& at, const char* key, Enum otherwise,
              std::initializer_list<Word<Enum>> words) {
        const auto found = object.find(key);
        if (found == object.end())
            return otherwise;
        Keys possible;
        for (const auto& [known_text, known_value] : words) {
            if (found->is_string() && found->template get<std::string>() == known_text)
                return known_value;
            possible.push_back(known_text);
        }
        no_such_word(at + "/" + key, key, *found, possible);
        return otherwise;
    }
    void no_such_word(const std::string& place, const char* key, const json& given, const Keys& possible);

  private:
    std::optional<formula::InputValue> value(const json& given, const std::string& place, const char* key,
                                             std::string_view unit, const formula::Domain& domain);

    std::vector<Mistake>& mistakes_;
};

}  // namespace dstudio::system
