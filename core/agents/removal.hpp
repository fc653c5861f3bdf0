#pragma once

#include "agents/step.hpp"

namespace murmur {

// Machines that cannot be removed. That is tried again for ever; meanwhile the agent's status and log say why.

/// The removal of its present machine is under way, and has failed often enough to be told.
bool removal_fails(const Agent& agent);
/// A removal failed again. Throws `aborted` when that is no news of a machine that is being removed.
void on_removal_failed(Step& step, const command::MachineFailed& failed);
/// With removal_fails(): the agent becomes its `ending` without waiting for that any longer.
void end_without_removal(Step& step);
/// The machine is gone at last: what was said of it is true no more.
void forget_removal(Agent& agent);

}
