#include "services/catalog/schema.hpp"

// Without it valijson aborts the program over a schema it cannot use.
#define VALIJSON_USE_EXCEPTIONS 1

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <vector>

#include "core/base/text.hpp"
#include "services/catalog/kinds.hpp"

namespace dstudio::catalog {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
constexpr std::string_view common_file = "common.json";

base::Result<json> read_json(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return base::fail(base::ErrorCode::unreadable_file, "cannot read schema " + path.string(),
                          "name the content folder with --content");
    json parsed = json::parse(stream, nullptr, false);
    if (parsed.is_discarded())
        return base::fail(base::ErrorCode::malformed_content, path.string() + " is not JSON");
    return parsed;
}

std::string_view type_name(const ordered_json& value) {
    switch (value.type()) {
        case json::value_t::null:
            return "nothing";
        case json::value_t::object:
            return "a mapping";
        case json::value_t::array:
            return "a list";
        case json::value_t::string:
            return "text";
        case json::value_t::boolean:
            return "true or false";
        case json::value_t::number_integer:
        case json::value_t::number_unsigned:
            return "a whole number";
        default:
            return "a number";
    }
}

std::string_view wanted_type(const std::string& type) {
    if (type == "string")
        return "text";
    if (type == "integer")
        return "a whole number";
    if (type == "number")
        return "a number";
    if (type == "array")
        return "a list";
    if (type == "object")
        return "a mapping";
    return "true or false";
}

std::string shown(const ordered_json& value) {
    const std::string text = value.is_string() ? "'" + value.get<std::string>() + "'" : value.dump();
    return text.size() <= 60 ? text : std::string(base::utf8_prefix(text, 57)) + "...";
}

}  // namespace

struct Schemas::Impl {
    json common;
    std::map<std::string, json> documents;
    std::map<std::string, valijson::Schema> schemas;

    const json& resolved(const json& schema) const {
        if (!schema.contains("$ref"))
            return schema;
        const auto reference = schema["$ref"].get<std::string>();
        return common.at(json::json_pointer(reference.substr(reference.find('#') + 1)));
    }

    // Own checker of what valijson found wrong at one place: the schema there says it in words. valijson decides, this
    // explains.
    void explain(const json& schema_in, const ordered_json& value, const std::string& pointer,
                 const YamlDocument& document, const std::string& file, Diagnostics& out) const {
        const json& schema = resolved(schema_in);
        const auto report = [&](std::string_view rule, std::string message, std::string hint = {},
                                const std::string& at = "") {
            out.push_back(
                {file, document.line_of(at.empty() ? pointer : at), rule, std::move(message), std::move(hint)});
        };
        const std::string where = pointer.empty() ? "the entry" : "'" + pointer.substr(1) + "'";
        if (schema.contains("oneOf")) {
            const json* chosen = &schema["oneOf"][0];
            for (const json& option : schema["oneOf"])
                for (const auto& required : option.value("required", json::array()))
                    if (value.is_object() && value.contains(required.get<std::string>()))
                        chosen = &option;
            explain(*chosen, value, pointer, document, file, out);
            return;
        }
        if (schema.contains("enum")) {
            for (const auto& option : schema["enum"])
                if (value.is_string() && option.get_ref<const std::string&>() == value.get_ref<const std::string&>())
                    return;
            std::vector<std::string> names;
            for (const auto& option : schema["enum"])
                names.push_back(option.get<std::string>());
            report("not-allowed", where + " is " + shown(value), "allowed: " + base::join(names, ", "));
            return;
        }
        if (schema.contains("type")) {
            const auto type = schema["type"].get<std::string>();
            const bool fits = (type == "string" && value.is_string()) ||
                              (type == "integer" && value.is_number_integer()) ||
                              (type == "number" && value.is_number()) || (type == "array" && value.is_array()) ||
                              (type == "object" && value.is_object()) || (type == "boolean" && value.is_boolean());
            if (!fits) {
                report("wrong-type",
                       where + " is " + std::string(type_name(value)) + " (" + shown(value) + "); expected " +
                           std::string(wanted_type(type)),
                       type == "string" && value.is_number() ? "put it in quotes" : "");
                return;
            }
        }
        if (value.is_string())
            explain_text(schema, value.get<std::string>(), where, report);
        if (value.is_number()) {
            if (schema.contains("minimum") && value.get<double>() < schema["minimum"].get<double>())
                report("out-of-range",
                       where + " is " + value.dump() + "; at least " + schema["minimum"].dump() + " is expected");
            if (schema.contains("maximum") && value.get<double>() > schema["maximum"].get<double>())
                report("out-of-range",
                       where + " is " + value.dump() + "; at most " + schema["maximum"].dump() + " is expected");
        }
        if (value.is_array())
            explain_list(schema, value, pointer, where, document, file, out, report);
        if (value.is_object())
            explain_mapping(schema, value, pointer, where, document, file, out, report);
    }

