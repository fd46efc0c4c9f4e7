// The hold model in SimGrid: an actor for each pending event, which sleeps an exponential time again and again.
//   simgrid_hold PENDING EVENTS    prints events a second
#include <simgrid/s4u.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

namespace sg4 = simgrid::s4u;

int main(int argc, char** argv) {
    const std::size_t pending = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000;
    std::size_t left = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
    const std::size_t events = left;
    int none = 1;
    sg4::Engine engine(&none, argv);
    // A stack and its guard page are two mappings, of which Linux allows 65,530: without guards neighbours are one.
    sg4::Engine::set_config("contexts/guard-size:0");
    sg4::Engine::set_config("contexts/stack-size:32");  // KiB
    auto* zone = sg4::create_full_zone("zone");
    auto* host = zone->create_host("host", 1e9);
    zone->seal();
    std::mt19937_64 random(1);
    std::vector<double> delays;
    for (int i = 0; i < 65536; ++i)
        delays.push_back(-std::log1p(-static_cast<double>(random() >> 11) * 0x1p-53));
    std::size_t used = 0;
    for (std::size_t i = 0; i < pending; ++i)
        sg4::Actor::create("hold", host, [&] {
            while (left > 0) {
                --left;
                sg4::this_actor::sleep_for(delays[used++ % delays.size()]);
            }
        });
    const auto begin = std::chrono::steady_clock::now();
    engine.run();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    std::printf("%.0f\n", static_cast<double>(events) / elapsed.count());
    return 0;
}
