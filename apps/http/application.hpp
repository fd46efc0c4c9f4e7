// From a request to its reply: cache, then route, then the site or the API. One per worker thread.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "apps/http/compute.hpp"
#include "apps/http/metrics.hpp"
#include "apps/http/request_log.hpp"
#include "apps/http/response_cache.hpp"
#include "apps/http/routes.hpp"
#include "apps/http/snapshot.hpp"
#include "apps/http/target.hpp"
#include "apps/http/transport.hpp"
#include "apps/http/work_pool.hpp"
#include "services/catalog/search.hpp"

namespace dstudio::http {

class Application final : public Handler {
  public:
    struct Parts {
        const SnapshotStore& snapshots;
        Metrics& metrics;
        std::size_t worker;
        const std::atomic<bool>& draining;
        std::shared_ptr<spdlog::logger> event_log;    // may be null
        std::shared_ptr<spdlog::logger> request_log;  // may be null
        std::size_t cache_size_bytes_max;
        WorkPool& simulations;
    };
    // All parts outlive the application.
    explicit Application(const Parts& parts);

    Reply answer(const Request& request) override;
    std::optional<ContentBound> content_bound(const Request& request) override;
    void answer_later(const Request& request, Deliver deliver) override;
    Reply refuse(const Refusal& refusal) override;
    void finished(const Exchange& exchange) override;
    WorkerMetrics& counters() override { return counters_; }
    void tick() override;

  private:
    void refresh();
    Reply answer_anew(const Request& request, const EncodingPreference& preference, bool& keep);
    AnswerPtr answer_route(const Request& request, const RouteMatch& match, const Target& target,
                           const EncodingPreference& preference);
    AnswerPtr answer_page(const SitePage& page, std::string_view instance, const EncodingPreference& preference) const;
    AnswerPtr not_found_answer(const SitePage& page, const EncodingPreference& preference);
    AnswerPtr answer_api(const RouteMatch& match, const Target& target, const EncodingPreference& preference);
    std::string metrics_text() const;

    Parts parts_;
    WorkerMetrics& counters_;
    RequestLog log_;
    ResponseCache cache_;
    std::string key_;
    std::shared_ptr<const Snapshot> snapshot_;
    std::uint64_t generation_ = 0;
    std::optional<catalog::Searcher> searcher_;  // reads *snapshot_
    FormulaModels models_;                       // of *snapshot_
};

}  // namespace dstudio::http
