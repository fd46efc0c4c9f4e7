#include "apps/http/request_log.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "apps/http/routes.hpp"

using namespace dstudio::http;

TEST_CASE("a request becomes one line of JSON") {
    Exchange exchange;
    exchange.remote = "127.0.0.1";
    exchange.method = "GET";
    exchange.target = "/api/v1/search?q=\"a\\b\"";
    exchange.route = route_number(PseudoRoute::site);
    exchange.status = 200;
    exchange.sent_bytes = 1234;
    exchange.latency = std::chrono::microseconds(56);
    std::string line;
    RequestLog::append_line(exchange, "2026-01-31T23:59:59.123Z", line);
    CHECK(line.find('\n') == std::string::npos);
    const auto json = nlohmann::json::parse(line);
    CHECK(json["target"] == exchange.target);
    CHECK(json["route"] == "site");
    CHECK(json["status"] == 200);
    CHECK(json["bytes"] == 1234);
    CHECK(json["duration_us"] == 56);
}

TEST_CASE("nothing that is sent forges a line or reaches a terminal, and long targets are cut") {
    Exchange exchange;
    exchange.method = "G\r\n{\"level\":\"error\"}\x1b[31m\xff";
    const std::string target(5000, 'a');
    exchange.target = target;
    std::string line;
    RequestLog::append_line(exchange, "t", line);
    for (const char c : line)
        CHECK((c >= 0x20 && c < 0x7f));
    CHECK(line.size() < 1000);
    CHECK(nlohmann::json::parse(line)["target"].get<std::string>().size() == RequestLog::target_size_bytes_max);
}

TEST_CASE("times are written in UTC with milliseconds") {
    CHECK(timestamp(std::chrono::system_clock::from_time_t(0) + std::chrono::milliseconds(7)) ==
          "1970-01-01T00:00:00.007Z");
}
