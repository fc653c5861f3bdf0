#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/out.hpp"

namespace murmur {

/// All phases as the API names them: "PHASE_TASK_COMPLETE".
const std::vector<std::string>& phase_names();
/// "PHASE_TASK_COMPLETE" as lists show it: "task-complete".
std::string short_phase(std::string_view phase);
/// Reads a phase as people type it: "PHASE_X", "X", "x-y"; PHASE_CANCELED is PHASE_KILLED. Throws a usage error.
std::string parse_phase(const std::string& text);
bool is_terminal_phase(std::string_view phase);
/// Nothing runs and nothing is about to: the turn is over, or the agent is.
bool is_resting_phase(std::string_view phase);
/// The style of a phase in either spelling.
Out::Style phase_style(std::string_view phase);

}
