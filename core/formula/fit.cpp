#include "core/formula/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/number.hpp"
#include "core/base/statistics.hpp"
#include "core/base/text.hpp"
#include "core/formula/derivative.hpp"

namespace dstudio::formula {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::size_t row_count_max = 10'000;
constexpr std::size_t parameter_count_max = 8;

std::vector<std::string_view> cells_of(std::string_view line) {
    std::vector<std::string_view> cells;
    const char separator = line.find(',') != std::string_view::npos    ? ','
                           : line.find(';') != std::string_view::npos  ? ';'
                           : line.find('\t') != std::string_view::npos ? '\t'
                                                                       : ' ';
    for (const std::string_view cell : base::split(line, separator))
        if (const std::string_view trimmed = base::trim(cell); separator != ' ' || !trimmed.empty())
            cells.push_back(trimmed);
    return cells;
}

struct Heading {
    const Variable* variable;
    base::Unit unit;
};

Result<Heading> read_heading(std::string_view cell, const Model& model) {
    std::string_view name = cell;
    std::string_view unit;
    if (const std::size_t open = cell.find_first_of("([");
        open != std::string_view::npos && (cell.back() == ')' || cell.back() == ']')) {
        name = base::trim(cell.substr(0, open));
        unit = cell.substr(open + 1, cell.size() - open - 2);
    }
    const Variable* variable = model.find(name);
    if (variable == nullptr || variable->is_internal || variable->is_list) {
        std::vector<std::string_view> names;
        std::string all;
        for (const auto& list : {model.inputs(), model.outputs()})
            for (const Variable* known : list) {
                names.emplace_back(known->name);
                all += (all.empty() ? "" : ", ") + known->name;
            }
        const auto near = base::nearest(name, names);
        return fail(ErrorCode::invalid_argument,
                    fmt::format("line 1: column '{}' is no variable of this formula", base::utf8_prefix(name, 40)),
                    near ? fmt::format("did you mean '{}'?", *near) : "its variables are " + all);
    }
    Heading heading{variable, variable->unit};
    if (!unit.empty()) {
        auto parsed = base::parse_unit(unit);
        if (!parsed)
            return fail(ErrorCode::invalid_argument, "line 1: " + parsed.error().message, parsed.error().hint);
        if (parsed->dimension != variable->unit.dimension)
            return fail(ErrorCode::invalid_argument,
                        fmt::format("line 1: column '{}' is in {}, the variable is {}", cell, unit,
                                    base::dimension_word(variable->unit.dimension)));
        heading.unit = std::move(*parsed);
    }
    return heading;
}

}  // namespace

Result<std::vector<DataColumn>> read_columns(std::string_view text, const Model& model) {
    std::vector<DataColumn> columns;
    std::vector<Heading> headings;
    std::size_t line_number = 0;
    for (std::string_view line : base::split(text, '\n')) {
        ++line_number;
        if (const std::size_t comment = line.find('#'); comment != std::string_view::npos)
            line = line.substr(0, comment);
        line = base::trim(line);
        if (line.empty())
            continue;
        const std::vector<std::string_view> cells = cells_of(line);
        if (headings.empty()) {
            for (const std::string_view cell : cells) {
                auto heading = read_heading(cell, model);
                if (!heading)
                    return tl::unexpected<base::Error>(heading.error());
                for (const DataColumn& column : columns)
                    if (column.name == heading->variable->name)
                        return fail(ErrorCode::invalid_argument,
                                    fmt::format("line 1: column '{}' stands twice", column.name));
                columns.push_back({heading->variable->name, {}});
                headings.push_back(*heading);
            }
            continue;
        }
        if (cells.size() != headings.size())
            return fail(ErrorCode::invalid_argument, fmt::format("line {}: {} values under {} headings", line_number,
                                                                 cells.size(), headings.size()));
        if (columns[0].values.size() >= row_count_max)
            return fail(ErrorCode::invalid_argument,
                        fmt::format("line {}: more than {} rows", line_number, row_count_max));
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const bool negative = cells[i].starts_with('-');
            const std::string_view digits = cells[i].substr(negative ? 1 : 0);
            const auto number = base::read_number(digits);
            if (!number || number->size_bytes != digits.size() || !std::isfinite(number->value))
                return fail(ErrorCode::invalid_argument,
                            fmt::format("line {}, column '{}': '{}' is no number", line_number, columns[i].name,
                                        base::utf8_prefix(cells[i], 40)),
                            "numbers are written like 12, 0.5 or 1e3; units stand in the heading");
            const double value = headings[i].unit.to_base(negative ? -number->value : number->value);
            if (headings[i].variable->is_input && !headings[i].variable->domain.contains(value))
                return fail(ErrorCode::invalid_argument,
                            fmt::format("line {}, column '{}': {} must be {}", line_number, columns[i].name, cells[i],
                                        domain_text(headings[i].variable->domain, headings[i].variable->unit)));
            columns[i].values.push_back(value);
        }
    }
    if (columns.empty() || columns[0].values.empty())
        return fail(ErrorCode::invalid_argument, "the data has no rows",
                    "write a line of variable names, then a line of numbers each");
    return columns;
}

