#include "core/formula/library/general_queues.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <numeric>

#include "core/formula/library/queueing.hpp"
#include "core/formula/library/queueing_test_support.hpp"

using namespace dstudio::formula;
using namespace dstudio::formula::library;
using doctest::Approx;
using dstudio::formula::library::test::hyper_scv;
using dstudio::formula::library::test::Random;

namespace {

// D/M/1: sigma is the root below 1 of sigma = e^(-(1 - sigma) / rho); an arrival waits sigma / (1 - sigma) services.
double dm1_wait(double arrival_rate) {
    double low = 0;
    double high = 1;
    for (int i = 0; i < 200; ++i) {
        const double middle = (low + high) / 2;
        // The function below is positive left of the root and negative between it and 1.
        (std::exp(-(1 - middle) / arrival_rate) - middle > 0 ? low : high) = middle;
    }
    return low / (1 - low);
}

struct Job {
    double arrival;
    double left;  // service still needed
};

using Service = std::function<double(std::size_t)>;

// One server, classes of Poisson arrivals served in order of class. Waits (response less service) by class.
std::vector<std::vector<double>> simulate_priorities(Random& random, const std::vector<double>& rates,
                                                     const Service& service, bool preemptive, int customers) {
    const double total = std::accumulate(rates.begin(), rates.end(), 0.0);
    std::vector<std::deque<Job>> queues(rates.size());
    std::vector<std::deque<double>> needs(rates.size());  // whole service times, as `queues`
    std::vector<std::vector<double>> waits(rates.size());
    const std::size_t idle = rates.size();
    std::size_t in_service = idle;
    double now = 0;
    const auto first_waiting = [&] {
        std::size_t c = 0;
        while (c < queues.size() && queues[c].empty())
            ++c;
        return c;
    };
    for (int i = 0; i < customers; ++i) {
        const double next = now + random.exponential(1 / total);
        while (in_service != idle && now + queues[in_service].front().left <= next) {
            now += queues[in_service].front().left;
            waits[in_service].push_back(now - queues[in_service].front().arrival - needs[in_service].front());
            queues[in_service].pop_front();
            needs[in_service].pop_front();
            in_service = first_waiting();
        }
        if (in_service != idle)
            queues[in_service].front().left -= next - now;
        now = next;
        double pick = random.uniform() * total;
        std::size_t c = 0;
        while (c + 1 < rates.size() && pick > rates[c])
            pick -= rates[c++];
        const double need = service(c);
        queues[c].push_back({now, need});
        needs[c].push_back(need);
        if (in_service == idle || preemptive)
            in_service = first_waiting();
    }
    return waits;
}

}  // namespace

TEST_CASE("Pollaczek-Khinchine has M/M/1 and M/D/1 as special cases") {
    CHECK(mg1_wait(0.8, 1, 1) == Approx(mmc_wait(1, 0.8, 1)).epsilon(1e-14));
    CHECK(mg1_wait(0.8, 1, 1) == Approx(4).epsilon(1e-14));
    CHECK(md1_wait(0.8, 1) == Approx(2).epsilon(1e-14));
    CHECK(mg1_wait(0, 1, 3) == 0);
    CHECK(mg1_wait(1, 1, 0.5) == infinity);
    CHECK(md1_wait(2, 1) == infinity);
}

TEST_CASE("simulated M/G/1 stations agree with Pollaczek-Khinchine") {
    Random random{11};
    const auto arrivals = [&] { return random.exponential(1 / 0.6); };
    const auto constant = test::simulate_fcfs(1, 600000, arrivals, [] { return 1.0; });
    test::check_simulated("constant service", test::estimate(constant.waits), md1_wait(0.6, 1));
    const auto erlang = test::simulate_fcfs(1, 600000, arrivals, [&] { return random.erlang2(1); });
    test::check_simulated("Erlang service", test::estimate(erlang.waits), mg1_wait(0.6, 1, 0.5));
    const auto hyper = test::simulate_fcfs(1, 4000000, arrivals, [&] { return random.hyper(1); });
    test::check_simulated("hyperexponential service", test::estimate(hyper.waits), mg1_wait(0.6, 1, hyper_scv));
}

TEST_CASE("Allen-Cunneen is exact for M/M/c and M/G/1") {
    CHECK(mgc_wait(4, 3, 1, 1, 1) == Approx(mmc_wait(4, 3, 1)).epsilon(1e-14));
    CHECK(mgc_wait(1, 0.7, 1, 1, 2.5) == Approx(mg1_wait(0.7, 1, 2.5)).epsilon(1e-13));
    CHECK(mgc_wait(4, 4, 1, 0, 0) == infinity);
    CHECK(std::isnan(mgc_wait(2e6, 4, 1, 1, 1)));
}

