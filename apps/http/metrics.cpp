#include "apps/http/metrics.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "apps/http/routes.hpp"
#include "core/base/assert.hpp"

namespace dstudio::http {
namespace {

struct Family {
    std::string_view name;
    std::string_view type;
    std::string_view help;
};

void append_family(std::string& out, const Family& family) {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", family.name, family.help, family.name,
                   family.type);
}

void append_single(std::string& out, const Family& family, double value) {
    append_family(out, family);
    fmt::format_to(std::back_inserter(out), "{} {}\n", family.name, value);
}

std::uint64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    statm >> total >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

void WorkerMetrics::count_request(std::size_t route, int status, std::chrono::nanoseconds latency, std::size_t bytes) {
    RouteCounters& counters = routes[route];
    DS_ASSERT(status >= 100 && status < 600);
    counters.by_status_class[static_cast<std::size_t>(status) / 100].add(1);
    const std::int64_t latency_us = latency.count() / 1000;
    std::size_t bucket = 0;
    while (bucket < latency_bounds_us.size() && latency_us > latency_bounds_us[bucket])
        ++bucket;
    counters.by_latency[bucket].add(1);
    counters.latency_ns.add(static_cast<std::uint64_t>(latency.count()));
    sent_bytes.add(bytes);
}

Metrics::Metrics(std::size_t worker_count) {
    for (std::size_t i = 0; i < worker_count; ++i)
        workers_.push_back(std::make_unique<WorkerMetrics>(route_name_count()));
}

std::string Metrics::text(const Elsewhere& elsewhere) const {
    const auto sum = [this](Counter WorkerMetrics::*member) {
        std::uint64_t total = 0;
        for (const auto& worker : workers_)
            total += ((*worker).*member).value();
        return static_cast<double>(total);
    };
    const auto sum_route = [this](std::size_t route, const auto& read) {
        std::uint64_t total = 0;
        for (const auto& worker : workers_)
            total += read(worker->routes[route]);
        return total;
    };
    std::string out;
    const auto append = [&out](fmt::string_view format, const auto&... values) {
        fmt::vformat_to(std::back_inserter(out), format, fmt::make_format_args(values...));
    };

    append_family(out, {"dstudio_http_requests_total", "counter", "Requests answered, by route and class of status."});
    for (std::size_t route = 0; route < route_name_count(); ++route)
        for (std::size_t status_class = 1; status_class < 6; ++status_class) {
            const std::uint64_t count = sum_route(
                route, [&](const RouteCounters& counters) { return counters.by_status_class[status_class].value(); });
            if (count > 0)
                append("dstudio_http_requests_total{{route=\"{}\",code=\"{}xx\"}} {}\n", route_name(route),
                       status_class, count);
        }
    append_family(out, {"dstudio_http_request_duration_seconds", "histogram",
                        "Time from a whole request to its answer being handed to the system, by route."});
    for (std::size_t route = 0; route < route_name_count(); ++route) {
        std::uint64_t cumulated = 0;
        std::string rows;
        for (std::size_t bucket = 0; bucket <= latency_bounds_us.size(); ++bucket) {
            cumulated +=
                sum_route(route, [&](const RouteCounters& counters) { return counters.by_latency[bucket].value(); });
            const std::string bound = bucket < latency_bounds_us.size()
                                          ? fmt::format("{}", static_cast<double>(latency_bounds_us[bucket]) / 1e6)
                                          : "+Inf";
            fmt::format_to(std::back_inserter(rows),
                           "dstudio_http_request_duration_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n",
                           route_name(route), bound, cumulated);
        }
        if (cumulated == 0)
            continue;
        out += rows;
        const std::uint64_t total_ns =
            sum_route(route, [](const RouteCounters& counters) { return counters.latency_ns.value(); });
        append("dstudio_http_request_duration_seconds_sum{{route=\"{}\"}} {}\n", route_name(route),
               static_cast<double>(total_ns) / 1e9);
        append("dstudio_http_request_duration_seconds_count{{route=\"{}\"}} {}\n", route_name(route), cumulated);
    }
    append_single(out, {"dstudio_http_connections", "gauge", "Open connections."}, sum(&WorkerMetrics::connections));
    append_single(out, {"dstudio_http_connections_total", "counter", "Connections accepted."},
                  sum(&WorkerMetrics::connections_total));
    append_single(out, {"dstudio_http_connections_refused_total", "counter", "Connections over the bound."},
                  sum(&WorkerMetrics::connections_refused));
    append_single(out, {"dstudio_http_received_bytes_total", "counter", "Bytes received."},
                  sum(&WorkerMetrics::received_bytes));
    append_single(out, {"dstudio_http_sent_bytes_total", "counter", "Bytes of answers sent."},
                  sum(&WorkerMetrics::sent_bytes));
    const std::uint64_t refused = sum_route(route_number(PseudoRoute::refused), [](const RouteCounters& counters) {
        std::uint64_t total = 0;
        for (const Counter& counter : counters.by_status_class)
            total += counter.value();
        return total;
    });
    append_single(out, {"dstudio_http_refused_total", "counter", "Requests refused for their framing or slowness."},
                  static_cast<double>(refused));
    append_single(out, {"dstudio_http_cache_hits_total", "counter", "Answers taken from the cache."},
                  sum(&WorkerMetrics::cache_hits));
    append_single(out, {"dstudio_http_cache_misses_total", "counter", "Answers made anew."},
                  sum(&WorkerMetrics::cache_misses));
    append_single(out, {"dstudio_reloads_total", "counter", "Reloads of catalogue and site that succeeded."},
                  static_cast<double>(reloads_.load()));
    append_single(out, {"dstudio_reloads_failed_total", "counter", "Reloads that failed; the old state was kept."},
                  static_cast<double>(reloads_failed_.load()));
    append_family(out, {"dstudio_catalogue_entries", "gauge", "Entries of the catalogue, by kind."});
    for (const auto& [kind, count] : elsewhere.entries_by_kind)
        append("dstudio_catalogue_entries{{kind=\"{}\"}} {}\n", kind, count);
    append_single(out, {"dstudio_site_addresses", "gauge", "Addresses of the web front end, redirects among them."},
                  static_cast<double>(elsewhere.addresses));
    append_single(out, {"dstudio_simulations_running", "gauge", "Simulations that are computed now."},
                  static_cast<double>(elsewhere.simulations_running));
    append_single(out, {"dstudio_simulations_waiting", "gauge", "Simulations that wait for a thread."},
                  static_cast<double>(elsewhere.simulations_waiting));
    append_single(out, {"dstudio_simulations_turned_away_total", "counter", "Simulations for which there was no room."},
                  static_cast<double>(elsewhere.simulations_turned_away));
    append_family(out, {"dstudio_build_info", "gauge", "Version of the program and hash of the content, always 1."});
    append("dstudio_build_info{{version=\"{}\",content_hash=\"{}\"}} 1\n", elsewhere.version, elsewhere.content_hash);
    append_single(out, {"process_resident_memory_bytes", "gauge", "Resident memory."},
                  static_cast<double>(resident_bytes()));
    append_single(out, {"process_start_time_seconds", "gauge", "Start of the process, Unix time."},
                  static_cast<double>(
                      std::chrono::duration_cast<std::chrono::milliseconds>(started_.time_since_epoch()).count()) /
                      1e3);
    return out;
}

}  // namespace dstudio::http
