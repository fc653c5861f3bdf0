#include <murmur/error.hpp>

#include "base/locked.hpp"
#include "base/time_text.hpp"
#include "store/database.hpp"
#include "store/rows.hpp"
#include "store/statement.hpp"
#include "store/store.hpp"

namespace murmur {

StoreReader::~StoreReader() = default;

namespace {

// As many as can usefully read at once on a small machine; the others wait their turn.
constexpr std::size_t connections_max = 2;

/// One reading connection with its statements.
struct ReadConnection {
    explicit ReadConnection(const std::filesystem::path& file) : database(file, Database::Mode::read) {}
    Database database;
    Statement find_agent{database.handle(), "SELECT " MURMUR_AGENT_COLUMNS " FROM agents WHERE workflow_id = ?"};
    Statement list{
        database.handle(),
        "SELECT slug, workspace, owner, phase, machine, progress_label, progress, progress_at, cost FROM agents "
        "WHERE tenant = ?1 AND (?2 = '' OR workspace = ?2) AND (?3 = '' OR owner = ?3) AND ended <= ?4 "
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
    Statement find_workspace{database.handle(),
                             "SELECT repos, created_at FROM workspaces WHERE tenant = ? AND name = ?"};
    Statement workspaces{database.handle(), "SELECT name FROM workspaces WHERE tenant = ? ORDER BY name"};
    Statement phases{database.handle(), "SELECT phase, count(*) FROM agents GROUP BY phase ORDER BY phase"};
};

class SqliteReader final : public StoreReader {
public:
    explicit SqliteReader(const std::filesystem::path& file) {
        auto free = free_.lock();
        for (std::size_t i = 0; i < connections_max; ++i) free->push_back(std::make_unique<ReadConnection>(file));
    }

    std::optional<Agent> find_agent(const std::string& workflow_id) override {
        const Lease connection(*this);
        auto run = connection->find_agent.start(workflow_id);
        if (!run.step()) return std::nullopt;
        return read_agent(run);
    }

    std::vector<AgentRow> list_agents(const AgentQuery& query) override {
        const Lease connection(*this);
        std::vector<AgentRow> rows;
        auto run = connection->list.start(query.tenant, query.workspace, query.owner, query.include_ended);
        while (run.step())
            rows.push_back({run.text(0), run.text(1), run.text(2), run.text(3), run.text(4),
                            progress_text(run.text(5), run.text(6)), from_ms(run.integer(7)), run.real(8)});
        return rows;
    }

    std::vector<std::string> find_slug(const std::string& tenant, const std::string& owner,
                                       const std::string& slug) override {
        const Lease connection(*this);
        std::vector<std::string> ids;
        auto run = connection->find_slug.start(tenant, owner, slug);
        while (run.step()) ids.push_back(run.text(0));
        return ids;
    }

    std::vector<AgentEvent> events_after(std::int64_t agent_row, EventPosition after, std::size_t count_max) override {
        const Lease connection(*this);
        std::vector<AgentEvent> events;
        auto run = connection->events.start(agent_row, after.ms, after.n, static_cast<std::int64_t>(count_max));
        while (run.step())
            events.push_back({{run.integer(0), run.integer(1)},
                              from_ms(run.integer(2)),
                              run.text(3),
                              run.text(4),
                              read_data(run.text(5)),
                              read_phase(run.text(6))});
        return events;
    }

    std::vector<SessionLine> session_after(std::int64_t agent_row, EventPosition after,
                                           std::size_t count_max) override {
        const Lease connection(*this);
        std::vector<SessionLine> lines;
        auto run = connection->session.start(agent_row, after.ms, after.n, static_cast<std::int64_t>(count_max));
        while (run.step())
            lines.push_back({{run.integer(0), run.integer(1)},
                             from_ms(run.integer(2)),
                             run.text(3),
                             run.text(4),
                             read_data(run.text(5)),
                             run.real(6),
                             run.text(7)});
        return lines;
    }

    std::optional<WorkspaceRecord> find_workspace(const std::string& tenant, const std::string& name) override {
        const Lease connection(*this);
        auto run = connection->find_workspace.start(tenant, name);
        if (!run.step()) return std::nullopt;
        return WorkspaceRecord{tenant, name, read_repos(run.text(0)), from_ms(run.integer(1))};
    }

    std::vector<std::string> workspace_names(const std::string& tenant) override {
        const Lease connection(*this);
        std::vector<std::string> names;
        auto run = connection->workspaces.start(tenant);
        while (run.step()) names.push_back(run.text(0));
        return names;
    }

    std::vector<std::pair<std::string, std::int64_t>> count_phases() override {
        const Lease connection(*this);
        std::vector<std::pair<std::string, std::int64_t>> counts;
        auto run = connection->phases.start();
        while (run.step()) counts.emplace_back(run.text(0), run.integer(1));
        return counts;
    }

private:
    /// Borrows a connection until the end of the scope.
    class Lease {
    public:
        explicit Lease(SqliteReader& reader) : reader_(reader) {
            auto free = reader.free_.lock();
            free.wait([](const auto& list) { return !list.empty(); });
            connection_ = std::move(free->back());
            free->pop_back();
        }
        ~Lease() {
            reader_.free_.lock()->push_back(std::move(connection_));
            reader_.free_.notify_one();
        }
        ReadConnection* operator->() const { return connection_.get(); }

    private:
        SqliteReader& reader_;
        std::unique_ptr<ReadConnection> connection_;
    };

    Locked<std::vector<std::unique_ptr<ReadConnection>>> free_;
};

}

std::unique_ptr<StoreReader> open_sqlite_reader(const std::filesystem::path& directory) {
    return std::make_unique<SqliteReader>(directory / database_file_name);
}

}
