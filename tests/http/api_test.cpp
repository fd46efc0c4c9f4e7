// The API over real connections: lists, entries, search, graphs, problems, and what operators ask.
#include <doctest/doctest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "core/base/error.hpp"
#include "core/base/percent.hpp"
#include "services/catalog/kinds.hpp"
#include "tests/http/client.hpp"
#include "tests/http/running_server.hpp"

using namespace dstudio;
using namespace dstudio::http_test;
using nlohmann::json;

namespace {

Response get(std::string_view target, const std::string& fields = "") {
    return fetch(shared_server().port(), target, {"GET", fields});
}

json get_json(std::string_view target) {
    const Response response = get(target);
    CHECK_MESSAGE(response.status == 200, target);
    CHECK(response.field("content-type") == "application/json");
    return json::parse(response.body);
}

json get_problem(std::string_view target, int status) {
    const Response response = get(target);
    CAPTURE(std::string(target));
    CHECK(response.status == status);
    CHECK(response.field("content-type") == "application/problem+json");
    CHECK(response.field("cache-control") == "no-store");
    json problem = json::parse(response.body, nullptr, false);
    REQUIRE(problem.is_object());
    CHECK(problem["status"] == status);
    CHECK_FALSE(problem["detail"].get<std::string>().empty());
    CHECK(get(problem["type"].get<std::string>()).status == 200);
    return problem;
}

}  // namespace

TEST_CASE("all kinds answer, and their lists and entries agree with the counts") {
    const json kinds = get_json("/api/v1/kinds");
    CHECK(kinds["items"].size() == catalog::kinds().size());
    std::size_t total = 0;
    for (const json& kind : kinds["items"]) {
        const json list = get_json(kind["api_url"].get<std::string>());
        CAPTURE(kind["name"]);
        CHECK(list["kind"] == kind["name"]);
        CHECK(list["total"] == kind["total"]);
        CHECK(list["items"].size() == list["total"].get<std::size_t>());
        CHECK(list["next_cursor"].is_null());
        total += list["items"].size();
        for (const json& item : list["items"]) {
            const json entry = get_json("/api/v1" + item["url"].get<std::string>());
            CHECK(entry["ref"] == item["ref"]);
            CHECK(entry["name"] == item["name"]);
        }
    }
    CHECK(total == catalog::ContentFixture::entries_count);
    CHECK(get_json("/api/v1/version")["entries"] == total);
    CHECK(get_json("/api/v1/stats")["entries"]["total"] == total);
}

TEST_CASE("the links of the index lead somewhere") {
    const json index = get_json("/api/v1");
    for (const auto& [name, link] : index["links"].items()) {
        CAPTURE(name);
        const int status = get(link.get<std::string>()).status;
        // Nothing can be suggested for no query, and a scenario is posted.
        CHECK(status == (name == "suggest" ? 400 : name == "simulations" ? 405 : 200));
    }
}

TEST_CASE("pages of a list add up to the whole, whatever their size") {
    const json whole = get_json("/api/v1/patterns?limit=200");
    REQUIRE(whole["items"].size() == 4);
    for (const int limit : {1, 2, 3, 4}) {
        std::vector<json> items;
        std::string cursor;
        do {
            const json page = get_json("/api/v1/patterns?limit=" + std::to_string(limit) +
                                       (cursor.empty() ? "" : "&cursor=" + cursor));
            CHECK(page["total"] == 4);
            CHECK(page["items"].size() <= static_cast<std::size_t>(limit));
            for (const json& item : page["items"])
                items.push_back(item);
            cursor = page["next_cursor"].is_null() ? "" : page["next_cursor"].get<std::string>();
        } while (!cursor.empty());
        CHECK(json(items) == whole["items"]);
    }
    CHECK(get_json("/api/v1/patterns?cursor=999")["items"].empty());
}

TEST_CASE("filters of a list are combined with and") {
    const auto ids = [](const std::string& query) {
        std::set<std::string> found;
        const json list = get_json("/api/v1/patterns?" + query);
        for (const json& item : list["items"])
            found.insert(item["id"].get<std::string>());
        return found;
    };
    using Ids = std::set<std::string>;
    CHECK(ids("category=resilience") == Ids{"circuit-breaker", "bulkhead"});
    CHECK(ids("category=resilience&tier=gold") == Ids{"circuit-breaker"});
    CHECK(ids("status=library") == Ids{"timeout", "caching"});
    CHECK(ids("year_from=1970&year_to=1980") == Ids{"timeout"});
    CHECK(ids("year_to=1965") == Ids{"caching"});
    CHECK(ids("category=security").empty());
}

