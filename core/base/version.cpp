#include "base/version.hpp"

namespace murmur {

const char* program_version() { return MURMUR_VERSION; }
const char* program_commit() { return MURMUR_COMMIT; }

}
