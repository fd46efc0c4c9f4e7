#include "core/base/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/assert.hpp"
#include "core/base/elementary.hpp"
#include "core/base/number.hpp"
#include "core/base/special.hpp"

namespace dstudio::base {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// ------------------------------------------------------------------------------------------------------ ziggurats

constexpr std::size_t layer_count = 256;

// Layers of equal area under a falling density f with f(0) = 1: layer i reaches from 0 to edge[i] and from
// f(edge[i]) up to f(edge[i + 1]). Layer 0 holds the tail beyond edge[1]; its edge[0] is its area over its height.
struct Ziggurat {
    std::array<double, layer_count> width{};  // edge[i] over the count of positions
    std::array<double, layer_count + 1> edge{};
    std::array<double, layer_count + 1> density{};
};

// Never inlined: in the accessors below it would make every draw save registers for a call that happens once.
template <class Density, class Inverse>
[[gnu::noinline]] Ziggurat make_ziggurat(double tail_start, double area, double position, Density f,
                                         Inverse inverse) noexcept {
    Ziggurat z;
    z.edge[0] = area / f(tail_start);
    z.edge[1] = tail_start;
    for (std::size_t i = 1; i + 1 < layer_count; ++i)
        z.edge[i + 1] = inverse(f(z.edge[i]) + area / z.edge[i]);
    z.edge[layer_count] = 0;
    for (std::size_t i = 0; i < layer_count; ++i) {
        z.width[i] = z.edge[i] * position;
        z.density[i] = f(z.edge[i]);
    }
    z.density[layer_count] = 1;
    return z;
}

// The starts of the tails make the last layer end at f = 1 exactly; found by the secant method in 60 digits.
constexpr double normal_tail = 3.65415288536100877;
constexpr double normal_area = 0.00492867323397465535;
constexpr double exponential_tail = 7.69711747013104971;
constexpr double exponential_area = 0.00394965982258155722;

const Ziggurat& normal_ziggurat() {
    static const Ziggurat ziggurat = make_ziggurat(
        normal_tail, normal_area, 0x1p-52, [](double x) { return math::exp(-0.5 * x * x); },
        [](double y) { return std::sqrt(-2 * math::log(y)); });
    return ziggurat;
}

const Ziggurat& exponential_ziggurat() {
    static const Ziggurat ziggurat = make_ziggurat(
        exponential_tail, exponential_area, 0x1p-53, [](double x) { return math::exp(-x); },
        [](double y) { return -math::log(y); });
    return ziggurat;
}

// The rare part of a draw is a function of its own, to keep the common part short enough to be inlined.
double finish_exponential(RandomStream& stream, const Ziggurat& z, std::size_t layer, double x) {
    double offset = 0;
    while (true) {
        if (layer == 0) {
            offset += exponential_tail;  // the tail is an exponential again
        } else {
            const double y = z.density[layer] + stream.uniform() * (z.density[layer + 1] - z.density[layer]);
            if (y < math::exp(-x))
                return offset + x;
        }
        const std::uint64_t bits = stream.next_u64();
        layer = bits % layer_count;
        x = static_cast<double>(bits >> 11U) * z.width[layer];
        if (x < z.edge[layer + 1])
            return offset + x;
    }
}

inline double draw_exponential(RandomStream& stream, const Ziggurat& z) {
    const std::uint64_t bits = stream.next_u64();
    const std::size_t layer = bits % layer_count;
    const double x = static_cast<double>(bits >> 11U) * z.width[layer];
    if (x < z.edge[layer + 1])
        return x;
    return finish_exponential(stream, z, layer, x);
}

// Marsaglia, Technometrics 6(1), 1964: beyond the start of the tail.
double draw_normal_tail(RandomStream& stream) {
    const Ziggurat& z = exponential_ziggurat();
    while (true) {
        const double excess = draw_exponential(stream, z) / normal_tail;
        if (2 * draw_exponential(stream, z) > excess * excess)
            return normal_tail + excess;
    }
}

double signed_position(std::uint64_t bits) {
    return static_cast<double>(static_cast<std::int64_t>(bits) >> 11U);
}

double finish_normal(RandomStream& stream, const Ziggurat& z, std::size_t layer, double x) {
    while (true) {
        if (layer == 0)
            return x < 0 ? -draw_normal_tail(stream) : draw_normal_tail(stream);
        const double y = z.density[layer] + stream.uniform() * (z.density[layer + 1] - z.density[layer]);
        if (y < math::exp(-0.5 * x * x))
            return x;
        const std::uint64_t bits = stream.next_u64();
        layer = bits % layer_count;
        x = signed_position(bits) * z.width[layer];
        if (std::fabs(x) < z.edge[layer + 1])
            return x;
    }
}

inline double draw_normal(RandomStream& stream, const Ziggurat& z) {
    const std::uint64_t bits = stream.next_u64();
    const std::size_t layer = bits % layer_count;
    const double x = signed_position(bits) * z.width[layer];
    if (std::fabs(x) < z.edge[layer + 1])
        return x;
    return finish_normal(stream, z, layer, x);
}

// ------------------------------------------------------------------------------------------------- gamma and beta

// Draws of the gamma distribution with scale 1 (Marsaglia and Tsang 2000). Below shape 1 a draw is one of shape + 1
// times exp(-E / shape), E exponential; the two factors are kept apart because their product may underflow.
class GammaSampler {
  public:
    struct Draw {
        double whole;         // of shape, or of shape + 1
        double log_fraction;  // times exp of this
    };

