// A real server on a free port over the fixture's catalogue and a small site, with a secret file beside its web root.
#pragma once

#include <string>

#include "apps/http/server.hpp"
#include "services/catalog/content_fixture.hpp"

namespace dstudio::http_test {

inline constexpr const char* secret = "the secret of the file beside the web root";

class RunningServer {
  public:
    // `options`: pack, web root, port and logging are set here.
    explicit RunningServer(http::ServerOptions options = {});

    [[nodiscard]] std::uint16_t port() const { return server_.port(); }
    [[nodiscard]] http::Server& server() { return server_; }
    [[nodiscard]] const catalog::ContentFixture& content() const { return content_; }

    void build_pack() const;
    void write_page(const std::string& name, const std::string& bytes) const;

  private:
    catalog::ContentFixture content_;
    http::Server server_;

    http::Server start(http::ServerOptions options) const;
};

// For tests that change nothing: started once.
RunningServer& shared_server();

std::string gunzip(const std::string& bytes);

}  // namespace dstudio::http_test
