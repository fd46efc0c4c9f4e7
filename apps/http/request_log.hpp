// The server's log: one JSON object a line on standard error.
//
// Requests are collected by each worker and handed over in one piece a few times a second, so that a request costs no
// system call and no lock. Targets are cut, and all that is not printable ASCII is escaped: nobody writes into a
// terminal or forges a line by sending a request.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace dstudio::http {

// What happened to one request.
struct Exchange {
    std::string_view remote;
    std::string_view method;  // empty if the request could not be read
    std::string_view target;
    std::size_t route = 0;
    int status = 0;
    std::size_t sent_bytes = 0;
    std::chrono::nanoseconds latency{0};
    std::string_view reason;  // of a refusal
};

// Logs to standard error. Safe to share between threads.
std::shared_ptr<spdlog::logger> make_logger();

// {"time":"…","level":"info","event":"…","detail":"…"}
enum class Level { info, error };
void log_event(spdlog::logger& logger, Level level, std::string_view event, std::string_view detail);

void append_json_string(std::string& out, std::string_view text);

class RequestLog {
  public:
    static constexpr std::size_t target_size_bytes_max = 256;

    // A null logger takes nothing down.
    explicit RequestLog(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {}

    void append(const Exchange& exchange);
    void flush();

    static void append_line(const Exchange& exchange, std::string_view time, std::string& out);

  private:
    std::shared_ptr<spdlog::logger> logger_;
    std::string lines_;
};

// "2026-01-31T23:59:59.123Z"
std::string timestamp(std::chrono::system_clock::time_point time);

}  // namespace dstudio::http
