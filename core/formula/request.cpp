#include "core/formula/request.hpp"

#include <fmt/format.h>

#include <charconv>

#include "core/base/text.hpp"

namespace dstudio::formula {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using json = nlohmann::ordered_json;

constexpr std::size_t shown_size = 60;

Result<json> axis_json(std::string_view text) {
    const std::size_t equals = text.find('=');
    const std::size_t dots = text.find("..");
    if (equals == std::string_view::npos || dots == std::string_view::npos || dots < equals)
        return fail(ErrorCode::invalid_argument, fmt::format("'{}' is no axis", base::utf8_prefix(text, shown_size)),
                    "write input=from..to, with :points and :log if wanted, as servers=1..50:50");
    json axis{{"input", text.substr(0, equals)}, {"from", text.substr(equals + 1, dots - equals - 1)}};
    std::string_view rest = text.substr(dots + 2);
    if (rest.ends_with(":log")) {
        axis["scale"] = "log";
        rest.remove_suffix(4);
    }
    if (const std::size_t colon = rest.find(':'); colon != std::string_view::npos) {
        const std::string_view points = rest.substr(colon + 1);
        int number = 0;
        const auto [end, code] = std::from_chars(points.data(), points.data() + points.size(), number);
        if (points.empty() || code != std::errc() || end != points.data() + points.size())
            return fail(ErrorCode::invalid_argument,
                        fmt::format("'{}' is no number of points", base::utf8_prefix(points, shown_size)),
                        "write a whole number, as servers=1..50:50");
        axis["points"] = number;
        rest = rest.substr(0, colon);
    }
    axis["to"] = rest;
    return axis;
}

}  // namespace

Result<json> request_json(std::string_view verb, const RequestText& text) {
    json request{{"inputs", json::object()}};
    for (const auto& [name, value] : text.inputs)
        if (!request["inputs"].emplace(name, value).second)
            return fail(ErrorCode::invalid_argument,
                        fmt::format("'{}' is given twice", base::utf8_prefix(name, shown_size)),
                        "name each input once");
    if (verb == "solve")
        request["for"] = text.unknown;
    if (verb == "sample") {
        if (text.samples)
            request["samples"] = *text.samples;
        if (text.seed)
            request["seed"] = *text.seed;
    }
    if (verb == "fit")
        request["data"] = text.data;
    if (verb == "sweep") {
        request["axes"] = json::array();
        for (const std::string& given : text.axes) {
            auto axis = axis_json(given);
            if (!axis)
                return axis;
            request["axes"].push_back(std::move(*axis));
        }
    }
    return request;
}

json answer_document(const json& entry, std::string_view verb, const json& answer) {
    json document{{"formula", entry.at("ref")}, {"verb", verb}};
    document.update(answer);
    document["sources"] = entry.value("sources", json::array());
    return document;
}

}  // namespace dstudio::formula
