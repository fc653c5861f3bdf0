#pragma once

#include "api/api_context.hpp"
#include "api/persona.hpp"
#include "api/spawn_fields.hpp"
#include "store/store.hpp"

namespace murmur {

// Agents that begin from what another, or an earlier life of the same one, has left.

/// Throws already_exists or failed_precondition, with the way out, unless the agent has ended, once ran, and has left
/// something to go on from.
void check_resurrectable(ApiContext& context, const Agent& agent);

/// The whole command: what the agent was, and over it what is given now.
command::Spawn resurrect_command(ApiContext& context, const Agent& old, const SpawnFields& fields,
                                 const Persona& persona);

/// An agent of which another is to be a copy, and the snapshot to begin from. It may be running.
struct ForkSource {
    Agent agent;
    StoredSnapshot snapshot;
};

/// Throws not_found with the nearest slug, permission_denied, and failed_precondition when it has no snapshot yet.
ForkSource find_fork_source(ApiContext& context, const Caller& caller, const std::string& slug);
/// Throws failed_precondition unless the new agent can read the source's session.
void check_fork(const ForkSource& source, const std::string& backend);
/// The source's repositories, with what is asked for laid over, and what it has not, added.
std::vector<WantedRepo> repos_of_fork(const ForkSource& source, const std::vector<WantedRepo>& wanted);

/// The persona's prompt, then what was given at spawn.
std::string system_prompt(const Persona& persona, const std::string& given);
/// What the persona says about tools and turns goes into the spec.
void apply_persona(const Persona& persona, AgentSpec& spec);

}
