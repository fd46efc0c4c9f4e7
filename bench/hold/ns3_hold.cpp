// The hold model in ns-3: as many events pending as asked, each scheduled again an exponential time later.
//   ns3_hold PENDING EVENTS    prints events a second
#include <ns3/nstime.h>
#include <ns3/simulator.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

static std::vector<std::int64_t> delays;
static std::size_t used = 0;
static std::size_t left = 0;

static void hold() {
    if (left == 0) {
        ns3::Simulator::Stop();
        return;
    }
    --left;
    ns3::Simulator::Schedule(ns3::NanoSeconds(delays[used++ % delays.size()]), &hold);
}

int main(int argc, char** argv) {
    const std::size_t pending = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000;
    const std::size_t events = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
    std::mt19937_64 random(1);
    for (int i = 0; i < 65536; ++i)
        delays.push_back(static_cast<std::int64_t>(-std::log1p(-static_cast<double>(random() >> 11) * 0x1p-53) * 1e6));
    for (std::size_t i = 0; i < pending; ++i)
        ns3::Simulator::Schedule(ns3::NanoSeconds(delays[i % delays.size()]), &hold);
    left = events;
    const auto begin = std::chrono::steady_clock::now();
    ns3::Simulator::Run();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    std::printf("%.0f\n", static_cast<double>(events) / elapsed.count());
    return 0;
}
