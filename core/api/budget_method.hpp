#pragma once

#include "api/api_context.hpp"

namespace murmur {

/// Changes the limits that the request names; 0 takes one away, as far as the tenant allows. An agent cannot change its
/// own: whoever can make it do things would have all the tenant has.
json::object set_budget(ApiContext& context, const Caller& caller, const Agent& agent, const FieldReader& request);

}
