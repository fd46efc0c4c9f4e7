// Clients that want to change one row at the same moment, under optimistic concurrency control: the model of Brooker,
// "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
//
// Each client reads the row's version and writes with it. The write succeeds if the version is still the row's, which
// it then raises; else the client pauses as its retry policy says and reads again. All start at time 0, each message
// takes its own time on the network, the row none. The run ends when every client has written once.
#pragma once

#include <cstdint>

#include "core/system/scenario.hpp"

namespace dstudio::system {

struct Contention {
    std::uint32_t clients = 1;
    Retry retry{};                            // without an end: `attempts` and `budget` are not looked at
    Time delay_mean = 10 * sim::millisecond;  // one way, normal; what is below 0 is mirrored
    Time delay_deviation = 2 * sim::millisecond;
};

struct ContentionResult {
    std::uint64_t writes = 0;  // the failed ones included: the calls of the source
    Time finished = 0;         // when the last client learned of its success
};

// A function of the contention and the seed. REQUIRES: a retry policy with which clients get apart, as any has while
// the network's delays differ.
ContentionResult contend(const Contention& contention, std::uint64_t seed);

}  // namespace dstudio::system
