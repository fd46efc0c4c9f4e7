#include "tests/http/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "core/base/assert.hpp"
#include "core/base/text.hpp"

namespace dstudio::http_test {

std::string Response::field(const std::string& name) const {
    const auto at = fields.find(name);
    return at == fields.end() ? std::string() : at->second;
}

Client::Client(std::uint16_t port, std::chrono::milliseconds patience) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    DS_ASSERT(socket_ >= 0);
    ::timeval timeout{};
    timeout.tv_sec = patience.count() / 1000;
    timeout.tv_usec = patience.count() % 1000 * 1000;
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const int connected = ::connect(socket_, reinterpret_cast<const ::sockaddr*>(&address), sizeof address);
    DS_ASSERT(connected == 0);
}

Client::~Client() {
    ::close(socket_);
}

bool Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void Client::finish_sending() {
    ::shutdown(socket_, SHUT_WR);
}

bool Client::read_more() {
    std::array<char, 65536> bytes{};
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got <= 0)
        return false;
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
}

std::optional<Response> Client::receive(bool to_head) {
    std::size_t head_end = 0;
    while ((head_end = buffer_.find("\r\n\r\n")) == std::string::npos)
        if (!read_more())
            return std::nullopt;
    Response response;
    const std::string head = buffer_.substr(0, head_end);
    std::size_t size = 0;
    bool first = true;
    std::size_t begin = 0;
    while (begin <= head.size()) {
        const std::size_t end = std::min(head.find("\r\n", begin), head.size());
        const std::string line = head.substr(begin, end - begin);
        begin = end + 2;
        if (first) {
            if (!line.starts_with("HTTP/1.1 ") || line.size() < 13)
                return std::nullopt;
            std::from_chars(line.data() + 9, line.data() + 12, response.status);
            first = false;
            continue;
        }
        const std::size_t colon = line.find(": ");
        if (colon == std::string::npos)
            return std::nullopt;
        const std::string name = base::to_lower(line.substr(0, colon));
        const std::string value = line.substr(colon + 2);
        if (name == "content-length")
            std::from_chars(value.data(), value.data() + value.size(), size);
        response.fields.emplace(name, value);
    }
    if (to_head || response.status == 204 || response.status == 304 || response.status == 100)
        size = 0;
    while (buffer_.size() < head_end + 4 + size)
        if (!read_more())
            return std::nullopt;
    response.body = buffer_.substr(head_end + 4, size);
    buffer_.erase(0, head_end + 4 + size);
    return response;
}

bool Client::is_closed() {
    if (!buffer_.empty())
        return false;
    char byte = 0;
    return ::recv(socket_, &byte, 1, 0) == 0;
}

std::string Client::receive_until_close() {
    while (read_more()) {
    }
    return std::move(buffer_);
}

Response fetch(std::uint16_t port, std::string_view target, const RequestOptions& options) {
    Client client(port, options.patience);
    const std::string length =
        options.body.empty() ? "" : "Content-Length: " + std::to_string(options.body.size()) + "\r\n";
    const bool sent = client.send(options.method + " " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" +
                                  options.fields + length + "\r\n" + options.body);
    DS_ASSERT(sent);
    auto response = client.receive(options.method == "HEAD");
    DS_ASSERT(response.has_value());
    return std::move(*response);
}

}  // namespace dstudio::http_test
