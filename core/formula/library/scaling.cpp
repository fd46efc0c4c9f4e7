#include "core/formula/library/scaling.hpp"

#include <algorithm>
#include <cmath>

#include "core/formula/library/binding.hpp"

namespace dstudio::formula::library {

double amdahl(double n, double parallel_fraction) {
    return 1 / (1 - parallel_fraction + parallel_fraction / n);
}

double gustafson(double n, double parallel_fraction) {
    return 1 - parallel_fraction + parallel_fraction * n;
}

double karp_flatt(double speedup, double n) {
    return n <= 1 ? no_answer : (n / speedup - 1) / (n - 1);
}

double usl(double n, double contention, double coherency) {
    return n / (1 + (n - 1) * (contention + coherency * n));
}

double usl_peak(double contention, double coherency) {
    if (contention >= 1)
        return 1;
    return std::max(std::sqrt((1 - contention) / coherency), 1.0);  // +infinity for coherency 0
}

namespace {

constexpr Domain at_least_one{.min = 1};

constexpr Parameter workers{"n", "1", at_least_one};
constexpr Parameter contention{"contention", "1", non_negative};
constexpr Parameter coherency{"coherency", "1", non_negative};
constexpr Parameter fraction_parameters[] = {workers, {"parallel_fraction", "1", probability}};
constexpr Parameter measured_parameters[] = {{"speedup", "1", positive}, workers};
constexpr Parameter usl_parameters[] = {workers, contention, coherency};
constexpr Parameter peak_parameters[] = {contention, coherency};

constexpr std::string_view gunther = "Gunther, Guerrilla Capacity Planning (2007), chapter 4";

constexpr Function table[] = {
    entry<amdahl>("amdahl", fraction_parameters, "1", "Speedup by n workers at fixed work (Amdahl's law)",
                  "Amdahl, Validity of the Single Processor Approach to Achieving Large Scale Computing Capabilities "
                  "(1967)"),
    entry<gustafson>("gustafson", fraction_parameters, "1",
                     "Speedup by n workers when the work grows with them (Gustafson's law)",
                     "Gustafson, Reevaluating Amdahl's Law (1988)"),
    entry<karp_flatt>("karp_flatt", measured_parameters, "1",
                      "Serial fraction that explains a measured speedup by n workers (Karp-Flatt metric)",
                      "Karp and Flatt, Measuring Parallel Processor Performance (1990)"),
    entry<usl>("usl", usl_parameters, "1",
               "Capacity of n workers relative to one, with contention and coherency costs (universal scalability law)",
               gunther, "C"),
    entry<usl_peak>("usl_peak", peak_parameters, "1",
                    "Number of workers with the highest capacity under the universal scalability law", gunther),
};

}  // namespace

std::span<const Function> scaling_functions() {
    return table;
}

}  // namespace dstudio::formula::library
