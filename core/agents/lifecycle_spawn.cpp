#include "agents/budget.hpp"
#include "agents/checklist.hpp"
#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"

namespace murmur {

void decide_on(Step& step, const command::Spawn& spawn) {
    Agent& agent = step.agent();
    const bool exists = agent.incarnation > 0;
    if (exists && is_repeated(agent, spawn.request_id)) return;
    if (exists && !is_terminal(agent.phase))
        throw Error(Errc::already_exists,
                    quoted_slug(agent) + " is already there (" + phase_short_name(agent.phase) + ")")
            .with_hint("Give it more to do with: murmur queue add " + agent.id.slug() + " \"…\"");
    if (exists && !spawn.force_new)
        throw Error(Errc::already_exists, quoted_slug(agent) + " has ended (" + phase_short_name(agent.phase) + ")")
            .with_hint("Start it anew with: murmur spawn --force-new " + agent.id.slug() + " \"…\"");

    check_budget_for_spawn(step, spawn);

    Agent fresh;
    fresh.row = agent.row;
    fresh.generation = agent.generation;
    fresh.incarnation = agent.incarnation + 1;
    fresh.last_event = agent.last_event;
    fresh.last_session_event = agent.last_session_event;
    fresh.id = spawn.id;
    fresh.spec = spawn.spec;
    fresh.repos = spawn.repos;
    fresh.on_idle = spawn.on_idle;
    fresh.dequeue_strategy = spawn.dequeue_strategy;
    fresh.session_id = spawn.session_id;
    remember_request(fresh, spawn.request_id);
    fresh.created_at = step.now();
    fresh.machine = Machine{spawn.machine_id, spawn.spec.substrate, MachinePhase::requested, false, {}, {}};
    fresh.budget = spawn.budget;
    agent = std::move(fresh);

    step.note("spawned", spawn.spec.prompt.empty() ? "spawned" : spawn.spec.prompt,
              {{"branch", agent.id.branch()}, {"backend", agent.spec.backend}, {"incarnation", agent.incarnation}});
    step.add_effect(EffectKind::start_machine);
    // The engine fills the assignment in when it is sent: it holds values that must not be stored.
    step.send_to_runner({{"assignment", json::object{{"messageId", spawn.message_id}}}});
    add_tasks(step, spawn.tasks);
    if (!spawn.spec.prompt.empty()) {
        agent.sent.push_back({spawn.message_id, spawn.spec.prompt, step.now()});
        agent.turn_running = true;
        agent.working_on = spawn.spec.prompt.substr(0, spawn.spec.prompt.find('\n'));
    }
}

}