TEST_CASE("the id of a variant leads to its pattern") {
    const Response moved = get("/api/v1/patterns/half-open-probe");
    CHECK(moved.status == 308);
    CHECK(moved.field("location") == "/api/v1/patterns/circuit-breaker");
    CHECK(get("/api/v1/patterns/").field("location") == "/api/v1/patterns");
}

TEST_CASE("what does not exist is a problem that names what is near") {
    CHECK(get_problem("/api/v1/patterns/circut-breaker", 404)["hint"] == "did you mean 'circuit-breaker'?");
    CHECK(get_problem("/api/v1/pattern", 404)["hint"] == "did you mean 'patterns'?");
    CHECK(get_problem("/api/v1/patterns/x/y", 404)["instance"] == "/api/v1/patterns/x/y");
    CHECK(get_problem("/api/v1/graph/nothing", 404)["type"] == "/problems/not-found");
    CHECK(get_problem("/problems/not-fund", 404)["hint"] == "did you mean 'not-found'?");
    CHECK(get_problem("/api", 404)["status"] == 404);
}

TEST_CASE("what is asked wrongly is a problem that names the parameter and what is allowed") {
    struct Row {
        const char* target;
        const char* detail;
        const char* hint;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"/api/v1/patterns?colour=red", "there is no parameter 'colour'",
              "allowed: category, level, tier, status, year_from, year_to, limit, cursor"},
             {"/api/v1/patterns?tier=tin", "parameter 'tier' is 'tin'", "allowed: bronze, gold, platinum, silver"},
             {"/api/v1/patterns?tier=", "parameter 'tier' is ''", "allowed: bronze, gold, platinum, silver"},
             {"/api/v1/patterns?limit=0", "parameter 'limit' is '0'", "allowed: whole numbers from 1 to 200"},
             {"/api/v1/patterns?limit=201", "parameter 'limit' is '201'", "allowed: whole numbers from 1 to 200"},
             {"/api/v1/patterns?limit=+1", "parameter 'limit' is ' 1'", "allowed: whole numbers from 1 to 200"},
             {"/api/v1/patterns?limit=99999999999", "parameter 'limit' is '99999999999'",
              "allowed: whole numbers from 1 to 200"},
             {"/api/v1/patterns?year_from=soon", "parameter 'year_from' is 'soon'",
              "allowed: whole numbers from 1 to 9999"},
             {"/api/v1/patterns?year_from=2000&year_to=1999",
              "parameter 'year_from' is 2000, after 'year_to', which is 1999", "exchange them"},
             {"/api/v1/patterns?cursor=-1", "parameter 'cursor' is '-1'",
              "allowed: the 'next_cursor' of an earlier page"},
             {"/api/v1/patterns?cursor=", "parameter 'cursor' is ''", "allowed: the 'next_cursor' of an earlier page"},
             {"/api/v1/patterns?limit=1&limit=2", "parameter 'limit' is given twice", "give it once"},
             {"/api/v1/version?a=b", "there is no parameter 'a'", "no parameter is allowed here"},
             {"/api/v1/patterns/bulkhead?a", "there is no parameter 'a'", "no parameter is allowed here"},
             {"/api/v1/suggest", "parameter 'q' is missing", "give the beginning of a word"},
             {"/api/v1/search?limit=101", "parameter 'limit' is '101'", "allowed: whole numbers from 1 to 100"},
             {"/api/v1/graph/patterns?format=png", "parameter 'format' is 'png'", "allowed: dot, json, mermaid"}}) {
        const json problem = get_problem(row.target, 400);
        CHECK(problem["detail"] == row.detail);
        CHECK(problem["hint"] == row.hint);
        CHECK(problem["type"] == "/problems/invalid-argument");
    }
    CHECK(get_problem("/api/v1/patterns?category=messaging", 400)["hint"].get<std::string>().find("resilience") !=
          std::string::npos);
    CHECK(get_problem("/api/v1/search?kind=animal", 400)["hint"].get<std::string>().find("pattern") !=
          std::string::npos);
    for (const char* target : {"/api/v1/search?q=%", "/api/v1/search?q=%00", "/api/v1/search?q=%ff",
                               "/api/v1/graph/patterns?relation=loves", "/api/v1/patterns/%2e%2e", "/api/v1/%ff"})
        get_problem(target, 400);
    get_problem("/api/v1/search?q=" + std::string(401, 'a'), 400);
}

