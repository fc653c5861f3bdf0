#pragma once

#include <map>
#include <string>
#include <vector>

#include "runner/frames.hpp"
#include "runner/workspace.hpp"

namespace murmur::runner {

/// The environment that the agent's CLI starts with: only what is named here from the runner's own, the author of
/// commits, the agent's names, and the assignment's variables. Nothing of the runner's credentials.
std::map<std::string, std::string> child_environment(const Assignment& assignment, const Workspace& workspace);

/// Those of `names` that are in `path` (as in the variable PATH).
std::vector<std::string> installed_programs(const std::vector<std::string>& names, const std::string& path);

}
