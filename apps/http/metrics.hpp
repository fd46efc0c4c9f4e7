// What the server counts, in Prometheus' text format.
//
// Each worker has counters of its own, which only its thread writes: no lock and no shared cache line on the way of a
// request. Reading adds them up and may see a request half counted. Labels are routes, never addresses, so that their
// number is bounded.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dstudio::http {

// Upper bounds of the latency histogram, in microseconds; a last bucket takes the rest.
inline constexpr std::array<std::int64_t, 13> latency_bounds_us{50,    100,   250,   500,    1000,   2500,   5000,
                                                                10000, 25000, 50000, 100000, 250000, 1000000};

// Written by one thread, read by any.
class Counter {
  public:
    void add(std::uint64_t amount) {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    void subtract(std::uint64_t amount) {
        value_.store(value_.load(std::memory_order_relaxed) - amount, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

struct RouteCounters {
    std::array<Counter, 6> by_status_class;  // 0 is not used
    std::array<Counter, latency_bounds_us.size() + 1> by_latency;
    Counter latency_ns;
};

struct alignas(64) WorkerMetrics {
    explicit WorkerMetrics(std::size_t route_count) : routes(route_count) {}

    void count_request(std::size_t route, int status, std::chrono::nanoseconds latency, std::size_t sent_bytes);

    std::vector<RouteCounters> routes;
    Counter connections;  // open now
    Counter connections_total;
    Counter connections_refused;
    Counter received_bytes;
    Counter sent_bytes;
    Counter cache_hits;
    Counter cache_misses;
};

class Metrics {
  public:
    explicit Metrics(std::size_t worker_count);

    WorkerMetrics& worker(std::size_t index) { return *workers_[index]; }
    void count_reload(bool succeeded) { (succeeded ? reloads_ : reloads_failed_).fetch_add(1); }

    struct Elsewhere {  // what others count
        std::string version;
        std::string content_hash;
        std::vector<std::pair<std::string, std::size_t>> entries_by_kind;
        std::size_t addresses = 0;
        std::size_t simulations_running = 0;
        std::size_t simulations_waiting = 0;
        std::size_t simulations_turned_away = 0;
    };
    [[nodiscard]] std::string text(const Elsewhere& elsewhere) const;

  private:
    std::vector<std::unique_ptr<WorkerMetrics>> workers_;
    std::atomic<std::uint64_t> reloads_{0};
    std::atomic<std::uint64_t> reloads_failed_{0};
    std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
};

}  // namespace dstudio::http
