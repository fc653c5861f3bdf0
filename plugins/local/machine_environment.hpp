#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace murmur::local {

/// The environment of a machine: murmurd's own without its MURMUR_ variables (but the directories of the runtime and
/// the state), then what the host adds, then what marks the machine's processes.
std::vector<std::string> make_machine_environment(const std::string& id, const std::filesystem::path& directory,
                                                  const std::map<std::string, std::string>& added);

/// The value of a variable in a list of "NAME=value"; empty when it is not there.
std::string get_variable(const std::vector<std::string>& environment, const std::string& name);

}
