#include <murmur/error.hpp>

#include "store/database.hpp"
#include "store/statement.hpp"

namespace murmur {

namespace {

// One entry a version; an entry that was released never changes.
constexpr const char* migration_steps[] = {
    R"sql(
    CREATE TABLE agents (
        row INTEGER PRIMARY KEY,
        workflow_id TEXT NOT NULL UNIQUE,
        tenant TEXT NOT NULL,
        workspace TEXT NOT NULL,
        owner TEXT NOT NULL,
        slug TEXT NOT NULL,
        phase TEXT NOT NULL,
        ended INTEGER NOT NULL,
        machine TEXT NOT NULL,
        progress_label TEXT NOT NULL,
        progress TEXT NOT NULL,
        progress_at INTEGER NOT NULL,
        cost REAL NOT NULL,
        generation INTEGER NOT NULL,
        incarnation INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        reports_seen INTEGER NOT NULL,
        session_ms INTEGER NOT NULL,
        session_n INTEGER NOT NULL,
        document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX agents_by_place ON agents (tenant, ended, workspace, owner);
    CREATE INDEX agents_alive ON agents (ended) WHERE ended = 0;
    CREATE TABLE agent_events (
        agent INTEGER NOT NULL REFERENCES agents (row),
        ms INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at INTEGER NOT NULL,
        type TEXT NOT NULL,
        text TEXT NOT NULL,
        data TEXT NOT NULL,
        phase TEXT NOT NULL,
        PRIMARY KEY (agent, ms, n)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE session_events (
        agent INTEGER NOT NULL REFERENCES agents (row),
        ms INTEGER NOT NULL,
        n INTEGER NOT NULL,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        data TEXT NOT NULL,
        cost REAL NOT NULL,
        parent TEXT NOT NULL,
        PRIMARY KEY (agent, ms, n)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE effects (
        row INTEGER PRIMARY KEY,
        agent INTEGER NOT NULL REFERENCES agents (row),
        key TEXT NOT NULL,
        kind TEXT NOT NULL,
        incarnation INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        body TEXT NOT NULL,
        not_before INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        UNIQUE (agent, key)
    ) STRICT;
    CREATE TABLE workspaces (
        tenant TEXT NOT NULL,
        name TEXT NOT NULL,
        repos TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (tenant, name)
    ) STRICT, WITHOUT ROWID;
    )sql",
    // refs: what the body refers to, a line each; the same as in resource_references, which is sorted by target.
    // The workspaces of version 1 were all on this computer.
    R"sql(
    CREATE TABLE resources (
        tenant TEXT NOT NULL,
        kind TEXT NOT NULL,
        owner TEXT NOT NULL,
        name TEXT NOT NULL,
        generation INTEGER NOT NULL,
        removed INTEGER NOT NULL,
        author TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        key_version INTEGER NOT NULL,
        refs TEXT NOT NULL,
        sealed TEXT NOT NULL,
        body TEXT NOT NULL,
        content TEXT NOT NULL,
        PRIMARY KEY (tenant, kind, owner, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX resources_sealed ON resources (tenant, key_version) WHERE sealed <> '';
    CREATE TABLE resource_references (
        tenant TEXT NOT NULL,
        target_kind TEXT NOT NULL,
        target_name TEXT NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        owner TEXT NOT NULL,
        PRIMARY KEY (tenant, target_kind, target_name, kind, name, owner)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tenant_keys (
        tenant TEXT NOT NULL,
        version INTEGER NOT NULL,
        wrapped TEXT NOT NULL,
        key_service TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (tenant, version)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO resources
        SELECT tenant, 'workspace', '', name, 1, 0, substr(tenant, instr(tenant, '/') + 1), created_at, created_at,
               0, '', '',
               json_object('name', name, 'image_ref', 'murmur-local', 'environment_ref', 'murmur-local',
                           'placement', 'murmur-local',
                           'repos', (SELECT json_group_array(json_object(
                                         'clone_url', value ->> 'clone_url',
                                         'base_branch', coalesce(nullif(value ->> 'base_branch', ''), 'HEAD')))
                                     FROM json_each(workspaces.repos))),
               ''
        FROM workspaces;
    DROP TABLE workspaces;
    )sql",
    R"sql(
    CREATE TABLE snapshots (
        agent INTEGER NOT NULL REFERENCES agents (row),
        incarnation INTEGER NOT NULL,
        id TEXT NOT NULL,
        turn INTEGER NOT NULL,
        at INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        manifest TEXT NOT NULL,
        PRIMARY KEY (agent, incarnation, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX snapshots_by_id ON snapshots (id);
    )sql",
    // What is read at every start, without a look at those that sleep.
    R"sql(
    CREATE INDEX agents_awake ON agents (row) WHERE ended = 0 AND phase <> 'PHASE_SLEEPING';
    )sql",
    R"sql(
    ALTER TABLE agents ADD COLUMN cost_estimated INTEGER NOT NULL DEFAULT 0;
    UPDATE agents SET cost_estimated = coalesce(document ->> 'cost_estimated', 0);
    )sql",
};

int stored_version(Database& database) {
    Statement statement(database.handle(), "PRAGMA user_version");
    auto run = statement.start();
    return run.step() ? static_cast<int>(run.integer(0)) : 0;
}

}

int schema_version() { return static_cast<int>(std::size(migration_steps)); }

void migrate(Database& database) {
    const int found = stored_version(database);
    if (found > schema_version())
        throw Error(Errc::failed_precondition, "\"" + database.file().string() +
                                                   "\" was written by a newer murmur (schema " + std::to_string(found) +
                                                   "; this one knows " + std::to_string(schema_version()) + ")")
            .with_hint("Use that newer murmurd, or another state directory: MURMUR_STATE_DIR.");
    for (int version = found; version < schema_version(); ++version) {
        database.execute("BEGIN IMMEDIATE");
        try {
            database.execute(migration_steps[version]);
            database.execute("PRAGMA user_version = " + std::to_string(version + 1));
            database.execute("COMMIT");
        } catch (...) {
            database.execute("ROLLBACK");
            throw;
        }
    }
}

}
