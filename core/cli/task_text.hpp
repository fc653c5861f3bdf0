#pragma once

#include <murmur/json.hpp>
#include <string>

#include "cli/out.hpp"

namespace murmur {

/// "TASK_STATUS_IN_PROGRESS" as it is typed: "in_progress".
std::string short_task_status(const std::string& status);

/// Reads a status as people type it ("in_progress", "in-progress", "TASK_STATUS_IN_PROGRESS") into the short form.
/// Throws a usage error with the known ones.
std::string task_status_argument(const std::string& text);

/// What `murmur task ls` prints: a table cut to the terminal; nothing for no tasks.
std::string task_table(const json::array& tasks, const Out& out);

/// What `murmur task get` prints: a line per field that is set.
std::string task_details(const json::object& task, const Out& out);

/// A task as `--json` shows it: what is not set is left out, but for id, subject, status and active.
json::object task_json(const json::object& task);

}