namespace {

// Residuals and Jacobian of the response over all points, as functions of the parameters.
class LeastSquares {
  public:
    LeastSquares(const Model& model, const Program& program, const Bindings& bindings, std::span<const DataColumn> data,
                 std::vector<std::size_t> parameters, std::size_t response)
        : model_(model),
          program_(program),
          bindings_(bindings),
          parameters_(std::move(parameters)),
          response_(response) {
        for (const DataColumn& column : data) {
            if (model.position(column.name) == response)
                measured_ = column.values;
            else
                given_.push_back({model.position(column.name), &column.values});
        }
    }

    [[nodiscard]] std::size_t points() const { return measured_.size(); }
    [[nodiscard]] const std::vector<double>& measured() const { return measured_; }

    std::vector<double> predict(const std::vector<double>& at) const {
        Machine machine(program_);
        set_inputs(model_, program_, bindings_, machine);
        for (std::size_t p = 0; p < parameters_.size(); ++p)
            machine.set_constant(register_of(parameters_[p]), at[p]);
        for (const auto& [variable, values] : given_)
            machine.set_varying(register_of(variable));
        machine.prepare();
        std::vector<double> result;
        for (std::size_t begin = 0; begin < points(); begin += lanes_max) {
            const std::size_t lanes = std::min(lanes_max, points() - begin);
            for (const auto& [variable, values] : given_)
                for (std::size_t i = 0; i < lanes_max; ++i)
                    machine.column(register_of(variable))[i] = (*values)[std::min(begin + i, points() - 1)];
            machine.run(lanes);
            for (std::size_t i = 0; i < lanes; ++i)
                result.push_back(machine.column(register_of(response_))[i]);
        }
        return result;
    }

    // By point, by parameter.
    std::vector<std::vector<double>> jacobian(const std::vector<double>& at) const {
        std::vector<std::vector<double>> rows;
        Bindings point = bindings_;
        for (std::size_t p = 0; p < parameters_.size(); ++p)
            point.of_variable[parameters_[p]] = value_of(at[p]);
        for (std::size_t i = 0; i < points(); ++i) {
            for (const auto& [variable, values] : given_)
                point.of_variable[variable] = value_of((*values)[i]);
            std::vector<double> row;
            for (const std::size_t parameter : parameters_)
                row.push_back(derivatives(program_, model_, point, register_of(parameter))[response_]);
            rows.push_back(std::move(row));
        }
        return rows;
    }

    double sum_of_squares(const std::vector<double>& at) const {
        double sum = 0;
        const std::vector<double> predicted = predict(at);
        for (std::size_t i = 0; i < points(); ++i)
            sum += (measured_[i] - predicted[i]) * (measured_[i] - predicted[i]);
        return sum;
    }

    static InputValue value_of(double x) { return {.text = {}, .points = {x}, .uncertain = {std::nullopt}}; }

