#include "engine/lease_table.hpp"

namespace murmur {

void LeaseTable::begin(std::int64_t agent_row, std::int64_t incarnation) {
    auto leases = leases_.lock();
    const auto entry = leases->find(agent_row);
    if (entry != leases->end() && entry->second.incarnation == incarnation) return;
    (*leases)[agent_row] = {incarnation, SteadyClock::now() + lease_};
}

void LeaseTable::renew(std::int64_t agent_row, std::int64_t incarnation) {
    auto leases = leases_.lock();
    const auto entry = leases->find(agent_row);
    if (entry != leases->end() && entry->second.incarnation == incarnation)
        entry->second.until = SteadyClock::now() + lease_;
}

void LeaseTable::end(std::int64_t agent_row) { leases_.lock()->erase(agent_row); }

std::vector<LeaseTable::Expired> LeaseTable::take_expired(SteadyClock::time_point now) {
    std::vector<Expired> expired;
    auto leases = leases_.lock();
    for (auto entry = leases->begin(); entry != leases->end();) {
        if (entry->second.until > now) {
            ++entry;
            continue;
        }
        expired.push_back({entry->first, entry->second.incarnation});
        entry = leases->erase(entry);
    }
    return expired;
}

}
