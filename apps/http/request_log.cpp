#include "apps/http/request_log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <iterator>

#include "apps/http/routes.hpp"

namespace dstudio::http {
namespace {

constexpr std::size_t lines_size_bytes_max = 64 * 1024;

}  // namespace

std::shared_ptr<spdlog::logger> make_logger() {
    auto logger = std::make_shared<spdlog::logger>("dstudio", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%v");
    return logger;
}

std::string timestamp(std::chrono::system_clock::time_point time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                       milliseconds.count());
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte >= 0x7f) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
        } else {
            out += c;
        }
    }
    out += '"';
}

void log_event(spdlog::logger& logger, Level level, std::string_view event, std::string_view detail) {
    std::string line =
        fmt::format("{{\"time\":\"{}\",\"level\":\"{}\",\"event\":", timestamp(std::chrono::system_clock::now()),
                    level == Level::info ? "info" : "error");
    append_json_string(line, event);
    line += ",\"detail\":";
    append_json_string(line, detail);
    line += '}';
    logger.log(level == Level::info ? spdlog::level::info : spdlog::level::err, spdlog::string_view_t(line));
    logger.flush();
}

void RequestLog::append_line(const Exchange& exchange, std::string_view time, std::string& out) {
    fmt::format_to(std::back_inserter(out),
                   "{{\"time\":\"{}\",\"level\":\"info\",\"event\":\"request\",\"remote\":", time);
    append_json_string(out, exchange.remote);
    out += ",\"method\":";
    append_json_string(out, exchange.method);
    out += ",\"target\":";
    append_json_string(out, exchange.target.substr(0, target_size_bytes_max));
    out += ",\"route\":";
    append_json_string(out, route_name(exchange.route));
    fmt::format_to(std::back_inserter(out), ",\"status\":{},\"bytes\":{},\"duration_us\":{}", exchange.status,
                   exchange.sent_bytes, exchange.latency.count() / 1000);
    if (!exchange.reason.empty()) {
        out += ",\"reason\":";
        append_json_string(out, exchange.reason);
    }
    out += '}';
}

void RequestLog::append(const Exchange& exchange) {
    if (!logger_)
        return;
    if (!lines_.empty())
        lines_ += '\n';
    append_line(exchange, timestamp(std::chrono::system_clock::now()), lines_);
    if (lines_.size() > lines_size_bytes_max)
        flush();
}

void RequestLog::flush() {
    if (!logger_ || lines_.empty())
        return;
    logger_->log(spdlog::level::info, spdlog::string_view_t(lines_));
    logger_->flush();
    lines_.clear();
}

}  // namespace dstudio::http
