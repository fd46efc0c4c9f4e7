#include "apps/http/transport.hpp"

#include <sys/socket.h>

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <ctime>
#include <list>
#include <optional>
#include <utility>

#include "apps/http/body_framing.hpp"
#include "apps/http/octets.hpp"
#include "apps/http/routes.hpp"
#include "core/base/assert.hpp"

namespace dstudio::http {
namespace {

namespace net = boost::asio;
namespace beast_http = boost::beast::http;
using base::ErrorCode;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using net::ip::tcp;
using Socket = net::basic_stream_socket<tcp, net::io_context::executor_type>;
using Acceptor = net::basic_socket_acceptor<tcp, net::io_context::executor_type>;
using Timer = net::basic_waitable_timer<Clock, net::wait_traits<Clock>, net::io_context::executor_type>;
using ReusePort = net::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr std::size_t input_size_bytes_min = 4 * 1024;
constexpr std::size_t input_size_bytes_max = 64 * 1024;   // a full header block, and pipelined requests behind it
constexpr std::size_t output_size_bytes_max = 64 * 1024;  // collected from pipelined requests before it is sent
constexpr std::size_t copied_body_size_bytes_max = 8 * 1024;
constexpr std::size_t kept_capacity_bytes_max = 16 * 1024;  // of an idle connection's buffers
constexpr std::size_t lingered_size_bytes_max = 4U << 20U;
constexpr std::uint64_t ignored_body_size_bytes_max = 4 * 1024;  // of methods that take no body
constexpr std::uint64_t slow_link_bytes_per_second = 32 * 1024;
constexpr auto sweep_interval_max = std::chrono::milliseconds(250);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7), made once a second.
class HttpDate {
  public:
    std::string_view now() {
        const std::time_t seconds = std::time(nullptr);
        if (seconds != seconds_) {
            seconds_ = seconds;
            std::tm parts{};
            ::gmtime_r(&seconds, &parts);
            static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
            static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
            text_ = fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(parts.tm_wday)],
                                parts.tm_mday, months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                                parts.tm_hour, parts.tm_min, parts.tm_sec);
        }
        return text_;
    }

  private:
    std::time_t seconds_ = -1;
    std::string text_;
};

// Beast's parser over one header block that the guard has passed; puts what matters into a Request.
class HeaderParser final : public beast_http::basic_parser<true> {
  public:
    HeaderParser(Request& request, const FramingLimits& limits) : request_(request) {
        header_limit(static_cast<std::uint32_t>(limits.header_size_bytes_max + 1));
        skip(true);  // bodies are framed by BodyFraming
    }

  private:
    using Text = boost::beast::string_view;

    static std::string_view view(Text text) { return {text.data(), text.size()}; }

    // Fields that are lists may be spread over several lines.
    static void append_list(std::string& list, Text value) {
        if (!list.empty())
            list += ", ";
        list += view(value);
    }

    void on_request_impl(beast_http::verb method, Text method_text, Text target, int version, error_code&) override {
        request_.is_version_1_0 = version == 10;
        request_.method_text = view(method_text);
        request_.target = view(target);
        if (method == beast_http::verb::get)
            request_.method = Method::get;
        else if (method == beast_http::verb::head)
            request_.method = Method::head;
        else if (method == beast_http::verb::options)
            request_.method = Method::options;
        else if (method == beast_http::verb::post)
            request_.method = Method::post;
    }

    void on_field_impl(beast_http::field name, Text, Text value, error_code&) override {
        switch (name) {
            case beast_http::field::accept_encoding:
                append_list(request_.accept_encoding, value);
                break;
            case beast_http::field::if_none_match:
                append_list(request_.if_none_match, value);
                break;
            case beast_http::field::content_type:
                append_list(request_.content_type, value);
                break;
            case beast_http::field::content_encoding:
                append_list(request_.content_encoding, value);
                break;
            case beast_http::field::range:
                append_list(request_.range, value);
                break;
            case beast_http::field::if_range:
                append_list(request_.if_range, value);
                break;
            case beast_http::field::expect:
                if (equals_ignoring_case(view(value), "100-continue"))
                    request_.expects_continue = true;
                else
                    request_.expects_other = true;
                break;
            default:
                break;
        }
    }

    void on_response_impl(int, Text, int, error_code&) override {}
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(Text body, error_code&) override { return body.size(); }
    void on_chunk_header_impl(std::uint64_t, Text, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text body, error_code&) override { return body.size(); }
    void on_finish_impl(error_code&) override {}

