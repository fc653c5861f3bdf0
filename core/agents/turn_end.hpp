#pragma once

#include "agents/step.hpp"

namespace murmur {

// What follows when the session is free.

/// A turn has ended well, and nothing was sent to the session meanwhile. In this order, the first that has something to
/// do: the budget, the queue, the checklist's reminder, the assessor, settle().
void after_turn(Step& step);

/// The task is done as far as anyone says: the queue, then rest in that phase.
void settle(Step& step, Phase phase = Phase::task_complete);

}
