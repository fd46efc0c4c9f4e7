#include "core/base/random.hpp"

#include <doctest/doctest.h>

#include <array>
#include <bitset>
#include <cmath>
#include <string>
#include <vector>

using namespace dstudio::base;

namespace {

// xoshiro256++ written a second time, from the recurrence in the paper (section 3, "xoshiro") over bit strings, with
// shifts and rotations spelt out bit by bit.
class BitwiseXoshiro {
  public:
    explicit BitwiseXoshiro(const std::array<std::uint64_t, 4>& state) {
        for (std::size_t i = 0; i < 4; ++i)
            words_[i] = Word(state[i]);
    }

    std::uint64_t next() {
        const std::uint64_t first = words_[0].to_ullong();
        const std::uint64_t result = rotated(Word(first + words_[3].to_ullong()), 23).to_ullong() + first;
        // As one linear map of the old words, not step by step.
        const std::array<Word, 4> old = words_;
        words_[0] = old[0] ^ old[1] ^ old[3];
        words_[1] = old[0] ^ old[1] ^ old[2];
        words_[2] = old[0] ^ old[2] ^ (old[1] << 17);
        words_[3] = rotated(old[1] ^ old[3], 45);
        return result;
    }

  private:
    using Word = std::bitset<64>;

    static Word rotated(const Word& word, std::size_t count) {
        Word result;
        for (std::size_t i = 0; i < 64; ++i)
            result[(i + count) % 64] = word[i];
        return result;
    }

    std::array<Word, 4> words_;
};

// The chi-square statistic's quantile that chance exceeds once in a million: Wilson and Hilferty 1931, whose error is
// small beside the margin at 9 or more degrees of freedom. 4.7534 is the normal quantile.
double chi_square_limit(double degrees) {
    const double part = 2 / (9 * degrees);
    return degrees * std::pow(1 - part + 4.7534 * std::sqrt(part), 3);
}

double chi_square(const std::vector<std::uint64_t>& counts) {
    double total = 0;
    for (const std::uint64_t count : counts)
        total += static_cast<double>(count);
    const double expected = total / static_cast<double>(counts.size());
    double sum = 0;
    for (const std::uint64_t count : counts)
        sum += (static_cast<double>(count) - expected) * (static_cast<double>(count) - expected) / expected;
    return sum;
}

}  // namespace

TEST_CASE("the generators give the published sequences") {
    // xoshiro256++ from the state 1, 2, 3, 4: the test vector of the rand_xoshiro crate, made with the authors' C code.
    RandomStream stream(std::array<std::uint64_t, 4>{1, 2, 3, 4});
    for (const std::uint64_t expected : {41943041ULL, 58720359ULL, 3588806011781223ULL, 3591011842654386ULL,
                                         9228616714210784205ULL, 9973669472204895162ULL, 14011001112246962877ULL,
                                         12406186145184390807ULL, 15849039046786891736ULL, 10450023813501588000ULL})
        CHECK(stream.next_u64() == expected);
    // SplitMix64 from the seed 1234567: the values that Rosetta Code asks of an implementation.
    std::uint64_t state = 1234567;
    for (const std::uint64_t expected : {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                                         4593380528125082431ULL, 16408922859458223821ULL})
        CHECK(splitmix64(state) == expected);
    // FNV-1a: the test vectors of its authors.
    CHECK(fnv1a_64("") == 0xcbf29ce484222325);
    CHECK(fnv1a_64("a") == 0xaf63dc4c8601ec8c);
    CHECK(fnv1a_64("foobar") == 0x85944171f73967e8);
}

TEST_CASE("the generator agrees with one written bit by bit") {
    RandomStream stream(42, "arrivals");
    BitwiseXoshiro twin(stream.state());
    for (int i = 0; i < 2000; ++i)
        CHECK(stream.next_u64() == twin.next());
}

TEST_CASE("a stream is a function of seed and name, and a copy repeats it") {
    RandomStream a(1, "service");
    RandomStream b(1, "service");
    CHECK(a == b);
    CHECK(a.next_u64() == b.next_u64());
    RandomStream copy = a;
    CHECK(copy.next_u64() == a.next_u64());
    CHECK(RandomStream(1, "service") != RandomStream(2, "service"));
    CHECK(RandomStream(1, "service") != RandomStream(1, "arrivals"));
    CHECK(RandomStream(0, "") != RandomStream(0, std::string(1, '\0')));
}

