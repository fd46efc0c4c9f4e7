// Components of a scenario document: capacity, queues, balancing, what they keep and deliver, scaling, steps, calls.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/number.hpp"
#include "core/system/component_types.hpp"
#include "core/system/scenario_reading.hpp"

namespace dstudio::system {
namespace {

constexpr double bytes_max = 1e12;

}  // namespace

DocumentReader::Keys ScenarioReading::with_edge_keys(Keys keys) {
    keys.insert(keys.end(),
                {"timeout", "retry", "breaker", "limit", "concurrency", "waiting", "waiting_max", "adaptive", "hedge",
                 "optional", "request", "answer", "network", "held", "fallback", "times"});
    return keys;
}

std::uint32_t ScenarioReading::add_edge(Edge edge, const std::string& caller, const std::string& target) {
    edge.name = caller + " -> " + target;
    // A caller may call the same component in several places, with policies of their own.
    if (const std::uint32_t same = ++edge_names_[edge.name]; same > 1)
        edge.name += fmt::format(" #{}", same);
    scenario_.edges.push_back(std::move(edge));
    return static_cast<std::uint32_t>(scenario_.edges.size() - 1);
}

Retry ScenarioReading::retry(const json& object, const std::string& at) {
    constexpr double attempts_max = 1000;
    constexpr double budget_max = 100;
    Retry retry;
    retry.attempts = whole(object, at, "attempts", 3, 1, attempts_max);
    retry.backoff = word<Backoff>(object, at, "backoff", retry.backoff,
                                  {{"fixed", Backoff::fixed}, {"exponential", Backoff::exponential}});
    retry.base = time(object, at, "base", retry.base);
    retry.cap = time(object, at, "cap", retry.cap);
    retry.jitter = word<Jitter>(object, at, "jitter", retry.jitter,
                                {{"none", Jitter::none},
                                 {"full", Jitter::full},
                                 {"equal", Jitter::equal},
                                 {"decorrelated", Jitter::decorrelated}});
    if (retry.base > retry.cap)
        mistake(at + "/base", "the pause is longer than the cap of all pauses",
                fmt::format("raise cap, which is {} s", base::shortest_decimal(sim::to_seconds(retry.cap))));
    retry.budget = number(object, at, "budget", 0, "1", {.min = 0, .max = budget_max});
    return retry;
}

void ScenarioReading::limits(const json& object, const std::string& at, Edge& edge) {
    constexpr double concurrency_max = 1e9;
    edge.concurrency = whole(object, at, "concurrency", unlimited, 1, concurrency_max);
    edge.waiting = whole(object, at, "waiting", 0, 0, concurrency_max);
    edge.waiting_max = time(object, at, "waiting_max", 0);
    if (const json* given = part(object, at, "adaptive", {"algorithm", "initial", "min", "max"})) {
        const std::string here = at + "/adaptive";
        AdaptiveLimit limit;
        const formula::Domain domain{.min = 1, .max = concurrency_max};
        limit.algorithm = word<Adaptation>(
            *given, here, "algorithm", limit.algorithm,
            {{"aimd", Adaptation::aimd}, {"vegas", Adaptation::vegas}, {"gradient", Adaptation::gradient}});
        limit.initial = number(*given, here, "initial", limit.initial, "1", domain);
        limit.min = number(*given, here, "min", limit.min, "1", domain);
        limit.max = number(*given, here, "max", limit.max, "1", domain);
        if (limit.min > limit.initial || limit.initial > limit.max)
            mistake(here, "an adaptive limit needs min <= initial <= max",
                    fmt::format("they are {}, {}, {}", limit.min, limit.initial, limit.max));
        if (edge.concurrency != unlimited)
            mistake(here, "a call has either a fixed or an adaptive limit", "leave out concurrency");
        edge.adaptive = limit;
    }
    if (edge.waiting > 0 && edge.concurrency == unlimited && !edge.adaptive)
        mistake(at + "/waiting", "nothing to wait for: calls in progress have no limit", "add concurrency: N");
    if (edge.waiting_max > 0 && edge.waiting == 0)
        mistake(at + "/waiting_max", "no call may wait", "add waiting: N, the places of those that wait");
    if (const json* given = part(object, at, "breaker", {"window", "failures", "open", "probes"})) {
        constexpr double window_max = 100'000;
        constexpr double probes_max = 1000;
        const std::string here = at + "/breaker";
        Breaker breaker;
        breaker.window = whole(*given, here, "window", breaker.window, 1, window_max);
        breaker.failures = whole(*given, here, "failures", (breaker.window + 1) / 2, 1, window_max);
        breaker.open_for = time(*given, here, "open", breaker.open_for);
        breaker.probes = whole(*given, here, "probes", breaker.probes, 1, probes_max);
        if (breaker.failures > breaker.window)
            mistake(here + "/failures",
                    fmt::format("{} failures of the last {} cannot be", breaker.failures, breaker.window),
                    "give at most 'window'");
        edge.breaker = breaker;
    }
    if (const json* given = part(object, at, "limit", {"rate", "burst", "kind"})) {
        constexpr double rate_max = 1e9;
        const std::string here = at + "/limit";
        if (!given->contains("rate"))
            mistake(here, "'rate' is missing", "as limit: {rate: 100/s, burst: 20}");
        Limiter limiter;
        limiter.kind = word<LimiterKind>(*given, here, "kind", limiter.kind,
                                         {{"token-bucket", LimiterKind::token_bucket},
                                          {"leaky-bucket", LimiterKind::leaky_bucket},
                                          {"fixed-window", LimiterKind::fixed_window},
                                          {"sliding-window", LimiterKind::sliding_window}});
        limiter.rate = number(*given, here, "rate", 1, "1/s", {.min = 0, .max = rate_max, .min_excluded = true});
        limiter.burst = number(*given, here, "burst", 1, "1", {.min = 1, .max = rate_max});
        if (given->contains("burst") &&
            (limiter.kind == LimiterKind::fixed_window || limiter.kind == LimiterKind::sliding_window))
            mistake(here + "/burst", "a window has no burst", "leave it out: a second lets through what 'rate' says");
        edge.limiter = limiter;
    }
}

Network ScenarioReading::network(const json& object, const std::string& at) {
    Network network;
    if (!object["network"].is_object()) {
        network.delay = distribution(object, at, "network");
        return network;
    }
    const json& given = *part(object, at, "network", {"delay", "loss", "duplicate", "reorder", "hold"});
    const std::string here = at + "/network";
    if (given.contains("delay"))
        network.delay = distribution(given, here, "delay");
    network.loss = share(given, here, "loss");
    network.duplicate = share(given, here, "duplicate");
    network.reorder = share(given, here, "reorder");
    network.hold = time(given, here, "hold", network.hold);
    if (given.contains("hold") && !given.contains("reorder"))
        mistake(here + "/hold", "no message is held back", "add reorder: 5%, or leave it out");
    return network;
}

std::uint32_t ScenarioReading::edge(const json& object, const std::string& at, const char* key,
                                    const std::string& caller) {
    Edge edge;
    edge.target = component_ref(object, at, key);
    edge.timeout = time(object, at, "timeout", 0);
    edge.hedge_after = time(object, at, "hedge", 0);
    edge.is_optional = flag(object, at, "optional");
    edge.request_bytes = number(object, at, "request", 0, "B", {.min = 0, .max = bytes_max});
    edge.answer_bytes = number(object, at, "answer", 0, "B", {.min = 0, .max = bytes_max});
    if (const json* given = part(object, at, "retry", {"attempts", "backoff", "base", "cap", "jitter", "budget"}))
        edge.retry = retry(*given, at + "/retry");
    limits(object, at, edge);
    if (object.contains("network"))
        edge.network = network(object, at);
    enum class Held : std::uint8_t { wait, fail };
    edge.fails_when_held =
        word<Held>(object, at, "held", Held::wait, {{"wait", Held::wait}, {"fail", Held::fail}}) == Held::fail;
    if (const json* given = part(object, at, "fallback", with_edge_keys({"call"}))) {
        const std::string here = at + "/fallback";
        if (given->contains("times"))
            mistake(here + "/times", "a fallback calls once", "leave it out");
        edge.fallback = this->edge(*given, here, "call", caller);
    }
    return add_edge(std::move(edge), caller, text(object, at, key));
}

std::vector<std::uint32_t> ScenarioReading::edges(const json& object, const std::string& at, const char* key,
                                                  const std::string& caller) {
    const std::uint32_t times = whole(object, at, "times", 1, 1, fan_out_max);
    return std::vector<std::uint32_t>(times, edge(object, at, key, caller));
}

void ScenarioReading::component(const json& item, const std::string& at) {
    known(item, at, {"id",           "type",        "about",    "replicas",  "threads",       "cores",     "queue",
                     "discipline",   "target",      "interval", "sharing",   "drops_expired", "balancing", "weights",
                     "bounded_load", "shuffle",     "cells",    "errors",    "zones",         "domains",   "bandwidth",
                     "serverless",   "replication", "deliver",  "autoscale", "health",        "eject",     "shed",
                     "backpressure", "gc",          "storage",  "price",     "steps"});
    Component component;
    component.id = text(item, at, "id");
    component.type = text(item, at, "type", "service");
    const auto& types = component_type_names();
    if (std::find(types.begin(), types.end(), component.type) == types.end()) {
        const auto near = base::nearest(component.type, types);
        mistake(at + "/type", fmt::format("there is no type of component '{}'", base::utf8_prefix(component.type, 40)),
                near ? fmt::format("did you mean '{}'?", *near)
                     : "types are " + base::join({types.begin(), types.end()}, ", "));
    }
    component.replicas = whole(item, at, "replicas", 1, 1, replicas_max);
    queueing(item, at, component);
    component.error_rate = share(item, at, "errors");
    constexpr std::size_t zones_max = 100;
    component.zones = texts(item, at, "zones", zones_max);
    component.domains = texts(item, at, "domains", zones_max);
    for (const std::string& domain : component.domains)
        domains_.insert(domain);
    for (const std::string& zone : component.zones)
        for (std::size_t end = zone.find('/');; end = zone.find('/', end + 1)) {
            domains_.insert(zone.substr(0, end));
            if (end == std::string::npos)
                break;
        }
    if (const json* given = part(item, at, "gc", {"every", "pause"})) {
        const std::string here = at + "/gc";
        for (const char* key : {"every", "pause"})
            if (!given->contains(key))
                mistake(here, fmt::format("'{}' is missing", key), "as gc: {every: 10000, pause: 200 ms}");
        GarbageCollection collection;
        collection.every = whole(*given, here, "every", 1, 1, 1e9);
        if (given->contains("pause"))
            collection.pause = distribution(*given, here, "pause");
        component.collection = collection;
    }
    component.bandwidth = number(item, at, "bandwidth", 0, "B/s", {.min = 0, .max = bytes_max});
    scaling(item, at, component);
    balancing(item, at, component);
    behaviour(item, at, component);
    replicas_all_ += component.replicas;
    if (replicas_all_ > replicas_all_max)
        mistake(at + "/replicas", fmt::format("more than {} replicas in all", replicas_all_max));
    each(item, at, "steps", steps_max, false,
         [&](const json& step, const std::string& here) { read_step(step, here, component); });
    scenario_.components.push_back(std::move(component));
}

void ScenarioReading::queueing(const json& item, const std::string& at, Component& component) {
    constexpr double threads_max = 1e6;
    constexpr double cores_max = 1e4;
    constexpr double queue_max = 1e9;
    component.threads = whole(item, at, "threads", 1, 1, threads_max);
    component.cores = whole(item, at, "cores", 1, 1, cores_max);
    component.queue = whole(item, at, "queue", unlimited, 0, queue_max);
    component.discipline = word<Discipline>(item, at, "discipline", component.discipline,
                                            {{"fifo", Discipline::fifo},
                                             {"lifo", Discipline::lifo},
                                             {"priority", Discipline::priority},
                                             {"codel", Discipline::codel},
                                             {"adaptive-lifo", Discipline::adaptive_lifo}});
    component.target = time(item, at, "target", component.target);
    component.interval = time(item, at, "interval", component.interval);
    const bool is_controlled =
        component.discipline == Discipline::codel || component.discipline == Discipline::adaptive_lifo;
    for (const char* key : {"target", "interval"})
        if (item.contains(key) && !is_controlled)
            mistake(at + "/" + key, fmt::format("'{}' is of the disciplines codel and adaptive-lifo", key),
                    "add discipline: codel, or leave it out");
    component.sharing = word<Sharing>(item, at, "sharing", component.sharing,
                                      {{"servers", Sharing::servers}, {"processor", Sharing::processor}});
    if (component.sharing == Sharing::processor && !item.contains("threads"))
        component.threads = unlimited;
    if (item.contains("cores") && component.sharing != Sharing::processor)
        mistake(at + "/cores", "cores count only with processor sharing", "add sharing: processor, or use threads");
    component.drops_expired = flag(item, at, "drops_expired");
    if (const json* given = part(item, at, "backpressure", {"high", "low"})) {
        const std::string here = at + "/backpressure";
        if (!given->contains("high"))
            mistake(here, "'high' is missing", "as backpressure: {high: 100}: requests that wait or are on their way");
        Backpressure backpressure;
        backpressure.high = whole(*given, here, "high", 1, 1, queue_max);
        backpressure.low = whole(*given, here, "low", backpressure.high / 2, 0, queue_max);
        if (backpressure.low >= backpressure.high)
            mistake(here + "/low",
                    fmt::format("callers held at {} are never let go at {}", backpressure.high, backpressure.low),
                    "give low less than high");
        component.backpressure = backpressure;
    }
    if (const json* given = part(item, at, "shed", {"at", "keep"})) {
        Shedding shedding;
        shedding.at = share(*given, at + "/shed", "at", shedding.at);
        shedding.keep = static_cast<std::uint8_t>(whole(*given, at + "/shed", "keep", 0, 0, 3));
        component.shedding = shedding;
        if (component.queue == unlimited)
            mistake(at + "/shed", "a share of an endless queue is never reached", "add queue: N");
    }
}

void ScenarioReading::balancing(const json& item, const std::string& at, Component& component) {
    component.balancing = word<Balancing>(item, at, "balancing", component.balancing,
                                          {{"random", Balancing::random},
                                           {"round-robin", Balancing::round_robin},
                                           {"least-requests", Balancing::least_requests},
                                           {"power-of-two", Balancing::power_of_two},
                                           {"weighted", Balancing::weighted},
                                           {"ewma", Balancing::ewma},
                                           {"hash", Balancing::hash},
                                           {"range", Balancing::range},
                                           {"consistent", Balancing::consistent}});
    constexpr double weight_max = 1e6;
    component.weights = numbers(item, at, "weights", "1", {.min = 0, .max = weight_max}, component.replicas);
    const bool is_weighted = component.balancing == Balancing::weighted;
    if (is_weighted && component.weights.size() != component.replicas)
        mistake(at + "/weights",
                fmt::format("{} weights for {} replicas", component.weights.size(), component.replicas),
                "give each replica one");
    if (is_weighted && std::all_of(component.weights.begin(), component.weights.end(), [](double w) { return w == 0; }))
        mistake(at + "/weights", "no replica has any weight");
    if (!is_weighted && item.contains("weights"))
        mistake(at + "/weights", "weights count only with balancing: weighted");
    constexpr double bound_max = 1000;
    component.bounded_load = number(item, at, "bounded_load", 0, "1", {.min = 1, .max = bound_max});
    if (item.contains("bounded_load") && component.balancing != Balancing::consistent)
        mistake(at + "/bounded_load", "a bound of the load is of consistent hashing", "add balancing: consistent");
    component.shuffle = whole(item, at, "shuffle", 0, 1, component.replicas);
    component.cells = whole(item, at, "cells", 0, 1, component.replicas);
    if (component.shuffle > 0 && component.cells > 0)
        mistake(at + "/cells", "a component has either cells or shuffle shards");
    if (const json* given = part(item, at, "health", {"every", "failures"})) {
        HealthCheck health;
        health.every = time(*given, at + "/health", "every", health.every, {.min = 1e-3, .max = longest_s});
        health.failures = whole(*given, at + "/health", "failures", health.failures, 1, 1000);
        component.health = health;
    }
    if (const json* given = part(item, at, "eject", {"failures", "for", "max"})) {
        Ejection ejection;
        ejection.failures = whole(*given, at + "/eject", "failures", ejection.failures, 1, 1e6);
        ejection.duration = time(*given, at + "/eject", "for", ejection.duration, {.min = 1e-3, .max = longest_s});
        ejection.share_max = share(*given, at + "/eject", "max", ejection.share_max);
        component.ejection = ejection;
    }
}

void ScenarioReading::scaling(const json& item, const std::string& at, Component& component) {
    if (const json* given =
            part(item, at, "autoscale", {"min", "max", "target", "every", "start", "cooldown", "predict"})) {
        const std::string here = at + "/autoscale";
        Autoscale scale;
        scale.initial = component.replicas;
        scale.min = whole(*given, here, "min", 1, 1, replicas_max);
        const std::uint32_t most = whole(*given, here, "max", std::max(scale.initial, scale.min), 1, replicas_max);
        scale.target = number(*given, here, "target", scale.target, "1", {.min = 0.01, .max = 1});
        scale.every = time(*given, here, "every", scale.every, {.min = 1e-3, .max = longest_s});
        scale.start = time(*given, here, "start", scale.start);
        scale.cooldown = time(*given, here, "cooldown", scale.cooldown);
        scale.predicts = flag(*given, here, "predict");
        if (scale.min > scale.initial || scale.initial > most)
            mistake(here, fmt::format("{} replicas are not between min {} and max {}", scale.initial, scale.min, most),
                    "'replicas' is how many there are at first");
        component.replicas = most;
        component.autoscale = scale;
    }
    if (const json* given = part(item, at, "serverless", {"cold_start", "keep_alive"})) {
        Serverless serverless;
        if (given->contains("cold_start"))
            serverless.cold_start = distribution(*given, at + "/serverless", "cold_start");
        serverless.keep_alive = time(*given, at + "/serverless", "keep_alive", serverless.keep_alive);
        if (component.replicas != 1 || component.sharing != Sharing::servers)
            mistake(at + "/serverless", "instances start on demand: a serverless component has no replicas or cores",
                    "leave them out; threads is how many instances there can be");
        component.serverless = serverless;
    }
    if (const json* given = part(item, at, "price", {"replica", "request", "busy", "egress", "storage"})) {
        const std::string here = at + "/price";
        const formula::Domain any{.min = 0, .max = 1e9};
        component.price.replica = number(*given, here, "replica", 0, "USD/s", any);
        component.price.request = number(*given, here, "request", 0, "USD", any);
        component.price.busy = number(*given, here, "busy", 0, "USD/s", any);
        component.price.egress = number(*given, here, "egress", 0, "USD/B", any);
        component.price.storage = number(*given, here, "storage", 0, "USD/B/s", any);
    }
    if (const json* given = part(item, at, "storage", {"start", "write", "message"})) {
        const std::string here = at + "/storage";
        constexpr double stored_max = 1e18;
        Storage storage;
        storage.initial = number(*given, here, "start", 0, "B", {.min = 0, .max = stored_max});
        storage.write = number(*given, here, "write", 0, "B", {.min = 0, .max = bytes_max});
        storage.message = number(*given, here, "message", 0, "B", {.min = 0, .max = bytes_max});
        component.storage = storage;
    }
}

void ScenarioReading::behaviour(const json& item, const std::string& at, Component& component) {
    if (const json* given =
            part(item, at, "replication",
                 {"factor", "read", "write", "leader", "leader_reads", "failover", "repair", "apply", "timeout"})) {
        const std::string here = at + "/replication";
        Replication replication;
        replication.factor = whole(*given, here, "factor", 3, 1, 100);
        const double most = replication.factor;
        replication.read = whole(*given, here, "read", 1, 1, most);
        replication.write = whole(*given, here, "write", replication.factor / 2 + 1, 1, most);
        replication.has_leader = flag(*given, here, "leader");
        replication.leader_reads = flag(*given, here, "leader_reads");
        replication.failover = time(*given, here, "failover", replication.failover);
        replication.repair_every = time(*given, here, "repair", 0, {.min = 1e-3, .max = longest_s});
        if (given->contains("apply"))
            replication.apply = distribution(*given, here, "apply");
        if (component.replicas % replication.factor != 0)
            mistake(here + "/factor",
                    fmt::format("{} replicas do not make whole groups of {}", component.replicas, replication.factor),
                    "make replicas a multiple of factor: one group for each shard");
        for (const char* key : {"failover", "leader_reads"})
            if (given->contains(key) && !replication.has_leader)
                mistake(here + "/" + key, fmt::format("'{}' is of groups with a leader", key), "add leader: true");
        if (component.cells > 0 || component.shuffle > 0 || component.autoscale)
            mistake(here, "replicated data cannot be in cells, shuffle shards or autoscaled");
        if (replication.factor > 1) {
            Edge edge;
            edge.target = static_cast<std::uint32_t>(scenario_.components.size());
            edge.timeout = time(*given, here, "timeout", 0);
            replication.edge = add_edge(std::move(edge), component.id, component.id);
        }
        component.replication = replication;
    }
    if (const json* given = part(item, at, "deliver",
                                 with_edge_keys({"call", "consumers", "partitions", "attempts", "again_after",
                                                 "capacity", "dead_letters"}))) {
        const std::string here = at + "/deliver";
        constexpr double messages_max = 5e6;
        Delivery delivery;
        if (!given->contains("call"))
            mistake(here, "'call' is missing", "name the component that consumes the messages");
        else
            delivery.edge = edge(*given, here, "call", component.id);
        for (const char* key : {"times", "optional", "hedge", "fallback"})
            if (given->contains(key))
                mistake(here + "/" + key, fmt::format("a delivery has no '{}'", key), "leave it out");
        delivery.consumers = whole(*given, here, "consumers", 1, 1, 1e6);
        delivery.partitions = whole(*given, here, "partitions", 0, 1, 1e4);
        delivery.attempts = whole(*given, here, "attempts", 0, 1, 1e6);
        delivery.again_after = time(*given, here, "again_after", delivery.again_after);
        delivery.capacity = whole(*given, here, "capacity", unlimited, 1, messages_max);
        if (given->contains("dead_letters")) {
            Edge dead;
            dead.target = component_ref(*given, here, "dead_letters");
            if (delivery.attempts == 0)
                mistake(here + "/dead_letters", "messages are delivered for ever and never become dead letters",
                        "add attempts: N");
            delivery.dead_letters = add_edge(std::move(dead), component.id, text(*given, here, "dead_letters"));
        }
        component.delivery = delivery;
    }
}

Cache ScenarioReading::cache(const json& item, const std::string& at, const Component& component) {
    constexpr double capacity_max = 5e6;
    Cache cache;
    const json* given =
        part(item, at, "cache", {"capacity", "eviction", "ttl", "ttl_spread", "writes", "coalesce", "shared"});
    if (given == nullptr)
        return cache;
    const std::string here = at + "/cache";
    cache.capacity = whole(*given, here, "capacity", cache.capacity, 1, capacity_max);
    cache.eviction = word<Eviction>(*given, here, "eviction", cache.eviction,
                                    {{"lru", Eviction::lru}, {"lfu", Eviction::lfu}, {"fifo", Eviction::fifo}});
    cache.ttl = time(*given, here, "ttl", 0);
    cache.ttl_spread = share(*given, here, "ttl_spread");
    cache.writes = word<CacheWrites>(
        *given, here, "writes", cache.writes,
        {{"through", CacheWrites::through}, {"around", CacheWrites::around}, {"back", CacheWrites::back}});
    cache.coalesces = flag(*given, here, "coalesce");
    cache.is_shared = flag(*given, here, "shared");
    if (cache.ttl_spread > 0 && cache.ttl == 0)
        mistake(here + "/ttl_spread", "entries live for ever", "add ttl: 60 s");
    cached_all_ += std::size_t{cache.capacity} * (cache.is_shared ? 1 : component.replicas);
    if (static_cast<double>(cached_all_) > capacity_max)
        mistake(here + "/capacity", fmt::format("more than {} entries in all caches", capacity_max),
                "make it smaller: the hit rate depends on capacity as a share of the keys");
    return cache;
}

void ScenarioReading::commit(const json& item, const std::string& at, const Component& component, Step& step) {
    step.kind = StepKind::commit;
    std::set<std::uint32_t> asked;
    each(item, at, "commit", steps_max, true, [&](const json& inner, const std::string& here) {
        known(inner, here, {"call", "timeout", "breaker", "concurrency", "request", "answer"});
        const std::uint32_t added = edge(inner, here, "call", component.id);
        if (scenario_.edges[added].timeout == 0)
            mistake(inner.contains("timeout") ? here + "/timeout" : here,
                    "a participant that does not answer would be waited for without end",
                    "add timeout: 1 s; who has not answered by then has voted no");
        if (!asked.insert(scenario_.edges[added].target).second)
            mistake(here + "/call", "this component takes part twice, and would wait for itself", "name it once");
        step.edges.push_back(added);
    });
    step.needed = 1;
}

void ScenarioReading::read_step(const json& item, const std::string& at, Component& component) {
    constexpr std::array<const char*, 8> step_kinds{"work", "wait", "call", "all", "send", "cached", "saga", "commit"};
    Keys kinds;
    for (const char* kind : step_kinds)
        if (item.contains(kind))
            kinds.emplace_back(kind);
    if (kinds.size() != 1)
        return mistake(at, kinds.empty() ? std::string("a step does nothing") : "a step does two things",
                       "give it one of " + base::join({step_kinds.begin(), step_kinds.end()}, ", "));
    const std::string kind(kinds[0]);
    Step step;
    step.probability = share(item, at, "probability", 1);
    step.operation =
        word<Operation>(item, at, "on", step.operation, {{"read", Operation::read}, {"write", Operation::write}});
    const auto only = texts(item, at, "for", workloads_max);
    if (!only.empty())
        step.workloads = 0;
    for (std::size_t i = 0; i < only.size(); ++i)
        step.workloads |= std::uint64_t{1} << workload_named(only[i], fmt::format("{}/for/{}", at, i));
    Keys keys{kind, "probability", "on", "for"};
    if (kind == "call" || kind == "send" || kind == "cached")
        keys = with_edge_keys(keys);
    if (kind == "all" || kind == "call")
        keys.emplace_back("need");
    if (kind == "cached")
        keys.emplace_back("cache");
    known(item, at, keys);
    if (kind == "work" || kind == "wait") {
        step.kind = kind == "work" ? StepKind::work : StepKind::wait;
        step.duration = distribution(item, at, kind.c_str());
    } else if (kind == "send") {
        step.kind = StepKind::send;
        step.edges = edges(item, at, "send", component.id);
    } else if (kind == "cached") {
        step.kind = StepKind::cached;
        if (item.contains("times"))
            mistake(at + "/times", "a step with a cache calls once", "leave it out");
        step.cache = cache(item, at, component);
        step.edges = {edge(item, at, "cached", component.id)};
        step.needed = 1;
    } else if (kind == "saga") {
        step.kind = StepKind::saga;
        each(item, at, "saga", steps_max, true, [&](const json& inner, const std::string& here) {
            known(inner, here, with_edge_keys({"call", "undo"}));
            if (inner.contains("times"))
                mistake(here + "/times", "a step of a saga calls once", "leave it out");
            step.edges.push_back(edge(inner, here, "call", component.id));
            step.undo.push_back(no_index);
            if (const json* undo = part(inner, here, "undo", with_edge_keys({"call"}))) {
                if (undo->contains("times"))
                    mistake(here + "/undo/times", "an undo calls once", "leave it out");
                step.undo.back() = edge(*undo, here + "/undo", "call", component.id);
            }
        });
        step.needed = 1;
    } else if (kind == "commit") {
        commit(item, at, component, step);
    } else {
        step.kind = StepKind::call;
        if (kind == "call")
            step.edges = edges(item, at, "call", component.id);
        else
            each(item, at, "all", static_cast<std::size_t>(fan_out_max), true,
                 [&](const json& inner, const std::string& here) {
                     known(inner, here, with_edge_keys({"call"}));
                     const auto called = edges(inner, here, "call", component.id);
                     if (static_cast<double>(step.edges.size()) <= fan_out_max)  // else refused below
                         step.edges.insert(step.edges.end(), called.begin(), called.end());
                 });
        if (static_cast<double>(step.edges.size()) > fan_out_max)
            mistake(at, fmt::format("{} calls at once; at most {}", step.edges.size(), fan_out_max));
        step.needed = whole(item, at, "need", static_cast<std::uint32_t>(step.edges.size()), 1,
                            std::max<double>(1, static_cast<double>(step.edges.size())));
    }
    component.steps.push_back(std::move(step));
}

}  // namespace dstudio::system
