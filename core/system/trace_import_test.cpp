#include "core/system/trace_import.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/elementary.hpp"
#include "core/base/random.hpp"
#include "core/system/scenario_test_support.hpp"
#include "core/system/simulation.hpp"

using namespace dstudio;
using namespace dstudio::system;
using doctest::Approx;
using nlohmann::ordered_json;

namespace {

struct Given {
    std::string service;
    std::uint64_t trace = 1;
    std::uint64_t id = 0;
    std::uint64_t parent = 0;
    int kind = 2;
    double start_ms = 0;
    double end_ms = 0;
    bool is_error = false;
    std::string name{};
    std::string attribute{};  // "db.system=mysql"
    std::string instance{};
    std::string trace_state{};
};

constexpr std::int64_t epoch = 1'700'000'000'000'000'000;

std::string otlp(const std::vector<Given>& spans) {
    const auto attribute = [](const std::string& key, const std::string& value) {
        return ordered_json{{"key", key}, {"value", {{"stringValue", value}}}};
    };
    ordered_json resources = ordered_json::array();
    for (const Given& given : spans) {
        ordered_json span{
            {"traceId", fmt::format("{:032x}", given.trace)},
            {"spanId", fmt::format("{:016x}", given.id)},
            {"parentSpanId", given.parent == 0 ? "" : fmt::format("{:016x}", given.parent)},
            {"name", given.name},
            {"kind", given.kind},
            {"startTimeUnixNano",
             std::to_string(epoch + static_cast<std::int64_t>(std::llround(given.start_ms * 1e6)))},
            {"endTimeUnixNano", std::to_string(epoch + static_cast<std::int64_t>(std::llround(given.end_ms * 1e6)))},
            {"status", {{"code", given.is_error ? 2 : 0}}}};
        if (!given.trace_state.empty())
            span["traceState"] = given.trace_state;
        if (const std::size_t equals = given.attribute.find('='); equals != std::string::npos)
            // Braces around one value alone are that value to clang, a list to g++.
            span["attributes"] =
                ordered_json::array({attribute(given.attribute.substr(0, equals), given.attribute.substr(equals + 1))});
        ordered_json resource{{"attributes", ordered_json::array()}};
        if (!given.service.empty())
            resource["attributes"].push_back(attribute("service.name", given.service));
        if (!given.instance.empty())
            resource["attributes"].push_back(attribute("service.instance.id", given.instance));
        // Together as far as they come together: a resource for each span would be ten times the text.
        if (!resources.empty() && resources.back()["resource"] == resource)
            resources.back()["scopeSpans"][0]["spans"].push_back(std::move(span));
        else
            resources.push_back({{"resource", std::move(resource)}, {"scopeSpans", {{{"spans", {std::move(span)}}}}}});
    }
    return ordered_json{{"resourceSpans", std::move(resources)}}.dump();
}

TraceImport imported_text(const std::string& text) {
    TraceReader reader;
    const auto added = reader.add(text, "t.json");
    if (!added)
        FAIL(added.error().message);
    auto made = import_traces(reader.take(), "test");
    if (!made)
        FAIL(made.error().message);
    (void)scenario_from(made->document);
    return std::move(*made);
}

TraceImport imported(const std::vector<Given>& spans) {
    return imported_text(otlp(spans));
}

const TraceFinding* told(const TraceImport& import, std::string_view code) {
    for (const TraceFinding& finding : import.findings)
        if (finding.code == code)
            return &finding;
    return nullptr;
}

std::string codes(const TraceImport& import) {
    std::string all;
    for (const TraceFinding& finding : import.findings)
        all += finding.code + " ";
    return all;
}

const ordered_json& component(const TraceImport& import, std::string_view id) {
    for (const ordered_json& item : import.document["components"])
        if (item["id"] == id)
            return item;
    FAIL("no component " << id);
    return import.document;
}

// A request of a at 0, 10, 20, ... ms that `make` adds to.
template <class Make>
std::vector<Given> repeated(int number, Make make) {
    std::vector<Given> spans;
    for (int i = 0; i < number; ++i) {
        const auto trace = static_cast<std::uint64_t>(i) + 1;
        for (Given span : make(i)) {
            span.trace = trace;
            span.start_ms += 100.0 * i;
            span.end_ms += 100.0 * i;
            spans.push_back(span);
        }
    }
    return spans;
}

}  // namespace

TEST_CASE("a call with spans at both ends gives two components, self times and the network") {
    // shop works 2 + 3 ms around a call of 15 ms, of which orders takes 12; 1.5 ms each way.
    const TraceImport import = imported(repeated(11, [](int) {
        return std::vector<Given>{{"shop", 0, 1, 0, 2, 0, 20, false, "GET /"},
                                  {"shop", 0, 2, 1, 3, 2, 17, false, "POST"},
                                  {"orders", 0, 3, 2, 2, 3.5, 15.5, false, "POST /orders"}};
    }));
    CHECK(import.document ==
          ordered_json::parse(R"json({"name": "test", "duration": "100 s", "warmup": "10 s", "network": "1.5 ms",
        "workloads": [{"id": "shop-requests", "rate": "10/s", "call": "shop"}],
        "components": [
          {"id": "shop", "type": "service", "threads": 1, "steps": [{"work": "5 ms"}, {"call": "orders"}]},
          {"id": "orders", "type": "service", "threads": 1, "steps": [{"work": "12 ms"}]}]})json"));
    // Eleven are few, though they are all alike.
    CHECK(codes(import) == "thin-sample thin-sample thin-sample thin-rate ");
    CHECK(import.spans_used == 33);
    CHECK(import.traces == 11);
    REQUIRE(import.calls.size() == 1);
    CHECK(import.calls[0].calls == 11);
    CHECK(import.calls[0].network_p50_s == Approx(0.0015));
    CHECK(import.workloads[0].latency_s[0] == Approx(0.02));
    CHECK(import.components[1].operations[0].name == "POST /orders");
}

