// Errors as problem details (RFC 9457): {"type","title","status","detail","instance","hint"}.
//
// Types are the rows of base::error_table(), as /problems/<wire-name>; `hint`, the way out, is our extension.
#pragma once

#include <string>
#include <string_view>

#include "apps/http/framing_guard.hpp"
#include "apps/http/message.hpp"
#include "core/base/error.hpp"

namespace dstudio::http {

inline constexpr std::string_view problem_media_type = "application/problem+json";

// `instance` is the raw path of the request; may be empty.
AnswerPtr problem(const base::Error& error, std::string_view instance);

// For what happened before there was a request: refused framing, timeouts, overload.
AnswerPtr problem(const Refusal& refusal);

// 405, with the methods that there are.
AnswerPtr method_problem(std::string_view method, std::string_view instance);
inline constexpr std::string_view allowed_methods = "GET, HEAD, OPTIONS";

// A kind of problem, described; what a `type` resolves to. Errors: not_found.
base::Result<std::string> problem_description(std::string_view wire_name);

}  // namespace dstudio::http
