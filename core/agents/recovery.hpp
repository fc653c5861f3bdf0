#pragma once

#include <string>

#include "agents/step.hpp"

namespace murmur {

// Machines and runners that are lost, and the saving of what they leave.

/// There may be work on its machine that is in no snapshot.
bool has_work(const Agent& agent);
/// What a destroy_machine effect has to know.
json::object machine_body(const Machine& machine);
/// What was sent and that no turn has taken in waits again, before everything else.
void take_back_sent(Agent& agent);

/// From now on until stop_awake_time() the machine is paid for.
void start_awake_time(Machine& machine, TimePoint now);
void stop_awake_time(Machine& machine, TimePoint now);

/// The first command to the runner of an incarnation. An empty `message_id`: without messages.
void send_assignment(Step& step, const std::string& message_id);

/// Nothing is to be heard any more of the runner: another is started where it was, or if the agent is ending, one that
/// saves the work. `why`: "no sign of life for 10 s".
void lose_runner(Step& step, const std::string& why);
/// Too much went wrong: the agent fails, and what it has done is saved.
void give_up(Step& step, const std::string& reason);
/// The machine is gone, disk and all: the agent goes on with a fresh one and the newest snapshot.
void replace_machine(Step& step, const std::string& why);
/// The agent ends, and nobody is there to save its work: a runner is started that does only that. After too many of
/// them the machine is kept.
void rescue(Step& step);
/// The agent ends, and its machine stays as it is until someone discards it.
void keep_machine(Step& step, const std::string& why);

}
