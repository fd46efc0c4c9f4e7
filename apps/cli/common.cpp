#include <cstdio>

#include "apps/cli/commands.hpp"

namespace dstudio::cli {

void end_with(const base::Error& error) {
    std::fprintf(stderr, "dstudio: %s\n", error.message.c_str());
    if (!error.hint.empty())
        std::fprintf(stderr, "  hint: %s\n", error.hint.c_str());
    throw ExitWith{base::error_kind(error.code).exit_code};
}

const catalog::Kind& kind_or_end(const std::string& name) {
    if (const catalog::Kind* kind = catalog::find_kind(name))
        return *kind;
    std::string known;
    for (const catalog::Kind& kind : catalog::kinds())
        known += (known.empty() ? "" : ", ") + std::string(kind.plural);
    end_with({base::ErrorCode::invalid_argument, "there is no kind '" + name + "'", "known: " + known});
}

}  // namespace dstudio::cli
