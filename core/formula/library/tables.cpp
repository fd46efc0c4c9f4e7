#include "core/formula/library/tables.hpp"

#include "core/formula/library/availability.hpp"
#include "core/formula/library/caching.hpp"
#include "core/formula/library/closed_networks.hpp"
#include "core/formula/library/economics.hpp"
#include "core/formula/library/general_queues.hpp"
#include "core/formula/library/hashing.hpp"
#include "core/formula/library/networks.hpp"
#include "core/formula/library/poisson.hpp"
#include "core/formula/library/popularity.hpp"
#include "core/formula/library/queueing.hpp"
#include "core/formula/library/quorum.hpp"
#include "core/formula/library/resilience.hpp"
#include "core/formula/library/scaling.hpp"
#include "core/formula/library/sketches.hpp"
#include "core/formula/library/special.hpp"
#include "core/formula/library/spreading.hpp"
#include "core/formula/library/tail.hpp"
#include "core/formula/library/transport.hpp"

namespace dstudio::formula::library {

std::vector<std::span<const Function>> tables() {
    return {special_functions(),        queueing_functions(),     general_queue_functions(), network_functions(),
            closed_network_functions(), availability_functions(), quorum_functions(),        tail_functions(),
            scaling_functions(),        hashing_functions(),      popularity_functions(),    poisson_functions(),
            sketch_functions(),         spreading_functions(),    transport_functions(),     caching_functions(),
            resilience_functions(),     economics_functions()};
}

}  // namespace dstudio::formula::library
