#include "judge.hpp"

#include <algorithm>

#include "runner.hpp"
#include "world.hpp"

namespace murmur::simulation {

namespace {

bool has_one_after(const std::vector<EventPosition>& places, EventPosition place) {
    return std::any_of(places.begin(), places.end(), [&](EventPosition other) { return other >= place; });
}

}

std::string label_of(const Agent& agent) { return agent.id.workspace + "/" + agent.id.slug(); }

void Judge::violated(const std::string& what) {
    world_.trace("VIOLATED: " + what);
    violations_.push_back(what);
}

void Judge::on_kill(const std::string& label, bool discard) {
    killed_.insert(label);
    if (discard) discarded_.insert(label);
}

void Judge::on_follow_up_stored(const Agent& agent, const std::string& id, bool is_ordered) {
    stored_[label_of(agent)].push_back({id, agent.last_event, agent.last_event, is_ordered});
}

void Judge::on_follow_up_known(const Agent& agent, const std::string& id, EventPosition since) {
    // Its place among the others is that of the first time.
    stored_[label_of(agent)].push_back({id, since, agent.last_event, false});
}

void Judge::on_queue_cleared(const std::string& label) {
    stored_[label].clear();
    conflicts_.erase(label);
}

void Judge::on_end_asked(const Agent& agent) { end_asked_[label_of(agent)] = agent.last_event; }

void Judge::on_spawned(const Agent& agent) {
    spawned_.insert(agent.id.workflow_id());
    conflicts_.erase(label_of(agent));
}

void Judge::on_session(const SimulatedMachine& machine) {
    const auto [known, is_new] = sessions_.emplace(machine.memory.session_id, machine.label);
    if (known->second != machine.label)
        violated("session " + known->first + " of " + known->second + " goes on as one of " + machine.label);
}

void Judge::on_hand_over(const SimulatedMachine& machine, const std::string& message_id) {
    const auto& heard = machine.memory.heard;
    if (std::find(heard.begin(), heard.end(), message_id) != heard.end())
        violated("message " + message_id + " was handed to the session of " + machine.label + " twice");
    if (message_id.starts_with("file_changed-")) conflicts_.erase(machine.label);
    auto& list = handed_over_[machine.label];
    if (std::find(list.begin(), list.end(), message_id) == list.end()) list.push_back(message_id);
}

/// What is sent now may have been decided before its budget was changed.
bool Judge::is_budget_newer_than_turns(const Agent& agent) const {
    bool is_newer = false;
    for (const AgentEvent& event : world_.reader().events_after(agent.row, {}, 1'000'000)) {
        if (event.type == "budget") is_newer = true;
        if (event.type == "turn") is_newer = false;
    }
    return is_newer;
}

void Judge::on_turn_sent(const Agent& agent) {
    const Budget& budget = agent.budget;
    const bool turns_are_used = budget.max_turns > 0 && agent.spent.turns >= budget.max_turns;
    const bool cost_is_used = budget.max_cost_usd > 0 && agent.spent.cost_usd >= budget.max_cost_usd;
    if ((!turns_are_used && !cost_is_used) || is_budget_newer_than_turns(agent)) return;
    violated(label_of(agent) + " begins a turn after " +
             (turns_are_used ? std::to_string(agent.spent.turns) + " of " + std::to_string(budget.max_turns)
                             : "its cost was used up"));
}

void Judge::on_destroy(const SimulatedMachine& machine) {
    if (machine.memory.session_id.empty() || machine.memory.work == 0 || is_among(discarded_, machine.label)) return;
    const auto agent = world_.reader().find_agent(world_.workflow_id(machine.label));
    if (!agent) return violated("machine " + machine.id + " is of no agent");
    for (const StoredSnapshot& snapshot : world_.reader().snapshots_of(agent->row)) {
        const json::object& manifest = snapshot.record.manifest;
        if (manifest.at("sessionId").as_string() == machine.memory.session_id &&
            manifest.at("checkpoint").at("work").to_number<std::int64_t>() >= machine.memory.work)
            return;
    }
    violated("machine " + machine.id + " of " + machine.label + " is removed with work that is in no snapshot");
}

bool Judge::is_excused(const std::string& label) const { return excuses_.contains(label) || excuses_.contains(""); }

bool Judge::is_among(const std::set<std::string>& trees, const std::string& label) {
    return std::any_of(trees.begin(), trees.end(),
                       [&](const std::string& root) { return label == root || label.starts_with(root + "/"); });
}

void Judge::judge_log(const Agent& agent) {
    const std::string label = label_of(agent);
    bool has_ended = false;
    for (const AgentEvent& event : world_.reader().events_after(agent.row, {}, 1'000'000)) {
        if (has_ended && !is_terminal(event.phase) && event.type != "spawned")
            violated(label + " had ended, and then: " + event.type + " " + event.text);
        if (!has_ended && is_terminal(event.phase)) ends_[label].push_back(event.position);
        if (event.type == "queue" && event.text.starts_with("cleared ")) clears_[label].push_back(event.position);
        has_ended = is_terminal(event.phase);
        if (event.type == "runner" && event.text.starts_with("the runner was lost") && !is_excused(label))
            violated("the healthy runner of " + label + " was given up: " + event.text);
    }
}

void Judge::judge_end(const Agent& agent) {
    if (agent.reason.find("could not be removed") != std::string::npos)
        violated(label_of(agent) + " still says: " + agent.reason);
    const std::string label = label_of(agent);
    const std::string how = label + " has ended (" + phase_short_name(agent.phase) + ": " + agent.reason + ")";
    if (agent.phase == Phase::failed && !is_excused(label) && agent.budget_hit.empty())
        violated(how + " although nothing befell it");
    if (agent.phase == Phase::killed && !is_among(killed_, label)) violated(how + " although no one killed it");
    if (agent.phase == Phase::completed && !may_complete_.contains(label))
        violated(how + " although no one asked for it");
}

void Judge::judge_rest(const Agent& agent) {
    const std::string state = label_of(agent) + " is " + phase_short_name(agent.phase) + " (" + agent.reason + ")";
    if (const auto asked = end_asked_.find(label_of(agent)); asked != end_asked_.end()) {
        const auto spawned = agent.last_event > asked->second;
        if (spawned && !has_one_after(ends_[label_of(agent)], asked->second))
            violated(state + " although its end was asked for");
    }
    for (const Child& child : agent.family.children)
        if (!world_.reader().find_agent(child.workflow_id))
            violated(state + ", and its child " + child.slug + " is not there");
    if (!agent.machine) return violated(state + " without a machine");
    const auto found = world_.substrate->machines().find(agent.machine->id);
    const bool is_there = found != world_.substrate->machines().end();
    const SimulatedRunner* runner = is_there ? found->second->runner.get() : nullptr;
    switch (agent.phase) {
        case Phase::sleeping:
            // A machine that vanished while it slept is missed when it wakes.
            if (is_there && !found->second->suspended) violated(state + " on a machine that runs");
            break;
        case Phase::idle:
        case Phase::task_complete:
        case Phase::checks_pending:
            if (!runner || !runner->is_alive() || !runner->is_connected()) violated(state + " without a runner");
            if (runner && runner->turn_is_running()) violated(state + " while a turn runs");
            if (found != world_.substrate->machines().end() && found->second->suspended)
                violated(state + " on a machine that is suspended");
            break;
        default: violated(state + " for ever");
    }
    // One that sleeps tells what it had no connection for when it wakes.
    const bool will_tell = is_there && found->second->suspended && runner && runner->has_untold();
    if (conflicts_.contains(label_of(agent)) && !is_excused(label_of(agent)) && !will_tell)
        violated(state + ", and was never told of a conflict with its base");
    if (!agent.queue.empty()) violated(state + " with " + std::to_string(agent.queue.size()) + " messages that wait");
    if (!agent.sent.empty()) violated(state + " with messages that were sent and never taken in");
}

void Judge::judge_messages(const Agent& agent) {
    const std::string label = label_of(agent);
    const std::vector<std::string>& handed = handed_over_[label];
    auto last = handed.begin();
    for (const Message& message : stored_[label]) {
        const auto place = std::find(handed.begin(), handed.end(), message.id);
        if (place == handed.end()) {
            if (!has_one_after(ends_[label], message.at) && !has_one_after(clears_[label], message.since))
                violated("message " + message.id + " was never handed to the session of " + label);
            continue;
        }
        if (!message.is_ordered) continue;
        if (place < last) violated("message " + message.id + " came to the session of " + label + " too early");
        last = std::max(last, place);
    }
}

void Judge::judge_parent(const Agent& agent) {
    if (agent.id.path.size() < 2) return;
    AgentId parent_id = agent.id;
    parent_id.path.pop_back();
    const auto parent = world_.reader().find_agent(parent_id.workflow_id());
    if (!parent) return violated(label_of(agent) + " has no parent");
    if (is_terminal(parent->phase)) return;
    for (const Child& child : parent->family.children)
        if (child.workflow_id == agent.id.workflow_id() && child.phase != agent.phase)
            violated("the parent of " + label_of(agent) + " takes it for " + phase_short_name(child.phase) +
                     ", it is " + phase_short_name(agent.phase));
}

void Judge::before_let_go() {
    // More than are passed over in silence, and one that is under way.
    constexpr int refused_max = 3;
    for (const auto& [id, machine] : world_.substrate->machines()) {
        if (world_.substrate->refused_removals(id) <= refused_max) continue;
        const auto agent = world_.reader().find_agent(world_.workflow_id(machine->label));
        if (!agent || !agent->machine || agent->machine->id != id) continue;  // it has begun anew
        if (agent->reason.find("could not be removed") == std::string::npos ||
            agent->reason.find(id) == std::string::npos)
            violated("nobody tells why machine " + id + " of " + machine->label + " stays: " + agent->reason);
    }
}

void Judge::on_discarded(const Agent& agent) {
    if (!is_terminal(agent.phase))
        violated(label_of(agent) + " waits for a machine that cannot be removed, although it was discarded");
}

void Judge::judge_machines() {
    for (const auto& [id, machine] : world_.substrate->machines()) {
        const auto agent = world_.reader().find_agent(world_.workflow_id(machine->label));
        const bool is_its = agent && agent->machine && agent->machine->id == id;
        const bool may_stay = is_its && (!is_terminal(agent->phase) || agent->machine->phase == MachinePhase::kept);
        if (!may_stay) violated("machine " + id + " of " + machine->label + " is left over");
    }
}

void Judge::at_rest() {
    for (const std::string& workflow_id : spawned_) {
        const auto agent = world_.reader().find_agent(workflow_id);
        if (!agent) {
            violated("agent " + workflow_id + " is lost");
            continue;
        }
        judge_log(*agent);
        if (is_terminal(agent->phase))
            judge_end(*agent);
        else
            judge_rest(*agent);
        judge_messages(*agent);
        judge_parent(*agent);
        judge_accounts(*agent);
        judge_budget(*agent);
    }
    judge_machines();
}

}
