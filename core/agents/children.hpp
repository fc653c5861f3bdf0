#pragma once

#include "agents/step.hpp"

namespace murmur {

// Parents and children; see Family.

/// Whether it, or one that it has spawned, may be alive. Of those further down little is known here.
bool may_live_below(const Child& child);
/// The id of the agent that spawned this one; nothing for a root.
std::optional<AgentId> parent_of(const AgentId& id);

/// At the end of every decision: what the parent has to know of it, told by a tell_agent effect. `before` is the agent
/// that was decided upon.
void tell_parent(Step& step, const Agent& before);
/// The parent itself has asked for this kill: tells it that it will hear no more of this child.
void tell_dismissal(Step& step);
/// A kill takes the subtree: tells it to each child that lives or may have spawned some that do. Returns whether there
/// is any.
bool kill_children(Step& step, const command::Kill& kill);

}