    Request& request_;
};

class Worker;

// Reads requests, has them answered, writes the answers; one at a time and in order, however they were cut into
// packets.
//
// Invariant: between the calls of its handlers exactly one operation is pending, so whoever wants a connection gone
// closes its socket, and the operation's handler releases it. An answer that is being made elsewhere counts as one, but
// may be long in coming: then the connection is released at once, and the answer finds that nobody waits for it.
class Connection {
  public:
    Connection(Worker& worker, Socket socket, std::string remote);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { forget_answer(); }

    void start();
    void sweep(Clock::time_point now);
    void drain();
    void close_now();

    std::list<Connection>::iterator self;

  private:
    enum class State { header, body, answering };
    enum class Pending { read, write, linger, answer };

    void process();
    // One step: a header block or a body is read, and what is whole is answered. False if that needs more bytes.
    bool advance();
    bool take_header();
    bool take_body();
    bool accept_request(std::string_view header);
    void answer();
    void answer_later();
    void delivered(Reply reply);
    void forget_answer();
    void refuse(const Refusal& refusal);
    void queue(const Reply& reply, std::string_view reason);

    [[nodiscard]] bool has_output() const { return !out_.empty() || !large_body_.empty(); }
    [[nodiscard]] bool output_is_full() const { return out_.size() >= output_size_bytes_max || !large_body_.empty(); }
    [[nodiscard]] std::string_view unread() const {
        return std::string_view(in_).substr(in_begin_, in_end_ - in_begin_);
    }

    bool flush();  // false if a write is pending, or the connection has been released
    void written();
    void read();
    void on_read(error_code error, std::size_t size);
    void linger();
    void on_linger(error_code error, std::size_t size);
    void release();  // destroys *this

    Worker& worker_;
    Socket socket_;
    std::string remote_;
    State state_ = State::header;
    Pending pending_ = Pending::read;
    bool header_started_ = false;  // a byte of the next request has arrived
    bool close_after_write_ = false;
    bool timed_out_ = false;
    Clock::time_point deadline_;

    std::string in_;  // all of it is room to read into
    std::size_t in_begin_ = 0;
    std::size_t in_end_ = 0;
    FramingGuard guard_;
    BodyFraming body_;
    Request request_;
    std::optional<Handler::ContentBound> content_bound_;  // of request_: its body is kept
    std::shared_ptr<Connection*> awaiting_;               // what the coming answer finds: this, or null when gone
    std::optional<Reply> ready_;                          // come while a write was pending
    Clock::time_point begun_;                             // when the header block of request_ was whole

    std::string out_;              // heads and small bodies
    AnswerPtr large_;              // keeps large_body_ alive
    std::string_view large_body_;  // goes behind out_
    std::size_t lingered_bytes_ = 0;
};

class Worker final : public Transport {
  public:
    Worker(const ServerLimits& limits, std::size_t connection_count_max, Handler& handler)
        : limits_(limits),
          connection_count_max_(connection_count_max),
          handler_(handler),
          loop_(1),
          acceptor_(loop_.get_executor()),
          timer_(loop_.get_executor()) {
        sweep_interval_ = std::min<Clock::duration>(
            sweep_interval_max,
            std::max<Clock::duration>(std::chrono::milliseconds(10),
                                      std::min({limits.header_timeout, limits.idle_timeout, limits.body_timeout,
                                                limits.write_timeout, limits.linger_timeout, limits.drain_timeout}) /
                                          4));
    }

    ~Worker() override { connections_.clear(); }

    error_code listen(const tcp::endpoint& endpoint) {
        error_code error;
        acceptor_.open(endpoint.protocol(), error);
        if (!error)
            acceptor_.set_option(net::socket_base::reuse_address(true), error);
        if (!error)
            acceptor_.set_option(ReusePort(true), error);
        if (!error)
            acceptor_.bind(endpoint, error);
        if (!error)
            acceptor_.listen(net::socket_base::max_listen_connections, error);
        if (!error)
            acceptor_.non_blocking(true, error);
        if (!error)
            port_ = acceptor_.local_endpoint(error).port();
        return error;
    }

    std::uint16_t port() const override { return port_; }

    void run() override {
        accept();
        loop_.run();
        handler_.tick();
    }

