#include "core/formula/sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/elementary.hpp"
#include "core/base/random.hpp"
#include "core/base/statistics.hpp"

namespace dstudio::formula {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::size_t stored_values_max = 40'000'000;
constexpr double interval_level = 0.95;
constexpr std::size_t rank_sample_count = 10'000;  // enough for two digits of a rank correlation

struct UncertainInput {
    std::size_t variable;
    std::size_t component;
    const base::Distribution* distribution;
    base::RandomStream stream;
    std::size_t copula = 0;  // position in the copula, if correlated
    bool is_correlated = false;
    std::vector<double> head{};  // the first samples, for rank correlations
    std::size_t outside = 0;
};

// A lower triangular factor of the copula's correlation matrix.
Result<std::vector<std::vector<double>>> copula_factor(const Model& model, std::vector<UncertainInput>& inputs) {
    std::vector<std::size_t> members;
    const auto member_of = [&](const std::string& name) -> std::optional<std::size_t> {
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            if (model.variables()[inputs[i].variable].name != name)
                continue;
            if (!inputs[i].is_correlated) {
                inputs[i].is_correlated = true;
                inputs[i].copula = members.size();
                members.push_back(i);
            }
            return inputs[i].copula;
        }
        return std::nullopt;
    };
    std::vector<std::vector<double>> matrix;
    for (const Correlation& correlation : model.correlations()) {
        const auto a = member_of(correlation.a);
        const auto b = member_of(correlation.b);
        matrix.resize(members.size());
        for (auto& row : matrix)
            row.resize(members.size());
        // An input that was given one value has nothing to correlate.
        if (a && b)
            matrix[*a][*b] = matrix[*b][*a] = 2 * base::math::sin(std::numbers::pi / 6 * correlation.rank_correlation);
    }
    const std::size_t n = members.size();
    std::vector<std::vector<double>> factor(n, std::vector<double>(n));
    for (std::size_t i = 0; i < n; ++i) {
        matrix[i][i] = 1;
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = matrix[i][j];
            for (std::size_t k = 0; k < j; ++k)
                sum -= factor[i][k] * factor[j][k];
            if (i == j) {
                if (!(sum > 1e-12))
                    return fail(ErrorCode::invalid_argument,
                                fmt::format("the declared correlations of {} with the others contradict each other",
                                            model.variables()[inputs[members[i]].variable].name),
                                "if a goes with b and b with c, then a cannot go against c; weaken one of them");
                factor[i][i] = std::sqrt(sum);
            } else {
                factor[i][j] = sum / factor[j][j];
            }
        }
    }
    return factor;
}

class Sampling {
  public:
    Sampling(const Model& model, const Program& program, const Bindings& bindings, const SampleOptions& options)
        : model_(model), program_(program), machine_(program), options_(options) {
        set_inputs(model, program, bindings, machine_);
        for (std::size_t v = 0; v < model.variables().size(); ++v) {
            if (!bindings.of_variable[v])
                continue;
            for (std::size_t k = 0; k < bindings.of_variable[v]->uncertain.size(); ++k)
                if (const auto& distribution = bindings.of_variable[v]->uncertain[k]) {
                    inputs_.push_back(
                        {v, k, &*distribution,
                         base::RandomStream(options.seed, fmt::format("{}/{}", model.variables()[v].name, k))});
                    machine_.set_varying(program.registers(v)[k]);
                }
        }
        for (const Variable* output : model.outputs())
            if (const std::size_t position = model.position(output->name); program.registers(position).size() == 1)
                outputs_.push_back(position);
    }

    Result<SampleReport> run() {
        auto factor = copula_factor(model_, inputs_);
        if (!factor)
            return tl::unexpected<base::Error>(factor.error());
        if (options_.count * std::max<std::size_t>(1, outputs_.size()) > stored_values_max)
            return fail(ErrorCode::invalid_argument,
                        fmt::format("{} samples of {} results are too many; {} values fit", options_.count,
                                    outputs_.size(), stored_values_max),
                        "take fewer samples");
        factor_ = std::move(*factor);
        machine_.prepare();
        values_.assign(outputs_.size(), {});
        for (auto& column : values_)
            column.reserve(options_.count);
        violated_.assign(model_.requirements().size(), 0);
        for (std::size_t begin = 0; begin < options_.count; begin += lanes_max)
            batch(std::min(lanes_max, options_.count - begin));
        return report();
    }

