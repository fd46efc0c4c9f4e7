// Requests as people write them, on a command line or in an address: name=value, input=from..to:points:log.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.hpp"

namespace dstudio::formula {

struct RequestText {
    std::vector<std::pair<std::string, std::string>> inputs{};  // name, value in the language
    std::string unknown{};                                      // solve: the input to find
    std::vector<std::string> axes{};                            // sweep: "servers=1..50", ":50" points, ":log"
    std::optional<std::uint64_t> samples{};                     // sample
    std::optional<std::uint64_t> seed{};                        // sample
    std::string data{};                                         // fit: CSV
};

// The request that `answer` takes. Errors: invalid_argument for an axis that is not understood, or an input given
// twice.
base::Result<nlohmann::ordered_json> request_json(std::string_view verb, const RequestText& text);

// {"formula": ref, "verb": verb, ...answer, "sources": [...]}: what the doors give of an entry of the catalogue.
nlohmann::ordered_json answer_document(const nlohmann::ordered_json& entry, std::string_view verb,
                                       const nlohmann::ordered_json& answer);

}  // namespace dstudio::formula
