#pragma once

#include "api/api_context.hpp"

namespace murmur {

/// Gives the tenant a new data key and encrypts its secrets anew; or, with `rewrap_only`, wraps the data keys that it
/// has with the key service's newest key.
json::object rotate_secret_key(ApiContext& context, const Caller& caller, const FieldReader& request);

}
