#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"

namespace murmur {

void decide_on(Step& step, const command::Sleep&) {
    Agent& agent = step.agent();
    require_alive(agent);
    if (agent.phase == Phase::sleeping) return;
    if (!is_waiting(step.agent()))
        throw Error(Errc::failed_precondition, quoted_slug(agent) + " is busy (" + phase_short_name(agent.phase) + ")")
            .with_hint("Wait for its turn to end, or: murmur session interrupt " + agent.id.slug());
    suspend(step);
}

void decide_on(Step& step, const command::Wake&) {
    Agent& agent = step.agent();
    require_alive(agent);
    if (agent.machine && agent.machine->phase == MachinePhase::suspended) resume(step);
    if (agent.machine && agent.machine->phase == MachinePhase::suspending && !agent.wake_wanted) {
        agent.wake_wanted = true;
        step.touch();
    }
}

void decide_on(Step& step, const command::MachineStarted& started) {
    check_fence(step.agent(), started.incarnation);
    Agent& agent = step.agent();
    if (!agent.machine || agent.machine->exists) return;
    agent.machine->exists = true;
    agent.machine->handle = started.handle.data;
    agent.machine->phase = MachinePhase::running;
    step.note("machine", "machine " + agent.machine->id + " started on " + agent.machine->substrate);
    if (agent.phase == Phase::destroying && agent.ending) return step.destroy(*agent.ending);
    if (!agent.runner) step.add_timer("start", agent.incarnation, step.policy().start_deadline);
}

void decide_on(Step& step, const command::MachineFailed& failed) {
    check_fence(step.agent(), failed.incarnation);
    Agent& agent = step.agent();
    if (!agent.machine) return;
    step.note("error", failed.what + ": " + failed.error.message());
    if (failed.what == "find" || failed.what == "start") {
        // A start that failed may have left something behind; where there is no substrate there is nothing.
        agent.machine->exists = failed.what == "start";
        if (failed.what == "find") agent.machine->phase = MachinePhase::gone;
        return step.destroy({Phase::failed, "no machine: " + failed.error.message(), failed.error.hint()});
    }
    if (failed.what == "suspend" && agent.machine->phase == MachinePhase::suspending) {
        agent.machine->phase = MachinePhase::running;
        if (!step.deliver_queue()) step.set_phase(Phase::idle);
        return;
    }
    if (failed.what == "resume")
        step.destroy({Phase::failed, "the machine did not wake: " + failed.error.message(), failed.error.hint()});
}

void decide_on(Step& step, const command::MachineInspected& inspected) {
    check_fence(step.agent(), inspected.incarnation);
    Agent& agent = step.agent();
    if (!agent.machine || agent.machine->phase == MachinePhase::destroying) return;
    if (inspected.status.state != MachineState::gone) return;
    const std::string detail = inspected.status.detail.empty() ? "" : ": " + inspected.status.detail;
    step.note("machine", "machine " + agent.machine->id + " is gone" + detail);
    // What is left of it (files, processes) still has to go.
    step.destroy({Phase::failed, "the runner died" + detail, "Look at the log with: murmur watch " + agent.id.slug()});
}

void decide_on(Step& step, const command::MachineSuspended& suspended) {
    check_fence(step.agent(), suspended.incarnation);
    Agent& agent = step.agent();
    if (!agent.machine || agent.machine->phase != MachinePhase::suspending) return;
    agent.machine->phase = MachinePhase::suspended;
    step.note("machine", "machine " + agent.machine->id + " stopped");
    if (!agent.queue.empty() || agent.stopping || agent.wake_wanted) return resume(step);
    step.set_phase(Phase::sleeping);
}

void decide_on(Step& step, const command::MachineResumed& resumed) {
    check_fence(step.agent(), resumed.incarnation);
    Agent& agent = step.agent();
    if (!agent.machine || agent.machine->phase != MachinePhase::resuming) return;
    agent.machine->phase = MachinePhase::running;
    step.note("machine", "machine " + agent.machine->id + " started again");
    if (agent.phase == Phase::destroying) return;
    if (!step.deliver_queue()) step.become_idle(Phase::idle);
}

void decide_on(Step& step, const command::MachineDestroyed& destroyed) {
    check_fence(step.agent(), destroyed.incarnation);
    Agent& agent = step.agent();
    if (!agent.machine || (!destroyed.machine_id.empty() && destroyed.machine_id != agent.machine->id)) return;
    agent.machine->phase = MachinePhase::gone;
    step.note("machine", "machine " + agent.machine->id + " removed");
    step.finish();
}

}
