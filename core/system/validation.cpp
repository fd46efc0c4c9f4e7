#include "core/system/validation.hpp"

#include <cmath>

#include "core/base/assert.hpp"
#include "core/base/elementary.hpp"
#include "core/formula/library/closed_networks.hpp"
#include "core/formula/library/general_queues.hpp"
#include "core/formula/library/queueing.hpp"
#include "core/system/built_in_scenario.hpp"

namespace dstudio::system {
namespace {

namespace math = base::math;
namespace theory = formula::library;

using SharedScenario = std::shared_ptr<const Scenario>;

SharedScenario scenario_of(const char* text) {
    return std::make_shared<const Scenario>(built_in_scenario(text));
}

// A single station: arrivals of 80/s, threads, one work step.
SharedScenario station(const char* rate, const char* extra, const char* work, const char* duration = "1000 s") {
    const std::string text = std::string(R"json({"duration": ")json") + duration +
                             R"json(", "warmup": "50 s", "workloads": [{"id": "w", "rate": ")json" + rate +
                             R"json(", "call": "s"}], "components": [{"id": "s", )json" + extra +
                             R"json("steps": [{"work": ")json" + work + R"json("}]}]})json";
    return scenario_of(text.c_str());
}

double mean_ms(const Results& r) {
    return r.workloads[0].latency.mean_seconds() * 1e3;
}
double wait_ms(const Results& r) {
    return r.components[0].wait_seconds * 1e3;
}
double number(const Results& r) {
    return r.components[0].in_system;
}
double share(const Results& r, Outcome outcome) {
    return 100 * r.workloads[0].share(outcome);
}

double hit_percent(const Results& r) {
    const ComponentResult& cache = r.components[0];
    return 100 * static_cast<double>(cache.hits) / static_cast<double>(cache.hits + cache.misses);
}

// Pollaczek and Khinchine, for arrivals of rate a and service with mean s and squared coefficient of variation c.
double mg1_wait_ms(double a, double s, double c) {
    return 1e3 * a * s * s * (1 + c) / 2 / (1 - a * s);
}

constexpr const char* kleinrock = "Kleinrock, Queueing Systems, vol. 1, 1975";

std::vector<ValidationCase> make_cases() {
    std::vector<ValidationCase> cases;
    const auto add = [&](std::string name, std::string quantity, std::string unit, double theory, std::string source,
                         SharedScenario scenario, double (*measure)(const Results&)) {
        cases.push_back({std::move(name), std::move(quantity), std::move(unit), theory, std::move(source),
                         std::move(scenario), measure});
    };
    const std::string k32 = std::string(kleinrock) + ", section 3.2";

    // One queue, one or more servers.
    add("M/M/1, 50 % busy", "mean response", "ms", 1e3 / (100 - 50), k32, station("50/s", "", "exponential(10 ms)"),
        mean_ms);
    const SharedScenario mm1 = station("80/s", "", "exponential(10 ms)", "2000 s");
    add("M/M/1, 80 % busy", "mean response", "ms", 1e3 / (100 - 80), k32, mm1, mean_ms);
    add("M/M/1, 80 % busy", "mean wait", "ms", 1e3 * 0.8 / (100 - 80), k32, mm1, wait_ms);
    add("M/M/1, 80 % busy", "mean number in system", "1", 0.8 / 0.2, k32, mm1, number);
    add("M/M/1, 80 % busy", "utilisation", "%", 80, k32, mm1,
        [](const Results& r) { return 100 * r.components[0].utilisation; });
    add("M/M/1, 80 % busy", "95th percentile of the response", "ms", 1e3 * theory::mm1_response_quantile(80, 100, 0.95),
        k32, mm1, [](const Results& r) { return 1e3 * sim::to_seconds(r.workloads[0].latency.quantile(0.95)); });
    add("M/M/1 last in, first out", "mean wait", "ms", 1e3 * 0.8 / 20, std::string(kleinrock) + ", problem 5.11",
        station("80/s", R"json("discipline": "lifo", )json", "exponential(10 ms)", "2000 s"), wait_ms);
    add("M/M/2, 80 % busy", "mean wait", "ms", 1e3 * theory::mmc_wait(2, 160, 100),
        "Erlang, 1917; Gross et al., Fundamentals of Queueing Theory, 4th ed., section 2.3",
        station("160/s", R"json("threads": 2, )json", "exponential(10 ms)"), wait_ms);
    add("M/M/8, 90 % busy", "mean wait", "ms", 1e3 * theory::mmc_wait(8, 720, 100),
        "Erlang, 1917; Gross et al., section 2.3",
        station("720/s", R"json("threads": 8, )json", "exponential(10 ms)", "600 s"), wait_ms);
    add("M/M/4/4", "requests lost", "%", 100 * theory::erlang_b(4, 3), "Erlang, 1917",
        station("300/s", R"json("threads": 4, "queue": 0, )json", "exponential(10 ms)", "600 s"),
        [](const Results& r) { return share(r, Outcome::rejected); });
    add("M/M/1/10, 95 % load", "requests lost", "%", 100 * theory::mmck_blocking(1, 10, 0.95),
        "Gross et al., section 2.5", station("95/s", R"json("queue": 9, )json", "exponential(10 ms)"),
        [](const Results& r) { return share(r, Outcome::rejected); });
    add("M/M/2/6, overloaded", "mean wait of the accepted", "ms", 1e3 * theory::mmck_wait(2, 6, 250, 100),
        "Gross et al., section 2.5",
        station("250/s", R"json("threads": 2, "queue": 4, )json", "exponential(10 ms)", "600 s"), wait_ms);
    add("M/M/infinity", "mean number in system", "1", 30, std::string(kleinrock) + ", section 3.4",
        station("300/s", R"json("threads": 1000, )json", "exponential(100 ms)", "600 s"), number);

    // Other distributions of the service time.
    const std::string pk = std::string(kleinrock) + ", section 5.6 (Pollaczek-Khinchine)";
    add("M/D/1, 80 % busy", "mean wait", "ms", mg1_wait_ms(80, 0.01, 0), pk, station("80/s", "", "10 ms"), wait_ms);
    add("M/E2/1, 80 % busy", "mean wait", "ms", mg1_wait_ms(80, 0.01, 0.5), pk,
        station("80/s", "", "gamma(2, 5 ms)", "2000 s"), wait_ms);
    add("M/G/1, gamma of shape 1/4", "mean wait", "ms", mg1_wait_ms(60, 0.01, 4), pk,
        station("60/s", "", "gamma(0.25, 40 ms)", "4000 s"), wait_ms);
    add("M/G/1, uniform 0 to 20 ms", "mean wait", "ms", mg1_wait_ms(80, 0.01, 1.0 / 3), pk,
        station("80/s", "", "uniform(0 ms, 20 ms)", "2000 s"), wait_ms);
    add("M/G/1, lognormal", "mean wait", "ms", mg1_wait_ms(70, 0.005 * math::exp(0.5), math::exp(1.0) - 1), pk,
        station("70/s", "", "lognormal(5 ms, 1)", "4000 s"), wait_ms);

    // Priorities without preemption (Cobham, Operations Research 2(1), 1954): W0 / ((1 - s_above) (1 - s_above - s)).
    const SharedScenario prioritised = scenario_of(R"json({"duration": "2000 s", "warmup": "50 s",
        "workloads": [{"id": "high", "rate": "30/s", "priority": 0, "call": "s"},
                      {"id": "low", "rate": "50/s", "priority": 1, "call": "s"}],
        "components": [{"id": "s", "discipline": "priority", "steps": [{"work": "exponential(10 ms)"
}]
}]
})json");
    const std::string cobham = "Cobham, Operations Research 2(1), 1954";
    add("M/M/1, two priorities", "mean response, first class", "ms", 10 + 8 / (1 - 0.3), cobham, prioritised, mean_ms);
    add("M/M/1, two priorities", "mean response, second class", "ms", 10 + 8 / (1 - 0.3) / (1 - 0.8), cobham,
        prioritised, [](const Results& r) { return r.workloads[1].latency.mean_seconds() * 1e3; });

    // Processor sharing: insensitive to the distribution (Kleinrock, vol. 2, section 4.4).
    const std::string ps = "Kleinrock, Queueing Systems, vol. 2, 1976, section 4.4";
    const char* sharing = R"json("sharing": "processor", "cores": 1, )json";
    add("M/M/1 processor sharing", "mean response", "ms", 1e3 * 0.01 / 0.2, ps,
        station("80/s", sharing, "exponential(10 ms)", "2000 s"), mean_ms);
    add("M/D/1 processor sharing", "mean response", "ms", 1e3 * 0.01 / 0.2, ps,
        station("80/s", sharing, "10 ms", "2000 s"), mean_ms);
    add("M/G/1 processor sharing, gamma of shape 1/4", "mean response", "ms", 1e3 * 0.01 / 0.3, ps,
        station("70/s", sharing, "gamma(0.25, 40 ms)", "3000 s"), mean_ms);

    // Networks.
    add("two M/M/1 in tandem", "mean response", "ms", 1e3 / 20 + 1e3 / 70, "Burke, Operations Research 4(6), 1956",
        scenario_of(
            R"json({"duration": "2000 s", "warmup": "50 s", "workloads": [{"id": "w", "rate": "80/s", "call": "g"}],
        "components": [{"id": "g", "threads": 1000000, "steps": [{"call": "a"}, {"call": "b"}]},
                       {"id": "a", "steps": [{"work": "exponential(10 ms)"
    }]
    },
                       {"id": "b", "steps": [{"work": "exponential(0.0066666666666666667 s)"}]}]
    })json"),
        mean_ms);
    add("Jackson network, three nodes", "mean response", "ms", 1e3 / 20 + 0.5 * 1e3 / 20 + 0.25 * 1e3 / 5,
        "Jackson, Management Science 10(1), 1963",
        scenario_of(
            R"json({"duration": "2000 s", "warmup": "50 s", "workloads": [{"id": "w", "rate": "80/s", "call": "g"}],
        "components": [{"id": "g", "threads": 1000000, "steps": [{"call": "a"}, {"call": "b", "probability": 0.5},
                        {"call": "c", "probability": 0.25}]},
                       {"id": "a", "steps": [{"work": "exponential(10 ms)"
    }]
    },
                       {"id": "b", "steps": [{"work": "exponential(0.0166666666666666667 s)"}]},
                       {"id": "c", "steps": [{"work": "exponential(40 ms)"}]}]
    })json"),
        mean_ms);
    const std::vector<double> demands{0.05, 0.03};
    add("closed network, 20 users, two stations", "throughput", "1/s", theory::mva_throughput(20, 1, demands),
        "Reiser and Lavenberg, Journal of the ACM 27(2), 1980",
        scenario_of(R"json({"duration": "4000 s", "warmup": "100 s",
        "workloads": [{"id": "w", "users": 20, "think": "exponential(1 s)", "call": "g"
    }],
        "components": [{"id": "g", "threads": 1000000, "steps": [{"call": "a"}, {"call": "b"}]},
                       {"id": "a", "steps": [{"work": "exponential(50 ms)"}]},
                       {"id": "b", "steps": [{"work": "exponential(30 ms)"}]}]
    })json"),
        [](const Results& r) { return static_cast<double>(r.components[0].left) / sim::to_seconds(r.measured); });
    add("machine repair, 10 sources", "utilisation", "%", 100 * theory::mm1_finite_source_utilisation(10, 1, 0.1),
        "Gross et al., section 2.7", scenario_of(R"json({"duration": "4000 s", "warmup": "100 s",
        "workloads": [{"id": "w", "users": 10, "think": "exponential(1 s)", "call": "s"
    }],
        "components": [{"id": "s", "steps": [{"work": "exponential(100 ms)"}]}]
    })json"),
        [](const Results& r) { return 100 * r.components[0].utilisation; });
    add("fork-join of two M/M/1", "mean response", "ms", (12 - 0.7) / 8 * 1e3 / 30,
        "Nelson and Tantawi, IEEE Transactions on Computers 37(6), 1988, equation 2 (exact for two)",
        scenario_of(
            R"json({"duration": "3000 s", "warmup": "50 s", "workloads": [{"id": "w", "rate": "70/s", "call": "g"}],
        "components": [{"id": "g", "threads": 1000000, "steps": [{"all": [{"call": "a"}, {"call": "b"}]}]},
                       {"id": "a", "steps": [{"work": "exponential(10 ms)"
    }]
    },
                       {"id": "b", "steps": [{"work": "exponential(10 ms)"}]}]
    })json"),
        mean_ms);

    // Fan-out, quorums, hedging: without queues these are order statistics.
    const auto leaves = [](const char* steps, const char* work) {
        const std::string text = std::string(R"json({"duration": "400 s", "warmup": "5 s",
            "workloads": [{"id": "w", "rate": "50/s", "call": "g"}],
            "components": [{"id": "g", "threads": 1000000, "steps": )json") +
                                 steps + R"json(}, {"id": "s", "threads": 1000000, "steps": [{"work": ")json" + work +
                                 R"json("}]}]})json";
        return scenario_of(text.c_str());
    };
    double harmonic = 0;
    for (int i = 1; i <= 10; ++i)
        harmonic += 1.0 / i;
    const std::string david = "David and Nagaraja, Order Statistics, 3rd ed., 2003, section 2.5";
    add("fan-out to 10 exponential servers", "mean of the slowest", "ms", 10 * harmonic, david,
        leaves(R"json([{"call": "s", "times": 10}])json", "exponential(10 ms)"), mean_ms);
    add("quorum: 2 of 3 exponential servers", "mean of the second answer", "ms", 10 * (1.0 / 3 + 1.0 / 2), david,
        leaves(R"json([{"call": "s", "times": 3, "need": 2}])json", "exponential(10 ms)"), mean_ms);
    add("fan-out to 100, each slow in 1 %", "requests with a slow part", "%", 100 * (1 - math::pow(0.99, 100)),
        "Dean and Barroso, Communications of the ACM 56(2), 2013 (63 %)",
        scenario_of(
            R"json({"duration": "400 s", "warmup": "5 s", "workloads": [{"id": "w", "rate": "20/s", "call": "g"}],
        "components": [{"id": "g", "threads": 1000000, "steps": [{"call": "s", "times": 100}]},
                       {"id": "s", "threads": 1000000, "steps": [{"work": "10 ms"}, {"wait": "1 s", "probability": 0.01}]}]})json"),
        [](const Results& r) {
            return 100 * static_cast<double>(r.workloads[0].latency.count_above(500 * sim::millisecond)) /
                   static_cast<double>(r.workloads[0].latency.count());
        });
    add("hedged after 20 ms", "mean response", "ms", 10 * (1 - math::exp(-2.0)) + 5 * math::exp(-2.0),
        "min(X, 20 ms + Y) of two exponentials, integrated",
        leaves(R"json([{"call": "s", "hedge": "20 ms"}])json", "exponential(10 ms)"), mean_ms);

    // Policies.
    const SharedScenario retried = scenario_of(
        R"json({"duration": "1000 s", "warmup": "5 s", "workloads": [{"id": "w", "rate": "100/s", "call": "s",
        "retry": {"attempts": 3, "base": "10 ms", "jitter": "full"}}],
        "components": [{"id": "s", "threads": 1000, "errors": "30%", "steps": [{"work": "1 ms"}]}]})json");
    add("retries of 30 % errors, 3 attempts", "attempts per call", "1", 1 + 0.3 + 0.09, "geometric series", retried,
        [](const Results& r) {
            return static_cast<double>(r.edges[0].attempts) / static_cast<double>(r.edges[0].calls);
        });
    add("retries of 30 % errors, 3 attempts", "failed requests", "%", 2.7, "0.3 cubed", retried,
        [](const Results& r) { return share(r, Outcome::failed); });
    add("token bucket of one token", "requests let through", "%", 100 / (1 + 150.0 / 100),
        "renewal with a dead time of 1/rate after each (Cox, Renewal Theory, 1962, section 1.2)",
        scenario_of(
            R"json({"duration": "1000 s", "warmup": "5 s", "workloads": [{"id": "w", "rate": "150/s", "call": "s",
        "limit": {"rate": "100/s", "burst": 1}}],
        "components": [{"id": "s", "threads": 1000, "steps": [{"work": "1 ms"}]}]})json"),
        [](const Results& r) { return share(r, Outcome::ok); });
    add("timeout of 30 ms on an exponential", "timed out", "%", 100 * math::exp(-3.0), "tail of the exponential",
        scenario_of(
            R"json({"duration": "1000 s", "warmup": "5 s", "workloads": [{"id": "w", "rate": "100/s", "call": "s",
        "timeout": "30 ms"}],
        "components": [{"id": "s", "threads": 1000, "steps": [{"work": "exponential(10 ms)"
    }]
    }]
    })json"),
        [](const Results& r) { return share(r, Outcome::timed_out); });

    // What components keep, and repair.
    add("cache of 300 of 1,000 equal keys", "answered from the cache", "%", 30, "symmetry: any 300 are as good",
        scenario_of(
            R"json({"duration": "100 s", "warmup": "20 s", "workloads": [{"id": "w", "rate": "500/s", "call": "s",
        "keys": {"count": 1000}}], "components": [{"id": "s", "threads": 1000,
        "steps": [{"cached": "o", "cache": {"capacity": 300}}]}, {"id": "o", "threads": 1000}]})json"),
        hit_percent);
    add("cache, 5/s for each key, time to live 400 ms", "answered from the cache", "%", 100 * 2.0 / 3,
        "Jung, Berger and Balakrishnan, INFOCOM 2003: rT / (1 + rT)",
        scenario_of(
            R"json({"duration": "100 s", "warmup": "5 s", "workloads": [{"id": "w", "rate": "500/s", "call": "s",
        "keys": {"count": 100}}], "components": [{"id": "s", "threads": 1000,
        "steps": [{"cached": "o", "cache": {"capacity": 100, "ttl": "400 ms"}}]}, {"id": "o", "threads": 1000}]})json"),
        hit_percent);
    add("write to 2 of 3 copies", "mean response", "ms", 5, "the faster of two exponentials of 10 ms",
        scenario_of(
            R"json({"duration": "200 s", "warmup": "5 s", "workloads": [{"id": "w", "rate": "100/s", "writes": 1,
        "call": "s"}], "components": [{"id": "s", "replicas": 3, "threads": 1000,
        "replication": {"factor": 3, "write": 2, "apply": "exponential(10 ms)"}}]})json"),
        mean_ms);
    add("pool of one connection, 80 % busy", "mean response", "ms", 1e3 / (100 - 80), k32,
        scenario_of(
            R"json({"duration": "1000 s", "warmup": "50 s", "workloads": [{"id": "w", "rate": "80/s", "call": "s",
        "concurrency": 1, "waiting": 100000}], "components": [{"id": "s", "threads": 10,
        "steps": [{"work": "exponential(10 ms)"}]}]})json"),
        mean_ms);
    add("10 replicas, up 90 s, repaired in 10 s", "requests answered", "%", 90, "MTBF / (MTBF + MTTR)",
        scenario_of(
            R"json({"duration": "10000 s", "warmup": "500 s", "workloads": [{"id": "w", "rate": "5/s", "call": "s"}],
        "components": [{"id": "s", "replicas": 10, "threads": 10, "balancing": "random", "health": {"every": "1000000 s"}}],
        "faults": [{"component": "s", "crash": true, "between": "exponential(90 s)", "for": "exponential(10 s)",
        "each": "replica"}]})json"),
        [](const Results& r) { return share(r, Outcome::ok); });

    // Balancing over replicas with a queue each. Times by Little's law: what is unfinished at the end counts.
    const auto replicas = [](const char* balancing) {
        const std::string text = std::string(R"json({"duration": "70 s", "warmup": "20 s",
            "workloads": [{"id": "w", "rate": "7000/s", "call": "s"}],
            "components": [{"id": "s", "replicas": 1000, "balancing": ")json") +
                                 balancing + R"json(", "steps": [{"work": "exponential(100 ms)"}]}]})json";
        return scenario_of(text.c_str());
    };
    const auto response_ms = [](const Results& r) { return 1e3 * r.components[0].in_system / 7000; };
    add("1000 replicas, balanced at random", "mean response", "ms", 100 / (1 - 0.7), "1000 times M/M/1",
        replicas("random"), response_ms);
    double two = 0;
    for (int i = 1; i <= 12; ++i)
        two += math::pow(0.7, math::pow(2, i) - 2);
    add("1000 replicas, the better of two", "mean response", "ms", 100 * two,
        "Mitzenmacher, IEEE Transactions on Parallel and Distributed Systems 12(10), 2001 (limit of many replicas)",
        replicas("power-of-two"), response_ms);
    return cases;
}

}  // namespace

const std::vector<ValidationCase>& validation_cases() {
    static const std::vector<ValidationCase> cases = make_cases();
    return cases;
}

std::vector<ValidationOutcome> validate(std::span<const ValidationCase> cases, std::uint64_t seed) {
    DS_ASSERT(!cases.empty());
    std::vector<std::vector<double>> means(cases.size());
    for (std::size_t i = 0; i < validation_replications; ++i) {
        Simulation simulation(*cases[0].scenario, seed + i);
        simulation.run();
        for (std::size_t c = 0; c < cases.size(); ++c) {
            DS_ASSERT(cases[c].scenario == cases[0].scenario);
            means[c].push_back(cases[c].measure(simulation.results()));
        }
    }
    std::vector<ValidationOutcome> outcomes(cases.size());
    for (std::size_t c = 0; c < cases.size(); ++c) {
        outcomes[c].estimate = sim::replication_estimate(means[c], validation_level);
        outcomes[c].covers = std::fabs(outcomes[c].estimate.mean - cases[c].theory) <= outcomes[c].estimate.half_width;
    }
    return outcomes;
}

}  // namespace dstudio::system
