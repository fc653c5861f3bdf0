#pragma once

#include "agents/step.hpp"

namespace murmur {

// Parents and children; see Family.

/// At the end of every decision: what the parent has to know of it, told by a tell_agent effect. `before` is the agent
/// that was decided upon.
void tell_parent(Step& step, const Agent& before);
/// A kill takes the subtree: tells it to each child that lives.
void kill_children(Step& step);

}
