#include "core/system/document_reader.hpp"

#include <algorithm>

#include "core/base/number.hpp"

namespace dstudio::system {

namespace {

// As RFC 6901, section 3 asks for.
std::string escaped(const std::string& key) {
    std::string text;
    for (const char c : key)
        text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return text;
}

}  // namespace

void DocumentReader::mistake(std::string pointer, std::string message, std::string hint) {
    constexpr std::size_t mistakes_max = 100;
    if (mistakes_.size() < mistakes_max)
        mistakes_.push_back({std::move(pointer), std::move(message), std::move(hint)});
}

void DocumentReader::mistake_in_text(std::string pointer, std::size_t line, std::size_t column, std::string message,
                                     std::string hint) {
    const std::size_t before = mistakes_.size();
    mistake(std::move(pointer), std::move(message), std::move(hint));
    if (mistakes_.size() > before) {
        mistakes_.back().line = line;
        mistakes_.back().column = column;
    }
}

std::string DocumentReader::shown(const json& value) {
    constexpr std::size_t shown_max = 60;
    return std::string(base::utf8_prefix(value.dump(-1, ' ', false, json::error_handler_t::replace), shown_max));
}

void DocumentReader::known(const json& object, const std::string& at, const Keys& keys) {
    for (const auto& [key, given] : object.items()) {
        if (std::find(keys.begin(), keys.end(), key) != keys.end())
            continue;
        const auto near = base::nearest(key, keys);
        mistake(at + "/" + escaped(key), fmt::format("there is no '{}' here", base::utf8_prefix(key, 40)),
                near ? fmt::format("did you mean '{}'?", *near)
                     : "possible are " + base::join({keys.begin(), keys.end()}, ", "));
    }
}

const DocumentReader::json* DocumentReader::list_of(const json& object, const std::string& at, const char* key,
                                                    std::size_t count_max, bool is_required) {
    const std::string here = at + "/" + key;
    const auto found = object.find(key);
    if (found == object.end()) {
        if (is_required)
            mistake(at, fmt::format("'{}' is missing", key), fmt::format("give a list under '{}'", key));
        return nullptr;
    }
    if (!found->is_array())
        mistake(here, fmt::format("'{}' must be a list", key));
    else if (is_required && found->empty())
        mistake(here, fmt::format("'{}' is empty", key), "give at least one");
    else if (found->size() > count_max)
        mistake(here, fmt::format("{} {}; at most {}", found->size(), key, count_max));
    else
        return &*found;
    return nullptr;
}

const DocumentReader::json* DocumentReader::part(const json& object, const std::string& at, const char* key,
                                                 const Keys& keys) {
    const auto found = object.find(key);
    if (found == object.end())
        return nullptr;
    const std::string here = at + "/" + key;
    if (!found->is_object()) {
        mistake(here, fmt::format("'{}' is {}; it must be an object", key, shown(*found)),
                fmt::format("as {}: {{{}: ...}}", key, keys[0]));
        return nullptr;
    }
    known(*found, here, keys);
    return &*found;
}

std::string DocumentReader::text(const json& object, const std::string& at, const char* key, std::string otherwise) {
    constexpr std::size_t bytes_max = 200;
    const auto found = object.find(key);
    if (found == object.end())
        return otherwise;
    if (found->is_string() && found->get<std::string>().size() <= bytes_max)
        return found->get<std::string>();
    mistake(at + "/" + key, fmt::format("'{}' must be a text of at most {} bytes", key, bytes_max));
    return otherwise;
}

std::vector<std::string> DocumentReader::texts(const json& object, const std::string& at, const char* key,
                                               std::size_t count_max) {
    std::vector<std::string> list;
    const json* given = list_of(object, at, key, count_max, false);
    for (std::size_t i = 0; given != nullptr && i < given->size(); ++i) {
        if ((*given)[i].is_string())
            list.push_back((*given)[i].get<std::string>());
        else
            mistake(fmt::format("{}/{}/{}", at, key, i), fmt::format("{} is no text", shown((*given)[i])));
    }
    return list;
}

bool DocumentReader::flag(const json& object, const std::string& at, const char* key) {
    const auto found = object.find(key);
    if (found == object.end())
        return false;
    if (!found->is_boolean())
        mistake(at + "/" + key, fmt::format("'{}' is {}; it must be true or false", key, shown(*found)));
    return found->is_boolean() && found->get<bool>();
}

std::optional<formula::InputValue> DocumentReader::value(const json& given, const std::string& place, const char* key,
                                                         std::string_view unit, const formula::Domain& domain) {
    std::string source;
    if (given.is_string())
        source = given.get<std::string>();
    else if (given.is_number())
        source = base::shortest_decimal(given.get<double>());
    else
        mistake(place, fmt::format("'{}' is {}; it must be a value", key, shown(given)), "as \"20 ms\"");
    if (source.empty())
        return std::nullopt;
    formula::Variable variable;
    variable.name = key;
    variable.unit = base::parse_unit(unit).value();
    variable.domain = domain;
    auto read = formula::read_value(variable, source);
    if (read)
        return std::move(*read);
    mistake(place, read.error().message, read.error().hint);
    return std::nullopt;
}

double DocumentReader::number(const json& object, const std::string& at, const char* key, double otherwise,
                              std::string_view unit, const formula::Domain& domain) {
    if (!object.contains(key))
        return otherwise;
    const std::string place = at + "/" + key;
    const auto read = value(object.at(key), place, key, unit, domain);
    if (!read)
        return otherwise;
    if (read->is_uncertain()) {
        mistake(place, fmt::format("'{}' takes one value, not a distribution", key));
        return otherwise;
    }
    return read->points[0];
}

std::vector<double> DocumentReader::numbers(const json& object, const std::string& at, const char* key,
                                            std::string_view unit, const formula::Domain& domain,
                                            std::size_t count_max) {
    std::vector<double> list;
    const json* given = list_of(object, at, key, count_max, false);
    for (std::size_t i = 0; given != nullptr && i < given->size(); ++i) {
        const std::string place = fmt::format("{}/{}/{}", at, key, i);
        const auto read = value((*given)[i], place, key, unit, domain);
        if (read && read->is_uncertain())
            mistake(place, fmt::format("'{}' takes values, not distributions", key));
        else if (read)
            list.push_back(read->points[0]);
    }
    return list;
}

double DocumentReader::share(const json& object, const std::string& at, const char* key, double otherwise) {
    return number(object, at, key, otherwise, "1", formula::probability);
}

double DocumentReader::rate(const json& object, const std::string& at, const char* key, double otherwise) {
    constexpr double rate_max = 1e8;
    return number(object, at, key, otherwise, "1/s", {.min = 0, .max = rate_max});
}

std::uint32_t DocumentReader::whole(const json& object, const std::string& at, const char* key, std::uint32_t otherwise,
                                    double min, double max) {
    return static_cast<std::uint32_t>(
        number(object, at, key, otherwise, "1", {.min = min, .max = max, .integer = true}));
}

sim::Time DocumentReader::time(const json& object, const std::string& at, const char* key, Time otherwise,
                               const formula::Domain& domain) {
    if (!object.contains(key))
        return otherwise;
    return sim::from_seconds(number(object, at, key, sim::to_seconds(otherwise), "s", domain));
}

base::Distribution DocumentReader::distribution(const json& object, const std::string& at, const char* key) {
    const auto read = value(object.at(key), at + "/" + key, key, "s", {.min = 0, .max = longest_s});
    if (!read)
        return base::Distribution::point(0).value();
    return read->uncertain[0] ? *read->uncertain[0] : base::Distribution::point(read->points[0]).value();
}

void DocumentReader::no_such_word(const std::string& place, const char* key, const json& given, const Keys& possible) {
    const auto near = given.is_string() ? base::nearest(given.get<std::string>(), possible) : std::nullopt;
    mistake(place, fmt::format("'{}' is {}", key, shown(given)),
            near ? fmt::format("did you mean '{}'?", *near)
                 : "possible are " + base::join({possible.begin(), possible.end()}, ", "));
}

}  // namespace dstudio::system
