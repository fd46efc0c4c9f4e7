#include "services/catalog/schema.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "services/catalog/content_fixture.hpp"
#include "services/catalog/kinds.hpp"

using namespace dstudio;
using catalog::Diagnostics;
using catalog::Schemas;

namespace {

// Schemas in which `concept` is the given one; the others accept everything.
class SchemaFolder {
  public:
    explicit SchemaFolder(std::string_view concept_schema, std::string_view common = R"({"definitions":{}})") {
        write("common.json", common);
        write("taxonomy.json", "{}");
        for (const catalog::Kind& kind : catalog::kinds())
            write(std::string(kind.name) + ".json", "{}");
        write("concept.json", concept_schema);
    }
    [[nodiscard]] base::Result<Schemas> load() const { return Schemas::load(folder_.path()); }

  private:
    void write(const std::string& name, std::string_view text) const { std::ofstream(folder_.path() / name) << text; }
    catalog::TemporaryFolder folder_;
};

std::string findings(const Schemas& schemas, std::string_view yaml) {
    Diagnostics diagnostics;
    const auto document = catalog::parse_yaml(yaml, "x.md", 1, diagnostics);
    REQUIRE(document);
    const bool valid = schemas.validate("concept", *document, "x.md", diagnostics);
    CHECK(valid == diagnostics.empty());
    std::string text;
    for (const auto& diagnostic : diagnostics)
        text += to_text(diagnostic) + "\n";
    return text;
}

}  // namespace

TEST_CASE("each constraint of the schemas is explained with what was found and what was expected") {
    struct Case {
        std::string_view schema;
        std::string_view yaml;
        std::string_view findings;
    };
    for (const Case& c : {
             Case{R"({"type":"object","required":["a"]})", "b: 1", "x.md:1: missing-key: the entry lacks 'a'\n"},
             {R"({"properties":{"a":{"type":"integer"}}})", "a: '1'",
              "x.md:1: wrong-type: 'a' is text ('1'); expected a whole number\n"},
             {R"({"properties":{"a":{"type":"string"}}})", "a: true",
              "x.md:1: wrong-type: 'a' is true or false (true); expected text\n"},
             {R"({"properties":{"a":{"minLength":3}}})", "a: \xC3\xA9\xC3\xA9",
              "x.md:1: too-short: 'a' has 2 characters; at least 3 are expected\n"},
             {R"({"properties":{"a":{"maxLength":1}}})", "a: \xC3\xA9\xC3\xA9",
              "x.md:1: too-long: 'a' has 2 characters; at most 1 are allowed\n"},
             {R"({"properties":{"a":{"minimum":2}}})", "a: 1.5",
              "x.md:1: out-of-range: 'a' is 1.5; at least 2 is expected\n"},
             {R"({"properties":{"a":{"items":{"enum":["x","y"]}}}})", "a: [x,\n z]",
              "x.md:2: not-allowed: 'a/1' is 'z'; allowed: x, y\n"},
             {R"({"properties":{"a":{"pattern":"^pattern:x"}}})", "a: y",
              "x.md:1: wrong-reference: 'a' is 'y'; expected a reference like pattern:some-id\n"},
             {R"({"properties":{"a":{}},"additionalProperties":false})", "a: 1\nb: 2",
              "x.md:2: unknown-key: unknown key 'b'; did you mean 'a'?\n"},
             {R"({"additionalProperties":{"type":"string"}})", "a: 1",
              "x.md:1: wrong-type: 'a' is a whole number (1); expected text; put it in quotes\n"},
             {R"({"properties":{"a":{"uniqueItems":true}}})", "a:\n- x\n- y\n- x",
              "x.md:4: duplicate-item: 'a' lists 'x' twice; remove one\n"},
         }) {
        CAPTURE(c.schema);
        const SchemaFolder folder(c.schema);
        const auto schemas = folder.load();
        REQUIRE(schemas);
        CHECK(findings(*schemas, c.yaml) == c.findings);
    }
}

TEST_CASE("what only valijson knows is said in its words rather than not at all") {
    const SchemaFolder folder(R"({"properties":{"a":{"multipleOf":3},"b":{"const":1}}})");
    const auto schemas = folder.load();
    REQUIRE(schemas);
    const std::string text = findings(*schemas, "a: 4\nb: 2");
    CHECK(text.starts_with("x.md:1: schema: "));
    CHECK(text.size() > std::string_view("x.md:1: schema: \n").size());
}

TEST_CASE("a large text is matched against a pattern without exhausting the stack") {
    const SchemaFolder folder(R"({"properties":{"a":{"pattern":"^[a-z0-9]+(-[a-z0-9]+)*$"}}})");
    const auto schemas = folder.load();
    REQUIRE(schemas);
    std::string text(catalog::yaml_text_size_bytes_max, 'a');
    CHECK(findings(*schemas, "a: " + text).empty());
}

TEST_CASE("a schema folder that cannot be used is an error that names the file") {
    CHECK(Schemas::load("/nowhere").error().code == base::ErrorCode::unreadable_file);
    CHECK(SchemaFolder("[").load().error().code == base::ErrorCode::malformed_content);
    CHECK(SchemaFolder("{}", "nonsense").load().error().message.find("common.json") != std::string::npos);
    CHECK(SchemaFolder(R"({"type":7})").load().error().message.find("concept.json") != std::string::npos);
    CHECK(SchemaFolder(R"({"$ref":"common.json#/definitions/none"})").load().error().code ==
          base::ErrorCode::malformed_content);
}
