#pragma once

#include "api/api_context.hpp"
#include "api/spawn_fields.hpp"

namespace murmur {

/// Whose agents a spawn makes: the caller's, those of a service profile that the caller lends itself, or an agent's
/// children.
struct SpawnIdentity {
    std::string service_profile;  ///< empty: none
    std::string git_name;         ///< of the profile's commits
    std::string git_email;
};

/// The profile asked for, or of a person the one that their murmur.yaml names. Throws permission_denied without
/// service-profile.assume, not_found with the nearest profile, and invalid_argument for an agent, whose children are of
/// the same owner as it is.
SpawnIdentity choose_identity(ApiContext& context, const Caller& caller, const SpawnFields& fields);

/// The id of a new agent.
AgentId spawn_id(const Caller& caller, const SpawnIdentity& identity, const std::string& slug,
                 const std::string& workspace);
/// Throws permission_denied unless the caller may make it; one of a profile as if it were its own.
void authorize_spawn(ApiContext& context, const Caller& caller, const SpawnIdentity& identity, const AgentId& id);

}
