// Expected failures: one table of codes, one error type, one result type.
//
// A code exists only if somebody reacts to it: the HTTP door turns it into a status, the command line into an exit
// code, the web page into a sentence. `error_table()` is that one list; documentation and the problem-details answers
// are generated from it.
//
// Messages start in lower case, have no final stop, and say what was found and what was expected. `hint` says the way
// out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace dstudio::base {

enum class ErrorCode : std::uint8_t {
    invalid_argument,
    not_found,
    method_not_allowed,
    too_large,
    too_much_work,
    malformed_content,
    unreadable_file,
    unwritable_file,
    corrupt_pack,
    unavailable,
    internal,
};

struct ErrorKind {
    ErrorCode code;
    std::string_view wire_name;  // stable, kebab-case: the last part of a problem's `type`
    int http_status;
    int exit_code;  // 1 negative result, 2 wrong use, 3 environment failure
    std::string_view title;
};

// All kinds, in the order of the enumeration.
std::span<const ErrorKind> error_table();
const ErrorKind& error_kind(ErrorCode code);

struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;
    std::string hint;  // may be empty

    bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint = {}) {
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(hint)});
}

}  // namespace dstudio::base