TEST_CASE("the order of the spans in the file does not matter") {
    std::vector<Given> spans = repeated(30, [](int i) {
        return std::vector<Given>{{"shop", 0, 1, 0, 2, 0, 20 + 0.1 * i},
                                  {"orders", 0, 3, 2, 2, 3.5, 15.5},
                                  {"shop", 0, 2, 1, 3, 2, 17},
                                  {"shop", 0, 4, 1, 3, 5, 9, false, "SELECT", "db.system=mysql"}};
    });
    const TraceImport there = imported(spans);
    std::reverse(spans.begin(), spans.end());
    const TraceImport back = imported(spans);
    CHECK(import_json(there) == import_json(back));
    CHECK(import_yaml(there) == import_yaml(back));
}

TEST_CASE("internal spans are their service's own work, and overlapping calls count once") {
    const TraceImport import = imported({{"a", 1, 1, 0, 2, 0, 100},
                                         {"a", 1, 2, 1, 1, 10, 90},  // internal, with a call within
                                         {"a", 1, 3, 2, 3, 20, 60, false, "x"},
                                         {"b", 1, 4, 3, 2, 20, 60},
                                         {"a", 1, 5, 2, 3, 40, 80, false, "y"},
                                         {"c", 1, 6, 5, 2, 40, 80}});
    CHECK(import.components[0].work.mean_s == Approx(0.04));
    CHECK(component(import, "a")["steps"] ==
          ordered_json::parse(R"([{"work": "40 ms"}, {"all": [{"call": "b"}, {"call": "c"}]}])"));
    CHECK(told(import, "no-rate") != nullptr);
}

TEST_CASE("calls one after the other are steps in their order, parallel ones a single step") {
    const auto steps = [](double b_from, double b_to, double c_from, double c_to) {
        return component(imported(repeated(3,
                                           [&](int) {
                                               return std::vector<Given>{{"a", 0, 1, 0, 2, 0, 50},
                                                                         {"b", 0, 2, 1, 2, b_from, b_to},
                                                                         {"c", 0, 3, 1, 2, c_from, c_to}};
                                           })),
                         "a")["steps"]
            .dump();
    };
    CHECK(steps(0, 10, 10, 50) == R"([{"call":"b"},{"call":"c"}])");
    CHECK(steps(30, 50, 0, 30) == R"([{"call":"c"},{"call":"b"}])");
    CHECK(steps(0, 50, 10, 20) == R"([{"all":[{"call":"b"},{"call":"c"}]}])");
    CHECK(steps(0, 26, 25, 50) == R"([{"call":"b"},{"call":"c"}])");  // less than a tenth in common
    // Three at once to the same target.
    CHECK(component(imported(repeated(3,
                                      [&](int) {
                                          return std::vector<Given>{{"a", 0, 1, 0, 2, 0, 50},
                                                                    {"b", 0, 2, 1, 2, 0, 50},
                                                                    {"b", 0, 3, 1, 2, 1, 40},
                                                                    {"b", 0, 4, 1, 2, 2, 45}};
                                      })),
                    "a")["steps"]
              .dump() == R"([{"call":"b","times":3}])");
}

TEST_CASE("what is called in some requests has a probability, and repeated calls have one each") {
    const TraceImport import = imported(repeated(4, [](int i) {
        std::vector<Given> spans{{"a", 0, 1, 0, 2, 0, 50}, {"b", 0, 2, 1, 2, 10, 20}};
        if (i > 0)
            spans.push_back({"b", 0, 3, 1, 2, 20, 30});
        if (i == 2)
            spans.push_back({"c", 0, 4, 1, 2, 40, 50});
        return spans;
    }));
    CHECK(component(import, "a")["steps"].dump() ==
          R"([{"work":"30 ms"},{"call":"b"},{"call":"b","probability":0.75},{"call":"c","probability":0.25}])");
}

