#include "apps/http/simulation_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "core/base/text.hpp"

namespace dstudio::http {
namespace {

using base::ErrorCode;
using nlohmann::ordered_json;

constexpr std::size_t depth_max = 32;  // a scenario's deepest value is at 10
constexpr std::size_t shown_size_bytes_max = 60;

// Reads along and stops at the first thing that is wrong. The value is made by a second reading: what is deep must not
// exist as a value, since writing one takes as much stack as it is deep.
class BodyCheck : public nlohmann::json_sax<ordered_json> {
  public:
    std::optional<std::string> wrong;
    std::size_t position = 0;  // in bytes, of a syntax error

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return start(); }
    bool start_array(std::size_t) override { return start(); }
    bool end_object() override { return end(); }
    bool end_array() override { return end(); }
    bool key(string_t& name) override {
        if (keys_.back().insert(name).second)
            return true;
        wrong = fmt::format("the key '{}' stands twice in one object", base::utf8_prefix(name, shown_size_bytes_max));
        return false;
    }
    bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception& exception) override {
        // "[json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - ..."
        std::string_view reason = exception.what();
        for (const std::string_view before : {"] ", "syntax error "})
            if (const std::size_t found = reason.find(before); found != std::string_view::npos)
                reason.remove_prefix(found + before.size());
        wrong = base::utf8_prefix(reason, 200);
        position = at;
        return false;
    }

  private:
    bool start() {
        keys_.emplace_back();
        if (keys_.size() <= depth_max)
            return true;
        wrong = fmt::format("values are nested more than {} deep", depth_max);
        return false;
    }
    bool end() {
        keys_.pop_back();
        return true;
    }

    std::vector<std::set<std::string>> keys_;  // of the objects around; none of an array
};

std::string place(std::string_view body, std::size_t position) {
    const std::string_view before = body.substr(0, std::min(position == 0 ? 0 : position - 1, body.size()));
    const std::size_t line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return fmt::format("line {}, column {}", std::count(before.begin(), before.end(), '\n') + 1,
                       before.size() - line_begin + 1);
}

// RFC 6901, section 4.
std::string pointer_step(std::string_view key) {
    std::string step;
    for (const char c : key)
        step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return step;
}

std::string shown(const ordered_json& value) {
    return std::string(
        base::utf8_prefix(value.dump(-1, ' ', false, ordered_json::error_handler_t::replace), shown_size_bytes_max));
}

}  // namespace

base::Result<ordered_json> parse_json_body(std::string_view body) {
    // The library takes a zero byte for the end, and what stands behind it for nothing.
    if (const std::size_t zero = body.find('\0'); zero != std::string_view::npos)
        return base::fail(ErrorCode::invalid_argument,
                          fmt::format("the body is no JSON: {}: a zero byte", place(body, zero + 1)));
    BodyCheck check;
    if (!ordered_json::sax_parse(body, &check)) {
        const std::string what = check.wrong.value_or("it cannot be read");
        if (check.position > 0 || body.empty())
            return base::fail(ErrorCode::invalid_argument,
                              fmt::format("the body is no JSON: {}: {}", place(body, check.position), what),
                              R"(send {"scenario": {...}, "seed": 1, "runs": 3})");
        return base::fail(ErrorCode::invalid_argument, "the body cannot be taken: " + what);
    }
    return ordered_json::parse(body);
}

SimulationRequest read_simulation_request(ordered_json body, std::vector<system::Mistake>& mistakes) {
    SimulationRequest request;
    if (!body.is_object()) {
        mistakes.push_back(
            {"", "a request for a simulation is an object", R"(as {"scenario": {...}, "seed": 1, "runs": 3})"});
        return request;
    }
    static constexpr std::array<std::string_view, 4> known{"scenario", "scenario_id", "seed", "runs"};
    for (const auto& [key, value] : body.items()) {
        if (std::find(known.begin(), known.end(), key) != known.end())
            continue;
        const auto near = base::nearest(key, {known.begin(), known.end()});
        mistakes.push_back({"/" + pointer_step(key),
                            fmt::format("there is no '{}' here", base::utf8_prefix(key, shown_size_bytes_max)),
                            near ? fmt::format("did you mean '{}'?", *near)
                                 : "possible are " + base::join({known.begin(), known.end()}, ", ")});
    }
    if (body.contains("scenario") == body.contains("scenario_id"))
        mistakes.push_back({"", "a request has either a scenario or the id of one",
                            "give the document as 'scenario', or one of /api/v1/scenarios as 'scenario_id'"});
    if (const auto id = body.find("scenario_id"); id != body.end()) {
        if (id->is_string() && !id->get<std::string>().empty())
            request.scenario_id = id->get<std::string>();
        else
            mistakes.push_back({"/scenario_id", fmt::format("'scenario_id' is {}; it must be an id", shown(*id)),
                                R"(as "retry-storm")"});
    }
    if (const auto seed = body.find("seed"); seed != body.end()) {
        if (seed->is_number_unsigned())
            request.seed = seed->get<std::uint64_t>();
        else
            mistakes.push_back({"/seed", fmt::format("'seed' is {}", shown(*seed)), "give a whole number from 0"});
    }
    if (const auto runs = body.find("runs"); runs != body.end()) {
        if (runs->is_number_unsigned() && runs->get<std::uint64_t>() >= 1)
            request.runs = runs->get<std::uint64_t>();
        else
            mistakes.push_back({"/runs", fmt::format("'runs' is {}", shown(*runs)), "give a whole number from 1"});
    }
    if (const auto scenario = body.find("scenario"); scenario != body.end())
        request.scenario = std::move(*scenario);
    return request;
}

}  // namespace dstudio::http
