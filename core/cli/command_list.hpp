#pragma once

#include <vector>

#include "cli/command_spec.hpp"

namespace murmur {

/// Every command, in the order in which the help shows them.
const std::vector<const CommandSpec*>& all_commands();

}
