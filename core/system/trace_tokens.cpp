#include "core/system/trace_tokens.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>

#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "core/system/trace_attributes.hpp"
#include "core/system/trace_values.hpp"

namespace dstudio::system {
namespace {

using nlohmann::json;
using sim::Time;

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
    scope,
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
    wrapper,
    resource,
    scope_spans,
    scope,
    spans,
    attributes,
    key,
    value,
    string_value,
    number_value,
    trace_id,
    span_id,
    parent_span_id,
    trace_state,
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
    KeyName{"batches", "batches", Key::resource_spans},  // Tempo's answer of one trace
    KeyName{"trace", "trace", Key::wrapper},             // Tempo's, version 2
    KeyName{"traces", "traces", Key::wrapper},           // Faro's
    KeyName{"result", "result", Key::wrapper},           // Jaeger's, version 3
    KeyName{"resource", "resource", Key::resource},
    KeyName{"scopeSpans", "scope_spans", Key::scope_spans},
    KeyName{"instrumentationLibrarySpans", "instrumentation_library_spans", Key::scope_spans},
    KeyName{"scope", "scope", Key::scope},
    KeyName{"spans", "spans", Key::spans},
    KeyName{"attributes", "attributes", Key::attributes},
    KeyName{"key", "key", Key::key},
    KeyName{"value", "value", Key::value},
    KeyName{"stringValue", "string_value", Key::string_value},
    KeyName{"intValue", "int_value", Key::number_value},
    KeyName{"doubleValue", "double_value", Key::number_value},
    KeyName{"traceId", "trace_id", Key::trace_id},
    KeyName{"spanId", "span_id", Key::span_id},
    KeyName{"parentSpanId", "parent_span_id", Key::parent_span_id},
    KeyName{"traceState", "trace_state", Key::trace_state},
    KeyName{"name", "name", Key::name},
    KeyName{"kind", "kind", Key::kind},
    KeyName{"startTimeUnixNano", "start_time_unix_nano", Key::start},
    KeyName{"endTimeUnixNano", "end_time_unix_nano", Key::end},
    KeyName{"status", "status", Key::status},
    KeyName{"code", "code", Key::code},
    KeyName{"links", "links", Key::links},
};

class SpanHandler final : public TraceHandler {
  public:
    explicit SpanHandler(TraceSpans& into) : into_(into) {
        for (std::size_t i = 0; i < into.services.size(); ++i)
            services_.emplace(into.services[i], static_cast<std::uint32_t>(i));
        for (std::size_t i = 1; i < into.instances.size(); ++i)
            instances_.emplace(into.instances[i], static_cast<std::uint32_t>(i));
        for (std::size_t i = 1; i < into.names.size(); ++i)
            names_.emplace(into.names[i], static_cast<std::uint32_t>(i));
        for (std::size_t i = 1; i < into.peers.size(); ++i)
            peers_.emplace(into.peers[i].name, static_cast<std::uint32_t>(i));
    }

    void begin() override {
        places_.assign(1, Place::nowhere);
        message_.clear();
        resource_first_ = scope_first_ = into_.spans.size();
    }
    [[nodiscard]] const std::string& message() const override { return message_; }
    [[nodiscard]] bool has_resource_spans() const override { return has_resource_spans_; }
    [[nodiscard]] const std::string& first_key() const override { return first_key_; }

