// The resources under /api/v1: each call is one look into the catalogue, put into JSON.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apps/http/compute.hpp"
#include "apps/http/routes.hpp"
#include "apps/http/snapshot.hpp"
#include "core/base/error.hpp"
#include "services/catalog/search.hpp"

namespace dstudio::http {

inline constexpr std::string_view json_media_type = "application/json";

struct ApiContent {
    std::string text;
    std::string_view borrowed;  // instead of `text`: lives as long as the snapshot
    std::string_view media_type = json_media_type;
    std::string redirect;  // not empty: the resource stands there

    [[nodiscard]] std::string_view body() const { return borrowed.empty() ? std::string_view(text) : borrowed; }
};

struct ApiContext {
    const Snapshot& snapshot;
    catalog::Searcher& searcher;
    FormulaModels& models;
};

// The content of a route under /api/v1. Errors: invalid_argument for the query, not_found for the resource.
// REQUIRES: the match is of such a route.
base::Result<ApiContent> api_content(const ApiContext& context, const RouteMatch& match, std::string_view raw_query);

// The program's version, "0.1.0".
std::string_view program_version();

// docs/api/openapi.yaml as it was when the program was built.
std::string_view openapi_document();

}  // namespace dstudio::http
