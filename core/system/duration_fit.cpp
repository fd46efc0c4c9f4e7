#include "core/system/duration_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/base/distribution_fit.hpp"
#include "core/base/number.hpp"
#include "core/base/statistics.hpp"
#include "core/base/text.hpp"

namespace dstudio::system {

std::string duration_text(double seconds) {
    constexpr int digits = 4;
    if (seconds >= 1 || seconds <= 0)
        return base::rounded_decimal(std::max(seconds, 0.0), digits) + " s";
    if (seconds >= 1e-3)
        return base::rounded_decimal(seconds * 1e3, digits) + " ms";
    return base::rounded_decimal(seconds * 1e6, digits) + " us";
}

double relative_error(const DurationFit& fit) {
    const double half = (fit.mean_interval_s.hi - fit.mean_interval_s.lo) / 2;
    if (fit.measured < 2)
        return std::numeric_limits<double>::infinity();
    return half > 0 ? half / fit.mean_s : 0;
}

bool is_thin(const DurationFit& fit) {
    return fit.measured > 0 && (fit.measured < thin_measured_min || relative_error(fit) > thin_relative_max);
}

DurationFit fit_durations(std::vector<double> seconds) {
    DurationFit fit;
    fit.measured = seconds.size();
    base::Moments moments;
    moments.add(seconds);
    if (seconds.empty())
        return fit;
    fit.mean_s = moments.mean();
    fit.mean_interval_s = base::mean_interval(moments, thin_level);
    std::erase_if(seconds, [](double x) { return !(x > 0); });
    fit.share_above_zero = static_cast<double>(seconds.size()) / static_cast<double>(fit.measured);
    if (seconds.empty())
        return fit;
    std::sort(seconds.begin(), seconds.end());
    const std::vector<double> measured = base::quantiles(seconds, fit_quantiles);
    fit.p99_interval_s = base::quantile_interval(seconds, fit_quantiles[2], thin_level);
    std::copy(measured.begin(), measured.end(), fit.measured_s.begin());
    std::vector<base::FittedDistribution> fits;
    if (seconds.size() >= fit_measured_min)
        fits = base::fit_positive(seconds);
    for (const base::FittedDistribution& candidate : fits)
        fit.candidates.push_back({candidate.name, candidate.aic, candidate.ks_distance});
    const auto take = [&](std::string_view family, const base::Distribution& distribution, std::string text) {
        fit.family = family;
        fit.text = std::move(text);
        fit.ks_distance = base::ks_distance(seconds, distribution);
        for (std::size_t i = 0; i < fit_quantiles.size(); ++i)
            fit.fitted_s[i] = distribution.quantile(fit_quantiles[i]);
    };
    if (fits.empty()) {
        base::Moments positive;
        positive.add(seconds);
        take("point", base::Distribution::point(positive.mean()).value(), duration_text(positive.mean()));
        return fit;
    }
    const base::FittedDistribution& best = fits[0];
    if (best.ks_distance > fit_ks_max && seconds.size() >= fit_data_measured_min) {
        // The middles of equal parts, so that the mean stays.
        constexpr std::size_t points = 51;
        std::vector<double> p(points);
        for (std::size_t i = 0; i < points; ++i)
            p[i] = (static_cast<double>(i) + 0.5) / static_cast<double>(points);
        std::vector<double> values = base::quantiles(seconds, p);
        std::vector<std::string> texts;
        texts.reserve(values.size());
        for (const double value : values)
            texts.push_back(duration_text(value));
        take("data", base::Distribution::empirical(std::move(values)).value(),
             "data([" + base::join(texts, ", ") + "])");
        return fit;
    }
    const auto parameters = best.distribution.parameters();
    std::string text;
    if (best.name == "exponential")
        text = fmt::format("exponential({})", duration_text(parameters[0]));
    else if (best.name == "lognormal")
        text = fmt::format("lognormal({}, {})", duration_text(best.distribution.quantile(0.5)),
                           base::rounded_decimal(parameters[1], 4));
    else
        text = fmt::format("gamma({}, {})", base::rounded_decimal(parameters[0], 4), duration_text(parameters[1]));
    take(best.name, best.distribution, std::move(text));
    return fit;
}

}  // namespace dstudio::system
