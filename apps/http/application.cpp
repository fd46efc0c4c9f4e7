#include "apps/http/application.hpp"

#include <exception>
#include <utility>

#include "apps/http/api.hpp"
#include "apps/http/compression.hpp"
#include "apps/http/conditional.hpp"
#include "apps/http/entity_tag.hpp"
#include "apps/http/problem.hpp"
#include "apps/http/security_fields.hpp"
#include "core/base/percent.hpp"

namespace dstudio::http {
namespace {

using base::ErrorCode;

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

AnswerPtr options_answer() {
    auto answer = std::make_shared<Answer>();
    answer->status = 204;
    append_field(answer->fields, "Allow", allowed_methods);
    answer->fields += common_security_fields;
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
    const std::string_view path = split_target(request.target).path;
    if (request.method == Method::options)
        return reply_to(request, options_answer(), route_number(PseudoRoute::unmatched));
    if (request.method == Method::other)
        return reply_to(request, method_problem(request.method_text, path), route_number(PseudoRoute::unmatched));

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
        return reply_to(request, problem({ErrorCode::internal, "the request could not be answered", {}}, path),
                        route_number(PseudoRoute::unmatched));
    }
    if (keep && reply.answer->cacheable && reply.answer->status == 200)
        cache_.insert(key_, {reply.answer, reply.route});
    return reply;
}

Reply Application::answer_anew(const Request& request, const EncodingPreference& preference, bool& keep) {
    const Target target = split_target(request.target);
    auto segments = decode_path(target.path);
    const std::size_t unmatched = route_number(PseudoRoute::unmatched);
    if (!segments)
        return reply_to(request, problem(segments.error(), target.path), unmatched);
    if (const auto match = match_route(*segments))
        return reply_to(request, answer_route(*match, target, preference), match->number);

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

AnswerPtr Application::answer_route(const RouteMatch& match, const Target& target,
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
    const Encoding encoding = preference.order[0];
    std::optional<std::string> compressed;
    if (content->body().size() >= compressed_size_bytes_min) {
        append_field(answer->fields, "Vary", "Accept-Encoding");
        if (encoding != Encoding::identity)
            compressed = compress(content->body(), encoding);
    }
    if (compressed) {
        append_field(answer->content_fields, "Content-Encoding", encoding_name(encoding));
        answer->storage = std::move(*compressed);
    } else if (content->borrowed.empty()) {
        answer->storage = std::move(content->text);
    } else {
        answer->borrowed = content->borrowed;
        answer->owner = snapshot_;
    }
    answer->etag = entity_tag(answer->body());
    append_field(answer->fields, "ETag", answer->etag);
    return answer;
}

std::string Application::metrics_text() const {
    Metrics::Catalogue catalogue;
    catalogue.version = program_version();
    catalogue.content_hash = snapshot_->catalog.content_hash();
    catalogue.addresses = snapshot_->site.size();
    for (const catalog::Kind& kind : catalog::kinds())
        catalogue.entries_by_kind.emplace_back(kind.name, snapshot_->count_by_kind[catalog::kind_index(kind)]);
    return parts_.metrics.text(catalogue);
}

}  // namespace dstudio::http
