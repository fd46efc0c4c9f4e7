#include <cstdio>

#include "apps/cli/commands.hpp"
#include "apps/http/server.hpp"

namespace dstudio::cli {

void add_serve_command(CLI::App& app, Common& common) {
    auto options = std::make_shared<http::ServerOptions>();
    auto quiet = std::make_shared<bool>(false);
    CLI::App* serve = app.add_subcommand("serve", "Start the platform: web pages and HTTP API");
    serve->add_option("--host", options->host, "Address to listen on; 0.0.0.0 for all")->capture_default_str();
    serve->add_option("--port", options->port, "Port to listen on; 0 for any free one")->capture_default_str();
    serve->add_option("--threads", options->threads, "Worker threads; 0 for one per processor")
        ->capture_default_str()
        ->check(CLI::Range(0, 256));
    serve->add_option("--pack", common.pack, "Catalogue pack to serve")->capture_default_str();
    serve->add_option("--web", common.web, "Folder of the prerendered front end")->capture_default_str();
    serve->add_flag("--quiet", *quiet, "No line per request on standard error");
    serve->footer(
        "SIGTERM or Ctrl-C stop it after the requests in flight; SIGHUP takes a new pack and new pages.\n"
        "/healthz, /readyz and /metrics are for the operator; the API is under /api/v1.\n\n"
        "Examples:\n  dstudio serve\n  dstudio serve --host 0.0.0.0 --port 80 --quiet");
    serve->callback([&common, options, quiet] {
        options->pack = common.pack;
        std::error_code ignored;
        if (std::filesystem::is_directory(common.web, ignored))
            options->web_root = common.web;
        else
            std::fprintf(stderr,
                         "dstudio: no web pages at %s; serving the API only\n  hint: build them with 'make web', or "
                         "name them with --web\n",
                         common.web.c_str());
        options->log_requests = !*quiet;
        auto server = value_or_end(http::Server::start(*options));
        std::printf("DStudio is ready at http://%s:%u/\n",
                    options->host == "0.0.0.0" ? "localhost" : options->host.c_str(),
                    static_cast<unsigned>(server.port()));
        std::fflush(stdout);
        server.run();
    });
}

}  // namespace dstudio::cli
