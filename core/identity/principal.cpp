#include "identity/principal.hpp"

namespace murmur {

namespace {

constexpr const char* profile_provider = "service_profile";
constexpr const char* profile_prefix = "service-profile:";

}

std::string Principal::text() const {
    if (kind == PrincipalKind::service_profile) return profile_prefix + name;
    return (kind == PrincipalKind::agent ? "agent:" : "user:") + name;
}

std::string Principal::grant_name() const {
    if (kind == PrincipalKind::agent) return {};
    return kind == PrincipalKind::service_profile ? profile_prefix + name : name;
}

Principal user_principal(const Tenant& tenant, std::string account) {
    return {PrincipalKind::user, account_provider(tenant), std::move(account), tenant};
}

Principal service_profile_principal(const Tenant& tenant, std::string profile) {
    return {PrincipalKind::service_profile, profile_provider, std::move(profile), tenant};
}

Principal agent_principal(const AgentId& id) {
    Principal principal{PrincipalKind::agent, id.owner_provider, id.slug(), id.tenant};
    principal.owner = id.account;
    principal.workspace = id.workspace;
    principal.workflow_id = id.workflow_id();
    return principal;
}

std::string owner_name(const AgentId& id) {
    return id.owner_provider == profile_provider ? profile_prefix + id.account : id.account;
}

std::string agent_resource_name(const AgentId& id) { return owner_name(id) + "/" + id.slug(); }

std::string agent_resource_name(std::string_view workflow_id, const std::string& account, const std::string& slug) {
    const std::string name = account + "/" + slug;
    const bool is_of_profile = workflow_id.ends_with("/" + std::string(profile_provider) + "/" + name);
    return is_of_profile ? profile_prefix + name : name;
}

std::string account_provider(const Tenant& tenant) {
    // People of an organisation come from GitHub as well; only a laptop's users are the laptop's own.
    return tenant.provider == "local" ? "local" : "github_oauth";
}

}
