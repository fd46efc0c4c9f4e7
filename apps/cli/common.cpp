#include <cstdio>

#include "apps/cli/commands.hpp"

namespace dstudio::cli {

void end_with(const base::Error& error) {
    std::fprintf(stderr, "dstudio: %s\n", error.message.c_str());
    if (!error.hint.empty())
        std::fprintf(stderr, "  hint: %s\n", error.hint.c_str());
    throw ExitWith{base::error_kind(error.code).exit_code};
}

}  // namespace dstudio::cli
