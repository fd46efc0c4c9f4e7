#include "core/formula/solve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/number.hpp"

namespace dstudio::formula {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::size_t solution_count_max = 10;
constexpr double near_max = 1e6;  // whole numbers looked at first
constexpr double far_max = 1e15;  // above it, doubles are no longer whole numbers one apart by much

// The result minus the target, as a function of one input.
class Residual {
  public:
    Residual(const Model& model, const Program& program, const Bindings& bindings, std::size_t unknown)
        : machine_(program), target_(bindings.targets[0].value) {
        set_inputs(model, program, bindings, machine_);
        input_ = program.registers(unknown)[0];
        output_ = program.registers(bindings.targets[0].variable)[0];
        machine_.set_varying(input_);
        machine_.prepare();
    }

    double operator()(double x) {
        const double point[] = {x};
        return (*this)(std::span<const double>(point, 1))[0];
    }

    std::vector<double> operator()(std::span<const double> points) {
        std::vector<double> result;
        result.reserve(points.size());
        for (std::size_t begin = 0; begin < points.size(); begin += lanes_max) {
            const std::size_t lanes = std::min(lanes_max, points.size() - begin);
            std::copy_n(points.begin() + static_cast<std::ptrdiff_t>(begin), lanes, machine_.column(input_).begin());
            // Unused lanes are computed too: they must not be garbage.
            std::fill(machine_.column(input_).begin() + static_cast<std::ptrdiff_t>(lanes),
                      machine_.column(input_).end(), points[begin + lanes - 1]);
            machine_.run(lanes);
            for (std::size_t i = 0; i < lanes; ++i)
                result.push_back(machine_.column(output_)[i] - target_);
        }
        return result;
    }

  private:
    Machine machine_;
    Register input_ = 0;
    Register output_ = 0;
    double target_;
};

// Points over the domain, ascending: linear where it is bounded, and by factors towards its ends and infinity.
std::vector<double> scan_points(const Domain& domain) {
    std::vector<double> points;
    const bool has_min = std::isfinite(domain.min);
    const bool has_max = std::isfinite(domain.max);
    const auto add = [&](double x) {
        if (domain.contains(x))
            points.push_back(x);
    };
    constexpr int steps = 400;
    if (has_min && has_max) {
        const double width = domain.max - domain.min;
        for (int i = 0; i <= steps; ++i)
            add(domain.min + width * i / steps);
        for (int i = 1; i <= steps; ++i) {
            const double part = width * std::pow(10.0, -15.0 * i / steps);
            add(domain.min + part);
            add(domain.max - part);
        }
    } else {
        // From either side of the finite bound (or of zero) out to where doubles are still useful.
        const double origin = has_min ? domain.min : has_max ? domain.max : 0;
        add(origin);
        constexpr int decades_down = -15;
        constexpr int decades_up = 18;
        for (int i = 0; i <= 30 * (decades_up - decades_down); ++i) {
            const double part = std::pow(10.0, decades_down + i / 30.0);
            if (!has_max)
                add(origin + part);
            if (!has_min)
                add(origin - part);
        }
    }
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    return points;
}

// Whole numbers within both: one by one where they matter most, then 30 to a decade.
std::vector<double> whole_numbers(const Domain& domain, double from, double to) {
    std::vector<double> points = scan_points(domain);
    for (double& x : points)
        x = std::round(x);
    for (int i = 0; i <= 2000; ++i)
        points.push_back(std::max(domain.min, 0.0) + i);
    points.push_back(from);
    points.push_back(to);
    std::erase_if(points, [&](double x) { return !domain.contains(x) || x < from || x > to; });
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    return points;
}

bool opposite(double a, double b) {
    return (a < 0 && b > 0) || (a > 0 && b < 0);
}

struct Root {
    double x;
    double residual;
};

// Brent's method on a bracket with opposite signs.
Root refine(Residual& f, double a, double b, double fa, double fb) {
    double c = a;
    double fc = fa;
    double step = b - a;
    double previous = step;
    constexpr int iterations = 200;
    for (int i = 0; i < iterations && fb != 0; ++i) {
        if (opposite(fb, fc) == false) {
            c = a;
            fc = fa;
            step = previous = b - a;
        }
        if (std::fabs(fc) < std::fabs(fb)) {
            a = b;
            b = c;
            c = a;
            fa = fb;
            fb = fc;
            fc = fa;
        }
        const double tolerance = 2.3e-16 * std::fabs(b);
        const double half = 0.5 * (c - b);
        if (std::fabs(half) <= tolerance)
            break;
        if (std::fabs(previous) >= tolerance && std::fabs(fa) > std::fabs(fb) && std::isfinite(fa)) {
            const double s = fb / fa;
            double p = 2 * half * s;
            double q = 1 - s;
            if (a != c) {
                const double r = fb / fc;
                const double t = fa / fc;
                p = s * (2 * half * t * (t - r) - (b - a) * (r - 1));
                q = (t - 1) * (r - 1) * (s - 1);
            }
            if (p > 0)
                q = -q;
            p = std::fabs(p);
            if (2 * p < std::min(3 * half * q - std::fabs(tolerance * q), std::fabs(previous * q))) {
                previous = step;
                step = p / q;
            } else {
                step = previous = half;
            }
        } else {
            step = previous = half;
        }
        a = b;
        fa = fb;
        b += std::fabs(step) > tolerance ? step : (half > 0 ? tolerance : -tolerance);
        fb = f(b);
        if (std::isnan(fb))
            return {b, fb};
    }
    return {b, fb};
}

}  // namespace

