#include "services/catalog/cross_references.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "services/catalog/content_fixture.hpp"
#include "services/catalog/loader.hpp"
#include "services/catalog/real_catalog.hpp"

using namespace dstudio;
using catalog::CrossReferences;

namespace {

std::size_t position(const catalog::Content& content, std::string_view ref) {
    const catalog::Entry* entry = content.find(*catalog::parse_ref(ref));
    REQUIRE_MESSAGE(entry != nullptr, std::string(ref));
    return static_cast<std::size_t>(entry - content.entries.data());
}

}  // namespace

TEST_CASE("each reference is one edge, seen from both its ends, in the order of the file") {
    const catalog::ContentFixture fixture;
    const auto loaded = catalog::load_content(fixture.content());
    const catalog::Content& content = loaded->content;
    const CrossReferences references(content);

    std::vector<std::string> out;
    const std::size_t quorum = position(content, "concept:quorum");
    for (const std::size_t edge : references.outgoing(quorum))
        out.push_back(references.edges()[edge].relation + " " +
                      content.entries[references.edges()[edge].to].ref.text());
    // The body's link comes last although 'related' leads there too: another relation is another edge.
    CHECK(out == std::vector<std::string>{"related concept:consensus", "patterns pattern:timeout",
                                          "episodes episode:e01", "body concept:consensus"});

    std::vector<std::string> in;
    for (const std::size_t edge : references.incoming(position(content, "episode:e01")))
        in.push_back(references.edges()[edge].relation + " " +
                     content.entries[references.edges()[edge].from].ref.text());
    CHECK(in == std::vector<std::string>{"episodes concept:quorum", "episodes formula:little",
                                         "episodes incident:edge-outage-2021", "episodes company:acme",
                                         "prerequisites episode:e02", "stages path:first-steps",
                                         "episodes certificate:starter"});
    // By hand: 3 + 1 in quorum, 2 consensus, 2 + 1 breaker and bulkhead, 3 combination, 2 stack, 2 formula, 1
    // calculator, 1 algorithm, 3 incident, 3 success, 6 company, 2 + 1 + 1 episodes, 2 path, 1 question, 3 scenario, 2
    // lab, 2 certificate.
    CHECK(references.edges().size() == 44);
}

TEST_CASE("prerequisites become a graph from what comes first to what needs it") {
    const catalog::ContentFixture fixture;
    const auto loaded = catalog::load_content(fixture.content());
    const catalog::Content& content = loaded->content;
    const CrossReferences references(content);
    const auto& graph = references.prerequisites();
    CHECK(graph.successors(position(content, "episode:e01")) ==
          std::vector<std::size_t>{position(content, "episode:e02")});
    CHECK(graph.predecessors(position(content, "concept:consensus")) ==
          std::vector<std::size_t>{position(content, "concept:quorum")});
}

TEST_CASE("references that lead nowhere are left out") {
    const catalog::ContentFixture fixture;
    fixture.remove("patterns/timeout.md");
    const auto loaded = catalog::load_content(fixture.content());
    CHECK(CrossReferences(loaded->content).edges().size() == 44 - 5);
}

TEST_CASE("the real content's references are all edges and its prerequisites are acyclic") {
    const catalog::Content& content = catalog::real_content();
    const CrossReferences references(content);
    std::size_t refs = 0;
    for (const catalog::Entry& entry : content.entries)
        refs += entry.refs.size();
    CHECK(references.edges().size() == refs);
    CHECK(base::topological_order(references.prerequisites()).size() == content.entries.size());
    std::size_t incoming = 0;
    for (std::size_t i = 0; i < content.entries.size(); ++i)
        incoming += references.incoming(i).size();
    CHECK(incoming == refs);
}
