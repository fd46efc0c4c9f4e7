#include "apps/http/routes.hpp"

#include <doctest/doctest.h>

#include <set>

#include "core/base/text.hpp"

using namespace dstudio::http;

namespace {

std::string matched(std::string_view path) {
    std::vector<std::string> segments;
    for (const std::string_view segment : dstudio::base::split(path.substr(1), '/'))
        segments.emplace_back(segment);
    const auto match = match_route(segments);
    if (!match)
        return "none";
    std::string text(route_name(match->number));
    for (const std::string& argument : match->arguments)
        text += " " + argument;
    return text;
}

}  // namespace

TEST_CASE("a path finds its route, literal before parameter") {
    CHECK(matched("/healthz") == "/healthz");
    CHECK(matched("/api/v1") == "/api/v1");
    CHECK(matched("/api/v1/search") == "/api/v1/search");
    CHECK(matched("/api/v1/patterns") == "/api/v1/{plural} patterns");
    CHECK(matched("/api/v1/patterns/saga") == "/api/v1/{plural}/{id} patterns saga");
    CHECK(matched("/api/v1/graph/episodes") == "/api/v1/graph/{plural} episodes");
    CHECK(matched("/problems/not-found") == "/problems/{name} not-found");
}

TEST_CASE("a path that is shorter, longer, or has an empty segment finds none") {
    for (const char* path : {"/", "/api", "/api/v1/", "/api/v1/patterns/", "/api/v1/patterns/saga/more", "/api/v2",
                             "/healthz/", "/problems", "/problems/", "/Healthz", "/api//v1"}) {
        CAPTURE(std::string(path));
        CHECK(matched(path) == "none");
    }
}

TEST_CASE("every route and pseudo-route has its own name") {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < route_name_count(); ++i)
        CHECK(names.insert(route_name(i)).second);
    CHECK(route_name(route_number(PseudoRoute::site)) == "site");
    CHECK(route_name_count() == routes().size() + pseudo_route_count);
}
