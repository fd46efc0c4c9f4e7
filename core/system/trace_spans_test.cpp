#include "core/system/trace_spans.hpp"

#include <doctest/doctest.h>

#include "core/system/trace_values.hpp"

using namespace dstudio;
using namespace dstudio::system;

namespace {

// One span with the fields given, in a document of the service "shop".
std::string with_span(const std::string& fields) {
    return R"({"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
        "scopeSpans": [{"scope": {"name": "x"}, "spans": [{)" +
           fields + "}]}]}]}";
}

const std::string ids = R"("traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", )";
const std::string times = R"("startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": "1700000000250000000")";

TraceSpans read(const std::string& text) {
    TraceReader reader;
    const auto added = reader.add(text, "t.json");
    if (!added)
        FAIL(added.error().message);
    return reader.take();
}

std::string refusal(const std::string& text) {
    TraceReader reader;
    const auto added = reader.add(text, "t.json");
    CHECK(reader.spans().spans.empty());
    return added ? "" : added.error().message + "; " + added.error().hint;
}

std::uint64_t left_out(const TraceSpans& spans, LeftOut reason) {
    return spans.counts.left_out[static_cast<std::size_t>(reason)];
}

}  // namespace

TEST_CASE("a span is read with its ids, times, kind, status and names") {
    const TraceSpans read_spans = read(with_span(ids + times + R"(, "parentSpanId": "00f067aa0ba902b7", "name": "GET /",
        "kind": 3, "status": {"code": 2, "message": "no"}, "events": [{"name": "kind", "attributes": []}],
        "attributes": [{"key": "peer.service", "value": {"stringValue": "bank"}},
                       {"key": "deep", "value": {"arrayValue": {"values": [{"stringValue": "x"}]}}}])"));
    REQUIRE(read_spans.spans.size() == 1);
    const TraceSpan& span = read_spans.spans[0];
    CHECK(span.id.trace_high == 0x0af7651916cd43dd);
    CHECK(span.id.trace_low == 0x8448eb211c80319c);
    CHECK(span.id.span == 0xb7ad6b7169203331);
    CHECK(span.parent.span == 0x00f067aa0ba902b7);
    CHECK(span.start == 1700000000000000000);
    CHECK(span.end - span.start == 250 * sim::millisecond);
    CHECK(span.kind == TraceSpanKind::client);
    CHECK(span.is_error);
    CHECK(read_spans.services[span.service] == "shop");
    CHECK(read_spans.names[span.name] == "GET /");
    CHECK(read_spans.peers[span.peer].name == "bank");
}

TEST_CASE("the encodings that are met in the field mean the same") {
    const TraceSpan plain = read(with_span(ids + times + R"(, "kind": 2, "status": {"code": 2})")).spans[0];
    const auto same = [&](const std::string& text) {
        const TraceSpans other = read(text);
        REQUIRE_MESSAGE(other.spans.size() == 1, text);
        CHECK_MESSAGE(other.spans[0].id == plain.id, text);
        CHECK_MESSAGE(other.spans[0].start == plain.start, text);
        CHECK_MESSAGE(other.spans[0].end == plain.end, text);
        CHECK_MESSAGE(other.spans[0].kind == plain.kind, text);
        CHECK_MESSAGE(other.spans[0].is_error == plain.is_error, text);
        CHECK_MESSAGE(other.services == std::vector<std::string>{"shop"}, text);
    };
    // Times as numbers, enums as names, ids in capitals.
    same(with_span(R"("traceId": "0AF7651916CD43DD8448EB211C80319C", "spanId": "B7AD6B7169203331",
        "startTimeUnixNano": 1700000000000000000, "endTimeUnixNano": 1700000000250000000,
        "kind": "SPAN_KIND_SERVER", "status": {"code": "STATUS_CODE_ERROR"})"));
    // Base64, as protobuf's own JSON writes bytes.
    same(with_span(
        R"("traceId": "CvdlGRbNQ92ESOshHIAxnA==", "spanId": "t61rcWkgMzE=", "kind": 2, "status": {"code": 2}, )" +
        times));
    // Snake case, the older library spans, the resource after its spans.
    same(
        R"({"resource_spans": [{"instrumentationLibrarySpans": [{"spans": [{"trace_id": "0af7651916cd43dd8448eb211c80319c",
        "span_id": "b7ad6b7169203331", "start_time_unix_nano": "1700000000000000000",
        "end_time_unix_nano": "1700000000250000000", "kind": 2, "status": {"code": 2}}]}],
        "resource": {"attributes": [{"key": "service.name", "value": {"string_value": "shop"}}]}}]})");
    // Answers of Tempo and Jaeger, and what Grafana's Faro sends.
    const std::string blocks = with_span(ids + times + R"(, "kind": 2, "status": {"code": 2})");
    same(R"({"batches": )" + blocks.substr(std::string(R"({"resourceSpans": )").size()));
    for (const char* key : {"trace", "result", "traces"})
        same(std::string("{\"") + key + "\": " + blocks + "}");
    // A list of documents.
    same("[" + with_span(ids + times + R"(, "kind": 2, "status": {"code": 2})") + "]");
}