    // From any thread: runs `work` on this one.
    template <class Work>
    void post(Work work) {
        net::post(loop_, std::move(work));
    }

    void wake() override {
        net::post(loop_, [this] { handler_.tick(); });
    }

    void stop(Stop how) override {
        net::post(loop_, [this, how] {
            if (how == Stop::at_once)
                close_all();
            else
                drain();
        });
    }

    void release(std::list<Connection>::iterator connection) {
        connections_.erase(connection);
        handler_.counters().connections.subtract(1);
        if (connections_.empty()) {
            handler_.tick();
            if (stopping_)
                timer_.cancel();
        }
    }

    Handler& handler() { return handler_; }
    const ServerLimits& limits() const { return limits_; }
    bool stopping() const { return stopping_; }
    HttpDate& date() { return date_; }

  private:
    void accept() {
        acceptor_.async_accept([this](error_code error, Socket socket) {
            if (stopping_)
                return;
            if (!error) {
                admit(std::move(socket));
                accept();
                return;
            }
            if (error == net::error::operation_aborted)
                return;
            // Out of descriptors or memory: give those who have them a moment to finish.
            accept_timer_.emplace(loop_.get_executor(), std::chrono::milliseconds(50));
            accept_timer_->async_wait([this](error_code) {
                if (!stopping_)
                    accept();
            });
        });
    }

    void admit(Socket socket) {
        error_code error;
        const tcp::endpoint remote = socket.remote_endpoint(error);
        if (error)
            return;
        socket.set_option(tcp::no_delay(true), error);
        socket.non_blocking(true, error);
        WorkerMetrics& counters = handler_.counters();
        counters.connections_total.add(1);
        if (connections_.size() >= connection_count_max_) {
            refuse_overload(socket);
            return;
        }
        counters.connections.add(1);
        connections_.emplace_front(*this, std::move(socket), remote.address().to_string());
        connections_.front().self = connections_.begin();
        if (!sweeping_)
            schedule_sweep();
        connections_.front().start();
    }

    // One attempt to say so: a client that is not answered at once is not waited for.
    void refuse_overload(Socket& socket) {
        handler_.counters().connections_refused.add(1);
        Reply reply = handler_.refuse({503, "too many connections are open"});
        std::string out;
        append_head(reply, {date_.now(), false, false}, out);
        out += reply.body;
        error_code ignored;
        socket.write_some(net::buffer(out), ignored);
        socket.shutdown(tcp::socket::shutdown_send, ignored);
    }

    void schedule_sweep() {
        sweeping_ = true;
        timer_.expires_after(sweep_interval_);
        timer_.async_wait([this](error_code error) {
            if (error)
                return;
            sweeping_ = false;
            if (connections_.empty())
                return;
            const auto now = Clock::now();
            if (stopping_ && now > drain_deadline_)
                for (auto at = connections_.begin(); at != connections_.end();)
                    (at++)->close_now();
            else
                for (auto at = connections_.begin(); at != connections_.end();)
                    (at++)->sweep(now);
            handler_.tick();
            schedule_sweep();
        });
    }

    void drain() {
        if (stopping_)
            return;
        // Connections that wait in the kernel's queue would be reset by closing it: take them in first.
        while (true) {
            error_code error;
            Socket socket(loop_.get_executor());
            acceptor_.accept(socket, error);
            if (error)
                break;
            admit(std::move(socket));
        }
        stopping_ = true;
        drain_deadline_ = Clock::now() + limits_.drain_timeout;
        error_code ignored;
        acceptor_.close(ignored);
        if (accept_timer_)
            accept_timer_->cancel();
        if (connections_.empty())
            timer_.cancel();
        for (auto at = connections_.begin(); at != connections_.end();)
            (at++)->drain();
    }

    void close_all() {
        drain();
        for (auto at = connections_.begin(); at != connections_.end();)
            (at++)->close_now();
    }

    ServerLimits limits_;
    std::size_t connection_count_max_;
    Handler& handler_;
    net::io_context loop_;
    Acceptor acceptor_;
    Timer timer_;
    std::optional<Timer> accept_timer_;
    Clock::duration sweep_interval_{};
    std::list<Connection> connections_;
    HttpDate date_;
    std::uint16_t port_ = 0;
    bool sweeping_ = false;
    bool stopping_ = false;
    Clock::time_point drain_deadline_;
};

