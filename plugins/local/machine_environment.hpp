#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace murmur::local {

/// The environment of a machine: murmurd's own without its MURMUR_ variables (but the directories of the runtime and
/// the state, and the token for origins), then what the host adds, then what marks the machine's processes.
std::vector<std::string> make_machine_environment(const std::string& id, const std::filesystem::path& directory,
                                                  const std::map<std::string, std::string>& added);

/// Takes out what the runner reaches origins with: it is for nobody else on the machine.
void remove_runner_secrets(std::vector<std::string>& environment);

/// The value of a variable in a list of "NAME=value"; empty when it is not there.
std::string get_variable(const std::vector<std::string>& environment, const std::string& name);

}