TEST_CASE("shorter ids are padded, and what is no id leaves the span out") {
    const TraceSpans short_ids = read(with_span(R"("traceId": "8448eb211c80319c", "spanId": "1", )" + times));
    CHECK(short_ids.spans[0].id == TraceSpanId{0, 0x8448eb211c80319c, 1});
    for (const char* wrong :
         {R"("traceId": "0", "spanId": "1", )", R"("traceId": "1", "spanId": "", )",
          R"("traceId": "1", "spanId": "0000000000000000", )", R"("traceId": "xyz", "spanId": "1", )",
          R"("traceId": "1", )", R"("traceId": 17, "spanId": "1", )",
          R"("traceId": "1", "spanId": "1", "parentSpanId": "none", )",
          R"("traceId": "0af7651916cd43dd8448eb211c80319c00", "spanId": "1", )"}) {
        const TraceSpans spans = read(with_span(wrong + times));
        CHECK_MESSAGE(spans.spans.empty(), wrong);
        CHECK_MESSAGE(left_out(spans, LeftOut::id) == 1, wrong);
        CHECK_MESSAGE(spans.counts.read == 1, wrong);
    }
    // A root writes its parent as nothing, or as zeros.
    for (const char* root : {R"("parentSpanId": "", )", R"("parentSpanId": "0000000000000000", )", ""})
        CHECK(read(with_span(ids + root + times)).spans[0].parent == TraceSpanId{});
}

TEST_CASE("times that cannot be are told by their kind") {
    const auto counted = [](const std::string& start, const std::string& end) {
        const TraceSpans spans =
            read(with_span(ids + "\"startTimeUnixNano\": " + start + ", \"endTimeUnixNano\": " + end));
        std::string reasons;
        for (std::size_t i = 0; i < left_out_count; ++i)
            if (spans.counts.left_out[i] > 0)
                reasons += left_out_reason(static_cast<LeftOut>(i));
        CHECK(spans.spans.size() == (reasons.empty() ? 1 : 0));
        return reasons;
    };
    CHECK(counted("5", "5") == "");
    CHECK(counted("5", "4") == "end before they start");
    CHECK(counted("-5", "4") == "have no start or no end");
    CHECK(counted("5", "0") == "have no start or no end");
    CHECK(counted("5", "\"soon\"") == "have no start or no end");
    CHECK(counted("5", "[7]") == "have no start or no end");
    CHECK(counted("5", "99999999999999999999999") == "have no start or no end");
    CHECK(counted("5", "1e300") == "have no start or no end");
    CHECK(counted("5", "\"9223372036854775807\"") == "have no start or no end");
    CHECK(counted("1", "86400000000001") == "");
    CHECK(counted("1", "86400000000002") == "last longer than a day");
}

