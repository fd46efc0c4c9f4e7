#include "core/system/parameter.hpp"

#include <doctest/doctest.h>

using namespace dstudio;
using namespace dstudio::system;
using nlohmann::ordered_json;

namespace {

std::string changed(std::string_view path, std::string_view value) {
    ordered_json document = ordered_json::parse(
        R"json({"duration": "10 s", "components": [{"id": "a", "threads": 4, "steps": [{"work": "1 ms"}]}, {"id": "b"}]})json");
    const auto set = set_parameter(document, path, value);
    return set ? document.dump() : set.error().message + "; " + set.error().hint;
}

std::string values_of(std::string_view text) {
    const auto varied = read_varied(text);
    if (!varied)
        return varied.error().message;
    std::string all = varied->path + ":";
    for (const std::string& value : varied->values)
        all += " [" + value + "]";
    return all;
}

}  // namespace

TEST_CASE("a value is named by keys, positions and ids") {
    CHECK(changed("duration", "20 s").starts_with(R"({"duration":"20 s")"));
    CHECK(changed("components/a/threads", "8").find(R"("threads":"8")") != std::string::npos);
    CHECK(changed("components/1/queue", "3").find(R"({"id":"b","queue":"3"})") != std::string::npos);
    CHECK(changed("components/a/steps/0/work", "2 ms").find(R"("work":"2 ms")") != std::string::npos);
    CHECK(changed("components/b/drops_expired", "true").find(R"("drops_expired":true)") != std::string::npos);
    CHECK(changed("components/c/threads", "8") == "'c' of 'components/c/threads' leads nowhere; there are a, b");
    CHECK(changed("components/a/steps/1/work", "1 ms") ==
          "'1' of 'components/a/steps/1/work' leads nowhere; there are 0");
    CHECK(changed("components/a", "1") == "'components/a' is no single value; there are id, threads, steps");
    CHECK(changed("", "1") == "'' of '' leads nowhere; there are duration, components");
}

TEST_CASE("values are a list, a range of whole numbers, or a range with a unit") {
    CHECK(values_of("a/b=1,2, 4") == "a/b: [1] [2] [4]");
    CHECK(values_of("n=1..4") == "n: [1] [2] [3] [4]");
    CHECK(values_of("n=1..1000:4:log") == "n: [1] [10] [100] [1000]");
    CHECK(values_of("n=1..3:20") == "n: [1] [2] [3]");
    CHECK(values_of("r=100/s..300/s:3") == "r: [100/s] [200/s] [300/s]");
    CHECK(values_of("t=10 ms..1 s:3:log") == "t: [0.01 s] [0.1 s] [1 s]");
    CHECK(values_of("p=0..1:3") == "p: [0] [1]");
    CHECK(values_of("p=0%..100%:3") == "p: [0] [0.5] [1]");
    CHECK(values_of("x") == "'x' varies nothing");
    CHECK(values_of("x=2..1") == "'2..1' does not rise");
    CHECK(values_of("x=1..2 s") == "'1' and '2 s' are of different kinds");
    CHECK(values_of("x=1..2:1") == "'1' is no number of points");
    CHECK(values_of("x=0..2:3:log") == "'0..2' does not rise");
}
