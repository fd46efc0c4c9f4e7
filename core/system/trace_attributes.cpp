#include "core/system/trace_attributes.hpp"

#include "core/base/number.hpp"

namespace dstudio::system {
namespace {

struct AttributeName {
    std::string_view name;
    TraceAttribute attribute;
    int rank;  // of several for the same, the highest counts
};
constexpr std::array attribute_names{
    AttributeName{"service.name", TraceAttribute::service_name, 0},
    AttributeName{"service.instance.id", TraceAttribute::instance, 4},
    AttributeName{"k8s.pod.name", TraceAttribute::instance, 3},
    AttributeName{"container.id", TraceAttribute::instance, 2},
    AttributeName{"host.name", TraceAttribute::instance, 1},
    AttributeName{"db.system.name", TraceAttribute::db_system, 2},
    AttributeName{"db.system", TraceAttribute::db_system, 1},
    AttributeName{"db.namespace", TraceAttribute::db_namespace, 2},
    AttributeName{"db.name", TraceAttribute::db_namespace, 1},
    AttributeName{"messaging.system", TraceAttribute::messaging_system, 0},
    AttributeName{"messaging.destination.name", TraceAttribute::messaging_destination, 2},
    AttributeName{"messaging.destination", TraceAttribute::messaging_destination, 1},
    AttributeName{"messaging.operation.type", TraceAttribute::messaging_operation, 2},
    AttributeName{"messaging.operation", TraceAttribute::messaging_operation, 1},
    AttributeName{"peer.service", TraceAttribute::peer_service, 0},
    AttributeName{"server.address", TraceAttribute::server_address, 3},
    AttributeName{"net.peer.name", TraceAttribute::server_address, 2},
    AttributeName{"http.host", TraceAttribute::server_address, 1},
    AttributeName{"sampler.type", TraceAttribute::sampler_type, 0},
    AttributeName{"sampler.param", TraceAttribute::sampler_param, 0},
    AttributeName{"sampling.probability", TraceAttribute::sampling_probability, 0},
    AttributeName{"SampleRate", TraceAttribute::sample_rate, 2},
    AttributeName{"sampleRate", TraceAttribute::sample_rate, 1},
    AttributeName{"tailsampling.policy", TraceAttribute::tail_policy, 2},
    AttributeName{"tailsampling.composite_policy", TraceAttribute::tail_policy, 1},
};

bool is_address(std::string_view text) {
    return text.find_first_not_of("0123456789.") == std::string_view::npos || text.find(':') != std::string_view::npos;
}

// A plain number and nothing else, else 0.
double number_of(const std::string& text) {
    const auto read = base::read_number(text);
    return read && read->size_bytes == text.size() ? read->value : 0;
}

}  // namespace

void TraceAttributes::add(std::string_view name, const std::string& value) {
    if (value.empty())
        return;
    for (const AttributeName& known : attribute_names)
        if (name == known.name)
            if (Value& kept = values_[static_cast<std::size_t>(known.attribute)]; known.rank >= kept.rank)
                kept = {value, known.rank};
}

TraceSpanKind TraceAttributes::messaging_kind(TraceSpanKind kind) const {
    if (kind != TraceSpanKind::client || of(TraceAttribute::messaging_system).empty())
        return kind;
    const std::string& operation = of(TraceAttribute::messaging_operation);
    if (operation == "send" || operation == "publish" || operation == "create")
        return TraceSpanKind::producer;
    return operation == "receive" || operation == "settle" ? TraceSpanKind::internal : kind;
}

double TraceAttributes::adjusted_count() const {
    double probability = number_of(of(TraceAttribute::sampling_probability));
    if (of(TraceAttribute::sampler_type) == "probabilistic")
        probability = number_of(of(TraceAttribute::sampler_param));
    const double rate = probability > 0 ? 1 / probability : number_of(of(TraceAttribute::sample_rate));
    return rate >= 1 && rate <= adjusted_count_max ? rate : 0;
}

TracePeer TraceAttributes::peer() const {
    const std::string& service = of(TraceAttribute::peer_service);
    const std::string& address = of(TraceAttribute::server_address);
    const std::string& database = of(TraceAttribute::db_system);
    const std::string& broker = of(TraceAttribute::messaging_system);
    TracePeer found;
    if (!database.empty()) {
        found.kind = database == "redis" || database == "memcached" || database == "valkey" ? PeerKind::cache
                                                                                            : PeerKind::database;
        const std::string& space = of(TraceAttribute::db_namespace);
        found.name = database;
        if (!space.empty() && found.kind == PeerKind::database)
            found.name += "-" + space;
        else if (!address.empty() && !is_address(address))
            found.name += "-" + address;
    } else if (!broker.empty()) {
        found.kind = PeerKind::queue;
        const std::string& destination = of(TraceAttribute::messaging_destination);
        found.name = destination.empty() ? broker : broker + "-" + destination;
    } else {
        found.name = address;
    }
    if (!service.empty())
        found.name = service;
    return found;
}

}  // namespace dstudio::system
