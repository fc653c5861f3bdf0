#pragma once

#include "agents/commands.hpp"
#include "agents/decision.hpp"

namespace murmur {

/// The times that the lifecycle sets deadlines by.
struct LifecyclePolicy {
    std::chrono::milliseconds start_deadline = std::chrono::minutes(2);  ///< for the runner to register
    std::chrono::milliseconds stop_deadline = std::chrono::minutes(2);   ///< for a session to end in good order
    std::chrono::milliseconds sleep_after = std::chrono::minutes(10);    ///< of idleness, with on-idle sleep
};

/// Decides what happens to an agent when something is asked of it or told of it.
///
/// Pure: no clock, no disk, no plugin, no randomness. Throws Error when the command is refused; then nothing has
/// happened. A command that changes nothing gives back the agent with the same generation. For Spawn, `agent` is the
/// one that has the name already, or a default Agent.
///
/// The caller stores the answer in one transaction and only then does the effects, so that a crash between the two
/// repeats an effect rather than losing it.
Decision decide(const Agent& agent, const Command& command, const LifecyclePolicy& policy, TimePoint now);

}
