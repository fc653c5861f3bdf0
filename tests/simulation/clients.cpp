#include "clients.hpp"

#include <murmur/error.hpp>

#include "world.hpp"

namespace murmur::simulation {

namespace {

constexpr std::int64_t patience_ms = 3000;

AgentId id_of(const std::string& label) {
    AgentId id{{"local", "alice"}, "local", "alice", "web", {}};
    for (std::size_t begin = label.find('/') + 1; begin != 0;) {
        const std::size_t end = label.find('/', begin);
        id.path.push_back(label.substr(begin, end - begin));
        begin = end == std::string::npos ? 0 : end + 1;
    }
    return id;
}

}

void Clients::begin(std::int64_t ms) {
    const std::int64_t agents = world_.random.between(1, 3);
    for (std::int64_t i = 0; i < agents; ++i) {
        labels_.push_back("web/a-" + std::to_string(i));
        const std::string label = labels_.back();
        world_.timeline.after(world_.random.between(0, 2000), [this, label] { spawn(label); });
    }
    for (std::int64_t acts = world_.random.between(5, 40); acts > 0; --acts)
        world_.timeline.after(world_.random.between(2000, ms), [this] { act(); });
}

void Clients::ask(std::vector<AddressedCommand> commands, Done done, std::int64_t tries) {
    const auto again = [this, commands, done, tries] {
        world_.timeline.after(world_.random.between(200, 2000),
                              [this, commands, done, tries] { ask(commands, done, tries + 1); });
    };
    if (!world_.is_up()) return again();
    const auto is_answered = std::make_shared<bool>(false);
    std::vector<Engine::Submission> submissions(1);
    submissions.front().commands = commands;
    submissions.front().completion = [this, is_answered, done, again, tries](const Outcome& outcome) {
        if (!world_.is_up()) return;  // it went down with the answer
        *is_answered = true;
        if (!outcome.is_stored) return again();
        if (outcome.error) return world_.trace("refused: " + outcome.error->message());
        if (done) done(*outcome.agent, tries > 0);
    };
    world_.engine().submit(std::move(submissions));
    world_.poke();
    world_.timeline.after(patience_ms, [is_answered, again] {
        if (!*is_answered) again();
    });
}

void Clients::ask(const std::string& label, Command command, Done done) {
    ask({{world_.workflow_id(label), std::move(command)}}, std::move(done));
}

void Clients::spawn(const std::string& label) {
    Random& random = world_.random;
    const std::string number = std::to_string(world_.next_number());
    command::Spawn spawn;
    spawn.id = id_of(label);
    spawn.spec.prompt = random.chance(0.9) ? "do it" : "";
    spawn.spec.backend = "simulated";
    spawn.spec.substrate = "simulated";
    spawn.spec.pilot = random.chance(0.2);
    spawn.repos = {{"/srv/web.git", "", "b", ""}};
    spawn.on_idle = random.pick<OnIdle>({OnIdle::sleep, OnIdle::keep_alive, OnIdle::keep_alive, OnIdle::terminate});
    spawn.dequeue_strategy =
        random.pick<DequeueStrategy>({DequeueStrategy::all, DequeueStrategy::one, DequeueStrategy::five});
    if (random.chance(0.2)) spawn.budget.max_turns = random.between(1, 6);
    if (random.chance(0.1)) spawn.budget.max_cost_usd = 0.5;
    spawn.machine_id = "m-" + number;
    spawn.session_id = "s-" + number;
    spawn.message_id = "p-" + number;
    spawn.request_id = "q-" + number;
    if (const auto agent = world_.reader().find_agent(spawn.id.workflow_id()); agent && is_terminal(agent->phase))
        (random.chance(0.5) ? spawn.resurrect : spawn.force_new) = true;
    if (!spawn.resurrect && random.chance(0.2)) copy_another(spawn, label);
    if (spawn.on_idle == OnIdle::terminate) world_.judge.on_may_complete(label);
    if (spawn.budget != Budget{}) world_.judge.excuse(label, "it has a budget");

    std::vector<AddressedCommand> commands;
    if (spawn.id.path.size() > 1) {
        AgentId parent = spawn.id;
        parent.path.pop_back();
        commands.push_back({parent.workflow_id(), command::AdoptChild{spawn.id, spawn.request_id}});
    }
    commands.push_back({spawn.id.workflow_id(), spawn});
    world_.trace("client spawns " + label + (spawn.resurrect ? " again" : spawn.force_new ? " anew" : ""));
    ask(std::move(commands), [this, spawn](const Agent& agent, bool was_repeated) {
        world_.judge.on_spawned(agent);
        if (!spawn.spec.prompt.empty() && !was_repeated && !spawn.resurrect)
            world_.judge.on_follow_up_stored(agent, spawn.message_id, false);
    });
}

/// It begins from the newest snapshot of another one, if there is any.
void Clients::copy_another(command::Spawn& spawn, const std::string& label) {
    const std::string source = world_.random.pick(labels_);
    const auto agent = world_.reader().find_agent(world_.workflow_id(source));
    if (source == label || !agent || !agent->snapshot) return;
    spawn.spec.restore = agent->snapshot->id;
    spawn.spec.is_fork = true;
    world_.trace("as a copy of " + source);
}

void Clients::act() {
    const std::string label = world_.random.pick(labels_);
    act_on(label);
}

void Clients::act_on(const std::string& label) {
    Random& random = world_.random;
    const auto agent = world_.reader().find_agent(world_.workflow_id(label));
    if (!agent || is_terminal(agent->phase)) {
        if (agent && agent->machine && agent->machine->phase == MachinePhase::kept && random.chance(0.3)) {
            world_.judge.on_kill(label, true);
            return ask(label, command::Kill{true});
        }
        if (agent && !agent->family.children.empty() && random.chance(0.3)) return change_budget(label);
        return spawn(label);
    }
    if (agent->phase == Phase::destroying && agent->reason.find("could not be removed") != std::string::npos &&
        random.chance(0.5))
        return discard_stuck(*agent);
    const std::int64_t dice = random.below(100);
    if (dice < 40) return add_follow_up(label);
    if (dice < 48) return ask(label, command::Sleep{});
    if (dice < 54) return ask(label, command::Wake{});
    if (dice < 59) return ask(label, command::Interrupt{});
    if (dice < 70) return change_settings(label);
    if (dice < 78) return change_tasks(label);
    if (dice < 81)
        return ask(label, command::ClearQueue{},
                   [this, label](const Agent&, bool) { world_.judge.on_queue_cleared(label); });
    if (dice < 90 && agent->id.path.size() < 3) {
        const std::string child = label + "/c-" + std::to_string(random.below(3));
        if (world_.reader().find_agent(world_.workflow_id(child))) return act_on(child);
        labels_.push_back(child);
        return spawn(child);
    }
    if (dice < 96) return end(label);
    world_.crash("a client has bad luck");
}

void Clients::add_follow_up(const std::string& label) {
    const std::string number = std::to_string(world_.next_number());
    const bool is_ordered = world_.random.chance(0.8);
    Command command = command::AddFollowUp{"f-" + number, "more", "q-" + number};
    if (!is_ordered) command = command::SendMessage{"f-" + number, "more", "q-" + number};
    world_.trace("client tells " + label + " f-" + number);
    const auto before = world_.reader().find_agent(world_.workflow_id(label));
    const EventPosition since = before ? before->last_event : EventPosition();
    ask(label, std::move(command), [this, number, is_ordered, since](const Agent& agent, bool was_repeated) {
        if (is_terminal(agent.phase)) return;
        if (was_repeated) return world_.judge.on_follow_up_known(agent, "f-" + number, since);
        world_.judge.on_follow_up_stored(agent, "f-" + number, is_ordered);
    });
}

void Clients::change_settings(const std::string& label) {
    Random& random = world_.random;
    const std::int64_t dice = random.below(4);
    if (dice == 0) return ask(label, command::SetDequeueStrategy{DequeueStrategy::one});
    if (dice == 1) {
        const OnIdle on_idle = random.pick<OnIdle>(
            {OnIdle::sleep, OnIdle::keep_alive, OnIdle::terminate, OnIdle::terminate_when_prs_resolved});
        if (on_idle != OnIdle::sleep && on_idle != OnIdle::keep_alive) world_.judge.on_may_complete(label);
        return ask(label, command::SetOnIdle{on_idle});
    }
    if (dice == 2) return change_budget(label);
    ask(label,
        command::ReportPullRequest{"https://x/pr/1", "a change",
                                   random.pick<PullRequestState>({PullRequestState::open, PullRequestState::merged}),
                                   ChecksState::success});
}

void Clients::change_budget(const std::string& label) {
    world_.judge.excuse(label, "it has a budget");
    world_.judge.on_budget_changed(label);
    command::SetBudget set;
    set.max_turns = world_.random.between(3, 12);
    ask(label, set);
}

void Clients::change_tasks(const std::string& label) {
    if (world_.random.chance(0.5)) {
        command::CreateTask create;
        create.task.subject = "write a test";
        create.request_id = "q-" + std::to_string(world_.next_number());
        return ask(label, create);
    }
    command::UpdateTask update;
    update.id = std::to_string(world_.random.between(1, 3));
    update.status = TaskStatus::completed;
    ask(label, update);
}

/// Its machine cannot be removed, and nobody wants to wait for that.
void Clients::discard_stuck(const Agent& agent) {
    const std::string label = label_of(agent);
    world_.trace("client does not wait for the machine of " + label);
    world_.judge.on_kill(label, true);
    ask(label, command::Kill{true}, [this, life = agent.incarnation](const Agent& after, bool) {
        if (after.incarnation == life) world_.judge.on_discarded(after);
    });
}

void Clients::end(const std::string& label) {
    const bool is_stop = world_.random.chance(0.4), discard = world_.random.chance(0.2);
    if (is_stop)
        world_.judge.on_may_complete(label);
    else
        world_.judge.on_kill(label, discard);
    world_.trace(std::string("client ") + (is_stop ? "stops " : discard ? "discards " : "kills ") + label);
    const auto note = [this](const Agent& agent, bool) {
        if (!is_terminal(agent.phase)) world_.judge.on_end_asked(agent);
    };
    if (is_stop) return ask(label, command::Stop{}, note);
    ask(label, command::Kill{discard}, note);
}

}
