#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"
#include "agents/recovery.hpp"
#include "agents/removal.hpp"
#include "agents/turn_end.hpp"

namespace murmur {

namespace {

void restart_failed(Step& step, const Error& error) {
    Agent& agent = step.agent();
    if (agent.machine->phase != MachinePhase::restarting) return;
    if (agent.runner) {  // it came although the call says that it cannot
        agent.machine->phase = MachinePhase::running;
        return;
    }
    const bool is_gone = error.code() == Errc::not_found;
    const bool is_impossible = error.code() == Errc::unimplemented;
    if (agent.phase != Phase::destroying)
        return is_gone || is_impossible ? replace_machine(step, error.message())
                                        : lose_runner(step, "it cannot be started again: " + error.message());
    if (is_impossible) return keep_machine(step, "its work cannot be saved: " + error.message());
    if (!is_gone) return rescue(step);
    step.note("error", "what machine " + agent.machine->id + " held is lost with it");
    agent.machine->had_runner = false;
    step.destroy();
}

void suspend_failed(Step& step, const Error& error) {
    Agent& agent = step.agent();
    if (agent.machine->phase != MachinePhase::suspending) return;
    agent.machine->phase = MachinePhase::running;
    agent.wake_wanted = false;
    if (error.code() == Errc::not_found) return lose_runner(step, "machine " + agent.machine->id + " is gone");
    if (agent.phase == Phase::destroying || step.deliver_queue()) return;
    ++agent.idle_count;  // it may sleep later
    apply_on_idle(step);
}

/// There is no such substrate, any more or at all.
void substrate_missing(Step& step, const Error& error) {
    Agent& agent = step.agent();
    if (!agent.ending) agent.ending = Ending{Phase::failed, "no machine: " + error.message(), error.hint()};
    if (has_work(agent)) return keep_machine(step, error.message());
    agent.machine->phase = MachinePhase::gone;
    step.destroy();
}

}

void decide_on(Step& step, const command::Sleep&) {
    Agent& agent = step.agent();
    if (agent.machine->phase == MachinePhase::suspending) return;
    if (!is_waiting(agent)) throw refusal_error(Refusal::busy, agent);
    suspend(step);
}

void decide_on(Step& step, const command::Wake&) {
    Agent& agent = step.agent();
    if (agent.machine->phase == MachinePhase::suspended) resume(step);
    if (agent.machine->phase == MachinePhase::suspending && !agent.wake_wanted) {
        agent.wake_wanted = true;
        step.touch();
    }
}

void decide_on(Step& step, const command::MachineStarted& started) {
    Agent& agent = step.agent();
    const bool is_first = agent.machine->phase == MachinePhase::requested;
    if (!is_first && agent.machine->phase != MachinePhase::restarting) return;
    agent.machine->exists = true;
    agent.machine->handle = started.handle.data;
    agent.machine->phase = MachinePhase::running;
    start_awake_time(*agent.machine, step.now());
    step.note("machine", is_first ? "machine " + agent.machine->id + " started on " + agent.machine->substrate
                                  : "machine " + agent.machine->id + " has a new runner");
    // It was to end before it began, or has ended already.
    if (agent.phase == Phase::destroying && !has_work(agent)) return step.destroy();
    if (!agent.runner) return step.add_timer("start", agent.incarnation, step.policy().start_deadline);
    // Its runner was faster than the substrate's answer.
    // The deadline that it brought may have passed before the answer, and meant nothing then.
    if (agent.phase == Phase::starting) step.add_timer("prepare", agent.incarnation, step.policy().prepare_deadline);
    if (is_waiting(agent) && !step.deliver_queue()) apply_on_idle(step);
}

void decide_on(Step& step, const command::MachineFailed& failed) {
    Agent& agent = step.agent();
    if (failed.what == "destroy") return on_removal_failed(step, failed);
    if (is_terminal(agent.phase)) throw refusal_error(Refusal::over, agent);
    step.note("error", failed.what + ": " + failed.error.message());
    if (failed.what == "find") return substrate_missing(step, failed.error);
    if (failed.what == "restart") return restart_failed(step, failed.error);
    if (failed.what == "suspend") return suspend_failed(step, failed.error);
    if (failed.what == "resume" && agent.machine->phase == MachinePhase::resuming) {
        agent.machine->phase = MachinePhase::running;
        return lose_runner(step, "the machine did not wake: " + failed.error.message());
    }
    if (failed.what != "start" || agent.machine->phase != MachinePhase::requested) return;
    // A start that failed may have left something behind.
    agent.machine->exists = true;
    agent.machine->phase = MachinePhase::running;
    step.stop_session({Phase::failed, "no machine: " + failed.error.message(), failed.error.hint()});
    if (!has_work(agent)) step.destroy();
}

void decide_on(Step& step, const command::MachineInspected& inspected) {
    Agent& agent = step.agent();
    const MachinePhase phase = agent.machine->phase;
    const bool is_awaited = phase == MachinePhase::running || phase == MachinePhase::suspending;
    if (!is_awaited || inspected.status.state != MachineState::gone) return;
    lose_runner(step, inspected.status.detail.empty() ? "it died" : "it died: " + inspected.status.detail);
}

void decide_on(Step& step, const command::MachineSuspended&) {
    Agent& agent = step.agent();
    if (agent.machine->phase != MachinePhase::suspending) return;
    agent.machine->phase = MachinePhase::suspended;
    stop_awake_time(*agent.machine, step.now());
    step.note("machine", "machine " + agent.machine->id + " stopped");
    if (!agent.queue.empty() || agent.stopping || agent.wake_wanted) return resume(step);
    step.set_phase(Phase::sleeping);
}

void decide_on(Step& step, const command::MachineResumed&) {
    Agent& agent = step.agent();
    if (agent.machine->phase != MachinePhase::resuming) return;
    agent.machine->phase = MachinePhase::running;
    start_awake_time(*agent.machine, step.now());
    step.note("machine", "machine " + agent.machine->id + " started again");
    if (agent.phase != Phase::destroying) settle(step, Phase::idle);
}

void decide_on(Step& step, const command::MachineDestroyed& destroyed) {
    Agent& agent = step.agent();
    if (!destroyed.machine_id.empty() && destroyed.machine_id != agent.machine->id) {
        if (!is_terminal(agent.phase)) step.note("machine", "machine " + destroyed.machine_id + " removed");
        return;
    }
    if (agent.machine->phase != MachinePhase::destroying) throw refusal_error(Refusal::over, agent);
    agent.machine->phase = MachinePhase::gone;
    forget_removal(agent);
    step.note("machine", "machine " + agent.machine->id + " removed");
    if (!is_terminal(agent.phase)) step.finish();
}

}
