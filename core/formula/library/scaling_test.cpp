#include "core/formula/library/scaling.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace dstudio::formula;
using namespace dstudio::formula::library;

namespace {

// doctest's Approx has an absolute part; this one compares small values by their digits.
doctest::Approx relative(double expected) {
    return doctest::Approx(expected).scale(1e-300);
}

}  // namespace

TEST_CASE("Amdahl: 95 % parallel work reaches 5.93 on 8 workers and never 20") {
    CHECK(amdahl(8, 0.95) == relative(5.9259).epsilon(1e-4));
    CHECK(amdahl(1e12, 0.95) == relative(20).epsilon(1e-6));
    CHECK(amdahl(1, 0.5) == 1);
    CHECK(amdahl(16, 1) == 16);
    CHECK(amdahl(16, 0) == 1);
}

TEST_CASE("Gustafson's is Amdahl's speedup of the work that the workers do in parallel") {
    CHECK(gustafson(1024, 1 - 0.004) == relative(1019.9).epsilon(1e-4));
    for (const double n : {1.0, 2.0, 64.0})
        for (const double f : {0.1, 0.5, 0.99}) {
            const double parallel_of_serial_run = f * n / (1 - f + f * n);
            CHECK(gustafson(n, f) == relative(amdahl(n, parallel_of_serial_run)));
        }
}

TEST_CASE("Karp and Flatt's serial fraction is that of Amdahl's law") {
    CHECK(karp_flatt(amdahl(12, 0.93), 12) == relative(0.07));
    CHECK(karp_flatt(12, 12) == 0);
    CHECK(std::isnan(karp_flatt(1, 1)));
}

TEST_CASE("universal scalability: Amdahl's law without coherency cost, and a peak where no neighbour is higher") {
    CHECK(usl(24, 0.05, 0) == relative(amdahl(24, 0.95)));
    CHECK(usl(1, 0.3, 0.2) == 1);
    for (const double contention : {0.0, 0.02, 0.3})
        for (const double coherency : {1e-5, 0.001, 0.2}) {
            const double peak = usl_peak(contention, coherency);
            double best = 1;
            for (double n = 1; n < 2000; n += 0.01)
                best = usl(n, contention, coherency) > usl(best, contention, coherency) ? n : best;
            CHECK(peak == relative(best).epsilon(0.01));
        }
    CHECK(usl_peak(0.1, 0) == infinity);
    CHECK(usl_peak(1, 0) == 1);
    CHECK(usl_peak(0.5, 2) == 1);  // a second worker only costs
}
