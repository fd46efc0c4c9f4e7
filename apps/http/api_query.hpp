// The query of an API request, checked: each parameter is known, given once, and has a value that is allowed.
//
// Whatever is wrong is invalid_argument and names the parameter, what was found and what is allowed.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "apps/http/snapshot.hpp"
#include "core/base/error.hpp"
#include "core/base/percent.hpp"
#include "services/catalog/catalog.hpp"

namespace dstudio::http {

class ApiQuery {
  public:
    static base::Result<ApiQuery> parse(std::string_view raw, std::initializer_list<std::string_view> known);

    // None if it is not given.
    [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const;

    struct Bounds {
        int min;
        int max;
    };
    [[nodiscard]] base::Result<std::optional<int>> integer(std::string_view name, Bounds bounds) const;

    // Empty if it is not given.
    [[nodiscard]] base::Result<std::string> one_of(std::string_view name, const std::set<std::string>& allowed) const;

  private:
    base::QueryFields fields_;
};

inline constexpr int list_limit_max = 200;
inline constexpr int list_limit_default = 50;
inline constexpr int cursor_max = 1'000'000;

// The filter parameters category, level, tier, status, year_from and year_to. `kind` restricts the values to those
// that entries of the kind can have; it may be null.
base::Result<catalog::Filter> read_filter(const ApiQuery& query, const catalog::Kind* kind, const Snapshot& snapshot);

// A cursor is the position of the first item of a page; clients are to take it as opaque.
base::Result<std::size_t> read_cursor(const ApiQuery& query);

}  // namespace dstudio::http
