#pragma once

#include <murmur/json.hpp>
#include <optional>

#include "agents/spending.hpp"
#include "agents/step.hpp"

namespace murmur {

// What budgets decide in the life of an agent; see Budget.

/// The limit that keeps the next turn from beginning.
std::optional<BudgetHit> find_budget_hit(const Step& step);
/// Before a turn begins: when a limit of the agent's or of an ancestor's is reached, asks the session to end (the work
/// is saved first), notes which limit, and returns true: no turn may begin.
bool stop_at_budget(Step& step);
/// Before a follow-up for an agent that rests is taken in: throws resource_exhausted with the remedy.
void check_budget_for_message(const Step& step);
/// Before a spawn: throws resource_exhausted with the remedy when an ancestor's budget is used up, or that of the agent
/// that is resurrected.
void check_budget_for_spawn(const Step& step, const command::Spawn& spawn);

/// Something was paid for.
void add_cost(Step& step, double cost_usd, bool is_estimated);
/// A session event of kind COST: what it cost goes into agent.spent and into the line. Where it only tells tokens, the
/// price table says.
void count_cost(Step& step, const FieldReader& event, SessionLine& line);
/// A turn has begun: counts it, and arms the timer "max-time" when there is a limit.
void watch_turn_time(Step& step);
/// It rings: when the time is up, the turn is interrupted and the session ends.
void on_turn_time(Step& step, const command::TimerFired& timer);
/// The turn is over, or was cut off: its time is spent.
void count_turn_time(Step& step);

}
