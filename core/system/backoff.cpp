#include "core/system/backoff.hpp"

#include <algorithm>

namespace dstudio::system {

Time backoff_delay(const Retry& retry, std::uint32_t attempts, Time previous, base::RandomStream& random) {
    const auto base = static_cast<double>(retry.base);
    const auto cap = static_cast<double>(retry.cap);
    double delay = base;
    if (retry.backoff == Backoff::exponential)
        for (std::uint32_t i = 1; i < attempts && delay < cap; ++i)
            delay *= 2;
    delay = std::min(delay, cap);
    switch (retry.jitter) {
        case Jitter::none:
            break;
        case Jitter::full:
            delay *= random.uniform();
            break;
        case Jitter::equal:
            delay *= 0.5 + 0.5 * random.uniform();
            break;
        case Jitter::decorrelated: {
            const double last = std::max(base, static_cast<double>(previous));
            delay = std::min(cap, base + (3 * last - base) * random.uniform());
            break;
        }
    }
    return static_cast<Time>(delay);
}

}  // namespace dstudio::system
