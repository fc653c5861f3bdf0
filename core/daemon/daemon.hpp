#pragma once

#include "daemon/daemon_options.hpp"

namespace murmur {

/// Runs murmurd to its end and returns the exit code: 0 in good order, 1 when it could not start or serve, 2 for wrong
/// arguments.
int daemon_main(int argc, char** argv);

}