    template <class Report>
    static void explain_text(const json& schema, const std::string& text, const std::string& where,
                             const Report& report) {
        const std::size_t size = static_cast<std::size_t>(std::count_if(
            text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
        if (schema.contains("minLength") && size < schema["minLength"].get<std::size_t>())
            report("too-short", where + " has " + std::to_string(size) + " characters; at least " +
                                    schema["minLength"].dump() + " are expected");
        if (schema.contains("maxLength") && size > schema["maxLength"].get<std::size_t>())
            report("too-long", where + " has " + std::to_string(size) + " characters; at most " +
                                   schema["maxLength"].dump() + " are allowed");
        if (schema.contains("pattern")) {
            const auto pattern = schema["pattern"].get<std::string>();
            if (!std::regex_search(text, std::regex(pattern))) {
                const std::size_t colon = pattern.find(':');
                const bool is_ref =
                    pattern.starts_with('^') && colon != std::string::npos && pattern.find("http") == std::string::npos;
                if (is_ref)
                    report("wrong-reference", where + " is '" + text + "'; expected a reference like " +
                                                  pattern.substr(1, colon) + "some-id");
                else
                    report("malformed-value", where + " is " + shown(text) + ", which does not have the expected form",
                           "expected: " + schema.value("description", pattern));
            }
        }
    }

    template <class Report>
    void explain_list(const json& schema, const ordered_json& value, const std::string& pointer,
                      const std::string& where, const YamlDocument& document, const std::string& file, Diagnostics& out,
                      const Report& report) const {
        if (schema.contains("minItems") && value.size() < schema["minItems"].get<std::size_t>())
            report(pointer == "/sources" ? "missing-source" : "too-few",
                   where + " has " + std::to_string(value.size()) + " items; at least " + schema["minItems"].dump() +
                       " expected");
        if (schema.contains("maxItems") && value.size() > schema["maxItems"].get<std::size_t>())
            report("too-many", where + " has " + std::to_string(value.size()) + " items; at most " +
                                   schema["maxItems"].dump() + " allowed");
        if (schema.value("uniqueItems", false)) {
            std::set<std::string> seen;
            for (std::size_t i = 0; i < value.size(); ++i)
                if (!seen.insert(value[i].dump()).second)
                    report("duplicate-item", where + " lists " + shown(value[i]) + " twice", "remove one",
                           pointer + "/" + std::to_string(i));
        }
        if (schema.contains("items"))
            for (std::size_t i = 0; i < value.size(); ++i)
                explain(schema["items"], value[i], pointer + "/" + std::to_string(i), document, file, out);
    }

    template <class Report>
    void explain_mapping(const json& schema, const ordered_json& value, const std::string& pointer,
                         const std::string& where, const YamlDocument& document, const std::string& file,
                         Diagnostics& out, const Report& report) const {
        const json none = json::object();
        const json& properties = schema.contains("properties") ? schema["properties"] : none;
        for (const auto& required : schema.value("required", json::array())) {
            const auto key = required.get<std::string>();
            if (!value.contains(key))
                report(key == "sources" ? "missing-source" : "missing-key", fmt::format("{} lacks '{}'", where, key),
                       key == "sources" ? "cite where the claim comes from" : "");
        }
        if (schema.contains("anyOf")) {
            std::vector<std::string> names;
            bool any = false;
            for (const json& option : schema["anyOf"])
                for (const auto& required : option.value("required", json::array())) {
                    names.push_back(required.get<std::string>());
                    any = any || value.contains(names.back());
                }
            if (!any)
                report("missing-key", where + " needs one of: " + base::join(names, ", "));
        }
        if (schema.contains("minProperties") && value.size() < schema["minProperties"].get<std::size_t>())
            report("too-few", where + " is empty");
        for (const auto& [key, member] : value.items()) {
            const std::string at = pointer + "/" + pointer_token(key);
            if (properties.contains(key)) {
                explain(properties[key], member, at, document, file, out);
            } else if (schema.contains("additionalProperties") && schema["additionalProperties"].is_object()) {
                explain(schema["additionalProperties"], member, at, document, file, out);
            } else if (schema.contains("additionalProperties")) {
                std::vector<std::string_view> known;
                for (const auto& [name, unused] : properties.items())
                    known.push_back(name);
                const auto near = base::nearest(key, known);
                report("unknown-key", "unknown key '" + key + "'",
                       near ? "did you mean '" + std::string(*near) + "'?" : "see content/schema", at);
            }
        }
    }
};

Schemas::Schemas(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Schemas::Schemas(Schemas&&) noexcept = default;
Schemas& Schemas::operator=(Schemas&&) noexcept = default;
Schemas::~Schemas() = default;

base::Result<Schemas> Schemas::load(const std::filesystem::path& folder) {
    auto impl = std::make_unique<Impl>();
    auto common = read_json(folder / common_file);
    if (!common)
        return tl::unexpected<base::Error>(common.error());
    impl->common = std::move(*common);
    std::vector<std::string> names{"taxonomy"};
    for (const Kind& kind : kinds())
        names.emplace_back(kind.name);
    for (const std::string& name : names) {
        auto document = read_json(folder / (name + ".json"));
        if (!document)
            return tl::unexpected<base::Error>(document.error());
        impl->documents[name] = std::move(*document);
        try {
            valijson::SchemaParser parser;
            const std::function<const json*(const std::string&)> fetch = [&](const std::string& uri) -> const json* {
                return uri.ends_with(common_file) ? &impl->common : nullptr;
            };
            const std::function<void(const json*)> release = [](const json*) {};
            parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(impl->documents[name]), impl->schemas[name],
                                  fetch, release);
        } catch (const std::exception& exception) {
            return base::fail(base::ErrorCode::malformed_content, "schema " + name + ".json: " + exception.what());
        }
    }
    return Schemas(std::move(impl));
}

bool Schemas::validate(const std::string& name, const YamlDocument& document, const std::string& file,
                       Diagnostics& diagnostics) const {
    // valijson's adapter is for json, not ordered_json; only the order of keys differs.
    const json plain = document.json;
    valijson::Validator validator;
    valijson::ValidationResults results;
    const valijson::adapters::NlohmannJsonAdapter target(plain);
    if (validator.validate(impl_->schemas.at(name), target, &results))
        return true;
    const std::size_t before = diagnostics.size();
    impl_->explain(impl_->documents.at(name), document.json, "", document, file, diagnostics);
    if (diagnostics.size() == before) {  // found by valijson alone: say it in its words rather than not at all
        valijson::ValidationResults::Error error;
        while (results.popError(error))
            if (results.numErrors() == 0)
                diagnostics.push_back({file, document.line_of(""), "schema", error.description, {}});
    }
    return false;
}

}  // namespace dstudio::catalog
