#include <murmur/error.hpp>

#include "base/time_text.hpp"
#include "store/database.hpp"
#include "store/rows.hpp"
#include "store/sqlite_resource_writer.hpp"
#include "store/statement.hpp"
#include "store/store.hpp"

namespace murmur {

StoreWriter::~StoreWriter() = default;

namespace {

/// Brings the schema up to date before any statement is prepared.
class MigratedDatabase : public Database {
public:
    explicit MigratedDatabase(const std::filesystem::path& file) : Database(file, Mode::write) { migrate(*this); }
};

class SqliteWriter final : public StoreWriter {
public:
    explicit SqliteWriter(const std::filesystem::path& file) : database_(file) {}

    void begin() override { begin_.run(); }
    void commit() override { commit_.run(); }
    void roll_back() noexcept override {
        try {
            database_.execute("ROLLBACK");
        } catch (const Error&) {
            // SQLite has rolled back by itself, as it does when the disk is full: there is nothing left to undo.
        }
    }

    std::optional<Agent> find_agent(const std::string& workflow_id) override {
        return murmur::find_agent(find_by_id_.start(workflow_id));
    }

    std::optional<Agent> find_agent(std::int64_t row) override { return murmur::find_agent(find_by_row_.start(row)); }

    std::vector<Agent> awake_agents() override {
        std::vector<Agent> agents;
        auto run = awake_.start();
        while (run.step()) agents.push_back(read_agent(run));
        return agents;
    }

    std::int64_t count_alive() override {
        auto run = count_alive_.start();
        return run.step() ? run.integer(0) : 0;
    }

    std::int64_t insert_agent(const Agent& agent) override {
        insert_agent_.run(agent.id.workflow_id(), tenant_text(agent.id.tenant), agent.id.workspace, agent.id.account,
                          agent.id.slug(), phase_enum_name(agent.phase), is_terminal(agent.phase), machine_line(agent),
                          agent.progress_label, agent.progress, to_ms(agent.progress_at), agent.spent.cost_usd,
                          agent.cost_estimated, agent.generation, agent.incarnation, to_ms(agent.updated_at),
                          agent.reports_seen, agent.last_session_event.ms, agent.last_session_event.n,
                          encode_agent(agent));
        return database_.last_row();
    }

    void update_agent(const Agent& agent, std::int64_t expected_generation, bool document_changed) override {
        update_columns_.run(agent.progress_label, agent.progress, to_ms(agent.progress_at), agent.spent.cost_usd,
                            agent.cost_estimated, agent.generation, to_ms(agent.updated_at), agent.reports_seen,
                            agent.last_session_event.ms, agent.last_session_event.n, agent.row, expected_generation);
        if (database_.changes() != 1)
            throw Error(Errc::aborted, "agent \"" + agent.id.slug() + "\" was changed by someone else meanwhile");
        if (document_changed)
            update_document_.run(phase_enum_name(agent.phase), is_terminal(agent.phase), machine_line(agent),
                                 agent.incarnation, encode_agent(agent), agent.row);
    }

    void append_event(std::int64_t agent_row, const AgentEvent& event) override {
        append_event_.run(agent_row, event.position.ms, event.position.n, to_ms(event.at), event.type, event.text,
                          data_text(event.data), phase_enum_name(event.phase));
    }

    void append_session_line(std::int64_t agent_row, const SessionLine& line) override {
        append_session_.run(agent_row, line.position.ms, line.position.n, to_ms(line.at), line.kind, line.text,
                            data_text(line.data), line.cost_usd, line.parent);
    }

    std::int64_t add_effect(const Effect& effect) override {
        add_effect_.run(effect.agent_row, effect.key, boost::describe::enum_to_string(effect.kind, "?"),
                        effect.incarnation, effect.sequence, data_text(effect.body), to_ms(effect.not_before),
                        effect.attempts);
        return database_.last_row();
    }

    void remove_effect(const Effect& effect) override { remove_effect_.run(effect.agent_row, effect.key); }
    void remove_effects_of_ended(std::int64_t agent_row) override { remove_effects_.run(agent_row); }
    void postpone_effect(const Effect& effect) override {
        postpone_effect_.run(to_ms(effect.not_before), effect.attempts, effect.agent_row, effect.key);
    }
    void remove_sent_commands(std::int64_t agent_row, std::int64_t incarnation, std::int64_t sequence) override {
        remove_commands_.run(agent_row, incarnation, incarnation, sequence);
    }

    std::vector<Effect> pending_effects() override {
        std::vector<Effect> effects;
        auto run = pending_effects_.start();
        while (run.step()) effects.push_back(read_effect(run));
        return effects;
    }

