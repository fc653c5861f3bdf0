#pragma once

#include <string>
#include <vector>

#include "agents/agent.hpp"

namespace murmur {

// What is known of a checklist without changing it. Pure.

const Task* find_task(const Checklist& checklist, const std::string& id);
/// Throws not_found, with the ids that there are as the hint.
const Task& get_task(const Checklist& checklist, const std::string& id);

/// Neither completed nor deleted.
bool is_open(const Task& task);
/// Keeps the agent from finishing: open, its condition met, and nothing open before it.
bool is_active(const Checklist& checklist, const Task& task);
std::vector<const Task*> active_tasks(const Checklist& checklist);

/// Ids of the tasks that wait for this one.
std::vector<std::string> blocks_of(const Checklist& checklist, const std::string& id);
/// The tasks from `id` over those that it waits for and back to it: {"1", "3", "1"}; empty: it is in no circle.
std::vector<std::string> find_circle(const Checklist& checklist, const std::string& id);

/// Throws invalid_argument for an empty or overlong subject, an overlong description, an unknown condition, and a
/// condition without a pattern or a pattern without its condition.
void check_task(const Task& task);
/// "pending", "in-progress", "TASK_STATUS_COMPLETED", …. Throws invalid_argument with the nearest known one.
TaskStatus parse_task_status(const std::string& text);
/// "TASK_STATUS_IN_PROGRESS"
std::string task_status_name(TaskStatus status);
/// "in_progress"
std::string task_status_short_name(TaskStatus status);

}