    bool null() override { return true; }
    bool boolean(bool /*value*/) override { return true; }
    bool number_integer(number_integer_t value) override {
        return number(value < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(value)));
    }
    bool number_unsigned(number_unsigned_t value) override { return number(value); }
    bool number_float(number_float_t value, const string_t& /*text*/) override {
        if (places_.back() == Place::value && value >= 0)
            return attribute_number(base::shortest_decimal(value));
        if (value >= 0 && value < static_cast<double>(sim::time_max))
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
                else if (key_ == Key::trace_state)
                    span_count_ = adjusted_count_of(value);
                else if (key_ == Key::name)
                    span_name_ = base::utf8_prefix(value, trace_name_bytes_max);
                else if (key_ == Key::kind)
                    span_.kind = span_kind_named(value);
                else
                    return number(read_whole(value));
                break;
            case Place::status:
                if (key_ == Key::code && value == "STATUS_CODE_ERROR")
                    span_.is_error = true;
                else
                    return number(read_whole(value));
                break;
            case Place::attribute:
                if (key_ == Key::key)
                    attribute_name_ = value;
                break;
            case Place::value:
                if (key_ == Key::string_value || key_ == Key::number_value)
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
            case Place::document:
                if (key_ == Key::wrapper)
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
                scope_first_ = into_.spans.size();
                scope_.clear();
                break;
            case Place::scope_block:
                if (key_ == Key::scope)
                    inner = Place::scope;
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
        } else if (key_ == Key::attributes && attributes_at(here) != nullptr) {
            inner = Place::attributes;
            attributes_into_ = attributes_at(here);
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
            case Place::scope_block:
                end_scope();
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

    bool attribute_number(std::string text) {
        if (key_ == Key::number_value)
            attribute_value_ = std::move(text);
        return true;
    }

    bool number(std::optional<std::uint64_t> value) {
        if (places_.back() == Place::value && value)
            return attribute_number(std::to_string(*value));
        if (places_.back() == Place::status) {
            if (key_ == Key::code)
                span_.is_error = value == std::uint64_t{2};
            return true;
        }
        if (places_.back() != Place::span)
            return true;
        constexpr auto latest = static_cast<std::uint64_t>(sim::time_max);
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
        resource_.clear();
    }

    void begin_span() {
        span_ = {};
        span_name_.clear();
        attributes_.clear();
        span_count_ = 0;
        parent_ = 0;
        first_link_ = {};
        has_trace_ = false;
        is_parent_readable_ = true;
    }

    TraceAttributes* attributes_at(Place place) {
        if (place == Place::span)
            return &attributes_;
        if (place == Place::scope)
            return &scope_;
        return place == Place::resource ? &resource_ : nullptr;
    }

    void end_attribute() { attributes_into_->add(attribute_name_, attribute_value_); }

    // The scope may stand after its spans.
    void end_scope() {
        if (scope_.is_tail_sampled())
            for (std::size_t i = scope_first_; i < into_.spans.size(); ++i)
                into_.spans[i].is_tail_sampled = true;
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
        const double count = span_count_ > 0 ? span_count_ : attributes_.adjusted_count();
        span_.adjusted_count = count <= adjusted_count_max ? static_cast<float>(count) : 0;
        span_.is_tail_sampled = attributes_.is_tail_sampled();
        span_.kind = attributes_.messaging_kind(span_.kind);
        if (goes_out(span_.kind))
            name_peer();
        into_.spans.push_back(span_);
    }

    void name_peer() {
        const TracePeer peer = attributes_.peer();
        if (peer.name.empty())
            return;
        const std::size_t before = into_.peers.size();
        span_.peer = interned(peers_, into_.peers, peer.name).value_or(0);
        if (into_.peers.size() > before)
            into_.peers.back().kind = peer.kind;
    }

    void end_resource() {
        std::string service = resource_.of(TraceAttribute::service_name);
        const std::string& instance = resource_.of(TraceAttribute::instance);
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
    TraceAttributes resource_;
    std::size_t scope_first_ = 0;
    TraceAttributes scope_;

    TraceSpan span_;
    std::string span_name_;
    double span_count_ = 0;
    std::uint64_t parent_ = 0;
    TraceAttributes attributes_;
    TraceSpanId first_link_;
    bool has_trace_ = false;
    bool is_parent_readable_ = true;

    TraceAttributes* attributes_into_ = nullptr;
    std::string attribute_name_;
    std::string attribute_value_;
    TraceSpanId link_;
    bool is_link_readable_ = false;
};

}  // namespace

std::unique_ptr<TraceHandler> trace_handler(TraceSpans& into) {
    return std::make_unique<SpanHandler>(into);
}

}  // namespace dstudio::system