Result<SolveReport> solve(const Model& model, const Bindings& bindings, std::string_view unknown) {
    const Variable* variable = model.find(unknown);
    if (variable == nullptr || !variable->is_input || variable->is_list)
        return fail(ErrorCode::invalid_argument, fmt::format("'{}' is no input of one number", unknown),
                    "an input is solved for; a computed variable needs only 'eval'");
    if (bindings.targets.size() != 1)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} results are given a value; solving needs exactly one", bindings.targets.size()),
                    "give one computed variable the value it is to take, as response_time=250ms");
    if (bindings.of_variable[model.position(unknown)])
        return fail(ErrorCode::invalid_argument, fmt::format("{} has a value and is solved for", unknown),
                    "leave it out");
    const std::size_t position = model.position(unknown);
    const Target& target = bindings.targets[0];
    const Variable& wanted = model.variables()[target.variable];
    const std::vector<std::size_t> lengths = bindings.lengths();
    auto program = Program::compile(model, lengths);
    if (!program)
        return tl::unexpected<base::Error>(program.error());
    if (program->registers(target.variable).size() != 1)
        return fail(ErrorCode::invalid_argument, fmt::format("{} is a list; solving needs one number", wanted.name));
    Residual residual(model, *program, bindings, position);
    const auto shown = [&](double value, const Variable& of) {
        return base::quantity_text(value, of.unit.dimension, 6, &of.unit);
    };

    SolveReport report;
    const auto add = [&](double x) -> Result<void> {
        Bindings at = bindings;
        at.of_variable[position] =
            InputValue{.text = base::shortest_decimal(x), .points = {x}, .uncertain = {std::nullopt}};
        auto evaluation = evaluate(model, at);
        if (!evaluation)
            return tl::unexpected<base::Error>(evaluation.error());
        report.solutions.push_back({x, std::move(*evaluation)});
        return {};
    };

    std::vector<double> points =
        variable->domain.integer ? whole_numbers(variable->domain, -near_max, near_max) : scan_points(variable->domain);
    if (points.empty())
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} can be no number at all: it must be {}", variable->name,
                                domain_text(variable->domain, variable->unit)));
    report.searched_min = points.front();
    report.searched_max = points.back();
    double nearest_below = -infinity;  // of the finite residuals, to tell how far the result reaches
    double nearest_above = infinity;
    bool any_finite = false;
    const auto scan = [&]() -> Result<void> {
        const std::vector<double> values = residual(points);
        for (std::size_t i = 0; i < points.size() && report.solutions.size() < solution_count_max; ++i) {
            const double value = values[i];
            if (std::isnan(value))
                continue;
            if (std::isfinite(value)) {
                any_finite = true;
                if (value < 0)
                    nearest_below = std::max(nearest_below, value);
                if (value > 0)
                    nearest_above = std::min(nearest_above, value);
            }
            if (value == 0) {
                if (i == 0 || values[i - 1] != 0 || report.solutions.empty())
                    if (auto added = add(points[i]); !added)
                        return tl::unexpected<base::Error>(added.error());
                continue;
            }
            if (i + 1 == points.size() || !opposite(value, values[i + 1]))
                continue;
            double a = points[i];
            double b = points[i + 1];
            double fa = value;
            double fb = values[i + 1];
            if (variable->domain.integer) {
                while (b - a > 1) {
                    const double middle = std::floor(a + (b - a) / 2);
                    const double f = residual(middle);
                    if (opposite(fa, f) || f == 0) {
                        b = middle;
                        fb = f;
                    } else {
                        a = middle;
                        fa = f;
                    }
                }
                if (auto added = add(b); !added)
                    return tl::unexpected<base::Error>(added.error());
                report.explanation = fmt::format(
                    "{0} takes whole numbers: at {1} the result is {2}, at {3} it has passed the target of {4}",
                    variable->name, base::shortest_decimal(a), shown(fa + target.value, wanted),
                    base::shortest_decimal(b), shown(target.value, wanted));
                continue;
            }
            // A bracket with an infinite end holds a boundary; step inwards until it is finite.
            for (int k = 0; k < 1100 && (!std::isfinite(fa) || !std::isfinite(fb)); ++k) {
                const double middle = a + (b - a) / 2;
                const double f = residual(middle);
                if (std::isnan(f) || middle == a || middle == b)
                    break;
                if (opposite(fa, f)) {
                    b = middle;
                    fb = f;
                } else {
                    a = middle;
                    fa = f;
                }
            }
            const Root root = refine(residual, a, b, fa, fb);
            // At a pole or a jump the residual stays as large as it was at the ends of the bracket, or grows.
            const double scale =
                std::max(std::fabs(target.value), std::min(std::fabs(value), std::fabs(values[i + 1])));
            if (std::isfinite(root.residual) && std::fabs(root.residual) <= 1e-6 * std::max(scale, 1e-300))
                if (auto added = add(root.x); !added)
                    return tl::unexpected<base::Error>(added.error());
        }
        return {};
    };
    if (auto scanned = scan(); !scanned)
        return tl::unexpected<base::Error>(scanned.error());
    // Functions of millions of servers cost as much: look far only if need be.
    if (variable->domain.integer && report.solutions.empty())
        if (std::vector<double> far = whole_numbers(variable->domain, near_max, far_max); far.size() > 1) {
            points = std::move(far);
            report.searched_max = points.back();
            if (auto scanned = scan(); !scanned)
                return tl::unexpected<base::Error>(scanned.error());
        }
    if (report.solutions.empty()) {
        const std::string range =
            fmt::format("for {} from {} to {}", variable->name, shown(report.searched_min, *variable),
                        shown(report.searched_max, *variable));
        if (!any_finite)
            report.explanation = fmt::format("{} has no finite value {}", wanted.name, range);
        else if (!std::isfinite(nearest_below) && std::isfinite(nearest_above))
            report.explanation =
                fmt::format("{} never gets as low as {} {}: it stays at or above {}", wanted.name,
                            shown(target.value, wanted), range, shown(target.value + nearest_above, wanted));
        else if (!std::isfinite(nearest_above) && std::isfinite(nearest_below))
            report.explanation =
                fmt::format("{} never gets as high as {} {}: it stays at or below {}", wanted.name,
                            shown(target.value, wanted), range, shown(target.value + nearest_below, wanted));
        else
            report.explanation = fmt::format("{} jumps over {} {}", wanted.name, shown(target.value, wanted), range);
    } else if (report.solutions.size() > 1 && report.explanation.empty()) {
        report.explanation = fmt::format("{} values of {} give {} = {}", report.solutions.size(), variable->name,
                                         wanted.name, shown(target.value, wanted));
    }
    return report;
}

}  // namespace dstudio::formula
