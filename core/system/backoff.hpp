// How long a caller pauses before it repeats a call.
#pragma once

#include <cstdint>

#include "core/base/random.hpp"
#include "core/system/scenario.hpp"

namespace dstudio::system {

// The pause after `attempts` attempts that failed, the first of a call included; `previous` is the pause before the
// last of them, 0 if there was none. Without jitter it is base * 2^(attempts - 1), at most cap. Draws once from
// `random` with a jitter, else not at all. REQUIRES: attempts >= 1.
Time backoff_delay(const Retry& retry, std::uint32_t attempts, Time previous, base::RandomStream& random);

}  // namespace dstudio::system
