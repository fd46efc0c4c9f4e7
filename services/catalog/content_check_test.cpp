#include "services/catalog/content_check.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <regex>
#include <set>

#include "core/base/text.hpp"
#include "services/catalog/content_fixture.hpp"
#include "services/catalog/loader.hpp"

using namespace dstudio;
using catalog::ContentFixture;
using catalog::Diagnostic;
using catalog::Diagnostics;

namespace {

Diagnostics check(const ContentFixture& fixture) {
    auto loaded = catalog::load_content(fixture.content());
    REQUIRE_MESSAGE(loaded, (loaded ? "" : loaded.error().message));
    return loaded->diagnostics;
}

std::string all_of(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics)
        text += to_text(diagnostic) + "\n";
    return text;
}

// 1-based line of the first occurrence of `marker`; 0 if there is no marker.
std::size_t line_of(const std::string& text, std::string_view marker) {
    if (marker.empty())
        return 0;
    const std::size_t at = text.find(marker);
    REQUIRE_MESSAGE(at != std::string::npos, std::string(marker));
    return static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n')) + 1;
}

// One mistake in an otherwise valid tree. The file of the diagnostic is the changed one unless `file_named` says
// otherwise; the expected line is that on which `line_marker` stands after the change (none: the file as a whole).
struct Mistake {
    std::string_view what;
    std::string_view file;
    std::string_view from;  // replaced by `to`; empty: the whole file becomes `to`
    std::string to;
    std::string_view rule;
    std::string_view line_marker;
    std::string_view message;
    std::string_view hint = {};
    std::string_view file_named = {};
};

constexpr std::string_view quorum = "concepts/quorum.md";
constexpr std::string_view machine = "prices/small-machine.md";
constexpr std::string_view consensus = "concepts/consensus.md";
constexpr std::string_view breaker = "patterns/circuit-breaker.md";
constexpr std::string_view bulkhead = "patterns/bulkhead.md";
constexpr std::string_view caching = "patterns/caching.md";
constexpr std::string_view outage = "incidents/edge-outage-2021.md";
constexpr std::string_view storm = "scenarios/retry-storm.md";
constexpr std::string_view e01 = "episodes/e01.md";

std::string repeated(std::string_view text, std::size_t times) {
    std::string result;
    for (std::size_t i = 0; i < times; ++i)
        result += text;
    return result;
}

