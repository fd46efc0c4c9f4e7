// Where a request's body ends: by length, or by chunks read as strictly as the header block.
//
// RFC 9112, section 7.1, without what is repaired elsewhere and refused here: chunk lines end in CRLF, the size is 1 to
// 8 hexadecimal digits, extensions and trailers are skipped but bounded and may not hold control bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "apps/http/framing_guard.hpp"

namespace dstudio::http {

class BodyFraming {
  public:
    BodyFraming() = default;  // no body
    static BodyFraming by_length(std::uint64_t size_bytes);
    static BodyFraming by_chunks(const FramingLimits& limits);

    // Takes the bytes that belong to the body off the front of `bytes`. The content, without the chunks' framing, is
    // appended to `content`, or dropped if that is null.
    Framing consume(std::string_view& bytes, std::string* content = nullptr);

    [[nodiscard]] const Refusal& refusal() const { return refusal_; }
    [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }  // of the content so far

  private:
    enum class State : std::uint8_t { done, data, size, extension, size_lf, data_cr, data_lf, trailer, trailer_lf };

    Framing refuse(int status, std::string_view reason);
    bool consume_byte(char c);  // false if refused

    State state_ = State::done;
    bool chunked_ = false;
    bool refused_ = false;
    std::uint64_t remaining_ = 0;  // of the data
    std::uint64_t size_bytes_ = 0;
    std::uint64_t size_bytes_max_ = 0;
    std::size_t overhead_bytes_left_ = 0;  // extensions and trailers
    std::size_t size_digits_ = 0;
    std::size_t line_size_ = 0;  // of the trailer line
    Refusal refusal_;
};

}  // namespace dstudio::http