TEST_CASE("databases, caches and other peers are components, measured by their callers less the network") {
    const TraceImport import = imported(repeated(10, [](int) {
        return std::vector<Given>{{"a", 0, 1, 0, 2, 0, 50},
                                  {"a", 0, 2, 1, 3, 10, 20, false, "SELECT", "db.system=postgresql"},
                                  {"a", 0, 3, 1, 3, 20, 22, false, "GET", "db.system=redis"},
                                  {"a", 0, 4, 1, 3, 22, 24, true, "GET", "server.address=api.bank.example"},
                                  {"a", 0, 5, 1, 3, 25, 31, false, "q"},
                                  {"b", 0, 6, 5, 2, 26, 30},
                                  {"a", 0, 7, 1, 4, 40, 41, false, "publish", "messaging.system=kafka"}};
    }));
    const auto of = [&](const char* id) { return component(import, id)["type"].get<std::string>(); };
    CHECK(of("postgresql") == "database");
    CHECK(of("redis") == "cache");
    CHECK(of("api-bank-example") == "external");
    CHECK(of("kafka") == "queue");
    CHECK(import.document["network"] == "1 ms");
    CHECK(component(import, "postgresql")["steps"][0]["work"] == "8 ms");
    CHECK(component(import, "redis")["steps"][0]["work"] == "200 us");  // not below a tenth of what was measured
    CHECK(component(import, "api-bank-example")["errors"] == 1);
    CHECK_FALSE(component(import, "kafka").contains("steps"));
    // Publishing takes the caller's own time: 50 - 10 - 2 - 2 - 6.
    CHECK(component(import, "a")["steps"][0]["work"] == "30 ms");
    CHECK(component(import, "a")["steps"].back().dump() == R"({"send":"kafka"})");
}

TEST_CASE("messages are sent to the service that consumes them, by parent or by link") {
    const TraceImport import = imported(repeated(10, [](int) {
        return std::vector<Given>{{"a", 0, 1, 0, 2, 0, 10},
                                  {"a", 0, 2, 1, 4, 2, 3, false, "publish", "messaging.system=kafka"},
                                  {"worker", 0, 3, 2, 5, 20, 60}};
    }));
    CHECK(component(import, "a")["steps"].dump() == R"([{"work":"10 ms"},{"send":"worker"}])");
    CHECK(component(import, "worker")["type"] == "worker");
    CHECK(import.document["workloads"].size() == 1);
    CHECK(import.components.size() == 2);
}

TEST_CASE("a client span without a server's goes where such spans go, or stays with its caller") {
    const TraceImport import = imported(repeated(10, [](int i) {
        std::vector<Given> spans{{"a", 0, 1, 0, 2, 0, 50}, {"a", 0, 2, 1, 3, 10, 20, i == 0, "b.Get"}};
        if (i > 0)
            spans.push_back({"b", 0, 3, 2, 2, 11, 19});
        spans.push_back({"a", 0, 4, 1, 3, 30, 40, false, "GET"});  // tells nothing
        return spans;
    }));
    CHECK(component(import, "a")["steps"].dump() == R"([{"work":"40 ms"},{"call":"b"}])");
    REQUIRE(import.calls.size() == 1);
    CHECK(import.calls[0].without_child == 1);
    CHECK(import.calls[0].attempts == 10);
    REQUIRE(told(import, "unresolved-calls") != nullptr);
    CHECK(told(import, "unresolved-calls")->message == "10 client spans of a tell no target and stay in its self time");
}

TEST_CASE("errors belong to the service that made them, and a call that may fail is optional") {
    const TraceImport import = imported(repeated(20, [](int i) {
        const bool b_fails = i % 4 == 0;
        const bool c_fails = i % 5 == 0;  // and nobody minds
        return std::vector<Given>{{"a", 0, 1, 0, 2, 0, 50, b_fails || i == 1},
                                  {"b", 0, 2, 1, 2, 10, 20, b_fails},
                                  {"c", 0, 3, 1, 2, 20, 30, c_fails}};
    }));
    CHECK(component(import, "a")["errors"] == 0.05);
    CHECK(component(import, "b")["errors"] == 0.25);
    CHECK(component(import, "c")["errors"] == 0.2);
    CHECK(component(import, "a")["steps"].dump() == R"([{"work":"30 ms"},{"call":"b"},{"call":"c","optional":true}])");
    CHECK(import.components[0].errors_called == 5);
}

TEST_CASE("repeats after errors are one call with retries") {
    // Every second first attempt fails and is repeated 5 ms later; every tenth fails again, 20 ms later once more.
    const TraceImport import = imported(repeated(40, [](int i) {
        const bool is_first_bad = i % 2 == 0;
        const bool is_second_bad = i % 10 == 0;
        std::vector<Given> spans{{"a", 0, 1, 0, 2, 0, 90},
                                 {"a", 0, 2, 1, 3, 10, 20, is_first_bad, "b.Get"},
                                 {"b", 0, 3, 2, 2, 10, 20, is_first_bad}};
        if (is_first_bad) {
            spans.push_back({"a", 0, 4, 1, 3, 25, 35, is_second_bad, "b.Get"});
            spans.push_back({"b", 0, 5, 4, 2, 25, 35, is_second_bad});
        }
        if (is_second_bad) {
            spans.push_back({"a", 0, 6, 1, 3, 55, 65, true, "b.Get"});
            spans.push_back({"b", 0, 7, 6, 2, 55, 65, true});
            spans[0].is_error = true;
        }
        return spans;
    }));
    CHECK(component(import, "a")["steps"][1].dump() ==
          R"({"call":"b","retry":{"attempts":3,"backoff":"exponential","base":"5 ms"}})");
    CHECK(import.calls[0].calls == 40);
    CHECK(import.calls[0].attempts == 64);
    CHECK(import.calls[0].retried == 20);
    CHECK(component(import, "b")["errors"] == Approx(28.0 / 64).epsilon(1e-3));
    CHECK_FALSE(component(import, "a").contains("errors"));
    REQUIRE(told(import, "retries-guessed") != nullptr);
    CHECK(told(import, "retries-guessed")->hint == "");
}