  private:
    [[nodiscard]] Register register_of(std::size_t variable) const { return program_.registers(variable)[0]; }

    const Model& model_;
    const Program& program_;
    const Bindings& bindings_;
    std::vector<std::size_t> parameters_;
    std::size_t response_;
    std::vector<double> measured_;
    std::vector<std::pair<std::size_t, const std::vector<double>*>> given_;
};

using Matrix = std::vector<std::vector<double>>;

// Gaussian elimination with partial pivoting; none if the matrix is singular.
std::optional<Matrix> inverse(Matrix a) {
    const std::size_t n = a.size();
    Matrix result(n, std::vector<double>(n));
    for (std::size_t i = 0; i < n; ++i)
        result[i][i] = 1;
    for (std::size_t column = 0; column < n; ++column) {
        std::size_t pivot = column;
        for (std::size_t row = column + 1; row < n; ++row)
            if (std::fabs(a[row][column]) > std::fabs(a[pivot][column]))
                pivot = row;
        if (!(std::fabs(a[pivot][column]) > 0) || !std::isfinite(a[pivot][column]))
            return std::nullopt;
        std::swap(a[pivot], a[column]);
        std::swap(result[pivot], result[column]);
        const double scale = a[column][column];
        for (std::size_t k = 0; k < n; ++k) {
            a[column][k] /= scale;
            result[column][k] /= scale;
        }
        for (std::size_t row = 0; row < n; ++row) {
            if (row == column)
                continue;
            const double factor = a[row][column];
            for (std::size_t k = 0; k < n; ++k) {
                a[row][k] -= factor * a[column][k];
                result[row][k] -= factor * result[column][k];
            }
        }
    }
    return result;
}

Matrix normal_matrix(const Matrix& jacobian, std::size_t parameters) {
    Matrix result(parameters, std::vector<double>(parameters));
    for (const auto& row : jacobian)
        for (std::size_t i = 0; i < parameters; ++i)
            for (std::size_t j = 0; j < parameters; ++j)
                result[i][j] += row[i] * row[j];
    return result;
}

double within(const Domain& domain, double x) {
    if (x <= domain.min)
        return domain.min_excluded ? std::nextafter(domain.min, infinity) + 1e-12 : domain.min;
    if (x >= domain.max)
        return domain.max_excluded ? std::nextafter(domain.max, -infinity) : domain.max;
    return x;
}

struct Optimum {
    std::vector<double> at;
    double sum = infinity;
    bool converged = false;
};

Optimum levenberg_marquardt(const LeastSquares& problem, const std::vector<double>& at,
                            const std::vector<Domain>& domains) {
    constexpr int iterations_max = 200;
    Optimum best{at, problem.sum_of_squares(at), false};
    if (!std::isfinite(best.sum))
        return {at, infinity, false};
    double damping = 1e-3;
    for (int iteration = 0; iteration < iterations_max; ++iteration) {
        const Matrix jacobian = problem.jacobian(best.at);
        const std::vector<double> predicted = problem.predict(best.at);
        Matrix normal = normal_matrix(jacobian, at.size());
        std::vector<double> gradient(at.size());
        for (std::size_t i = 0; i < problem.points(); ++i)
            for (std::size_t p = 0; p < at.size(); ++p)
                gradient[p] += jacobian[i][p] * (problem.measured()[i] - predicted[i]);
        // A parameter at a bound that the gradient presses it against stands still.
        std::vector<bool> held(at.size());
        for (std::size_t p = 0; p < at.size(); ++p)
            held[p] = (best.at[p] <= within(domains[p], -infinity) && gradient[p] < 0) ||
                      (best.at[p] >= within(domains[p], infinity) && gradient[p] > 0);
        bool improved = false;
        for (int attempt = 0; attempt < 30 && !improved; ++attempt) {
            Matrix damped = normal;
            for (std::size_t p = 0; p < at.size(); ++p) {
                damped[p][p] += damping * std::max(normal[p][p], 1e-300);
                if (held[p])
                    for (std::size_t q = 0; q < at.size(); ++q)
                        damped[p][q] = damped[q][p] = p == q ? 1 : 0;
            }
            const auto inverted = inverse(damped);
            std::vector<double> next = best.at;
            if (inverted) {
                for (std::size_t p = 0; p < at.size(); ++p)
                    for (std::size_t q = 0; q < at.size(); ++q)
                        if (!held[p] && !held[q])
                            next[p] += (*inverted)[p][q] * gradient[q];
                for (std::size_t p = 0; p < at.size(); ++p)
                    next[p] = within(domains[p], next[p]);
            }
            const double sum = inverted ? problem.sum_of_squares(next) : infinity;
            if (sum <= best.sum) {
                const bool small = best.sum - sum <= 1e-15 * best.sum;
                best = {std::move(next), sum, small};
                improved = true;
                damping = std::max(damping / 5, 1e-15);
            } else {
                damping *= 5;
            }
        }
        if (!improved)
            best.converged = true;  // no step in any direction lowers the sum
        if (best.converged || best.sum == 0)
            break;
    }
    best.converged = best.converged || best.sum == 0;
    return best;
}

// Starts: the defaults, and a grid by factors of ten within the domains.
std::vector<std::vector<double>> starts(const Model& model, const std::vector<std::size_t>& parameters,
                                        const LeastSquares& problem) {
    std::vector<std::vector<double>> choices;
    double largest = 0;
    for (const double y : problem.measured())
        largest = std::max(largest, std::fabs(y));
    for (const std::size_t parameter : parameters) {
        const Variable& variable = model.variables()[parameter];
        std::vector<double> values;
        Diagnostics ignored;
        if (!variable.default_text.empty())
            if (const auto value = evaluate_constant(variable.default_text, ignored))
                values.push_back(value->components[0]);
        const bool bounded = std::isfinite(variable.domain.min) && std::isfinite(variable.domain.max);
        if (bounded)
            for (const double part : {0.001, 0.05, 0.5})
                values.push_back(variable.domain.min + part * (variable.domain.max - variable.domain.min));
        else
            for (const double x : {1e-4, 0.03, 1.0, largest / 4, largest})
                values.push_back(x);
        for (double& x : values)
            x = within(variable.domain, x);
        choices.push_back(std::move(values));
    }
    constexpr std::size_t start_count_max = 60;
    std::vector<std::vector<double>> result{{}};
    for (const auto& values : choices) {
        std::vector<std::vector<double>> longer;
        for (const auto& prefix : result)
            for (const double x : values) {
                if (longer.size() >= start_count_max)
                    break;
                longer.push_back(prefix);
                longer.back().push_back(x);
            }
        result = std::move(longer);
    }
    return result;
}

}  // namespace

