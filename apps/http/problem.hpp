// Errors as problem details (RFC 9457): {"type","title","status","detail","instance","hint","mistakes"}.
//
// Types are the rows of base::error_table(), as /problems/<wire-name>. Our extensions are `hint`, the way out, and
// `mistakes`, all that is wrong with a document that was sent: [{"pointer", "message", "hint"}], pointers being JSON
// pointers (RFC 6901) into the body.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "apps/http/framing_guard.hpp"
#include "apps/http/message.hpp"
#include "core/base/error.hpp"
#include "core/system/scenario_reader.hpp"

namespace dstudio::http {

inline constexpr std::string_view problem_media_type = "application/problem+json";

// `instance` is the raw path of the request; may be empty.
AnswerPtr problem(const base::Error& error, std::string_view instance);

// For what happened before there was a request: refused framing, timeouts, overload.
AnswerPtr problem(const Refusal& refusal);

AnswerPtr problem(const base::Error& error, std::string_view instance, std::span<const system::Mistake> mistakes);

// 503 for now: what is asked for is done elsewhere in the same process, which has no room left.
AnswerPtr busy_problem(const base::Error& error, std::string_view instance);

// 405, with the methods that there are.
AnswerPtr method_problem(std::string_view method, std::string_view instance, std::string_view allowed_methods);

// 415, for content that is not of the media type that is read here.
AnswerPtr media_type_problem(std::string_view detail, std::string_view instance, std::string_view wanted);

// A kind of problem, described; what a `type` resolves to. Errors: not_found.
base::Result<std::string> problem_description(std::string_view wire_name);

}  // namespace dstudio::http
