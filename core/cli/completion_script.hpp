#pragma once

#include <string>
#include <vector>

#include "cli/command_spec.hpp"

namespace murmur {

/// The completion scripts of the shells: commands, flags, their values, and the slugs of running agents (from
/// `murmur ls -q`, only while murmurd runs).
std::string bash_completion(const std::vector<const CommandSpec*>& commands);
std::string zsh_completion(const std::vector<const CommandSpec*>& commands);
std::string fish_completion(const std::vector<const CommandSpec*>& commands);

}
