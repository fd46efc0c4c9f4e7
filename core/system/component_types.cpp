#include "core/system/component_types.hpp"

#include <array>

namespace dstudio::system {
namespace {

// clang-format off
constexpr std::array<ComponentType, 45> types{{
    {"client", "Client", "Clients", "A program that calls services on behalf of a person or a machine, with a connection pool of its own.",
     R"json({"threads": 1000, "steps": [{"call": "TARGET", "timeout": "2 s", "retry": {"attempts": 2, "jitter": "full"}}]})json"},
    {"browser", "Browser", "Clients", "Loads a page: a few requests at once, over one network path.",
     R"json({"threads": 10000, "steps": [{"wait": "lognormal(40 ms, 0.6)"}, {"call": "TARGET", "times": 4, "timeout": "10 s"}]})json"},
    {"mobile-app", "Mobile app", "Clients", "A client behind a slow and lossy radio network that repeats what has timed out.",
     R"json({"threads": 10000, "steps": [{"wait": "lognormal(80 ms, 0.8)"}, {"call": "TARGET", "timeout": "5 s", "retry": {"attempts": 3, "base": "1 s", "jitter": "full"}}]})json"},
    {"iot-device", "Device fleet", "Clients", "Devices that report on their own schedule and all come back at once after an outage.",
     R"json({"threads": 10000, "steps": [{"call": "TARGET", "timeout": "10 s", "retry": {"attempts": 5, "base": "1 s", "cap": "60 s", "jitter": "full"}}]})json"},
    {"dns", "DNS resolver", "Edge", "Answers names from its cache; asks the authority when an entry's time to live is over.",
     R"json({"replicas": 2, "threads": 200, "steps": [{"work": "0.1 ms"}, {"cached": "TARGET", "cache": {"capacity": 10000, "ttl": "60 s", "coalesce": true}, "timeout": "2 s"}]})json"},
    {"cdn", "CDN", "Edge", "Points of presence that keep answers near the users and ask the origin for the rest.",
     R"json({"replicas": 20, "threads": 5000, "steps": [{"work": "0.3 ms"}, {"cached": "TARGET", "cache": {"capacity": 100000, "ttl": "5 min", "ttl_spread": "10%", "coalesce": true}, "timeout": "10 s"}]})json"},
    {"edge", "Edge cache", "Edge", "One tier of shared cache between the points of presence and the origin (origin shield).",
     R"json({"replicas": 2, "threads": 2000, "balancing": "consistent", "steps": [{"work": "0.3 ms"}, {"cached": "TARGET", "cache": {"capacity": 500000, "ttl": "10 min", "coalesce": true}, "timeout": "10 s"}]})json"},
    {"waf", "Web application firewall", "Edge", "Inspects each request and refuses a share of them.",
     R"json({"replicas": 2, "threads": 500, "errors": "0.1%", "steps": [{"work": "0.5 ms"}, {"call": "TARGET"}]})json"},
    {"balancer", "Load balancer", "Edge", "Passes requests on; the balancing itself is a property of the component behind it.",
     R"json({"replicas": 2, "threads": 10000, "steps": [{"work": "0.2 ms"}, {"call": "TARGET", "timeout": "10 s"}]})json"},
    {"api-gateway", "API gateway", "Edge", "Authenticates, limits and routes requests of the outside.",
     R"json({"replicas": 2, "threads": 1000, "steps": [{"work": "1 ms"}, {"call": "TARGET", "timeout": "1 s", "limit": {"rate": "1000/s", "burst": 200}}]})json"},
    {"websocket-gateway", "WebSocket gateway", "Edge", "Holds long connections: each occupies a place for as long as it lasts.",
     R"json({"replicas": 4, "threads": 50000, "balancing": "least-requests", "steps": [{"work": "0.2 ms"}, {"send": "TARGET"}, {"wait": "exponential(60 s)"}]})json"},
    {"proxy", "Sidecar proxy", "Edge", "A proxy beside a service that carries its policies: timeouts, retries, ejection of bad replicas.",
     R"json({"threads": 1000, "steps": [{"work": "0.3 ms"}, {"call": "TARGET", "timeout": "500 ms", "retry": {"attempts": 2, "jitter": "full", "budget": "20%"}}]})json"},
    {"service", "Service", "Compute", "Replicas with threads and a queue that work and call others.",
     R"json({"replicas": 3, "threads": 16, "queue": 100, "steps": [{"work": "exponential(10 ms)"}]})json"},
    {"web-server", "Web server", "Compute", "Renders pages; its workers are held while the data comes.",
     R"json({"replicas": 3, "threads": 32, "queue": 200, "steps": [{"work": "exponential(15 ms)"}, {"call": "TARGET", "timeout": "1 s"}]})json"},
    {"container", "CPU-bound service", "Compute", "All requests in progress share the cores of a replica.",
     R"json({"replicas": 3, "sharing": "processor", "cores": 2, "steps": [{"work": "exponential(8 ms)"}]})json"},
    {"autoscaled-service", "Autoscaled service", "Compute", "A service whose replicas follow its utilisation, with the delay of their start.",
     R"json({"replicas": 3, "threads": 8, "queue": 100, "autoscale": {"min": 2, "max": 20, "target": "60%"}, "steps": [{"work": "exponential(20 ms)"}]})json"},
    {"function", "Serverless function", "Compute", "Instances that start on demand, one request each at a time, and stay warm for a while.",
     R"json({"threads": 1000, "queue": 0, "serverless": {"cold_start": "lognormal(400 ms, 0.5)", "keep_alive": "10 min"}, "price": {"request": "0.0000002 USD", "busy": "0.0000166667 USD/s"}, "steps": [{"work": "exponential(50 ms)"}]})json"},
    {"worker", "Worker", "Compute", "Consumes messages of a queue.",
     R"json({"replicas": 2, "threads": 8, "queue": 100, "steps": [{"work": "exponential(50 ms)"}]})json"},
    {"batch-job", "Batch job", "Compute", "Few, long pieces of work that compete with the interactive ones.",
     R"json({"threads": 2, "steps": [{"work": "uniform(1 s, 10 s)"}, {"call": "TARGET", "times": 20}]})json"},
    {"cron-job", "Cron job", "Compute", "Starts on a schedule: drive it with arrivals: deterministic.",
     R"json({"threads": 1, "steps": [{"work": "500 ms"}, {"call": "TARGET", "times": 100, "concurrency": 10, "waiting": 100}]})json"},
    {"stream-processor", "Stream processor", "Compute", "Keeps state by key and processes each partition in order.",
     R"json({"replicas": 4, "threads": 1, "balancing": "hash", "steps": [{"work": "exponential(2 ms)"}]})json"},
    {"model-server", "Model server", "Compute", "Inference on accelerators: few requests in progress, long service, bounded queue.",
     R"json({"replicas": 2, "threads": 4, "queue": 32, "steps": [{"work": "lognormal(80 ms, 0.4)"}]})json"},
    {"media-transcoder", "Media transcoder", "Compute", "Long jobs of widely differing length.",
     R"json({"replicas": 4, "threads": 2, "queue": 1000, "steps": [{"work": "lognormal(8 s, 0.9)"}]})json"},
    {"cache", "Cache", "Data", "Keeps answers by key and asks the store on a miss.",
     R"json({"replicas": 3, "threads": 500, "balancing": "consistent", "steps": [{"work": "0.2 ms"}, {"cached": "TARGET", "cache": {"capacity": 10000, "eviction": "lru", "ttl": "5 min"}, "timeout": "500 ms"}]})json"},
    {"session-store", "Session store", "Data", "Sessions by key in memory, with a copy.",
     R"json({"replicas": 6, "threads": 200, "balancing": "hash", "replication": {"factor": 2, "read": 1, "write": 1}, "steps": [{"work": "0.3 ms"}]})json"},
    {"database", "Relational database", "Data", "One leader with followers; writes go to the leader and wait for a majority.",
     R"json({"replicas": 3, "threads": 64, "queue": 500, "replication": {"factor": 3, "write": 2, "leader": true, "failover": "30 s", "apply": "exponential(1 ms)"}, "steps": [{"work": "exponential(4 ms)"}]})json"},
    {"key-value-store", "Key-value store", "Data", "Shards by key, each with copies and quorums for reads and writes.",
     R"json({"replicas": 9, "threads": 32, "queue": 200, "balancing": "hash", "replication": {"factor": 3, "read": 2, "write": 2, "apply": "exponential(1 ms)"}, "steps": [{"work": "exponential(1 ms)"}]})json"},
    {"document-store", "Document store", "Data", "Shards by key with a leader each.",
     R"json({"replicas": 6, "threads": 32, "queue": 200, "balancing": "hash", "replication": {"factor": 3, "write": 2, "leader": true, "failover": "12 s", "apply": "exponential(1 ms)"}, "steps": [{"work": "exponential(3 ms)"}]})json"},
    {"wide-column-store", "Wide-column store", "Data", "Consistent hashing over many nodes, tunable quorums.",
     R"json({"replicas": 12, "threads": 32, "queue": 500, "balancing": "consistent", "replication": {"factor": 3, "read": 1, "write": 2, "apply": "exponential(1 ms)"}, "steps": [{"work": "exponential(2 ms)"}]})json"},
    {"graph-database", "Graph database", "Data", "Queries of widely differing cost.",
     R"json({"replicas": 3, "threads": 16, "queue": 100, "steps": [{"work": "lognormal(10 ms, 1.2)"}]})json"},
    {"time-series-database", "Time-series database", "Data", "Many small writes by key, few wide reads.",
     R"json({"replicas": 4, "threads": 16, "queue": 1000, "balancing": "hash", "steps": [{"work": "exponential(0.5 ms)", "on": "write"}, {"work": "lognormal(100 ms, 1)", "on": "read"}]})json"},
    {"search-index", "Search index", "Data", "A query goes to every shard and waits for all of them.",
     R"json({"replicas": 8, "threads": 32, "queue": 100, "steps": [{"work": "lognormal(8 ms, 0.7)"}]})json"},
    {"object-store", "Object store", "Data", "Large answers over a bounded network, high latency to the first byte.",
     R"json({"replicas": 16, "threads": 200, "bandwidth": "1 GB/s", "steps": [{"wait": "lognormal(30 ms, 0.5)"}]})json"},
    {"file-system", "Distributed file system", "Data", "Blocks in three copies; mirroring competes with reads for the network.",
     R"json({"replicas": 12, "threads": 64, "bandwidth": "1 GB/s", "balancing": "hash", "replication": {"factor": 3, "read": 1, "write": 3, "apply": "exponential(2 ms)"}, "steps": [{"work": "exponential(4 ms)"}]})json"},
    {"data-warehouse", "Data warehouse", "Data", "Long queries over everything, a few at a time.",
     R"json({"replicas": 1, "threads": 8, "queue": 100, "steps": [{"work": "lognormal(3 s, 1)"}]})json"},
    {"queue", "Message queue", "Messaging", "Keeps messages until a consumer has acknowledged them; delivers again what was not.",
     R"json({"replicas": 2, "threads": 500, "deliver": {"call": "TARGET", "consumers": 10, "attempts": 5, "again_after": "30 s", "timeout": "30 s"}, "steps": [{"work": "1 ms"}]})json"},
    {"stream-broker", "Stream broker", "Messaging", "A log in partitions by key; a consumer group reads each partition in order.",
     R"json({"replicas": 3, "threads": 500, "deliver": {"call": "TARGET", "partitions": 12, "consumers": 12, "again_after": "1 s", "timeout": "30 s"}, "replication": {"factor": 3, "write": 2, "apply": "exponential(1 ms)"}, "steps": [{"work": "0.5 ms"}]})json"},
    {"pub-sub", "Publish-subscribe", "Messaging", "Sends each event on without waiting for the subscribers.",
     R"json({"replicas": 2, "threads": 500, "steps": [{"work": "0.5 ms"}, {"send": "TARGET"}]})json"},
    {"dead-letter-queue", "Dead-letter queue", "Messaging", "Where messages end that could not be delivered.",
     R"json({"threads": 1000, "steps": [{"work": "1 ms"}]})json"},
    {"control-plane", "Control plane", "Control", "Changes the configuration of others; slow, rare, and a dependency of recovery.",
     R"json({"replicas": 3, "threads": 8, "queue": 50, "steps": [{"work": "exponential(50 ms)"}]})json"},
    {"service-registry", "Service registry", "Control", "Tells callers where replicas are; callers keep what it said.",
     R"json({"replicas": 3, "threads": 64, "queue": 200, "steps": [{"work": "exponential(2 ms)"}]})json"},
    {"lock-service", "Lock service", "Control", "Consensus of a few replicas; every change waits for a majority.",
     R"json({"replicas": 5, "threads": 32, "queue": 200, "replication": {"factor": 5, "read": 1, "write": 3, "leader": true, "failover": "10 s", "apply": "exponential(1 ms)"}, "steps": [{"work": "exponential(1 ms)"}]})json"},
    {"identity-provider", "Identity provider", "Control", "Checks credentials and tokens for everybody else.",
     R"json({"replicas": 3, "threads": 32, "queue": 100, "steps": [{"work": "exponential(12 ms)"}]})json"},
    {"external", "External dependency", "Outside", "A service of somebody else: its latency and errors are given, its capacity is not known.",
     R"json({"threads": 10000, "errors": "0.1%", "steps": [{"wait": "lognormal(120 ms, 0.6)"}]})json"},
    {"store", "Store", "Outside", "Any other keeper of data.",
     R"json({"threads": 32, "queue": 200, "steps": [{"work": "exponential(5 ms)"}]})json"},
}};
// clang-format on

}  // namespace

std::span<const ComponentType> component_types() {
    return types;
}

const std::vector<std::string_view>& component_type_names() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> all;
        all.reserve(std::size(types));
        for (const ComponentType& type : types)
            all.push_back(type.name);
        return all;
    }();
    return names;
}

nlohmann::ordered_json component_types_json() {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const ComponentType& type : types)
        list.push_back({{"name", type.name},
                        {"title", type.title},
                        {"group", type.group},
                        {"summary", type.summary},
                        {"start", nlohmann::ordered_json::parse(type.start, nullptr, false)}});
    return list;
}

}  // namespace dstudio::system