  private:
    void batch(std::size_t lanes) {
        if (!factor_.empty())
            draw_normals();
        for (UncertainInput& input : inputs_) {
            const auto column = machine_.column(program_.registers(input.variable)[input.component]);
            if (input.is_correlated)
                draw_correlated(input, column);
            else
                input.distribution->sample(input.stream, column);
            clamp(input, column, lanes);
            for (std::size_t i = 0; i < lanes && input.head.size() < rank_sample_count; ++i)
                input.head.push_back(column[i]);
        }
        machine_.run(lanes);
        for (std::size_t o = 0; o < outputs_.size(); ++o) {
            const auto column = machine_.column(program_.registers(outputs_[o])[0]);
            values_[o].insert(values_[o].end(), column.begin(), column.begin() + static_cast<std::ptrdiff_t>(lanes));
        }
        for (std::size_t r = 0; r < violated_.size(); ++r) {
            const auto column = machine_.column(program_.requirement_registers()[r]);
            for (std::size_t i = 0; i < lanes; ++i)
                violated_[r] += column[i] > 0 ? 0 : 1;
        }
    }

    // Independent normals of each member, from the member's own stream.
    void draw_normals() {
        normals_.resize(factor_.size());
        for (UncertainInput& input : inputs_)
            if (input.is_correlated) {
                normals_[input.copula].resize(lanes_max);
                for (double& z : normals_[input.copula])
                    z = base::math::normal_quantile(input.stream.uniform_open());
            }
    }

    void draw_correlated(UncertainInput& input, std::span<double> column) {
        for (std::size_t i = 0; i < lanes_max; ++i) {
            double z = 0;
            for (std::size_t k = 0; k <= input.copula; ++k)
                z += factor_[input.copula][k] * normals_[k][i];
            column[i] = input.distribution->quantile(base::math::normal_cdf(z));
        }
    }

    // The tails of a distribution may reach where the model has no meaning (a negative time): they are moved to the end
    // of the domain, and the share is told. What counts takes the nearest whole number.
    void clamp(UncertainInput& input, std::span<double> column, std::size_t lanes) {
        const Domain& domain = model_.variables()[input.variable].domain;
        if (domain == any_number)
            return;
        const double low = domain.min_excluded ? std::nextafter(domain.min, infinity) : domain.min;
        const double high = domain.max_excluded ? std::nextafter(domain.max, -infinity) : domain.max;
        if (domain.integer)
            for (double& x : column)
                x = std::round(x);
        for (std::size_t i = 0; i < lanes; ++i) {
            if (column[i] >= low && column[i] <= high)
                continue;
            column[i] = std::clamp(column[i], low, high);
            ++input.outside;
        }
    }

    SampleReport report() {
        SampleReport report;
        report.count = options_.count;
        report.seed = options_.seed;
        for (std::size_t o = 0; o < outputs_.size(); ++o)
            report.outputs.push_back(describe(outputs_[o], values_[o]));
        const auto share = [&](std::size_t count) {
            return static_cast<double>(count) / static_cast<double>(options_.count);
        };
        for (const std::size_t count : violated_)
            report.violated_shares.push_back(share(count));
        for (std::size_t r = 0; r < violated_.size(); ++r)
            if (violated_[r] > 0)
                report.warnings.push_back(
                    {"requirement", fmt::format("in {:.3g} % of the samples: {}", 100 * share(violated_[r]),
                                                model_.requirements()[r].message)});
        for (const UncertainInput& input : inputs_)
            if (input.outside > 0) {
                report.outside_shares.emplace_back(input.variable, share(input.outside));
                const Variable& variable = model_.variables()[input.variable];
                report.warnings.push_back(
                    {"outside-domain",
                     fmt::format("{:.3g} % of the samples of {} were moved to the end of its range ({})",
                                 100 * share(input.outside), variable.name,
                                 domain_text(variable.domain, variable.unit))});
            }
        for (const OutputSample& output : report.outputs)
            for (const auto& [part, what] : {std::pair{output.undefined_share, "has no value"},
                                             std::pair{output.unbounded_share, "grows without bound"}})
                if (part > 0)
                    report.warnings.push_back(
                        {part == output.undefined_share ? "undefined" : "unbounded",
                         fmt::format("{} {} in {:.3g} % of the samples", model_.variables()[output.variable].name, what,
                                     100 * part)});
        return report;
    }

