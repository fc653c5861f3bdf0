#pragma once

#include <string>

namespace murmur {

const char* program_version();  ///< "0.1.0"
const char* program_commit();   ///< the short commit that it was built from, or "unknown"

/// "0.1.0+1a2b3c4", or without the commit where that is not known.
std::string full_version(const std::string& version = program_version(), const std::string& commit = program_commit());

}
