#include "apps/http/problem.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "apps/http/security_fields.hpp"
#include "core/base/text.hpp"

namespace dstudio::http {
namespace {

using base::ErrorCode;
using nlohmann::ordered_json;

constexpr std::size_t instance_size_bytes_max = 300;

std::string type_of(std::string_view wire_name) {
    return "/problems/" + std::string(wire_name);
}

std::shared_ptr<Answer> problem_answer(int status, const ordered_json& document) {
    auto answer = std::make_shared<Answer>();
    answer->status = status;
    append_field(answer->fields, "Cache-Control", "no-store");
    answer->fields += common_security_fields;
    answer->fields += data_security_fields;
    append_field(answer->content_fields, "Content-Type", problem_media_type);
    answer->storage = document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    answer->storage += '\n';
    return answer;
}

ordered_json document_of(const base::Error& error, int status, std::string_view instance) {
    const base::ErrorKind& kind = base::error_kind(error.code);
    ordered_json document{
        {"type", type_of(kind.wire_name)}, {"title", kind.title}, {"status", status}, {"detail", error.message}};
    if (!instance.empty())
        document["instance"] = instance.substr(0, instance_size_bytes_max);
    if (!error.hint.empty())
        document["hint"] = error.hint;
    return document;
}

}  // namespace

AnswerPtr problem(const base::Error& error, std::string_view instance) {
    const int status = base::error_kind(error.code).http_status;
    return problem_answer(status, document_of(error, status, instance));
}

AnswerPtr problem(const Refusal& refusal) {
    const base::Error error{refusal.status == 413 || refusal.status == 414 || refusal.status == 431
                                ? ErrorCode::too_large
                                : (refusal.status == 503 ? ErrorCode::unavailable : ErrorCode::invalid_argument),
                            std::string(refusal.reason),
                            {}};
    auto document = document_of(error, refusal.status, {});
    if (refusal.status == 408) {
        document["type"] = "about:blank";
        document["title"] = reason_phrase(refusal.status);
    }
    auto answer = problem_answer(refusal.status, document);
    if (refusal.status == 503)
        append_field(answer->fields, "Retry-After", "1");
    return answer;
}

AnswerPtr method_problem(std::string_view method, std::string_view instance) {
    const base::Error error{ErrorCode::method_not_allowed, fmt::format("{} cannot be used here", method),
                            fmt::format("use one of {}", allowed_methods)};
    const int status = base::error_kind(error.code).http_status;
    auto answer = problem_answer(status, document_of(error, status, instance));
    append_field(answer->fields, "Allow", allowed_methods);
    return answer;
}

base::Result<std::string> problem_description(std::string_view wire_name) {
    std::vector<std::string_view> names;
    for (const base::ErrorKind& kind : base::error_table()) {
        if (kind.wire_name == wire_name)
            return ordered_json{{"type", type_of(kind.wire_name)}, {"title", kind.title}, {"status", kind.http_status}}
                .dump();
        names.push_back(kind.wire_name);
    }
    const auto near = base::nearest(wire_name, names);
    return base::fail(ErrorCode::not_found, "there is no problem type '" + std::string(wire_name) + "'",
                      near ? "did you mean '" + std::string(*near) + "'?" : "");
}

}  // namespace dstudio::http
