// Simulations over real connections: the report is the command line's to the byte, what is wrong or too much is
// refused, and a server that simulates goes on serving.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "apps/http/simulate.hpp"
#include "services/catalog/real_catalog.hpp"
#include "tests/http/client.hpp"
#include "tests/http/running_server.hpp"

using namespace dstudio;
using namespace dstudio::http_test;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using nlohmann::json;

namespace {

// A simulation may have to share its processor with the other tests.
constexpr auto patience = 120s;

const std::string address = "/api/v1/simulations";
const std::string as_json = "Content-Type: application/json\r\n";

// A few thousand events.
const std::string small = R"json({"name": "Small: ä \" \\", "duration": "10 s", "warmup": "1 s",
    "workloads": [{"id": "users", "rate": "100/s", "call": "shop", "timeout": "50 ms", "retry": {"attempts": 2}}],
    "components": [{"id": "shop", "threads": 2, "steps": [{"work": "exponential(15 ms)"}]}],
    "faults": [{"at": "4 s", "for": "1 s", "component": "shop", "slow": 3}],
    "objectives": [{"workload": "users", "availability": "99%"}]})json";

// Meets the bound on events, after half a second of computing.
const std::string endless =
    R"json({"scenario": {"duration": "1 h", "workloads": [{"id": "w", "users": 2000, "call": "c",
    "timeout": "10 h"}], "components": [{"id": "c", "threads": 1e6, "steps": [{"wait": "exponential(1 s)"}]}]}})json";

std::string request_for(const std::string& scenario, const std::string& rest = "") {
    return R"({"scenario": )" + scenario + rest + "}";
}

Response post(const std::string& body, const std::string& fields = as_json, std::uint16_t port = 0) {
    return fetch(port == 0 ? shared_server().port() : port, address, {"POST", fields, body, patience});
}

json problem_of(const Response& response, int status) {
    CHECK(response.status == status);
    CHECK(response.field("content-type") == "application/problem+json");
    CHECK(response.field("cache-control") == "no-store");
    json problem = json::parse(response.body, nullptr, false);
    REQUIRE(problem.is_object());
    CHECK(problem["status"] == status);
    CHECK(problem["instance"] == address);
    return problem;
}

std::string raw_post(const std::string& body, const std::string& fields = as_json) {
    return "POST " + address + " HTTP/1.1\r\nHost: test\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string metric(std::uint16_t port, const std::string& name) {
    const std::string text = fetch(port, "/metrics").body;
    const std::size_t at = text.find("\n" + name + " ");
    REQUIRE(at != std::string::npos);
    const std::size_t begin = at + name.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
}

void wait_until_running(std::uint16_t port) {
    for (int i = 0; i < 1000 && metric(port, "dstudio_simulations_running") != "1"; ++i)
        std::this_thread::sleep_for(1ms);
    REQUIRE(metric(port, "dstudio_simulations_running") == "1");
}

http::ServerOptions with_simulations(unsigned threads, std::size_t waiting_max) {
    http::ServerOptions options;
    options.threads = 1;
    options.limits.simulation_threads = threads;
    options.limits.simulations_waiting_max = waiting_max;
    return options;
}

// What the program prints, without the line's end. Its exit code says whether objectives are met: 0 or 1.
std::string printed(const std::string& arguments) {
    const std::string command = std::string(DSTUDIO_BINARY) + " " + arguments;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 4096> bytes{};
    for (std::size_t got = 0; (got = std::fread(bytes.data(), 1, bytes.size(), pipe.get())) > 0;)
        text.append(bytes.data(), got);
    REQUIRE(text.ends_with('\n'));
    text.pop_back();
    return text;
}

}  // namespace

TEST_CASE("the report is what the command line prints, to the byte") {
    const auto& content = shared_server().content();
    const std::string file = (content.folder() / "small.json").string();
    std::ofstream(file) << small;
    for (const char* options :
         {R"()", R"(, "seed": 7)", R"(, "seed": 18446744073709551615, "runs": 2)", R"(, "seed": 3, "runs": 10)"}) {
        CAPTURE(std::string(options));
        const json given = json::parse("{\"x\": 0" + std::string(options) + "}");
        const Response response = post(request_for(small, options));
        CHECK(response.status == 200);
        CHECK(response.field("content-type") == "application/json");
        CHECK(response.field("cache-control") == "no-store");
        CHECK(response.field("content-security-policy") == "default-src 'none'; frame-ancestors 'none'");
        const std::string expected =
            printed("sim run " + file + " --json --seed " + given.value("seed", json(1)).dump() + " --runs " +
                    given.value("runs", json(1)).dump());
        CHECK(response.body == expected);
    }
    const Response named = post(R"({"scenario_id": "retry-storm", "seed": 2, "runs": 2})");
    CHECK(named.body == printed("sim run retry-storm --json --seed 2 --runs 2 --pack " + content.pack().string()));
}

