#include "core/formula/library/caching.hpp"

#include <cmath>
#include <vector>

#include "core/formula/library/binding.hpp"
#include "core/formula/library/popularity.hpp"

namespace dstudio::formula::library {

namespace {

// How likely an item is in the cache if x requests for it are expected within the characteristic time; and the rate at
// which that grows with x.
struct Lru {
    static double present(double x) { return -std::expm1(-x); }
    static double slope(double x) { return std::exp(-x); }
};
struct Fifo {
    static double present(double x) { return x / (1 + x); }
    static double slope(double x) { return 1 / ((1 + x) * (1 + x)); }
};

// The time t at which sum of present(p t) is cache_items. The sum is concave in t, so Newton's iteration from the left
// never overshoots; it starts at t = cache_items because present(x) <= x.
template <class Policy>
double characteristic_time(double cache_items, const std::vector<PopularityClass>& classes, double items) {
    if (cache_items >= items)
        return infinity;
    double t = cache_items;
    for (int i = 0; i < 500; ++i) {
        double sum = 0;
        double slope = 0;
        for (const auto& [weight, p] : classes) {
            sum += weight * Policy::present(p * t);
            slope += weight * p * Policy::slope(p * t);
        }
        const double step = (cache_items - sum) / slope;
        if (!(step > 1e-14 * t))
            return t;
        t += step;
        if (!std::isfinite(t))
            return infinity;
    }
    return t;
}

template <class Policy>
double hit_ratio(double cache_items, const std::vector<PopularityClass>& classes, double items) {
    const double t = characteristic_time<Policy>(cache_items, classes, items);
    if (std::isinf(t))
        return 1;
    double hits = 0;
    for (const auto& [weight, p] : classes)
        hits += weight * p * Policy::present(p * t);
    return hits;
}

// Items that are never asked for do not take part.
template <class Policy>
double hit_ratio_rates(double cache_items, std::span<const double> rates) {
    double total = 0;
    for (const double rate : rates)
        total += rate;
    if (!(total > 0) || !std::isfinite(total))
        return no_answer;
    std::vector<PopularityClass> classes;
    for (const double rate : rates)
        if (rate > 0)
            classes.push_back({1, rate / total});
    return hit_ratio<Policy>(cache_items, classes, static_cast<double>(classes.size()));
}

}  // namespace

double che_characteristic_time(double cache_items, double items, double exponent) {
    return characteristic_time<Lru>(cache_items, zipf_classes(items, exponent), items);
}

double che_hit_ratio(double cache_items, double items, double exponent) {
    return hit_ratio<Lru>(cache_items, zipf_classes(items, exponent), items);
}

double che_hit_ratio_rates(double cache_items, std::span<const double> rates) {
    return hit_ratio_rates<Lru>(cache_items, rates);
}

double fifo_hit_ratio(double cache_items, double items, double exponent) {
    return hit_ratio<Fifo>(cache_items, zipf_classes(items, exponent), items);
}

double fifo_hit_ratio_rates(double cache_items, std::span<const double> rates) {
    return hit_ratio_rates<Fifo>(cache_items, rates);
}

double zipf_ideal_hit(double cache_items, double items, double exponent) {
    return zipf_top_share(std::floor(cache_items), items, exponent);
}

double ttl_hit_ratio(double rate, double ttl) {
    const double requests = rate * ttl;
    return std::isinf(requests) ? 1 : requests / (1 + requests);
}

double ttl_hit_ratio_renewed(double rate, double ttl) {
    return -std::expm1(-rate * ttl);
}

namespace {

constexpr Domain zipf_exponent{.min = 0, .max = zipf_exponent_max};

constexpr Parameter cache_items{"cache_items", "1", non_negative};
constexpr Parameter zipf_parameters[] = {cache_items, {"items", "1", positive_count}, {"exponent", "1", zipf_exponent}};
constexpr Parameter rates_parameters[] = {cache_items, {"rates", "1", non_negative, true}};
constexpr Parameter ttl_parameters[] = {{"rate", "1/s", non_negative}, {"ttl", "s", non_negative}};

constexpr std::string_view che =
    "Che, Tung and Wang, Hierarchical Web Caching Systems (2002); Fricker, Robert and Roberts (2012)";
constexpr std::string_view gelenbe =
    "Gelenbe, A Unified Approach to the Evaluation of a Class of Replacement Algorithms (1973); Martina, Garetto and "
    "Leonardi (2014)";
constexpr std::string_view jung = "Jung, Berger and Balakrishnan, Modeling TTL-based Internet Caches (2003)";

constexpr Function table[] = {
    entry<che_characteristic_time>(
        "che_characteristic_time", zipf_parameters, "1",
        "Number of requests after which an unused item leaves an LRU cache, under Zipf's law "
        "(Che's approximation)",
        che),
    entry<che_hit_ratio>("che_hit_ratio", zipf_parameters, "1",
                         "Hit ratio of an LRU cache under Zipf's law (Che's approximation)", che),
    entry<che_hit_ratio_rates>("che_hit_ratio_rates", rates_parameters, "1",
                               "Hit ratio of an LRU cache for items of given request rates (Che's approximation)", che),
    entry<fifo_hit_ratio>("fifo_hit_ratio", zipf_parameters, "1",
                          "Hit ratio of a cache with FIFO or random replacement under Zipf's law", gelenbe),
    entry<fifo_hit_ratio_rates>("fifo_hit_ratio_rates", rates_parameters, "1",
                                "Hit ratio of a cache with FIFO or random replacement for items of given request rates",
                                gelenbe),
    entry<zipf_ideal_hit>("zipf_ideal_hit", zipf_parameters, "1",
                          "Hit ratio of a cache that holds the most popular items of Zipf's law (perfect LFU)",
                          "Breslau, Cao, Fan, Phillips and Shenker, Web Caching and Zipf-like Distributions (1999)"),
    entry<ttl_hit_ratio>("ttl_hit_ratio", ttl_parameters, "1",
                         "Hit ratio for one item with Poisson requests that expires a fixed time after it was fetched",
                         jung),
    entry<ttl_hit_ratio_renewed>(
        "ttl_hit_ratio_renewed", ttl_parameters, "1",
        "Hit ratio for one item with Poisson requests that expires a fixed time after the last "
        "request",
        "Martina, Garetto and Leonardi, A Unified Approach to the Performance Analysis of "
        "Caching Systems (2014)"),
};

}  // namespace

std::span<const Function> caching_functions() {
    return table;
}

}  // namespace dstudio::formula::library
