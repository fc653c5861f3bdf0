#include "store/memory_store.hpp"

#include <algorithm>
#include <limits>
#include <murmur/error.hpp>

#include "store/memory_reader.hpp"
#include "store/memory_resources.hpp"
#include "store/rows.hpp"

namespace murmur {

namespace {

class MemoryWriter final : public StoreWriter {
public:
    MemoryWriter(std::shared_ptr<Locked<MemoryTables>> committed, MemoryStore::Faults faults)
        : committed_(std::move(committed)), faults_(std::move(faults)), tables_(*committed_->lock()) {}

    void begin() override {
        if (in_transaction_) throw Error(Errc::internal, "a transaction is open already");
        in_transaction_ = true;
    }
    void commit() override {
        if (faults_.before_commit) faults_.before_commit();
        journal_.commit_to(*committed_->lock());
        in_transaction_ = false;
        if (faults_.after_commit) faults_.after_commit();
    }
    void roll_back() noexcept override {
        journal_.undo_to(0);
        in_transaction_ = false;
    }
    void begin_change() override { change_ = journal_.position(); }
    void keep_change() override {}
    void undo_change() override { journal_.undo_to(change_); }

    std::optional<Agent> find_agent(const std::string& workflow_id) override {
        return murmur::find_agent(tables_, workflow_id);
    }
    std::optional<Agent> find_agent(std::int64_t row) override { return murmur::find_agent(tables_, row); }

    std::vector<Agent> awake_agents() override {
        std::vector<Agent> agents;
        for (const auto& [row, agent] : tables_.agents)
            if (!is_terminal(agent->phase) && agent->phase != Phase::sleeping) agents.push_back(*agent);
        return agents;
    }
    std::int64_t count_alive() override {
        return std::count_if(tables_.agents.begin(), tables_.agents.end(),
                             [](const auto& entry) { return !is_terminal(entry.second->phase); });
    }

    std::int64_t insert_agent(const Agent& agent) override {
        const std::string workflow_id = agent.id.workflow_id();
        if (tables_.agent_rows.contains(workflow_id))
            throw Error(Errc::already_exists, "agent \"" + workflow_id + "\" exists already");
        const std::int64_t row = next_row(tables_.agents);
        Agent stored = agent;
        stored.row = row;
        journal_.put(&MemoryTables::agents, row, std::move(stored));
        journal_.put(&MemoryTables::agent_rows, workflow_id, row);
        return row;
    }

    void update_agent(const Agent& agent, std::int64_t expected_generation, bool document_changed) override {
        const auto old = tables_.agents.find(agent.row);
        if (old == tables_.agents.end() || old->second->generation != expected_generation)
            throw Error(Errc::aborted, "agent \"" + agent.id.slug() + "\" was changed by someone else meanwhile");
        if (document_changed) return journal_.put(&MemoryTables::agents, agent.row, agent);
        Agent stored = *old->second;
        stored.progress_label = agent.progress_label;
        stored.progress = agent.progress;
        stored.progress_at = agent.progress_at;
        stored.spent.cost_usd = agent.spent.cost_usd;
        stored.cost_estimated = agent.cost_estimated;
        stored.generation = agent.generation;
        stored.updated_at = agent.updated_at;
        stored.reports_seen = agent.reports_seen;
        stored.last_session_event = agent.last_session_event;
        journal_.put(&MemoryTables::agents, agent.row, std::move(stored));
    }

    void append_event(std::int64_t agent_row, const AgentEvent& event) override {
        append(&MemoryTables::events, agent_row, event);
    }
    void append_session_line(std::int64_t agent_row, const SessionLine& line) override {
        append(&MemoryTables::session_lines, agent_row, line);
    }

