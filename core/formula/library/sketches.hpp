// Sizes and errors of probabilistic summaries: Bloom filters, HyperLogLog, linear counting, Count-Min, reservoirs.
//
// Hashes are uniform and independent. Arguments lie in the domains of the table.
// Sources: Bloom, Space/time trade-offs in hash coding with allowable errors (1970); Broder and Mitzenmacher, Network
// applications of Bloom filters: a survey (2004); Bose et al., On the false-positive rate of Bloom filters (2008);
// Flajolet, Fusy, Gandouet and Meunier, HyperLogLog (2007); Whang, Vander-Zanden and Taylor, A linear-time
// probabilistic counting algorithm for database applications (1990); Cormode and Muthukrishnan, An improved data stream
// summary: the count-min sketch and its applications (2005); Vitter, Random sampling with a reservoir (1985).
#pragma once

#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

// The work that bloom_false_positive_exact puts into its exact answer: bits * hashes * items at most this.
inline constexpr double bloom_exact_work_max = 4194304;
inline constexpr double bloom_hashes_max = 10000;

// The classical (1 - (1 - 1/bits)^(hashes items))^hashes, which takes the bits as independent and so is a little low.
double bloom_false_positive(double bits, double hashes, double items);

// The true rate, the mean of (set bits / bits)^hashes over the distribution of the number of set bits. By recursion
// over that distribution up to bloom_exact_work_max (exact to rounding), beyond by the classical rate's correction to
// the second order in the spread of that number (relative error below 1e-4 for up to 32 hashes).
double bloom_false_positive_exact(double bits, double hashes, double items);

// Bits (not rounded) for a target rate with the best number of hashes: -items ln(rate) / (ln 2)^2.
double bloom_bits(double items, double false_positive);

// The integer number of hashes (at least 1) of the lowest classical rate, next to (bits / items) ln 2. Without items 1.
double bloom_optimal_hashes(double bits, double items);

// Relative standard error of the count, 1.04 / sqrt(registers); and the smallest power of two of registers (at least
// 16) that brings it to `error` or below.
double hyperloglog_error(double registers);
double hyperloglog_registers(double error);

// Relative standard error of linear counting with a bitmap: sqrt(bits (e^t - t - 1)) / items, t = items / bits.
double linear_counting_error(double bits, double items);

// Count-Min: with width ceil(e / epsilon) and depth ceil(ln(1 / delta)) an estimate is too high by more than epsilon
// times the total count with a probability of at most delta.
double count_min_width(double epsilon);
double count_min_depth(double delta);

// The overestimate (e / width) total that a Count-Min sketch exceeds with a probability of at most e^-depth.
double count_min_error(double width, double total);

// Mean number of items that a reservoir sample takes in, the first `sample` included, from a stream:
// sample (1 + H(items) - H(sample)).
double reservoir_insertions(double sample, double items);

std::span<const Function> sketch_functions();

}  // namespace dstudio::formula::library