Connection::Connection(Worker& worker, Socket socket, std::string remote)
    : worker_(worker),
      socket_(std::move(socket)),
      remote_(std::move(remote)),
      in_(input_size_bytes_min, '\0'),
      guard_(worker.limits().framing) {}

void Connection::start() {
    deadline_ = Clock::now() + worker_.limits().header_timeout;
    read();
}

void Connection::release() {
    worker_.release(self);
}

void Connection::close_now() {
    error_code ignored;
    socket_.close(ignored);
    if (pending_ == Pending::answer)
        release();
}

void Connection::sweep(Clock::time_point now) {
    if (now < deadline_ || timed_out_)
        return;
    if (pending_ == Pending::read && (header_started_ || state_ == State::body)) {
        timed_out_ = true;
        error_code ignored;
        socket_.cancel(ignored);  // on_read answers 408
    } else if (pending_ == Pending::answer) {
        forget_answer();
        state_ = State::header;
        refuse({503, "the answer took too long to make"});
        process();
    } else {
        close_now();
    }
}

void Connection::drain() {
    error_code error;
    if (pending_ == Pending::read && state_ == State::header && !header_started_ && socket_.available(error) == 0)
        close_now();
}

void Connection::process() {
    while (true) {
        while (!close_after_write_ && !output_is_full() && advance()) {
        }
        if (!has_output())
            break;
        if (!flush())
            return;
    }
    if (close_after_write_) {
        linger();
    } else if (state_ == State::answering) {
        pending_ = Pending::answer;
        deadline_ = Clock::now() + worker_.limits().answer_timeout;
    } else {
        read();
    }
}

bool Connection::advance() {
    switch (state_) {
        case State::header:
            return take_header();
        case State::body:
            return take_body();
        case State::answering:
            break;
    }
    if (!ready_)
        return false;
    queue(*ready_, {});
    ready_.reset();
    state_ = State::header;
    deadline_ = Clock::now() + worker_.limits().idle_timeout;
    return true;
}

bool Connection::take_header() {
    switch (guard_.inspect(unread())) {
        case Framing::incomplete:
            if (guard_.started() && !header_started_) {
                header_started_ = true;
                deadline_ = Clock::now() + worker_.limits().header_timeout;
            }
            return false;
        case Framing::refused:
            request_.clear();
            begun_ = Clock::now();
            refuse(guard_.refusal());
            return true;
        case Framing::complete:
            break;
    }
    begun_ = Clock::now();
    header_started_ = false;
    const std::string_view header = unread().substr(guard_.header_begin(), guard_.header_end() - guard_.header_begin());
    const bool accepted = accept_request(header);
    in_begin_ += guard_.header_end();
    guard_.reset();
    if (!accepted)
        return true;
    state_ = State::body;
    deadline_ = begun_ + worker_.limits().body_timeout;
    return true;
}

// From a header block that the guard has passed to request_ and body_. False if it was refused after all.
bool Connection::accept_request(std::string_view header) {
    request_.clear();
    HeaderParser parser(request_, worker_.limits().framing);
    error_code error;
    const std::size_t parsed = parser.put(net::buffer(header.data(), header.size()), error);
    if (error || parsed != header.size() || !parser.is_done()) {
        request_.clear();
        refuse({400, "the header block cannot be parsed"});
        return false;
    }
    request_.keep_alive = parser.keep_alive();

    FramingLimits limits = worker_.limits().framing;
    const bool is_post = request_.method == Method::post;
    content_bound_ = is_post ? worker_.handler().content_bound(request_) : std::nullopt;
    const bool is_taken_nowhere = request_.method == Method::other || (is_post && !content_bound_);
    if (content_bound_)
        limits.body_size_bytes_max = content_bound_->size_bytes_max;
    else if (!is_taken_nowhere)
        limits.body_size_bytes_max = std::min(limits.body_size_bytes_max, ignored_body_size_bytes_max);
    if (guard_.content_length() > limits.body_size_bytes_max) {
        refuse({413, content_bound_ ? content_bound_->refusal : "the body is too large"});
        return false;
    }
    const bool has_body = guard_.chunked() || guard_.content_length() > 0;
    body_ = guard_.chunked() ? BodyFraming::by_chunks(limits) : BodyFraming::by_length(guard_.content_length());
    if (request_.is_version_1_0)
        return true;
    if (request_.expects_other) {
        refuse({417, "the only expectation that can be met is 100-continue"});
        return false;
    }
    if (request_.expects_continue && has_body) {
        // Methods that no route takes are answered before the body is sent for nothing.
        if (is_taken_nowhere) {
            request_.keep_alive = false;
            body_ = BodyFraming();
        } else if (unread().size() == guard_.header_end()) {
            out_ += "HTTP/1.1 100 Continue\r\n\r\n";
        }
    }
    return true;
}