TEST_CASE("failed calls that all end at the same time tell a timeout") {
    const TraceImport import = imported(repeated(50, [](int i) {
        const bool is_late = i % 5 == 0;
        std::vector<Given> spans{{"a", 0, 1, 0, 2, 0, 60, is_late}};
        spans.push_back({"a", 0, 2, 1, 3, 5, is_late ? 55.0 : 15 + 0.5 * i, is_late, "b.Get"});
        spans.push_back({"b", 0, 3, 2, 2, 5, is_late ? 80.0 : 15 + 0.5 * i});
        return spans;
    }));
    CHECK(component(import, "a")["steps"][1]["timeout"] == "50 ms");
    CHECK(told(import, "timeout-guessed") != nullptr);
    CHECK(told(import, "clock-skew") == nullptr);
    CHECK_FALSE(component(import, "b").contains("errors"));
}

TEST_CASE("clocks that differ are noticed and measured, and do no harm to durations") {
    const TraceImport import = imported(repeated(10, [](int) {
        return std::vector<Given>{{"a", 0, 1, 0, 2, 0, 20},
                                  {"a", 0, 2, 1, 3, 2, 17, false, "b.Get"},
                                  {"b", 0, 3, 2, 2, 3.5 - 400, 15.5 - 400}};
    }));
    REQUIRE(told(import, "clock-skew") != nullptr);
    CHECK(told(import, "clock-skew")->message ==
          "a -> b: 10 of 10 requests lie outside their callers' spans; the clocks differ by about 400 ms");
    CHECK(component(import, "a")["steps"].dump() == R"([{"work":"5 ms"},{"call":"b"}])");
    CHECK(import.document["network"] == "1.5 ms");
}

TEST_CASE("traces that miss spans are counted, and where callers are never seen requests come in") {
    const TraceImport import = imported({{"a", 1, 1, 0, 2, 0, 20},
                                         {"b", 1, 2, 1, 2, 5, 15},
                                         {"a", 2, 1, 0, 2, 100, 120},
                                         {"b", 2, 2, 9, 2, 105, 115},
                                         {"c", 3, 1, 7, 2, 200, 210}});
    REQUIRE(told(import, "incomplete-traces") != nullptr);
    CHECK(told(import, "incomplete-traces")->message ==
          "2 of 3 traces miss spans: 2 spans name a parent that was not recorded");
    // b has callers, so its orphan is no request from outside; c has none.
    REQUIRE(import.workloads.size() == 2);
    CHECK(import.workloads[0].id == "a-requests");
    CHECK(import.workloads[0].requests == 2);
    CHECK(import.workloads[1].id == "c-requests");
    CHECK(told(import, "callers-not-recorded") != nullptr);
}

TEST_CASE("spans without service.name are one component, and that is said") {
    const TraceImport import = imported({{"", 1, 1, 0, 2, 0, 20}, {"b", 1, 2, 1, 2, 5, 15}});
    CHECK(import.document["components"][0]["id"] == "unnamed-service");
    REQUIRE(told(import, "missing-service-name") != nullptr);
    CHECK(told(import, "missing-service-name")->hint.find("OTEL_SERVICE_NAME") != std::string::npos);
}

TEST_CASE("repeated ids, circles of parents and spans that are their own parents are left out and counted") {
    const TraceImport import = imported({{"a", 1, 1, 0, 2, 0, 20},
                                         {"a", 1, 1, 0, 2, 1, 15},  // again
                                         {"b", 2, 1, 2, 2, 0, 20},
                                         {"b", 2, 2, 1, 2, 0, 20},
                                         {"b", 2, 3, 2, 2, 0, 20},
                                         {"b", 3, 1, 1, 2, 0, 20}});
    CHECK(import.counts.left_out[static_cast<std::size_t>(LeftOut::duplicate)] == 1);
    CHECK(import.counts.left_out[static_cast<std::size_t>(LeftOut::circle)] == 4);
    CHECK(import.spans_used == 1);
    CHECK(import.components.size() == 1);
    CHECK(import.workloads[0].latency_s[0] == Approx(0.02));

    TraceReader reader;
    REQUIRE(reader.add(otlp({{"b", 2, 1, 1, 2, 0, 20}}), "t"));
    const auto nothing = import_traces(reader.take(), "x");
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().message == "none of 1 spans can be used: 1 are their own ancestors, or below one that is");
    TraceReader empty;
    REQUIRE(empty.add(R"({"resourceSpans": []})", "t"));
    CHECK(import_traces(empty.take(), "x").error().message == "there are no spans");
    CHECK(import_traces({}, "\xff").error().code == base::ErrorCode::invalid_argument);
}

