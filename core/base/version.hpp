#pragma once

namespace murmur {

const char* program_version();  ///< "0.1.0"
const char* program_commit();   ///< the short commit that it was built from, or "unknown"

}
