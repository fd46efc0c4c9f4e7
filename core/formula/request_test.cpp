// Requests as text, and the bound on the work that they may ask for.
#include "core/formula/request.hpp"

#include <doctest/doctest.h>

#include "core/formula/json.hpp"
#include "core/formula/work_limit.hpp"

using namespace dstudio;
using namespace dstudio::formula;
using nlohmann::ordered_json;

TEST_CASE("a request says what each verb needs, and no more") {
    RequestText text{.inputs = {{"a", "1"}, {"b", "2 ms"}}, .unknown = "c", .axes = {"a=1..5"}, .samples = 500};
    CHECK(request_json("eval", text)->dump() == R"({"inputs":{"a":"1","b":"2 ms"}})");
    CHECK(request_json("solve", text)->dump() == R"({"inputs":{"a":"1","b":"2 ms"},"for":"c"})");
    CHECK(request_json("sample", text)->dump() == R"({"inputs":{"a":"1","b":"2 ms"},"samples":500})");
    CHECK((*request_json("sweep", text))["axes"].dump() == R"([{"input":"a","from":"1","to":"5"}])");
}

TEST_CASE("an axis may name its points and its scale") {
    const auto axis = [](std::string text) {
        auto request = request_json("sweep", {.inputs = {}, .unknown = {}, .axes = {std::move(text)}});
        return request ? (*request)["axes"][0].dump() : request.error().message;
    };
    CHECK(axis("x=1 ms..2 s:50:log") == R"({"input":"x","from":"1 ms","scale":"log","points":50,"to":"2 s"})");
    CHECK(axis("x=-1..1:7") == R"({"input":"x","from":"-1","points":7,"to":"1"})");
    CHECK(axis("x") == "'x' is no axis");
    CHECK(axis("x=1..2:many") == "'many' is no number of points");
    CHECK(axis("x=1..2:") == "'' is no number of points");
    CHECK(axis("x=1..2:99999999999") == "'99999999999' is no number of points");
}

TEST_CASE("an input given twice is refused") {
    const auto request = request_json("eval", {.inputs = {{"a", "1"}, {"a", "2"}}});
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().message == "'a' is given twice");
}

// The browser's build has no exceptions: a page ends its worker instead.
#ifndef __EMSCRIPTEN__
namespace {

Model model_of(std::string_view source) {
    Diagnostics diagnostics;
    auto model = Model::from_source(source, {}, diagnostics);
    REQUIRE(model.has_value());
    return std::move(*model);
}

}  // namespace

TEST_CASE("a work limit stops long computations, wherever they are") {
    const Model sums = model_of("a = 1\nx = sum(i in 1..100000: sum(j in 1..100000: a / (i + j)))");
    const Model calls = model_of("n = 50\na = 20\np = erlang_c(n, a)");
    const auto stops_after = [](int asked_max, const auto& work) {
        int asked = 0;
        const WorkLimit limit([&] { return ++asked > asked_max; });
        const auto answered = work();
        return !answered && answered.error().code == base::ErrorCode::too_much_work;
    };
    CHECK(stops_after(10, [&] { return answer("eval", sums, ordered_json::object()); }));
    CHECK(stops_after(10, [&] { return answer("sensitivity", sums, ordered_json::object()); }));
    CHECK(stops_after(10, [&] {
        return answer("sample", calls, {{"inputs", {{"a", "uniform(1, 40)"}}}, {"samples", 100000}});
    }));
    CHECK(stops_after(10, [&] {
        return answer("sweep", calls, {{"axes", {{{"input", "a"}, {"from", "1"}, {"to", "49"}, {"points", 2000}}}}});
    }));
    // A value that a stranger types is computed too.
    CHECK(stops_after(10, [&] {
        return answer("eval", calls, {{"inputs", {{"a", "sum(i in 1..100000: sum(j in 1..100000: 1 / (i + j)))"}}}});
    }));
    CHECK_FALSE(stops_after(10, [&] { return answer("eval", calls, ordered_json::object()); }));
}

TEST_CASE("when a limit is gone, the one around it counts again, and without one nothing stops") {
    const Model calls = model_of("n = 50\na = 20\np = erlang_c(n, a)");
    {
        const WorkLimit outer([] { return true; });
        {
            const WorkLimit inner([] { return false; });
            CHECK(answer("eval", calls, ordered_json::object()).has_value());
        }
        CHECK_FALSE(answer("eval", calls, ordered_json::object()).has_value());
    }
    CHECK(answer("eval", calls, ordered_json::object()).has_value());
}
#endif
