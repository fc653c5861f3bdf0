#pragma once

#include <murmur/json.hpp>
#include <vector>

#include "agents/step.hpp"

namespace murmur {

// The assessor's part in the life of an agent; see Pilot.

/// At the end of a turn, when nothing else waits: asks the assessor, unless the agent has none or it was asked too
/// often. Returns whether an answer is to be waited for; the agent stays running meanwhile.
bool ask_assessor(Step& step);

/// The runner's answer. Ends with a message to the session, or with settle() (agents/turn_end.hpp).
void on_assessed(Step& step, const FieldReader& assessed);

/// These messages go to the session: when they are not only of the host's own making (reminders, verdicts), they are a
/// new task, and counting of rounds and reminders begins anew.
void note_new_work(Step& step, const std::vector<FollowUp>& messages);

}
