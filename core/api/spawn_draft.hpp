#pragma once

#include "api/api_context.hpp"
#include "api/spawn_fields.hpp"
#include "api/spawn_identity.hpp"

namespace murmur {

/// What is the same for all agents of one call: everything but id, prompt and request id. Made with all the look-ups
/// there are, so that a thousand agents cost no more of them than one.
struct SpawnDraft {
    SpawnFields fields;
    SpawnIdentity identity;
    std::string workspace;   ///< the name that was chosen
    command::Spawn command;  ///< without id, prompt, environment and the ids that are random
};

/// Throws what refuses all of them alike: a persona, workspace, service profile, backend or source that is not there or
/// not allowed, and a limit above the tenant's.
SpawnDraft draft_spawn(ApiContext& context, const Caller& caller, SpawnFields fields, SpawnIdentity identity);

/// The one of these that an agent is to be.
command::Spawn finish_draft(ApiContext& context, const SpawnDraft& draft, AgentId id, const std::string& prompt,
                            const std::string& request_id);

/// The commands that make it, to be stored together: of a child, its parent's are with them. On the condition that its
/// workspace is still there, as no workspace may be removed that agents are in.
Engine::Submission spawn_submission(command::Spawn spawn);

/// What goes on with an ended agent. Throws what check_resurrectable() throws.
command::Spawn draft_resurrection(ApiContext& context, const Caller& caller, const SpawnFields& fields,
                                  const Agent& old, const std::string& prompt, const std::string& request_id);

}
