// Published results, as far as a short run can tell. What the catalogue's scenarios come to is tested at the command
// line, which has them (tests/cli_test.cpp); `dstudio sim validate --published` runs all of it at full length.
#include "core/system/published.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

using namespace dstudio::system;

namespace {

const PublishedResult& result_named(std::string_view text) {
    for (const PublishedResult& result : published_results())
        if (result.name.find(text) != std::string::npos)
            return result;
    FAIL("no result is named like " << text);
    return published_results().front();
}

}  // namespace

TEST_CASE("each published result says where it stands, what is modelled and why it differs") {
    std::set<std::string> names;
    for (const PublishedResult& result : published_results()) {
        CAPTURE(result.name);
        CHECK(names.insert(result.name).second);
        CHECK(result.source.find(", ") != std::string::npos);
        CHECK(result.url.rfind("https://", 0) == 0);
        CHECK(result.setup.size() > 80);
        CHECK(result.runs >= 1);
        CHECK_FALSE(result.figures.empty());
        for (const PublishedFigure& figure : result.figures) {
            CAPTURE(figure.quantity);
            CHECK_FALSE(figure.quantity.empty());
            CHECK_FALSE(figure.unit.empty());
            CHECK_FALSE(figure.published.empty());
            CHECK(figure.low <= figure.high);
            CHECK((!figure.differs || !figure.note.empty()));
        }
    }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__EMSCRIPTEN__)
TEST_CASE("published figures agree, or differ as their notes say") {
    struct Run {
        const char* name;
        std::size_t runs;  // 0: as many as usual
        double effort;
    };
    for (const Run& run :
         {Run{"one slow server", 10, 0.2}, Run{"leaves of a large tree", 10, 0.2}, Run{"hedged reads", 10, 0.2},
          Run{"the fullest", 10, 0.25}, Run{"loads of all bins", 10, 0.5}, Run{"contention for one row", 10, 0.25},
          Run{"one retry and a database", 2, 1}, Run{"which trigger", 1, 1}}) {
        const PublishedResult& result = result_named(run.name);
        const auto outcomes = reproduce(result, {}, {.seed = 1, .runs = run.runs, .effort = run.effort});
        REQUIRE(outcomes.size() == result.figures.size());
        for (std::size_t f = 0; f < outcomes.size(); ++f) {
            const PublishedFigure& figure = result.figures[f];
            const PublishedOutcome& outcome = outcomes[f];
            CAPTURE(result.name);
            CAPTURE(figure.quantity);
            CAPTURE(outcome.estimate.mean);
            CAPTURE(outcome.estimate.half_width);
            CHECK(outcome.agrees != figure.differs);
            // Student's t for 9 degrees of freedom: 2.262 at 95 %, 6.0 at 99.98 %. What is rarer than the run is long
            // may not have happened at all.
            if (figure.exact && outcome.estimate.mean > 0)
                CHECK(std::fabs(outcome.estimate.mean - *figure.exact) <=
                      6.0 / 2.262 * outcome.estimate.half_width + 1e-9);
        }
    }
}

TEST_CASE("two choices give the published times in queues that are not nearly full") {
    // The two results with a load of 0.99 need the full length to forget their start.
    const PublishedResult& result = result_named("supermarket");
    const auto outcomes = reproduce(result, {}, {.seed = 1, .runs = 5, .effort = 0.2});
    for (std::size_t f = 0; f < 2; ++f) {
        CAPTURE(result.figures[f].quantity);
        CAPTURE(outcomes[f].estimate.mean);
        CHECK(outcomes[f].agrees);
        CHECK(outcomes[f].estimate.half_width < 0.05 * outcomes[f].estimate.mean);
    }
}
#endif

TEST_CASE("a published figure that is wrong is noticed") {
    PublishedResult wrong = result_named("loads of all bins");
    const PublishedOptions quick{.seed = 1, .runs = 5, .effort = 0.1};
    CHECK(reproduce(wrong, {}, quick)[2].agrees);
    wrong.figures[2].low += 5;
    wrong.figures[2].high += 5;
    CHECK_FALSE(reproduce(wrong, {}, quick)[2].agrees);
    CHECK(reproduce(wrong, {}, quick)[3].agrees);
}

TEST_CASE("a published result is a function of its seed") {
    const PublishedResult& result = result_named("contention for one row");
    const PublishedOptions quick{.seed = 5, .runs = 2, .effort = 0.03};
    const auto first = published_json(reproduce(result, {}, quick));
    CHECK(published_json(reproduce(result, {}, quick)) == first);
    CHECK(published_json(reproduce(result, {}, {.seed = 6, .runs = 2, .effort = 0.03})) != first);
}

TEST_CASE("one run makes no interval") {
    const PublishedResult& result = result_named("loads of all bins");
    const auto outcomes = reproduce(result, {}, {.seed = 1, .runs = 1, .effort = 0.1});
    CHECK(std::isnan(outcomes[0].estimate.half_width));
    CHECK(published_json(outcomes)[0]["half_width"].is_null());
}
