#pragma once

#include <sys/types.h>

#include <chrono>
#include <vector>

namespace murmur::runner {

/// Makes this process the parent of every descendant that loses its own, so that none escapes.
void become_subreaper();

/// The descendants of this process that live in another session than its own: what was started as a ChildProcess, and
/// all that came of it, daemons included. Helpers of this process itself (ssh, git) share its session and are not among
/// them. Without `spared` and all that came of them.
std::vector<pid_t> foreign_descendants(const std::vector<pid_t>& spared = {});

/// Kills them all and takes away what is dead of them, but for `kept`, whose end the caller waits for himself. Returns
/// whether none is left at `deadline`. `spared` and what came of them is left alone.
bool kill_foreign_descendants(std::chrono::steady_clock::time_point deadline, pid_t kept,
                              const std::vector<pid_t>& spared = {});

}
