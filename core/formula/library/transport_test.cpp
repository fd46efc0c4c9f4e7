#include "core/formula/library/transport.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "core/formula/library/queueing_test_support.hpp"

using namespace dstudio::formula;
using namespace dstudio::formula::library;
using dstudio::formula::library::test::Random;

namespace {

// doctest's Approx has an absolute part; this one compares small values by their digits.
doctest::Approx relative(double expected) {
    return doctest::Approx(expected).scale(1e-300);
}

constexpr double degree = std::numbers::pi / 180;

// Angle between two directions by the cross and the dot product.
double angle(double latitude1, double longitude1, double latitude2, double longitude2) {
    const double a[] = {std::cos(latitude1) * std::cos(longitude1), std::cos(latitude1) * std::sin(longitude1),
                        std::sin(latitude1)};
    const double b[] = {std::cos(latitude2) * std::cos(longitude2), std::cos(latitude2) * std::sin(longitude2),
                        std::sin(latitude2)};
    const double cross = std::hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
    return std::atan2(cross, a[0] * b[0] + a[1] * b[1] + a[2] * b[2]);
}

// A sender in slow start, segment by segment: each acknowledgement, a round trip after the segment has left, permits
// two.
double simulate_transfer(int segments, double mss, double rate, double rtt, int initial_window) {
    const double segment_time = mss / rate;
    std::vector<double> permitted(static_cast<std::size_t>(initial_window), rtt / 2);  // the request has arrived
    double link_free = 0;
    for (int i = 0; i < segments; ++i) {
        link_free = std::max(link_free, permitted[static_cast<std::size_t>(i)]) + segment_time;
        permitted.push_back(link_free + rtt);
        permitted.push_back(link_free + rtt);
    }
    return link_free + rtt / 2;
}

}  // namespace

TEST_CASE("great-circle distances: a quarter and a half of the circumference, and a degree of a meridian") {
    const double quarter = earth_radius_m * std::numbers::pi / 2;
    CHECK(great_circle_distance(0, 0, 90 * degree, 1) == relative(quarter));
    CHECK(great_circle_distance(0, 0, 0, 180 * degree) == relative(2 * quarter));
    CHECK(great_circle_distance(30 * degree, 20 * degree, -30 * degree, -160 * degree) == relative(2 * quarter));
    CHECK(great_circle_distance(0.3, 0.1, 0.3, 0.1) == 0);
    CHECK(great_circle_distance(50 * degree, 8 * degree, 51 * degree, 8 * degree) == relative(111195).epsilon(1e-5));
}

TEST_CASE("great-circle distances are those of the angle between directions") {
    Random random{31};
    for (int i = 0; i < 1000; ++i) {
        const double p[] = {random.uniform(-90, 90) * degree, random.uniform(-180, 180) * degree,
                            random.uniform(-90, 90) * degree, random.uniform(-180, 180) * degree};
        CHECK(great_circle_distance(p[0], p[1], p[2], p[3]) ==
              relative(earth_radius_m * angle(p[0], p[1], p[2], p[3])).epsilon(1e-9));
    }
}

TEST_CASE("London Heathrow to New York JFK is 5,540 km, to the 0.6 % of the spherical model") {
    const double distance =
        great_circle_distance(51.4775 * degree, -0.4614 * degree, 40.6398 * degree, -73.7789 * degree);
    CHECK(distance == relative(5540e3).epsilon(0.006));
    CHECK(fibre_delay(distance) == relative(0.0271).epsilon(0.01));
}

TEST_CASE("light takes about 4.9 microseconds for a kilometre of fibre") {
    CHECK(fibre_delay(1000) == relative(4.9e-6).epsilon(0.005));
    CHECK(fibre_delay(0) == 0);
}

TEST_CASE("Mathis: the throughput of a simulated sawtooth") {
    for (const int top : {40, 400}) {
        // From half the window up by one segment a round trip; the last segment of the cycle is lost.
        double segments = 0;
        double rounds = 0;
        for (int window = top / 2; window < top; ++window, ++rounds)
            segments += window;
        const double rate = 1460 * segments / (rounds * 0.08);
        CHECK(tcp_throughput_mathis(1460, 0.08, 1 / segments) == relative(rate).epsilon(1.0 / top));
    }
    CHECK(tcp_throughput_mathis(1460, 0.1, 0.01) == relative(178813).epsilon(1e-5));  // 14600 sqrt(150)
    CHECK(tcp_throughput_mathis(1460, 0.1, 0) == infinity);
}

TEST_CASE("PFTK: Mathis's formula without timeouts, the window without loss, and its terms by hand") {
    constexpr double wide = 1e15;
    for (const double b : {1.0, 2.0})
        CHECK(tcp_throughput_padhye(1460, 0.1, 0.01, 0, wide, b) ==
              relative(tcp_throughput_mathis(1460, 0.1, 0.01) / std::sqrt(b)));
    CHECK(tcp_throughput_padhye(1460, 0.1, 0, 1, 65536, 2) == relative(655360));
    CHECK(tcp_throughput_padhye(1460, 0.1, 1e-9, 1, 65536, 2) == relative(655360));
    // b = 2, p = 0.03: sqrt(0.04) = 0.2; 3 sqrt(0.0225) = 0.45; 1 + 32 p^2 = 1.0288.
    CHECK(tcp_throughput_padhye(1000, 0.1, 0.03, 0.4, wide, 2) ==
          relative(1000 / (0.1 * 0.2 + 0.4 * 0.45 * 0.03 * 1.0288)));
    // p = 1: all by timeouts, min(1, ...) = 1 and 1 + 32 = 33.
    CHECK(tcp_throughput_padhye(1000, 0.3, 1, 2, wide, 1.5) == relative(1000 / (0.3 + 2 * 33)));
    // Loss lowers the throughput.
    double last = infinity;
    for (double loss = 1e-5; loss <= 1; loss *= 1.1) {
        const double now = tcp_throughput_padhye(1460, 0.1, loss, 0.3, wide, 2);
        CHECK(now < last);
        last = now;
    }
}

