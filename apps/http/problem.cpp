#include "apps/http/problem.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

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

// What has no row in the table of errors is of the status' own type (RFC 9457, section 4.2.1).
void make_blank(ordered_json& document, int status) {
    document["type"] = "about:blank";
    document["title"] = reason_phrase(status);
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
    if (refusal.status == 408)
        make_blank(document, refusal.status);
    auto answer = problem_answer(refusal.status, document);
    if (refusal.status == 503)
        append_field(answer->fields, "Retry-After", "1");
    return answer;
}

AnswerPtr problem(const base::Error& error, std::string_view instance, std::span<const system::Mistake> mistakes) {
    const int status = base::error_kind(error.code).http_status;
    auto document = document_of(error, status, instance);
    ordered_json list = ordered_json::array();
    for (const system::Mistake& mistake : mistakes) {
        list.push_back({{"pointer", mistake.pointer}, {"message", mistake.message}});
        if (!mistake.hint.empty())
            list.back()["hint"] = mistake.hint;
    }
    document["mistakes"] = std::move(list);
    return problem_answer(status, document);
}

AnswerPtr busy_problem(const base::Error& error, std::string_view instance) {
    const int status = base::error_kind(ErrorCode::unavailable).http_status;
    auto answer = problem_answer(status, document_of(error, status, instance));
    append_field(answer->fields, "Retry-After", "2");
    return answer;
}

AnswerPtr media_type_problem(std::string_view detail, std::string_view instance, std::string_view wanted) {
    constexpr int status = 415;
    auto document = document_of(
        {ErrorCode::invalid_argument, std::string(detail), fmt::format("send it as Content-Type: {}", wanted)}, status,
        instance);
    make_blank(document, status);
    auto answer = problem_answer(status, document);
    append_field(answer->fields, "Accept-Post", wanted);
    append_field(answer->fields, "Accept-Encoding", "identity");
    return answer;
}

AnswerPtr method_problem(std::string_view method, std::string_view instance, std::string_view allowed_methods) {
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
