#include "base/version.hpp"

namespace murmur {

const char* program_version() { return MURMUR_VERSION; }
const char* program_commit() { return MURMUR_COMMIT; }

std::string full_version(const std::string& version, const std::string& commit) {
    return commit.empty() || commit == "unknown" ? version : version + "+" + commit;
}

}
