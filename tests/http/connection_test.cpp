// Connections: pipelining, keeping alive, limits of size and time, stopping, reloading.
#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "tests/http/client.hpp"
#include "tests/http/running_server.hpp"

using namespace dstudio;
using namespace dstudio::http_test;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

const std::string get_home = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

http::ServerOptions impatient() {
    http::ServerOptions options;
    options.limits.header_timeout = 200ms;
    options.limits.idle_timeout = 400ms;
    options.limits.body_timeout = 200ms;
    options.limits.linger_timeout = 200ms;
    return options;
}

}  // namespace

TEST_CASE("requests on one connection are answered in their order, sent together or in pieces") {
    Client client(shared_server().port());
    std::string requests;
    for (int i = 0; i < 200; ++i)
        requests += i % 3 == 0   ? get_home
                    : i % 3 == 1 ? "GET /patterns/saga HTTP/1.1\r\nHost: test\r\n\r\n"
                                 : "HEAD /api/v1/version HTTP/1.1\r\nHost: test\r\n\r\n";
    SUBCASE("together") {
        REQUIRE(client.send(requests));
    }
    SUBCASE("in pieces") {
        for (std::size_t at = 0; at < requests.size(); at += 37)
            REQUIRE(client.send(std::string_view(requests).substr(at, 37)));
    }
    for (int i = 0; i < 200; ++i) {
        const auto response = client.receive(i % 3 == 2);
        REQUIRE(response);
        CHECK(response->status == 200);
        CHECK(response->body == (i % 3 == 0 ? "<h1>home</h1>" : i % 3 == 1 ? "<h1>saga</h1>" : ""));
    }
}

TEST_CASE("large answers in a pipeline come whole and in order") {
    Client client(shared_server().port());
    for (int i = 0; i < 4; ++i)
        REQUIRE(client.send("GET /large.bin HTTP/1.1\r\nHost: test\r\n\r\n" + get_home));
    std::this_thread::sleep_for(50ms);
    for (int i = 0; i < 4; ++i) {
        CHECK(client.receive()->body.size() == 3'000'000);
        CHECK(client.receive()->body == "<h1>home</h1>");
    }
}

TEST_CASE("bodies are read over, by length and by chunks, and the next request is found behind them") {
    Client client(shared_server().port());
    REQUIRE(client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello" + get_home +
                        "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "5;x=y\r\nGET /\r\n0\r\nTrailer: 1\r\n\r\n" +
                        get_home + "GET / HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc" + get_home));
    for (const int status : {405, 200, 405, 200, 200, 200}) {
        const auto response = client.receive();
        REQUIRE(response);
        CHECK(response->status == status);
    }
}

