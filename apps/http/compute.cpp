#include "apps/http/compute.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "core/base/percent.hpp"
#include "core/base/text.hpp"
#include "core/formula/json.hpp"
#include "core/formula/request.hpp"
#include "core/formula/work_limit.hpp"
#include "services/catalog/formulas.hpp"

namespace dstudio::http {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using nlohmann::ordered_json;

Result<std::uint64_t> whole_number(std::string_view name, std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || code != std::errc() || end != text.data() + text.size())
        return fail(ErrorCode::invalid_argument,
                    fmt::format("parameter '{}' is '{}'", name, base::utf8_prefix(text, 80)), "give a whole number");
    return number;
}

Result<formula::RequestText> request_text(std::string_view verb, base::QueryFields&& fields) {
    formula::RequestText request;
    for (auto& [name, value] : fields) {
        if (verb == "solve" && name == "for") {
            request.unknown = std::move(value);
        } else if (verb == "sweep" && name == "over") {
            request.axes.push_back(std::move(value));
        } else if (verb == "fit" && name == "data") {
            request.data = std::move(value);
        } else if (verb == "sample" && (name == "samples" || name == "seed")) {
            const auto number = whole_number(name, value);
            if (!number)
                return tl::unexpected<base::Error>(number.error());
            (name == "seed" ? request.seed : request.samples) = *number;
        } else {
            request.inputs.emplace_back(std::move(name), std::move(value));
        }
    }
    return request;
}

// Before any work: what would be too much to hold or to send, whatever the time.
Result<void> check_size(const ordered_json& request) {
    if (const auto samples = request.find("samples");
        samples != request.end() && samples->get<std::uint64_t>() > compute_samples_max)
        return fail(ErrorCode::too_much_work,
                    fmt::format("{} samples; at most {} here", samples->get<std::uint64_t>(), compute_samples_max));
    constexpr int points_default = 101;
    std::uint64_t points = 1;
    for (const ordered_json& axis : request.value("axes", ordered_json::array()))
        points *= static_cast<std::uint64_t>(std::clamp(axis.value("points", points_default), 1, 1'000'000));
    if (points > compute_points_max)
        return fail(ErrorCode::too_much_work,
                    fmt::format("the sweep has {} points; at most {} here", points, compute_points_max));
    return {};
}

std::string shell_quoted(std::string_view text) {
    if (text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=./%:-") ==
        std::string_view::npos)
        return std::string(text);
    std::string result = "'";
    for (const char c : text)
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

// The same request for the command line, where time is the asker's own.
std::string command_line(const catalog::Brief& brief, std::string_view verb, const formula::RequestText& request) {
    std::string command = fmt::format("dstudio formula {} {}", verb, brief.ref.id);
    if (verb == "fit")
        command += " data.csv";
    for (const auto& [name, value] : request.inputs)
        command += fmt::format(" {}", shell_quoted(fmt::format("{}={}", name, value)));
    if (!request.unknown.empty())
        command += " --for " + shell_quoted(request.unknown);
    for (const std::string& axis : request.axes)
        command += " --over " + shell_quoted(axis);
    if (request.samples)
        command += fmt::format(" --samples {}", *request.samples);
    if (request.seed)
        command += fmt::format(" --seed {}", *request.seed);
    return command;
}

}  // namespace

formula::FormulaSet& FormulaModels::of(const catalog::Catalog& catalog) {
    if (!set_) {
        set_ = std::make_unique<formula::FormulaSet>();
        catalog::add_formulas(catalog, *set_);
    }
    return *set_;
}

Result<std::string> compute(const catalog::Catalog& catalog, FormulaModels& models, const catalog::Brief& brief,
                            std::string_view verb, std::string_view raw_query) {
    auto fields = base::parse_query(raw_query);
    if (!fields)
        return tl::unexpected<base::Error>(fields.error());
    const auto text = request_text(verb, std::move(*fields));
    if (!text)
        return tl::unexpected<base::Error>(text.error());
    const auto request = formula::request_json(verb, *text);
    if (!request)
        return tl::unexpected<base::Error>(request.error());
    const auto model = models.of(catalog).find(catalog::model_id(brief.ref));
    if (!model)
        return tl::unexpected<base::Error>(
            base::Error{ErrorCode::not_found, model.error().message, model.error().hint});
    const auto too_much = [&](base::Error error) {
        error.hint = "run it on your own machine: " + command_line(brief, verb, *text);
        return tl::unexpected<base::Error>(std::move(error));
    };
    if (const auto checked = check_size(*request); !checked)
        return too_much(checked.error());
    const auto end = std::chrono::steady_clock::now() + compute_time_max;
    const formula::WorkLimit limit([end] { return std::chrono::steady_clock::now() >= end; });
    const auto answer = formula::answer(verb, **model, *request);
    if (!answer && answer.error().code == ErrorCode::too_much_work)
        return too_much(answer.error());
    if (!answer)
        return tl::unexpected<base::Error>(answer.error());
    const auto entry = ordered_json::parse(catalog.entry_json(brief));
    return formula::answer_document(entry, verb, *answer).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace dstudio::http