    explicit GammaSampler(double shape)
        : shape_(shape), d_((shape < 1 ? shape + 1 : shape) - 1.0 / 3), c_(1 / std::sqrt(9 * d_)) {}

    [[nodiscard]] bool is_small() const { return shape_ < 1; }

    Draw draw(RandomStream& stream) const {
        const double whole = draw_whole(stream);
        return {whole, is_small() ? -draw_exponential(stream, *exponential_) / shape_ : 0.0};
    }

    double draw_whole(RandomStream& stream) const {
        while (true) {
            const double x = draw_normal(stream, *normal_);
            const double root = 1 + c_ * x;
            if (root <= 0)
                continue;
            const double v = root * root * root;
            const double u = stream.uniform_open();
            const double square = x * x;
            if (u < 1 - 0.0331 * square * square)
                return d_ * v;
            if (math::log(u) < 0.5 * square + d_ * (1 - v + math::log(v)))
                return d_ * v;
        }
    }

  private:
    double shape_;
    double d_;
    double c_;
    const Ziggurat* normal_ = &normal_ziggurat();
    const Ziggurat* exponential_ = &exponential_ziggurat();
};

// Works on a copy of the stream: while it is local the compiler need not store its state at each draw.
template <class Draw>
void fill(RandomStream& stream, std::span<double> out, Draw draw) {
    RandomStream local = stream;
    for (double& value : out)
        value = draw(local);
    stream = local;
}

// For draws of the form g(rest, exp(exponent)): the exponentials of a block are taken together, which is faster and
// gives the same bits. `draw` returns the two parts, `finish` joins them.
template <class Draw, class Finish>
void fill_with_exp(RandomStream& stream, std::span<double> out, Draw draw, Finish finish) {
    constexpr std::size_t block_size = 256;
    std::array<double, block_size> exponents{};
    RandomStream local = stream;
    for (std::size_t start = 0; start < out.size(); start += block_size) {
        const std::span<double> block = out.subspan(start, std::min(block_size, out.size() - start));
        const std::span<double> used = std::span<double>(exponents).first(block.size());
        for (std::size_t i = 0; i < block.size(); ++i) {
            const auto [rest, exponent] = draw(local);
            block[i] = rest;
            used[i] = exponent;
        }
        math::exp(used, used);
        for (std::size_t i = 0; i < block.size(); ++i)
            block[i] = finish(block[i], used[i]);
    }
    stream = local;
}

// The ways to use a draw: fill a batch, or take one value.
struct FillBatch {
    RandomStream& stream;
    std::span<double> out;

    template <class Draw>
    void plain(Draw draw) {
        fill(stream, out, draw);
    }
    template <class Draw, class Finish>
    void with_exp(Draw draw, Finish finish) {
        fill_with_exp(stream, out, draw, finish);
    }
};

struct TakeOne {
    RandomStream& stream;
    double value = 0;

