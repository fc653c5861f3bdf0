#include "agents/recovery.hpp"

#include "agents/budget.hpp"
#include "agents/lifecycle_checks.hpp"
#include "base/planted_bug.hpp"

namespace murmur {

namespace {

/// Fences off everything that the last incarnation may still say, and begins with empty sequences.
void begin_incarnation(Step& step) {
    Agent& agent = step.agent();
    ++agent.incarnation;
    agent.runner.reset();
    agent.reports_seen = 0;
    agent.commands_sent = 0;
    agent.wake_wanted = false;
    agent.turn_running = false;
    agent.recovery.is_rescue = false;
    agent.recovery.save_failed = false;
    agent.recovery.push_failed = false;
    take_back_sent(agent);
    step.touch();
}

void restart_machine(Step& step) {
    step.agent().machine->phase = MachinePhase::restarting;
    step.add_effect(EffectKind::restart_machine);
}

std::string times(std::int64_t count) { return count == 1 ? "once" : std::to_string(count) + " times"; }

void note_cut_turn(Step& step) {
    Agent& agent = step.agent();
    if (agent.turn_began == TimePoint{}) return;
    count_turn_time(step);
    agent.recovery.turn_cut = true;
    step.note("turn", "turn " + std::to_string(agent.turns) + " was cut off");
}

}

bool has_work(const Agent& agent) {
    if (!agent.machine || agent.machine->phase == MachinePhase::gone) return false;
    if (is_planted(PlantedBug::machines_go_unsaved)) return false;
    return agent.machine->had_runner && !agent.recovery.saved && !agent.recovery.discard;
}

json::object machine_body(const Machine& machine) {
    return {{"id", machine.id}, {"substrate", machine.substrate}, {"handle", machine.handle}};
}

void take_back_sent(Agent& agent) {
    if (is_planted(PlantedBug::sent_is_forgotten)) agent.sent.clear();
    agent.queue.insert(agent.queue.begin(), std::make_move_iterator(agent.sent.begin()),
                       std::make_move_iterator(agent.sent.end()));
    agent.sent.clear();
}

void start_awake_time(Machine& machine, TimePoint now) {
    if (machine.awake_since == TimePoint{}) machine.awake_since = now;
}

void stop_awake_time(Machine& machine, TimePoint now) {
    if (machine.awake_since != TimePoint{} && now > machine.awake_since)
        machine.awake_ms += (now - machine.awake_since).count();
    machine.awake_since = {};
}

void send_assignment(Step& step, const std::string& message_id) {
    const Agent& agent = step.agent();
    json::object assignment{{"messageId", message_id}};
    const bool is_fresh = agent.machine->first_incarnation == agent.incarnation;
    if (is_fresh && (agent.snapshot || !agent.spec.restore.empty())) assignment["restore"] = true;
    if (agent.recovery.is_rescue) assignment["rescue"] = true;
    // It is filled in when it is sent: it holds values that must not be stored.
    step.send_to_runner({{"assignment", std::move(assignment)}});
}

void lose_runner(Step& step, const std::string& why) {
    Agent& agent = step.agent();
    step.note("runner", "the runner was lost: " + why);
    note_cut_turn(step);
    if (agent.phase == Phase::destroying) return rescue(step);
    if (!agent.machine->exists) return step.touch();  // the answer to its start decides
    if (++agent.recovery.losses > step.policy().losses_max)
        return give_up(step, "the runner was lost " + times(agent.recovery.losses) + ", at last: " + why);
    begin_incarnation(step);
    step.set_phase(Phase::starting);
    agent.reason = "the runner was lost (" + why + "), another is being started";
    agent.hint.clear();
    restart_machine(step);
    send_assignment(step, "");
}

void give_up(Step& step, const std::string& reason) {
    Agent& agent = step.agent();
    agent.runner.reset();
    step.stop_session({Phase::failed, reason, "Look at the log with: murmur watch " + agent.id.slug()});
}

void replace_machine(Step& step, const std::string& why) {
    Agent& agent = step.agent();
    const Machine old = *agent.machine;
    step.note("machine", "machine " + old.id + " is gone: " + why);
    begin_incarnation(step);
    if (old.exists) step.add_effect(EffectKind::destroy_machine, machine_body(old));
    Machine fresh;
    fresh.first_id = old.first_id.empty() ? old.id : old.first_id;
    fresh.id = fresh.first_id + "-" + std::to_string(agent.incarnation);
    fresh.substrate = old.substrate;
    fresh.first_incarnation = agent.incarnation;
    fresh.awake_ms = old.awake_ms;
    fresh.awake_since = old.awake_since;
    stop_awake_time(fresh, step.now());
    agent.machine = std::move(fresh);
    agent.recovery.is_fresh_machine = true;
    agent.reason = "machine " + old.id + " is gone, a fresh one is being started";
    step.add_effect(EffectKind::start_machine);
    send_assignment(step, "");
}

void rescue(Step& step) {
    Agent& agent = step.agent();
    if (!has_work(agent)) return step.destroy();
    // With the next incarnation the answer to a start would be fenced off, and its machine forgotten.
    if (!agent.machine->exists) return step.set_deadline(step.policy().stop_deadline);
    agent.stopping = true;
    step.set_phase(Phase::destroying);
    note_cut_turn(step);
    if (agent.recovery.rescues >= step.policy().rescues_max)
        return keep_machine(step, "its work could not be saved after " + times(agent.recovery.rescues));
    ++agent.recovery.rescues;
    begin_incarnation(step);
    agent.recovery.is_rescue = true;
    step.note("runner", "a runner is being started to save the work");
    restart_machine(step);
    send_assignment(step, "");
}

void keep_machine(Step& step, const std::string& why) {
    Agent& agent = step.agent();
    Ending ending = agent.ending.value_or(Ending{});
    ending.reason += (ending.reason.empty() ? "" : "; ") + ("machine " + agent.machine->id + " is kept: " + why);
    ending.hint = "Go on with it: " + spawn_with("--resurrect", agent) + " \"…\"" + only_within_parent(agent) +
                  ", or remove it and its work: murmur kill --discard " + agent.id.slug();
    agent.ending = std::move(ending);
    agent.machine->phase = MachinePhase::kept;
    step.note("machine", "machine " + agent.machine->id + " is kept: " + why);
    step.set_phase(Phase::destroying);
    step.finish();
}

}
