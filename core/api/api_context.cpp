#include "api/api_context.hpp"

#include <algorithm>
#include <iterator>
#include <murmur/error.hpp>

namespace murmur {

namespace {

Verdict verdict_of(ApiContext& context, const Caller& caller, std::string_view permission,
                   const ResourceName& resource) {
    return policy_of(context, caller)->evaluate(caller.principal, parse_permission(permission), resource);
}

Error denied(const Caller& caller, std::string_view permission, const std::string& name, const Verdict& verdict) {
    const std::string kind(permission.substr(0, permission.find('.')));
    const std::string resource = name.empty() ? "" : " on " + kind + " \"" + name + "\"";
    return Error(Errc::permission_denied,
                 caller.principal.text() + " may not " + std::string(permission) + resource + ": " + verdict.reason)
        .with_hint("An admin of " + tenant_key(caller.tenant) +
                   " can grant it with a role and a tenant-binding; murmur check-permissions shows what you have.");
}

ResourceName name_of_agent(const AgentId& agent) { return {agent_resource_name(agent), agent.workflow_id()}; }

/// What the owner of an agent does with it. Permissions of other kinds do not come from who owns an agent.
bool is_of_owners(std::string_view permission) {
    static constexpr std::string_view owners[] = {"agent.create", "agent.read", "agent.edit", "agent.kill"};
    return std::find(std::begin(owners), std::end(owners), permission) != std::end(owners);
}

/// Whoever may assume a service profile authorizes as themselves: they may do with its agents what they may with an
/// agent of their own by that name, and nothing because of what the profile may. It ends with the right to assume it.
/// An agent assumes nobody: it is not its owner.
bool may_as_profile(ApiContext& context, const Caller& caller, std::string_view permission, const AgentId& agent) {
    if (agent.owner_provider != "service_profile" || caller.principal.kind == PrincipalKind::agent) return false;
    if (!is_of_owners(permission)) return false;
    if (!is_allowed(context, caller, "service-profile.assume", agent.account)) return false;
    AgentId as_own = agent;
    as_own.owner_provider = caller.provider;
    as_own.account = caller.account;
    return verdict_of(context, caller, permission, name_of_agent(as_own)).allowed;
}

AgentId id_of_row(const Caller& caller, const AgentRow& row) {
    AgentId id{caller.tenant, caller.provider, row.owner, row.workspace, {row.slug}};
    const std::string name = agent_resource_name(row.workflow_id, row.owner, row.slug);
    if (name != row.owner + "/" + row.slug) id.owner_provider = "service_profile";
    return id;
}

void require(ApiContext& context, const Caller& caller, std::string_view permission, const ResourceName& resource) {
    const Verdict verdict = verdict_of(context, caller, permission, resource);
    if (!verdict.allowed) throw denied(caller, permission, resource.name, verdict);
}

}

std::shared_ptr<const Policy> policy_of(ApiContext& context, const Caller& caller) {
    return context.authorizer.policy(tenant_key(caller.tenant));
}

bool is_allowed(ApiContext& context, const Caller& caller, std::string_view permission,
                const std::string& resource_name) {
    return verdict_of(context, caller, permission, {resource_name}).allowed;
}

bool is_allowed(ApiContext& context, const Caller& caller, std::string_view permission, const AgentRow& agent) {
    if (may_as_profile(context, caller, permission, id_of_row(caller, agent))) return true;
    return verdict_of(context, caller, permission,
                      {agent_resource_name(agent.workflow_id, agent.owner, agent.slug), agent.workflow_id})
        .allowed;
}

void authorize(ApiContext& context, const Caller& caller, std::string_view permission,
               const std::string& resource_name) {
    require(context, caller, permission, {resource_name});
}

void authorize(ApiContext& context, const Caller& caller, std::string_view permission, const AgentId& agent) {
    if (may_as_profile(context, caller, permission, agent)) return;
    require(context, caller, permission, name_of_agent(agent));
}

void authorize(const Policy& policy, const Caller& caller, std::string_view permission,
               const std::string& resource_name) {
    const Verdict verdict = policy.evaluate(caller.principal, parse_permission(permission), {resource_name});
    if (!verdict.allowed) throw denied(caller, permission, resource_name, verdict);
}

void authorize_any(ApiContext& context, const Caller& caller, std::string_view permission) {
    const Verdict verdict = policy_of(context, caller)->evaluate_any(caller.principal, parse_permission(permission));
    if (!verdict.allowed) throw denied(caller, permission, {}, verdict);
}

}