TEST_CASE("a connection is kept or closed as the client asks") {
    struct Row {
        const char* request;
        bool kept;
        const char* connection;
    };
    for (const Row& row : {Row{"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true, ""},
                           Row{"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false, "close"},
                           Row{"GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, CLOSE\r\n\r\n", false, "close"},
                           Row{"GET / HTTP/1.0\r\n\r\n", false, "close"},
                           Row{"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true, "keep-alive"}}) {
        CAPTURE(std::string(row.request));
        Client client(shared_server().port(), 2s);
        REQUIRE(client.send(row.request));
        const auto response = client.receive();
        REQUIRE(response);
        CHECK(response->status == 200);
        CHECK(response->field("connection") == row.connection);
        if (row.kept) {
            REQUIRE(client.send(get_home));
            CHECK(client.receive()->status == 200);
        } else {
            CHECK(client.is_closed());
        }
    }
}

TEST_CASE("requests that were sent before the client closed its side are answered") {
    Client client(shared_server().port());
    REQUIRE(client.send(get_home + get_home));
    client.finish_sending();
    CHECK(client.receive()->status == 200);
    CHECK(client.receive()->status == 200);
    CHECK(client.is_closed());
}

TEST_CASE("ambiguous framing is answered with 400 and the connection is closed, whatever follows") {
    for (const char* request : {"GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n",
                                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
                                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n",
                                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\nGET ",
                                "GET / HTTP/1.1\r\nHost: a\r\nConnection: a b\r\n\r\n", "\x16\x03\x01\x02"}) {
        CAPTURE(std::string(request));
        Client client(shared_server().port(), 3s);
        REQUIRE(client.send(request + get_home));
        const auto response = client.receive();
        REQUIRE(response);
        CHECK(response->status == 400);
        CHECK(response->field("connection") == "close");
        CHECK(response->field("content-type") == "application/problem+json");
        CHECK(client.is_closed());
    }
}

TEST_CASE("a refusal reaches a client that is still sending") {
    Client client(shared_server().port(), 3s);
    client.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    client.send(std::string(200'000, 'x'));
    const auto response = client.receive();
    REQUIRE(response);
    CHECK(response->status == 400);
}

TEST_CASE("sizes have bounds") {
    const auto status = [](const std::string& request) {
        Client client(shared_server().port(), 3s);
        client.send(request);
        const auto response = client.receive();
        REQUIRE(response);
        CHECK(response->field("connection") == "close");
        return response->status;
    };
    CHECK(status("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n") == 414);
    CHECK(status("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(17000, 'a') + "\r\n\r\n") == 431);
    std::string fields;
    for (int i = 0; i < 101; ++i)
        fields += "X: 1\r\n";
    CHECK(status("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n") == 431);
    CHECK(status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n") == 413);
    CHECK(status("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n") == 413);
    CHECK(status("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n") == 413);
}

TEST_CASE("a header block up to the bound is answered") {
    Client client(shared_server().port());
    REQUIRE(client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(16000, 'a') + "\r\n\r\n" + get_home));
    CHECK(client.receive()->status == 200);
    CHECK(client.receive()->status == 200);
}

TEST_CASE("a client that asks whether to send its body is told") {
    Client client(shared_server().port(), 3s);
    REQUIRE(client.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"));
    CHECK(client.receive()->status == 100);
    REQUIRE(client.send("abc"));
    CHECK(client.receive()->status == 200);
    REQUIRE(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"));
    CHECK(client.receive()->status == 405);
    CHECK(client.is_closed());
    Client other(shared_server().port(), 3s);
    REQUIRE(other.send("GET / HTTP/1.1\r\nHost: a\r\nExpect: the-unexpected\r\n\r\n"));
    CHECK(other.receive()->status == 417);
}

TEST_CASE("slow clients are told, idle ones are not") {
    RunningServer server(impatient());
    SUBCASE("a header block that does not end") {
        Client client(server.port(), 3s);
        REQUIRE(client.send("GET / HTTP/1.1\r\nHost: a\r\n"));
        CHECK(client.receive()->status == 408);
        CHECK(client.is_closed());
    }
    SUBCASE("a header block byte by byte") {
        Client client(server.port(), 3s);
        const auto begin = Clock::now();
        for (const char c : get_home) {
            if (!client.send(std::string(1, c)))
                break;
            std::this_thread::sleep_for(20ms);
        }
        CHECK(client.receive()->status == 408);
        CHECK(Clock::now() - begin < 2s);
    }
    SUBCASE("a body that does not come") {
        Client client(server.port(), 3s);
        REQUIRE(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"));
        CHECK(client.receive()->status == 408);
        CHECK(client.is_closed());
    }
    SUBCASE("nothing between requests") {
        Client client(server.port(), 3s);
        REQUIRE(client.send(get_home));
        CHECK(client.receive()->status == 200);
        CHECK(client.is_closed());
    }
    SUBCASE("nothing at all") {
        Client client(server.port(), 3s);
        CHECK(client.is_closed());
    }
    SUBCASE("a client that does not go after its last answer") {
        Client client(server.port(), 3s);
        REQUIRE(client.send("GET / HTTP/1.0\r\n\r\n"));
        CHECK(client.receive()->status == 200);
        std::this_thread::sleep_for(500ms);
        client.send("x");
        std::this_thread::sleep_for(50ms);
        CHECK_FALSE(client.send("x"));
    }
}

TEST_CASE("connections have a bound, and those over it are told to come again") {
    http::ServerOptions options;
    options.threads = 1;
    options.limits.connection_count_max = 3;
    RunningServer server(options);
    {
        std::vector<std::unique_ptr<Client>> clients;
        for (int i = 0; i < 3; ++i) {
            clients.push_back(std::make_unique<Client>(server.port()));
            REQUIRE(clients.back()->send(get_home));
            CHECK(clients.back()->receive()->status == 200);
        }
        Client fourth(server.port());
        const auto refused = fourth.receive();
        REQUIRE(refused);
        CHECK(refused->status == 503);
        CHECK(refused->field("retry-after") == "1");
        REQUIRE(clients[0]->send(get_home));
        CHECK(clients[0]->receive()->status == 200);
    }
    // The server learns a moment later that they are gone.
    int status = 503;
    for (int i = 0; i < 100 && status == 503; ++i) {
        std::this_thread::sleep_for(20ms);
        Client next(server.port());
        next.send(get_home);
        const auto response = next.receive();
        status = response ? response->status : 503;
    }
    CHECK(status == 200);
}

TEST_CASE("stopping finishes requests in flight and closes what is idle") {
    RunningServer server;
    Client idle(server.port());
    REQUIRE(idle.send(get_home));
    REQUIRE(idle.receive());
    Client slow(server.port());
    REQUIRE(slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"));
    Client reading(server.port());
    REQUIRE(reading.send("GET /large.bin HTTP/1.1\r\nHost: test\r\n\r\n"));
    std::this_thread::sleep_for(100ms);
    server.server().stop();
    CHECK(idle.is_closed());
    REQUIRE(slow.send("cde"));
    const auto last = slow.receive();
    REQUIRE(last);
    CHECK(last->status == 405);
    CHECK(last->field("connection") == "close");
    const auto large = reading.receive();
    REQUIRE(large);
    CHECK(large->body.size() == 3'000'000);
    slow.finish_sending();
    reading.finish_sending();
    server.server().wait();
}

TEST_CASE("stopping waits no longer than it may") {
    http::ServerOptions options;
    options.limits.drain_timeout = 200ms;
    RunningServer server(options);
    Client stuck(server.port());
    REQUIRE(stuck.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"));
    std::this_thread::sleep_for(50ms);
    const auto begin = Clock::now();
    server.server().stop();
    server.server().wait();
    CHECK(Clock::now() - begin < 2s);
}

TEST_CASE("a reload swaps catalogue and site as a whole; a failed one changes nothing") {
    RunningServer server;
    Client client(server.port());
    const auto ask = [&client](const std::string& target) {
        REQUIRE(client.send("GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n"));
        auto response = client.receive();
        REQUIRE(response);
        return *response;
    };
    const std::string hash = nlohmann::json::parse(ask("/api/v1/version").body)["content_hash"];
    CHECK(ask("/").body == "<h1>home</h1>");
    CHECK(ask("/new").status == 404);
    CHECK(ask("/api/v1/patterns/bulkhead").body.find("Schott") == std::string::npos);

    server.content().replace("patterns/bulkhead.md", "name: Bulkhead", "name: Schott");
    server.build_pack();
    server.write_page("index.html", "<h1>new home</h1>");
    server.write_page("new.html", "<h1>new</h1>");
    CHECK(ask("/").body == "<h1>home</h1>");
    REQUIRE(server.server().reload().has_value());
    CHECK(nlohmann::json::parse(ask("/api/v1/version").body)["content_hash"] != hash);
    CHECK(ask("/").body == "<h1>new home</h1>");
    CHECK(ask("/new").body == "<h1>new</h1>");
    CHECK(ask("/api/v1/patterns/bulkhead").body.find("Schott") != std::string::npos);
    CHECK(nlohmann::json::parse(ask("/api/v1/search?q=schott").body)["results"][0]["ref"] == "pattern:bulkhead");

    std::filesystem::rename(server.content().pack(), server.content().pack().string() + ".good");
    std::ofstream(server.content().pack()) << "garbage";
    CHECK_FALSE(server.server().reload().has_value());
    CHECK(ask("/new").body == "<h1>new</h1>");
    CHECK(nlohmann::json::parse(ask("/api/v1/search?q=schott").body)["results"][0]["ref"] == "pattern:bulkhead");
    CHECK(ask("/metrics").body.find("dstudio_reloads_failed_total 1\n") != std::string::npos);
}

TEST_CASE("reloads under load lose no request") {
    RunningServer server;
    std::atomic<bool> done{false};
    std::atomic<int> bad{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            Client client(server.port());
            while (!done) {
                const bool sent = client.send(
                    "GET /api/v1/patterns/bulkhead HTTP/1.1\r\nHost: test\r\n\r\n"
                    "GET /api/v1/search?q=breaker HTTP/1.1\r\nHost: test\r\n\r\n");
                const auto first = sent ? client.receive() : std::nullopt;
                const auto second = first ? client.receive() : std::nullopt;
                if (!second || first->status != 200 || second->status != 200)
                    ++bad;
            }
        });
    for (int i = 0; i < 20; ++i)
        CHECK(server.server().reload().has_value());
    done = true;
    for (std::thread& thread : threads)
        thread.join();
    CHECK(bad == 0);
}

TEST_CASE("a second server on the same port is refused, and so is a host that is no address") {
    http::ServerOptions options;
    options.port = shared_server().port();
    options.pack = shared_server().content().pack();
    const auto second = http::Server::start(options);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == base::ErrorCode::unavailable);
    options.port = 0;
    options.host = "not an address";
    const auto third = http::Server::start(options);
    REQUIRE_FALSE(third.has_value());
    CHECK(third.error().code == base::ErrorCode::invalid_argument);
    options.host = "127.0.0.1";
    options.pack = "/does/not/exist";
    CHECK_FALSE(http::Server::start(options).has_value());
}
