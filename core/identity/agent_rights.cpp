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

bool is_below(const Principal& agent, const std::string& workflow_id) {
    return !agent.workflow_id.empty() && workflow_id.size() > agent.workflow_id.size() &&
           workflow_id.starts_with(agent.workflow_id) && workflow_id[agent.workflow_id.size()] == '/';
}

}

Verdict evaluate_agent(const Principal& agent, const Permission& permission, const ResourceName& resource) {
    if (is_of_personas(permission)) return {true, "any agent"};
    const bool is_child = is_below(agent, resource.workflow_id);
    const bool is_self = !agent.workflow_id.empty() && resource.workflow_id == agent.workflow_id;
    if (permission.kind == "agent" && permission.verb == "create" && is_child) return {true, "own agent"};
    if (is_of_own_agents(permission) && (is_self || is_child)) return {true, "own agent"};
    return {false, no_right};
}

Verdict evaluate_agent_any(const Permission& permission) {
    if (is_of_personas(permission)) return {true, "any agent"};
    if (is_of_own_agents(permission) || (permission.kind == "agent" && permission.verb == "create"))
        return {true, "own agent (only itself and below)"};
    return {false, no_right};
}

}
