#include "core/base/distribution.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#if !defined(__EMSCRIPTEN__)
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/gamma.hpp>
#endif

using namespace dstudio::base;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

struct Named {
    std::string name;
    Distribution distribution;
};

const std::vector<Named>& all_kinds() {
    static const std::vector<Named> kinds{
        {"point", *Distribution::point(3.5)},
        {"normal", *Distribution::normal(-2, 3)},
        {"lognormal", *Distribution::lognormal(0.5, 0.7)},
        {"uniform", *Distribution::uniform(-1, 4)},
        {"triangular", *Distribution::triangular(1, 2, 5)},
        {"triangular, mode at the minimum", *Distribution::triangular(0, 0, 1)},
        {"beta", *Distribution::beta(2, 5)},
        {"beta, both shapes below 1", *Distribution::beta(0.5, 0.3)},
        {"beta, one shape below 1", *Distribution::beta(0.4, 3)},
        {"gamma", *Distribution::gamma(2.5, 0.4)},
        {"gamma, shape 1", *Distribution::gamma(1, 2)},
        {"gamma, shape below 1", *Distribution::gamma(0.3, 2)},
        {"gamma, large shape", *Distribution::gamma(400, 1)},
        {"exponential", *Distribution::exponential(2.5)},
        {"empirical", *Distribution::empirical({8, 1, 2, 4, 2.5, 2})},
    };
    return kinds;
}

// The largest distance between the sample's distribution function and `cdf`, times sqrt(n).
double kolmogorov_distance(std::vector<double> sample, const std::function<double(double)>& cdf) {
    std::sort(sample.begin(), sample.end());
    const double count = static_cast<double>(sample.size());
    double distance = 0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const double p = cdf(sample[i]);
        const double index = static_cast<double>(i);
        distance = std::max({distance, p - index / count, (index + 1) / count - p});
    }
    return distance * std::sqrt(count);
}

// Kolmogorov's limit law: exceeded with probability 2 exp(-2 * 2.694^2), one in a million.
constexpr double kolmogorov_limit = 2.694;

double normal_cdf(double x) {
    return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

// A stream whose next output is `first` and whose later ones are random: the output is rotl(s0 + s3, 23) + s0.
RandomStream stream_beginning_with(std::uint64_t first, RandomStream& random) {
    const std::uint64_t s0 = random.next_u64();
    const std::uint64_t rotated = first - s0;
    const std::uint64_t s3 = ((rotated >> 23U) | (rotated << 41U)) - s0;
    return RandomStream(std::array<std::uint64_t, 4>{s0, random.next_u64(), random.next_u64(), s3});
}

// Borders of the layers of equal area, computed in the test's own way; [0] is the base layer's area over its height.
std::vector<long double> ziggurat_edges(long double tail, long double area, long double (*f)(long double),
                                        long double (*inverse)(long double)) {
    std::vector<long double> edges{area / f(tail), tail};
    while (edges.size() < 256)
        edges.push_back(inverse(f(edges.back()) + area / edges.back()));
    CHECK(static_cast<double>(f(edges.back()) + area / edges.back()) == doctest::Approx(1).epsilon(1e-9));
    edges.push_back(0);
    return edges;
}

}  // namespace

