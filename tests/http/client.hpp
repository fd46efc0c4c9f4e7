// A client of a few lines that can say things no HTTP library would: it sends bytes and reads answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace dstudio::http_test {

struct Response {
    int status = 0;
    std::multimap<std::string, std::string> fields;  // names in lower case
    std::string body;

    [[nodiscard]] std::string field(const std::string& name) const;  // empty if there is none
};

// A connection to 127.0.0.1. Waits at most `patience` for anything.
class Client {
  public:
    explicit Client(std::uint16_t port, std::chrono::milliseconds patience = std::chrono::seconds(10));
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    bool send(std::string_view bytes);  // false if the other side has closed
    void finish_sending();              // half-closes

    // The next answer; none if the connection is closed or silent, or the bytes are no answer.
    std::optional<Response> receive(bool to_head = false);
    // Whether the connection is closed, with no byte before the close.
    bool is_closed();
    std::string receive_until_close();

  private:
    bool read_more();

    int socket_;
    std::string buffer_;
};

// One request on a connection of its own. REQUIRES: the server answers.
struct RequestOptions {
    std::string method = "GET";
    std::string fields{};  // lines with CRLF
    std::string body{};    // goes with its Content-Length, if there is any
    std::chrono::milliseconds patience = std::chrono::seconds(10);
};
Response fetch(std::uint16_t port, std::string_view target, const RequestOptions& options = {});

}  // namespace dstudio::http_test
