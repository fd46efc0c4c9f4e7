// Scalability laws: speedup or relative capacity of n workers against one.
//
// n may be any real number of at least 1. Arguments lie in the domains of the table.
// Sources: Amdahl, Validity of the single processor approach to achieving large scale computing capabilities (1967);
// Gustafson, Reevaluating Amdahl's law (1988); Karp and Flatt, Measuring parallel processor performance (1990);
// Gunther, Guerrilla Capacity Planning (2007), chapter 4 (universal scalability law).
#pragma once

#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

// Speedup at fixed work: 1 / (1 - f + f / n).
double amdahl(double n, double parallel_fraction);

// Speedup at work scaled to fill the time: 1 - f + f n, with f the parallel fraction of the time on the n workers.
double gustafson(double n, double parallel_fraction);

// The serial fraction that Amdahl's law needs to explain a measured speedup, (1/S - 1/n) / (1 - 1/n). NaN for n = 1.
double karp_flatt(double speedup, double n);

// Relative capacity n / (1 + contention (n - 1) + coherency n (n - 1)).
double usl(double n, double contention, double coherency);

// The n of the highest capacity, sqrt((1 - contention) / coherency), at least 1: +infinity without coherency cost and
// with contention below 1.
double usl_peak(double contention, double coherency);

std::span<const Function> scaling_functions();

}  // namespace dstudio::formula::library
