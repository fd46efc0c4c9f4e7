// Connections: accepting, reading, timing, writing. What requests mean is the Handler's.
//
// One Transport is one thread: it has its own event loop and its own listening socket (SO_REUSEPORT: the kernel spreads
// connections), so threads share nothing on the way of a request. All of Boost.Asio and Boost.Beast is in
// transport.cpp.
//
// Each connection has at most one operation pending, and one deadline, which a sweep a few times a second compares with
// the clock; that is cheaper than a timer for each and exact enough for bounds of seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "apps/http/framing_guard.hpp"
#include "apps/http/message.hpp"
#include "apps/http/metrics.hpp"
#include "apps/http/request_log.hpp"
#include "apps/http/server_options.hpp"
#include "core/base/error.hpp"

namespace dstudio::http {

// Called on the transport's thread.
class Handler {
  public:
    Handler() = default;
    Handler(const Handler&) = delete;
    Handler& operator=(const Handler&) = delete;
    virtual ~Handler() = default;

    virtual Reply answer(const Request& request) = 0;

    // Of a POST, when its header block is known: how much content its route reads. None: no route does; what comes is
    // read over, and answer() says so.
    struct ContentBound {
        std::uint64_t size_bytes_max = 0;
        std::string_view refusal;  // of more; static storage
    };
    virtual std::optional<ContentBound> content_bound(const Request& request) = 0;

    // For a request with such a bound and with its content: calls `deliver` with the reply, once, now or later, on any
    // thread, as long as the transport lives. Until then the connection reads no further request, and the thread serves
    // others.
    using Deliver = std::function<void(Reply)>;
    virtual void answer_later(const Request& request, Deliver deliver) = 0;
    // The last answer on a connection whose next request was refused.
    virtual Reply refuse(const Refusal& refusal) = 0;
    virtual void finished(const Exchange& exchange) = 0;
    virtual WorkerMetrics& counters() = 0;
    virtual void tick() = 0;  // a few times a second while there are connections, when woken, and at the end
};

class Transport {
  public:
    struct Address {
        std::string host;
        std::uint16_t port = 0;
    };

    // Listens. Errors: invalid_argument for the host, unavailable if the address cannot be had. `handler` outlives the
    // transport. Several transports may share an address; whether somebody else has it is address_is_free's to say.
    static base::Result<std::unique_ptr<Transport>> open(const Address& address, const ServerLimits& limits,
                                                         std::size_t connection_count_max, Handler& handler);

    // Errors: as open(). A port of 0 is always free.
    static base::Result<void> address_is_free(const Address& address);

    virtual ~Transport() = default;
    [[nodiscard]] virtual std::uint16_t port() const = 0;

    // Serves until stopped.
    virtual void run() = 0;

    // From any thread: has the handler tick soon.
    virtual void wake() = 0;

    // From any thread. Graceful: accepts no more, answers what has begun to arrive, closes what is idle, and what is
    // not done by the drain timeout. At once: closes everything.
    enum class Stop { graceful, at_once };
    virtual void stop(Stop how) = 0;
};

}  // namespace dstudio::http
