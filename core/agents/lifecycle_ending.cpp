#include "agents/children.hpp"
#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"
#include "agents/recovery.hpp"
#include "agents/removal.hpp"

namespace murmur {

namespace {

/// An ended agent's machine that was kept: with `discard` it goes now. Without, that is refused unless the command was
/// of use to others or came from one.
void discard_kept_machine(Step& step, const command::Kill& kill, bool takes_others) {
    Agent& agent = step.agent();
    if (!agent.machine || agent.machine->phase != MachinePhase::kept) return;
    if (!kill.discard && takes_others) return;
    if (!kill.discard)
        throw Error(Errc::failed_precondition, quoted_slug(agent) + " has ended, and machine \"" + agent.machine->id +
                                                   "\" is kept with work that is not saved")
            .with_hint("Remove both with: murmur kill --discard " + agent.id.slug());
    step.note("kill", "machine " + agent.machine->id + " is discarded");
    agent.machine->phase = MachinePhase::destroying;
    agent.hint.clear();
    step.add_effect(EffectKind::destroy_machine, machine_body(*agent.machine));
}

}

void decide_on(Step& step, const command::Interrupt&) {
    step.note("interrupt", "interrupt asked for");
    step.send_to_runner({{"interrupt", json::object()}});
}

void decide_on(Step& step, const command::Stop&) {
    step.note("stop", "stop asked for");
    step.stop_session({Phase::completed, "stopped", ""});
}

void decide_on(Step& step, const command::Kill& kill) {
    Agent& agent = step.agent();
    if (is_terminal(agent.phase)) {
        const bool takes_others = kill_children(step, kill);  // they may live on
        return discard_kept_machine(step, kill, takes_others || !kill.by.empty());
    }
    if (kill.discard && removal_fails(agent)) {
        step.note("kill", "kill asked for, without waiting for machine " + agent.machine->id);
        kill_children(step, kill);
        return end_without_removal(step);
    }
    const bool is_killed = agent.ending && agent.ending->phase == Phase::killed;
    if (is_killed && kill.discard == agent.recovery.discard) return;
    step.note("kill", kill.discard ? "kill asked for, without saving" : "kill asked for");
    kill_children(step, kill);
    if (const auto parent = parent_of(agent.id); parent && kill.by == parent->workflow_id()) tell_dismissal(step);
    agent.ending = Ending{Phase::killed, "", ""};
    agent.recovery.discard = agent.recovery.discard || kill.discard;
    step.stop_session(*agent.ending, true);
}

}
