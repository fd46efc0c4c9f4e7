#include "apps/http/server.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <ctime>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "apps/http/application.hpp"
#include "apps/http/metrics.hpp"
#include "apps/http/request_log.hpp"
#include "apps/http/snapshot.hpp"
#include "apps/http/transport.hpp"
#include "apps/http/work_pool.hpp"

namespace dstudio::http {
namespace {

constexpr unsigned threads_max = 64;
constexpr long poll_interval_ns = 100'000'000;

sigset_t handled_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    return signals;
}

// Blocks the signals that run() waits for, in this thread and in those it starts, and puts the mask back at the end.
class BlockedSignals {
  public:
    BlockedSignals() {
        const sigset_t signals = handled_signals();
        ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
    }
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;
    ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  private:
    sigset_t before_{};
};

unsigned simulation_threads(const ServerLimits& limits) {
    if (limits.simulation_threads != 0)
        return std::min(limits.simulation_threads, threads_max);
    return std::clamp(std::thread::hardware_concurrency() / 2, 1U, threads_max);
}

// Each connection is a descriptor.
void raise_descriptor_limit() {
    struct ::rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

}  // namespace

struct Server::Impl {
    struct WorkerUnit {
        std::unique_ptr<Application> application;
        std::unique_ptr<Transport> transport;
        std::thread thread;
    };

    Impl(ServerOptions given, std::shared_ptr<const Snapshot> snapshot, std::size_t worker_count)
        : options(std::move(given)),
          metrics(worker_count),
          snapshots(std::move(snapshot)),
          event_log(options.log_events ? make_logger() : nullptr),
          request_log(options.log_requests ? make_logger() : nullptr),
          running(worker_count),
          simulations(
              std::make_unique<WorkPool>(simulation_threads(options.limits), options.limits.simulations_waiting_max)) {}

    ~Impl() {
        stop(Transport::Stop::at_once);
        wait();
    }

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void event(Level level, std::string_view name, std::string_view detail) const {
        if (event_log)
            log_event(*event_log, level, name, detail);
    }

    void stop(Transport::Stop how) {
        draining.store(true);
        for (const WorkerUnit& worker : workers)
            worker.transport->stop(how);
    }

    void wait() {
        const std::lock_guard lock(wait_mutex);
        for (WorkerUnit& worker : workers)
            if (worker.thread.joinable())
                worker.thread.join();
    }

    base::Result<void> reload() {
        const std::lock_guard lock(reload_mutex);
        auto snapshot = Snapshot::load(options.pack, options.web_root);
        metrics.count_reload(snapshot.has_value());
        if (!snapshot) {
            event(Level::error, "reload", snapshot.error().message);
            return tl::unexpected<base::Error>(snapshot.error());
        }
        snapshots.replace(std::move(*snapshot));
        for (const WorkerUnit& worker : workers)
            worker.transport->wake();
        event(Level::info, "reload", fmt::format("content {}", snapshots.current().snapshot->catalog.content_hash()));
        return {};
    }

    ServerOptions options;
    Metrics metrics;
    SnapshotStore snapshots;
    std::shared_ptr<spdlog::logger> event_log;
    std::shared_ptr<spdlog::logger> request_log;
    std::atomic<bool> draining{false};
    std::atomic<std::size_t> running;
    std::vector<WorkerUnit> workers;
    std::unique_ptr<WorkPool> simulations;  // goes before the workers: what is delivered goes through their loops
    std::uint16_t port = 0;
    std::mutex wait_mutex;
    std::mutex reload_mutex;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

base::Result<Server> Server::start(const ServerOptions& options) {
    const auto passed_on = [](const auto& result) { return tl::unexpected<base::Error>(result.error()); };
    if (auto is_free = Transport::address_is_free({options.host, options.port}); !is_free)
        return passed_on(is_free);
    auto snapshot = Snapshot::load(options.pack, options.web_root);
    if (!snapshot)
        return passed_on(snapshot);
    raise_descriptor_limit();
    // glibc would give each thread an arena of its own, which keeps what that thread once needed.
    ::mallopt(M_ARENA_MAX, 2);

    const unsigned wanted = options.threads != 0 ? options.threads : std::thread::hardware_concurrency();
    const unsigned count = std::clamp(wanted, 1U, threads_max);
    const BlockedSignals blocked;  // for all threads that are started here
    auto impl = std::make_unique<Impl>(options, std::move(*snapshot), count);
    impl->port = options.port;
    for (unsigned i = 0; i < count; ++i) {
        Impl::WorkerUnit worker;
        worker.application = std::make_unique<Application>(
            Application::Parts{impl->snapshots, impl->metrics, i, impl->draining, impl->event_log, impl->request_log,
                               options.limits.cache_size_bytes_max / count, *impl->simulations});
        auto transport =
            Transport::open({options.host, impl->port}, options.limits,
                            std::max<std::size_t>(1, options.limits.connection_count_max / count), *worker.application);
        if (!transport)
            return passed_on(transport);
        worker.transport = std::move(*transport);
        impl->port = worker.transport->port();
        impl->workers.push_back(std::move(worker));
    }
    for (Impl::WorkerUnit& worker : impl->workers)
        worker.thread = std::thread([&running = impl->running, &transport = *worker.transport] {
            transport.run();
            running.fetch_sub(1);
        });
    impl->event(
        Level::info, "start",
        fmt::format("listening on {} port {} with {} threads, {} entries, {} addresses of the site", options.host,
                    impl->port, count, impl->snapshots.current().snapshot->catalog.entries().size(),
                    impl->snapshots.current().snapshot->site.size()));
    return Server(std::move(impl));
}

std::uint16_t Server::port() const {
    return impl_->port;
}

void Server::stop() {
    impl_->stop(Transport::Stop::graceful);
}

void Server::wait() {
    impl_->wait();
}

base::Result<void> Server::reload() {
    return impl_->reload();
}

void Server::run(const std::function<void()>& when_ready) {
    const BlockedSignals blocked;
    if (when_ready)
        when_ready();
    const sigset_t signals = handled_signals();
    const timespec poll_interval{0, poll_interval_ns};
    bool asked = false;
    while (impl_->running.load() > 0) {
        const int signal = ::sigtimedwait(&signals, nullptr, &poll_interval);
        if (signal == SIGHUP) {
            // The result is logged; there is nobody else to tell.
            static_cast<void>(impl_->reload());
        } else if (signal == SIGINT || signal == SIGTERM) {
            impl_->event(Level::info, "stop", asked ? "at once" : "finishing requests in flight");
            impl_->stop(asked ? Transport::Stop::at_once : Transport::Stop::graceful);
            asked = true;
        }
    }
    wait();
}

}  // namespace dstudio::http
