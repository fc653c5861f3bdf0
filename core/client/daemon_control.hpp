#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>

#include "client/server_address.hpp"

namespace murmur {

/// The process that listens on a unix socket, as the kernel knows it; nothing when nobody listens.
std::optional<pid_t> find_listening_process(const ServerAddress& address);

/// Asks the process to end (SIGTERM) and waits until it has. Throws deadline_exceeded after `patience`.
void stop_process(pid_t pid, std::chrono::milliseconds patience);

}
