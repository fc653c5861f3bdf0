#pragma once

#include "api/api_context.hpp"

namespace murmur {

/// A task of the list as the API shows it; see the message Task.
json::object task_json(const Checklist& checklist, const Task& task);

json::object create_task(ApiContext& context, const Agent& agent, const FieldReader& request);
json::object update_task(ApiContext& context, const Agent& agent, const FieldReader& request);
/// Without those that were deleted; with `active` those that keep the agent from finishing.
json::object list_tasks(ApiContext& context, const Agent& agent, const FieldReader& request);
json::object get_task_of(ApiContext& context, const Agent& agent, const FieldReader& request);

}
