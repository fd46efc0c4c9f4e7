#include "apps/http/application.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "apps/http/api.hpp"
#include "apps/http/api_query.hpp"
#include "apps/http/compression.hpp"
#include "apps/http/conditional.hpp"
#include "apps/http/entity_tag.hpp"
#include "apps/http/octets.hpp"
#include "apps/http/problem.hpp"
#include "apps/http/security_fields.hpp"
#include "apps/http/simulate.hpp"
#include "apps/http/simulation_request.hpp"
#include "core/base/percent.hpp"
#include "core/base/text.hpp"

namespace dstudio::http {
namespace {

using base::ErrorCode;

constexpr std::size_t shown_size_bytes_max = 80;

std::shared_ptr<Answer> data_answer(std::string_view media_type, std::string_view cache_control) {
    auto answer = std::make_shared<Answer>();
    append_field(answer->fields, "Cache-Control", cache_control);
    answer->fields += common_security_fields;
    answer->fields += data_security_fields;
    append_field(answer->content_fields, "Content-Type", media_type);
    return answer;
}

AnswerPtr text_answer(std::string_view media_type, std::string text, int status = 200) {
    auto answer = data_answer(media_type, "no-store");
    answer->status = status;
    answer->storage = std::move(text);
    return answer;
}

// `location` is an address of this site: it starts with one slash and is percent-encoded. The query goes along.
AnswerPtr redirect_answer(std::string_view location, std::string_view query) {
    auto answer = std::make_shared<Answer>();
    answer->status = 308;
    append_field(answer->fields, "Cache-Control", "no-cache");
    answer->fields += common_security_fields;
    append_field(answer->fields, "Location",
                 query.empty() ? std::string(location) : std::string(location) + "?" + std::string(query));
    return answer;
}

std::string joined(const std::vector<std::string>& segments) {
    std::string path;
    for (const std::string& segment : segments)
        path += "/" + segment;
    return path;
}

std::string encoded(const std::vector<std::string>& segments) {
    std::string path;
    for (const std::string& segment : segments)
        path += "/" + base::percent_encode(segment);
    return path;
}

AnswerPtr options_answer(std::string_view allowed) {
    auto answer = std::make_shared<Answer>();
    answer->status = 204;
    append_field(answer->fields, "Allow", allowed);
    answer->fields += common_security_fields;
    return answer;
}

// Of a target, whatever the method; none for pages, and for what no address can mean.
std::optional<RouteMatch> route_of(const Target& target) {
    const auto segments = decode_path(target.path);
    return segments ? match_route(*segments) : std::nullopt;
}

std::string_view methods_of(const Target& target) {
    const auto match = route_of(target);
    return match ? allowed_methods(match->endpoint) : reading_methods;
}

// "application/json", with parameters or without: the charset that some add means nothing (RFC 8259, section 11).
bool is_json(std::string_view content_type) {
    return equals_ignoring_case(base::trim(content_type.substr(0, content_type.find(';'))), json_media_type);
}

// Compressed, if that is wanted and pays. False: the body is to be sent as it is.
bool store_compressed(Answer& answer, std::string_view body, const EncodingPreference& preference) {
    if (body.size() < compressed_size_bytes_min)
        return false;
    append_field(answer.fields, "Vary", "Accept-Encoding");
    const Encoding encoding = preference.order[0];
    if (encoding == Encoding::identity)
        return false;
    auto compressed = compress(body, encoding);
    if (!compressed)
        return false;
    append_field(answer.content_fields, "Content-Encoding", encoding_name(encoding));
    answer.storage = std::move(*compressed);
    return true;
}

AnswerPtr simulation_answer(const Snapshot& snapshot, std::string_view body, std::string_view instance,
                            const EncodingPreference& preference, const std::atomic<bool>& is_cancelled) {
    auto report = simulate(snapshot.catalog, body, is_cancelled);
    if (!report)
        return report.error().mistakes.empty() ? problem(report.error().error, instance)
                                               : problem(report.error().error, instance, report.error().mistakes);
    auto answer = data_answer(json_media_type, "no-store");
    if (!store_compressed(*answer, *report, preference))
        answer->storage = std::move(*report);
    return answer;
}

}  // namespace

Application::Application(const Parts& parts)
    : parts_(parts),
      counters_(parts.metrics.worker(parts.worker)),
      log_(parts.request_log),
      cache_(parts.cache_size_bytes_max) {
    refresh();
}

void Application::refresh() {
    if (parts_.snapshots.generation() == generation_)
        return;
    auto current = parts_.snapshots.current();
    searcher_.reset();
    models_.clear();
    cache_.clear();
    snapshot_ = std::move(current.snapshot);
    generation_ = current.generation;
    auto searcher = catalog::Searcher::open(snapshot_->catalog);
    if (searcher)
        searcher_.emplace(std::move(*searcher));
    else if (parts_.event_log)
        log_event(*parts_.event_log, Level::error, "search", searcher.error().message);
}

Reply Application::refuse(const Refusal& refusal) {
    Reply reply = reply_to({}, problem(refusal), route_number(PseudoRoute::refused));
    reply.close = true;
    return reply;
}

void Application::finished(const Exchange& exchange) {
    counters_.count_request(exchange.route, exchange.status, exchange.latency, exchange.sent_bytes);
    log_.append(exchange);
}

// A worker that has nothing to do lets go of the old catalogue too.
void Application::tick() {
    refresh();
    log_.flush();
}

Reply Application::answer(const Request& request) {
    refresh();
    const Target target = split_target(request.target);
    if (request.method == Method::options)
        return reply_to(request, options_answer(methods_of(target)), route_number(PseudoRoute::unmatched));
    if (request.method == Method::other || request.method == Method::post)
        return reply_to(request, method_problem(request.method_text, target.path, methods_of(target)),
                        route_number(PseudoRoute::unmatched));

    const EncodingPreference preference = parse_accept_encoding(request.accept_encoding);
    key_.assign(1, static_cast<char>(preference.code));
    key_ += request.target;
    if (const CachedAnswer* cached = cache_.find(key_)) {
        counters_.cache_hits.add(1);
        return reply_to(request, cached->answer, cached->route);
    }
    counters_.cache_misses.add(1);
    bool keep = true;
    Reply reply;
    try {
        reply = answer_anew(request, preference, keep);
    } catch (const std::exception& exception) {
        if (parts_.event_log)
            log_event(*parts_.event_log, Level::error, "request", exception.what());
        return reply_to(request, problem({ErrorCode::internal, "the request could not be answered", {}}, target.path),
                        route_number(PseudoRoute::unmatched));
    }
    if (keep && reply.answer->cacheable && reply.answer->status == 200)
        cache_.insert(key_, {reply.answer, reply.route});
    return reply;
}

std::optional<Application::ContentBound> Application::content_bound(const Request& request) {
    const auto match = route_of(split_target(request.target));
    if (!match || match->endpoint != Endpoint::simulate)
        return std::nullopt;
    return ContentBound{simulation_body_size_bytes_max,
                        "the body is larger than 64 KB; run what is larger with 'dstudio sim run FILE'"};
}

// The request is gone when the work is done, so all that it needs goes along; the snapshot too, through a reload.
void Application::answer_later(const Request& request, Deliver deliver) {
    refresh();
    const Target target = split_target(request.target);
    const auto match = route_of(target);
    const std::size_t route = match ? match->number : route_number(PseudoRoute::unmatched);
    const auto deliver_answer = [deliver = std::move(deliver), route](AnswerPtr answer) {
        deliver(reply_to({}, std::move(answer), route));
    };
    if (const auto query = ApiQuery::parse(target.query, {}); !query)
        return deliver_answer(problem(query.error(), target.path));
    if (!is_json(request.content_type))
        return deliver_answer(media_type_problem(
            request.content_type.empty()
                ? "the content has no type"
                : fmt::format("the content is {}", base::utf8_prefix(request.content_type, shown_size_bytes_max)),
            target.path, json_media_type));
    if (!request.content_encoding.empty() && !equals_ignoring_case(request.content_encoding, "identity"))
        return deliver_answer(media_type_problem("compressed content is not read here", target.path, json_media_type));

    auto work = [deliver_answer, snapshot = snapshot_, body = request.content, instance = std::string(target.path),
                 preference = parse_accept_encoding(request.accept_encoding),
                 log = parts_.event_log](const std::atomic<bool>& is_stopping) {
        AnswerPtr answer;
        try {
            answer = simulation_answer(*snapshot, body, instance, preference, is_stopping);
        } catch (const std::exception& exception) {
            if (log)
                log_event(*log, Level::error, "simulation", exception.what());
            answer = problem({ErrorCode::internal, "the simulation could not be made", {}}, instance);
        }
        deliver_answer(std::move(answer));
    };
    if (!parts_.simulations.submit(std::move(work)))
        deliver_answer(busy_problem({ErrorCode::unavailable, "as many simulations as may are running and waiting",
                                     "come again in a moment, or run it on your own machine: dstudio sim run"},
                                    target.path));
}

Reply Application::answer_anew(const Request& request, const EncodingPreference& preference, bool& keep) {
    const Target target = split_target(request.target);
    auto segments = decode_path(target.path);
    const std::size_t unmatched = route_number(PseudoRoute::unmatched);
    if (!segments)
        return reply_to(request, problem(segments.error(), target.path), unmatched);
    if (const auto match = match_route(*segments))
        return reply_to(request, answer_route(request, *match, target, preference), match->number);

    const std::size_t site = route_number(PseudoRoute::site);
    const std::string path = joined(*segments);
    const SitePage* page = snapshot_->site.find(path);
    if (page == nullptr && segments->size() > 1 && segments->back().empty()) {
        segments->pop_back();
        const SitePage* clean = snapshot_->site.find(joined(*segments));
        if (clean != nullptr)
            return reply_to(request,
                            redirect_answer(clean->redirect.empty() ? clean->address : clean->redirect, target.query),
                            site);
        if (const auto match = match_route(*segments))
            return reply_to(request, redirect_answer(encoded(*segments), target.query), match->number);
    }
    if (page != nullptr && !page->redirect.empty())
        return reply_to(request, redirect_answer(page->redirect, target.query), site);
    if (page != nullptr) {
        // A query means nothing to a file: kept under each, one page would fill the cache.
        keep = target.query.empty();
        return reply_to(request, answer_page(*page, target.path, preference), site);
    }
    const SitePage* not_found = snapshot_->site.not_found_page();
    if (not_found == nullptr || !not_found->redirect.empty() || is_api_path(path))
        return reply_to(request,
                        problem({ErrorCode::not_found, "there is nothing at this address",
                                 is_api_path(path) ? "see /api/v1 and /api/v1/openapi.yaml" : ""},
                                target.path),
                        unmatched);
    return reply_to(request, not_found_answer(*not_found, preference), unmatched);
}

// All that are not found are answered by one page, which is read once.
AnswerPtr Application::not_found_answer(const SitePage& page, const EncodingPreference& preference) {
    std::string key(1, static_cast<char>(preference.code));
    key += " not found";  // no target holds a space
    if (const CachedAnswer* cached = cache_.find(key))
        return cached->answer;
    AnswerPtr answer = answer_page(page, page.address, preference);
    if (answer->cacheable)
        cache_.insert(key, {answer, route_number(PseudoRoute::unmatched)});
    return answer;
}

AnswerPtr Application::answer_page(const SitePage& page, std::string_view instance,
                                   const EncodingPreference& preference) const {
    auto answer = snapshot_->site.answer(page, preference);
    if (answer)
        return *answer;
    if (parts_.event_log)
        log_event(*parts_.event_log, Level::error, "site", answer.error().message);
    return problem(answer.error(), instance);
}

AnswerPtr Application::answer_route(const Request& request, const RouteMatch& match, const Target& target,
                                    const EncodingPreference& preference) {
    switch (match.endpoint) {
        case Endpoint::health:
            return text_answer("text/plain; charset=utf-8", "ok\n");
        case Endpoint::ready:
            if (parts_.draining.load(std::memory_order_relaxed))
                return problem({ErrorCode::unavailable, "the server is stopping", {}}, target.path);
            return text_answer("text/plain; charset=utf-8", "ready\n");
        case Endpoint::metrics:
            return text_answer("text/plain; version=0.0.4; charset=utf-8", metrics_text());
        case Endpoint::problem: {
            auto description = problem_description(match.arguments[0]);
            if (!description)
                return problem(description.error(), target.path);
            return text_answer(json_media_type, std::move(*description));
        }
        case Endpoint::simulate:
            return method_problem(request.method_text, target.path, allowed_methods(match.endpoint));
        default:
            return answer_api(match, target, preference);
    }
}

AnswerPtr Application::answer_api(const RouteMatch& match, const Target& target, const EncodingPreference& preference) {
    if (!searcher_)
        return problem({ErrorCode::unavailable, "the search index cannot be read", "build the pack again"},
                       target.path);
    auto content = api_content({*snapshot_, *searcher_, models_}, match, target.query);
    if (!content)
        return problem(content.error(), target.path);
    if (!content->redirect.empty())
        return redirect_answer(content->redirect, target.query);

    auto answer = data_answer(content->media_type, "no-cache");
    answer->cacheable = true;
    if (!store_compressed(*answer, content->body(), preference)) {
        if (content->borrowed.empty()) {
            answer->storage = std::move(content->text);
        } else {
            answer->borrowed = content->borrowed;
            answer->owner = snapshot_;
        }
    }
    answer->etag = entity_tag(answer->body());
    append_field(answer->fields, "ETag", answer->etag);
    return answer;
}

std::string Application::metrics_text() const {
    Metrics::Elsewhere elsewhere;
    elsewhere.version = program_version();
    elsewhere.content_hash = snapshot_->catalog.content_hash();
    elsewhere.addresses = snapshot_->site.size();
    const WorkPool::Load load = parts_.simulations.load();
    elsewhere.simulations_running = load.running;
    elsewhere.simulations_waiting = load.waiting;
    elsewhere.simulations_turned_away = load.turned_away_total;
    for (const catalog::Kind& kind : catalog::kinds())
        elsewhere.entries_by_kind.emplace_back(kind.name, snapshot_->count_by_kind[catalog::kind_index(kind)]);
    return parts_.metrics.text(elsewhere);
}

}  // namespace dstudio::http
