// The published schema of scenario documents (docs/formats/scenario.schema.json) against the reader, both ways: keys,
// words, bounds, kinds of values, defaults, examples.
//
// The schema is walked from its root, with a document in which what is looked at stands at `at` and is valid. Objects
// begin as their first example, properties get theirs, with what x-needs, x-excludes and x-beside ask for around them.
// A key is known to both by the hint that the reader gives for one that it does not know.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/system/component_types.hpp"
#include "core/system/scenario_reader.hpp"

#ifndef __EMSCRIPTEN__  // where there are no files

using namespace dstudio::system;
using json = nlohmann::ordered_json;
using Pointer = json::json_pointer;

namespace {

constexpr const char* no_word = "zzzzzzzzzzzz";

std::vector<Mistake> mistakes_of(const json& document) {
    std::vector<Mistake> mistakes;
    read_scenario(document, mistakes);
    return mistakes;
}

std::string shown(const std::vector<Mistake>& mistakes) {
    std::string text;
    for (const Mistake& mistake : mistakes)
        text += "\n  " + mistake.pointer + ": " + mistake.message + "; " + mistake.hint;
    return text;
}

std::string hint_at(const json& document, const Pointer& place) {
    for (const Mistake& mistake : mistakes_of(document))
        if (mistake.pointer == place.to_string())
            return mistake.hint;
    return {};
}

std::string last_key(const std::string& pointer) {
    return pointer.substr(pointer.rfind('/') + 1);
}

bool has_mistake_at(const json& document, const Pointer& place) {
    const auto mistakes = mistakes_of(document);
    return std::any_of(mistakes.begin(), mistakes.end(),
                       [&](const Mistake& mistake) { return mistake.pointer.rfind(place.to_string(), 0) == 0; });
}

// {a, b} of "possible are a, b"; none if the hint says something else.
std::set<std::string> listed(const std::string& hint) {
    for (const std::string start : {"possible are ", "types are ", "give it one of "}) {
        if (hint.rfind(start, 0) != 0)
            continue;
        std::set<std::string> words;
        for (std::size_t from = start.size(); from < hint.size();) {
            const std::size_t comma = std::min(hint.find(", ", from), hint.size());
            words.insert(hint.substr(from, comma - from));
            from = comma + 2;
        }
        return words;
    }
    return {};
}

std::string joined(const std::set<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return "[" + text + "]";
}

std::set<std::string> without(const std::set<std::string>& all, const std::set<std::string>& some) {
    std::set<std::string> rest;
    std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::inserter(rest, rest.end()));
    return rest;
}

// Values that are refused wherever a value of that kind stands.
const std::map<std::string, std::vector<json>>& refused_of_kind() {
    static const std::map<std::string, std::vector<json>> values{
        {"time", {5, "1 m", "1/s", "-1 s", true, "exponential(5 ms)"}},
        {"offset", {5, "1 m", "1/s", true, "exponential(5 ms)"}},
        {"distribution", {5, "1 m", "1/s", "-1 s", true}},
        {"rate", {5, "1 m", "1 s", "-1/s", true, "exponential(5/s)"}},
        {"share", {2, -0.5, "1 s", true}},
        {"count", {1.5, -1, "1 s", true}},
        {"number", {-1, "1 s", true}},
        {"flag", {1, "true"}},
        {"text", {}},  // what is for readers alone is not looked at
        {"choice", {no_word, 1}},
        {"reference", {no_word, 1}},
        {"size", {5, "1 s", "-1 B", true}},
        {"money", {5, "1 s", "-1 USD", true}},
    };
    return values;
}

class Walk {
  public:
    using With = std::function<json(const json&)>;  // the document with that value of a property

    explicit Walk(const json& schema) : schema_(schema) {}

    // What `document` has at `at` is a smallest valid object of that schema.
    void object(const json& given, const json& document, const Pointer& at) {
        const std::string name = given.value("$ref", "the document");
        if (std::find(way_.begin(), way_.end(), name) != way_.end())
            return;  // a fallback of a fallback
        way_.push_back(name);
        const json& node = resolved(given);
        if (has_variants(node))
            variants(node, document, at);
        else
            plain_object(node, document, at);
        way_.pop_back();
    }

    [[nodiscard]] std::size_t objects_seen() const { return objects_seen_; }
    [[nodiscard]] std::size_t properties_seen() const { return properties_seen_; }
    [[nodiscard]] std::size_t kinds_seen() const { return kinds_seen_; }

