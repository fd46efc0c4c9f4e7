// One value of a scenario document, named and changed: what sweeps, searches and comparisons vary.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace dstudio::system {

// A path is keys and positions with slashes between; a member of a list may be named by its id:
// "components/orders/threads", "workloads/users/rate", "components/shop/steps/1/retry/budget", "network".
// The value is text as in the file: "8", "250 ms", "fifo", "true". A last key that is not there yet is added.
// Errors: invalid_argument, naming the part that leads nowhere and what there is.
base::Result<void> set_parameter(nlohmann::ordered_json& document, std::string_view path, std::string_view value);

// The values that "PATH=1..64:8", "PATH=10 ms..1 s:20:log" or "PATH=1,2,4,8" stands for, as texts. Ends that are whole
// and without a unit give whole numbers, each once.
struct VariedParameter {
    std::string path;
    std::vector<std::string> values;
};
inline constexpr std::size_t varied_values_max = 10'000;
base::Result<VariedParameter> read_varied(std::string_view text);

}  // namespace dstudio::system
