#include "apps/http/routes.hpp"

#include <array>

#include "core/base/assert.hpp"
#include "core/base/text.hpp"

namespace dstudio::http {
namespace {

constexpr std::array table{
    Route{"/healthz", Endpoint::health},
    Route{"/readyz", Endpoint::ready},
    Route{"/metrics", Endpoint::metrics},
    Route{"/problems/{name}", Endpoint::problem},
    Route{"/api/v1", Endpoint::index},
    Route{"/api/v1/version", Endpoint::version},
    Route{"/api/v1/stats", Endpoint::stats},
    Route{"/api/v1/taxonomy", Endpoint::taxonomy},
    Route{"/api/v1/kinds", Endpoint::kinds},
    Route{"/api/v1/openapi.yaml", Endpoint::openapi},
    Route{"/api/v1/search", Endpoint::search},
    Route{"/api/v1/suggest", Endpoint::suggest},
    Route{"/api/v1/simulations", Endpoint::simulate},
    Route{"/api/v1/graph/{plural}", Endpoint::graph},
    Route{"/api/v1/{plural}", Endpoint::list},
    Route{"/api/v1/{plural}/{id}", Endpoint::entry},
    Route{"/api/v1/{plural}/{id}/eval", Endpoint::compute},
    Route{"/api/v1/{plural}/{id}/solve", Endpoint::compute},
    Route{"/api/v1/{plural}/{id}/sensitivity", Endpoint::compute},
    Route{"/api/v1/{plural}/{id}/sample", Endpoint::compute},
    Route{"/api/v1/{plural}/{id}/sweep", Endpoint::compute},
    Route{"/api/v1/{plural}/{id}/fit", Endpoint::compute},
};

constexpr std::array<std::string_view, pseudo_route_count> pseudo_names{"site", "unmatched", "refused"};

bool is_parameter(std::string_view part) {
    return part.starts_with('{');
}

bool matches(std::string_view pattern, const std::vector<std::string>& segments) {
    pattern.remove_prefix(1);
    std::size_t count = 0;
    while (true) {
        const std::size_t slash = pattern.find('/');
        const std::string_view part = pattern.substr(0, slash);
        if (count == segments.size() || (is_parameter(part) ? segments[count].empty() : part != segments[count]))
            return false;
        ++count;
        if (slash == std::string_view::npos)
            return count == segments.size();
        pattern.remove_prefix(slash + 1);
    }
}

}  // namespace

std::span<const Route> routes() {
    return table;
}

std::size_t route_number(PseudoRoute route) {
    return table.size() + static_cast<std::size_t>(route);
}

std::size_t route_name_count() {
    return table.size() + pseudo_route_count;
}

std::string_view route_name(std::size_t number) {
    DS_ASSERT(number < route_name_count());
    return number < table.size() ? table[number].pattern : pseudo_names[number - table.size()];
}

std::optional<RouteMatch> match_route(const std::vector<std::string>& segments) {
    for (std::size_t number = 0; number < table.size(); ++number) {
        const Route& route = table[number];
        if (!matches(route.pattern, segments))
            continue;
        RouteMatch match{number, route.endpoint, {}};
        const auto parts = base::split(route.pattern.substr(1), '/');
        for (std::size_t i = 0; i < parts.size(); ++i)
            if (is_parameter(parts[i]))
                match.arguments.push_back(segments[i]);
        return match;
    }
    return std::nullopt;
}

std::string_view allowed_methods(Endpoint endpoint) {
    return endpoint == Endpoint::simulate ? "POST, OPTIONS" : reading_methods;
}

bool is_api_path(std::string_view path) {
    return path == "/api" || path.starts_with("/api/") || path.starts_with("/problems/");
}

}  // namespace dstudio::http
