#pragma once

namespace murmur {

/// From the first call on, SIGINT and SIGTERM no longer end the process but make this file readable.
int interrupt_fd();

/// One of them has come since.
bool is_interrupted();

}
