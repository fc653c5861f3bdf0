#include "api/catalog_rights.hpp"

#include <murmur/error.hpp>

#include "api/agent_lookup.hpp"

namespace murmur {

namespace {

/// Kinds without a verb "list" are listed by those who may read them.
std::string list_permission(const Kind& kind) { return kind.spec.name + (kind.has_verb("list") ? ".list" : ".read"); }

}

ResourceKey resource_key(const Caller& caller, const Kind& kind, const std::string& name) {
    return {tenant_key(caller.tenant), kind.spec.name, kind.spec.per_user ? own_name(caller) : "", name};
}

std::string permission_name(const ResourceKey& key) {
    return key.owner.empty() ? key.name : key.owner + "/" + key.name;
}

void authorize_read(ApiContext& context, const Caller& caller, const Kind& kind, const ResourceKey& key) {
    authorize(context, caller, kind.spec.name + ".read", permission_name(key));
}

bool may_list(ApiContext& context, const Caller& caller, const Kind& kind) {
    // Of a kind of which each user has their own, the listing holds the caller's alone.
    const std::string name = kind.spec.per_user ? own_name(caller) + "/" : "";
    return is_allowed(context, caller, list_permission(kind), name);
}

std::string author_of(const Caller& caller) {
    const std::string name = caller.principal.grant_name();
    return name.empty() ? caller.principal.text() : name;
}

ChangeRight change_right(ApiContext& context, const Caller& caller) {
    // Taken here: the check runs in the control loop, which must not wait for a policy to be compiled.
    const auto policy = policy_of(context, caller);
    return {author_of(caller), [policy, caller](const Kind& kind, const ResourceKey& key, ChangeAction action) {
                std::string permission = kind.spec.name + ".delete";
                if (action == ChangeAction::create) permission = kind.create_permission();
                if (action == ChangeAction::replace) permission = kind.replace_permission();
                authorize(*policy, caller, permission, permission_name(key));
            }};
}

}