TEST_CASE("what a client span talks to is told by its attributes") {
    const auto peer = [](const std::string& attributes, int kind = 3) {
        std::string list;
        for (std::size_t at = 0; at < attributes.size();) {
            const std::size_t end = std::min(attributes.find(' ', at), attributes.size());
            const std::string pair = attributes.substr(at, end - at);
            const std::size_t equals = pair.find('=');
            list += (list.empty() ? "" : ",") + (R"({"key": ")" + pair.substr(0, equals)) +
                    R"(", "value": {"stringValue": ")" + pair.substr(equals + 1) + R"("}})";
            at = end + 1;
        }
        const TraceSpans spans =
            read(with_span(ids + times + ", \"kind\": " + std::to_string(kind) + ", \"attributes\": [" + list + "]"));
        const TraceSpan& span = spans.spans[0];
        return std::to_string(static_cast<int>(span.kind)) + " " + spans.peers[span.peer].name + " " +
               std::to_string(static_cast<int>(spans.peers[span.peer].kind));
    };
    const auto is = [](int kind, const std::string& name, PeerKind peer_kind) {
        return std::to_string(kind) + " " + name + " " + std::to_string(static_cast<int>(peer_kind));
    };
    CHECK(peer("db.system=postgresql db.name=users") == is(3, "postgresql-users", PeerKind::database));
    CHECK(peer("db.system=other db.system.name=mysql server.address=10.0.0.7") == is(3, "mysql", PeerKind::database));
    CHECK(peer("db.system=redis server.address=sessions") == is(3, "redis-sessions", PeerKind::cache));
    CHECK(peer("peer.service=users-db db.system=mysql") == is(3, "users-db", PeerKind::database));
    CHECK(peer("server.address=api.bank.example") == is(3, "api.bank.example", PeerKind::external));
    CHECK(peer("net.peer.name=old http.host=older") == is(3, "old", PeerKind::external));
    CHECK(peer("messaging.system=kafka messaging.destination.name=orders", 4) ==
          is(4, "kafka-orders", PeerKind::queue));
    CHECK(peer("messaging.system=kafka messaging.operation.type=send") == is(4, "kafka", PeerKind::queue));
    CHECK(peer("messaging.system=kafka messaging.operation.type=receive") == is(1, "", PeerKind::external));
    CHECK(peer("db.system=mysql", 2) == is(2, "", PeerKind::external));
    CHECK(peer("http.route=x") == is(3, "", PeerKind::external));
}

TEST_CASE("a file is one document, or lines of them of which broken ones are passed over") {
    const auto line = [](const std::string& id) {
        return R"({"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "1", "spanId": ")" + id + "\", " + times +
               "}]}]}]}\n";
    };
    const TraceSpans two = read(line("1") + "\n" + line("2"));
    CHECK(two.spans.size() == 2);
    CHECK(two.documents == 2);
    CHECK(two.counts.unnamed == 2);
    CHECK(two.services == std::vector<std::string>{std::string(service_unnamed)});
    // The last line as a collector that is killed leaves it, and a first one whose beginning was rotated away.
    const std::string cut = line("3");
    const TraceSpans three = read(line("1") + cut.substr(0, cut.size() - 6) + "\n" + line("2"));
    CHECK(three.spans.size() == 2);
    CHECK(three.counts.read == 2);
    CHECK(three.lines_malformed == 1);
    CHECK(three.first_malformed.starts_with("t.json:2: "));
    CHECK(read(cut.substr(20) + line("1") + line("2")).spans.size() == 2);
    CHECK(read("\xEF\xBB\xBF" + line("1")).spans.size() == 1);
    TraceReader several;
    REQUIRE(several.add(line("1"), "a"));
    REQUIRE(several.add(line("2"), "b"));
    CHECK_FALSE(several.add("{", "c"));
    CHECK(several.spans().spans.size() == 2);
    CHECK(several.spans().services.size() == 1);
}