TEST_CASE("samples follow distribution functions that the test knows in closed form") {
    struct Case {
        std::string name;
        Distribution distribution;
        std::function<double(double)> cdf;
    };
    const std::vector<Case> cases{
        {"normal", *Distribution::normal(-2, 3), [](double x) { return normal_cdf((x + 2) / 3); }},
        {"lognormal", *Distribution::lognormal(0.5, 0.7),
         [](double x) { return normal_cdf((std::log(x) - 0.5) / 0.7); }},
        {"uniform", *Distribution::uniform(-1, 4), [](double x) { return (x + 1) / 5; }},
        {"triangular", *Distribution::triangular(1, 2, 5),
         [](double x) { return x < 2 ? (x - 1) * (x - 1) / 4 : 1 - (5 - x) * (5 - x) / 12; }},
        {"exponential", *Distribution::exponential(2.5), [](double x) { return 1 - std::exp(-x / 2.5); }},
        {"gamma of shape 3 (Erlang)", *Distribution::gamma(3, 0.5),
         [](double x) { return 1 - std::exp(-2 * x) * (1 + 2 * x + 2 * x * x); }},
        {"gamma of shape 1/2 (chi-square)", *Distribution::gamma(0.5, 2),
         [](double x) { return std::erf(std::sqrt(x / 2)); }},
        {"gamma of shape 3/2 (Maxwell)", *Distribution::gamma(1.5, 2),
         [](double x) { return std::erf(std::sqrt(x / 2)) - std::sqrt(2 * x / std::numbers::pi) * std::exp(-x / 2); }},
        {"beta of 1/2 and 1/2 (arcsine)", *Distribution::beta(0.5, 0.5),
         [](double x) { return 2 / std::numbers::pi * std::asin(std::sqrt(x)); }},
        {"beta of 2 and 3", *Distribution::beta(2, 3), [](double x) { return x * x * (6 - 8 * x + 3 * x * x); }},
        {"beta of 0.2 and 1 (a power)", *Distribution::beta(0.2, 1), [](double x) { return std::pow(x, 0.2); }},
        {"beta of 0.01 and 1 (a power)", *Distribution::beta(0.01, 1), [](double x) { return std::pow(x, 0.01); }},
        {"empirical", *Distribution::empirical({0, 1, 3}), [](double x) { return x < 1 ? x / 2 : 0.5 + (x - 1) / 4; }},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name);
        RandomStream stream(20261126, c.name);
        std::vector<double> sample(200'000);
        c.distribution.sample(stream, sample);
        CHECK(kolmogorov_distance(sample, c.cdf) < kolmogorov_limit);
        // And the same functions are ours.
        for (std::size_t i = 0; i < 1000; ++i)
            CHECK(c.distribution.cdf(sample[i]) == doctest::Approx(c.cdf(sample[i])).epsilon(1e-10));
    }
}

