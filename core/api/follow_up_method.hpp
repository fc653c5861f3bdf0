#pragma once

#include "api/api_context.hpp"

namespace murmur {

/// AddFollowUp: a message for the queue, perhaps to be worked on as a persona, perhaps with tasks for the checklist.
json::object add_follow_up(ApiContext& context, const Caller& caller, const Agent& agent, const FieldReader& request);

}