TEST_CASE("services that call each other in a circle of lost spans give a scenario that ends") {
    // Each request of a is seen to call b and the other way round; the innermost request of b was not recorded.
    const TraceImport import = imported({{"a", 1, 1, 0, 2, 0, 100},
                                         {"a", 1, 2, 1, 3, 10, 90, false, "b.Get"},
                                         {"b", 1, 3, 2, 2, 11, 89},
                                         {"b", 1, 4, 3, 3, 20, 80, false, "a.Get"},
                                         {"a", 1, 5, 4, 2, 21, 79},
                                         {"a", 1, 6, 5, 3, 30, 70, false, "b.Get"}});
    CHECK(told(import, "circle-of-calls") != nullptr);
}

TEST_CASE("a very long chain of spans is one request, and one of services is cut to the most components") {
    std::vector<Given> chain;
    for (std::uint64_t i = 1; i <= 20'000; ++i)
        chain.push_back({"a", 1, i, i - 1, 1, 0, 10});
    CHECK(imported(chain).components[0].requests == 1);
    std::vector<Given> services;
    for (std::uint64_t i = 1; i <= 300; ++i)
        services.push_back({"s" + std::to_string(i), 1, i, i - 1, 2, 0, 1000.0 - static_cast<double>(i)});
    const TraceImport import = imported(services);
    CHECK(import.components.size() == components_max);
    CHECK(told(import, "too-many-components") != nullptr);
    CHECK(import.counts.left_out[static_cast<std::size_t>(LeftOut::unselected)] == 100);
}

TEST_CASE("the rate leaves out long gaps, and regular arrivals and bursts are noticed") {
    std::vector<Given> spans;
    for (std::uint64_t i = 0; i < 100; ++i)
        spans.push_back({"a", i + 1, 1, 0, 2, 20.0 * static_cast<double>(i) + (i >= 50 ? 3'600'000 : 0), 0});
    for (Given& span : spans)
        span.end_ms = span.start_ms + 5;
    const TraceImport import = imported(spans);
    CHECK(import.workloads[0].rate_per_s == Approx(50));
    CHECK(import.document["workloads"][0]["arrivals"] == "deterministic");
    CHECK(told(import, "gaps") != nullptr);
    for (std::size_t i = 0; i < spans.size(); ++i) {
        spans[i].start_ms = 1000.0 * static_cast<double>(i / 10) + static_cast<double>(i % 10);
        spans[i].end_ms = spans[i].start_ms + 5;
    }
    CHECK(told(imported(spans), "bursts") != nullptr);
}

TEST_CASE("concurrency and instances become threads and replicas") {
    std::vector<Given> spans;
    for (std::uint64_t i = 0; i < 30; ++i)
        spans.push_back({"a", i + 1, 1, 0, 2, 10.0 * static_cast<double>(i), 10.0 * static_cast<double>(i) + 95, false,
                         "", "", "pod-" + std::to_string(i % 3)});
    const TraceImport import = imported(spans);
    CHECK(import.components[0].peak == 10);
    CHECK(import.components[0].instance_peak == 4);
    CHECK(import.components[0].instances == 3);
    CHECK(import.document["components"][0]["replicas"] == 3);
    CHECK(import.document["components"][0]["threads"] == 4);
}

TEST_CASE("fits: a point for constants and few values, quantiles where no family fits, a probability for zeros") {
    CHECK(fit_durations({}).family.empty());
    CHECK(fit_durations({0, 0}).family.empty());
    CHECK(fit_durations({0.002, 0.004}).text == "3 ms");
    CHECK(fit_durations(std::vector<double>(100, 0.25)).text == "250 ms");
    std::vector<double> two_kinds;
    for (int i = 0; i < 500; ++i) {
        two_kinds.push_back(0.001 + 1e-6 * i);
        two_kinds.push_back(0.5 + 1e-5 * i);
    }
    const DurationFit bimodal = fit_durations(two_kinds);
    CHECK(bimodal.family == "data");
    CHECK(bimodal.candidates.size() == 3);
    CHECK(bimodal.candidates[0].ks_distance > 0.1);
    CHECK(bimodal.ks_distance < 0.03);
    CHECK(bimodal.fitted_s[1] == Approx(bimodal.measured_s[1]).epsilon(0.01));
    // It is what the language reads.
    ordered_json document = ordered_json::parse(
        R"json({"workloads": [{"id": "w", "rate": "1/s", "call": "a"}], "components": [{"id": "a", "steps": [{}]}]})json");
    document["components"][0]["steps"][0]["work"] = bimodal.text;
    CHECK(scenario_from(document).components[0].steps[0].duration.mean() == Approx(bimodal.mean_s).epsilon(0.01));
    const DurationFit half = fit_durations({0, 0.001, 0, 0.001});
    CHECK(half.share_above_zero == 0.5);
    CHECK(half.text == "1 ms");
}

TEST_CASE("what rests on few or scattered measurements is said, with their number and the interval") {
    // Self times of 8 and 12 ms in turn: mean 10, deviation 2 n / (n - 1) under the root, so the interval of the mean
    // is 10 -+ t(n - 1) 2 / sqrt(n - 1) ms.
    const auto made = [](int number, double spread_ms) {
        return imported(repeated(number, [&](int i) {
            return std::vector<Given>{
                {"a", 0, 1, 0, 2, 7.0 * (i * i % 11), 7.0 * (i * i % 11) + 10 + (i % 2 == 0 ? spread_ms : -spread_ms)}};
        }));
    };
    const TraceImport ten = made(10, 2);
    const DurationFit& fit = ten.components[0].work;
    CHECK(fit.mean_interval_s.lo == Approx(0.010 - 2.262157 * 0.002 / 3).epsilon(1e-5));
    CHECK(fit.mean_interval_s.hi == Approx(0.010 + 2.262157 * 0.002 / 3).epsilon(1e-5));
    CHECK(is_thin(fit));  // fewer than 30
    CHECK(std::isinf(fit.p99_interval_s.hi));
    CHECK(told(ten, "thin-sample")->message ==
          "a: 10 measurements; the 95 % interval of their mean is 8.492 ms to 11.51 ms, 15 % either way");
    CHECK(import_yaml(ten).find("THIN") != std::string::npos);
    CHECK(import_json(ten)["components"][0]["fit"]["thin"] == true);
    CHECK(import_json(ten)["components"][0]["fit"]["p99_interval_ms"]["hi"].is_null());
    CHECK_FALSE(is_thin(made(30, 2).components[0].work));
    CHECK(is_thin(made(30, 9).components[0].work));  // 10 -+ t(29) 9 / sqrt(29) ms: 34 %
    CHECK_FALSE(is_thin(made(400, 9).components[0].work));
    CHECK(std::isfinite(made(400, 9).components[0].work.p99_interval_s.hi));
    CHECK(told(made(400, 9), "thin-sample") == nullptr);
}

TEST_CASE("a rate has the interval of a Poisson stream's, and few requests make it thin") {
    base::RandomStream stream(1, "arrivals");
    std::vector<Given> spans;
    double now_ms = 0;
    for (std::uint64_t i = 1; i <= 401; ++i) {
        now_ms -= 100 * base::math::log(1 - stream.uniform());
        spans.push_back({"a", i, 1, 0, 2, now_ms, now_ms + 5});
    }
    // 2 rate time is chi-squared with 2 (n - 1) degrees of freedom: with 800, 723.5 and 880.3 (tables).
    const ImportedWorkload many = imported(spans).workloads[0];
    CHECK(many.rate_interval_per_s.lo == Approx(many.rate_per_s * 723.513 / 800).epsilon(1e-4));
    CHECK(many.rate_interval_per_s.hi == Approx(many.rate_per_s * 880.275 / 800).epsilon(1e-4));
    CHECK_FALSE(many.is_thin);
    CHECK(many.rate_interval_per_s.lo < 10);
    CHECK(many.rate_interval_per_s.hi > 10);
    spans.resize(11);  // with 20: 9.591 and 34.170
    const TraceImport few = imported(spans);
    CHECK(few.workloads[0].rate_interval_per_s.lo == Approx(few.workloads[0].rate_per_s * 9.591 / 20).epsilon(1e-3));
    CHECK(few.workloads[0].rate_interval_per_s.hi == Approx(few.workloads[0].rate_per_s * 34.170 / 20).epsilon(1e-3));
    CHECK(few.workloads[0].is_thin);
    CHECK(told(few, "thin-rate") != nullptr);
}

TEST_CASE("sampled requests stand for those that were not kept: rates and threads are scaled") {
    const auto sampled = [](const std::string& state, const std::string& other) {
        return imported(repeated(40, [&](int i) {
            const std::string& told_state = i % 2 == 0 ? state : other;
            return std::vector<Given>{
                {"a", 0, 1, 0, 2, 0, 20, false, "", i % 2 == 0 ? "" : "tailsampling.policy=slow", "", told_state},
                {"a", 0, 2, 1, 3, 5, 15, false, "SELECT", "db.system=mysql", "", told_state}};
        }));
    };
    const TraceImport plain = sampled("", "");
    CHECK(plain.workloads[0].rate_per_s == Approx(10));
    CHECK(plain.workloads[0].kept_share == 1);
    CHECK(told(plain, "sampled") == nullptr);
    CHECK(told(plain, "tail-sampled")->message.starts_with("20 of 40 requests"));
    // A quarter is kept.
    const TraceImport quarter = sampled("ot=th:c", "ot=th:c");
    CHECK(quarter.workloads[0].rate_per_s == Approx(40));
    CHECK(quarter.workloads[0].kept_share == Approx(0.25));
    CHECK(quarter.document["workloads"][0]["rate"] == "40/s");
    CHECK(component(quarter, "a")["threads"] == 4);
    CHECK(component(quarter, "mysql")["threads"] == 4);
    CHECK(told(quarter, "sampled")->message.starts_with("40 requests from outside stand for 160: 25 % are recorded"));
    CHECK(told(quarter, "sampling-not-told") == nullptr);
    CHECK(told(quarter, "sampled-unevenly") == nullptr);
    CHECK(quarter.components[0].work.mean_s == plain.components[0].work.mean_s);
    // One half of them by 1 in 4, the other by 1 in 2; and the other not told.
    CHECK(sampled("ot=th:c", "ot=th:8").workloads[0].rate_per_s == Approx(30));
    CHECK(told(sampled("ot=th:c", "ot=th:8"), "sampled-unevenly") != nullptr);
    const TraceImport partly = sampled("ot=th:c", "");
    CHECK(partly.workloads[0].rate_per_s == Approx(25));
    CHECK(partly.workloads[0].sampling_told == 20);
    CHECK(told(partly, "sampling-not-told")->message.starts_with("20 of 40 requests"));
    // All are kept: nothing to say.
    CHECK(told(sampled("ot=th:0", "ot=th:0"), "sampled") == nullptr);
}

TEST_CASE("both ends of a call may share an id, as Zipkin's instrumentations write them") {
    const TraceImport import = imported(repeated(3, [](int) {
        return std::vector<Given>{{"a", 0, 1, 0, 2, 0, 50},
                                  {"a", 0, 2, 1, 3, 10, 40, false, "call"},
                                  {"b", 0, 2, 1, 2, 12, 38, false, "call"},
                                  {"b", 0, 3, 2, 3, 20, 30, false, "SELECT", "db.system=mysql"}};
    }));
    CHECK(told(import, "spans-left-out") == nullptr);
    CHECK(component(import, "a")["steps"].dump() == R"([{"work":"20 ms"},{"call":"b"}])");
    CHECK(component(import, "b")["steps"].dump() == R"([{"work":"16 ms"},{"call":"mysql"}])");
    CHECK(import.document["network"] == "2 ms");
}

TEST_CASE("names that YAML would read as something else are quoted, and comments hold no line ends") {
    const TraceImport import = imported({{"null", 1, 1, 0, 2, 0, 20, false, "line\nend"},
                                         {"1e3", 1, 2, 1, 2, 5, 15},
                                         {"Orders\xC2\x85\xE2\x80\xA8", 1, 3, 2, 2, 6, 9}});
    const std::string yaml = import_yaml(import);
    CHECK(yaml.find("- id: \"null\"\n") != std::string::npos);
    CHECK(yaml.find("  - call: \"1e3\"\n") != std::string::npos);
    CHECK(yaml.find("- id: orders\n  # In the traces: Orders??\n") != std::string::npos);
    CHECK(yaml.find("line?end (1)") != std::string::npos);
    CHECK(yaml.find("  - work: 10 ms\n") != std::string::npos);
}

TEST_CASE("times are written with their unit") {
    CHECK(duration_text(0) == "0 s");
    CHECK(duration_text(1234.5678) == "1235 s");
    CHECK(duration_text(0.0123456) == "12.35 ms");
    CHECK(duration_text(0.0000005) == "0.5 us");
}

// ------------------------------------------------------------------------------------------------------- round trip

namespace {

// A known system, walked request by request: what it draws is what an observer with perfect clocks would record.
class World {
  public:
    explicit World(std::uint64_t seed)
        : arrivals_(seed, "arrivals"), work_(seed, "work"), choices_(seed, "choices"), network_(seed, "network") {}

    std::vector<Given> record(int requests) {
        double now = 0;
        for (int i = 0; i < requests; ++i) {
            now += 1000 * base::sample_exponential(arrivals_) / rate;
            ++trace_;
            next_id_ = 1;
            gateway(now);
        }
        return std::move(spans_);
    }

    static constexpr double rate = 40;  // 1/s
    static constexpr double payment_share = 0.3;
    static constexpr double payment_errors = 0.08;
    const base::Distribution gateway_work = base::Distribution::exponential(2).value();  // ms
    const base::Distribution orders_work = base::Distribution::lognormal(base::math::log(6), 0.7).value();
    const base::Distribution users_work = base::Distribution::gamma(4, 1.5).value();
    const base::Distribution payment_work = base::Distribution::lognormal(base::math::log(30), 0.4).value();
    const base::Distribution database = base::Distribution::gamma(2, 1).value();
    const base::Distribution network = base::Distribution::exponential(0.25).value();  // one way

  private:
    std::uint64_t open(const char* service, std::uint64_t parent, int kind, double start, const char* name,
                       const char* attribute = "") {
        spans_.push_back({service, trace_, next_id_, parent, kind, start, start, false, name, attribute});
        return next_id_++;
    }
    Given& span(std::uint64_t id) { return spans_[spans_.size() - static_cast<std::size_t>(next_id_ - id)]; }

    // Calls over the network; `serve(parent, start)` gives the end. Returns when the answer is back.
    template <class Serve>
    double call(const char* caller, std::uint64_t parent, double start, const char* name, Serve serve) {
        const std::uint64_t id = open(caller, parent, 3, start, name);
        const double end = serve(id, start + network.sample(network_)) + network.sample(network_);
        span(id).end_ms = end;
        return end;
    }

    // gateway: work, orders and users at once, then payment in 30 % of requests.
    double gateway(double start) {
        const std::uint64_t id = open("gateway", 0, 2, start, "GET /");
        const double begun = start + gateway_work.sample(work_);
        const double a = call("gateway", id, begun, "orders", [&](auto p, double t) { return orders(p, t); });
        const double b = call("gateway", id, begun, "users", [&](auto p, double t) {
            const std::uint64_t user = open("users", p, 2, t, "users");
            return span(user).end_ms = t + users_work.sample(work_);
        });
        double end = std::max(a, b);
        if (choices_.uniform() < payment_share)
            end = call("gateway", id, end, "payment", [&](auto p, double t) {
                const std::uint64_t payment = open("payment", p, 2, t, "payment");
                span(payment).is_error = choices_.uniform() < payment_errors;
                span(id).is_error = span(payment).is_error;
                span(payment - 1).is_error = span(payment).is_error;
                return span(payment).end_ms = t + payment_work.sample(work_);
            });
        return span(id).end_ms = end;
    }
    // orders: work, then the database twice, one query after the other.
    double orders(std::uint64_t parent, double start) {
        const std::uint64_t id = open("orders", parent, 2, start, "orders");
        double now = start + orders_work.sample(work_);
        for (int query = 0; query < 2; ++query) {
            const std::uint64_t client = open("orders", id, 3, now, "SELECT", "db.system=postgresql");
            now += network.sample(network_) + database.sample(work_) + network.sample(network_);
            span(client).end_ms = now;
        }
        return span(id).end_ms = now;
    }

    base::RandomStream arrivals_;
    base::RandomStream work_;
    base::RandomStream choices_;
    base::RandomStream network_;
    std::uint64_t trace_ = 0;
    std::uint64_t next_id_ = 1;
    std::vector<Given> spans_;
};

}  // namespace

TEST_CASE("round trip: the graph comes back as it was, the parameters within their statistical errors") {
    constexpr int requests = 4000;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        CAPTURE(seed);
        World world(seed);
        const TraceImport import = imported(world.record(requests));
        CHECK(codes(import) == "");

        // The graph, exactly.
        ordered_json graph = import.document["components"];
        std::string shape;
        for (const ordered_json& item : graph) {
            shape += item["id"].get<std::string>() + ":";
            for (const ordered_json& step : item["steps"])
                for (const auto& [key, value] : step.items())
                    if (key != "work" && key != "probability")
                        shape += " " + key + " " + value.dump();
            shape += "; ";
        }
        CHECK(
            shape ==
            R"(gateway: all [{"call":"orders"},{"call":"users"}] call "payment"; orders: call "postgresql" call "postgresql"; )"
            R"(payment:; users:; postgresql:; )");
        CHECK(component(import, "postgresql")["type"] == "database");

        // Shares and rates: four standard errors of a binomial, and of a Poisson count.
        const double n = requests;
        const auto& payment = component(import, "gateway")["steps"].back();
        CHECK(std::abs(payment["probability"].get<double>() - World::payment_share) <
              4 * std::sqrt(World::payment_share * (1 - World::payment_share) / n));
        CHECK(std::abs(component(import, "payment")["errors"].get<double>() - World::payment_errors) <
              4 * std::sqrt(World::payment_errors * (1 - World::payment_errors) / (n * World::payment_share)));
        CHECK(std::abs(import.workloads[0].rate_per_s / World::rate - 1) < 4 / std::sqrt(n));
        CHECK_FALSE(component(import, "gateway").contains("errors"));

        // Times: mean within four standard errors, 90 % quantile within 10 %, and the right family.
        const auto check = [&](const char* id, const base::Distribution& truth, const std::string& family,
                               double bias_ms) {
            CAPTURE(id);
            for (const ImportedComponent& one : import.components) {
                if (one.id != id)
                    continue;
                const auto m = static_cast<double>(one.work.measured);
                CHECK(std::abs(1e3 * one.work.mean_s - truth.mean()) < 4 * std::sqrt(truth.variance() / m) + bias_ms);
                CHECK(1e3 * one.work.fitted_s[1] == Approx(truth.quantile(0.9)).epsilon(0.1));
                CHECK(one.work.ks_distance < (bias_ms > 0 ? 0.06 : 2 / std::sqrt(m)));
                if (!family.empty())
                    CHECK(one.work.family == family);
            }
        };
        check("gateway", world.gateway_work, "", 0);  // an exponential may come as a gamma of shape 1
        check("orders", world.orders_work, "lognormal", 0);
        check("users", world.users_work, "gamma", 0);
        check("payment", world.payment_work, "lognormal", 0);
        // Two medians of the network are taken off; what it varies by stays in.
        check("postgresql", world.database, "", 0.2);
        // Half of two ways: the mean of the one way, with less spread.
        REQUIRE(import.network.has_value());
        CHECK(1e3 * import.network->mean_s == Approx(world.network.mean()).epsilon(0.05));

        // A run of the draft is as fast as what was measured, but for the way of the first request over the network.
        const Scenario scenario = scenario_from(import.document);
        Simulation simulation(scenario, seed);
        simulation.run();
        const Results results = simulation.results();
        const double way_ms = 2 * world.network.mean();
        const auto& latency = results.workloads[0].latency;
        CHECK(1e3 * sim::to_seconds(latency.quantile(0.5)) - way_ms ==
              Approx(1e3 * import.workloads[0].latency_s[0]).epsilon(0.07));
        CHECK(1e3 * sim::to_seconds(latency.quantile(0.9)) - way_ms ==
              Approx(1e3 * import.workloads[0].latency_s[1]).epsilon(0.07));
    }
}