    const json& resolved(const json& node) const {
        return node.contains("$ref") ? schema_.at(Pointer(node["$ref"].get<std::string>().substr(1))) : node;
    }

    // Those of the object and of all that is mixed in.
    json properties(const json& given) const {
        const json& node = resolved(given);
        json all = node.value("properties", json::object());
        for (const json& part : node.value("allOf", json::array()))
            all.update(properties(part));
        return all;
    }

  private:
    static bool has_variants(const json& node) { return node.contains("oneOf") && node["oneOf"][0].contains("$ref"); }

    json smallest(const json& given) const {
        const json& node = resolved(given);
        return has_variants(node) ? smallest(node["oneOf"][0]) : node.at("examples").at(0);
    }

    std::set<std::string> required(const json& given) const {
        const json& node = resolved(given);
        std::set<std::string> all;
        for (const json& key : node.value("required", json::array()))
            all.insert(key.get<std::string>());
        for (const json& part : node.value("allOf", json::array()))
            all.merge(required(part));
        return all;
    }

    void variants(const json& node, json document, const Pointer& at) {
        std::set<std::string> kinds;
        for (const json& variant : node["oneOf"]) {
            kinds.insert(resolved(variant).at("required").at(0).get<std::string>());
            document[at] = smallest(variant);
            object(variant, document, at);
        }
        document[at] = json::object();
        const auto known = listed(hint_at(document, at));
        if (known.empty())
            return;  // variants that no key tells apart
        ++kinds_seen_;
        CHECK_MESSAGE(kinds == known, at.to_string()
                                          << ": the schema has " << joined(kinds) << ", the reader " << joined(known));
    }

    void plain_object(const json& node, const json& document, const Pointer& at) {
        ++objects_seen_;
        const std::string name = way_.back();
        INFO("object ", at.to_string(), " of ", name);
        const auto mistakes = mistakes_of(document);
        CHECK_MESSAGE(mistakes.empty(), "the first example is refused:" << shown(mistakes));
        if (!mistakes.empty())
            return;
        CHECK(node.contains("title"));
        CHECK(node.contains("description"));
        CHECK((node.value("additionalProperties", json(true)) == false ||
               node.value("unevaluatedProperties", json(true)) == false));
        const json all = properties(node);
        keys(node, all, document, at);
        for (const std::string& key : required(node)) {
            json less = document;
            less[at].erase(key);
            CHECK_MESSAGE(!mistakes_of(less).empty(), "'" << key << "' is required, but the reader takes it without");
        }
        for (const auto& [key, property] : all.items())
            this->property(all, key, document, at);
    }

    void keys(const json& node, const json& all, json document, const Pointer& at) {
        std::set<std::string> here;
        for (const auto& [key, property] : all.items())
            here.insert(key);
        document[at][no_word] = 1;
        const auto known = listed(hint_at(document, at / no_word));
        CHECK_MESSAGE(!known.empty(), "the reader does not say which keys it knows");
        document[at].erase(no_word);
        std::set<std::string> refused;
        for (const json& key : node.value("x-refused", json::array()))
            refused.insert(key.get<std::string>());
        CHECK_MESSAGE(without(here, known).empty(), "the reader does not know " << joined(without(here, known)));
        CHECK_MESSAGE(without(refused, known).empty(), "the reader has no " << joined(without(refused, known)));
        const auto lacking = without(without(known, here), refused);
        CHECK_MESSAGE(lacking.empty(), "the schema lacks " << joined(lacking));
        for (const std::string& key : refused) {
            json more = document;
            more[at][key] = example_of(key);
            CHECK_MESSAGE(!mistakes_of(more).empty(), "the reader takes '" << key << "', which x-refused names");
        }
    }

    // Of a property of that name anywhere in the schema.
    json example_of(const std::string& key) const {
        for (const auto& [name, node] : schema_["$defs"].items())
            if (node.contains("properties") && node["properties"].contains(key))
                return node["properties"][key].at("examples").at(0);
        return 1;
    }

