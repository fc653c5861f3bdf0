#pragma once

#include "api/api_context.hpp"

namespace murmur {

// The methods of murmur.api.v1 about snapshots; see share/proto.
json::object list_snapshots(ApiContext& context, const Agent& agent, const FieldReader& request);
json::object get_snapshot(ApiContext& context, const Agent& agent, const FieldReader& request);
json::object read_snapshot_file(ApiContext& context, const Agent& agent, const FieldReader& request);

}
