// A model's unknown parameters from measurements, by non-linear least squares.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/formula/evaluate.hpp"

namespace dstudio::formula {

// Columns of numbers under the names of variables, in base units.
struct DataColumn {
    std::string name;
    std::vector<double> values;
};

// CSV or white space separated text: a line of names, each with an optional unit in brackets ("latency (ms)" or
// "latency [ms]"; default: the variable's own unit), then a line of numbers each. Errors: invalid_argument naming line
// and column.
base::Result<std::vector<DataColumn>> read_columns(std::string_view text, const Model& model);

struct Estimate {
    std::size_t variable = 0;
    double value = 0;
    double standard_error = 0;
    double low = 0;  // confidence interval by Student's t, within the domain
    double high = 0;
    bool at_bound = false;  // the fit pressed it against an end of its domain: error and interval do not hold
};

struct Fit {
    std::vector<Estimate> estimates;
    double level = 0.95;            // of the intervals
    double residual_deviation = 0;  // square root of the residual sum of squares over degrees of freedom
    double r_squared = 0;           // 1 - residual sum of squares / total about the mean
    std::size_t points = 0;
    std::size_t degrees_of_freedom = 0;
    std::size_t response = 0;       // variable
    std::vector<double> fitted;     // by point
    std::vector<double> residuals;  // measured - fitted
    Evaluation evaluation;          // of the model at the estimates and the first point's inputs
    std::vector<Warning> warnings;
};

// Columns that name inputs are given point by point; the one column that names a computed variable is the response; the
// open inputs of `bindings` that have no column are estimated. Levenberg-Marquardt (Marquardt 1963; damping by the
// diagonal) from several starts within the domains; standard errors from the Jacobian at the optimum (Seber and Wild
// 1989, sec. 2.1). Errors: invalid_argument if nothing or everything is unknown, there are too few points, or a column
// has no meaning.
base::Result<Fit> fit(const Model& model, const Bindings& bindings, std::span<const DataColumn> data);

}  // namespace dstudio::formula