TEST_CASE("what is no OTLP is refused with what it looks like") {
    CHECK(refusal("") == "'t.json' is empty; OTLP in JSON is {\"resourceSpans\": [...]}");
    CHECK(refusal("{").starts_with("t.json: "));
    CHECK(refusal("nonsense").find("OTLP in JSON is") != std::string::npos);
    CHECK(refusal("7").starts_with("'t.json' has no 'resourceSpans'"));
    CHECK(refusal(R"({"data": [{"traceID": "1", "spans": []}]})").find("Jaeger") != std::string::npos);
    CHECK(refusal(R"([{"traceId": "1", "id": "2", "kind": "SERVER"}])").find("Zipkin") != std::string::npos);
    CHECK(refusal("\x1F\x8B\x08").find("zcat FILE") != std::string::npos);
    CHECK(refusal("\x28\xB5\x2F\xFD").find("zstdcat") != std::string::npos);
    CHECK(refusal(R"({"resourceMetrics": []})").find("give the file of traces") != std::string::npos);
    CHECK(refusal(with_span(ids + times + ", \"x\": 1e999")).starts_with("t.json: "));
    CHECK(refusal(std::string(300, '[')).starts_with("t.json: brackets are more than 200 deep"));
    CHECK(refusal("{\"resourceSpans\": " + std::string(100'000, '[')).find("deep") != std::string::npos);
    CHECK(refusal("{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [{\"name\": \"\xff\"}]}]}]}")
              .starts_with("t.json: "));
    // Fields that are something else than they should be are passed over.
    CHECK(read(R"({"resourceSpans": [7, {"scopeSpans": {"spans": 1}}, {"scopeSpans": [[], {"spans": [[], 1, {}]}]}]})")
              .counts.read == 1);
}

TEST_CASE("how many spans a sampled one stands for is read from the trace state and from attributes") {
    CHECK(adjusted_count_of("ot=th:0") == 1);
    CHECK(adjusted_count_of("ot=th:8") == 2);
    CHECK(adjusted_count_of("rojo=00f067aa0ba902b7, ot=rv:6e6d1a75832a2f;th:c;p:9,congo=th:8") == 4);
    CHECK(adjusted_count_of("ot=th:e6666666666668") == doctest::Approx(10).epsilon(1e-12));
    CHECK(adjusted_count_of("ot=p:2;r:62") == 4);
    for (const char* none : {"", "ot=", "ot=rv:6e6d1a75832a2f", "congo=th:8", "ot=th:", "ot=th:xyz", "ot=p:63",
                             "ot=p:-1", "ot=th:000000000000001"})
        CHECK_MESSAGE(adjusted_count_of(none) == 0, none);
    const auto count = [](const std::string& fields) {
        return read(with_span(ids + times + fields)).spans[0].adjusted_count;
    };
    const auto attributes = [](const std::string& list) { return ", \"attributes\": [" + list + "]"; };
    CHECK(count("") == 0);
    CHECK(count(R"(, "traceState": "ot=th:8")") == 2);
    CHECK(count(R"(, "traceState": "ot=th:ffffffffffffff")") == 0);  // one of 7e16 is not believed
    CHECK(count(attributes(R"({"key": "sampling.probability", "value": {"doubleValue": 0.25}})")) == 4);
    CHECK(count(attributes(R"({"key": "sampling.probability", "value": {"doubleValue": 0}})")) == 0);
    CHECK(count(attributes(R"({"key": "sampling.probability", "value": {"stringValue": "half"}})")) == 0);
    CHECK(count(attributes(R"({"key": "SampleRate", "value": {"intValue": "20"}})")) == 20);
    CHECK(count(attributes(R"({"key": "SampleRate", "value": {"intValue": 20}})")) == 20);
    CHECK(count(attributes(R"({"key": "sampler.type", "value": {"stringValue": "probabilistic"}},
                              {"key": "sampler.param", "value": {"doubleValue": 0.01}})")) == 100);
    CHECK(count(attributes(R"({"key": "sampler.type", "value": {"stringValue": "const"}},
                              {"key": "sampler.param", "value": {"boolValue": true}})")) == 0);
}

TEST_CASE("spans that were chosen after their end are known by the policy on their scope, before or behind them") {
    const std::string span = "\"spans\": [{" + ids + times + "}]";
    const std::string scope =
        R"("scope": {"name": "x", "attributes": [{"key": "tailsampling.policy", "value": {"stringValue": "slow"}}]})";
    const auto is_tail = [](const std::string& block) {
        return read(R"({"resourceSpans": [{"scopeSpans": [{)" + block + "}]}]}").spans[0].is_tail_sampled;
    };
    CHECK(is_tail(scope + ", " + span));
    CHECK(is_tail(span + ", " + scope));
    CHECK_FALSE(is_tail(span));
}

TEST_CASE("a consumer without a parent takes the first span it links to") {
    const TraceSpans spans = read(with_span(ids + times + R"(, "kind": 5, "links": [{"traceId": "none", "spanId": "2"},
        {"traceId": "2", "spanId": "3"}, {"traceId": "4", "spanId": "5"}])"));
    CHECK(spans.spans[0].parent == TraceSpanId{0, 2, 3});
    CHECK(spans.spans[0].has_link);
}
