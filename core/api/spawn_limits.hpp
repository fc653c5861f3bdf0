#pragma once

#include "api/api_context.hpp"

namespace murmur {

/// Throws resource_exhausted when one more agent would be more than murmurd, the tenant's `pool-config` or its limit
/// for one user allows. An agent that was there before under this id, and begins anew, is no more than it was.
void check_spawn_limits(ApiContext& context, const Caller& caller, const AgentId& id);

}
