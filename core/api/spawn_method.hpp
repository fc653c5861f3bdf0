#pragma once

#include "api/api_context.hpp"

namespace murmur {

json::object spawn_agent(ApiContext& context, const Caller& caller, const FieldReader& request);
/// Looks up and authorises once, hands all agents to the engine together, and answers when all of them are decided.
json::object spawn_agents(ApiContext& context, const Caller& caller, const FieldReader& request);

}