TEST_CASE("search finds, counts by facets, pages, and helps with spelling") {
    const json page = get_json("/api/v1/search?q=circuit+breaker&limit=1");
    REQUIRE(page["results"].size() == 1);
    CHECK(page["results"][0]["ref"] == "pattern:circuit-breaker");
    std::size_t counted = 0;
    for (const auto& [value, count] : page["facets"]["kind"].items())
        counted += count.get<std::size_t>();
    CHECK(counted == page["total"]);
    if (page["total"] > 1) {
        const json next =
            get_json("/api/v1/search?q=circuit+breaker&limit=1&cursor=" + page["next_cursor"].get<std::string>());
        CHECK(next["total"] == page["total"]);
        CHECK(next["results"][0]["ref"] != page["results"][0]["ref"]);
    }
    CHECK(get_json("/api/v1/search?q=circuit+braker")["suggestion"] == "circuit breaker");
    CHECK(get_json("/api/v1/search")["total"] == catalog::ContentFixture::entries_count);
    CHECK(get_json("/api/v1/search?kind=patterns")["total"] == 4);
    CHECK(get_json("/api/v1/search?kind=pattern&tier=gold&category=scaling")["total"] == 1);
}

TEST_CASE("suggestions complete the last word") {
    const json suggested = get_json("/api/v1/suggest?q=bulkh");
    REQUIRE_FALSE(suggested["items"].empty());
    CHECK(suggested["items"][0]["ref"] == "pattern:bulkhead");
    CHECK(get_json("/api/v1/suggest?q=")["items"].empty());
    CHECK(get_json("/api/v1/suggest?q=+")["query"] == " ");
}

TEST_CASE("graphs come as JSON, for Graphviz and for Mermaid") {
    const json graph = get_json("/api/v1/graph/patterns");
    CHECK(graph["nodes"].size() == 4);
    CHECK_FALSE(graph["edges"].empty());
    const Response dot = get("/api/v1/graph/patterns?format=dot&relation=related");
    CHECK(dot.body.starts_with("digraph"));
    CHECK(dot.field("content-type").starts_with("text/vnd.graphviz"));
    CHECK(get("/api/v1/graph/episodes?format=mermaid").body.starts_with("flowchart"));
}

TEST_CASE("answers have validators, policies, and are compressed when that pays") {
    const Response plain = get("/api/v1/kinds");
    REQUIRE(plain.body.size() > 1024);
    CHECK(plain.field("cache-control") == "no-cache");
    CHECK(plain.field("vary") == "Accept-Encoding");
    CHECK(plain.field("content-security-policy") == "default-src 'none'; frame-ancestors 'none'");
    const Response gzip = get("/api/v1/kinds", "Accept-Encoding: gzip\r\n");
    CHECK(gzip.field("content-encoding") == "gzip");
    CHECK(gzip.body.size() < plain.body.size() / 2);
    CHECK(gunzip(gzip.body) == plain.body);
    CHECK(gzip.field("etag") != plain.field("etag"));
    CHECK(get("/api/v1/kinds", "If-None-Match: " + plain.field("etag") + "\r\n").status == 304);
    CHECK(get("/api/v1/version", "Accept-Encoding: gzip\r\n").field("content-encoding").empty());
    CHECK(get("/api/v1/kinds").body == plain.body);
}

TEST_CASE("methods: HEAD wherever GET, OPTIONS everywhere, the others nowhere") {
    const std::uint16_t port = shared_server().port();
    for (const char* target : {"/", "/patterns/saga", "/large.bin", "/nothing", "/patterns.html", "/api/v1/kinds",
                               "/api/v1/patterns", "/api/v1/patterns/x", "/healthz", "/%zz"}) {
        CAPTURE(std::string(target));
        const Response get_response = fetch(port, target);
        const Response head = fetch(port, target, {"HEAD", ""});
        CHECK(head.status == get_response.status);
        CHECK(head.body.empty());
        CHECK(head.field("content-length") == std::to_string(get_response.body.size()));
        CHECK(head.field("etag") == get_response.field("etag"));
        const Response options = fetch(port, target, {"OPTIONS", ""});
        CHECK(options.status == 204);
        CHECK(options.field("allow") == "GET, HEAD, OPTIONS");
        CHECK(options.field("content-length").empty());
        for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW", "get"}) {
            const Response refused = fetch(port, target, {method, ""});
            CHECK(refused.status == 405);
            CHECK(refused.field("allow") == "GET, HEAD, OPTIONS");
        }
    }
    CHECK(fetch(port, "*", {"OPTIONS", ""}).status == 204);
    CHECK(fetch(port, "test:80", {"CONNECT", ""}).status == 405);
}

