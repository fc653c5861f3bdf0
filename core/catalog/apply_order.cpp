#include "catalog/apply_order.hpp"

#include <map>
#include <set>

namespace murmur {

std::vector<std::size_t> order_by_references(const std::vector<ResourceDraft>& drafts) {
    std::map<std::pair<std::string, std::string>, std::size_t> by_name;
    for (std::size_t i = 0; i < drafts.size(); ++i) by_name[{drafts[i].key.kind, drafts[i].key.name}] = i;
    std::vector<std::set<std::size_t>> needs(drafts.size()), needed_by(drafts.size());
    for (std::size_t i = 0; i < drafts.size(); ++i)
        for (const BodyReference& reference : drafts[i].references)
            for (const std::string& kind : reference.kinds) {
                const auto target = by_name.find({kind, reference.name});
                if (target == by_name.end() || target->second == i) continue;
                needs[i].insert(target->second);
                needed_by[target->second].insert(i);
            }
    std::set<std::size_t> ready, waiting;
    for (std::size_t i = 0; i < drafts.size(); ++i) (needs[i].empty() ? ready : waiting).insert(i);
    std::vector<std::size_t> order;
    while (!ready.empty() || !waiting.empty()) {
        // Nothing is ready: a circle, which is cut at its first.
        std::set<std::size_t>& from = ready.empty() ? waiting : ready;
        const std::size_t next = *from.begin();
        from.erase(from.begin());
        order.push_back(next);
        for (const std::size_t holder : needed_by[next]) {
            needs[holder].erase(next);
            if (needs[holder].empty() && waiting.erase(holder) > 0) ready.insert(holder);
        }
    }
    return order;
}

}
