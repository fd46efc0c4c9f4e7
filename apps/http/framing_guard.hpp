// The gate before the parser: decides from the raw bytes where one request's header block ends, and whether every other
// HTTP program on the way would have read it in the same way.
//
// Request smuggling lives on differences: one program takes a bare line feed for a line end, a folded line for a new
// field, the first of two lengths, and the next program the other. So whatever RFC 9112 lets a recipient repair is
// refused here, with 400 and a closed connection; Beast then parses only blocks that have one reading. Refused are line
// ends other than CRLF, control bytes, folded lines, white space before a colon, request lines without exactly two
// spaces, fields without a colon, more than one Host or Content-Length, lengths that are not plain digits, any
// Transfer-Encoding but "chunked", and both together. Sizes have bounds of their own: 414, 431, 413.
//
// Pure: it only reads bytes. Each byte is looked at once, however the request was cut into packets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dstudio::http {

struct FramingLimits {
    std::size_t header_size_bytes_max = 16 * 1024;
    std::size_t target_size_bytes_max = 8 * 1024;
    std::size_t field_count_max = 100;
    std::uint64_t body_size_bytes_max = 1024 * 1024;
};

enum class Framing { incomplete, complete, refused };

// Why a request was refused. `reason` is a sentence for the answer and has static storage.
struct Refusal {
    int status = 400;
    std::string_view reason;
};

class FramingGuard {
  public:
    explicit FramingGuard(const FramingLimits& limits) : limits_(limits) {}

    // `bytes` starts with the first byte of a request and may hold more than it. From call to call it must keep its
    // beginning and may only grow, until reset(). Once complete or refused, it stays so.
    Framing inspect(std::string_view bytes);
    void reset() { *this = FramingGuard(limits_); }

    // After `refused`.
    [[nodiscard]] const Refusal& refusal() const { return refusal_; }

    // After `complete`: where the request line starts (one empty line before it is skipped, RFC 9112, section 2.2), and
    // where the block ends, behind its empty line.
    [[nodiscard]] std::size_t header_begin() const { return header_begin_; }
    [[nodiscard]] std::size_t header_end() const { return scanned_; }
    [[nodiscard]] bool chunked() const { return chunked_; }
    [[nodiscard]] std::uint64_t content_length() const { return content_length_; }  // 0 if none is given

    // Whether any byte of a request line has arrived.
    [[nodiscard]] bool started() const { return scanned_ > header_begin_; }

  private:
    bool refuse(int status, std::string_view reason);  // false
    bool accept_line(std::string_view line);
    bool accept_request_line(std::string_view line);
    bool accept_field(std::string_view line);
    bool accept_content_length(std::string_view value);
    bool accept_header();

    FramingLimits limits_;
    Framing state_ = Framing::incomplete;
    Refusal refusal_;
    std::size_t scanned_ = 0;     // everything before is judged
    std::size_t line_begin_ = 0;  // of the line that scanned_ is in
    std::size_t header_begin_ = 0;
    std::uint64_t content_length_ = 0;
    std::size_t field_count_ = 0;
    std::size_t host_count_ = 0;
    std::size_t content_length_count_ = 0;
    std::size_t transfer_encoding_count_ = 0;
    bool has_request_line_ = false;
    bool skipped_empty_line_ = false;
    bool version_1_0_ = false;
    bool chunked_ = false;
};

}  // namespace dstudio::http
