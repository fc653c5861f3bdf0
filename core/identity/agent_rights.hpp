#pragma once

#include "identity/policy.hpp"

namespace murmur {

// What an agent may do with its own token. No grant adds to it: whoever can make an agent do things, by a prompt or a
// file it reads, must not get more than the agent itself.

/// Children of its own, itself and all below it, and the personas to choose from.
Verdict evaluate_agent(const Principal& agent, const Permission& permission, const ResourceName& resource);
Verdict evaluate_agent_any(const Permission& permission);

}
