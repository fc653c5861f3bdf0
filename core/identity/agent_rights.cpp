#include "identity/agent_rights.hpp"

#include <algorithm>

namespace murmur {

namespace {

constexpr std::string_view verbs_on_own[] = {"read", "list", "edit", "kill"};
constexpr const char* no_right = "denied: no matching grant";

bool is_of_personas(const Permission& permission) {
    return permission.kind == "agent-persona" && (permission.verb == "read" || permission.verb == "list");
}

bool is_of_own_agents(const Permission& permission) {
    return permission.kind == "agent" &&
           std::find(std::begin(verbs_on_own), std::end(verbs_on_own), permission.verb) != std::end(verbs_on_own);
}

/// Itself is below, too. Ids alone do not tell: an agent may be called like a provider.
bool is_own(const Principal& agent, const ResourceName& resource) {
    const auto is_at = [](std::string_view text, const std::string& root) {
        return text.starts_with(root) && (text.size() == root.size() || text[root.size()] == '/');
    };
    return !agent.workflow_id.empty() && is_at(resource.workflow_id, agent.workflow_id) &&
           is_at(resource.name, agent_resource_name(agent.workflow_id, agent.owner, agent.name));
}

}

Verdict evaluate_agent(const Principal& agent, const Permission& permission, const ResourceName& resource) {
    if (is_of_personas(permission)) return {true, "any agent"};
    const bool is_create = permission.kind == "agent" && permission.verb == "create";
    const bool is_allowed = is_create ? resource.workflow_id != agent.workflow_id : is_of_own_agents(permission);
    if (is_allowed && is_own(agent, resource)) return {true, "own agent"};
    return {false, no_right};
}

Verdict evaluate_agent_any(const Permission& permission) {
    if (is_of_personas(permission)) return {true, "any agent"};
    if (is_of_own_agents(permission) || (permission.kind == "agent" && permission.verb == "create"))
        return {true, "own agent (only itself and below)"};
    return {false, no_right};
}

}
