#pragma once

#include "api/api_context.hpp"

namespace murmur {

/// The agent that an AgentRef in field "agent" of the request means, once the caller may do `permission` to it. Throws
/// permission_denied, whether it is there or not; not_found with the nearest slug; or invalid_argument naming the
/// workspaces when the slug is in several. With `service`, the agent is one of a service profile. An agent that names
/// none means itself.
Agent find_agent(ApiContext& context, const Caller& caller, const FieldReader& request, std::string_view permission);

/// The agent of that id; without a workspace the only one, and a living one before those that have ended. Asks for no
/// permission. Throws as find_agent() does.
Agent find_agent_by_id(ApiContext& context, const Caller& caller, const AgentId& id);

/// Which agent a caller means by "slug", "parent/child" or "/w/<workspace>/u/<account>/<slug>"; an agent means itself
/// (also by nothing at all) or what is below it. The workspace may stay empty. Throws invalid_argument.
AgentId resolve_agent(const Caller& caller, const std::string& slug, const std::string& workspace);
/// Which agent it will be that the caller makes: one of its own, or of an agent its child.
AgentId new_agent_id(const Caller& caller, const std::string& slug, const std::string& workspace);

/// Blocks as long as `condition` holds for the agent; returns it as it is then. Throws deadline_exceeded after a while.
Agent wait_until_not(ApiContext& context, Agent agent, bool (*condition)(const Agent&));

/// The caller's own id of this request, empty when it has none. Throws invalid_argument for one that is no id.
std::string read_request_id(const FieldReader& request);

}
