#include <algorithm>

#include "base/planted_bug.hpp"
#include "engine/engine.hpp"

namespace murmur {

namespace {

/// What is worth a line in the daemon's log; never what a person or a session said.
bool is_for_operators(const AgentEvent& event) {
    static const std::unordered_set<std::string> types{"phase", "error", "lease", "machine", "runner"};
    return types.contains(event.type);
}

/// Nothing happens to it until someone asks something of it.
bool is_at_rest(const Agent& agent) {
    return is_terminal(agent.phase) ||
           (agent.phase == Phase::sleeping && agent.machine && agent.machine->phase == MachinePhase::suspended);
}

}

void Engine::stage(Item& item) {
    if (!in_transaction_) {
        store_->begin();
        in_transaction_ = true;
    }
    if (item.change) stage_change(item);
    if (item.outcome.error) return;
    if (item.effect_done) store_->remove_effect(*item.effect_done);
    if (item.effect_retry) store_->postpone_effect(*item.effect_retry);
    if (!item.commands.empty()) stage_commands(item);
}

void Engine::stage_change(Item& item) {
    flush_dirty();  // it may look at agents: one that ended or lives again must be stored as such
    store_->begin_change();
    try {
        item.change(*store_);
    } catch (...) {
        const Error refused = current_error();
        try {
            store_->undo_change();
        } catch (const Error&) {
            throw refused;  // it took the whole transaction with it
        }
        item.outcome.error = refused;
        return;
    }
    store_->keep_change();
}

void Engine::stage_commands(Item& item) {
    std::vector<Decision> decisions;
    try {
        if (item.condition) item.condition(*store_);
        for (const Target& target : item.commands) decisions.push_back(decide_on(target, decisions));
    } catch (...) {
        item.outcome.error = current_error();
        if (!is_planted(PlantedBug::families_in_halves)) return;
    }
    for (Decision& decision : decisions) item.outcome.agent = store_decision(std::move(decision));
}

Decision Engine::decide_on(const Target& target, const std::vector<Decision>& before) {
    static const Agent nobody;
    std::shared_ptr<const Agent> agent;
    for (const Decision& earlier : before)
        if (target.workflow_id.empty() ? earlier.next.row == target.agent_row
                                       : earlier.next.id.workflow_id() == target.workflow_id)
            agent = std::make_shared<const Agent>(earlier.next);
    if (!agent) {
        const CachedAgent* cached =
            target.workflow_id.empty() ? find_cached(target.agent_row) : find_cached(target.workflow_id);
        if (cached) agent = cached->agent;
    }
    const auto* spawn = std::get_if<command::Spawn>(&target.command);
    if (!agent && !spawn) throw Error(Errc::not_found, "agent \"" + target.workflow_id + "\" not found");
    const Surroundings surroundings = surroundings_of(agent ? agent->id : spawn->id, before);
    return decide(agent ? *agent : nobody, target.command, options_.policy, clock_.now(), surroundings);
}

Surroundings Engine::surroundings_of(const AgentId& id, const std::vector<Decision>& before) {
    Surroundings surroundings;
    AgentId ancestor = id;
    while (ancestor.path.size() > 1) {
        ancestor.path.pop_back();
        std::shared_ptr<const Agent> agent;
        for (const Decision& earlier : before)
            if (earlier.next.id == ancestor) agent = std::make_shared<const Agent>(earlier.next);
        if (!agent)
            if (const CachedAgent* cached = find_cached(ancestor.workflow_id())) agent = cached->agent;
        if (agent) surroundings.ancestors.push_back(std::move(agent));
    }
    return surroundings;
}

std::shared_ptr<const Agent> Engine::store_decision(Decision decision) {
    CachedAgent* cached = find_cached(decision.next.id.workflow_id());
    const bool is_new = !cached;
    const bool was_alive = cached && !is_terminal(cached->agent->phase);
    staged_alive_ += !is_terminal(decision.next.phase) - was_alive;
    const std::int64_t row = decision.next.row = is_new ? store_->insert_agent(decision.next) : cached->agent->row;
    for (const AgentEvent& event : decision.events) {
        store_->append_event(row, event);
        if (is_for_operators(event)) staged_log_.emplace_back(decision.next.id.workflow_id(), event);
    }
    for (const SessionLine& line : decision.session_lines) store_->append_session_line(row, line);
    for (const SnapshotRecord& snapshot : decision.snapshots) store_->add_snapshot(row, snapshot);
    for (Effect& effect : decision.effects) {
        effect.agent_row = row;
        effect.row = store_->add_effect(effect);
        staged_effects_.push_back(effect);
    }
    if (is_new) {
        cached = &cache(std::move(decision.next));
        cached->dirty = cached->document_dirty = true;  // the document must know its row
    } else if (decision.next.generation != cached->agent->generation) {
        cached->document_dirty = cached->document_dirty || decision.document_changed;
        cached->agent = std::make_shared<const Agent>(std::move(decision.next));
        cached->dirty = true;
    }
    touched_.insert(row);
    return cached->agent;
}

void Engine::flush_dirty() {
    for (const std::int64_t row : touched_) {
        CachedAgent& cached = agents_.at(row);
        if (!cached.dirty) continue;
        store_->update_agent(*cached.agent, cached.stored_generation, cached.document_dirty);
        // Timers that have not rung and commands that nobody will fetch any more.
        if (is_terminal(cached.agent->phase)) store_->remove_effects_of_ended(row);
        cached.stored_generation = cached.agent->generation;
        cached.dirty = cached.document_dirty = false;
    }
}

void Engine::forget_touched() {
    for (const std::int64_t row : touched_) {
        const auto entry = agents_.find(row);
        if (entry == agents_.end() || is_planted(PlantedBug::keeps_what_was_not_stored)) continue;
        rows_.erase(entry->second.agent->id.workflow_id());
        agents_.erase(entry);
    }
    touched_.clear();
    staged_effects_.clear();
    staged_log_.clear();
    staged_alive_ = 0;
}

void Engine::forget_if_at_rest(std::int64_t row) {
    touched_.erase(row);
    const auto entry = agents_.find(row);
    if (entry == agents_.end() || !is_at_rest(*entry->second.agent)) return;
    rows_.erase(entry->second.agent->id.workflow_id());
    agents_.erase(entry);
}

void Engine::log_staged() {
    for (const auto& [workflow_id, event] : staged_log_)
        logger_.log(event.type == "error" || event.type == "lease" ? LogLevel::warning : LogLevel::info, event.text,
                    {{"agent", workflow_id}, {"event", event.type}});
    staged_log_.clear();
}

Engine::CachedAgent* Engine::find_cached(const std::string& workflow_id) {
    if (const auto row = rows_.find(workflow_id); row != rows_.end()) return &agents_.at(row->second);
    auto stored = store_->find_agent(workflow_id);
    return stored ? &cache(std::move(*stored)) : nullptr;
}

Engine::CachedAgent* Engine::find_cached(std::int64_t row) {
    if (const auto entry = agents_.find(row); entry != agents_.end()) return &entry->second;
    auto stored = store_->find_agent(row);
    return stored ? &cache(std::move(*stored)) : nullptr;
}

Engine::CachedAgent& Engine::cache(Agent agent) {
    const std::int64_t row = agent.row;
    rows_[agent.id.workflow_id()] = row;
    CachedAgent& cached = agents_[row];
    cached.stored_generation = agent.generation;
    cached.agent = std::make_shared<const Agent>(std::move(agent));
    touched_.insert(row);  // one at rest leaves the cache again after this batch
    return cached;
}

}
