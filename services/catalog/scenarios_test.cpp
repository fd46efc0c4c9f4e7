// Scenario files: what is wrong with one is said with its line.
#include "services/catalog/scenarios.hpp"

#include <doctest/doctest.h>

#include "services/catalog/content_fixture.hpp"
#include "services/catalog/loader.hpp"

using namespace dstudio;
using namespace dstudio::catalog;

namespace {

std::string first_diagnostic(std::string_view text) {
    Diagnostics diagnostics;
    const auto file = read_scenario_text(text, "x.yaml", diagnostics);
    CHECK(file.has_value() == diagnostics.empty());
    return diagnostics.empty() ? "" : to_text(diagnostics[0]);
}

}  // namespace

TEST_CASE("mistakes in a scenario file come with line, column and a way out") {
    CHECK(
        first_diagnostic(
            "workloads:\n- {id: w, rate: 10/s, call: s}\ncomponents:\n- id: s\n  steps:\n  - wrk: 1 ms\n") ==
        "x.yaml:6:5: scenario-mistake: a step does nothing; give it one of work, wait, call, all, send, cached, saga, "
        "commit");
    CHECK(first_diagnostic("workloads:\n- {id: w, rate: 10/s, call: srv}\ncomponents:\n- {id: srw}\n") ==
          "x.yaml:2:23: scenario-mistake: there is no component 'srv'; did you mean 'srw'?");
    CHECK(first_diagnostic("workloads: [").starts_with("x.yaml:"));
    CHECK(first_diagnostic("") ==
          "x.yaml: scenario-mistake: a scenario is an object with workloads and components; see "
          "docs/formats/scenario.md");
    CHECK(first_diagnostic("workloads:\n- {id: w, rate: 10/s, call: s}\ncomponents:\n- {id: s}\n").empty());
}

TEST_CASE(
    "a trace in a file beside the scenario is read by whoever gives a reader, and mistakes point into that file") {
    const std::string scenario =
        "workloads:\n- {id: w, call: s, trace: {file: arrivals.csv, column: at}}\ncomponents:\n- {id: s}\n";
    std::string csv = "kind,at\na,0.5\nb,2\n";
    const ReadBeside read = [&](const std::string& name) -> base::Result<std::string> {
        if (name != "arrivals.csv")
            return base::fail(base::ErrorCode::unreadable_file, "no such file");
        return csv;
    };
    Diagnostics diagnostics;
    const auto file = read_scenario_text(scenario, "x.yaml", diagnostics, read);
    REQUIRE(file);
    CHECK(file->scenario.workloads[0].times.size() == 2);
    CHECK(file->document["workloads"][0]["trace"]["csv"] == csv);
    csv = "kind,at\na,0.5\nb,soon\n";
    CHECK_FALSE(read_scenario_text(scenario, "x.yaml", diagnostics, read));
    CHECK(to_text(diagnostics.at(0)).starts_with("arrivals.csv:3:3: scenario-mistake: 'soon' is no time"));
    const std::string unread = first_diagnostic(scenario);
    INFO(unread);
    CHECK(unread.starts_with("x.yaml:2:"));
    CHECK(unread.find("'arrivals.csv' has not been read") != std::string::npos);
    diagnostics.clear();
    CHECK_FALSE(read_scenario_text("workloads:\n- {id: w, call: s, trace: {file: other.csv}}\ncomponents:\n- {id: s}\n",
                                   "x.yaml", diagnostics, read));
    CHECK(to_text(diagnostics.at(0)).starts_with("x.yaml:2:"));
}

TEST_CASE("a scenario's page without its model, and a model with mistakes, are reported") {
    {
        const ContentFixture fixture;
        fixture.remove("scenarios/retry-storm.yaml");
        const auto loaded = load_content(fixture.content());
        REQUIRE(loaded.has_value());
        REQUIRE(loaded->diagnostics.size() == 1);
        CHECK(loaded->diagnostics[0].rule == "missing-model");
    }
    {
        const ContentFixture fixture;
        fixture.replace("scenarios/retry-storm.yaml", "work: 20 ms", "work: 20 m/s");
        const auto loaded = load_content(fixture.content());
        REQUIRE(loaded.has_value());
        REQUIRE(loaded->diagnostics.size() == 1);
        CHECK(loaded->diagnostics[0].rule == "scenario-mistake");
        CHECK(loaded->diagnostics[0].line == 6);
    }
    {
        const ContentFixture fixture;
        const auto loaded = load_content(fixture.content());
        REQUIRE(loaded.has_value());
        CHECK(loaded->diagnostics.empty());
        const Entry* entry = loaded->content.find({find_kind("scenario"), "retry-storm"});
        REQUIRE(entry != nullptr);
        CHECK(entry->fields["model"]["workloads"][0]["id"] == "users");
    }
}
