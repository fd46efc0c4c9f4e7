#include "tests/http/running_server.hpp"

#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "core/base/assert.hpp"
#include "services/catalog/build.hpp"
#include "services/catalog/loader.hpp"

namespace dstudio::http_test {
namespace {

namespace fs = std::filesystem;

}  // namespace

RunningServer::RunningServer(http::ServerOptions options) : server_(start(std::move(options))) {}

void RunningServer::build_pack() const {
    const auto loaded = catalog::load_content(content_.content());
    DS_ASSERT(loaded.has_value());
    DS_ASSERT(loaded->diagnostics.empty());
    const auto built = catalog::build_pack(loaded->content, content_.pack());
    DS_ASSERT(built.has_value());
}

void RunningServer::write_page(const std::string& name, const std::string& bytes) const {
    const fs::path path = content_.folder() / "site" / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

http::Server RunningServer::start(http::ServerOptions options) const {
    build_pack();
    write_page("index.html", "<h1>home</h1>");
    write_page("404.html", "<h1>not here</h1>");
    write_page("patterns.html", "<h1>patterns</h1>");
    write_page("patterns/saga.html", "<h1>saga</h1>");
    write_page("patterns/saga.html.br", "saga in brotli");
    write_page("patterns/saga.html.gz", "saga in gzip");
    write_page("_app/immutable/entry/start.abc.js", "start()");
    write_page("large.bin", std::string(3'000'000, 'x'));
    write_page("../secret.txt", secret);
    write_page(".hidden", secret);
    options.port = 0;
    options.threads = options.threads == 0 ? 2 : options.threads;
    options.pack = content_.pack();
    options.web_root = content_.folder() / "site";
    options.log_requests = false;
    options.log_events = false;
    auto server = http::Server::start(options);
    DS_ASSERT(server.has_value());
    return std::move(*server);
}

RunningServer& shared_server() {
    static RunningServer server;
    return server;
}

std::string gunzip(const std::string& bytes) {
    std::string out(1 << 20, '\0');
    z_stream stream{};
    DS_ASSERT(inflateInit2(&stream, 15 + 16) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    DS_ASSERT(result == Z_STREAM_END);
    return out;
}

}  // namespace dstudio::http_test