TEST_CASE("Allen-Cunneen is within 10 % of simulated stations of four servers at 85 % load") {
    Random random{12};
    struct Case {
        double scv_arrival;
        double scv_service;
        std::function<double()> arrival;
        std::function<double()> service;
    };
    const double gap = 1 / (4 * 0.85);
    const std::vector<Case> cases{
        {1, 0, [&] { return random.exponential(gap); }, [] { return 1.0; }},
        {0.5, 1, [&] { return random.erlang2(gap); }, [&] { return random.exponential(1); }},
        {1, hyper_scv, [&] { return random.exponential(gap); }, [&] { return random.hyper(1); }},
    };
    for (const Case& c : cases) {
        const auto simulated = test::estimate(test::simulate_fcfs(4, 3000000, c.arrival, c.service).waits);
        CAPTURE(c.scv_arrival);
        CAPTURE(c.scv_service);
        CHECK(simulated.half_width < 0.06 * simulated.mean);
        CHECK(mgc_wait(4, 1 / gap, 1, c.scv_arrival, c.scv_service) == Approx(simulated.mean).epsilon(0.1));
    }
}

TEST_CASE("Kingman's form is right in heavy traffic and his bound lies above the exact wait") {
    for (const double rho : {0.2, 0.5, 0.8, 0.95, 0.999}) {
        CAPTURE(rho);
        CHECK(dm1_wait(rho) <= gg1_wait_upper(rho, 1, 0, 1));
        CHECK(mg1_wait(rho, 1, 3) <= gg1_wait_upper(rho, 1, 1, 3));
    }
    CHECK(gg1_wait(0.999, 1, 0, 1) == Approx(dm1_wait(0.999)).epsilon(1e-3));
    CHECK(gg1_wait_upper(0.999, 1, 0, 1) == Approx(dm1_wait(0.999)).epsilon(1e-3));
    CHECK(gg1_wait(0.5, 1, 0, 0) == 0);
    CHECK(gg1_wait_upper(0.5, 1, 0, 0) == 0);
    // var(interarrival) = 4, var(service) = 1: 0.5 (4 + 1) / (2 0.5)
    CHECK(gg1_wait_upper(0.5, 1, 1, 1) == Approx(2.5).epsilon(1e-14));
    CHECK(gg1_wait(1, 1, 1, 1) == infinity);
    CHECK(gg1_wait_upper(1.5, 1, 1, 1) == infinity);
    Random random{13};
    const auto passages = test::simulate_fcfs(
        1, 3000000, [&] { return random.erlang2(1 / 0.9); }, [&] { return random.erlang2(1); });
    const auto simulated = test::estimate(passages.waits);
    CHECK(simulated.mean + simulated.half_width < gg1_wait_upper(0.9, 1, 0.5, 0.5));
    CHECK(gg1_wait(0.9, 1, 0.5, 0.5) == Approx(simulated.mean).epsilon(0.1));
}

TEST_CASE("non-preemptive priorities obey Kleinrock's conservation law and reduce to M/G/1") {
    Random random{14};
    for (int round = 0; round < 200; ++round) {
        const std::size_t classes = 1 + random.below(5);
        std::vector<double> rates(classes);
        std::vector<double> times(classes);
        std::vector<double> scvs(classes);
        double utilisation = 0;
        double residual = 0;
        for (std::size_t i = 0; i < classes; ++i) {
            times[i] = random.uniform(0.1, 3);
            scvs[i] = random.uniform(0, 4);
            const double share = random.uniform(0, 0.98) / static_cast<double>(classes);
            rates[i] = share / times[i];
            utilisation += share;
            residual += rates[i] * times[i] * times[i] * (1 + scvs[i]) / 2;
        }
        double weighted = 0;
        double last = 0;
        for (std::size_t i = 0; i < classes; ++i) {
            const double wait = mg1_priority_wait_nonpreemptive(static_cast<double>(i + 1), rates, times, scvs);
            CHECK(wait > last);
            last = wait;
            weighted += rates[i] * times[i] * wait;
        }
        CHECK(weighted == Approx(utilisation * residual / (1 - utilisation)).epsilon(1e-10));
    }
    const std::vector<double> rate{0.5};
    const std::vector<double> time{1.2};
    const std::vector<double> scv{2};
    CHECK(mg1_priority_wait_nonpreemptive(1, rate, time, scv) == Approx(mg1_wait(0.5, 1.2, 2)).epsilon(1e-14));
}

TEST_CASE("with one service rate for all, preemption leaves the number in system of M/M/1") {
    Random random{15};
    for (int round = 0; round < 200; ++round) {
        const std::size_t classes = 1 + random.below(5);
        std::vector<double> rates(classes);
        const std::vector<double> times(classes, 0.8);
        for (double& rate : rates)
            rate = random.uniform(0, 0.98) / (0.8 * static_cast<double>(classes));
        const double rho = 0.8 * std::accumulate(rates.begin(), rates.end(), 0.0);
        double number = 0;
        for (std::size_t i = 0; i < classes; ++i)
            number += rates[i] * (0.8 + mm1_priority_wait_preemptive_resume(static_cast<double>(i + 1), rates, times));
        CHECK(number == Approx(rho / (1 - rho)).epsilon(1e-10));
    }
    // Who comes first sees only the own class.
    const std::vector<double> rates{0.3, 5};
    const std::vector<double> times{2, 1};
    CHECK(mm1_priority_wait_preemptive_resume(1, rates, times) == Approx(mmc_wait(1, 0.3, 0.5)).epsilon(1e-14));
    CHECK(mm1_priority_wait_preemptive_resume(2, rates, times) == infinity);
}

