#include "core/system/trace_spans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/text.hpp"

namespace dstudio::system {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using nlohmann::json;
using sim::Time;

// Exporters number what they do not know with 0.
constexpr Time time_latest = sim::time_max;

std::optional<std::uint64_t> hexadecimal(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (text.empty() || code != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

// N bytes of base64 with its padding, the most significant first.
template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> base64(std::string_view text) {
    constexpr std::size_t size = (N + 2) / 3 * 4;
    constexpr std::size_t digits = (N * 8 + 5) / 6;
    if (text.size() != size)
        return std::nullopt;
    std::array<std::uint8_t, N> bytes{};
    std::uint32_t bits = 0;
    int bit_count = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const char c = text[i];
        std::uint32_t value = 0;
        if (i >= digits) {
            if (c != '=')
                return std::nullopt;
            continue;
        }
        if (c >= 'A' && c <= 'Z')
            value = static_cast<std::uint32_t>(c - 'A');
        else if (c >= 'a' && c <= 'z')
            value = static_cast<std::uint32_t>(c - 'a') + 26;
        else if (c >= '0' && c <= '9')
            value = static_cast<std::uint32_t>(c - '0') + 52;
        else if (c == '+' || c == '-')
            value = 62;
        else if (c == '/' || c == '_')
            value = 63;
        else
            return std::nullopt;
        bits = (bits << 6U | value) & 0xffffU;
        bit_count += 6;
        if (bit_count >= 8 && at < N) {
            bit_count -= 8;
            bytes[at++] = static_cast<std::uint8_t>(bits >> static_cast<unsigned>(bit_count));
        }
    }
    return bytes;
}

template <std::size_t N>
std::uint64_t big_endian(const std::array<std::uint8_t, N>& bytes, std::size_t from) {
    std::uint64_t value = 0;
    for (std::size_t i = from; i < from + 8; ++i)
        value = value << 8U | bytes[i];
    return value;
}

bool read_trace_id(std::string_view text, TraceSpanId& id) {
    constexpr std::size_t digits = 32;
    if (const auto bytes = base64<16>(text)) {
        id.trace_high = big_endian(*bytes, 0);
        id.trace_low = big_endian(*bytes, 8);
    } else if (text.size() <= digits) {
        const std::size_t low_from = text.size() > 16 ? text.size() - 16 : 0;
        const auto low = hexadecimal(text.substr(low_from));
        const auto high = low_from == 0 ? std::optional<std::uint64_t>(0) : hexadecimal(text.substr(0, low_from));
        if (!low || !high)
            return false;
        id.trace_high = *high;
        id.trace_low = *low;
    } else {
        return false;
    }
    return id.trace_high != 0 || id.trace_low != 0;
}

std::optional<std::uint64_t> read_span_id(std::string_view text) {
    if (const auto bytes = base64<8>(text))
        return big_endian(*bytes, 0);
    return text.size() <= 16 ? hexadecimal(text) : std::nullopt;
}

// Where in a document the tokens are.
enum class Place : std::uint8_t {
    other,
    nowhere,  // outside all brackets
    documents,
    document,
    resources,
    resource_block,
    resource,
    scopes,
    scope_block,
    spans,
    span,
    status,
    attributes,
    attribute,
    value,
    links,
    link,
};

enum class Key : std::uint8_t {
    other,
    resource_spans,
    resource,
    scope_spans,
    spans,
    attributes,
    key,
    value,
    string_value,
    trace_id,
    span_id,
    parent_span_id,
    name,
    kind,
    start,
    end,
    status,
    code,
    links,
};

struct KeyName {
    std::string_view camel;
    std::string_view snake;
    Key key;
};
constexpr std::array key_names{
    KeyName{"resourceSpans", "resource_spans", Key::resource_spans},
    KeyName{"resource", "resource", Key::resource},
    KeyName{"scopeSpans", "scope_spans", Key::scope_spans},
    KeyName{"instrumentationLibrarySpans", "instrumentation_library_spans", Key::scope_spans},
    KeyName{"spans", "spans", Key::spans},
    KeyName{"attributes", "attributes", Key::attributes},
    KeyName{"key", "key", Key::key},
    KeyName{"value", "value", Key::value},
    KeyName{"stringValue", "string_value", Key::string_value},
    KeyName{"traceId", "trace_id", Key::trace_id},
    KeyName{"spanId", "span_id", Key::span_id},
    KeyName{"parentSpanId", "parent_span_id", Key::parent_span_id},
    KeyName{"name", "name", Key::name},
    KeyName{"kind", "kind", Key::kind},
    KeyName{"startTimeUnixNano", "start_time_unix_nano", Key::start},
    KeyName{"endTimeUnixNano", "end_time_unix_nano", Key::end},
    KeyName{"status", "status", Key::status},
    KeyName{"code", "code", Key::code},
    KeyName{"links", "links", Key::links},
};

// The attributes that tell what a span is. Older names of the semantic conventions stand beside the newer ones.
enum class Attribute : std::uint8_t {
    other,
    service_name,
    instance,
    db_system,
    db_namespace,
    messaging_system,
    messaging_destination,
    messaging_operation,
    peer_service,
    server_address,
};
struct AttributeName {
    std::string_view name;
    Attribute attribute;
    int rank;  // of several for the same, the highest counts
};
constexpr std::array attribute_names{
    AttributeName{"service.name", Attribute::service_name, 0},
    AttributeName{"service.instance.id", Attribute::instance, 4},
    AttributeName{"k8s.pod.name", Attribute::instance, 3},
    AttributeName{"container.id", Attribute::instance, 2},
    AttributeName{"host.name", Attribute::instance, 1},
    AttributeName{"db.system.name", Attribute::db_system, 2},
    AttributeName{"db.system", Attribute::db_system, 1},
    AttributeName{"db.namespace", Attribute::db_namespace, 2},
    AttributeName{"db.name", Attribute::db_namespace, 1},
    AttributeName{"messaging.system", Attribute::messaging_system, 0},
    AttributeName{"messaging.destination.name", Attribute::messaging_destination, 2},
    AttributeName{"messaging.destination", Attribute::messaging_destination, 1},
    AttributeName{"messaging.operation.type", Attribute::messaging_operation, 2},
    AttributeName{"messaging.operation", Attribute::messaging_operation, 1},
    AttributeName{"peer.service", Attribute::peer_service, 0},
    AttributeName{"server.address", Attribute::server_address, 3},
    AttributeName{"net.peer.name", Attribute::server_address, 2},
    AttributeName{"http.host", Attribute::server_address, 1},
};
constexpr std::size_t attribute_count = 10;

struct AttributeValue {
    std::string text;
    int rank = -1;
};
using Attributes = std::array<AttributeValue, attribute_count>;

bool is_address(std::string_view text) {
    return text.find_first_not_of("0123456789.") == std::string_view::npos || text.find(':') != std::string_view::npos;
}

class Handler : public nlohmann::json_sax<json> {
  public:
    explicit Handler(TraceSpans& into) : into_(into) {
        for (std::size_t i = 0; i < into.services.size(); ++i)
            services_.emplace(into.services[i], static_cast<std::uint32_t>(i));
        for (std::size_t i = 1; i < into.instances.size(); ++i)
            instances_.emplace(into.instances[i], static_cast<std::uint32_t>(i));
        for (std::size_t i = 1; i < into.names.size(); ++i)
            names_.emplace(into.names[i], static_cast<std::uint32_t>(i));
        for (std::size_t i = 1; i < into.peers.size(); ++i)
            peers_.emplace(into.peers[i].name, static_cast<std::uint32_t>(i));
    }

    // Before each text: what an unfinished one has left is forgotten.
    void begin() {
        places_.assign(1, Place::nowhere);
        message_.clear();
        resource_first_ = into_.spans.size();
    }
    [[nodiscard]] const std::string& message() const { return message_; }
    [[nodiscard]] bool has_resource_spans() const { return has_resource_spans_; }
    [[nodiscard]] const std::string& first_key() const { return first_key_; }

    bool null() override { return true; }
    bool boolean(bool /*value*/) override { return true; }
    bool number_integer(number_integer_t value) override {
        return number(value < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(value)));
    }
    bool number_unsigned(number_unsigned_t value) override { return number(value); }
    bool number_float(number_float_t value, const string_t& /*text*/) override {
        if (value >= 0 && value < static_cast<double>(time_latest))
            return number(static_cast<std::uint64_t>(value));
        return number(std::nullopt);
    }
    bool binary(binary_t& /*value*/) override { return true; }

    bool string(string_t& value) override {
        switch (places_.back()) {
            case Place::span:
                if (key_ == Key::trace_id)
                    has_trace_ = read_trace_id(value, span_.id);
                else if (key_ == Key::span_id)
                    span_.id.span = read_span_id(value).value_or(0);
                else if (key_ == Key::parent_span_id)
                    read_parent(value);
                else if (key_ == Key::name)
                    span_name_ = base::utf8_prefix(value, trace_name_bytes_max);
                else if (key_ == Key::kind)
                    span_.kind = kind_named(value);
                else
                    return number(whole(value));
                break;
            case Place::status:
                if (key_ == Key::code && value == "STATUS_CODE_ERROR")
                    span_.is_error = true;
                else
                    return number(whole(value));
                break;
            case Place::attribute:
                if (key_ == Key::key)
                    attribute_name_ = value;
                break;
            case Place::value:
                if (key_ == Key::string_value)
                    attribute_value_ = base::utf8_prefix(value, trace_name_bytes_max);
                break;
            case Place::link:
                if (key_ == Key::trace_id)
                    is_link_readable_ = read_trace_id(value, link_);
                else if (key_ == Key::span_id)
                    link_.span = read_span_id(value).value_or(0);
                break;
            default:
                break;
        }
        return true;
    }

    bool key(string_t& value) override {
        key_ = Key::other;
        if (places_.back() == Place::other)
            return true;
        for (const KeyName& known : key_names)
            if (value == known.camel || value == known.snake)
                key_ = known.key;
        if (places_.back() == Place::document && first_key_.empty())
            first_key_ = base::utf8_prefix(value, 60);
        return true;
    }

    bool start_object(std::size_t /*size*/) override {
        Place inner = Place::other;
        switch (places_.back()) {
            case Place::nowhere:
            case Place::documents:
                inner = Place::document;
                break;
            case Place::resources:
                inner = Place::resource_block;
                begin_resource();
                break;
            case Place::resource_block:
                if (key_ == Key::resource)
                    inner = Place::resource;
                break;
            case Place::scopes:
                inner = Place::scope_block;
                break;
            case Place::spans:
                inner = Place::span;
                begin_span();
                break;
            case Place::span:
                if (key_ == Key::status)
                    inner = Place::status;
                break;
            case Place::attributes:
                inner = Place::attribute;
                attribute_name_.clear();
                attribute_value_.clear();
                break;
            case Place::attribute:
                if (key_ == Key::value)
                    inner = Place::value;
                break;
            case Place::links:
                inner = Place::link;
                link_ = {};
                is_link_readable_ = false;
                break;
            default:
                break;
        }
        return enter(inner);
    }

    bool start_array(std::size_t /*size*/) override {
        Place inner = Place::other;
        const Place here = places_.back();
        if (here == Place::nowhere) {
            inner = Place::documents;
        } else if (here == Place::document && key_ == Key::resource_spans) {
            inner = Place::resources;
            has_resource_spans_ = true;
        } else if (here == Place::resource_block && key_ == Key::scope_spans) {
            inner = Place::scopes;
        } else if (here == Place::scope_block && key_ == Key::spans) {
            inner = Place::spans;
        } else if ((here == Place::resource || here == Place::span) && key_ == Key::attributes) {
            inner = Place::attributes;
            is_of_span_ = here == Place::span;
        } else if (here == Place::span && key_ == Key::links) {
            inner = Place::links;
        }
        return enter(inner);
    }

    bool end_object() override {
        switch (places_.back()) {
            case Place::resource_block:
                end_resource();
                break;
            case Place::span:
                end_span();
                break;
            case Place::attribute:
                end_attribute();
                break;
            case Place::link:
                if (is_link_readable_ && link_.span != 0 && first_link_.span == 0)
                    first_link_ = link_;
                break;
            default:
                break;
        }
        places_.pop_back();
        return true;
    }
    bool end_array() override {
        places_.pop_back();
        return true;
    }

    bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const json::exception& error) override {
        std::string_view what = error.what();
        if (const std::size_t bracket = what.find("] "); bracket != std::string_view::npos)
            what.remove_prefix(bracket + 2);
        message_ = base::utf8_prefix(what, 200);
        for (char& c : message_)
            if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f)
                c = '?';
        return false;
    }

  private:
    using Table = std::map<std::string, std::uint32_t, std::less<>>;

    bool enter(Place place) {
        if (places_.size() > trace_depth_max) {
            message_ = fmt::format("brackets are more than {} deep", trace_depth_max);
            return false;
        }
        places_.push_back(place);
        // What stands in the inner object before its first key belongs to no key.
        key_ = Key::other;
        return true;
    }

    static std::optional<std::uint64_t> whole(std::string_view text) {
        std::uint64_t value = 0;
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (text.empty() || code != std::errc() || end != text.data() + text.size())
            return std::nullopt;
        return value;
    }

    static TraceSpanKind kind_named(std::string_view name) {
        constexpr std::array<std::string_view, 6> kinds{"SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL",
                                                        "SPAN_KIND_SERVER",      "SPAN_KIND_CLIENT",
                                                        "SPAN_KIND_PRODUCER",    "SPAN_KIND_CONSUMER"};
        for (std::size_t i = 0; i < kinds.size(); ++i)
            if (name == kinds[i])
                return static_cast<TraceSpanKind>(i);
        const auto value = whole(name);
        return value && *value < kinds.size() ? static_cast<TraceSpanKind>(*value) : TraceSpanKind::unspecified;
    }

    bool number(std::optional<std::uint64_t> value) {
        if (places_.back() == Place::status) {
            if (key_ == Key::code)
                span_.is_error = value == std::uint64_t{2};
            return true;
        }
        if (places_.back() != Place::span)
            return true;
        constexpr auto latest = static_cast<std::uint64_t>(time_latest);
        const Time time = value && *value < latest ? static_cast<Time>(*value) : 0;
        if (key_ == Key::start)
            span_.start = time;
        else if (key_ == Key::end)
            span_.end = time;
        else if (key_ == Key::kind)
            span_.kind = value && *value <= static_cast<std::uint64_t>(TraceSpanKind::consumer)
                             ? static_cast<TraceSpanKind>(*value)
                             : TraceSpanKind::unspecified;
        return true;
    }

    void read_parent(std::string_view text) {
        const auto id = text.empty() ? std::optional<std::uint64_t>(0) : read_span_id(text);
        is_parent_readable_ = id.has_value();
        parent_ = id.value_or(0);
    }

    void begin_resource() {
        resource_first_ = into_.spans.size();
        resource_ = {};
    }

    void begin_span() {
        span_ = {};
        span_name_.clear();
        attributes_ = {};
        parent_ = 0;
        first_link_ = {};
        has_trace_ = false;
        is_parent_readable_ = true;
    }

    void end_attribute() {
        for (const AttributeName& known : attribute_names)
            if (attribute_name_ == known.name && !attribute_value_.empty()) {
                AttributeValue& value =
                    (is_of_span_ ? attributes_ : resource_)[static_cast<std::size_t>(known.attribute)];
                if (known.rank >= value.rank)
                    value = {attribute_value_, known.rank};
            }
    }

    // The position of a name in its list; none if the list is full.
    template <class Name>
    static std::optional<std::uint32_t> interned(Table& table, std::vector<Name>& list, const std::string& text) {
        if (const auto found = table.find(text); found != table.end())
            return found->second;
        if (list.size() >= trace_names_max)
            return std::nullopt;
        const auto index = static_cast<std::uint32_t>(list.size());
        list.push_back(Name{text});
        table.emplace(text, index);
        return index;
    }

    void leave_out(LeftOut reason) { ++into_.counts.left_out[static_cast<std::size_t>(reason)]; }

    const std::string& attribute(Attribute which) const { return attributes_[static_cast<std::size_t>(which)].text; }

    void end_span() {
        ++into_.counts.read;
        if (!has_trace_ || span_.id.span == 0 || !is_parent_readable_)
            return leave_out(LeftOut::id);
        if (span_.start == 0 || span_.end == 0)
            return leave_out(LeftOut::time);
        if (span_.end < span_.start)
            return leave_out(LeftOut::backwards);
        if (span_.end - span_.start > span_duration_max)
            return leave_out(LeftOut::too_long);
        if (into_.spans.size() >= trace_spans_max)
            return leave_out(LeftOut::too_many);
        if (parent_ != 0) {
            span_.parent = {span_.id.trace_high, span_.id.trace_low, parent_};
        } else if (span_.kind == TraceSpanKind::consumer && first_link_.span != 0) {
            span_.parent = first_link_;
            span_.has_link = true;
        }
        if (!span_name_.empty())
            span_.name = interned(names_, into_.names, span_name_).value_or(0);
        messaging_kind();
        if (span_.kind == TraceSpanKind::client || span_.kind == TraceSpanKind::producer)
            peer();
        into_.spans.push_back(span_);
    }

    // Newer conventions have publishing and polling as client spans.
    void messaging_kind() {
        if (span_.kind != TraceSpanKind::client || attribute(Attribute::messaging_system).empty())
            return;
        const std::string& operation = attribute(Attribute::messaging_operation);
        if (operation == "send" || operation == "publish" || operation == "create")
            span_.kind = TraceSpanKind::producer;
        else if (operation == "receive" || operation == "settle")
            span_.kind = TraceSpanKind::internal;
    }

    void peer() {
        const std::string& service = attribute(Attribute::peer_service);
        const std::string& address = attribute(Attribute::server_address);
        const std::string& database = attribute(Attribute::db_system);
        const std::string& broker = attribute(Attribute::messaging_system);
        TracePeer found;
        if (!database.empty()) {
            found.kind = database == "redis" || database == "memcached" || database == "valkey" ? PeerKind::cache
                                                                                                : PeerKind::database;
            const std::string& space = attribute(Attribute::db_namespace);
            found.name = database;
            if (!space.empty() && found.kind == PeerKind::database)
                found.name += "-" + space;
            else if (!address.empty() && !is_address(address))
                found.name += "-" + address;
        } else if (!broker.empty()) {
            found.kind = PeerKind::queue;
            const std::string& destination = attribute(Attribute::messaging_destination);
            found.name = destination.empty() ? broker : broker + "-" + destination;
        } else {
            found.name = address;
        }
        if (!service.empty())
            found.name = service;
        if (found.name.empty())
            return;
        const std::size_t before = into_.peers.size();
        span_.peer = interned(peers_, into_.peers, found.name).value_or(0);
        if (into_.peers.size() > before)
            into_.peers.back().kind = found.kind;
    }

    void end_resource() {
        std::string service = resource_[static_cast<std::size_t>(Attribute::service_name)].text;
        const std::string& instance = resource_[static_cast<std::size_t>(Attribute::instance)].text;
        const std::size_t kept = into_.spans.size() - resource_first_;
        if (kept == 0)
            return;
        if (service.empty()) {
            service = service_unnamed;
            into_.counts.unnamed += kept;
        }
        const auto service_index = interned(services_, into_.services, service);
        if (!service_index) {
            into_.counts.left_out[static_cast<std::size_t>(LeftOut::too_many)] += kept;
            into_.spans.resize(resource_first_);
            return;
        }
        // The same name in two services is two instances.
        const std::uint32_t instance_index =
            instance.empty() ? 0 : interned(instances_, into_.instances, service + "/" + instance).value_or(0);
        for (std::size_t i = resource_first_; i < into_.spans.size(); ++i) {
            into_.spans[i].service = *service_index;
            into_.spans[i].instance = instance_index;
        }
        resource_first_ = into_.spans.size();
    }

    TraceSpans& into_;
    Table services_;
    Table instances_;
    Table names_;
    Table peers_;

    std::vector<Place> places_{Place::nowhere};
    Key key_ = Key::other;
    std::string message_;
    std::string first_key_;
    bool has_resource_spans_ = false;

    std::size_t resource_first_ = 0;
    Attributes resource_;

    TraceSpan span_;
    std::string span_name_;
    std::uint64_t parent_ = 0;
    Attributes attributes_;
    TraceSpanId first_link_;
    bool has_trace_ = false;
    bool is_parent_readable_ = true;

    bool is_of_span_ = false;
    std::string attribute_name_;
    std::string attribute_value_;
    TraceSpanId link_;
    bool is_link_readable_ = false;
};

