#include "apps/http/target.hpp"

#include <algorithm>

#include "core/base/percent.hpp"
#include "core/base/text.hpp"

namespace dstudio::http {
namespace {

using base::ErrorCode;

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

Target split_target(std::string_view target) {
    if (!target.empty() && target.front() != '/' && target != "*") {
        const std::size_t scheme_end = target.find("://");
        const std::size_t authority = scheme_end == std::string_view::npos ? 0 : scheme_end + 3;
        const std::size_t authority_end = std::min(target.find_first_of("/?", authority), target.size());
        target.remove_prefix(authority_end);
    }
    const std::size_t question_mark = target.find('?');
    Target result{target.substr(0, question_mark), {}};
    if (question_mark != std::string_view::npos)
        result.query = target.substr(question_mark + 1);
    if (result.path.empty())
        result.path = "/";
    return result;
}

base::Result<std::vector<std::string>> decode_path(std::string_view path) {
    std::vector<std::string> segments;
    path.remove_prefix(path.starts_with('/') ? 1 : 0);
    for (const std::string_view raw : base::split(path, '/')) {
        auto segment = base::percent_decode(raw, base::PlusSign::literal);
        if (!segment)
            return tl::unexpected<base::Error>(segment.error());
        if (*segment == "." || *segment == "..")
            return base::fail(ErrorCode::invalid_argument, "the path holds a dot segment",
                              "send the address that it resolves to");
        if (segment->find_first_of("/\\") != std::string::npos)
            return base::fail(ErrorCode::invalid_argument, "a segment of the path holds a slash or a backslash");
        if (std::any_of(segment->begin(), segment->end(), is_control))
            return base::fail(ErrorCode::invalid_argument, "the path holds a control character");
        segments.push_back(std::move(*segment));
    }
    return segments;
}

}  // namespace dstudio::http
