// Assertions against programmer's errors, on in every build: a wrong answer is worse than a stop.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace dstudio::base {

[[noreturn]] inline void assertion_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
    std::abort();
}

}  // namespace dstudio::base

#define DS_ASSERT(condition) \
    ((condition) ? static_cast<void>(0) : ::dstudio::base::assertion_failed(#condition, __FILE__, __LINE__))