// Whether the text's first value ends in its first line and more comes after: then each line is a document.
bool has_lines(std::string_view text) {
    int depth = 0;
    bool is_in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n')
            return depth == 0 && !is_in_string && !base::trim(text.substr(i)).empty();
        if (is_in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                is_in_string = false;
        } else if (c == '"') {
            is_in_string = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

std::string what_it_is(std::string_view first_key) {
    if (first_key == "resourceMetrics" || first_key == "resourceLogs")
        return fmt::format("it has '{}': give the file of traces", first_key);
    if (first_key == "data")
        return "'data' is what Jaeger exports: have it sent as OTLP, or through the Collector's jaeger receiver";
    return "OTLP in JSON is {\"resourceSpans\": [...]}, as the Collector's file exporter writes it";
}

}  // namespace

std::string_view left_out_reason(LeftOut reason) {
    constexpr std::array<std::string_view, left_out_count> reasons{
        "have no usable trace or span id",
        "have no start or no end",
        "end before they start",
        "last longer than a day",
        "are beyond the bounds of this import",
        "repeat the ids of another",
        "are their own ancestors, or below one that is",
        "belong to services beyond the most components of a scenario",
    };
    return reasons[static_cast<std::size_t>(reason)];
}

Result<void> TraceReader::add(std::string_view text, std::string_view source) {
    if (text.size() > trace_bytes_max - bytes_)
        return fail(ErrorCode::too_large, fmt::format("'{}' is too large", source),
                    fmt::format("at most {} MiB of traces in all; an hour of them is enough", trace_bytes_max >> 20U));
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    while (!text.empty() && (text.front() == '\n' || text.front() == '\r' || text.front() == ' '))
        text.remove_prefix(1);
    if (base::trim(text).empty())
        return fail(ErrorCode::invalid_argument, fmt::format("'{}' is empty", source),
                    "OTLP in JSON is {\"resourceSpans\": [...]}");

    const std::size_t spans_before = spans_.spans.size();
    const TraceCounts counts_before = spans_.counts;
    Handler handler(spans_);
    // What a text leaves that turns out to be none is taken back.
    const auto read = [&](std::string_view document) {
        const std::size_t kept = spans_.spans.size();
        const TraceCounts counts = spans_.counts;
        handler.begin();
        const bool is_read = json::sax_parse(document.data(), document.data() + document.size(), &handler);
        if (!is_read) {
            spans_.spans.resize(kept);
            spans_.counts = counts;
        }
        return is_read;
    };
    std::uint64_t good = 0;
    std::uint64_t bad = 0;
    std::string malformed;
    const bool is_lines = has_lines(text);
    if (!is_lines && read(text))
        good = 1;
    else if (!is_lines)
        malformed = fmt::format("{}: {}", source, handler.message());
    if (good == 0 && text.find('\n') != std::string_view::npos) {
        std::size_t number = 0;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            const std::string_view line = base::trim(text.substr(at, end - at));
            at = end + 1;
            ++number;
            if (line.empty())
                continue;
            if (read(line)) {
                ++good;
                continue;
            }
            ++bad;
            if (malformed.empty())
                malformed = fmt::format("{}:{}: {}", source, number, handler.message());
        }
    }
    if (good == 0 || !handler.has_resource_spans()) {
        spans_.spans.resize(spans_before);
        spans_.counts = counts_before;
        return fail(ErrorCode::invalid_argument,
                    malformed.empty() ? fmt::format("'{}' has no 'resourceSpans'", source) : malformed,
                    what_it_is(handler.first_key()));
    }
    spans_.documents += good;
    spans_.lines_malformed += bad;
    if (spans_.first_malformed.empty())
        spans_.first_malformed = malformed;
    bytes_ += text.size();
    return {};
}

}  // namespace dstudio::system
