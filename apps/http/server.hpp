// The HTTP server: serves a catalogue pack as an API, and the prerendered web front end as files.
//
//     auto server = http::Server::start(options);   // Result<Server>
//     if (server) server->run();                    // until SIGTERM or SIGINT; SIGHUP reloads
//
// Safe to use from several threads. Destroying a server stops it at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "apps/http/server_options.hpp"
#include "core/base/error.hpp"

namespace dstudio::http {

class Server {
  public:
    // Loads the pack, lists the web root, listens; when it returns, requests are being answered. Errors:
    // unreadable_file, corrupt_pack, invalid_argument for the host, unavailable if the address is taken.
    static base::Result<Server> start(const ServerOptions& options);

    Server(Server&&) noexcept;
    Server& operator=(Server&&) noexcept;
    ~Server();

    [[nodiscard]] std::uint16_t port() const;

    // Accepts no more connections, answers what has begun to arrive, for at most the drain timeout. Returns at once.
    void stop();
    void wait();  // until stopped and done

    // Reads the pack and the list of the site's files again; requests see the old state or the new one, whole. If it
    // fails, the old state stays. Errors: as in start().
    base::Result<void> reload();

    // Serves until SIGTERM or SIGINT (twice: without waiting for requests in flight) or stop(); SIGHUP reloads. Takes
    // these three signals from the whole process for that time; `when_ready` is called as soon as it has them.
    void run(const std::function<void()>& when_ready = {});

  private:
    struct Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace dstudio::http
