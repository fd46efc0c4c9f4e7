#include "core/system/contention.hpp"

#include <vector>

#include "core/base/distribution.hpp"
#include "core/base/random.hpp"
#include "core/sim/event_queue.hpp"
#include "core/system/backoff.hpp"

namespace dstudio::system {
namespace {

enum class Message : std::uint32_t { read, version, write, success, failure };

struct Arrival {
    Message message;
    std::uint32_t client;
    std::uint64_t version;
};

struct Client {
    std::uint32_t attempts = 0;
    Time pause = 0;  // before the last attempt
};

}  // namespace

ContentionResult contend(const Contention& contention, std::uint64_t seed) {
    base::RandomStream network(seed, "contention/network");
    base::RandomStream backoff(seed, "contention/backoff");
    const double mean = sim::to_seconds(contention.delay_mean);
    const double deviation = sim::to_seconds(contention.delay_deviation);
    sim::EventQueue<Arrival> queue;
    const auto send = [&](Message message, std::uint32_t client, std::uint64_t version, Time after = 0) {
        const double delay = mean + deviation * base::sample_normal(network);
        queue.schedule(queue.now() + after + sim::from_seconds(delay < 0 ? -delay : delay), {message, client, version});
    };
    std::vector<Client> clients(contention.clients);
    for (std::uint32_t i = 0; i < contention.clients; ++i)
        send(Message::read, i, 0);
    ContentionResult result;
    std::uint64_t row = 0;  // its version
    while (const auto arrival = queue.pop()) {
        const auto [message, index, version] = *arrival;
        switch (message) {
            case Message::read:
                send(Message::version, index, row);
                break;
            case Message::version:
                send(Message::write, index, version);
                break;
            case Message::write: {
                ++result.writes;
                const bool is_current = version == row;
                row += is_current ? 1 : 0;
                send(is_current ? Message::success : Message::failure, index, row);
                break;
            }
            case Message::failure: {
                Client& client = clients[index];
                client.pause = backoff_delay(contention.retry, ++client.attempts, client.pause, backoff);
                send(Message::read, index, 0, client.pause);
                break;
            }
            case Message::success:
                break;
        }
    }
    result.finished = queue.now();
    return result;
}

}  // namespace dstudio::system