    // Puts a value there, with what it needs around it.
    void put(const json& all, const std::string& key, const json& value, json& document, const Pointer& at) const {
        const json& property = all.at(key);
        for (const json& other : property.value("x-excludes", json::array()))
            document[at].erase(other.get<std::string>());
        if (property.contains("x-beside"))
            document[at].merge_patch(property["x-beside"]);
        document[at][key] = value;
        const json needs = property.value("x-needs", json::object());
        for (const auto& [other, values] : needs.items()) {
            const bool is_there = document[at].contains(other) &&
                                  (values.empty() || std::count(values.begin(), values.end(), document[at][other]) > 0);
            if (!is_there)
                put(all, other, values.empty() ? all.at(other).at("examples").at(0) : values[0], document, at);
        }
    }

    void property(const json& all, const std::string& key, const json& document, const Pointer& at) {
        ++properties_seen_;
        const json& given = all.at(key);
        INFO("property '", key, "'");
        for (const char* part : {"title", "description", "examples", "x-group"})
            CHECK_MESSAGE(given.contains(part), part << " is missing");
        const Pointer place = at / key;
        const With with = [&](const json& value) {
            json changed = document;
            put(all, key, value, changed, at);
            return changed;
        };
        for (const json& example : given.value("examples", json::array())) {
            const auto mistakes = mistakes_of(with(example));
            CHECK_MESSAGE(mistakes.empty(), "example " << example.dump() << " is refused:" << shown(mistakes));
        }
        if (given.value("x-ignored", false))
            return;
        const json& node = resolved(given);
        if (node.value("type", json()) == "string")
            for (const json& example : given.value("examples", json::array()))
                CHECK_MESSAGE(example.is_string(), example.dump() << " is no string");
        if (node.contains("default"))
            default_value(node["default"], key, with(node["default"]), at);
        if (node.contains("enum"))
            words(key, node, with);
        value_domain(given, node, place, with);
        for (const json& form : node.value("anyOf", json::array()))  // a value, or an object that says more
            if (form.contains("$ref"))
                object(form, with(smallest(form)), place);
        if (node.contains("items")) {
            list(node, document, place, with);
        } else if (node.value("type", json()) == "object" || has_variants(node)) {
            object(given, with(smallest(given)), place);
        } else {
            CHECK_MESSAGE(refused_of_kind().count(given.value("x-kind", "")) == 1, "x-kind is missing or unknown");
        }
    }

    void default_value(const json& value, const std::string& key, json written, const Pointer& at) {
        std::vector<Mistake> mistakes;
        const auto one = read_scenario(written, mistakes);
        CHECK_MESSAGE(one.has_value(), "default " << value.dump() << " is refused:" << shown(mistakes));
        written[at].erase(key);
        const auto other = read_scenario(written, mistakes);
        CHECK_MESSAGE(other.has_value(), "has a default, but cannot be left out:" << shown(mistakes));
        if (one && other)
            CHECK_MESSAGE(*one == *other, "default " << value.dump() << " is not what happens without it");
    }

    void words(const std::string& key, const json& node, const With& with) {
        std::set<std::string> here;
        for (const json& word : node["enum"]) {
            here.insert(word.get<std::string>());
            CHECK_MESSAGE(node["x-labels"].contains(word.get<std::string>()), word.dump() << " has no label");
            for (const Mistake& mistake : mistakes_of(with(word)))
                CHECK_MESSAGE(last_key(mistake.pointer) != key, word.dump() << " is refused: " << mistake.message);
        }
        std::set<std::string> known;
        for (const Mistake& mistake : mistakes_of(with(no_word)))
            if (last_key(mistake.pointer) == key)
                known = listed(mistake.hint);
        CHECK_MESSAGE(here == known, "the schema has " << joined(here) << ", the reader " << joined(known));
    }

    // That values of other kinds and beyond the bounds are refused, and the bounds themselves are not.
    void value_domain(const json& given, const json& node, const Pointer& place, const With& with) {
        const auto kind = refused_of_kind().find(given.value("x-kind", ""));
        if (kind != refused_of_kind().end())
            for (const json& value : kind->second)
                CHECK_MESSAGE(has_mistake_at(with(value), place), value.dump() << " is taken");
        const bool has_unit = std::set<std::string>{"time", "offset", "distribution", "rate", "size", "money"}.count(
                                  given.value("x-kind", "")) == 1;
        if (has_unit)  // a number without a unit is taken only if it is 0
            CHECK_MESSAGE(has_mistake_at(with(0), place) == (node["type"] == "string"),
                          "0 is taken exactly if a number may be");
        if (node.contains("const"))
            CHECK(has_mistake_at(with(!node["const"].get<bool>()), place));
        if (node.contains("pattern"))
            CHECK(has_mistake_at(with("Not this one"), place));
        if (node.contains("maxLength")) {
            const auto most = node["maxLength"].get<std::size_t>();
            CHECK(mistakes_of(with(std::string(most, 'x'))).empty());
            CHECK(has_mistake_at(with(std::string(most + 1, 'x')), place));
        }
        for (const std::string bound : {"minimum", "maximum"}) {
            if (!node.contains(bound))
                continue;
            const double value = node[bound].get<double>();
            for (const Mistake& mistake : mistakes_of(with(value)))
                CHECK_MESSAGE(mistake.message.find("must be") == std::string::npos, bound << ": " << mistake.message);
            CHECK_MESSAGE(has_mistake_at(with(value + (bound == "minimum" ? -1 : 1)), place),
                          bound << " is not the reader's");
        }
    }

