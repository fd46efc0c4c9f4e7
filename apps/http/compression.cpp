#include "apps/http/compression.hpp"

#include <brotli/encode.h>
#include <zlib.h>

#include "core/base/assert.hpp"

namespace dstudio::http {
namespace {

// Measured on an entry of 8.8 kB: Brotli 5 makes 2.5 kB of it in 0.16 ms, gzip 6 makes 2.7 kB in 0.09 ms. Lower levels
// of Brotli save no time, higher ones of gzip save no bytes; and each answer is compressed once, then kept.
constexpr int brotli_quality = 5;
constexpr int gzip_level = 6;
constexpr int gzip_window_bits = 15 + 16;  // zlib's way to ask for a gzip wrapper
constexpr int gzip_memory_level = 8;

std::optional<std::string> compress_brotli(std::string_view bytes) {
    std::string out(BrotliEncoderMaxCompressedSize(bytes.size()), '\0');
    std::size_t size = out.size();
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): Brotli's bytes are uint8_t
    const bool done = BrotliEncoderCompress(brotli_quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.size(),
                                            reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                                            reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_TRUE;
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
    if (!done)
        return std::nullopt;
    out.resize(size);
    return out;
}

std::optional<std::string> compress_gzip(std::string_view bytes) {
    z_stream stream{};
    if (deflateInit2(&stream, gzip_level, Z_DEFLATED, gzip_window_bits, gzip_memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
        return std::nullopt;
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    // NOLINTBEGIN(cppcoreguidelines-pro-type-const-cast, cppcoreguidelines-pro-type-reinterpret-cast): zlib's interface
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    // NOLINTEND(cppcoreguidelines-pro-type-const-cast, cppcoreguidelines-pro-type-reinterpret-cast)
    const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return done ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

std::optional<std::string> compress(std::string_view bytes, Encoding encoding) {
    DS_ASSERT(encoding != Encoding::identity);
    auto compressed = encoding == Encoding::brotli ? compress_brotli(bytes) : compress_gzip(bytes);
    if (!compressed || compressed->size() >= bytes.size())
        return std::nullopt;
    compressed->shrink_to_fit();
    return compressed;
}

}  // namespace dstudio::http
