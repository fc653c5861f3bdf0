#pragma once

#include "api/api_context.hpp"

namespace murmur {

// The methods about resources. Which permission one needs depends on the kind, so they authorise the caller themselves.

json::object list_resources(ApiContext& context, const Caller& caller, const FieldReader& request);
json::object get_resource(ApiContext& context, const Caller& caller, const FieldReader& request);
json::object set_resource(ApiContext& context, const Caller& caller, const FieldReader& request);
json::object patch_resource(ApiContext& context, const Caller& caller, const FieldReader& request);
json::object delete_resource(ApiContext& context, const Caller& caller, const FieldReader& request);
json::object apply_resources(ApiContext& context, const Caller& caller, const FieldReader& request);

// What the kinds are: for everyone.

json::object list_kinds(ApiContext& context, const Caller& caller, const FieldReader& request);
json::object get_kind(ApiContext& context, const Caller& caller, const FieldReader& request);

}
