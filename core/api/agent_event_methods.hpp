#pragma once

#include "api/api_context.hpp"

namespace murmur {

// What an agent is told of the world around it.

/// A message between turns, for which it wakes.
json::object notify_agent(ApiContext& context, const Agent& agent, const FieldReader& request);
/// What became of one of its pull requests.
json::object report_pull_request(ApiContext& context, const Agent& agent, const FieldReader& request);

}
