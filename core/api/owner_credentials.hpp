#pragma once

#include <map>
#include <string>

#include "agents/agent_id.hpp"
#include "store/resource_store.hpp"

namespace murmur {

/// The secrets that the fields `*_secret` of an agent's service profile, or of its user, say are for what: by the
/// variable in which programs look for them. Of a profile they are the tenant's secrets, of a user the user's own.
///
/// Throws not_found, with the remedy, for one that is not there.
std::map<std::string, ResourceRow> find_owner_credentials(ResourceReader& resources, const AgentId& agent);

}