Result<Fit> fit(const Model& model, const Bindings& bindings, std::span<const DataColumn> data) {
    std::vector<std::size_t> parameters;
    std::optional<std::size_t> response;
    std::vector<bool> has_column(model.variables().size());
    for (const DataColumn& column : data) {
        const std::size_t position = model.position(column.name);
        has_column[position] = true;
        if (model.variables()[position].is_input)
            continue;
        if (response)
            return fail(ErrorCode::invalid_argument,
                        fmt::format("columns '{}' and '{}' are both computed; one is the response",
                                    model.variables()[*response].name, column.name),
                        "leave one out");
        response = position;
    }
    std::string names;
    for (const Variable* output : model.outputs())
        names += (names.empty() ? "" : ", ") + output->name;
    if (!response)
        return fail(ErrorCode::invalid_argument, "no column holds a measured result", "name one column " + names);
    for (const Variable* input : model.inputs()) {
        const std::size_t position = model.position(input->name);
        if (has_column[position] || bindings.of_variable[position])
            continue;
        if (input->is_list || input->domain.integer)
            return fail(ErrorCode::invalid_argument,
                        fmt::format("{} cannot be estimated: it is {}", input->name,
                                    input->is_list ? "a list" : "a whole number"),
                        "give it a value");
        parameters.push_back(position);
    }
    if (parameters.empty())
        return fail(ErrorCode::invalid_argument, "nothing is left to estimate",
                    "leave out the value or the column of what is to be fitted");
    if (parameters.size() > parameter_count_max)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} unknowns; at most {} can be fitted", parameters.size(), parameter_count_max));
    const std::size_t points = data[0].values.size();
    if (points <= parameters.size())
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} point{} cannot determine {} unknown{} with an error; at least {} are needed",
                                points, points == 1 ? "" : "s", parameters.size(), parameters.size() == 1 ? "" : "s",
                                parameters.size() + 1));
    const std::vector<std::size_t> lengths = bindings.lengths();
    auto program = Program::compile(model, lengths);
    if (!program)
        return tl::unexpected<base::Error>(program.error());
    const LeastSquares problem(model, *program, bindings, data, parameters, *response);
    std::vector<Domain> domains;
    domains.reserve(parameters.size());
    for (const std::size_t parameter : parameters)
        domains.push_back(model.variables()[parameter].domain);
    Optimum best;
    for (const auto& start : starts(model, parameters, problem)) {
        Optimum found = levenberg_marquardt(problem, start, domains);
        if (found.sum < best.sum)
            best = std::move(found);
    }
    if (!std::isfinite(best.sum))
        return fail(
            ErrorCode::invalid_argument,
            fmt::format("{} has no finite value at any start for these points", model.variables()[*response].name),
            "check the columns' units and names");

    Fit result;
    result.response = *response;
    result.points = points;
    result.degrees_of_freedom = points - parameters.size();
    result.fitted = problem.predict(best.at);
    double mean = 0;
    for (const double y : problem.measured())
        mean += y / static_cast<double>(points);
    double total = 0;
    for (std::size_t i = 0; i < points; ++i) {
        result.residuals.push_back(problem.measured()[i] - result.fitted[i]);
        total += (problem.measured()[i] - mean) * (problem.measured()[i] - mean);
    }
    result.r_squared = total > 0 ? 1 - best.sum / total : std::numeric_limits<double>::quiet_NaN();
    const double variance = best.sum / static_cast<double>(result.degrees_of_freedom);
    result.residual_deviation = std::sqrt(variance);
    if (!best.converged)
        result.warnings.push_back({"convergence", "the fit did not settle; the estimates are the best found"});
    const auto covariance = inverse(normal_matrix(problem.jacobian(best.at), parameters.size()));
    if (!covariance)
        result.warnings.push_back(
            {"undetermined", "the data does not determine all unknowns: their errors are unbounded"});
    const double t = base::student_t_quantile(0.5 + result.level / 2, static_cast<double>(result.degrees_of_freedom));
    Bindings at = bindings;
    for (std::size_t p = 0; p < parameters.size(); ++p) {
        Estimate estimate{.variable = parameters[p], .value = best.at[p]};
        estimate.standard_error = covariance ? std::sqrt((*covariance)[p][p] * variance) : infinity;
        estimate.at_bound = best.at[p] <= within(domains[p], -infinity) || best.at[p] >= within(domains[p], infinity);
        estimate.low = std::max(domains[p].min, estimate.value - t * estimate.standard_error);
        estimate.high = std::min(domains[p].max, estimate.value + t * estimate.standard_error);
        if (estimate.at_bound)
            result.warnings.push_back(
                {"at-bound", fmt::format("{} is at the end of its range; its interval does not hold",
                                         model.variables()[parameters[p]].name)});
        at.of_variable[parameters[p]] = LeastSquares::value_of(best.at[p]);
        result.estimates.push_back(estimate);
    }
    for (const DataColumn& column : data)
        if (model.variables()[model.position(column.name)].is_input)
            at.of_variable[model.position(column.name)] = LeastSquares::value_of(column.values[0]);
    auto evaluation = evaluate(model, at);
    if (!evaluation)
        return tl::unexpected<base::Error>(evaluation.error());
    result.evaluation = std::move(*evaluation);
    return result;
}

}  // namespace dstudio::formula