TEST_CASE("operators can ask for health, readiness and counters") {
    CHECK(get("/healthz").body == "ok\n");
    CHECK(get("/readyz").body == "ready\n");
    get("/api/v1/patterns/bulkhead");
    get("/secret-in-a-path");
    // Connections of earlier tests may still be on their way out.
    std::string metrics = get("/metrics").body;
    for (int i = 0; i < 100 && metrics.find("dstudio_http_connections 1\n") == std::string::npos; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        metrics = get("/metrics").body;
    }
    for (const char* line :
         {"dstudio_http_requests_total{route=\"/api/v1/{plural}/{id}\",code=\"2xx\"}",
          "dstudio_http_requests_total{route=\"unmatched\",code=\"4xx\"}",
          "dstudio_http_request_duration_seconds_bucket{route=\"/api/v1/{plural}/{id}\",le=\"+Inf\"}",
          "dstudio_http_connections 1\n", "dstudio_catalogue_entries{kind=\"pattern\"} 4",
          "dstudio_build_info{version=\"", "process_resident_memory_bytes"}) {
        CAPTURE(std::string(line));
        CHECK(metrics.find(line) != std::string::npos);
    }
    CHECK(metrics.find("secret-in-a-path") == std::string::npos);
}

TEST_CASE("each kind of error has its page") {
    for (const base::ErrorKind& kind : base::error_table()) {
        const json described = get_json("/problems/" + std::string(kind.wire_name));
        CHECK(described["title"] == kind.title);
        CHECK(described["status"] == kind.http_status);
    }
}

TEST_CASE("formulas and calculators compute, and say what is wrong with a request") {
    const json eval = get_json("/api/v1/formulas/little/eval?arrival_rate=500/s&time_in_system=40+ms");
    CHECK(eval["formula"] == "formula:little");
    CHECK(eval["outputs"]["number_in_system"]["value"] == 20);
    CHECK(eval["sources"][0]["authors"] == "Little");
    CHECK(get_json("/api/v1/calculators/queue-length/eval")["outputs"]["in_system"]["value"] == 5);

    const json solve =
        get_json("/api/v1/formulas/little/solve?for=arrival_rate&time_in_system=40ms&number_in_system=8");
    CHECK(solve["solutions"][0]["arrival_rate"]["value"] == doctest::Approx(200));

    const json sampled = get_json(
        "/api/v1/formulas/little/sample?arrival_rate=normal(500/s,20/s)&time_in_system=40ms&samples=5000&seed=3");
    CHECK(sampled["samples"] == 5000);
    CHECK(sampled["outputs"]["number_in_system"]["mean"].get<double>() == doctest::Approx(20).epsilon(0.01));

    const json grid =
        get_json("/api/v1/formulas/little/sweep?over=arrival_rate=1/s..3/s:3&over=time_in_system=1s..2s:2");
    CHECK(grid["outputs"]["number_in_system"]["values"] == json::array({1, 2, 2, 4, 3, 6}));

    CHECK(get_problem("/api/v1/formulas/little/eval?arrival_rate=10+ms/s&time_in_system=1s", 400)["detail"] ==
          "arrival_rate is rate (1/s), '10 ms/s' is a plain number");
    CHECK(get_problem("/api/v1/formulas/little/eval?arrival_rat=1/s", 400)["hint"] == "did you mean 'arrival_rate'?");
    CHECK(get_problem("/api/v1/formulas/littel/eval", 404)["hint"] == "did you mean 'little'?");
    (void)get_problem("/api/v1/patterns/circuit-breaker/eval", 404);
    (void)get_problem("/api/v1/formulas/little/sample?samples=many", 400);
    (void)get_problem("/api/v1/formulas/little/eval?arrival_rate=1/s&time_in_system=1%FF", 400);
}

TEST_CASE("a computation that would take long is refused with the command line for it, and the server goes on") {
    const std::string sums = base::percent_encode("sum(i in 1..100000: sum(j in 1..100000: 1/(i+j)))/s");
    const auto begin = std::chrono::steady_clock::now();
    const json problem = get_problem("/api/v1/formulas/little/eval?time_in_system=1s&arrival_rate=" + sums, 422);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));  // of hours
    CHECK(problem["type"] == "/problems/too-much-work");
    CHECK(problem["hint"].get<std::string>().starts_with(
        "run it on your own machine: dstudio formula eval little time_in_system=1s 'arrival_rate=sum(i in 1.."));
    CHECK(get("/healthz").status == 200);

    const json many = get_problem(
        "/api/v1/formulas/little/sample?arrival_rate=normal(500/s,20/s)&time_in_system=40ms&samples=100000000", 422);
    CHECK(many["hint"] ==
          "run it on your own machine: dstudio formula sample little 'arrival_rate=normal(500/s,20/s)' "
          "time_in_system=40ms --samples 100000000");
    (void)get_problem("/api/v1/formulas/little/sweep?over=arrival_rate=1/s..3/s:2000&over=time_in_system=1s..2s:2000",
                      422);
}