TEST_CASE("the ends of the ranges are as promised") {
    // States whose next output is 0, and all ones.
    const std::array<std::uint64_t, 4> to_zero{0, 5, 7, 0};
    const std::array<std::uint64_t, 4> to_ones{0, 5, 7, ~0ULL};
    CHECK(RandomStream(to_zero).next_u64() == 0);
    CHECK(RandomStream(to_ones).next_u64() == ~0ULL);
    CHECK(RandomStream(to_zero).uniform() == 0);
    CHECK(RandomStream(to_ones).uniform() == 1 - 0x1p-53);
    CHECK(RandomStream(to_zero).uniform_open() == 0x1p-53);
    CHECK(RandomStream(to_ones).uniform_open() == 1 - 0x1p-53);
    CHECK(RandomStream(to_zero).below(1) == 0);
    CHECK(RandomStream(to_ones).below(10) == 9);
    CHECK(RandomStream(to_ones).below(~0ULL) == ~0ULL - 1);
}

TEST_CASE("filling is the same as drawing one by one") {
    RandomStream one(9, "x");
    RandomStream many(9, "x");
    std::vector<double> filled(1000);
    many.fill_uniform(filled);
    for (const double value : filled)
        CHECK(value == one.uniform());
    CHECK(one == many);
    many.fill_uniform({});
    CHECK(one == many);
}

TEST_CASE("each byte of the output, pairs of neighbours and small ranges are uniform by chi-square, one in a million") {
    constexpr int draws = 400'000;
    RandomStream stream(20261126, "uniformity");
    std::vector<std::vector<std::uint64_t>> bytes(8, std::vector<std::uint64_t>(256));
    std::vector<std::uint64_t> pairs(32 * 32);
    for (int i = 0; i < draws; ++i) {
        const std::uint64_t x = stream.next_u64();
        for (std::size_t j = 0; j < 8; ++j)
            ++bytes[j][(x >> (8 * j)) & 255];
        const double u = stream.uniform();
        const double v = stream.uniform_open();
        ++pairs[static_cast<std::size_t>(u * 32) * 32 + static_cast<std::size_t>(v * 32)];
    }
    for (const auto& counts : bytes)
        CHECK(chi_square(counts) < chi_square_limit(255));
    CHECK(chi_square(pairs) < chi_square_limit(1023));
    for (const std::size_t bound : {10U, 17U, 100U}) {
        std::vector<std::uint64_t> counts(bound);
        for (int i = 0; i < draws; ++i)
            ++counts[static_cast<std::size_t>(stream.below(bound))];
        CHECK(chi_square(counts) < chi_square_limit(static_cast<double>(bound - 1)));
    }
}

TEST_CASE("a bound that does not divide 2^64 gives no bias") {
    // With the bound 3 * 2^62 the remainder of a division would fall into the first third half of the time, and a
    // product without rejection would give each multiple of 3 twice the chance of the others.
    constexpr std::uint64_t bound = 3ULL << 62U;
    RandomStream stream(3, "bias");
    std::vector<std::uint64_t> thirds(3);
    std::vector<std::uint64_t> remainders(3);
    for (int i = 0; i < 300'000; ++i) {
        const std::uint64_t x = stream.below(bound);
        REQUIRE(x < bound);
        ++thirds[static_cast<std::size_t>(x >> 62U)];
        ++remainders[static_cast<std::size_t>(x % 3)];
    }
    // 27.63 is the quantile of chi-square with 2 degrees of freedom, -2 ln(1e-6).
    CHECK(chi_square(thirds) < 27.63);
    CHECK(chi_square(remainders) < 27.63);
}

TEST_CASE("streams of neighbouring seeds and similar names are uncorrelated") {
    constexpr std::size_t size = 100'000;
    std::vector<std::vector<double>> streams;
    for (std::uint64_t seed = 0; seed < 4; ++seed)
        for (const char* name : {"", "a", "b", "arrivals 1", "arrivals 2"}) {
            streams.emplace_back(size);
            RandomStream(seed, name).fill_uniform(streams.back());
        }
    for (std::size_t i = 0; i < streams.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            for (const std::size_t lag : {0U, 1U}) {
                double sum = 0;
                for (std::size_t k = 0; k + lag < size; ++k)
                    sum += (streams[i][k] - 0.5) * (streams[j][k + lag] - 0.5);
                // The variance of each term is 1/144; 5.5 deviations are exceeded once in 26 million.
                CHECK(std::fabs(sum) < 5.5 * std::sqrt(static_cast<double>(size)) / 12);
            }
}
