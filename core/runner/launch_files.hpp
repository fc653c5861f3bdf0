#pragma once

#include <map>
#include <string>

namespace murmur::runner {

/// Writes the launch's files below the home directory. A path that leaves it is the backend's bug.
void write_launch_files(const std::map<std::string, std::string>& files, const std::string& home);

}