    std::vector<Effect> pending_commands(std::int64_t agent_row, std::int64_t incarnation,
                                         std::int64_t after) override {
        std::vector<Effect> effects;
        auto run = pending_commands_.start(agent_row, incarnation, after);
        while (run.step()) effects.push_back(read_effect(run));
        return effects;
    }

    void add_snapshot(std::int64_t agent_row, const SnapshotRecord& snapshot) override {
        add_snapshot_.run(agent_row, snapshot.incarnation, snapshot.id, snapshot.turn, to_ms(snapshot.at),
                          snapshot.bytes, json::serialize(snapshot.manifest));
    }
    void remove_snapshot(std::int64_t agent_row, const std::string& id, std::int64_t incarnation) override {
        remove_snapshot_.run(agent_row, incarnation, id);
    }

    ResourceWriter& resources() override { return resources_; }
    void begin_change() override { begin_change_.run(); }
    void keep_change() override { keep_change_.run(); }
    void undo_change() override {
        undo_change_.run();
        keep_change_.run();
    }

private:
    MigratedDatabase database_;
    Statement begin_{database_.handle(), "BEGIN IMMEDIATE"};
    Statement commit_{database_.handle(), "COMMIT"};
    Statement find_by_id_{database_.handle(), agent_of_id_sql};
    Statement find_by_row_{database_.handle(), agent_of_row_sql};
    Statement awake_{database_.handle(), "SELECT " MURMUR_AGENT_COLUMNS
                                         " FROM agents WHERE ended = 0 AND phase <> 'PHASE_SLEEPING' ORDER BY row"};
    Statement count_alive_{database_.handle(), "SELECT count(*) FROM agents WHERE ended = 0"};
    Statement insert_agent_{
        database_.handle(),
        "INSERT INTO agents (workflow_id, tenant, workspace, owner, slug, phase, ended, machine, progress_label, "
        "progress, progress_at, cost, cost_estimated, generation, incarnation, updated_at, reports_seen, session_ms, "
        "session_n, "
        "document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    Statement update_columns_{
        database_.handle(),
        "UPDATE agents SET progress_label = ?, progress = ?, progress_at = ?, cost = ?, "
        "cost_estimated = ?, generation = ?, updated_at = ?, reports_seen = ?, session_ms = ?, session_n = ? "
        "WHERE row = ? AND generation = ?"};
    Statement update_document_{
        database_.handle(),
        "UPDATE agents SET phase = ?, ended = ?, machine = ?, incarnation = ?, document = ? WHERE row = ?"};
    Statement append_event_{database_.handle(), "INSERT INTO agent_events VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};
    Statement append_session_{database_.handle(), "INSERT INTO session_events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    Statement add_effect_{database_.handle(),
                          "INSERT INTO effects (agent, key, kind, incarnation, sequence, body, not_before, attempts) "
                          "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};
    Statement remove_effect_{database_.handle(), "DELETE FROM effects WHERE agent = ? AND key = ?"};
    Statement remove_effects_{database_.handle(),
                              "DELETE FROM effects WHERE agent = ? AND kind NOT IN "
                              "('tell_agent', 'destroy_machine')"};
    Statement postpone_effect_{database_.handle(),
                               "UPDATE effects SET not_before = ?, attempts = ? WHERE agent = ? AND key = ?"};
    Statement remove_commands_{database_.handle(),
                               "DELETE FROM effects WHERE agent = ? AND kind = 'send_command' AND "
                               "(incarnation < ? OR (incarnation = ? AND sequence <= ?))"};
    Statement pending_effects_{database_.handle(),
                               "SELECT row, agent, key, kind, incarnation, sequence, body, not_before, attempts "
                               "FROM effects WHERE kind <> 'send_command' ORDER BY row"};
    Statement pending_commands_{database_.handle(),
                                "SELECT row, agent, key, kind, incarnation, sequence, body, not_before, attempts "
                                "FROM effects WHERE agent = ? AND kind = 'send_command' AND incarnation = ? AND "
                                "sequence > ? ORDER BY sequence"};
    Statement add_snapshot_{database_.handle(),
                            "INSERT INTO snapshots VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                            "turn = excluded.turn, at = excluded.at"};
    Statement remove_snapshot_{database_.handle(),
                               "DELETE FROM snapshots WHERE agent = ? AND incarnation = ? AND id = ?"};
    Statement begin_change_{database_.handle(), "SAVEPOINT change"};
    Statement keep_change_{database_.handle(), "RELEASE change"};
    Statement undo_change_{database_.handle(), "ROLLBACK TO change"};
    SqliteResourceWriter resources_{database_};
};

}

std::unique_ptr<StoreWriter> open_sqlite_writer(const std::filesystem::path& directory) {
    return std::make_unique<SqliteWriter>(directory / database_file_name);
}

}
