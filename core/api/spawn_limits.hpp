#pragma once

#include "api/api_context.hpp"

namespace murmur {

/// How many agents more there may be, for one call that makes some: by max_agents of murmurd.yaml, and by max_vms and
/// max_agents_per_developer of the tenant's pool-config. Counts once, when it is made.
class SpawnAllowance {
public:
    SpawnAllowance(ApiContext& context, const Caller& caller);

    /// Takes a place for this one. An agent that was there before keeps the place it has. Throws resource_exhausted,
    /// naming the limit and the remedy.
    void take(const AgentId& id);

private:
    ApiContext& context_;
    std::string tenant_;
    std::string account_;
    bool is_person_;
    std::size_t alive_;          ///< in the whole murmurd, and taken here
    std::int64_t machines_ = 0;  ///< of the tenant
    std::int64_t own_ = 0;       ///< of this account, children left out
    std::int64_t machines_max_ = 0;
    std::int64_t own_max_ = 0;
};

/// What the tenant's pool-config says that no agent of it may go beyond.
Budget tenant_limits(ApiContext& context, const Caller& caller);

}