TEST_CASE("simulated non-preemptive priorities agree with Cobham") {
    Random random{16};
    const std::vector<double> rates{0.3, 0.2, 0.1};
    const std::vector<double> times{0.5, 1, 3};
    const std::vector<double> scvs{1, 0, 0.5};
    const auto service = [&](std::size_t c) {
        return c == 0 ? random.exponential(0.5) : c == 1 ? 1.0 : random.erlang2(3);
    };
    const auto waits = simulate_priorities(random, rates, service, false, 2000000);
    for (std::size_t c = 0; c < 3; ++c)
        test::check_simulated("class", test::estimate(waits[c]),
                              mg1_priority_wait_nonpreemptive(static_cast<double>(c + 1), rates, times, scvs));
}

TEST_CASE("classes above one that saturates the server keep finite waits") {
    Random random{17};
    const std::vector<double> rates{0.3, 0.2, 0.4, 0.1};  // utilisations 0.15, 0.2, 1.2, 0.1
    const std::vector<double> times{0.5, 1, 3, 1};
    const std::vector<double> scvs{1, 0, 0.5, 1};
    const auto service = [&](std::size_t c) {
        return c == 0 ? random.exponential(0.5) : c == 1 ? 1.0 : c == 2 ? random.erlang2(3) : random.exponential(1);
    };
    const auto waits = simulate_priorities(random, rates, service, false, 2000000);
    for (std::size_t c = 0; c < 2; ++c)
        test::check_simulated("class", test::estimate(waits[c]),
                              mg1_priority_wait_nonpreemptive(static_cast<double>(c + 1), rates, times, scvs));
    CHECK(mg1_priority_wait_nonpreemptive(3, rates, times, scvs) == infinity);
    CHECK(mg1_priority_wait_nonpreemptive(4, rates, times, scvs) == infinity);
}

TEST_CASE("simulated preemptive-resume priorities agree") {
    Random random{18};
    const std::vector<double> rates{0.3, 0.2, 0.1};
    const std::vector<double> times{0.5, 1, 3};
    const auto waits = simulate_priorities(
        random, rates, [&](std::size_t c) { return random.exponential(times[c]); }, true, 3000000);
    for (std::size_t c = 0; c < 3; ++c)
        test::check_simulated("class", test::estimate(waits[c]),
                              mm1_priority_wait_preemptive_resume(static_cast<double>(c + 1), rates, times));
}

TEST_CASE("priorities have no answer for a class that is not there or lists that differ in length") {
    const std::vector<double> two{0.1, 0.2};
    const std::vector<double> three{1, 1, 1};
    CHECK(std::isnan(mg1_priority_wait_nonpreemptive(0, two, two, two)));
    CHECK(std::isnan(mg1_priority_wait_nonpreemptive(3, two, two, two)));
    CHECK(std::isnan(mg1_priority_wait_nonpreemptive(1, two, three, two)));
    CHECK(std::isnan(mg1_priority_wait_nonpreemptive(1, two, two, three)));
    CHECK(std::isnan(mm1_priority_wait_preemptive_resume(1, two, three)));
    CHECK(std::isnan(mm1_priority_wait_preemptive_resume(3, two, two)));
}

TEST_CASE("simulated processor sharing agrees, by size and for any distribution") {
    Random random{19};
    const double small = 0.4;  // three of four jobs; the others need 2.8, so that the mean is 1
    std::vector<double> responses[2];
    std::vector<double> all;
    std::vector<std::pair<double, double>> jobs;  // service still needed, arrival
    std::vector<bool> large;
    double now = 0;
    for (int i = 0; i < 1000000; ++i) {
        double until = random.exponential(1 / 0.7);
        while (!jobs.empty()) {
            const auto least = static_cast<std::size_t>(std::min_element(jobs.begin(), jobs.end()) - jobs.begin());
            const auto sharers = static_cast<double>(jobs.size());
            const double served = std::min(jobs[least].first, until / sharers);
            for (auto& job : jobs)
                job.first -= served;
            now += served * sharers;
            until -= served * sharers;
            if (jobs[least].first > 0)
                break;
            responses[large[least] ? 1 : 0].push_back(now - jobs[least].second);
            all.push_back(now - jobs[least].second);
            jobs.erase(jobs.begin() + static_cast<std::ptrdiff_t>(least));
            large.erase(large.begin() + static_cast<std::ptrdiff_t>(least));
        }
        now += jobs.empty() ? until : 0;
        large.push_back(random.uniform() < 0.25);
        jobs.emplace_back(large.back() ? 2.8 : small, now);
    }
    test::check_simulated("all", test::estimate(all), ps_response(0.7, 1));
    test::check_simulated("small", test::estimate(responses[0]), ps_response_given(small, 0.7, 1));
    test::check_simulated("large", test::estimate(responses[1]), ps_response_given(2.8, 0.7, 1));
    CHECK(ps_response(1, 1) == infinity);
    CHECK(ps_response(0.5, 1) == Approx(2).epsilon(1e-15));
}
