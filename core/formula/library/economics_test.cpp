#include "core/formula/library/economics.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include "core/formula/library/queueing_test_support.hpp"

using namespace dstudio::formula;
using namespace dstudio::formula::library;
using dstudio::formula::library::test::Random;
using Flows = std::vector<double>;

namespace {

// doctest's Approx has an absolute part; this one compares small values by their digits.
doctest::Approx relative(double expected) {
    return doctest::Approx(expected).scale(1e-300);
}

// The flows whose value is a multiple of the product of (1 / (1 + rate) - 1 / (1 + r)) over the rates, as a polynomial
// in 1 + rate: (x - x1) (x - x2) ..., highest power first.
Flows flows_with_rates(const std::vector<double>& rates) {
    Flows flows{-1000};
    for (const double rate : rates) {
        flows.push_back(0);
        for (std::size_t i = flows.size() - 1; i > 0; --i)
            flows[i] -= (1 + rate) * flows[i - 1];
    }
    return flows;
}

Flows product(const Flows& a, const Flows& b) {
    Flows result(a.size() + b.size() - 1);
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = 0; j < b.size(); ++j)
            result[i + j] += a[i] * b[j];
    return result;
}

}  // namespace

TEST_CASE("net present value by hand: -100 + 60 / 1.1 + 60 / 1.21") {
    CHECK(npv(0.1, Flows{-100, 60, 60}) == relative(-100 + 600.0 / 11 + 6000.0 / 121));
    CHECK(npv(0, Flows{-100, 60, 60}) == 20);
    CHECK(npv(-0.5, Flows{1, 1, 1}) == relative(7));
    CHECK(npv(0.3, Flows{5}) == 5);
}

TEST_CASE("internal rate of return by hand, positive and negative") {
    CHECK(irr(Flows{-100, 110}) == relative(0.1));
    CHECK(irr(Flows{-100, 60, 60}) == relative((3 + std::sqrt(69.0)) / 10 - 1));  // 10 x^2 - 6 x - 6 = 0
    CHECK(irr(Flows{-100, 50}) == relative(-0.5));
    CHECK(irr(Flows{100, -110}) == relative(0.1));  // a loan
    CHECK(irr(Flows{0, 0, -100, 0, 121, 0}) == relative(0.1));
    CHECK(std::abs(irr(Flows{-100, 100})) < 1e-15);
    CHECK(irr(Flows{-1e-3, 1e6}) == relative(1e9 - 1));
}

TEST_CASE("an internal rate of return makes random investments worth nothing") {
    Random random{13};
    for (int round = 0; round < 300; ++round) {
        Flows flows{-random.uniform(100, 10000)};
        for (std::size_t i = 1 + random.below(400); i > 0; --i)
            flows.push_back(random.uniform(0, 300));
        const double rate = irr(flows);
        double scale = 0;
        for (std::size_t i = 0; i < flows.size(); ++i)
            scale += std::abs(flows[i]) / std::pow(1 + rate, static_cast<double>(i));
        CHECK(std::abs(npv(rate, flows)) < 1e-12 * scale);
    }
}

TEST_CASE("no internal rate of return: no change of sign, no root, two or three roots, a double root") {
    CHECK(std::isnan(irr(Flows{100, 50})));
    CHECK(std::isnan(irr(Flows{0, 0})));
    CHECK(std::isnan(irr(Flows{-100})));
    CHECK(std::isnan(irr(Flows{1, -1, 1})));
    CHECK(std::isnan(irr(Flows{-1000, 2500, -1540})));  // 10 % and 40 %
    CHECK(std::isnan(irr(flows_with_rates({0.05, 0.1, 0.4}))));
    CHECK(std::isnan(irr(flows_with_rates({-0.3, 0.2}))));
    CHECK(std::isnan(irr(flows_with_rates({0.25, 0.25}))));
    CHECK(std::isnan(irr(flows_with_rates({0, 0.25}))));
    Flows with_demolition(360, 5);  // 0.9 % a month; and about -25 %, where the last flow outweighs the others
    with_demolition.front() = -500;
    with_demolition.back() = -20;
    CHECK(std::isnan(irr(with_demolition)));
    with_demolition.back() = 0;
    CHECK(irr(with_demolition) > 0.008);
}

TEST_CASE("several changes of sign but one root: its internal rate of return is found") {
    const Flows no_root{1, -1, 1};                     // x^2 - x + 1 > 0
    const Flows no_root_near{1, -2.2, 1.2104};         // complex roots at 1.1 +- 0.02 i
    CHECK(irr(Flows{-1000, 2000, -2000, 1000}) == 0);  // 1000 (1 - x) times no_root
    for (const double rate : {-0.6, -0.05, 0.08, 0.5, 3.0}) {
        CAPTURE(rate);
        CHECK(irr(product(flows_with_rates({rate}), no_root)) == relative(rate).epsilon(1e-9));
        CHECK(irr(product(flows_with_rates({rate}), no_root_near)) == relative(rate).epsilon(1e-9));
        CHECK(irr(product(product(flows_with_rates({rate}), no_root), no_root_near)) == relative(rate).epsilon(1e-9));
    }
}

TEST_CASE("annuity: 100,000 over 30 years at half a per cent a month is 599.55 a month") {
    CHECK(annuity(100000, 0.005, 360) == relative(599.55).epsilon(1e-5));
    CHECK(annuity(1200, 0, 12) == 100);
    CHECK(annuity(1200, 1e-12, 12) == relative(100));
    double debt = 5000;
    for (int period = 0; period < 24; ++period)
        debt = debt * 1.02 - annuity(5000, 0.02, 24);
    CHECK(std::abs(debt) < 1e-8);
}

TEST_CASE("payback: two and a half periods for 100 by 40 each; discounting takes longer") {
    CHECK(payback_period(0, Flows{-100, 40, 40, 40}) == relative(2.5));
    CHECK(payback_period(0, Flows{-80, 40, 40}) == relative(2));
    CHECK(payback_period(0, Flows{5, -1}) == 0);
    CHECK(payback_period(0, Flows{-100, 40, 40}) == infinity);
    // 40 / 1.1 + 40 / 1.21 + 40 / 1.331 = 99.47, the rest in the fourth period.
    const double paid = 40 / 1.1 + 40 / 1.21 + 40 / 1.331;
    CHECK(payback_period(0.1, Flows{-100, 40, 40, 40, 40}) == relative(3 + (100 - paid) * 1.4641 / 40));
}

TEST_CASE("three nines cost 8.76 hours a year; losses and paths by hand") {
    CHECK(downtime_cost(0.999, 365 * 86400, 2) == relative(2 * 8.76 * 3600));
    CHECK(downtime_cost(1, 1e9, 5) == 0);
    CHECK(expected_annual_loss(1.0 / (5 * 365 * 86400.0), 1e6) == relative(2e5));  // once in five years
    CHECK(coordination_paths(0) == 0);
    CHECK(coordination_paths(1) == 0);
    int pairs = 0;
    for (int a = 0; a < 12; ++a)
        for (int b = a + 1; b < 12; ++b)
            ++pairs;
    CHECK(coordination_paths(12) == pairs);
}