TEST_CASE("slow start: ten, twenty, forty segments in the first three rounds") {
    CHECK(tcp_slow_start_time(0, 1460, 0.1, 10) == 0);
    CHECK(tcp_slow_start_time(1, 1460, 0.1, 10) == relative(0.1));
    CHECK(tcp_slow_start_time(14600, 1460, 0.1, 10) == relative(0.1));
    CHECK(tcp_slow_start_time(14601, 1460, 0.1, 10) == relative(0.2));
    CHECK(tcp_slow_start_time(70 * 1460, 1460, 0.1, 10) == relative(0.3));
    for (const double segments : {5.0, 333.0, 1e6, 1e12})
        CHECK(tcp_slow_start_time(segments * 1000, 1000, 1, 10) == std::ceil(std::log2(segments / 10 + 1)));
}

TEST_CASE("transfer times are those of a simulated sender, segment by segment") {
    for (const double rate : {1e5, 1e6, 1e8})
        for (const int window : {1, 4, 10})
            for (const int segments : {1, 3, 10, 11, 30, 31, 70, 500, 3000}) {
                CAPTURE(rate);
                CAPTURE(window);
                CAPTURE(segments);
                CHECK(tcp_transfer_time(segments * 1250.0, rate, 1250, 0.05, window) ==
                      relative(simulate_transfer(segments, 1250, rate, 0.05, window)).epsilon(1e-9));
            }
    // An unlimited rate leaves slow start, an unlimited window the rate.
    CHECK(tcp_transfer_time(1e6, 1e18, 1250, 0.05, 10) == relative(tcp_slow_start_time(1e6, 1250, 0.05, 10)));
    CHECK(tcp_transfer_time(1e6, 1e6, 1250, 0.05, 1e6) == relative(1.05));
}

TEST_CASE("Cristian: no split of the round trip is off by more than the bound, and one is") {
    const double rtt = 0.08;
    const double least = 0.01;
    double worst = 0;
    for (int i = 0; i <= 1000; ++i) {
        const double there = least + (rtt - 2 * least) * i / 1000;
        worst = std::max(worst, std::abs((rtt - there) - rtt / 2));  // the reply's true delay against half
    }
    CHECK(clock_offset_error_bound(rtt, least) == relative(worst));
    CHECK(clock_offset_error_bound(0.02, 0.01) == 0);
    CHECK(std::isnan(clock_offset_error_bound(0.02, 0.011)));
}

TEST_CASE("NTP: equal delays give the true offset, unequal ones half their difference, within the bound") {
    const double offset = 0.7;
    for (const double there : {0.01, 0.02, 0.05}) {
        const double back = 0.02;
        const double t1 = 100;
        const double t2 = t1 + there + offset;
        const double t3 = t2 + 0.003;
        const double t4 = t3 - offset + back;
        CHECK(ntp_delay(t1, t2, t3, t4) == relative(there + back));
        CHECK(ntp_offset(t1, t2, t3, t4) == relative(offset + (there - back) / 2));
        CHECK(std::abs(ntp_offset(t1, t2, t3, t4) - offset) <= ntp_offset_bound(ntp_delay(t1, t2, t3, t4), 0));
    }
    CHECK(ntp_offset_bound(0.04, 0.005) == relative(0.025));
}

TEST_CASE("drifting clocks: a lease without its margin ends for the slow holder when it ends for the fast granter") {
    const double drift = 0.01;
    const double term = 10;
    const double holder_stops = (term - lease_safety_margin(term, drift)) / (1 - drift);  // in true time
    CHECK(holder_stops == relative(term / (1 + drift)));
    CHECK(lease_safety_margin(term, 0) == 0);
    CHECK(clock_drift_bound(3600, 200e-6) == relative(1.44));  // (1 + d) t - (1 - d) t
    CHECK(lease_term_effective(10, 0.1, 0.2, 1) == relative(8.5));
    CHECK(lease_term_effective(1, 0.1, 0.2, 1) == 0);
    CHECK(spanner_commit_wait(0.004) == relative(0.008));
}

TEST_CASE("a majority is as far as its farthest member, the leader included at no distance") {
    const std::vector<double> five = {0.2, 0.03, 0.09, 0.15};
    CHECK(nearest_majority_rtt(five) == 0.09);  // three of five: itself, 30 ms, 90 ms
    const std::vector<double> four = {0.2, 0.03, 0.09};
    CHECK(nearest_majority_rtt(four) == 0.09);  // three of four
    const std::vector<double> two = {0.07};
    CHECK(nearest_majority_rtt(two) == 0.07);
    Random random{2};
    for (int round = 0; round < 200; ++round) {
        std::vector<double> rtts;
        for (std::size_t i = 1 + random.below(9); i > 0; --i)
            rtts.push_back(std::round(20 * random.uniform()));
        for (std::size_t quorum = 1; quorum <= rtts.size() + 1; ++quorum) {
            // The least time by which enough have answered.
            double least = infinity;
            std::vector<double> times = rtts;
            times.push_back(0);
            for (const double time : times)
                if (std::count_if(times.begin(), times.end(), [&](double t) { return t <= time; }) >=
                    static_cast<std::ptrdiff_t>(quorum))
                    least = std::min(least, time);
            CHECK(nearest_quorum_rtt(rtts, static_cast<double>(quorum)) == least);
        }
    }
    CHECK(std::isnan(nearest_quorum_rtt(two, 3)));
}
