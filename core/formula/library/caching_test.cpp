#include "core/formula/library/caching.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <list>
#include <vector>

#include "core/formula/library/popularity.hpp"
#include "core/formula/library/queueing_test_support.hpp"

using namespace dstudio::formula;
using namespace dstudio::formula::library;
using dstudio::formula::library::test::Estimate;
using dstudio::formula::library::test::Random;

namespace {

// doctest's Approx has an absolute part; this one compares small values by their digits.
doctest::Approx relative(double expected) {
    return doctest::Approx(expected).scale(1e-300);
}

std::vector<double> zipf_law(std::size_t items, double exponent) {
    std::vector<double> law(items);
    double total = 0;
    for (std::size_t i = 0; i < items; ++i)
        total += law[i] = std::pow(static_cast<double>(i + 1), -exponent);
    for (double& p : law)
        p /= total;
    return law;
}

enum class Policy { lru, fifo, random };

// Hits (1) and misses (0) of a cache, replayed on random requests.
std::vector<double> replay(Policy policy, std::size_t capacity, const std::vector<double>& law, std::size_t requests) {
    std::vector<double> cumulative;
    double sum = 0;
    for (const double p : law)
        cumulative.push_back(sum += p);
    Random random{42};
    std::list<std::size_t> order;  // of LRU and FIFO, next victim last
    std::vector<std::list<std::size_t>::iterator> at(law.size());
    std::vector<std::size_t> slots;  // of random replacement
    std::vector<bool> cached(law.size());
    std::vector<double> hits;
    for (std::size_t n = 0; n < requests; ++n) {
        const auto found = std::lower_bound(cumulative.begin(), cumulative.end(), random.uniform() * sum);
        const auto item = static_cast<std::size_t>(found - cumulative.begin());
        hits.push_back(cached[item] ? 1 : 0);
        if (cached[item]) {
            if (policy == Policy::lru)
                order.splice(order.begin(), order, at[item]);
            continue;
        }
        cached[item] = true;
        if (policy == Policy::random) {
            if (slots.size() < capacity) {
                slots.push_back(item);
            } else {
                std::size_t& slot = slots[random.below(capacity)];
                cached[slot] = false;
                slot = item;
            }
            continue;
        }
        order.push_front(item);
        at[item] = order.begin();
        if (order.size() > capacity) {
            cached[order.back()] = false;
            order.pop_back();
        }
    }
    return hits;
}

// Exact hit ratio of LRU: the cache holds items in order of their last requests (King 1971).
double lru_exact(std::size_t capacity, const std::vector<double>& law, std::vector<bool>& used, double chance,
                 double held) {
    if (capacity == 0)
        return chance * held;
    double hits = 0;
    double rest = 1;
    for (std::size_t i = 0; i < law.size(); ++i)
        rest -= used[i] ? law[i] : 0;
    for (std::size_t i = 0; i < law.size(); ++i) {
        if (used[i])
            continue;
        used[i] = true;
        hits += lru_exact(capacity - 1, law, used, chance * law[i] / rest, held + law[i]);
        used[i] = false;
    }
    return hits;
}

// Exact hit ratio of FIFO and random replacement: a set is cached with a probability in proportion to the product of
// its popularities, so that item i is with p_i e(C - 1, without i) / e(C) (elementary symmetric polynomials).
double fifo_exact(std::size_t capacity, const std::vector<double>& law) {
    const auto symmetric = [&](std::size_t degree, std::size_t without) {
        std::vector<double> e(degree + 1);
        e[0] = 1;
        for (std::size_t i = 0; i < law.size(); ++i)
            for (std::size_t d = degree; d > 0 && i != without; --d)
                e[d] += e[d - 1] * law[i];
        return e[degree];
    };
    double hits = 0;
    for (std::size_t i = 0; i < law.size(); ++i)
        hits += law[i] * law[i] * symmetric(capacity - 1, i);
    return hits / symmetric(capacity, law.size());
}

}  // namespace

TEST_CASE("Che's approximation is within half a per cent of a replayed LRU cache") {
    for (const double exponent : {0.6, 0.9, 1.2})
        for (const std::size_t capacity : {50U, 400U}) {
            const auto law = zipf_law(2000, exponent);
            const Estimate simulated = test::estimate(replay(Policy::lru, capacity, law, 400000));
            const double value = che_hit_ratio(static_cast<double>(capacity), 2000, exponent);
            CAPTURE(exponent);
            CAPTURE(capacity);
            CAPTURE(simulated.mean);
            CAPTURE(simulated.half_width);
            CHECK(simulated.half_width < 0.01);
            CHECK(std::abs(value - simulated.mean) < 0.005 * simulated.mean + simulated.half_width);
        }
}

TEST_CASE("FIFO and random replacement have the same hit ratio, that of the approximation") {
    const auto law = zipf_law(2000, 0.9);
    for (const Policy policy : {Policy::fifo, Policy::random}) {
        const Estimate simulated = test::estimate(replay(policy, 200, law, 400000));
        CAPTURE(simulated.mean);
        CHECK(simulated.half_width < 0.01);
        CHECK(std::abs(fifo_hit_ratio(200, 2000, 0.9) - simulated.mean) < simulated.half_width);
    }
}

