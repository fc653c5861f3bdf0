#include "engine/lease_table.hpp"

#include <algorithm>

namespace murmur {

void LeaseTable::begin(std::int64_t agent_row, std::int64_t incarnation) {
    auto leases = leases_.lock();
    const auto entry = leases->find(agent_row);
    if (entry != leases->end() && entry->second.incarnation == incarnation) return;
    (*leases)[agent_row] = {incarnation, now_() + lease_};
}

void LeaseTable::renew(std::int64_t agent_row, std::int64_t incarnation) {
    auto leases = leases_.lock();
    const auto entry = leases->find(agent_row);
    if (entry != leases->end() && entry->second.incarnation == incarnation) entry->second.until = now_() + lease_;
}

void LeaseTable::end(std::int64_t agent_row) { leases_.lock()->erase(agent_row); }

std::vector<LeaseTable::Expired> LeaseTable::take_expired() {
    const SteadyClock::time_point now = now_();
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
    // In an order that does not depend on the table's own.
    std::sort(expired.begin(), expired.end(),
              [](const Expired& a, const Expired& b) { return a.agent_row < b.agent_row; });
    return expired;
}

std::optional<LeaseTable::SteadyClock::time_point> LeaseTable::next_expiry() {
    std::optional<SteadyClock::time_point> next;
    auto leases = leases_.lock();
    for (const auto& [row, lease] : *leases) next = next ? std::min(*next, lease.until) : lease.until;
    return next;
}

}