    OutputSample describe(std::size_t variable, std::vector<double>& values) {
        OutputSample result;
        result.variable = variable;
        std::vector<double> head(
            values.begin(), values.begin() + static_cast<std::ptrdiff_t>(std::min(values.size(), rank_sample_count)));
        // A value without bound is a value: the 99th percentile of a queue that overflows in 2 % of the samples has
        // none.
        const auto count = static_cast<double>(values.size());
        std::erase_if(values, [](double x) { return std::isnan(x); });
        result.undefined_share = 1 - static_cast<double>(values.size()) / count;
        const double nan = std::numeric_limits<double>::quiet_NaN();
        result.mean = result.deviation = result.standard_error = result.min = result.max = nan;
        result.quantiles.assign(options_.quantiles.size(), nan);
        result.quantile_lows = result.quantile_highs = result.quantiles;
        if (values.empty())
            return result;
        result.quantiles = base::quantiles(values, options_.quantiles);
        const auto intervals = base::quantile_intervals(values, options_.quantiles, interval_level);
        for (std::size_t i = 0; i < intervals.size(); ++i) {
            result.quantile_lows[i] = intervals[i].lo;
            result.quantile_highs[i] = intervals[i].hi;
        }
        result.min = *std::min_element(values.begin(), values.end());
        result.max = *std::max_element(values.begin(), values.end());
        const std::size_t defined = values.size();
        std::erase_if(values, [](double x) { return std::isinf(x); });
        result.unbounded_share = static_cast<double>(defined - values.size()) / count;
        if (result.unbounded_share > 0) {
            result.mean = std::isinf(result.max) ? (std::isinf(result.min) ? nan : infinity) : -infinity;
        } else {
            base::Moments moments;
            moments.add(values);
            result.mean = moments.mean();
            result.deviation = moments.standard_deviation();
            result.standard_error = moments.standard_error();
        }
        const base::Density density = base::density(values);
        result.density_from = density.from;
        result.density_step = density.step;
        for (const double value : density.values)
            result.density.push_back(value * density.share * (1 - result.unbounded_share));
        if (result.min < result.max && result.undefined_share == 0) {
            for (const UncertainInput& input : inputs_)
                result.influences.push_back({input.variable, input.component, base::spearman(input.head, head)});
            std::stable_sort(result.influences.begin(), result.influences.end(), [](const auto& a, const auto& b) {
                return std::fabs(a.rank_correlation) > std::fabs(b.rank_correlation);
            });
        }
        return result;
    }

    const Model& model_;
    const Program& program_;
    Machine machine_;
    const SampleOptions& options_;
    std::vector<UncertainInput> inputs_;
    std::vector<std::size_t> outputs_;
    std::vector<std::vector<double>> values_;
    std::vector<std::size_t> violated_;
    std::vector<std::vector<double>> factor_;
    std::vector<std::vector<double>> normals_;
};

}  // namespace

Result<SampleReport> sample(const Model& model, const Bindings& bindings, const SampleOptions& options) {
    if (!bindings.is_uncertain())
        return fail(ErrorCode::invalid_argument, "no input is uncertain, so there is nothing to sample",
                    "give one a distribution: name=normal(10 ms, 2 ms), between(5 ms, 20 ms), beta(99, 1)");
    if (options.count < 100 || options.count > sample_count_max)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} samples; 100 to {} are possible", options.count, sample_count_max));
    const std::vector<std::size_t> lengths = bindings.lengths();
    auto program = Program::compile(model, lengths);
    if (!program)
        return tl::unexpected<base::Error>(program.error());
    return Sampling(model, *program, bindings, options).run();
}

}  // namespace dstudio::formula