TEST_CASE("small caches are within some per cent of the exact hit ratios of King and Gelenbe") {
    const auto few = zipf_law(8, 0.8);
    std::vector<bool> used(few.size());
    CHECK(che_hit_ratio(4, 8, 0.8) == relative(lru_exact(4, few, used, 1, 0)).epsilon(0.01));
    CHECK(che_hit_ratio(2, 8, 0.8) == relative(lru_exact(2, few, used, 1, 0)).epsilon(0.03));
    const auto more = zipf_law(60, 1.0);
    CHECK(fifo_hit_ratio(5, 60, 1) == relative(fifo_exact(5, more)).epsilon(0.04));
    CHECK(fifo_hit_ratio(30, 60, 1) == relative(fifo_exact(30, more)).epsilon(0.004));
}

TEST_CASE("all policies hit as often as the cache is large when all items are as popular") {
    CHECK(che_hit_ratio(250, 1000, 0) == relative(0.25).epsilon(1e-9));
    CHECK(fifo_hit_ratio(250, 1000, 0) == relative(0.25).epsilon(1e-9));
    CHECK(zipf_ideal_hit(250, 1000, 0) == relative(0.25).epsilon(1e-9));
    CHECK(che_characteristic_time(250, 1000, 0) == relative(-1000 * std::log(0.75)).epsilon(1e-9));
}

TEST_CASE("hit ratios of Zipf's law are those of its list of rates") {
    for (const std::size_t items : {100U, 3000U, 20000U})
        for (const double exponent : {0.5, 1.0, 2.0}) {
            std::vector<double> rates = zipf_law(items, exponent);
            for (double& rate : rates)
                rate *= 77;
            const auto n = static_cast<double>(items);
            for (const double share : {0.01, 0.2, 0.9}) {
                CHECK(che_hit_ratio(share * n, n, exponent) ==
                      relative(che_hit_ratio_rates(share * n, rates)).epsilon(1e-8));
                CHECK(fifo_hit_ratio(share * n, n, exponent) ==
                      relative(fifo_hit_ratio_rates(share * n, rates)).epsilon(1e-8));
            }
        }
}

TEST_CASE("a cache of a thousand million items: the characteristic time fills it, and policies are in order") {
    for (const double exponent : {0.7, 0.9, 1.1}) {
        const double t = che_characteristic_time(1e7, 1e9, exponent);
        double filled = 0;  // by ranks up to a million, then the middle of blocks that grow by a thousandth
        const double total = zipf_sum(1, 1e9, exponent);
        const auto present = [&](double rank) { return -std::expm1(-t * std::pow(rank, -exponent) / total); };
        double rank = 1;
        for (; rank <= 1e6; ++rank)
            filled += present(rank);
        while (rank <= 1e9) {
            const double next = std::min(std::floor(rank * 1.001), 1e9 + 1);
            filled += (next - rank) * present((rank + next - 1) / 2);
            rank = next;
        }
        CHECK(filled == relative(1e7).epsilon(1e-6));
        CHECK(fifo_hit_ratio(1e7, 1e9, exponent) < che_hit_ratio(1e7, 1e9, exponent));
        CHECK(che_hit_ratio(1e7, 1e9, exponent) < zipf_ideal_hit(1e7, 1e9, exponent));
    }
}

TEST_CASE("a cache of all items always hits, an empty one never; items that nobody wants do not count") {
    CHECK(che_characteristic_time(10, 10, 1) == infinity);
    CHECK(che_hit_ratio(10, 10, 1) == 1);
    CHECK(fifo_hit_ratio(11, 10, 1) == 1);
    CHECK(che_hit_ratio(0, 10, 1) == 0);
    CHECK(fifo_hit_ratio(0, 10, 1) == 0);
    CHECK(zipf_ideal_hit(0, 10, 1) == 0);
    const std::vector<double> some = {5, 0, 3, 0, 2};
    const std::vector<double> same = {5, 3, 2};
    CHECK(che_hit_ratio_rates(2, some) == relative(che_hit_ratio_rates(2, same)));
    CHECK(che_hit_ratio_rates(3, some) == 1);
    const std::vector<double> none = {0, 0};
    CHECK(std::isnan(che_hit_ratio_rates(1, none)));
}

TEST_CASE("time to live: hit ratios are those of simulated Poisson requests") {
    for (const bool renewed : {false, true}) {
        Random random{8};
        std::vector<double> hits;
        double now = 0;
        double expires = 0;
        for (int n = 0; n < 400000; ++n) {
            now += random.exponential(1 / 0.4);
            const bool hit = now < expires;
            hits.push_back(hit ? 1 : 0);
            if (!hit || renewed)
                expires = now + 5;
        }
        test::check_simulated("ttl", test::estimate(hits),
                              renewed ? ttl_hit_ratio_renewed(0.4, 5) : ttl_hit_ratio(0.4, 5));
    }
    CHECK(ttl_hit_ratio(0, 5) == 0);
}