    template <class Draw>
    void plain(Draw draw) {
        value = draw(stream);
    }
    template <class Draw, class Finish>
    void with_exp(Draw draw, Finish finish) {
        const auto [rest, exponent] = draw(stream);
        value = finish(rest, math::exp(exponent));
    }
};

// --------------------------------------------------------------------------------------------------------- checks

tl::unexpected<Error> refuse(std::string_view what, double value, std::string_view expected) {
    return fail(ErrorCode::invalid_argument,
                std::string(what) + " is " + shortest_decimal(value) + "; must be " + std::string(expected));
}

bool is_finite(double x) {
    return std::fabs(x) < infinity;
}

struct Pair {
    double p = 0;
    double x = 0;
};

// The deviation and mean of the normal through two quantiles.
Result<std::pair<double, double>> normal_through(Pair first, Pair second) {
    for (const double p : {first.p, second.p})
        if (!(p > 0 && p < 1))
            return refuse("the probability of a quantile", p, "above 0 and below 1");
    for (const double x : {first.x, second.x})
        if (!is_finite(x))
            return refuse("a quantile", x, "finite");
    if (first.p == second.p)
        return refuse("the probability of both quantiles", first.p, "different for the two");
    if (first.p > second.p)
        std::swap(first, second);
    if (first.x > second.x)
        return fail(ErrorCode::invalid_argument, "quantile " + shortest_decimal(second.p) + " is " +
                                                     shortest_decimal(second.x) + "; must be at least quantile " +
                                                     shortest_decimal(first.p) + ", which is " +
                                                     shortest_decimal(first.x));
    const double z1 = math::normal_quantile(first.p);
    const double z2 = math::normal_quantile(second.p);
    const double deviation = (second.x - first.x) / (z2 - z1);
    // The mean between the two (or outside), from the nearer one.
    const double mean = std::fabs(z1) < std::fabs(z2) ? first.x - z1 * deviation : second.x - z2 * deviation;
    return std::pair{mean, deviation};
}

double triangular_quantile(double min, double mode, double max, double p) {
    const double range = max - min;
    if (!(range > 0))
        return min;
    if (p * range < mode - min)
        return min + std::sqrt(p * range * (mode - min));
    return max - std::sqrt((1 - p) * range * (max - mode));
}

double triangular_cdf(double min, double mode, double max, double x) {
    if (x < min)
        return 0;
    if (x >= max)
        return 1;
    const double range = max - min;
    if (x < mode)
        return (x - min) / range * ((x - min) / (mode - min));
    return 1 - (max - x) / range * ((max - x) / (max - mode));
}

// Between the order statistics. REQUIRES: data ascending and not empty, p in [0, 1].
double empirical_quantile(std::span<const double> data, double p) {
    const double position = p * static_cast<double>(data.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    if (below + 1 >= data.size())
        return data.back();
    return data[below] + (position - static_cast<double>(below)) * (data[below + 1] - data[below]);
}

double empirical_cdf(std::span<const double> data, double x) {
    if (x < data.front())
        return 0;
    if (x >= data.back())
        return 1;
    const auto above = static_cast<std::size_t>(std::upper_bound(data.begin(), data.end(), x) - data.begin());
    const double low = data[above - 1];
    const double position = static_cast<double>(above - 1) + (x - low) / (data[above] - low);
    return position / static_cast<double>(data.size() - 1);
}

// Of the lines between order statistics: averages over the segments.
double empirical_mean(std::span<const double> data) {
    if (data.size() == 1)
        return data.front();
    double sum = 0;
    for (std::size_t i = 0; i + 1 < data.size(); ++i)
        sum += 0.5 * data[i] + 0.5 * data[i + 1];
    return sum / static_cast<double>(data.size() - 1);
}

double empirical_variance(std::span<const double> data) {
    if (data.size() == 1)
        return 0;
    const double mean = empirical_mean(data);
    double sum = 0;
    for (std::size_t i = 0; i + 1 < data.size(); ++i) {
        const double low = data[i] - mean;
        const double high = data[i + 1] - mean;
        sum += (low * low + low * high + high * high) / 3;
    }
    return sum / static_cast<double>(data.size() - 1);
}

}  // namespace

double sample_normal(RandomStream& stream) {
    return draw_normal(stream, normal_ziggurat());
}

double sample_exponential(RandomStream& stream) {
    return draw_exponential(stream, exponential_ziggurat());
}

void sample_normal(RandomStream& stream, std::span<double> out) {
    fill(stream, out, [&z = normal_ziggurat()](RandomStream& s) { return draw_normal(s, z); });
}

void sample_exponential(RandomStream& stream, std::span<double> out) {
    fill(stream, out, [&z = exponential_ziggurat()](RandomStream& s) { return draw_exponential(s, z); });
}

Result<Distribution> Distribution::point(double value) {
    if (!is_finite(value))
        return refuse("value", value, "finite");
    return Distribution(DistributionKind::point, value);
}

Result<Distribution> Distribution::normal(double mean, double standard_deviation) {
    if (!is_finite(mean))
        return refuse("mean", mean, "finite");
    if (!(standard_deviation >= 0))
        return refuse("standard deviation", standard_deviation, "at least 0");
    if (!is_finite(standard_deviation))
        return refuse("standard deviation", standard_deviation, "finite");
    return Distribution(DistributionKind::normal, mean, standard_deviation);
}

Result<Distribution> Distribution::lognormal(double mu, double sigma) {
    if (!is_finite(mu))
        return refuse("mean of the logarithm", mu, "finite");
    if (!(sigma >= 0))
        return refuse("standard deviation of the logarithm", sigma, "at least 0");
    if (!is_finite(sigma))
        return refuse("standard deviation of the logarithm", sigma, "finite");
    return Distribution(DistributionKind::lognormal, mu, sigma);
}

Result<Distribution> Distribution::uniform(double min, double max) {
    for (const double bound : {min, max})
        if (!is_finite(bound))
            return refuse("bound", bound, "finite");
    if (min > max)
        return refuse("minimum", min, "at most the maximum, which is " + shortest_decimal(max));
    if (!is_finite(max - min))
        return refuse("range", max - min, "finite");
    return Distribution(DistributionKind::uniform, min, max);
}

Result<Distribution> Distribution::triangular(double min, double mode, double max) {
    if (!is_finite(mode))
        return refuse("mode", mode, "finite");
    if (auto bounds = uniform(min, max); !bounds)
        return tl::unexpected<Error>(bounds.error());
    if (mode < min)
        return refuse("mode", mode, "at least the minimum, which is " + shortest_decimal(min));
    if (mode > max)
        return refuse("mode", mode, "at most the maximum, which is " + shortest_decimal(max));
    return Distribution(DistributionKind::triangular, min, mode, max);
}

Result<Distribution> Distribution::beta(double a, double b) {
    for (const double shape : {a, b})
        if (!(shape >= math::shape_min && shape <= math::shape_max))
            return refuse("shape", shape, "from 1e-6 to 1e9");
    return Distribution(DistributionKind::beta, a, b);
}

Result<Distribution> Distribution::gamma(double shape, double scale) {
    if (!(shape >= math::shape_min && shape <= math::shape_max))
        return refuse("shape", shape, "from 1e-6 to 1e9");
    if (!(scale > 0))
        return refuse("scale", scale, "above 0");
    if (!is_finite(scale))
        return refuse("scale", scale, "finite");
    return Distribution(DistributionKind::gamma, shape, scale);
}

Result<Distribution> Distribution::exponential(double mean) {
    if (!(mean > 0))
        return refuse("mean", mean, "above 0");
    if (!is_finite(mean))
        return refuse("mean", mean, "finite");
    return Distribution(DistributionKind::exponential, mean);
}

Result<Distribution> Distribution::empirical(std::vector<double> data) {
    if (data.empty())
        return fail(ErrorCode::invalid_argument, "there are no data; must be at least one value");
    for (const double value : data)
        if (!is_finite(value))
            return refuse("a value of the data", value, "finite");
    std::sort(data.begin(), data.end());
    if (!is_finite(data.back() - data.front()))
        return refuse("range of the data", data.back() - data.front(), "finite");
    Distribution made(DistributionKind::empirical, 0);
    made.data_ = std::move(data);
    return made;
}

Result<Distribution> Distribution::normal_from_quantiles(double p1, double x1, double p2, double x2) {
    const auto through = normal_through({p1, x1}, {p2, x2});
    if (!through)
        return tl::unexpected<Error>(through.error());
    return normal(through->first, through->second);
}

Result<Distribution> Distribution::lognormal_from_quantiles(double p1, double x1, double p2, double x2) {
    for (const double x : {x1, x2})
        if (!(x > 0))
            return refuse("a quantile", x, "above 0");
    const auto through = normal_through({p1, math::log(x1)}, {p2, math::log(x2)});
    if (!through) {
        // The message must speak of the values, not of their logarithms.
        const auto plain = normal_through({p1, x1}, {p2, x2});
        return tl::unexpected<Error>(plain ? through.error() : plain.error());
    }
    return lognormal(through->first, through->second);
}

std::span<const double> Distribution::parameters() const {
    std::size_t count = 2;
    switch (kind_) {
        case DistributionKind::empirical:
            count = 0;
            break;
        case DistributionKind::point:
        case DistributionKind::exponential:
            count = 1;
            break;
        case DistributionKind::triangular:
            count = 3;
            break;
        default:
            break;
    }
    return std::span<const double>(parameters_).first(count);
}

template <class Use>
void Distribution::draw_by(Use& use) const {
    // Not a structured binding: clang 14 cannot capture those.
    const double a = parameters_[0];
    const double b = parameters_[1];
    const double c = parameters_[2];
    switch (kind_) {
        case DistributionKind::point:
            use.plain([a](RandomStream&) { return a; });
            return;
        case DistributionKind::normal:
            use.plain([&z = normal_ziggurat(), a, b](RandomStream& s) { return a + b * draw_normal(s, z); });
            return;
        case DistributionKind::lognormal:
            use.with_exp(
                [&z = normal_ziggurat(), a, b](RandomStream& s) {
                    return std::pair{1.0, a + b * draw_normal(s, z)};
                },
                [](double, double power) { return power; });
            return;
        case DistributionKind::uniform:
            use.plain([a, range = b - a](RandomStream& s) { return a + range * s.uniform(); });
            return;
        case DistributionKind::triangular:
            use.plain([a, b, c](RandomStream& s) { return triangular_quantile(a, b, c, s.uniform()); });
            return;
        case DistributionKind::beta: {
            const GammaSampler first(a);
            const GammaSampler second(b);
            // x / (x + y) by the ratio y / x, which does not underflow where both do.
            if (first.is_small() || second.is_small())
                use.with_exp(
                    [&first, &second](RandomStream& s) {
                        const GammaSampler::Draw x = first.draw(s);
                        const GammaSampler::Draw y = second.draw(s);
                        return std::pair{y.whole / x.whole, y.log_fraction - x.log_fraction};
                    },
                    [](double ratio, double power) { return 1 / (1 + ratio * power); });
            else
                use.plain([&first, &second](RandomStream& s) {
                    const double x = first.draw_whole(s);
                    return x / (x + second.draw_whole(s));
                });
            return;
        }
        case DistributionKind::gamma: {
            const GammaSampler sampler(a);
            if (sampler.is_small())
                use.with_exp(
                    [&sampler](RandomStream& s) {
                        const GammaSampler::Draw x = sampler.draw(s);
                        return std::pair{x.whole, x.log_fraction};
                    },
                    [b](double whole, double power) { return b * (whole * power); });
            else
                use.plain([&sampler, b](RandomStream& s) { return b * sampler.draw_whole(s); });
            return;
        }
        case DistributionKind::exponential:
            use.plain([&z = exponential_ziggurat(), a](RandomStream& s) { return a * draw_exponential(s, z); });
            return;
        case DistributionKind::empirical:
            use.plain([this](RandomStream& s) { return empirical_quantile(data_, s.uniform()); });
            return;
    }
    DS_ASSERT(false);
}

void Distribution::sample(RandomStream& stream, std::span<double> out) const {
    FillBatch batch{stream, out};
    draw_by(batch);
}

double Distribution::sample_varying(RandomStream& stream) const {
    TakeOne one{stream};
    draw_by(one);
    return one.value;
}

double Distribution::quantile(double p) const {
    if (!(p >= 0 && p <= 1))
        return not_a_number;
    const auto [a, b, c] = parameters_;
    switch (kind_) {
        case DistributionKind::point:
            return a;
        case DistributionKind::normal:
            return b == 0 ? a : a + b * math::normal_quantile(p);
        case DistributionKind::lognormal:
            return math::exp(b == 0 ? a : a + b * math::normal_quantile(p));
        case DistributionKind::uniform:
            return p == 1 ? b : a + p * (b - a);
        case DistributionKind::triangular:
            return triangular_quantile(a, b, c, p);
        case DistributionKind::beta:
            return math::beta_quantile(a, b, p);
        case DistributionKind::gamma:
            return b * math::gamma_quantile(a, p);
        case DistributionKind::exponential:
            return a * -math::log1p(-p);
        case DistributionKind::empirical:
            return empirical_quantile(data_, p);
    }
    DS_ASSERT(false);
    return not_a_number;
}

double Distribution::cdf(double x) const {
    if (x != x)
        return not_a_number;
    const auto [a, b, c] = parameters_;
    switch (kind_) {
        case DistributionKind::point:
            return x >= a ? 1 : 0;
        case DistributionKind::normal:
            if (b == 0)
                return x >= a ? 1 : 0;
            return math::normal_cdf((x - a) / b);
        case DistributionKind::lognormal:
            if (x <= 0)
                return 0;
            if (b == 0)
                return x >= math::exp(a) ? 1 : 0;
            return math::normal_cdf((math::log(x) - a) / b);
        case DistributionKind::uniform:
            if (x < a || x >= b)
                return x < a ? 0 : 1;
            return (x - a) / (b - a);
        case DistributionKind::triangular:
            return triangular_cdf(a, b, c, x);
        case DistributionKind::beta:
            return math::beta_lower(a, b, x);
        case DistributionKind::gamma:
            return math::gamma_lower(a, x / b);
        case DistributionKind::exponential:
            return x <= 0 ? 0 : -math::expm1(-x / a);
        case DistributionKind::empirical:
            return empirical_cdf(data_, x);
    }
    DS_ASSERT(false);
    return not_a_number;
}

double Distribution::mean() const {
    const auto [a, b, c] = parameters_;
    switch (kind_) {
        case DistributionKind::point:
        case DistributionKind::normal:
        case DistributionKind::exponential:
            return a;
        case DistributionKind::lognormal:
            return math::exp(a + 0.5 * b * b);
        case DistributionKind::uniform:
            return a + 0.5 * (b - a);
        case DistributionKind::triangular:
            return a + ((b - a) + (c - a)) / 3;
        case DistributionKind::beta:
            return a / (a + b);
        case DistributionKind::gamma:
            return a * b;
        case DistributionKind::empirical:
            return empirical_mean(data_);
    }
    DS_ASSERT(false);
    return not_a_number;
}

double Distribution::variance() const {
    const auto [a, b, c] = parameters_;
    switch (kind_) {
        case DistributionKind::point:
            return 0;
        case DistributionKind::normal:
            return b * b;
        case DistributionKind::lognormal:
            return b == 0 ? 0 : math::expm1(b * b) * math::exp(2 * a + b * b);
        case DistributionKind::uniform:
            return (b - a) * (b - a) / 12;
        case DistributionKind::triangular: {
            const double left = b - a;
            const double right = c - b;
            return (left * left + left * right + right * right) / 18;
        }
        case DistributionKind::beta:
            return a / (a + b) * (b / (a + b)) / (a + b + 1);
        case DistributionKind::gamma:
            return a * b * b;
        case DistributionKind::exponential:
            return a * a;
        case DistributionKind::empirical:
            return empirical_variance(data_);
    }
    DS_ASSERT(false);
    return not_a_number;
}

Support Distribution::support() const {
    const auto [a, b, c] = parameters_;
    switch (kind_) {
        case DistributionKind::point:
            return {a, a};
        case DistributionKind::normal:
            return b == 0 ? Support{a, a} : Support{-infinity, infinity};
        case DistributionKind::lognormal:
            return b == 0 ? Support{math::exp(a), math::exp(a)} : Support{0, infinity};
        case DistributionKind::uniform:
            return {a, b};
        case DistributionKind::triangular:
            return {a, c};
        case DistributionKind::beta:
            return {0, 1};
        case DistributionKind::gamma:
        case DistributionKind::exponential:
            return {0, infinity};
        case DistributionKind::empirical:
            return {data_.front(), data_.back()};
    }
    DS_ASSERT(false);
    return {};
}

}  // namespace dstudio::base
