#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents/decision.hpp"
#include "store/resource_store.hpp"

namespace murmur {

/// A row of `murmur ls`.
struct AgentRow {
    std::string slug, workspace, owner, phase, machine, progress;
    TimePoint progress_at{};
    double cost = 0;
    std::string workflow_id;
    bool cost_estimated = false;
};

struct AgentQuery {
    std::string tenant;
    std::string workspace;  ///< empty: all
    std::string owner;      ///< empty: all
    bool include_ended = false;
};

/// A snapshot as the store knows it.
struct StoredSnapshot {
    std::int64_t agent_row = 0;
    std::string workflow_id;
    SnapshotRecord record;
};

/// The writing end of the store. Owned and used by the control loop's thread alone.
///
/// Between begin() and commit() everything is one transaction; what commit() has returned from is on disk.
class StoreWriter {
public:
    virtual ~StoreWriter();
    virtual void begin() = 0;
    virtual void commit() = 0;
    virtual void roll_back() noexcept = 0;

    /// What follows can be taken back alone, without the rest of the transaction. They do not nest. Both of the others
    /// throw when the whole transaction is gone: then it must be rolled back.
    virtual void begin_change() = 0;
    virtual void keep_change() = 0;
    virtual void undo_change() = 0;

    virtual std::optional<Agent> find_agent(const std::string& workflow_id) = 0;
    virtual std::optional<Agent> find_agent(std::int64_t row) = 0;
    /// Agents whose life has not ended and who do not sleep, in the order of their rows.
    virtual std::vector<Agent> awake_agents() = 0;
    /// How many agents there are whose life has not ended.
    virtual std::int64_t count_alive() = 0;
    /// Returns the row. Throws already_exists when the workflow id is taken.
    virtual std::int64_t insert_agent(const Agent& agent) = 0;
    /// Throws `aborted` unless the stored generation is `expected_generation`.
    /// With `document_changed` false only the columns are written; see Decision.
    virtual void update_agent(const Agent& agent, std::int64_t expected_generation, bool document_changed) = 0;
    virtual void append_event(std::int64_t agent_row, const AgentEvent& event) = 0;
    virtual void append_session_line(std::int64_t agent_row, const SessionLine& line) = 0;

    /// Returns the row. Throws when the agent has an effect with that key already.
    virtual std::int64_t add_effect(const Effect& effect) = 0;
    /// Forgets the effect of that agent with that key, if it is still there: a row may be another's by now.
    virtual void remove_effect(const Effect& effect) = 0;
    /// Forgets the effects of an agent whose life is over, but for what others wait for or would be left behind: what
    /// it tells other agents, and the removal of machines.
    virtual void remove_effects_of_ended(std::int64_t agent_row) = 0;
    /// Stores when that effect is to be tried again, and how often it was, if it is still there.
    virtual void postpone_effect(const Effect& effect) = 0;
    /// Forgets commands to the runner up to `sequence`, and everything of earlier incarnations.
    virtual void remove_sent_commands(std::int64_t agent_row, std::int64_t incarnation, std::int64_t sequence) = 0;
    /// All but commands to runners, in the order of their rows.
    virtual std::vector<Effect> pending_effects() = 0;
    virtual std::vector<Effect> pending_commands(std::int64_t agent_row, std::int64_t incarnation,
                                                 std::int64_t after) = 0;

    /// The same id again for the agent's same incarnation renews its time and turn.
    virtual void add_snapshot(std::int64_t agent_row, const SnapshotRecord& snapshot) = 0;
    virtual void remove_snapshot(std::int64_t agent_row, const std::string& id, std::int64_t incarnation) = 0;

    /// The catalog's part of the store; lives as long as this.
    virtual ResourceWriter& resources() = 0;
};

/// The reading end: sees what has been committed. Safe from any thread.
class StoreReader {
public:
    virtual ~StoreReader();
    virtual std::optional<Agent> find_agent(const std::string& workflow_id) = 0;
    virtual std::optional<Agent> find_agent(std::int64_t row) = 0;
    virtual std::vector<AgentRow> list_agents(const AgentQuery& query) = 0;
    /// Workflow ids of this tenant and owner with that slug, in any workspace.
    virtual std::vector<std::string> find_slug(const std::string& tenant, const std::string& owner,
                                               const std::string& slug) = 0;
    virtual std::vector<AgentEvent> events_after(std::int64_t agent_row, EventPosition after,
                                                 std::size_t count_max) = 0;
    virtual std::vector<SessionLine> session_after(std::int64_t agent_row, EventPosition after,
                                                   std::size_t count_max) = 0;
    /// Newest first.
    virtual std::vector<StoredSnapshot> snapshots_of(std::int64_t agent_row) = 0;
    /// Ids of what agents whose life has not ended begin from or have saved last.
    virtual std::vector<std::string> snapshots_in_use() = 0;
    /// The newest with that id, of whatever agent.
    virtual std::optional<StoredSnapshot> find_snapshot(const std::string& id) = 0;
    /// Of every agent, in the order of agents and incarnations, oldest first; for what tidies up. `visit` must not ask
    /// the store.
    virtual void visit_snapshots(const std::function<void(const StoredSnapshot&)>& visit) = 0;
    /// How many agents are in each phase, for metrics.
    virtual std::vector<std::pair<std::string, std::int64_t>> count_phases() = 0;

    /// The catalog's part of the store; lives as long as this.
    virtual ResourceReader& resources() = 0;
};

/// Opens (and migrates) the embedded store in `directory`.
std::unique_ptr<StoreWriter> open_sqlite_writer(const std::filesystem::path& directory);
/// The file must exist: open the writer first.
std::unique_ptr<StoreReader> open_sqlite_reader(const std::filesystem::path& directory);

}
