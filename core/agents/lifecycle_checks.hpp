#pragma once

#include <string>

#include "agents/step.hpp"

namespace murmur {

// What several decisions ask before they decide, and moves that they share.

std::string quoted_slug(const Agent& agent);
/// "murmur spawn --resurrect fix-bug", with the flag given, and of a child how its parent names it.
std::string spawn_with(const char* flag, const Agent& agent);
/// Behind what is said of spawning a child again: only its parent can. Empty for others.
std::string only_within_parent(const Agent& agent);

/// Requests of callers: one that comes again is done already.
bool is_repeated(const Agent& agent, const std::string& request_id);
void remember_request(Agent& agent, const std::string& request_id);

bool machine_is_running(const Agent& agent);
/// Between tasks, on a machine that runs: a message would begin a turn.
bool is_waiting(const Agent& agent);
/// Between tasks, awake or not: a message would begin a turn, now or once the machine has woken.
bool is_resting(const Agent& agent);

/// Something was put into the queue: wakes the agent for it, or begins a turn with it if the session is free.
void serve_queue(Step& step);
void suspend(Step& step);
void resume(Step& step);

}
