#pragma once

#include <sys/types.h>

namespace murmur::runner {

/// From now on a crash of this process leaves no core: its memory holds the agent's credentials.
void forbid_own_core();
/// Gives a child the limit that this process was started with: what the agent's programs do is their own matter.
void restore_core_limit(pid_t child);

}
