#pragma once

#include "agents/step.hpp"

namespace murmur {

// What follows when the session is free.

/// A turn has ended well, and nothing was sent to the session meanwhile. In this order, the first that has something to
/// do: the budget, the queue, the checklist's reminder, the assessor, settle().
void after_turn(Step& step);

/// The task is done as far as anyone says: the queue, else rest in that phase, or in checks_pending where there is a
/// pull request with checks that run.
void settle(Step& step, Phase phase = Phase::task_complete);

/// The agent rests, awake or asleep: what its on_idle says happens, or is set to happen after a time.
void apply_on_idle(Step& step);

/// Its pull requests have changed.
void review_rest(Step& step);
/// One that it did not know. The oldest that is resolved makes room, else the oldest.
PullRequest& add_pull_request(Agent& agent, PullRequest pr);
bool has_pending_checks(const Agent& agent);
/// All are merged or closed, and there is at least one.
bool are_prs_resolved(const Agent& agent);

}
