#pragma once

#include "api/api_context.hpp"
#include "catalog/catalog.hpp"

namespace murmur {

/// The resource that the caller means by kind and name: of a kind of which each user has their own, the caller's.
ResourceKey resource_key(const Caller& caller, const Kind& kind, const std::string& name);

/// How permissions call it: "alice/NPM_TOKEN" where each user has their own, else the name.
std::string permission_name(const ResourceKey& key);

/// Throws permission_denied unless the caller may see this resource.
void authorize_read(ApiContext& context, const Caller& caller, const Kind& kind, const ResourceKey& key);

/// May the caller see all resources of the kind (false: some of them perhaps)?
bool may_list(ApiContext& context, const Caller& caller, const Kind& kind);

/// What the caller may do to resources, for the catalog to ask in its transaction.
ChangeRight change_right(ApiContext& context, const Caller& caller);

/// Who a change is by: "alice", "service-profile:ci-bot", "agent:fix-typo".
std::string author_of(const Caller& caller);

}
