// Values for a model's inputs, as people write them: "8/s", "99.9%", "[1 ms, 2 ms]", "beta(99, 1)", "5 ms .. 20 ms" is
// not one, "between(5 ms, 20 ms)" is. Every value is checked against the input's dimension and domain.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/distribution.hpp"
#include "core/base/error.hpp"
#include "core/formula/model.hpp"

namespace dstudio::formula {

struct InputValue {
    std::string text;                                          // as given, or the default
    std::vector<double> points;                                // values; the mean where uncertain; base units
    std::vector<std::optional<base::Distribution>> uncertain;  // by component
    bool is_default = false;

    [[nodiscard]] bool is_uncertain() const;
};

// A value that a computed variable is to take.
struct Target {
    std::size_t variable = 0;
    double value = 0;
    std::string text;
};

struct Bindings {
    std::vector<std::optional<InputValue>> of_variable;  // by position; none: computed, or left open
    std::vector<Target> targets;

    // Lengths as Program::compile takes them; 1 for what is open.
    [[nodiscard]] std::vector<std::size_t> lengths() const;
    [[nodiscard]] bool is_uncertain() const;
};

struct Assignment {
    std::string name;   // of a variable; component k of the list a may be given as "ak"
    std::string value;  // in the language
};

struct BindOptions {
    std::vector<std::string> open;  // inputs that get no value (to be solved for, swept or fitted)
    bool allow_targets = false;     // computed variables may be given values
    bool sampled = false;           // distributions are wanted: ask domains of their support, not their mean
};

// Errors: invalid_argument naming the input, what it is and what it must be. Inputs that are neither given nor open nor
// have a default are an error that lists them all.
base::Result<Bindings> bind_inputs(const Model& model, std::span<const Assignment> given,
                                   const BindOptions& options = {});

// One value for one input, checked; for callers that change inputs one by one.
base::Result<InputValue> read_value(const Variable& variable, std::string_view text);

// "a whole number of at least 1", "between 0 and 1", "above 0 s".
std::string domain_text(const Domain& domain, const base::Unit& unit);

}  // namespace dstudio::formula
