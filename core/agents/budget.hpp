#pragma once

#include <murmur/json.hpp>

#include "agents/step.hpp"

namespace murmur {

// What budgets decide in the life of an agent; see Budget.

/// Before a turn begins: when a limit of the agent's or of an ancestor's is reached, asks the session to end (the work
/// is saved first), notes which limit, and returns true: no turn may begin.
bool stop_at_budget(Step& step);
/// Before a follow-up for an agent that rests is taken in: throws resource_exhausted with the remedy.
void check_budget_for_message(const Step& step);
/// Before a spawn: throws resource_exhausted with the remedy when an ancestor's budget is used up.
void check_budget_for_spawn(const Step& step, const command::Spawn& spawn);

/// A session event of kind COST: what it cost goes into agent.spent and into the line.
void count_cost(Step& step, const FieldReader& event, SessionLine& line);
/// A turn has begun: arms the timer "max-time" when there is a limit.
void watch_turn_time(Step& step);
/// It rings.
void on_turn_time(Step& step, const command::TimerFired& timer);

}