    void list(const json& node, const json& document, const Pointer& place, const With& with) {
        if (node.value("minItems", 0) > 0)
            CHECK_FALSE(mistakes_of(with(json::array())).empty());
        if (node.contains("maxItems")) {
            const auto most = node["maxItems"].get<std::size_t>();
            const auto mistakes = mistakes_of(with(json(most + 1, json::object())));
            CHECK_MESSAGE(std::any_of(mistakes.begin(), mistakes.end(),
                                      [&](const Mistake& mistake) {
                                          return mistake.message.find("at most " + std::to_string(most)) !=
                                                 std::string::npos;
                                      }),
                          "maxItems is not the reader's");
        }
        const json& item = node["items"];
        const json& item_node = resolved(item);
        if (item_node.value("type", json()) == "object" || has_variants(item_node)) {
            // Behind what is there already, which others may refer to.
            json longer = document.contains(place) ? document[place] : json::array();
            longer.push_back(smallest(item));
            return object(item, with(longer), place / (longer.size() - 1));
        }
        const auto kind = refused_of_kind().find(item.value("x-kind", ""));
        CHECK_MESSAGE(kind != refused_of_kind().end(), "x-kind of the items is missing or unknown");
        if (kind != refused_of_kind().end())
            for (const json& value : kind->second)
                CHECK_MESSAGE(has_mistake_at(with(json::array({value})), place), value.dump()
                                                                                     << " is taken in the list");
    }

    const json& schema_;
    std::vector<std::string> way_;
    std::size_t objects_seen_ = 0;
    std::size_t properties_seen_ = 0;
    std::size_t kinds_seen_ = 0;
};

json published() {
    std::ifstream file(DSTUDIO_SOURCE_DIR "/docs/formats/scenario.schema.json");
    REQUIRE(file);
    return json::parse(file);
}

}  // namespace

TEST_CASE("the schema and the reader agree on keys, words, bounds, defaults and examples") {
    const json schema = published();
    Walk walk(schema);
    walk.object(schema, schema.at("examples").at(0), Pointer());
    // Steps and faults are told by their keys; if this is less, the reader's hints have changed and nothing was
    // compared.
    CHECK(walk.kinds_seen() >= 2);
    CHECK(walk.objects_seen() >= 40);
    CHECK(walk.properties_seen() >= 200);
    CHECK(listed("possible are a, b") == std::set<std::string>{"a", "b"});
}

TEST_CASE("every definition of the schema is used, and every reference is there") {
    const json schema = published();
    std::set<std::string> used;
    const auto collect = [&](const auto& self, const json& node) -> void {
        if (node.is_object() && node.contains("$ref"))
            used.insert(node["$ref"].get<std::string>());
        if (node.is_structured())
            for (const json& child : node)
                self(self, child);
    };
    collect(collect, schema);
    std::set<std::string> defined;
    for (const auto& [name, node] : schema["$defs"].items())
        defined.insert("#/$defs/" + name);
    CHECK_MESSAGE(used == defined,
                  "not used: " << joined(without(defined, used)) << ", not there: " << joined(without(used, defined)));
}

TEST_CASE("types of components are labelled with their titles") {
    const json schema = published();
    const json& type = schema.at(Pointer("/$defs/component/properties/type"));
    std::vector<std::string> names;
    for (const ComponentType& known : component_types()) {
        names.emplace_back(known.name);
        CHECK_MESSAGE(type["x-labels"].value(std::string(known.name), "") == known.title, std::string(known.name));
    }
    CHECK(type["enum"] == json(names));
}

#endif
