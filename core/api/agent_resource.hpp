#pragma once

#include "api/api_context.hpp"
#include "catalog/catalog.hpp"

namespace murmur {

/// An agent as a resource of the read-only kind `agent`: its record, not its state of the moment.
Resource agent_resource(const Agent& agent);

/// The kind's listing and look-up, from the agents themselves.
std::vector<Resource> list_agent_resources(ApiContext& context, const Caller& caller);
Resource get_agent_resource(ApiContext& context, const Caller& caller, const std::string& name);

}