TEST_CASE("every scenario of the catalogue is within the bounds, and answered with the command line's bytes") {
    const catalog::Catalog& catalogue = catalog::real_catalog();
    const std::atomic<bool> is_cancelled{false};
    // Instrumented builds take longer; that the work is bounded is for the other bounds.
    http::SimulationBounds bounds;
    bounds.cpu_max = 120s;
    std::size_t count = 0;
    for (const catalog::Brief& brief : catalogue.entries()) {
        if (brief.ref.kind->name != "scenario")
            continue;
        ++count;
        const std::string& id = brief.ref.id;
        CAPTURE(id);
        const auto answer =
            http::simulate(catalogue, R"({"scenario_id": ")" + id + "\", \"seed\": 3}", is_cancelled, bounds);
        REQUIRE_MESSAGE(answer.has_value(), answer.error().error.message);
        CHECK(*answer == printed("sim run " + std::string(DSTUDIO_SOURCE_DIR) + "/content/scenarios/" + id +
                                 ".yaml --json --seed 3"));
    }
    CHECK(count >= 60);
}

TEST_CASE("bodies come in pieces, by chunks, on asking, and with requests before and behind them") {
    const std::string expected = post(request_for(small)).body;
    const std::string get_health = "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";
    Client client(shared_server().port(), patience);
    SUBCASE("in pieces") {
        const std::string request = raw_post(request_for(small));
        for (std::size_t at = 0; at < request.size(); at += 91)
            REQUIRE(client.send(std::string_view(request).substr(at, 91)));
        CHECK(client.receive()->body == expected);
    }
    SUBCASE("by chunks") {
        const std::string body = request_for(small);
        std::string chunked = "POST " + address + " HTTP/1.1\r\nHost: test\r\n" + as_json +
                              "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\n" + body.substr(0, 5) + "\r\n";
        std::array<char, 16> size{};
        std::snprintf(size.data(), size.size(), "%zx\r\n", body.size() - 5);
        chunked += size.data() + body.substr(5) + "\r\n0\r\nTrailer: 1\r\n\r\n";
        REQUIRE(client.send(chunked));
        CHECK(client.receive()->body == expected);
    }
    SUBCASE("on asking whether to send it") {
        const std::string request = raw_post(request_for(small), as_json + "Expect: 100-continue\r\n");
        const std::size_t body_begin = request.find("\r\n\r\n") + 4;
        REQUIRE(client.send(request.substr(0, body_begin)));
        CHECK(client.receive()->status == 100);
        REQUIRE(client.send(request.substr(body_begin)));
        CHECK(client.receive()->body == expected);
    }
    SUBCASE("in a pipeline, answered in its order") {
        REQUIRE(client.send(get_health + raw_post(request_for(small)) + get_health +
                            "GET /large.bin HTTP/1.1\r\nHost: test\r\n\r\n" + raw_post(request_for(small)) +
                            raw_post("{") + get_health));
        CHECK(client.receive()->body == "ok\n");
        CHECK(client.receive()->body == expected);
        CHECK(client.receive()->body == "ok\n");
        CHECK(client.receive()->body.size() == 3'000'000);
        CHECK(client.receive()->body == expected);
        CHECK(client.receive()->status == 400);
        CHECK(client.receive()->body == "ok\n");
    }
    SUBCASE("and the client closes its side") {
        REQUIRE(client.send(raw_post(request_for(small))));
        client.finish_sending();
        CHECK(client.receive()->body == expected);
        CHECK(client.is_closed());
    }
    SUBCASE("and the connection is not to be kept") {
        REQUIRE(client.send(raw_post(request_for(small), as_json + "Connection: close\r\n")));
        const auto response = client.receive();
        REQUIRE(response);
        CHECK(response->body == expected);
        CHECK(response->field("connection") == "close");
        CHECK(client.is_closed());
    }
}

TEST_CASE("a report is compressed when that is wanted") {
    const Response plain = post(request_for(small));
    CHECK(plain.field("vary") == "Accept-Encoding");
    const Response gzip = post(request_for(small), as_json + "Accept-Encoding: gzip\r\n");
    CHECK(gzip.field("content-encoding") == "gzip");
    CHECK(gunzip(gzip.body) == plain.body);
}

