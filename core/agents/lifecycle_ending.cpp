#include "agents/children.hpp"
#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"

namespace murmur {

void decide_on(Step& step, const command::Interrupt&) {
    require_alive(step.agent());
    if (step.agent().phase == Phase::sleeping || !step.agent().runner)
        throw Error(Errc::failed_precondition, quoted_slug(step.agent()) + " has no turn to interrupt (" +
                                                   phase_short_name(step.agent().phase) + ")");
    step.note("interrupt", "interrupt asked for");
    step.send_to_runner({{"interrupt", json::object()}});
}

void decide_on(Step& step, const command::Stop&) {
    Agent& agent = step.agent();
    if (is_terminal(agent.phase) || agent.stopping || agent.phase == Phase::destroying) return;
    step.note("stop", "stop asked for");
    if (agent.machine &&
        (agent.machine->phase == MachinePhase::suspended || agent.machine->phase == MachinePhase::suspending)) {
        // It cannot listen now: let it go on first. The command waits in the outbox.
        step.stop_session({Phase::completed, "stopped", ""});
        if (agent.machine->phase == MachinePhase::suspended) resume(step);
        return;
    }
    step.stop_session({Phase::completed, "stopped", ""});
}

void decide_on(Step& step, const command::Kill& kill) {
    Agent& agent = step.agent();
    if (is_terminal(agent.phase)) return;
    agent.ending.reset();
    step.note("kill", "kill asked for");
    kill_children(step, kill);
    if (const auto parent = parent_of(agent.id); parent && kill.by == parent->workflow_id()) tell_dismissal(step);
    step.destroy({Phase::killed, "", ""});
}

}
