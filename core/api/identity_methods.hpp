#pragma once

#include "api/api_context.hpp"

namespace murmur {

/// WhoAmI: the principal, its tenant and its groups.
json::object who_am_i(ApiContext& context, const Caller& caller, const FieldReader& request);

/// CheckPermissions: what the caller may do, and why, to one resource or to any.
json::object check_permissions(ApiContext& context, const Caller& caller, const FieldReader& request);

}
