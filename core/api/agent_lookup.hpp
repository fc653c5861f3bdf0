#pragma once

#include "api/api_context.hpp"

namespace murmur {

/// The agent that an AgentRef in field "agent" of the request means. Throws not_found with the nearest slug, or
/// invalid_argument naming the workspaces when the slug is in several.
Agent find_agent(ApiContext& context, const Caller& caller, const FieldReader& request);

/// Blocks as long as `condition` holds for the agent; returns it as it is then. Throws deadline_exceeded after a while.
Agent wait_until_not(ApiContext& context, Agent agent, bool (*condition)(const Agent&));

/// Throws not_found `workspace "x" not found` with the nearest known one.
WorkspaceRecord get_workspace(ApiContext& context, const Caller& caller, const std::string& name);

std::string tenant_key(const Tenant& tenant);

/// The caller's own id of this request, empty when it has none. Throws invalid_argument for one that is no id.
std::string read_request_id(const FieldReader& request);

}
