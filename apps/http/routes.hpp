// The table of routes: the one list that requests are matched against, that metrics and logs name, and that a test
// holds against docs/api/openapi.yaml.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dstudio::http {

enum class Endpoint : std::uint8_t {
    health,
    ready,
    metrics,
    problem,
    index,
    version,
    stats,
    taxonomy,
    kinds,
    search,
    suggest,
    graph,
    list,
    entry,
    compute,  // the last segment is the verb
    openapi,
    simulate,
};

struct Route {
    std::string_view pattern;  // "{name}" stands for one segment
    Endpoint endpoint;
};

// Literal patterns come before the patterns with parameters that would match them too.
std::span<const Route> routes();

// Names of routes in metrics and logs: a position in routes(), or one of these behind it.
enum class PseudoRoute : std::uint8_t { site, unmatched, refused };
inline constexpr std::size_t pseudo_route_count = 3;
std::size_t route_number(PseudoRoute route);
std::size_t route_name_count();
std::string_view route_name(std::size_t number);

struct RouteMatch {
    std::size_t number = 0;  // in routes()
    Endpoint endpoint{};
    std::vector<std::string> arguments;  // of the parameters, in their order
};

std::optional<RouteMatch> match_route(const std::vector<std::string>& segments);

// As in an Allow field.
std::string_view allowed_methods(Endpoint endpoint);
inline constexpr std::string_view reading_methods = "GET, HEAD, OPTIONS";

// Whether addresses that start like this belong to programs, not to pages: what is not found there is a problem
// document.
bool is_api_path(std::string_view path);

}  // namespace dstudio::http
