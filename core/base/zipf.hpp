// Zipf's distribution over 1 to n: k with probability proportional to k^-s.
#pragma once

#include <cstdint>

#include "core/base/random.hpp"

namespace dstudio::base {

// Draws by rejection-inversion (Hörmann and Derflinger, ACM Transactions on Modeling and Computer Simulation 6(3),
// 1996): O(1), about 1.1 uniform numbers a draw, no table. The same bits on every build.
class Zipf {
  public:
    // REQUIRES: n >= 1, exponent > 0.
    Zipf(std::uint32_t n, double exponent);

    [[nodiscard]] std::uint32_t sample(RandomStream& stream) const;

  private:
    [[nodiscard]] double integral(double x) const;  // of t^-s from 1 to x
    [[nodiscard]] double integral_inverse(double area) const;
    [[nodiscard]] double density(double x) const;

    double n_;
    double exponent_;
    double first_;  // of the area drawn from
    double last_;
    double squeeze_;
};

}  // namespace dstudio::base
