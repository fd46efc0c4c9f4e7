#include "apps/http/body_framing.hpp"

#include <algorithm>

#include "apps/http/octets.hpp"

namespace dstudio::http {
namespace {

constexpr std::size_t size_digits_max = 8;

std::uint64_t hex_value(char c) {
    return c <= '9' ? static_cast<std::uint64_t>(c - '0') : static_cast<std::uint64_t>(ascii_lower(c) - 'a') + 10;
}

}  // namespace

BodyFraming BodyFraming::by_length(std::uint64_t size_bytes) {
    BodyFraming body;
    body.remaining_ = size_bytes;
    body.state_ = size_bytes == 0 ? State::done : State::data;
    return body;
}

BodyFraming BodyFraming::by_chunks(const FramingLimits& limits) {
    BodyFraming body;
    body.chunked_ = true;
    body.state_ = State::size;
    body.size_bytes_max_ = limits.body_size_bytes_max;
    body.overhead_bytes_left_ = limits.header_size_bytes_max;
    return body;
}

Framing BodyFraming::refuse(int status, std::string_view reason) {
    refused_ = true;
    refusal_ = {status, reason};
    return Framing::refused;
}

Framing BodyFraming::consume(std::string_view& bytes, std::string* content) {
    while (!refused_ && state_ != State::done && !bytes.empty()) {
        if (state_ == State::data) {
            const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size()));
            if (content != nullptr)
                content->append(bytes.substr(0, taken));
            bytes.remove_prefix(taken);
            remaining_ -= taken;
            size_bytes_ += taken;
            if (remaining_ == 0)
                state_ = chunked_ ? State::data_cr : State::done;
        } else if (consume_byte(bytes.front())) {
            bytes.remove_prefix(1);
        }
    }
    if (refused_)
        return Framing::refused;
    return state_ == State::done ? Framing::complete : Framing::incomplete;
}

bool BodyFraming::consume_byte(char c) {
    const auto expect = [this, c](char wanted, State next) {
        if (c != wanted) {
            refuse(400, "a chunk does not end in a carriage return and a line feed");
            return false;
        }
        state_ = next;
        return true;
    };
    switch (state_) {
        case State::size:
            if (is_octet(c, octets::hex)) {
                if (++size_digits_ > size_digits_max)
                    return refuse(400, "a chunk's size has too many digits"), false;
                remaining_ = remaining_ * 16 + hex_value(c);
                return true;
            }
            if (size_digits_ == 0)
                return refuse(400, "a chunk's size is not a hexadecimal number"), false;
            if (remaining_ > size_bytes_max_ - size_bytes_)
                return refuse(413, "the body is too large"), false;
            if (c != ';')
                return expect('\r', State::size_lf);
            state_ = State::extension;
            return true;
        case State::extension:
            if (c == '\r')
                return expect('\r', State::size_lf);
            if (!is_octet(c, octets::text))
                return refuse(400, "a chunk's extension holds a control byte"), false;
            if (overhead_bytes_left_ == 0)
                return refuse(400, "the chunks' extensions are too long"), false;
            --overhead_bytes_left_;
            return true;
        case State::size_lf:
            if (!expect('\n', remaining_ == 0 ? State::trailer : State::data))
                return false;
            size_digits_ = 0;
            line_size_ = 0;
            return true;
        case State::data_cr:
            return expect('\r', State::data_lf);
        case State::data_lf:
            return expect('\n', State::size);
        case State::trailer:
            if (c == '\r')
                return expect('\r', State::trailer_lf);
            if (!is_octet(c, octets::text) || (line_size_ == 0 && !is_octet(c, octets::token)))
                return refuse(400, "a trailer field is not well-formed"), false;
            if (overhead_bytes_left_ == 0)
                return refuse(431, "the trailer fields are too large"), false;
            --overhead_bytes_left_;
            ++line_size_;
            return true;
        case State::trailer_lf:
            if (!expect('\n', line_size_ == 0 ? State::done : State::trailer))
                return false;
            line_size_ = 0;
            return true;
        case State::data:
        case State::done:
            break;
    }
    return false;
}

}  // namespace dstudio::http