const std::vector<Mistake>& mistakes() {
    static const std::vector<Mistake> table{
        // References.
        {"a reference to nothing", quorum, "pattern:timeout", "pattern:timout", "broken-reference", "pattern:timout",
         "no pattern 'timout' (in 'patterns')", "did you mean 'timeout'?"},
        {"a reference to nothing like anything", quorum, "pattern:timeout", "pattern:blockchain", "broken-reference",
         "pattern:blockchain", "no pattern 'blockchain'", "write the entry first"},
        {"a reference to nothing in the second item of a nested list", "stacks/resilient-client.md",
         "pattern:circuit-breaker", "pattern:circuit-braker", "broken-reference", "circuit-braker",
         "no pattern 'circuit-braker' (in 'layers')", "did you mean 'circuit-breaker'?"},
        {"a reference to nothing in the Markdown", quorum, "(concept:consensus)", "(concept:concensus)",
         "broken-reference", "(concept:concensus)", "no concept 'concensus' (in 'body')", "did you mean 'consensus'?"},
        {"a reference to nothing in an era", "taxonomy.yaml", "pattern:circuit-breaker", "pattern:circuit-braker",
         "broken-reference", "patterns: [pattern:circuit-braker", "era 'Resilience' refers to pattern:circuit-braker"},
        {"a reference of the wrong kind", quorum, "['pattern:timeout']", "['concept:consensus']", "wrong-reference",
         "patterns: ['concept:consensus']",
         "'patterns/0' is 'concept:consensus'; expected a reference like pattern:some-id"},
        {"a reference that is a bare id", quorum, "['pattern:timeout']", "[timeout]", "wrong-reference",
         "patterns: [timeout]", "expected a reference like pattern:some-id"},
        {"a reference with capitals", quorum, "pattern:timeout", "pattern:Timeout", "wrong-reference",
         "pattern:Timeout", "'pattern:Timeout'"},
        {"an entry that needs itself", quorum, "related: ['concept:consensus']", "related: ['concept:quorum']",
         "self-reference", "related:", "'related' refers to the entry itself", "remove it"},
        {"the same reference twice", breaker, "['pattern:bulkhead', 'pattern:timeout']",
         "['pattern:bulkhead', 'pattern:bulkhead']", "duplicate-item",
         "related:", "'related' lists 'pattern:bulkhead' twice", "remove one"},
        {"a link to a file in the Markdown", quorum, "(concept:consensus)", "(../concepts/consensus.md)", "broken-link",
         "../concepts/consensus.md", "link to '../concepts/consensus.md'", "kind:id"},
        {"a link with a script in the Markdown", quorum, "(concept:consensus)", "(javascript:alert%281%29)",
         "broken-link", "javascript:", "link to 'javascript:alert%281%29'"},

        // Identity.
        {"an id that is not the file's name", quorum, "id: quorum", "id: quorums", "id-mismatch", "id: quorums",
         "id is 'quorums' but the file is named 'quorum.md'", "the file name is the id"},
        {"a variant's id that a pattern has", breaker, "id: half-open-probe", "id: bulkhead", "duplicate-id",
         "- id: bulkhead", "variant id 'bulkhead' is also in patterns/bulkhead.md", "unique"},
        {"a name that another entry of the kind has", consensus, "name: Consensus", "name: quorum", "duplicate-name",
         "name: Quorum", "name 'Quorum' is also that of concepts/consensus.md", "telling name", quorum},
        {"an id that is no slug", quorum, "id: quorum", "id: Quorum", "malformed-value", "id: Quorum",
         "'id' is 'Quorum', which does not have the expected form", "file name"},

        // Counterparts.
        {"a scenario that is its own counterpart", storm,
         "look_for:", "counterpart_of: scenario:retry-storm\nlook_for:", "self-reference",
         "counterpart_of:", "'counterpart_of' refers to the entry itself"},
        {"a counterpart of nothing", storm, "look_for:", "counterpart_of: scenario:retry-strom\nlook_for:",
         "broken-reference", "counterpart_of:", "no scenario 'retry-strom'", "did you mean 'retry-storm'?"},

        // Prerequisites.
        {"concepts that need each other", quorum, "related: ['concept:consensus']",
         "prerequisites: ['concept:consensus']", "prerequisite-cycle", "prerequisites: ['concept:quorum']",
         "prerequisites go in a circle: consensus -> quorum -> consensus", "drop one", consensus},
        {"episodes that need each other", e01, "number: 1", "number: 1\nprerequisites: ['episode:e03']",
         "prerequisite-cycle", "prerequisites:", "e01 -> e02 -> e03 -> e01"},

        // Prices.
        {"a price in the unit of another field", machine, "field: replica", "field: request", "price-mistake",
         "value: 0.1 USD/hour", "request is money (USD), '0.1 USD/hour' is money per time (USD/s)"},
        {"a price in the unit of nothing", machine, "value: 0.1 USD/hour", "value: 0.1 USD/houre", "price-mistake",
         "value:", "houre"},
        {"a price below nothing", machine, "value: 0.1 USD/hour", "value: -0.1 USD/hour", "price-mistake",
         "value:", "it must be between 0 USD/s"},
        {"a list of prices", machine, "value: 0.1 USD/hour", "value: '[0.1 USD/hour, 0.2 USD/hour]'", "price-mistake",
         "value:", "replica is one number"},
        {"a price that is a distribution", machine, "value: 0.1 USD/hour", "value: normal(0.1 USD/hour, 0.01 USD/hour)",
         "price-mistake", "value:", "a price is one value, not a distribution", "write what is paid"},
        {"a component type that the simulator does not have", machine, "[service, worker]", "[service, wroker]",
         "price-mistake", "component_types:", "no component type 'wroker'", "did you mean 'worker'?"},
        {"a day of a price that is not in the calendar", machine, "'2026-02-28'", "'2026-02-30'", "invalid-date",
         "as_of:", "'2026-02-30' is not in the calendar"},

        // Vocabulary.
        {"an unknown category", quorum, "category: data-management", "category: data-managment", "unknown-category",
         "category:", "unknown category 'data-managment'", "did you mean 'data-management'?"},
        {"a category of another kind", quorum, "category: data-management", "category: queueing", "unknown-category",
         "category:", "unknown category 'queueing'", "known: architectural-patterns"},
        {"an unknown series", e01, "series: foundational", "series: foundatinal", "unknown-category", "series: foundat",
         "unknown series 'foundatinal'", "did you mean 'foundational'?"},
        {"an unknown tier", breaker, "tier: gold", "tier: golden", "unknown-tier", "tier:", "unknown tier 'golden'",
         "did you mean 'gold'?"},
        {"an unknown level", quorum, "level: L3", "level: L6", "not-allowed", "level:", "'level' is 'L6'",
         "allowed: L1, L2, L3, L4, L5"},

        // Sources.
        {"no sources", "kpis/listeners.md", "sources:\n- series: kpis.md\n", "", "missing-source", "id: listeners",
         "the entry lacks 'sources'", "cite where the claim comes from"},
        {"an empty list of sources", "kpis/listeners.md", "\n- series: kpis.md", " []", "missing-source",
         "sources:", "'sources' has 0 items"},
        {"only the series' own documents where literature is needed", "concepts/token-rotation.md",
         "- title: OAuth 2.0 Security Best Current Practice\n  url: https://www.rfc-editor.org/rfc/rfc9700\n",
         "- series: docs/token.md\n", "missing-source", "sources:", "no literature is cited",
         "cite a paper, RFC, book or public report"},
        {"nothing marked as disputed although there is no record", outage, "record: documented", "record: none",
         "missing-source", "record: none", "no public record, yet nothing is marked as disputed", "disputed"},
        {"a source with neither year nor address", quorum, "  year: 1979\n", "", "missing-key", "- title: Weighted",
         "'sources/0' needs one of: year, url"},
        {"a source with a bad address", "concepts/token-rotation.md", "https://www.rfc", "www.rfc", "malformed-value",
         "url: www", "'sources/0/url' is 'www.rfc-editor.org/rfc/rfc9700'", "https?://"},
        {"a source that is both literature and the series'", quorum, "- series: docs/quorum.md",
         "- series: docs/quorum.md\n  title: Quorums", "unknown-key", "title: Quorums", "unknown key 'title'"},

        // Form of values.
        {"a number where text is needed", quorum, "name: Quorum", "name: 2024", "wrong-type", "name: 2024",
         "'name' is a whole number (2024); expected text", "put it in quotes"},
        {"text where a list is needed", quorum, "[majority, voting set]", "majority", "wrong-type",
         "aliases:", "'aliases' is text ('majority'); expected a list"},
        {"a list where a mapping is needed", consensus, "depth:\n  L4: Proves agreement of a protocol",
         "depth:\n- Proves agreement of a protocol", "wrong-type", "depth:", "'depth' is a list"},
        {"nothing where text is needed", quorum, "name: Quorum", "name:", "wrong-type",
         "name:", "'name' is nothing (null); expected text"},
        {"a number with a fraction where a whole one is needed", e01, "number: 1", "number: 1.5", "wrong-type",
         "number:", "'number' is a number (1.5); expected a whole number"},
        {"text where true or false is needed", breaker, "series_own: true", "series_own: maybe", "wrong-type",
         "series_own:", "expected true or false"},
        {"a mapping where text is needed", quorum, "name: Quorum", "name: {en: Quorum}", "wrong-type",
         "name:", "'name' is a mapping"},
        {"a number below its range", e01, "number: 1", "number: 0", "out-of-range", "number: 0",
         "'number' is 0; at least 1 is expected"},
        {"a number above its range", e01, "hours: 3.0", "hours: 13", "out-of-range", "hours: 13",
         "'hours' is 13; at most 12"},
        {"prose that is too short", quorum,
         "A subset of the replicas large enough that any two such subsets share a member.", "A subset.", "too-short",
         "summary:", "'summary' has 9 characters; at least 20 are expected"},
        {"prose that is too long", quorum, "A subset", repeated("A subset of a subset. ", 60), "too-long",
         "summary:", "at most 1200 are allowed"},
        {"an empty mapping", consensus,
         "depth:\n  L4: Proves agreement of a protocol from the intersection of its quorums.", "depth: {}", "too-few",
         "depth:", "'depth' is empty"},
        {"a list that is too short", breaker,
         "use_when:\n- A remote dependency can fail while the caller has something useful to say without it",
         "use_when: []", "too-few", "use_when:", "'use_when' has 0 items; at least 1 expected"},
        {"a list that is too long", quorum, "[majority, voting set]", "[a, b, c, d, e, f, g, h, i]", "too-many",
         "aliases:", "'aliases' has 9 items; at most 8 allowed"},
        {"a malformed date", outage, "'2021-06-08'", "'June 2021'", "malformed-value", "date:", "'date' is 'June 2021'",
         "YYYY-MM-DD"},
        {"a day that is not in the calendar", outage, "'2021-06-08'", "'2021-02-30'", "invalid-date",
         "date:", "'2021-02-30' is not in the calendar", "write YYYY, YYYY-MM or YYYY-MM-DD"},
        {"a year where a date is needed, not in quotes", outage, "'2021-06-08'", "2021", "wrong-type",
         "date:", "'date' is a whole number (2021)", "put it in quotes"},
        {"no statement for the concept's own level", quorum, "level: L3", "level: L4", "missing-depth",
         "depth:", "level is L4 but 'depth' has no statement for it", "state what one knows at L4"},
        {"a gap between the levels", quorum, "  L2: Explains", "  L1: Explains", "missing-depth",
         "depth:", "'depth' leaves out a level between L1 and L3", "state each level in between"},

        // Keys.
        {"an unknown key", quorum, "origin: stated", "origin: stated\nrelatd: []", "unknown-key",
         "relatd:", "unknown key 'relatd'", "did you mean 'related'?"},
        {"an unknown key deep inside", breaker, "  difference: One", "  diffrence: two\n  difference: One",
         "unknown-key", "diffrence:", "unknown key 'diffrence'", "did you mean 'difference'?"},
        {"a missing key deep inside", breaker, "  difference: One trial call decides whether the breaker closes\n", "",
         "missing-key", "- id: half-open-probe", "'variants/0' lacks 'difference'"},
        {"an unknown key with a slash in it", quorum, "origin: stated", "origin: stated\na/b: []", "unknown-key",
         "a/b:", "unknown key 'a/b'"},
        {"a missing key", quorum, "origin: stated\n", "", "missing-key", "id: quorum", "the entry lacks 'origin'"},
        {"the same key twice", quorum, "level: L3", "level: L3\nlevel: L2", "duplicate-key", "level: L2",
         "key 'level' stands twice", "remove one of them"},
        {"the same key twice in a nested mapping", breaker, "  year: 2007\n  basis",
         "  year: 2007\n  year: 2008\n  basis", "duplicate-key", "year: 2008", "key 'year' stands twice"},

        // YAML.
        {"an unclosed quote", quorum, "name: Quorum", "name: 'Quorum", "bad-yaml", "related:", "end of map not found",
         "close each quote"},
        {"a tab as indentation", quorum, "  L2: Explains", "\tL2: Explains", "bad-yaml", "\tL2:", ""},
        {"a colon in plain text", quorum, "name: Quorum", "name: Quorum: a set", "bad-yaml", "name: Quorum: a set", "",
         "quote texts that hold ': '"},
        {"an anchor", quorum, "name: Quorum", "name: &n Quorum", "bad-yaml", "name: &n",
         "anchors and aliases are not allowed", "write the value out"},
        {"an alias", quorum, "name: Quorum", "name: *n", "bad-yaml", "name: *n", "not allowed"},
        {"an anchor inside a list in brackets", quorum, "[majority, voting set]", "[&m majority, voting set]",
         "bad-yaml", "aliases:", "anchors and aliases are not allowed"},
        {"an alias inside a list in brackets", quorum, "[majority, voting set]", "[majority, *m]", "bad-yaml",
         "aliases:", "not allowed"},
        {"an anchored mapping", quorum, "depth:\n", "depth: &d\n", "bad-yaml", "depth: &d", "not allowed"},
        {"values nested too deep", quorum, "name: Quorum", "name: " + repeated("[", 20) + repeated("]", 20), "bad-yaml",
         "name: [", "nested too deep; at most 16 levels are allowed"},
        {"brackets nested so deep that a recursive reader would overflow", quorum, "name: Quorum",
         "name: " + repeated("[", 100'000), "bad-yaml", "- title", "illegal block entry", "bracket"},
        {"too many values", quorum, "[majority, voting set]", "[" + repeated("a,", 21'000) + "a]", "bad-yaml",
         "aliases:", "too many values; at most 20000 are allowed"},
        {"a text that is too large", quorum, "name: Quorum", "name: " + repeated("x", 9000), "bad-yaml", "name: x",
         "a text has 9000 bytes; at most 5120 are allowed"},
        {"two documents in one front matter", quorum, "name: Quorum", "name: Quorum\n...\nname: Other", "bad-yaml",
         "name: Other", "a second document starts here", "..."},
        {"a key that is a list", quorum, "name: Quorum", "[a]: b\nname: Quorum", "bad-yaml", "[a]: b",
         "a key is not text"},
        {"front matter that is a list", "kpis/listeners.md", "", "---\n- a\n- b\n---\n", "wrong-type", "- a",
         "the front matter is not a mapping"},
        {"front matter that is empty", "kpis/listeners.md", "", "---\n# nothing\n---\n", "wrong-type", "# nothing",
         "the front matter is not a mapping"},

        // Files.
        {"bytes that are not UTF-8", quorum, "name: Quorum", "name: Quor\xFFm", "not-utf8", "name: Quor",
         "is not UTF-8", "save the file as UTF-8"},
        {"a NUL byte", quorum, "name: Quorum", std::string("name: Quo\0rum", 13), "not-utf8", "name: Quo", "is NUL"},
        {"a file that is too large", quorum, "Two majorities", repeated("x", 256 * 1024) + "Two majorities",
         "oversized-file", "", "more than the 262144 bytes", "split the entry"},
        {"no front matter", "kpis/listeners.md", "", "# Listeners\n", "no-front-matter", "# Listeners",
         "the file does not start with a line '---'", "begin with front matter"},
        {"an empty file", "kpis/listeners.md", "", "\n", "no-front-matter", "\n", "does not start"},
        {"front matter that is not closed", "kpis/listeners.md", "kpis.md\n---\n", "kpis.md\n", "no-front-matter",
         "---", "no closing line '---'", "close it before the Markdown"},
        {"a folder that is no kind", "pattern/saga.md", "", "---\n", "unknown-kind", "",
         "folder 'pattern' is no kind of entry", "", "pattern"},
        {"a file that is not Markdown", "patterns/notes.txt", "", "x", "unexpected-file", "",
         "only .md files belong here", "move it away"},
        {"an entry outside its kind's folder", "saga.md", "", "---\n---\n", "unexpected-file", "",
         "only taxonomy.yaml belongs here"},
        {"an entry in a folder of its own", "patterns/saga/saga.md", "", "---\n---\n", "unexpected-file", "",
         "only .md files belong here", "", "patterns/saga"},
        {"a scenario that asks for a rate in metres", "scenarios/retry-storm.yaml", "rate: 50/s", "rate: 50 m",
         "scenario-mistake", "rate: 50 m", "rate is rate (1/s), '50 m' is length (m)"},
        {"a scenario's page without its model", "scenarios/unmodelled.md", "",
         "---\nid: unmodelled\nname: Unmodelled\nsummary: Shows what a page without a model is told about it.\n"
         "phenomenon: None, because there is no model of it that could be run.\nlook_for: [nothing]\n"
         "change: [nothing]\nsources:\n- series: docs/none.md\n---\n",
         "missing-model", "", "the model of scenario:unmodelled is missing", "write the scenario beside its page",
         "scenarios/unmodelled.yaml"},
        {"raw HTML in the Markdown", quorum, "Two majorities", "<b>Two</b> majorities", "raw-html", "<b>Two</b>",
         "raw HTML", "use Markdown only"},
        {"a raw HTML block in the Markdown", quorum, "| 5 | 3 |", "| 5 | 3 |\n\n<script>x</script>", "raw-html",
         "<script>", "raw HTML"},
        {"a comment as raw HTML", quorum, "Two majorities", "<!-- x -->\n\nTwo majorities", "raw-html", "<!-- x -->",
         "raw HTML"},
    };
    return table;
}

// Rule names stand as literals in the sources that find mistakes; all literals of their form there are rules.
std::set<std::string> rules_in_sources() {
    const std::set<std::string> not_rules{"some-id"};
    const std::regex literal("\"([a-z][a-z0-9]*(-[a-z0-9]+)+)\"");
    std::set<std::string> rules;
    for (const char* name :
         {"front_matter.cpp", "schema.cpp", "loader.cpp", "content_check.cpp", "prices.cpp", "scenarios.cpp"}) {
        std::ifstream stream(std::string(DSTUDIO_SOURCE_DIR) + "/services/catalog/" + name);
        REQUIRE(stream.good());
        const std::string source{std::istreambuf_iterator<char>(stream), {}};
        for (auto at = std::sregex_iterator(source.begin(), source.end(), literal); at != std::sregex_iterator(); ++at)
            if (!not_rules.contains((*at)[1]))
                rules.insert((*at)[1]);
    }
    return rules;
}

}  // namespace

TEST_CASE("the small content tree is valid and is wholly loaded") {
    const ContentFixture fixture;
    const auto loaded = catalog::load_content(fixture.content());
    REQUIRE(loaded);
    CHECK_MESSAGE(loaded->diagnostics.empty(), all_of(loaded->diagnostics));
    CHECK(loaded->content.entries.size() == ContentFixture::entries_count);
    CHECK(loaded->files == ContentFixture::entries_count + 2);  // the taxonomy, and a scenario's model
    std::set<std::string_view> kinds;
    for (const catalog::Entry& entry : loaded->content.entries)
        kinds.insert(entry.ref.kind->name);
    CHECK(kinds.size() == catalog::kinds().size());
}

TEST_CASE("the content of this repository has no mistakes") {
    const auto loaded = catalog::load_content(std::string(DSTUDIO_SOURCE_DIR) + "/content");
    REQUIRE_MESSAGE(loaded, (loaded ? "" : loaded.error().message));
    CHECK_MESSAGE(loaded->diagnostics.empty(), all_of(loaded->diagnostics));
}

TEST_CASE("each seeded mistake is found once, with its file, line, rule and way out") {
    for (const Mistake& mistake : mistakes()) {
        CAPTURE(mistake.what);
        const ContentFixture fixture;
        if (mistake.from.empty())
            fixture.write(mistake.file, mistake.to);
        else
            fixture.replace(mistake.file, mistake.from, mistake.to);
        const Diagnostics found = check(fixture);
        const std::string_view file = mistake.file_named.empty() ? mistake.file : mistake.file_named;
        const std::size_t line = mistake.line_marker.empty() ? 0 : line_of(fixture.read(file), mistake.line_marker);
        const bool as_expected = found.size() == 1 && found[0].file == file && found[0].line == line &&
                                 found[0].rule == mistake.rule &&
                                 found[0].message.find(mistake.message) != std::string::npos &&
                                 found[0].hint.find(mistake.hint) != std::string::npos;
        CHECK_MESSAGE(as_expected, "expected " << file << ":" << line << ": " << mistake.rule << ": " << mistake.message
                                               << "; " << mistake.hint << "\nfound " << all_of(found));
    }
}

TEST_CASE("each rule in the sources is met by a seeded mistake") {
    std::set<std::string> met{"unreadable-file"};  // below: it needs a file that no edit of the tree makes
    met.insert("duplicate-id");
    met.insert("counterpart-chain");  // likewise: it needs two more scenarios
    for (const Mistake& mistake : mistakes())
        met.insert(std::string(mistake.rule));
    CHECK(mistakes().size() >= 24);
    CHECK(met == rules_in_sources());
}

TEST_CASE("a file that cannot be read is reported, not taken for an empty one") {
    const ContentFixture fixture;
    // Opens for everybody and fails at the first byte, for root too.
    std::filesystem::create_symlink("/proc/self/mem", fixture.content() / "patterns/saga.md");
    const Diagnostics found = check(fixture);
    REQUIRE(found.size() == 1);
    CHECK(found.front().rule == "unreadable-file");
    CHECK(found.front().file == "patterns/saga.md");
}

TEST_CASE("scenarios that belong together all name the same one") {
    const ContentFixture fixture;
    const auto add = [&](const std::string& id, const std::string& counterpart) {
        std::string page = fixture.read(storm);
        for (const auto& [from, to] : {std::pair<std::string, std::string>{"id: retry-storm", "id: " + id},
                                       {"name: Retry storm", "name: " + id},
                                       {"look_for:", "counterpart_of: scenario:" + counterpart + "\nlook_for:"}})
            page.replace(page.find(from), from.size(), to);
        fixture.write("scenarios/" + id + ".md", page);
        fixture.write("scenarios/" + id + ".yaml", fixture.read("scenarios/retry-storm.yaml"));
    };
    add("storm-with-budget", "retry-storm");
    add("storm-without-retries", "retry-storm");
    CHECK_MESSAGE(check(fixture).empty(), all_of(check(fixture)));
    add("storm-with-jitter", "storm-with-budget");
    const Diagnostics found = check(fixture);
    REQUIRE_MESSAGE(found.size() == 1, all_of(found));
    CHECK(found[0].file == "scenarios/storm-with-jitter.md");
    CHECK(found[0].rule == "counterpart-chain");
    CHECK(found[0].message == "scenario:storm-with-budget is itself the counterpart of scenario:retry-storm");
    CHECK(found[0].hint == "write scenario:retry-storm");
}

TEST_CASE("a link to a file that is gone is reported") {
    const ContentFixture fixture;
    std::filesystem::create_symlink("nowhere.md", fixture.content() / "patterns/saga.md");
    const Diagnostics found = check(fixture);
    REQUIRE(found.size() == 1);
    CHECK(found.front().file == "patterns/saga.md");
}

TEST_CASE("mistakes in several files are all reported, sorted by file and line, the same in each run") {
    const ContentFixture fixture;
    fixture.replace(quorum, "level: L3", "level: L7");
    fixture.replace(quorum, "origin: stated", "origin: unknown");
    fixture.replace(caching, "tier: gold", "tier: tin");
    fixture.replace(bulkhead, "pattern:circuit-breaker", "pattern:nothing-here");
    const Diagnostics found = check(fixture);
    std::vector<std::string> places;
    for (const Diagnostic& diagnostic : found)
        places.push_back(diagnostic.file + " " + std::string(diagnostic.rule));
    CHECK(places == std::vector<std::string>{"concepts/quorum.md not-allowed", "concepts/quorum.md not-allowed",
                                             "patterns/bulkhead.md broken-reference",
                                             "patterns/caching.md unknown-tier"});
    CHECK(all_of(check(fixture)) == all_of(found));
}

TEST_CASE("an entry with mistakes does not make the references to it look broken") {
    const ContentFixture fixture;
    fixture.replace(breaker, "form: pattern", "form: patern");
    const Diagnostics found = check(fixture);
    CHECK_MESSAGE(found.size() == 1, all_of(found));
}

TEST_CASE("text that only looks like an anchor, an alias or a reference is text") {
    for (const std::string_view summary :
         {"'*all* replicas take part in it, or none does'", "\"&c. and so on and so forth, to the end\"",
          "Talks of R&D and of a*b, which are\n  *emphasised* &c. in a second line",
          ">\n  *emphasised* at the start of a folded\n  &text that goes on",
          "A retry is pattern:retry in some books, they say",
          "see https://example.org/a:b for the long form of this"}) {
        CAPTURE(summary);
        const ContentFixture fixture;
        fixture.replace(quorum, "A subset of the replicas large enough that any two such subsets share a member.",
                        summary);
        const Diagnostics found = check(fixture);
        CHECK_MESSAGE(found.empty(), all_of(found));
    }
}

TEST_CASE("files with Windows line ends and without a final newline are read like others") {
    const ContentFixture fixture;
    std::string text = fixture.read(consensus);
    text = std::regex_replace(text, std::regex("\n"), "\r\n");
    text.resize(text.size() - 2);
    fixture.write(consensus, text);
    const Diagnostics found = check(fixture);
    CHECK_MESSAGE(found.empty(), all_of(found));
}

TEST_CASE("hidden files and folders are left alone") {
    const ContentFixture fixture;
    fixture.write("patterns/.saga.md.swp", "x");
    fixture.write(".cache/x.md", "x");
    fixture.write(".editorconfig", "x");
    const Diagnostics found = check(fixture);
    CHECK_MESSAGE(found.empty(), all_of(found));
}

TEST_CASE("what makes the tree unusable as a whole is an error with a way out") {
    SUBCASE("no folder") {
        const auto loaded = catalog::load_content("/nowhere/content");
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().code == base::ErrorCode::unreadable_file);
        CHECK(loaded.error().hint.find("--content") != std::string::npos);
    }
    const ContentFixture fixture;
    SUBCASE("no taxonomy") {
        fixture.remove("taxonomy.yaml");
        const auto loaded = catalog::load_content(fixture.content());
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().code == base::ErrorCode::unreadable_file);
    }
    SUBCASE("a taxonomy that is not YAML") {
        fixture.write("taxonomy.yaml", "kinds: [");
        const auto loaded = catalog::load_content(fixture.content());
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().code == base::ErrorCode::malformed_content);
        CHECK(loaded.error().message.starts_with("taxonomy.yaml:"));
    }
    SUBCASE("a taxonomy that is not UTF-8") {
        fixture.replace("taxonomy.yaml", "name: Resilience", "name: Resil\xFFience");
        const auto loaded = catalog::load_content(fixture.content());
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().code == base::ErrorCode::malformed_content);
    }
    SUBCASE("a taxonomy with an unknown key") {
        fixture.replace("taxonomy.yaml", "eras:", "epochs: []\neras:");
        const auto loaded = catalog::load_content(fixture.content());
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().message.find("unknown key 'epochs'") != std::string::npos);
    }
    SUBCASE("a schema that is not JSON") {
        fixture.write("schema/concept.json", "{");
        const auto loaded = catalog::load_content(fixture.content());
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().code == base::ErrorCode::malformed_content);
    }
    SUBCASE("a schema that is missing") {
        fixture.remove("schema/kpi.json");
        const auto loaded = catalog::load_content(fixture.content());
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().code == base::ErrorCode::unreadable_file);
    }
    SUBCASE("a folder that is a file") {
        const auto loaded = catalog::load_content(fixture.content() / "taxonomy.yaml");
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().code == base::ErrorCode::unreadable_file);
    }
}

TEST_CASE("the content hash depends on every byte of every file and on nothing else") {
    const ContentFixture fixture;
    const ContentFixture same;
    const auto hash = [](const ContentFixture& f) { return catalog::load_content(f.content())->content.hash; };
    const std::string before = hash(fixture);
    CHECK(before.size() == 32);
    CHECK(hash(same) == before);
    fixture.replace(quorum, "Two majorities", "Any two majorities");
    CHECK(hash(fixture) != before);
    fixture.replace(quorum, "Any two majorities", "Two majorities");
    CHECK(hash(fixture) == before);
    fixture.write("kpis/other.md", "");
    CHECK(hash(fixture) != before);
}
