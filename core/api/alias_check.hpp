#pragma once

#include "api/api_context.hpp"
#include "store/resource_store.hpp"

namespace murmur {

/// What an alias must keep that only the API can see: it belongs to the caller, its agent exists, and the name is not
/// somebody else's. Throws invalid_argument and already_exists. Fields that are missing are left to the kind.
void check_alias(ApiContext& context, const Caller& caller, const ResourceKey& key, const json::object& fields);

}