TEST_CASE("each layer of the ziggurats accepts and rejects by the density") {
    struct Ziggurat {
        std::string name;
        std::vector<long double> edges;
        long double (*f)(long double);
        double (*draw)(RandomStream&);
        long double positions;  // on one side
    };
    // A layer's area is that of the base: the rectangle up to the tail's start and the tail.
    constexpr long double normal_tail = 3.6541528853610087716L;
    constexpr long double exponential_tail = 7.6971174701310497140L;
    const auto normal = [](long double x) { return std::exp(-x * x / 2); };
    const auto exponential = [](long double x) { return std::exp(-x); };
    const long double root_half_pi = std::sqrt(std::numbers::pi_v<long double> / 2);
    const std::vector<Ziggurat> ziggurats{
        {"normal",
         ziggurat_edges(normal_tail,
                        normal_tail * normal(normal_tail) + root_half_pi * std::erfc(normal_tail / std::sqrt(2.0L)),
                        normal, [](long double y) { return std::sqrt(-2 * std::log(y)); }),
         normal, sample_normal, 0x1p52L},
        {"exponential",
         ziggurat_edges(exponential_tail, (exponential_tail + 1) * exponential(exponential_tail), exponential,
                        [](long double y) { return -std::log(y); }),
         exponential, sample_exponential, 0x1p53L}};
    RandomStream random(8, "continuations");
    for (const Ziggurat& z : ziggurats)
        for (const std::size_t layer : {0U, 1U, 2U, 30U, 128U, 200U, 254U, 255U}) {
            CAPTURE(z.name);
            CAPTURE(layer);
            const long double outer = z.edges[layer];
            const long double inner = z.edges[layer + 1];
            const auto output_at = [&](long double x) {
                return (static_cast<std::uint64_t>(x / outer * z.positions) << 11U) | layer;
            };
            // Left of the next layer's edge a draw is accepted as it is.
            RandomStream inside = stream_beginning_with(output_at(inner * 0.9999L), random);
            CHECK(z.draw(inside) == doctest::Approx(static_cast<double>(inner * 0.9999L)).epsilon(1e-13));
            if (layer == 0)
                continue;
            // Between the edges, where the density says.
            for (const long double part : {0.001L, 0.3L, 0.6L}) {
                const long double x = inner + part * (outer - inner);
                const auto expected = static_cast<double>((z.f(x) - z.f(outer)) / (z.f(inner) - z.f(outer)));
                constexpr int rounds = 20'000;
                int accepted = 0;
                for (int i = 0; i < rounds; ++i) {
                    RandomStream stream = stream_beginning_with(output_at(x), random);
                    accepted += std::fabs(z.draw(stream) - static_cast<double>(x)) < 1e-12 ? 1 : 0;
                }
                CHECK(std::fabs(accepted - rounds * expected) < 5 * std::sqrt(rounds * expected * (1 - expected)) + 1);
            }
        }
    // Beyond the edge of the base a draw is one of the tail.
    constexpr std::uint64_t far_right = (~0ULL >> 1U) & ~2047ULL;
    std::vector<double> normal_sample(100'000);
    std::vector<double> exponential_sample(100'000);
    double mirrored = 0;
    for (std::size_t i = 0; i < normal_sample.size(); ++i) {
        RandomStream to_normal = stream_beginning_with(far_right, random);
        normal_sample[i] = sample_normal(to_normal);
        RandomStream to_left = stream_beginning_with(1ULL << 63U, random);
        mirrored += sample_normal(to_left) < -3.65 ? 1 : 0;
        RandomStream to_exponential = stream_beginning_with(~0ULL << 11U, random);
        exponential_sample[i] = sample_exponential(to_exponential);
    }
    CHECK(mirrored == 100'000);
    const double beyond = normal_cdf(-3.6541528853610088);
    CHECK(kolmogorov_distance(normal_sample, [&](double x) { return 1 - normal_cdf(-x) / beyond; }) < kolmogorov_limit);
    const auto exponential_cdf = [](double x) { return 1 - std::exp(7.697117470131050 - x); };
    CHECK(kolmogorov_distance(exponential_sample, exponential_cdf) < kolmogorov_limit);
    // The tail of the tail is exponential again: 45 of 100000, give or take five deviations.
    const auto second = std::count_if(exponential_sample.begin(), exponential_sample.end(),
                                      [](double x) { return x > 2 * 7.697117470131050; });
    CHECK(std::fabs(static_cast<double>(second) - 45.4) < 34);
}

TEST_CASE("the ziggurats have the right share in each of 500 cells and in their far tails") {
    constexpr std::size_t draws = 5'000'000;
    constexpr std::size_t cells = 500;
    RandomStream stream(1, "ziggurat");
    std::vector<double> sample(draws);
    const auto check = [&](const std::function<double(double)>& upper_tail, std::initializer_list<double> limits) {
        std::vector<std::uint64_t> counts(cells);
        std::vector<std::uint64_t> beyond(limits.size());
        for (const double x : sample) {
            const auto cell = static_cast<std::size_t>(upper_tail(x) * cells);
            ++counts[std::min(cell, cells - 1)];
            for (std::size_t i = 0; i < limits.size(); ++i)
                beyond[i] += x > limits.begin()[i] ? 1U : 0U;
        }
        const double expected = static_cast<double>(draws) / cells;
        double chi_square = 0;
        for (const std::uint64_t count : counts)
            chi_square += std::pow(static_cast<double>(count) - expected, 2) / expected;
        CHECK(chi_square < 499 + 5 * std::sqrt(2 * 499.0));  // about one in a million
        for (std::size_t i = 0; i < limits.size(); ++i) {
            const double mean = upper_tail(limits.begin()[i]) * static_cast<double>(draws);
            CHECK(std::fabs(static_cast<double>(beyond[i]) - mean) < 5 * std::sqrt(mean));
        }
    };
    // 3.654 and 7.697 are where the tails begin.
    sample_normal(stream, sample);
    check([](double x) { return normal_cdf(-x); }, {3.3, 3.654152885361009, 4.0, 4.3});
    for (double& x : sample)
        x = -x;
    check([](double x) { return normal_cdf(-x); }, {3.3, 3.654152885361009, 4.0, 4.3});
    sample_exponential(stream, sample);
    check([](double x) { return std::exp(-x); }, {7.0, 7.697117470131050, 9.0, 11.0});
    CHECK(*std::min_element(sample.begin(), sample.end()) >= 0);
}

TEST_CASE("sample moments agree with mean and variance within five standard errors") {
    for (const Named& kind : all_kinds()) {
        CAPTURE(kind.name);
        RandomStream stream(2, kind.name);
        std::vector<double> sample(400'000);
        kind.distribution.sample(stream, sample);
        const double count = static_cast<double>(sample.size());
        const double mean = kind.distribution.mean();
        long double sum = 0;
        long double squares = 0;
        long double fourth = 0;
        for (const double x : sample) {
            const long double distance = x - mean;
            sum += distance;
            squares += distance * distance;
            fourth += distance * distance * distance * distance;
        }
        const double variance = kind.distribution.variance();
        const double spread_of_squares = static_cast<double>(fourth / count - (squares / count) * (squares / count));
        CHECK(std::fabs(static_cast<double>(sum) / count) <= 5 * std::sqrt(variance / count));
        CHECK(std::fabs(static_cast<double>(squares) / count - variance) <= 5 * std::sqrt(spread_of_squares / count));
        const Support support = kind.distribution.support();
        CHECK(
            std::all_of(sample.begin(), sample.end(), [&](double x) { return x >= support.min && x <= support.max; }));
    }
}

TEST_CASE("mean and variance have their textbook values") {
    CHECK(Distribution::lognormal(0, 1)->mean() == doctest::Approx(std::exp(0.5)));
    CHECK(Distribution::lognormal(0, 1)->variance() == doctest::Approx((std::numbers::e - 1) * std::numbers::e));
    CHECK(Distribution::triangular(1, 2, 6)->mean() == 3);
    CHECK(Distribution::triangular(1, 2, 6)->variance() == doctest::Approx((1 + 4 + 36 - 2 - 6 - 12) / 18.0));
    CHECK(Distribution::beta(2, 3)->mean() == doctest::Approx(0.4));
    CHECK(Distribution::beta(2, 3)->variance() == doctest::Approx(0.04));
    CHECK(Distribution::gamma(4, 0.5)->mean() == 2);
    CHECK(Distribution::gamma(4, 0.5)->variance() == 1);
    CHECK(Distribution::exponential(3)->variance() == 9);
    CHECK(Distribution::uniform(0, 6)->variance() == 3);
    // Lines through 1, 2, 4, 8: means 1.5, 3, 6; second moments (a^2 + ab + b^2)/3: 7/3, 28/3, 112/3.
    const Distribution lines = *Distribution::empirical({8, 2, 4, 1});
    CHECK(lines.mean() == doctest::Approx(3.5));
    CHECK(lines.variance() == doctest::Approx(147.0 / 9 - 3.5 * 3.5));
    CHECK(lines.quantile(0.5) == 3);  // type 7, by hand
    CHECK(lines.quantile(0.9) == doctest::Approx(4 + 0.7 * 4));
    CHECK(lines.quantile(0) == 1);
    CHECK(lines.quantile(1) == 8);
    CHECK(lines.cdf(4) == doctest::Approx(2.0 / 3));
    CHECK(lines.cdf(0.5) == 0);
    CHECK(lines.cdf(9) == 1);
}

TEST_CASE("quantile and distribution function are inverse to each other and monotone") {
    for (const Named& kind : all_kinds()) {
        CAPTURE(kind.name);
        const Distribution& d = kind.distribution;
        double last = -inf;
        for (int i = 0; i <= 1000; ++i) {
            const double p = i / 1000.0;
            CAPTURE(p);
            const double x = d.quantile(p);
            CHECK(x >= last);
            last = x;
            if (d.kind() == DistributionKind::point)
                continue;
            // Beside 1 a double cannot be near enough to a beta's quantile.
            if (x > d.support().min && x < d.support().max - 1e-6)
                CHECK(d.cdf(x) >= p - 1e-12);
            // Below any smaller value the function has not reached p: ties are jumps.
            if (i > 0 && i < 1000 && x > d.support().min)
                CHECK(d.cdf(x - 1e-9 * std::max(1.0, std::fabs(x))) <= p + 1e-6);
        }
        CHECK(d.quantile(0) == d.support().min);
        CHECK(d.quantile(1) == d.support().max);
        CHECK(std::isnan(d.quantile(-0.01)));
        CHECK(std::isnan(d.quantile(1.01)));
        CHECK(std::isnan(d.quantile(undefined)));
        CHECK(std::isnan(d.cdf(undefined)));
        CHECK(d.cdf(-inf) == 0);
        CHECK(d.cdf(inf) == 1);
    }
}

#if !defined(__EMSCRIPTEN__)
TEST_CASE("gamma and beta agree with Boost.Math") {
    for (const double a : {0.05, 0.5, 1.0, 3.3, 80.0})
        for (const double b : {0.05, 0.5, 1.0, 3.3, 80.0})
            for (const double p : {1e-6, 0.01, 0.3, 0.5, 0.9, 0.999}) {
                CAPTURE(a);
                CAPTURE(b);
                CAPTURE(p);
                const boost::math::gamma_distribution<double> gamma(a, b);
                const double x = boost::math::quantile(gamma, p);
                CHECK(Distribution::gamma(a, b)->quantile(p) == doctest::Approx(x).epsilon(1e-9));
                CHECK(Distribution::gamma(a, b)->cdf(x) == doctest::Approx(boost::math::cdf(gamma, x)).epsilon(1e-12));
                const boost::math::beta_distribution<double> beta(a, b);
                const double y = boost::math::quantile(beta, p);
                CHECK(Distribution::beta(a, b)->quantile(p) == doctest::Approx(y).epsilon(1e-9));
                CHECK(Distribution::beta(a, b)->cdf(y) == doctest::Approx(boost::math::cdf(beta, y)).epsilon(1e-12));
            }
}
#endif

TEST_CASE("draws do not depend on how they are cut into batches") {
    for (const Named& kind : all_kinds()) {
        CAPTURE(kind.name);
        RandomStream whole_stream(3, kind.name);
        RandomStream cut_stream = whole_stream;
        std::vector<double> whole(2000);
        kind.distribution.sample(whole_stream, whole);
        std::vector<double> cut(whole.size());
        std::size_t start = 0;
        for (const std::size_t size : {1U, 0U, 2U, 63U, 64U, 65U, 255U, 256U, 257U, 700U}) {
            kind.distribution.sample(cut_stream, std::span<double>(cut).subspan(start, size));
            start += size;
        }
        for (; start < cut.size(); ++start)
            cut[start] = kind.distribution.sample(cut_stream);
        CHECK(std::memcmp(cut.data(), whole.data(), sizeof(double) * cut.size()) == 0);
        CHECK(cut_stream == whole_stream);
    }
    RandomStream one(4, "single");
    RandomStream many = one;
    std::vector<double> batch(3000);
    sample_normal(many, batch);
    for (const double x : batch)
        CHECK(x == sample_normal(one));
    sample_exponential(many, batch);
    for (const double x : batch)
        CHECK(x == sample_exponential(one));
}

TEST_CASE("every build draws the same bits") {
    // No theory stands behind this number: it is what g++, clang++ and WebAssembly drew alike.
    std::uint64_t hash = 0;
    for (const Named& kind : all_kinds()) {
        RandomStream stream(5, kind.name);
        std::vector<double> sample(50'000);
        kind.distribution.sample(stream, sample);
        for (int i = 0; i <= 100; ++i)
            sample.push_back(kind.distribution.quantile(i / 100.0));
        for (const double x : sample) {
            std::uint64_t bits = 0;
            std::memcpy(&bits, &x, sizeof bits);
            hash = (hash ^ bits) * 0x100000001b3;
            hash ^= hash >> 29U;
        }
    }
    CHECK(hash == 0x72824efbf1a512fULL);
}

TEST_CASE("degenerate parameters make points") {
    const std::vector<Named> points{{"normal", *Distribution::normal(3, 0)},
                                    {"uniform", *Distribution::uniform(3, 3)},
                                    {"triangular", *Distribution::triangular(3, 3, 3)},
                                    {"empirical", *Distribution::empirical({3})},
                                    {"equal data", *Distribution::empirical({3, 3, 3})},
                                    {"point", *Distribution::point(3)}};
    for (const Named& named : points) {
        CAPTURE(named.name);
        const Distribution& d = named.distribution;
        RandomStream stream(6, "points");
        CHECK(d.sample(stream) == 3);
        for (const double p : {0.0, 0.3, 1.0})
            CHECK(d.quantile(p) == 3);
        CHECK(d.cdf(2.999) == 0);
        CHECK(d.cdf(3) == 1);
        CHECK(d.mean() == 3);
        CHECK(d.variance() == 0);
        CHECK(d.support() == Support{3, 3});
    }
    const Distribution one = *Distribution::lognormal(0, 0);
    CHECK(one.quantile(0) == 1);
    CHECK(one.cdf(1) == 1);
    CHECK(one.cdf(0.99) == 0);
    CHECK(one.variance() == 0);
    CHECK(one.support() == Support{1, 1});
}

TEST_CASE("extreme shapes draw without NaN, at the ends of the support if need be") {
    for (const double a : {1e-6, 1e-3, 0.02, 1e9})
        for (const double b : {1e-6, 1e-3, 0.02, 1e9}) {
            const Distribution d = *Distribution::beta(a, b);
            RandomStream stream(7, "extreme");
            double sum = 0;
            constexpr int draws = 20'000;
            for (int i = 0; i < draws; ++i) {
                const double x = d.sample(stream);
                REQUIRE((x >= 0 && x <= 1));
                sum += x;
            }
            CHECK(std::fabs(sum / draws - d.mean()) <= 5 * std::sqrt(d.variance() / draws) + 1e-15);
            CHECK(Distribution::gamma(a, 1)->sample(stream) >= 0);
        }
}

TEST_CASE("distributions through two quantiles pass through them") {
    const Distribution normal = *Distribution::normal_from_quantiles(0.05, 10, 0.9, 16);
    CHECK(normal.cdf(10) == doctest::Approx(0.05).epsilon(1e-12));
    CHECK(normal.cdf(16) == doctest::Approx(0.9).epsilon(1e-12));
    CHECK(*Distribution::normal_from_quantiles(0.9, 16, 0.05, 10) == normal);  // in either order
    const Distribution lognormal = *Distribution::lognormal_from_quantiles(0.5, 100, 0.99, 2000);
    CHECK(lognormal.quantile(0.5) == doctest::Approx(100).epsilon(1e-12));
    CHECK(lognormal.quantile(0.99) == doctest::Approx(2000).epsilon(1e-12));
    // The middle 95 % of a standard normal.
    const Distribution standard =
        *Distribution::normal_from_quantiles(0.025, -1.959963984540054, 0.975, 1.959963984540054);
    CHECK(standard.parameters()[0] == doctest::Approx(0).epsilon(1e-15));
    CHECK(standard.parameters()[1] == doctest::Approx(1).epsilon(1e-15));
    CHECK(Distribution::normal_from_quantiles(0.1, 5, 0.9, 5)->support() == Support{5, 5});
}

TEST_CASE("parameters outside their domain are refused in words") {
    const auto message = [](const Result<Distribution>& result) {
        REQUIRE(!result);
        CHECK(result.error().code == ErrorCode::invalid_argument);
        return result.error().message;
    };
    CHECK(message(Distribution::point(inf)) == "value is inf; must be finite");
    CHECK(message(Distribution::normal(0, -1)) == "standard deviation is -1; must be at least 0");
    CHECK(message(Distribution::normal(undefined, 1)) == "mean is nan; must be finite");
    CHECK(message(Distribution::normal(0, undefined)) == "standard deviation is nan; must be at least 0");
    CHECK(message(Distribution::normal(0, inf)) == "standard deviation is inf; must be finite");
    CHECK(message(Distribution::lognormal(0, -0.5)) ==
          "standard deviation of the logarithm is -0.5; must be at least 0");
    CHECK(message(Distribution::lognormal(inf, 1)) == "mean of the logarithm is inf; must be finite");
    CHECK(message(Distribution::uniform(2, 1)) == "minimum is 2; must be at most the maximum, which is 1");
    CHECK(message(Distribution::uniform(0, inf)) == "bound is inf; must be finite");
    CHECK(message(Distribution::uniform(-1e308, 1e308)) == "range is inf; must be finite");
    CHECK(message(Distribution::triangular(1, 0, 2)) == "mode is 0; must be at least the minimum, which is 1");
    CHECK(message(Distribution::triangular(1, 3, 2)) == "mode is 3; must be at most the maximum, which is 2");
    CHECK(message(Distribution::triangular(0, undefined, 2)) == "mode is nan; must be finite");
    CHECK(message(Distribution::beta(0, 1)) == "shape is 0; must be from 1e-6 to 1e9");
    CHECK(message(Distribution::beta(1, undefined)) == "shape is nan; must be from 1e-6 to 1e9");
    CHECK(message(Distribution::gamma(2e9, 1)) == "shape is 2000000000; must be from 1e-6 to 1e9");
    CHECK(message(Distribution::gamma(2, 0)) == "scale is 0; must be above 0");
    CHECK(message(Distribution::exponential(-2)) == "mean is -2; must be above 0");
    CHECK(message(Distribution::exponential(inf)) == "mean is inf; must be finite");
    CHECK(message(Distribution::empirical({})) == "there are no data; must be at least one value");
    CHECK(message(Distribution::empirical({1, undefined})) == "a value of the data is nan; must be finite");
    CHECK(message(Distribution::normal_from_quantiles(0, 1, 0.5, 2)) ==
          "the probability of a quantile is 0; must be above 0 and below 1");
    CHECK(message(Distribution::normal_from_quantiles(0.5, 1, 0.5, 2)) ==
          "the probability of both quantiles is 0.5; must be different for the two");
    CHECK(message(Distribution::normal_from_quantiles(0.95, 3, 0.05, 5)) ==
          "quantile 0.95 is 3; must be at least quantile 0.05, which is 5");
    CHECK(message(Distribution::lognormal_from_quantiles(0.95, 3, 0.05, 5)) ==
          "quantile 0.95 is 3; must be at least quantile 0.05, which is 5");
    CHECK(message(Distribution::lognormal_from_quantiles(0.05, 0, 0.95, 5)) == "a quantile is 0; must be above 0");
    CHECK(message(Distribution::normal_from_quantiles(0.05, undefined, 0.95, 5)) ==
          "a quantile is nan; must be finite");
}

TEST_CASE("a distribution tells what it was made from") {
    CHECK(Distribution::triangular(1, 2, 5)->parameters().size() == 3);
    CHECK(Distribution::gamma(2, 7)->parameters()[1] == 7);
    CHECK(Distribution::exponential(4)->parameters().size() == 1);
    const Distribution data = *Distribution::empirical({3, 1, 2});
    CHECK(data.parameters().empty());
    CHECK(std::vector<double>(data.data().begin(), data.data().end()) == std::vector<double>{1, 2, 3});
    CHECK(data == *Distribution::empirical({1, 2, 3}));
    CHECK(*Distribution::uniform(0, 1) != *Distribution::normal(0, 1));
}
