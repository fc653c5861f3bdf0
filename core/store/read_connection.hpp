#pragma once

#include "store/connection_pool.hpp"
#include "store/database.hpp"
#include "store/resource_queries.hpp"
#include "store/rows.hpp"
#include "store/statement.hpp"

/// What read_snapshot() reads.
#define MURMUR_SNAPSHOTS                                                                                          \
    "SELECT agent, workflow_id, id, snapshots.incarnation, turn, at, bytes, manifest FROM snapshots JOIN agents " \
    "ON agents.row = agent "

namespace murmur {

/// One reading connection with its statements.
struct ReadConnection {
    explicit ReadConnection(const std::filesystem::path& file) : database(file, Database::Mode::read) {}
    Database database;
    Statement find_agent{database.handle(), agent_of_id_sql};
    Statement find_row{database.handle(), agent_of_row_sql};
    Statement list{
        database.handle(),
        "SELECT slug, workspace, owner, phase, machine, progress_label, progress, progress_at, cost, workflow_id, "
        "cost_estimated "
        "FROM agents WHERE tenant = ?1 AND (?2 = '' OR workspace = ?2) AND (?3 = '' OR owner = ?3) AND ended <= ?4 "
        "ORDER BY row"};
    Statement find_slug{
        database.handle(),
        "SELECT workflow_id FROM agents WHERE tenant = ? AND owner = ? AND slug = ? ORDER BY ended, row"};
    Statement events{database.handle(),
                     "SELECT ms, n, at, type, text, data, phase FROM agent_events WHERE agent = ? AND (ms, n) > (?, ?) "
                     "ORDER BY ms, n LIMIT ?"};
    Statement session{database.handle(),
                      "SELECT ms, n, at, kind, text, data, cost, parent FROM session_events WHERE agent = ? AND "
                      "(ms, n) > (?, ?) ORDER BY ms, n LIMIT ?"};
    Statement phases{database.handle(), "SELECT phase, count(*) FROM agents GROUP BY phase ORDER BY phase"};
    Statement snapshots_of{database.handle(),
                           MURMUR_SNAPSHOTS "WHERE agent = ? ORDER BY at DESC, snapshots.incarnation DESC"};
    Statement snapshots_in_use{
        database.handle(),
        "SELECT document ->> '$.spec.restore' AS id FROM agents WHERE ended = 0 AND id <> '' "
        "UNION SELECT document ->> '$.snapshot.id' AS id FROM agents WHERE ended = 0 AND id <> ''"};
    Statement snapshot_by_id{database.handle(), MURMUR_SNAPSHOTS "WHERE id = ? ORDER BY at DESC LIMIT 1"};
    Statement all_snapshots{database.handle(), MURMUR_SNAPSHOTS "ORDER BY agent, snapshots.incarnation, at"};
    ResourceQueries resources{database.handle()};
};

using ReadPool = ConnectionPool<ReadConnection>;

}