TEST_CASE("mistakes in a scenario are listed with pointers into the body") {
    const json problem = problem_of(post(R"({"runs": 0, "scenario": {"workloads": [{"id": "users", "rate": "100 apples",
        "call": "shp"}], "components": [{"id": "shop", "thread": 2}]}})"),
                                    422);
    CHECK(problem["type"] == "/problems/malformed-content");
    CHECK(problem["detail"].get<std::string>().starts_with("4 mistakes, the first of them: /runs: "));
    std::vector<std::string> pointers;
    for (const json& mistake : problem["mistakes"]) {
        pointers.push_back(mistake["pointer"]);
        CHECK_FALSE(mistake["message"].get<std::string>().empty());
    }
    std::sort(pointers.begin(), pointers.end());
    CHECK(pointers == std::vector<std::string>{"/runs", "/scenario/components/0/thread", "/scenario/workloads/0/call",
                                               "/scenario/workloads/0/rate"});
    CHECK(problem["mistakes"][1]["hint"] == "did you mean 'threads'?");
    const json unknown = problem_of(post(R"({"scenario_id": "retry-strom"})"), 422);
    CHECK(unknown["mistakes"][0]["hint"] == "did you mean 'retry-storm'?");
}

TEST_CASE("what is no JSON is refused with its place") {
    const json problem = problem_of(post("{\"scenario\":\n  nothing}"), 400);
    CHECK(problem["type"] == "/problems/invalid-argument");
    CHECK(problem["detail"].get<std::string>().starts_with("the body is no JSON: line 2, column 4: "));
    CHECK(
        problem_of(post(""), 400)["detail"].get<std::string>().starts_with("the body is no JSON: line 1, column 1: "));
    (void)problem_of(post(std::string(60'000, '[')), 400);
    (void)problem_of(post("{\"scenario\xff\": 1}"), 400);
}

TEST_CASE("content that is not JSON by its type is not looked at") {
    for (const char* fields :
         {"", "Content-Type: application/yaml\r\n", "Content-Type: text/plain; a=application/json\r\n",
          "Content-Type: application/json, application/json\r\n", "Content-Type: application/jsonx\r\n",
          "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"}) {
        CAPTURE(std::string(fields));
        const Response refused = post(request_for(small), fields);
        const json problem = problem_of(refused, 415);
        CHECK(problem["type"] == "about:blank");
        CHECK(problem["title"] == "Unsupported Media Type");
        CHECK(refused.field("accept-post") == "application/json");
    }
    CHECK(post(request_for(small), "content-type: Application/JSON ; charset=utf-8\r\n").status == 200);
}

TEST_CASE("a body over the bound is refused before it is read") {
    for (const std::string& request : {raw_post("").replace(raw_post("").find("Length: 0"), 9, "Length: 65537"),
                                       "POST " + address + " HTTP/1.1\r\nHost: test\r\n" + as_json +
                                           "Transfer-Encoding: chunked\r\n\r\n10001\r\n"}) {
        Client client(shared_server().port(), 3s);
        REQUIRE(client.send(request));
        const auto refused = client.receive();
        REQUIRE(refused);
        CHECK(refused->status == 413);
        CHECK(json::parse(refused->body)["detail"] ==
              "the body is larger than 64 KB; run what is larger with 'dstudio sim run FILE'");
        CHECK(client.is_closed());
    }
    const std::string body = request_for(small);
    CHECK(post(body + std::string(65'536 - body.size(), ' ')).status == 200);
}

TEST_CASE("other methods, parameters and addresses are refused") {
    const std::uint16_t port = shared_server().port();
    for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "PATCH"}) {
        const Response refused = fetch(port, address, {method, ""});
        CHECK(refused.status == 405);
        CHECK(refused.field("allow") == "POST, OPTIONS");
    }
    const Response options = fetch(port, address, {"OPTIONS", ""});
    CHECK(options.status == 204);
    CHECK(options.field("allow") == "POST, OPTIONS");
    const Response parameter = fetch(port, address + "?seed=1", {"POST", as_json, request_for(small)});
    CHECK(parameter.status == 400);
    CHECK(json::parse(parameter.body)["detail"] == "there is no parameter 'seed'");
    CHECK(fetch(port, address + "/x", {"POST", as_json, request_for(small)}).status == 405);
}

TEST_CASE("what is too much is refused with the command line for it, and the server goes on") {
    const json clear = problem_of(post(R"({"scenario": {"workloads": [{"id": "w", "rate": "1e8/s", "call": "c"}],
        "components": [{"id": "c"}]}, "seed": 1, "runs": 3})"),
                                  422);
    CHECK(clear["type"] == "/problems/too-much-work");
    CHECK(clear["hint"] == "run it on your own machine: dstudio sim run FILE --seed 1 --runs 3");
    const json many = problem_of(post(R"({"scenario_id": "retry-storm", "runs": 1000})"), 422);
    CHECK(many["hint"] == "run it on your own machine: dstudio sim run retry-storm --seed 1 --runs 1000");
    const auto begin = Clock::now();
    const json hostile = problem_of(post(endless), 422);
    CHECK(Clock::now() - begin < patience);  // of hours
    CHECK(hostile["type"] == "/problems/too-much-work");
    CHECK(hostile["detail"].get<std::string>().starts_with("run 1 of 1 was stopped: "));
    CHECK(fetch(shared_server().port(), "/healthz").status == 200);
}

TEST_CASE("several at once get the same report") {
    RunningServer server(with_simulations(2, 16));
    const std::string expected = post(request_for(small), as_json, server.port()).body;
    REQUIRE(expected.starts_with("{\"scenario\""));
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 16; ++i) {
        clients.push_back(std::make_unique<Client>(server.port(), patience));
        REQUIRE(clients.back()->send(raw_post(request_for(small))));
    }
    for (const auto& client : clients) {
        const auto response = client->receive();
        REQUIRE(response);
        CHECK(response->status == 200);
        CHECK(response->body == expected);
    }
}

TEST_CASE("while one is simulated others are served, and the next simulation is told to come again") {
    RunningServer server(with_simulations(1, 0));
    Client client(server.port(), patience);
    REQUIRE(client.send(raw_post(endless)));
    wait_until_running(server.port());
    const Response refused = post(request_for(small), as_json, server.port());
    const json problem = problem_of(refused, 503);
    CHECK(problem["type"] == "/problems/unavailable");
    CHECK(refused.field("retry-after") == "2");
    CHECK(fetch(server.port(), "/patterns/saga").body == "<h1>saga</h1>");
    CHECK(metric(server.port(), "dstudio_simulations_turned_away_total") == "1");
    CHECK(metric(server.port(), "dstudio_simulations_running") ==
          "1");  // still: the one event loop did not wait for it
    const auto answered = client.receive();
    REQUIRE(answered);
    CHECK(answered->status == 422);
    Response again = post(request_for(small), as_json, server.port());
    for (int i = 0; i < 100 && again.status == 503; ++i) {
        std::this_thread::sleep_for(5ms);
        again = post(request_for(small), as_json, server.port());
    }
    CHECK(again.status == 200);
}

TEST_CASE("who goes before the answer is there harms nobody") {
    RunningServer server(with_simulations(1, 4));
    {
        Client client(server.port(), patience);
        REQUIRE(client.send(raw_post(endless)));
        wait_until_running(server.port());
    }
    CHECK(post(request_for(small), as_json, server.port()).status == 200);
}

TEST_CASE("an answer that is too long in coming is given up") {
    http::ServerOptions options = with_simulations(1, 0);
    options.limits.answer_timeout = 50ms;
    RunningServer server(options);
    const Response response = post(endless, as_json, server.port());
    CHECK(response.status == 503);
    CHECK(json::parse(response.body)["detail"] == "the answer took too long to make");
    CHECK(response.field("connection") == "close");
}

TEST_CASE("stopping finishes the simulation in flight; stopping at once does not wait for it") {
    auto server = std::make_unique<RunningServer>(with_simulations(1, 0));
    Client client(server->port(), patience);
    REQUIRE(client.send(raw_post(endless)));
    wait_until_running(server->port());
    SUBCASE("gracefully") {
        server->server().stop();
        const auto answered = client.receive();
        REQUIRE(answered);
        CHECK(answered->status == 422);
        CHECK(answered->field("connection") == "close");
        client.finish_sending();
        server->server().wait();
    }
    SUBCASE("at once") {
        server.reset();
        CHECK_FALSE(client.receive().has_value());
    }
}

TEST_CASE("a reload while one is simulated takes nothing away from it") {
    RunningServer server(with_simulations(1, 1));
    Client client(server.port(), patience);
    REQUIRE(client.send(raw_post(endless)));
    wait_until_running(server.port());
    REQUIRE(server.server().reload().has_value());
    const auto answered = client.receive();
    REQUIRE(answered);
    CHECK(answered->status == 422);
    CHECK(post(R"({"scenario_id": "retry-storm"})", as_json, server.port()).status == 200);
}
