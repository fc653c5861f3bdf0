#pragma once

#include "api/api_context.hpp"

namespace murmur {

/// AttachAgent of murmur.api.v1; see share/proto.
json::object attach_agent(ApiContext& context, const Agent& agent, const FieldReader& request);

}
