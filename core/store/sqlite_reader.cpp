#include <murmur/error.hpp>

#include "base/time_text.hpp"
#include "store/sqlite_resource_reader.hpp"
#include "store/store.hpp"

namespace murmur {

StoreReader::~StoreReader() = default;

namespace {

// As many as can usefully read at once on a small machine; the others wait their turn.
constexpr std::size_t connections_max = 2;

StoredSnapshot read_snapshot(Statement::Run& run) {
    return {
        run.integer(0),
        run.text(1),
        {run.text(2), run.integer(3), run.integer(4), from_ms(run.integer(5)), run.integer(6), read_data(run.text(7))}};
}

class SqliteReader final : public StoreReader {
public:
    explicit SqliteReader(const std::filesystem::path& file) : pool_(file, connections_max) {}

    std::optional<Agent> find_agent(const std::string& workflow_id) override {
        const ReadPool::Lease connection(pool_);
        return murmur::find_agent(connection->find_agent.start(workflow_id));
    }

    std::optional<Agent> find_agent(std::int64_t row) override {
        const ReadPool::Lease connection(pool_);
        return murmur::find_agent(connection->find_row.start(row));
    }

    std::vector<AgentRow> list_agents(const AgentQuery& query) override {
        const ReadPool::Lease connection(pool_);
        std::vector<AgentRow> rows;
        auto run = connection->list.start(query.tenant, query.workspace, query.owner, query.include_ended);
        while (run.step())
            rows.push_back({run.text(0), run.text(1), run.text(2), run.text(3), run.text(4),
                            progress_text(run.text(5), run.text(6)), from_ms(run.integer(7)), run.real(8), run.text(9),
                            run.integer(10) != 0});
        return rows;
    }

    std::vector<std::string> find_slug(const std::string& tenant, const std::string& owner,
                                       const std::string& slug) override {
        const ReadPool::Lease connection(pool_);
        std::vector<std::string> ids;
        auto run = connection->find_slug.start(tenant, owner, slug);
        while (run.step()) ids.push_back(run.text(0));
        return ids;
    }

    std::vector<AgentEvent> events_after(std::int64_t agent_row, EventPosition after, std::size_t count_max) override {
        const ReadPool::Lease connection(pool_);
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
        const ReadPool::Lease connection(pool_);
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

    std::vector<StoredSnapshot> snapshots_of(std::int64_t agent_row) override {
        const ReadPool::Lease connection(pool_);
        std::vector<StoredSnapshot> snapshots;
        auto run = connection->snapshots_of.start(agent_row);
        while (run.step()) snapshots.push_back(read_snapshot(run));
        return snapshots;
    }

    std::vector<std::string> snapshots_in_use() override {
        const ReadPool::Lease connection(pool_);
        std::vector<std::string> ids;
        auto run = connection->snapshots_in_use.start();
        while (run.step()) ids.push_back(run.text(0));
        return ids;
    }

    std::optional<StoredSnapshot> find_snapshot(const std::string& id) override {
        const ReadPool::Lease connection(pool_);
        auto run = connection->snapshot_by_id.start(id);
        return run.step() ? std::optional<StoredSnapshot>(read_snapshot(run)) : std::nullopt;
    }

    void visit_snapshots(const std::function<void(const StoredSnapshot&)>& visit) override {
        const ReadPool::Lease connection(pool_);
        auto run = connection->all_snapshots.start();
        while (run.step()) visit(read_snapshot(run));
    }

    std::vector<std::pair<std::string, std::int64_t>> count_phases() override {
        const ReadPool::Lease connection(pool_);
        std::vector<std::pair<std::string, std::int64_t>> counts;
        auto run = connection->phases.start();
        while (run.step()) counts.emplace_back(run.text(0), run.integer(1));
        return counts;
    }

    ResourceReader& resources() override { return resources_; }

private:
    ReadPool pool_;
    SqliteResourceReader resources_{pool_};
};

}

std::unique_ptr<StoreReader> open_sqlite_reader(const std::filesystem::path& directory) {
    return std::make_unique<SqliteReader>(directory / database_file_name);
}

}
