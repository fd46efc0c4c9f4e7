#include "apps/http/compression.hpp"

#include <brotli/decode.h>
#include <doctest/doctest.h>
#include <zlib.h>

using namespace dstudio::http;

TEST_CASE("what is compressed is the same when it is read again") {
    std::string text;
    for (int i = 0; i < 2000; ++i)
        text += "circuit breaker " + std::to_string(i % 17);
    const auto gzip = compress(text, Encoding::gzip);
    REQUIRE(gzip);
    CHECK(gzip->size() < text.size() / 4);
    std::string out(text.size(), '\0');
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip->data()));
    stream.avail_in = static_cast<uInt>(gzip->size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    inflateEnd(&stream);
    CHECK(out == text);

    const auto brotli = compress(text, Encoding::brotli);
    REQUIRE(brotli);
    CHECK(brotli->size() < text.size() / 4);
    std::string decoded(text.size(), '\0');
    std::size_t size = decoded.size();
    CHECK(BrotliDecoderDecompress(brotli->size(), reinterpret_cast<const std::uint8_t*>(brotli->data()), &size,
                                  reinterpret_cast<std::uint8_t*>(decoded.data())) == BROTLI_DECODER_RESULT_SUCCESS);
    CHECK(decoded == text);
}

TEST_CASE("what does not get smaller is not compressed") {
    CHECK_FALSE(compress("a", Encoding::gzip).has_value());
    CHECK_FALSE(compress("", Encoding::brotli).has_value());
}
