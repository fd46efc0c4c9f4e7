#include "core/base/zipf.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/assert.hpp"
#include "core/base/elementary.hpp"

namespace dstudio::base {
namespace {

// expm1(x) / x and log1p(x) / x, continued through 0.
double expm1_ratio(double x) {
    constexpr double small = 1e-8;
    return std::fabs(x) > small ? math::expm1(x) / x : 1 + x / 2;
}
double log1p_ratio(double x) {
    constexpr double small = 1e-8;
    return std::fabs(x) > small ? math::log1p(x) / x : 1 - x / 2;
}

}  // namespace

Zipf::Zipf(std::uint32_t n, double exponent)
    : n_(n),
      exponent_(exponent),
      first_(integral(1.5) - 1),
      last_(integral(n_ + 0.5)),
      squeeze_(2 - integral_inverse(integral(2.5) - density(2))) {
    DS_ASSERT(n >= 1 && exponent > 0);
}

double Zipf::integral(double x) const {
    const double log_x = math::log(x);
    return expm1_ratio((1 - exponent_) * log_x) * log_x;
}

double Zipf::integral_inverse(double area) const {
    const double t = std::max(-1.0, area * (1 - exponent_));
    return math::exp(log1p_ratio(t) * area);
}

double Zipf::density(double x) const {
    return math::exp(-exponent_ * math::log(x));
}

std::uint32_t Zipf::sample(RandomStream& stream) const {
    for (;;) {
        const double area = last_ + stream.uniform() * (first_ - last_);
        const double x = integral_inverse(area);
        const double k = std::clamp(std::floor(x + 0.5), 1.0, n_);
        if (k - x <= squeeze_ || area >= integral(k + 0.5) - density(k))
            return static_cast<std::uint32_t>(k);
    }
}

}  // namespace dstudio::base
