#pragma once

#include "api/api_context.hpp"

namespace murmur {

/// SpawnAgent: checks everything that can be checked now, and returns once the agent is durable.
json::object spawn_agent(ApiContext& context, const Caller& caller, const FieldReader& request);

}
