#pragma once

#include <chrono>
#include <filesystem>

#include "base/file.hpp"
#include "client/server_address.hpp"

namespace murmur {

/// The murmurd to run: $MURMURD, or the one beside this program. Throws not_found with the remedy.
std::filesystem::path find_murmurd();

/// Connects to this user's murmurd and starts it if none runs; of many programs that do so at once, one starts it.
///
/// The daemon runs in a session of its own, with its output appended to murmurd.log in the state directory. Throws
/// murmurd's own complaint when it cannot start, and permission_denied when the runtime directory is not private to us.
Fd connect_or_start(const ServerAddress& address, std::chrono::milliseconds patience = std::chrono::seconds(30));

/// Connects to this user's murmurd; throws `unavailable` when none runs.
Fd connect_if_running(const ServerAddress& address);

}
