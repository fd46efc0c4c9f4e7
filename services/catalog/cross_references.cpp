#include "services/catalog/cross_references.hpp"

namespace dstudio::catalog {

CrossReferences::CrossReferences(const Content& content)
    : outgoing_(content.entries.size()), incoming_(content.entries.size()), prerequisites_(content.entries.size()) {
    for (std::size_t from = 0; from < content.entries.size(); ++from) {
        for (const OutgoingRef& ref : content.entries[from].refs) {
            const Entry* target = content.find(ref.target);
            if (target == nullptr)
                continue;
            const auto to = static_cast<std::size_t>(target - content.entries.data());
            outgoing_[from].push_back(edges_.size());
            incoming_[to].push_back(edges_.size());
            edges_.push_back({from, to, ref.relation});
            if (ref.relation == "prerequisites")
                prerequisites_.add_edge(to, from);
        }
    }
}

}  // namespace dstudio::catalog