bool Connection::take_body() {
    std::string_view bytes = unread();
    const Framing framing = body_.consume(bytes, content_bound_ ? &request_.content : nullptr);
    in_begin_ = in_end_ - bytes.size();
    if (framing == Framing::incomplete)
        return false;
    if (framing == Framing::refused)
        refuse(body_.refusal().status == 413 && content_bound_ ? Refusal{413, content_bound_->refusal}
                                                               : body_.refusal());
    else if (content_bound_)
        answer_later();
    else
        answer();
    return true;
}

void Connection::answer() {
    queue(worker_.handler().answer(request_), {});
    state_ = State::header;
    deadline_ = begun_ + worker_.limits().idle_timeout;
}

// The reply comes back through the loop, also if it is there at once: so there is one way only.
void Connection::answer_later() {
    state_ = State::answering;
    awaiting_ = std::make_shared<Connection*>(this);
    worker_.handler().answer_later(request_, [&worker = worker_, awaiting = awaiting_](Reply reply) {
        worker.post([awaiting, reply = std::move(reply)]() mutable {
            if (*awaiting != nullptr)
                (*awaiting)->delivered(std::move(reply));
        });
    });
}

void Connection::delivered(Reply reply) {
    forget_answer();
    ready_ = std::move(reply);
    if (pending_ == Pending::answer)
        process();
}

void Connection::forget_answer() {
    if (awaiting_)
        *awaiting_ = nullptr;
    awaiting_.reset();
}

void Connection::refuse(const Refusal& refusal) {
    queue(worker_.handler().refuse(refusal), refusal.reason);
}

void Connection::queue(const Reply& reply, std::string_view reason) {
    DS_ASSERT(large_body_.empty());
    const bool keep_alive = request_.keep_alive && !reply.close && !worker_.stopping();
    close_after_write_ = !keep_alive;
    const std::size_t size_before = out_.size();
    append_head(reply, {worker_.date().now(), keep_alive, request_.is_version_1_0}, out_);
    if (reply.body.size() <= copied_body_size_bytes_max) {
        out_ += reply.body;
    } else {
        large_ = reply.answer;
        large_body_ = reply.body;
    }
    Exchange exchange;
    exchange.remote = remote_;
    exchange.method = request_.method_text;
    exchange.target = request_.target;
    exchange.route = reply.route;
    exchange.status = reply.status;
    exchange.sent_bytes = out_.size() - size_before + large_body_.size();
    exchange.latency = Clock::now() - begun_;
    exchange.reason = reason;
    worker_.handler().finished(exchange);
}

bool Connection::flush() {
    std::array<net::const_buffer, 2> buffers{net::buffer(out_), net::buffer(large_body_.data(), large_body_.size())};
    // At once, if the system takes it: that is nearly always so and spares a turn of the loop.
    error_code error;
    std::size_t sent = large_body_.empty() ? socket_.write_some(buffers[0], error) : socket_.write_some(buffers, error);
    if (error && error != net::error::would_block) {
        release();
        return false;
    }
    if (sent == out_.size() + large_body_.size()) {
        written();
        return true;
    }
    for (net::const_buffer& buffer : buffers) {
        const std::size_t taken = std::min(sent, buffer.size());
        buffer += taken;
        sent -= taken;
    }
    pending_ = Pending::write;
    deadline_ = Clock::now() + worker_.limits().write_timeout +
                std::chrono::seconds(large_body_.size() / slow_link_bytes_per_second);
    net::async_write(socket_, buffers, [this](error_code failed, std::size_t) {
        if (failed) {
            release();
            return;
        }
        deadline_ = Clock::now() + worker_.limits().idle_timeout;
        written();
        process();
    });
    return false;
}

void Connection::written() {
    out_.clear();
    large_.reset();
    large_body_ = {};
}

