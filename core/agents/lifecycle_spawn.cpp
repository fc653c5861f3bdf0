#include "agents/budget.hpp"
#include "agents/checklist.hpp"
#include "agents/children.hpp"
#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"
#include "agents/recovery.hpp"
#include "agents/removal.hpp"
#include "agents/report_parts.hpp"

namespace murmur {

namespace {

void check_can_spawn(const Agent& agent, const command::Spawn& spawn) {
    if (agent.incarnation == 0) {
        if (!spawn.resurrect) return;
        throw Error(Errc::not_found, "there is no agent \"" + spawn.id.slug() + "\" to go on with")
            .with_hint("Begin it with: murmur spawn " + spawn.id.slug() + " \"…\"");
    }
    if (!spawn.force_new && !spawn.resurrect)
        throw Error(Errc::already_exists, quoted_slug(agent) + " has ended (" + phase_short_name(agent.phase) + ")")
            .with_hint("Go on with it: " + spawn_with("--resurrect", agent) +
                       " \"…\", or anew: " + spawn_with("--force-new", agent) + " \"…\"" + only_within_parent(agent));
    if (!agent.machine) return;
    if (agent.machine->phase == MachinePhase::destroying && !removal_fails(agent))
        throw Error(Errc::unavailable,
                    "machine \"" + agent.machine->id + "\" of " + quoted_slug(agent) + " is still being removed")
            .with_hint("Try again in a moment.");
    if (agent.machine->phase == MachinePhase::kept && !spawn.resurrect)
        throw Error(Errc::failed_precondition, quoted_slug(agent) + " has ended, and machine \"" + agent.machine->id +
                                                   "\" is kept with work that is not saved")
            .with_hint("Go on with it: " + spawn_with("--resurrect", agent) + " \"…\"" + only_within_parent(agent) +
                       ", or remove it first: murmur kill --discard " + agent.id.slug());
}

/// What every life begins with. Positions in logs, and the row, belong to the name.
Agent make_agent(const Agent& last, const command::Spawn& spawn, TimePoint now) {
    Agent fresh;
    fresh.row = last.row;
    fresh.generation = last.generation;
    fresh.incarnation = last.incarnation + 1;
    fresh.last_event = last.last_event;
    fresh.last_session_event = last.last_session_event;
    fresh.id = spawn.id;
    fresh.spec = spawn.spec;
    fresh.repos = spawn.repos;
    fresh.on_idle = spawn.on_idle;
    fresh.dequeue_strategy = spawn.dequeue_strategy;
    fresh.budget = spawn.budget;
    fresh.session_id = spawn.session_id;
    fresh.created_at = now;
    Machine machine;
    machine.id = machine.first_id = spawn.machine_id;
    machine.substrate = spawn.spec.substrate;
    machine.first_incarnation = fresh.incarnation;
    fresh.machine = std::move(machine);
    return fresh;
}

/// What a life that goes on has of the last one.
void inherit(Agent& fresh, const Agent& last) {
    if (fresh.repos.empty()) fresh.repos = last.repos;
    if (fresh.budget == Budget{}) fresh.budget = last.budget;
    if (!last.session_id.empty()) fresh.session_id = last.session_id;
    fresh.created_at = last.created_at;
    fresh.checkpoint = last.checkpoint;
    fresh.snapshot = last.snapshot;
    if (fresh.spec.restore.empty() && last.snapshot) fresh.spec.restore = last.snapshot->id;
    fresh.queue = last.queue;
    fresh.request_ids = last.request_ids;
    fresh.checklist = last.checklist;
    fresh.checklist.reminders = 0;
    fresh.family = last.family;
    fresh.spent = last.spent;
    fresh.cost_estimated = last.cost_estimated;
    fresh.turns = last.turns;
    fresh.response = last.response;
    fresh.pull_requests = last.pull_requests;
    fresh.commit_count = last.commit_count;
    fresh.commits = last.commits;
    if (!last.machine) return;
    fresh.machine->awake_ms = last.machine->awake_ms;
    if (last.machine->phase != MachinePhase::kept) return;
    const std::int64_t first_incarnation = last.machine->first_incarnation;
    fresh.machine = last.machine;
    fresh.machine->first_incarnation = first_incarnation;
}

/// Who lives below a name is below its clean life, too: killed with it, and what is spent from now on counts.
void keep_children(Agent& fresh, const Agent& last) {
    for (const Child& child : last.family.children)
        if (may_live_below(child)) fresh.family.children.push_back(child);
}

}

void decide_on(Step& step, const command::Spawn& spawn) {
    Agent& agent = step.agent();
    check_can_spawn(agent, spawn);
    check_budget_for_spawn(step, spawn);

    Agent fresh = make_agent(agent, spawn, step.now());
    if (spawn.resurrect)
        inherit(fresh, agent);
    else
        keep_children(fresh, agent);
    remember_request(fresh, spawn.request_id);
    agent = std::move(fresh);

    step.note("spawned", spawn.spec.prompt.empty() ? "spawned" : spawn.spec.prompt,
              {{"branch", agent.id.branch()},
               {"backend", agent.spec.backend},
               {"incarnation", agent.incarnation},
               {"resurrected", spawn.resurrect}});
    const bool is_kept = agent.machine->phase == MachinePhase::kept;
    if (is_kept) agent.machine->phase = MachinePhase::restarting;
    step.add_effect(is_kept ? EffectKind::restart_machine : EffectKind::start_machine);
    add_tasks(step, spawn.tasks);
    const bool has_prompt = !spawn.spec.prompt.empty();
    if (!spawn.resurrect && has_prompt) {
        agent.sent.push_back({spawn.message_id, spawn.spec.prompt, step.now()});
        agent.turn_running = true;
        agent.working_on = one_line(spawn.spec.prompt);
    }
    // A session that goes on is there before it is told anything: its prompt waits behind what waited before.
    if (spawn.resurrect && has_prompt) agent.queue.push_back({spawn.message_id, spawn.spec.prompt, step.now()});
    send_assignment(step, spawn.resurrect ? "" : spawn.message_id);
}

}