    std::int64_t add_effect(const Effect& effect) override {
        const std::pair<std::int64_t, std::string> key{effect.agent_row, effect.key};
        if (tables_.effect_rows.contains(key))
            throw Error(Errc::already_exists, "effect \"" + effect.key + "\" exists already");
        Effect stored = effect;
        stored.row = next_row(tables_.effects);
        journal_.put(&MemoryTables::effect_rows, key, stored.row);
        journal_.put(&MemoryTables::effects, stored.row, stored);
        return stored.row;
    }
    void remove_effect(const Effect& effect) override {
        const auto row = tables_.effect_rows.find({effect.agent_row, effect.key});
        if (row != tables_.effect_rows.end()) remove_row(*row->second);
    }
    void remove_effects_of_ended(std::int64_t agent_row) override {
        remove_where([&](const Effect& effect) {
            return effect.agent_row == agent_row && effect.kind != EffectKind::tell_agent &&
                   effect.kind != EffectKind::destroy_machine;
        });
    }
    void postpone_effect(const Effect& effect) override {
        const auto row = tables_.effect_rows.find({effect.agent_row, effect.key});
        if (row == tables_.effect_rows.end()) return;
        Effect stored = *tables_.effects.at(*row->second);
        stored.not_before = effect.not_before;
        stored.attempts = effect.attempts;
        journal_.put(&MemoryTables::effects, stored.row, stored);
    }
    void remove_sent_commands(std::int64_t agent_row, std::int64_t incarnation, std::int64_t sequence) override {
        remove_where([&](const Effect& effect) {
            return effect.agent_row == agent_row && effect.kind == EffectKind::send_command &&
                   (effect.incarnation < incarnation ||
                    (effect.incarnation == incarnation && effect.sequence <= sequence));
        });
    }
    std::vector<Effect> pending_effects() override {
        std::vector<Effect> effects;
        for (const auto& [row, effect] : tables_.effects)
            if (effect->kind != EffectKind::send_command) effects.push_back(*effect);
        return effects;
    }
    std::vector<Effect> pending_commands(std::int64_t agent_row, std::int64_t incarnation,
                                         std::int64_t after) override {
        std::vector<Effect> effects;
        for (const auto& [row, effect] : tables_.effects)
            if (effect->agent_row == agent_row && effect->kind == EffectKind::send_command &&
                effect->incarnation == incarnation && effect->sequence > after)
                effects.push_back(*effect);
        std::sort(effects.begin(), effects.end(),
                  [](const Effect& a, const Effect& b) { return a.sequence < b.sequence; });
        return effects;
    }

    void add_snapshot(std::int64_t agent_row, const SnapshotRecord& snapshot) override {
        const std::tuple key{agent_row, snapshot.incarnation, snapshot.id};
        SnapshotRecord stored = snapshot;
        if (const auto old = tables_.snapshots.find(key); old != tables_.snapshots.end()) {
            stored = *old->second;
            stored.turn = snapshot.turn;
            stored.at = snapshot.at;
        }
        journal_.put(&MemoryTables::snapshots, key, std::move(stored));
    }
    void remove_snapshot(std::int64_t agent_row, const std::string& id, std::int64_t incarnation) override {
        journal_.remove(&MemoryTables::snapshots, {agent_row, incarnation, id});
    }

    ResourceWriter& resources() override { return resources_; }

private:
    /// As a database does: one more than the last that is there now.
    template <class Table>
    static std::int64_t next_row(const Table& table) {
        return table.empty() ? 1 : table.rbegin()->first + 1;
    }
    template <class Line>
    void append(MemoryJournal::Member<std::pair<std::int64_t, EventPosition>, Line> table, std::int64_t agent_row,
                const Line& line) {
        const std::pair key{agent_row, line.position};
        if ((tables_.*table).contains(key))
            throw Error(Errc::already_exists, "event " + line.position.text() + " exists already");
        journal_.put(table, key, line);
    }
    void remove_row(std::int64_t row) {
        const std::shared_ptr<const Effect> effect = tables_.effects.at(row);
        journal_.remove(&MemoryTables::effect_rows, {effect->agent_row, effect->key});
        journal_.remove(&MemoryTables::effects, row);
    }
    template <class Predicate>
    void remove_where(Predicate predicate) {
        std::vector<std::int64_t> rows;
        for (const auto& [row, effect] : tables_.effects)
            if (predicate(*effect)) rows.push_back(row);
        for (const std::int64_t row : rows) remove_row(row);
    }

    std::shared_ptr<Locked<MemoryTables>> committed_;
    MemoryStore::Faults faults_;
    MemoryTables tables_;  ///< with what the open transaction has done
    MemoryJournal journal_{tables_};
    MemoryResourceWriter resources_{tables_, journal_};
    std::size_t change_ = 0;
    bool in_transaction_ = false;
};

}

std::unique_ptr<StoreWriter> MemoryStore::open_writer(Faults faults) {
    return std::make_unique<MemoryWriter>(committed_, std::move(faults));
}

std::unique_ptr<StoreReader> MemoryStore::open_reader() { return make_memory_reader(committed_); }

}
