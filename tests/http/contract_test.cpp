// Server and description hold each other: every route and parameter is in docs/api/openapi.yaml and the other way
// round, every example in it is true, and what the server answers, for every kind of entry and for the real content, is
// what the schemas say.
#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "apps/http/routes.hpp"
#include "core/base/error.hpp"
#include "core/base/percent.hpp"
#include "core/base/text.hpp"
#include "services/catalog/build.hpp"
#include "services/catalog/catalog.hpp"
#include "services/catalog/loader.hpp"
#include "tests/http/client.hpp"
#include "tests/http/running_server.hpp"

using namespace dstudio;
using namespace dstudio::http_test;
using nlohmann::json;

namespace {

// YAML 1.2's core schema: what is quoted is a string, what is not may be null, a boolean or a number.
json from_yaml(const YAML::Node& node) {
    switch (node.Type()) {
        case YAML::NodeType::Sequence: {
            json array = json::array();
            for (const YAML::Node& item : node)
                array.push_back(from_yaml(item));
            return array;
        }
        case YAML::NodeType::Map: {
            json object = json::object();
            for (const auto& member : node)
                object[member.first.as<std::string>()] = from_yaml(member.second);
            return object;
        }
        case YAML::NodeType::Scalar: {
            const std::string& text = node.Scalar();
            if (node.Tag() == "!")
                return text;
            if (text == "null")
                return nullptr;
            if (text == "true" || text == "false")
                return text == "true";
            static const std::regex number("-?[0-9]+([.][0-9]+)?");
            if (std::regex_match(text, number))
                return json::parse(text);
            return text;
        }
        default:
            return nullptr;
    }
}

class Description {
  public:
    Description() : document_(from_yaml(YAML::LoadFile(DSTUDIO_SOURCE_DIR "/docs/api/openapi.yaml"))) {}

    [[nodiscard]] const json& document() const { return document_; }

    [[nodiscard]] const json& resolved(const json& node) const {
        if (!node.contains("$ref"))
            return node;
        return document_.at(json::json_pointer(node["$ref"].get<std::string>().substr(1)));
    }

    [[nodiscard]] std::vector<json> parameters(const json& operation) const {
        std::vector<json> found;
        for (const json& parameter : operation.value("parameters", json::array()))
            found.push_back(resolved(parameter));
        return found;
    }

    // What is wrong with the value; empty if it is as the schema says.
    [[nodiscard]] std::string mismatch(const json& schema, const json& value) {
        auto& compiled = schemas_[schema.dump()];
        if (!compiled) {
            // References point into the document, so the schema stands at the root of a copy of it.
            json root = document_;
            root["allOf"] = json::array({schema});
            compiled = std::make_unique<valijson::Schema>();
            valijson::adapters::NlohmannJsonAdapter adapter(root);
            valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(adapter, *compiled);
        }
        valijson::Validator validator;
        valijson::ValidationResults results;
        valijson::adapters::NlohmannJsonAdapter adapter(value);
        if (validator.validate(*compiled, adapter, &results))
            return {};
        std::string text = "not as described:";
        valijson::ValidationResults::Error error;
        while (results.popError(error))
            text += "\n  " + base::join(error.context, "") + ": " + error.description;
        return text;
    }

