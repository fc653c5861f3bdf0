#pragma once

#include <string>
#include <vector>

#include "cli/command_spec.hpp"

namespace murmur {

/// The help of one command: usage, text, flags.
std::string command_help(const CommandSpec& command);
/// The list of the commands whose names begin with `group` (all of them when empty).
std::string overview_help(const std::vector<const CommandSpec*>& commands, const std::string& group);

}
