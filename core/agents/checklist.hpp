#pragma once

#include <string>
#include <vector>

#include "agents/step.hpp"

namespace murmur {

// The checklist's part in the life of an agent; see Checklist.

/// Puts tasks on the list and gives them their ids, but for those of a fork's source, which come with theirs. Throws
/// invalid_argument for one that is blocked by what is not there. Called at spawn and with a follow-up that brings
/// tasks.
void add_tasks(Step& step, const std::vector<Task>& tasks);

/// At the end of a turn, when nothing else waits: if active tasks are open and it was not reminded too often, tells the
/// session which, and a turn begins. Returns whether it does.
bool remind_of_tasks(Step& step);

/// A commit touched these files.
void activate_tasks(Step& step, const std::vector<std::string>& files);

/// "3 tasks are open", or empty: why it rests although its work is not done.
std::string open_tasks_text(const Agent& agent);

}