  private:
    json document_;
    std::map<std::string, std::unique_ptr<valijson::Schema>> schemas_;
};

Description& description() {
    static Description loaded;
    return loaded;
}

Response get(std::string_view target) {
    return fetch(shared_server().port(), target);
}

Response post(std::string_view target, const json& body) {
    return fetch(shared_server().port(), target, {"POST", "Content-Type: application/json\r\n", body.dump()});
}

// The one operation of a path: each is asked in one way.
const json& operation_of(const json& path_item) {
    return path_item.begin().value();
}

bool is_posted(const json& path_item) {
    return path_item.contains("post");
}

// The examples of what an operation takes.
std::vector<json> body_examples(const json& operation) {
    std::vector<json> bodies;
    for (const json& example : operation.at("requestBody").at("content").at("application/json").at("examples"))
        bodies.push_back(example.at("value"));
    return bodies;
}

// That the answer is one of those described for the operation.
void check_described(const json& operation, const std::string& target, const Response& response) {
    CAPTURE(std::string(target));
    const json& responses = operation["responses"];
    const std::string status = std::to_string(response.status);
    REQUIRE((responses.contains(status) || response.status >= 400));
    const json& described = description().resolved(responses[responses.contains(status) ? status : "default"]);
    if (!described.contains("content"))
        return;
    const std::string type(base::split(response.field("content-type"), ';')[0]);
    REQUIRE(described["content"].contains(type));
    const bool is_json = type.ends_with("json");
    const json body = is_json ? json::parse(response.body, nullptr, false) : json(response.body);
    REQUIRE_FALSE(body.is_discarded());
    const std::string mismatch = description().mismatch(described["content"][type]["schema"], body);
    CHECK_MESSAGE(mismatch.empty(), mismatch);
}

void check_described(const json& operation, const std::string& target) {
    check_described(operation, target, get(target));
}

std::string example_text(const json& parameter) {
    const json& example = parameter.at("example");
    return base::percent_encode(example.is_string() ? example.get<std::string>() : example.dump());
}

// The parameter with its example as it stands in an address: of an exploded object, its members.
std::string query_text(const json& parameter) {
    if (!parameter.value("explode", false))
        return parameter["name"].get<std::string>() + "=" + example_text(parameter);
    std::vector<std::string> parts;
    for (const auto& [name, value] : parameter.at("example").items())
        parts.push_back(name + "=" + base::percent_encode(value.get<std::string>()));
    return base::join(parts, "&");
}

// Whether names are free, so that the server cannot list those it takes.
bool takes_any_name(const std::vector<json>& parameters) {
    return std::any_of(parameters.begin(), parameters.end(), [](const json& p) { return p.value("explode", false); });
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string with_path_examples(std::string path, const json& operation) {
    for (const json& parameter : description().parameters(operation))
        if (parameter["in"] == "path")
            path = replaced(path, "{" + parameter["name"].get<std::string>() + "}", example_text(parameter));
    return path;
}

}  // namespace

TEST_CASE("the routes are the paths of the description") {
    std::set<std::string> routes;
    for (const http::Route& route : http::routes())
        routes.insert(std::string(route.pattern));
    std::set<std::string> paths;
    for (const auto& [path, item] : description().document()["paths"].items()) {
        paths.insert(path);
        CHECK_MESSAGE(item.size() == 1, path);
        CHECK_MESSAGE((item.contains("get") || is_posted(item)), path);
    }
    CHECK(routes == paths);
}

TEST_CASE("the server hands out the description that this tests") {
    const Response response = get("/api/v1/openapi.yaml");
    CHECK(response.field("content-type") == "application/yaml");
    CHECK(from_yaml(YAML::Load(response.body)) == description().document());
}

TEST_CASE("every operation with its examples is answered as described") {
    for (const auto& [path, item] : description().document()["paths"].items()) {
        if (is_posted(item))
            continue;
        const json& operation = item["get"];
        const std::string target = with_path_examples(path, operation);
        check_described(operation, target);  // without parameters, or a problem if one is required
        std::string all;
        std::string required;
        for (const json& parameter : description().parameters(operation))
            if (parameter["in"] == "query" && parameter.value("required", false))
                required += (required.empty() ? "" : "&") + query_text(parameter);
        for (const json& parameter : description().parameters(operation)) {
            const std::string name = parameter["name"].get<std::string>();
            CAPTURE(name);
            REQUIRE(parameter.contains("example"));
            const std::string mismatch = description().mismatch(parameter["schema"], parameter["example"]);
            CHECK_MESSAGE(mismatch.empty(), mismatch);
            if (parameter["in"] != "query")
                continue;
            const bool is_required = parameter.value("required", false);
            const std::string one = query_text(parameter);
            const std::string needed = is_required ? required : required + (required.empty() ? "" : "&") + one;
            CHECK(get(target + "?" + needed).status == 200);
            check_described(operation, target + "?" + needed);
            if (one.empty())
                continue;
            all += (all.empty() ? "?" : "&") + one;
        }
        if (!all.empty())
            check_described(operation, target + all);
    }
}

TEST_CASE("what is posted as in the examples is answered as described, and what is wrong with it too") {
    std::size_t count = 0;
    for (const auto& [path, item] : description().document()["paths"].items()) {
        if (!is_posted(item))
            continue;
        const json& operation = item["post"];
        const json& schema = operation["requestBody"]["content"]["application/json"]["schema"];
        for (const json& body : body_examples(operation)) {
            ++count;
            CAPTURE(body.dump());
            const std::string mismatch = description().mismatch(schema, body);
            CHECK_MESSAGE(mismatch.empty(), mismatch);
            const Response response = post(path, body);
            CHECK(response.status == 200);
            check_described(operation, path, response);
            json wrong = body;
            wrong["no-such-member"] = 1;
            CHECK_FALSE(description().mismatch(schema, wrong).empty());
            const Response refused = post(path, wrong);
            CHECK(refused.status == 422);
            check_described(operation, path, refused);
        }
        check_described(operation, path, post(path, json::array()));
        check_described(operation, path, fetch(shared_server().port(), path, {"POST", "", "{}"}));
        const Response no_json =
            fetch(shared_server().port(), path, {"POST", "Content-Type: application/json\r\n", "{"});
        CHECK(no_json.status == 400);
        check_described(operation, path, no_json);
        const Response not_posted = get(path);
        CHECK(not_posted.status == 405);
        check_described(operation, path, not_posted);
    }
    CHECK(count > 0);
}

TEST_CASE("the parameters that the server takes are those described") {
    for (const auto& [path, item] : description().document()["paths"].items()) {
        if (!path.starts_with("/api/"))
            continue;
        const json& operation = operation_of(item);
        const std::string target = with_path_examples(path, operation);
        CAPTURE(std::string(target));
        const std::string refused_target = target + "?no-such-parameter=1";
        const Response refused =
            is_posted(item) ? post(refused_target, body_examples(operation)[0]) : get(refused_target);
        CHECK(refused.status == 400);
        const std::vector<json> parameters = description().parameters(operation);
        const json problem = json::parse(refused.body);
        std::string hint = problem["hint"];
        std::set<std::string> taken;
        if (hint.starts_with("allowed: "))
            for (const std::string_view name : base::split(std::string_view(hint).substr(9), ','))
                taken.insert(std::string(base::trim(name)));
        std::set<std::string> described;
        if (takes_any_name(parameters))
            continue;
        for (const json& parameter : parameters)
            if (parameter["in"] == "query")
                described.insert(parameter["name"].get<std::string>());
        CHECK(taken == described);
    }
}

TEST_CASE("lists, graphs and entries of every kind are as described") {
    const json& paths = description().document()["paths"];
    const json& list = paths["/api/v1/{plural}"]["get"];
    const json& plurals = description().document()["components"]["parameters"]["Plural"]["schema"]["enum"];
    CHECK(plurals.size() == catalog::kinds().size());
    for (const catalog::Kind& kind : catalog::kinds()) {
        const std::string plural(kind.plural);
        CHECK(std::find(plurals.begin(), plurals.end(), plural) != plurals.end());
        check_described(list, "/api/v1/" + plural);
        check_described(paths["/api/v1/graph/{plural}"]["get"], "/api/v1/graph/" + plural);
        check_described(paths["/api/v1/search"]["get"], "/api/v1/search?kind=" + plural);
        const json items = json::parse(get("/api/v1/" + plural).body)["items"];
        CHECK_FALSE(items.empty());
        for (const json& entry : items)
            check_described(paths["/api/v1/{plural}/{id}"]["get"], "/api/v1" + entry["url"].get<std::string>());
        check_described(paths["/api/v1/{plural}/{id}"]["get"], "/api/v1/" + plural + "/no-such-entry");
    }
}

TEST_CASE("every example in the description is as its schema says") {
    for (const auto& [path, item] : description().document()["paths"].items())
        for (const auto& [status, given] : operation_of(item)["responses"].items()) {
            const json content = description().resolved(given).value("content", json::object());
            for (const auto& [type, media] : content.items())
                if (media.contains("example")) {
                    CAPTURE(std::string(path));
                    const std::string mismatch = description().mismatch(media["schema"], media["example"]);
                    CHECK_MESSAGE(mismatch.empty(), mismatch);
                }
        }
}

TEST_CASE("the kinds of problem are those of the table of errors") {
    std::set<std::string> described;
    for (const json& name : description().document()["components"]["schemas"]["ProblemName"]["enum"])
        described.insert(name.get<std::string>());
    std::set<std::string> known;
    for (const base::ErrorKind& kind : base::error_table())
        known.insert(std::string(kind.wire_name));
    CHECK(described == known);
}

TEST_CASE("levels and tiers in the description are those of the taxonomy") {
    const json taxonomy = json::parse(get("/api/v1/taxonomy").body);
    const json& parameters = description().document()["components"]["parameters"];
    for (const auto& [name, rows] : {std::pair("Level", "levels"), {"Tier", "tiers"}}) {
        std::set<std::string> known;
        for (const json& row : taxonomy[rows])
            known.insert(row["id"].get<std::string>());
        std::set<std::string> described;
        for (const json& value : parameters[name]["schema"]["enum"])
            described.insert(value.get<std::string>());
        CHECK(described == known);
    }
}

TEST_CASE("a schema that does not hold is noticed") {
    const json schema{{"$ref", "#/components/schemas/Brief"}};
    json brief = json::parse(get("/api/v1/patterns").body)["items"][0];
    CHECK(description().mismatch(schema, brief).empty());
    brief["colour"] = "red";
    CHECK_FALSE(description().mismatch(schema, brief).empty());
    json entry = json::parse(get("/api/v1/patterns/bulkhead").body);
    const json entry_schema{{"$ref", "#/components/schemas/Entry"}};
    CHECK(description().mismatch(entry_schema, entry).empty());
    entry["fields"].erase("problem");
    CHECK_FALSE(description().mismatch(entry_schema, entry).empty());
}

TEST_CASE("every entry of the real content is as described") {
    const catalog::TemporaryFolder folder;
    const auto loaded = catalog::load_content(DSTUDIO_SOURCE_DIR "/content");
    REQUIRE(loaded.has_value());
    REQUIRE(loaded->diagnostics.empty());
    REQUIRE(catalog::build_pack(loaded->content, folder.path() / "pack").has_value());
    const auto catalog = catalog::Catalog::open(folder.path() / "pack");
    REQUIRE(catalog.has_value());
    const json schema{{"$ref", "#/components/schemas/Entry"}};
    for (const catalog::Brief& brief : catalog->entries()) {
        const std::string mismatch = description().mismatch(schema, json::parse(catalog->entry_json(brief)));
        CHECK_MESSAGE(mismatch.empty(), brief.ref.text() << " " << mismatch);
    }
    const std::string stats =
        description().mismatch({{"$ref", "#/components/schemas/Stats"}}, json::parse(catalog->stats_json()));
    CHECK_MESSAGE(stats.empty(), stats);
    const std::string taxonomy =
        description().mismatch({{"$ref", "#/components/schemas/Taxonomy"}}, json::parse(catalog->taxonomy_json()));
    CHECK_MESSAGE(taxonomy.empty(), taxonomy);
}