void Connection::read() {
    if (in_begin_ == in_end_) {
        in_begin_ = 0;
        in_end_ = 0;
        if (in_.size() > kept_capacity_bytes_max)
            std::string(input_size_bytes_min, '\0').swap(in_);
        if (out_.capacity() > kept_capacity_bytes_max)
            std::string().swap(out_);
    }
    if (in_end_ == in_.size()) {
        if (in_begin_ > 0) {
            std::copy(in_.begin() + static_cast<std::ptrdiff_t>(in_begin_),
                      in_.begin() + static_cast<std::ptrdiff_t>(in_end_), in_.begin());
            in_end_ -= in_begin_;
            in_begin_ = 0;
        } else {
            DS_ASSERT(in_.size() < input_size_bytes_max);  // the guard refuses a header block long before
            in_.resize(in_.size() * 2);
        }
    }
    pending_ = Pending::read;
    socket_.async_read_some(net::buffer(in_.data() + in_end_, in_.size() - in_end_),
                            [this](error_code error, std::size_t size) { on_read(error, size); });
}

void Connection::on_read(error_code error, std::size_t size) {
    in_end_ += size;
    worker_.handler().counters().received_bytes.add(size);
    const bool unfinished = header_started_ || state_ == State::body;
    if (timed_out_ || (error == net::error::eof && unfinished)) {
        if (state_ == State::header) {
            request_.clear();
            begun_ = Clock::now();
        }
        refuse(timed_out_ ? Refusal{408, "the request did not arrive in time"}
                          : Refusal{400, "the request ends before it is whole"});
        timed_out_ = false;
    } else if (error) {
        release();
        return;
    }
    process();
}

// Closing at once could destroy the answer on its way: a reset overtakes it if the client is still sending. So what
// still comes is read and dropped for a while, until the client closes too (RFC 9112, section 9.6).
void Connection::linger() {
    error_code ignored;
    if (pending_ != Pending::linger) {
        socket_.shutdown(tcp::socket::shutdown_send, ignored);
        deadline_ = Clock::now() + worker_.limits().linger_timeout;
        header_started_ = false;
        state_ = State::header;
        pending_ = Pending::linger;
    }
    socket_.async_read_some(net::buffer(in_), [this](error_code error, std::size_t size) { on_linger(error, size); });
}

void Connection::on_linger(error_code error, std::size_t size) {
    lingered_bytes_ += size;
    if (error || lingered_bytes_ > lingered_size_bytes_max)
        release();
    else
        linger();
}

base::Result<tcp::endpoint> endpoint_of(const Transport::Address& address) {
    error_code error;
    const auto ip = net::ip::make_address(address.host == "localhost" ? "127.0.0.1" : address.host, error);
    if (error)
        return base::fail(ErrorCode::invalid_argument, "'" + address.host + "' is not an IP address",
                          "use 127.0.0.1 for this machine alone, 0.0.0.0 or :: for all networks");
    return tcp::endpoint(ip, address.port);
}

tl::unexpected<base::Error> cannot_listen(const Transport::Address& address, const error_code& error) {
    return base::fail(ErrorCode::unavailable,
                      fmt::format("cannot listen on {} port {}: {}", address.host, address.port, error.message()),
                      "use another port, or stop the program that has it");
}

}  // namespace

base::Result<std::unique_ptr<Transport>> Transport::open(const Address& address, const ServerLimits& limits,
                                                         std::size_t connection_count_max, Handler& handler) {
    const auto endpoint = endpoint_of(address);
    if (!endpoint)
        return tl::unexpected<base::Error>(endpoint.error());
    auto worker = std::make_unique<Worker>(limits, connection_count_max, handler);
    if (const error_code error = worker->listen(*endpoint))
        return cannot_listen(address, error);
    return std::unique_ptr<Transport>(std::move(worker));
}

// With SO_REUSEPORT a second server of the same user would be let in and take half of the connections, unnoticed; a
// socket without it is turned away.
base::Result<void> Transport::address_is_free(const Address& address) {
    const auto endpoint = endpoint_of(address);
    if (!endpoint)
        return tl::unexpected<base::Error>(endpoint.error());
    if (address.port == 0)
        return {};
    net::io_context loop;
    tcp::acceptor probe(loop);
    error_code error;
    probe.open(endpoint->protocol(), error);
    if (!error)
        probe.set_option(net::socket_base::reuse_address(true), error);
    if (!error)
        probe.bind(*endpoint, error);
    if (error)
        return cannot_listen(address, error);
    return {};
}

}  // namespace dstudio::http
