#include "agents/budget.hpp"
#include "agents/lifecycle_checks.hpp"
#include "agents/recovery.hpp"
#include "agents/step.hpp"

namespace murmur {

void Step::stop_session(Ending ending, bool hurry) {
    Agent& a = agent();
    if (!a.ending) a.ending = std::move(ending);
    // One that only saves need not be told to end, and one that has saved is being removed.
    const bool is_told = (a.stopping && !hurry) || a.recovery.is_rescue || a.recovery.saved;
    if (is_told && !a.recovery.discard) return;
    a.stopping = true;
    // A runner that is only ended with its machine would push and save: it has to be told that nobody wants that.
    const bool can_be_told = a.recovery.discard && a.runner && machine_is_running(a);
    if (!has_work(a) && !can_be_told) return destroy();
    set_phase(Phase::destroying);
    if (!a.runner) return rescue(*this);
    json::object stop{{"reason", a.ending->reason}, {"hurry", hurry}};
    if (a.recovery.discard) stop["discard"] = true;
    send_to_runner({{"stop", std::move(stop)}});
    set_deadline(hurry ? policy_.kill_deadline : policy_.stop_deadline);
    // It cannot listen while it sleeps: the command waits in the outbox.
    if (a.machine->phase == MachinePhase::suspended) resume(*this);
}

void Step::set_deadline(std::chrono::milliseconds after) { add_timer("stop", ++agent().recovery.deadlines, after); }

void Step::destroy() {
    Agent& a = agent();
    if (!a.ending) a.ending = Ending{};
    a.turn_running = false;
    set_phase(Phase::destroying);
    if (!a.machine || a.machine->phase == MachinePhase::gone) return finish();
    if (a.machine->phase == MachinePhase::destroying) return;
    // A start whose answer is not here yet may still make a machine: its result leads back here.
    if (!a.machine->exists) return;
    a.machine->phase = MachinePhase::destroying;
    add_effect(EffectKind::destroy_machine, machine_body(*a.machine));
}

void Step::finish() {
    Agent& a = agent();
    const Ending ending = a.ending.value_or(Ending{});
    a.ending.reset();
    a.reason = ending.reason;
    a.hint = ending.hint;
    a.runner.reset();
    a.stopping = false;
    a.turn_running = false;
    count_turn_time(*this);
    a.pilot.asked = false;
    a.recovery = {};
    if (a.machine) stop_awake_time(*a.machine, now_);
    take_back_sent(a);  // for one that goes on with this life
    a.ended_at = now_;
    a.working_on.clear();
    if (!allowed_.has(ending.phase))
        throw Error(Errc::internal, "no way leads to " + phase_enum_name(ending.phase) + " by this command");
    a.phase = ending.phase;
    note("phase", phase_enum_name(ending.phase) + (ending.reason.empty() ? "" : ": " + ending.reason));
}

}
