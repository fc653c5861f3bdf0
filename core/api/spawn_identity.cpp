#include "api/spawn_identity.hpp"

#include <murmur/error.hpp>

#include "api/agent_lookup.hpp"

namespace murmur {

namespace {

SpawnIdentity identity_of(const std::string& service_profile, const json::object& body) {
    const FieldReader fields(body);
    // An address in a domain that never exists, so that it is nobody's.
    return {service_profile, fields.get_string("git_name", service_profile),
            fields.get_string("git_email", service_profile + "@service-profile.invalid")};
}

}

SpawnIdentity choose_identity(ApiContext& context, const Caller& caller, const SpawnFields& fields) {
    const bool is_default = fields.service_profile.empty() && caller.principal.kind == PrincipalKind::user;
    const std::string& service_profile = is_default ? fields.default_service_profile : fields.service_profile;
    const ResourceKey key{tenant_key(caller.tenant), "service-profile", "", service_profile};
    if (caller.provider == "service_profile" && (service_profile.empty() || service_profile == caller.account)) {
        const auto own = context.catalog.find({key.tenant, key.kind, "", caller.account});
        return identity_of(caller.account, own ? own->body : json::object());
    }
    if (service_profile.empty()) return {};
    if (caller.principal.kind == PrincipalKind::agent)
        throw Error(Errc::invalid_argument,
                    "service_profile \"" + service_profile + "\" is not that of " + caller.principal.text())
            .with_hint("An agent's children are of the same owner as it is: leave service_profile out.");
    authorize(context, caller, "service-profile.assume", service_profile);
    return identity_of(service_profile, context.catalog.get(key).body);
}

AgentId spawn_id(const Caller& caller, const SpawnIdentity& identity, const std::string& slug,
                 const std::string& workspace) {
    AgentId id = new_agent_id(caller, slug, workspace);
    if (identity.service_profile.empty()) return id;
    id.owner_provider = "service_profile";
    id.account = identity.service_profile;
    return id;
}

void authorize_spawn(ApiContext& context, const Caller& caller, const SpawnIdentity& identity, const AgentId& id) {
    AgentId as_whom = id;
    if (!identity.service_profile.empty()) {
        as_whom.owner_provider = caller.provider;
        as_whom.account = caller.account;
    }
    authorize(context, caller, "agent.create", as_whom);
}

}
