// A model's results over a range of one input, or over a grid of two.
#pragma once

#include <string>
#include <vector>

#include "core/formula/evaluate.hpp"

namespace dstudio::formula {

struct SweepAxis {
    std::string input;
    double from = 0;  // base units
    double to = 0;
    std::size_t count = 101;  // points, at least 2
    bool logarithmic = false;
};

inline constexpr std::size_t sweep_points_max = 250'000;

struct Sweep {
    std::vector<std::vector<double>> axes;    // the points of each axis; whole-number inputs: rounded, without repeats
    std::vector<std::size_t> outputs;         // variables, of one number each
    std::vector<std::vector<double>> values;  // by output; row-major: the first axis runs slowest
    std::vector<std::vector<std::uint8_t>> violated;  // by requirement: where it does not hold
};

// The inputs of the axes are open in `bindings`. Uncertain inputs stand at their points.
// Errors: invalid_argument for an axis outside its input's domain, fewer than 2 or more than sweep_points_max points,
// an input that is a list, a logarithmic axis that is not above zero.
base::Result<Sweep> sweep(const Model& model, const Bindings& bindings, std::span<const SweepAxis> axes);

}  // namespace dstudio::formula
