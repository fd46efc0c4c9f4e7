// How a server is to run: address, files, and every bound it keeps.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "apps/http/framing_guard.hpp"

namespace dstudio::http {

struct ServerLimits {
    FramingLimits framing;
    std::chrono::milliseconds header_timeout{10'000};  // from a request's first byte to the end of its header block
    std::chrono::milliseconds idle_timeout{60'000};    // between requests
    std::chrono::milliseconds body_timeout{30'000};
    std::chrono::milliseconds answer_timeout{60'000};  // of what is computed beside the event loops, waiting included
    std::chrono::milliseconds write_timeout{30'000};   // longer for answers beyond 1 MB
    std::chrono::milliseconds linger_timeout{2'000};   // for the client to take a last answer
    std::chrono::milliseconds drain_timeout{10'000};   // for requests in flight when the server stops
    std::size_t connection_count_max = 4096;
    std::size_t cache_size_bytes_max = 32U << 20U;  // of answers, for all threads together
    unsigned simulation_threads = 0;                // 0: one for every two processors
    std::size_t simulations_waiting_max = 4;  // for one of these threads; whoever comes then is told to come again
};

struct ServerOptions {
    std::string host = "127.0.0.1";  // an IP address, or "localhost"
    std::uint16_t port = 8080;       // 0: any that is free
    unsigned threads = 0;            // 0: one per processor
    std::filesystem::path pack;
    std::filesystem::path web_root;  // empty: the API alone
    bool log_requests = true;
    bool log_events = true;
    ServerLimits limits;
};

}  // namespace dstudio::http
