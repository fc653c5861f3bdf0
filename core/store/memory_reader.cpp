#include "store/memory_reader.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

#include "store/memory_resources.hpp"
#include "store/rows.hpp"

namespace murmur {

namespace {

using Committed = std::shared_ptr<Locked<MemoryTables>>;

template <class Line>
std::vector<Line> lines_after(const MemoryTable<std::pair<std::int64_t, EventPosition>, Line>& table,
                              std::int64_t agent_row, EventPosition after, std::size_t count_max) {
    std::vector<Line> lines;
    for (auto each = table.upper_bound({agent_row, after}); each != table.end(); ++each) {
        if (each->first.first != agent_row || lines.size() == count_max) break;
        lines.push_back(*each->second);
    }
    return lines;
}

std::vector<StoredSnapshot> snapshots_in(const MemoryTables& tables) {
    std::vector<StoredSnapshot> snapshots;
    for (const auto& [key, record] : tables.snapshots) {
        const std::int64_t row = std::get<0>(key);
        snapshots.push_back({row, tables.agents.at(row)->id.workflow_id(), *record});
    }
    return snapshots;
}

class MemoryResourceReader final : public ResourceReader {
public:
    explicit MemoryResourceReader(Committed committed) : committed_(std::move(committed)) {}

    std::optional<ResourceRow> find_resource(const ResourceKey& key) override {
        return murmur::find_resource(*committed_->lock(), key);
    }
    std::vector<ResourceRow> list_resources(const ResourceQuery& query) override {
        return murmur::list_resources(*committed_->lock(), query);
    }
    std::vector<ResourceKey> resource_holders(const std::string& tenant, const ResourceReference& target,
                                              std::size_t count_max) override {
        return murmur::resource_holders(*committed_->lock(), tenant, target, count_max);
    }
    std::vector<TenantKeyRow> tenant_keys(const std::string& tenant) override {
        return murmur::tenant_keys(*committed_->lock(), tenant);
    }
    std::vector<ResourceRow> secrets_not_sealed_by(const std::string& tenant, std::int64_t version,
                                                   std::size_t count_max) override {
        return murmur::secrets_not_sealed_by(*committed_->lock(), tenant, version, count_max);
    }
    std::vector<std::string> tenants() override { return murmur::tenants(*committed_->lock()); }

private:
    Committed committed_;
};

class MemoryReader final : public StoreReader {
public:
    explicit MemoryReader(Committed committed) : committed_(std::move(committed)), resources_(committed_) {}

    std::optional<Agent> find_agent(const std::string& workflow_id) override {
        return murmur::find_agent(*committed_->lock(), workflow_id);
    }
    std::optional<Agent> find_agent(std::int64_t row) override { return murmur::find_agent(*committed_->lock(), row); }

    std::vector<AgentRow> list_agents(const AgentQuery& query) override {
        std::vector<AgentRow> rows;
        auto tables = committed_->lock();
        for (const auto& [row, agent] : tables->agents) {
            if (tenant_text(agent->id.tenant) != query.tenant) continue;
            if (!query.workspace.empty() && agent->id.workspace != query.workspace) continue;
            if (!query.owner.empty() && agent->id.account != query.owner) continue;
            if (!query.include_ended && is_terminal(agent->phase)) continue;
            rows.push_back({agent->id.slug(), agent->id.workspace, agent->id.account, phase_enum_name(agent->phase),
                            machine_line(*agent), progress_line(*agent), agent->progress_at, agent->spent.cost_usd,
                            agent->id.workflow_id(), agent->cost_estimated});
        }
        return rows;
    }

    std::vector<std::string> find_slug(const std::string& tenant, const std::string& owner,
                                       const std::string& slug) override {
        std::vector<std::string> alive, ended;
        auto tables = committed_->lock();
        for (const auto& [row, agent] : tables->agents)
            if (tenant_text(agent->id.tenant) == tenant && agent->id.account == owner && agent->id.slug() == slug)
                (is_terminal(agent->phase) ? ended : alive).push_back(agent->id.workflow_id());
        alive.insert(alive.end(), ended.begin(), ended.end());
        return alive;
    }

    std::vector<AgentEvent> events_after(std::int64_t agent_row, EventPosition after, std::size_t count_max) override {
        return lines_after(committed_->lock()->events, agent_row, after, count_max);
    }
    std::vector<SessionLine> session_after(std::int64_t agent_row, EventPosition after,
                                           std::size_t count_max) override {
        return lines_after(committed_->lock()->session_lines, agent_row, after, count_max);
    }

    std::vector<StoredSnapshot> snapshots_of(std::int64_t agent_row) override {
        std::vector<StoredSnapshot> snapshots = snapshots_in(*committed_->lock());
        std::erase_if(snapshots, [&](const StoredSnapshot& each) { return each.agent_row != agent_row; });
        std::stable_sort(snapshots.begin(), snapshots.end(), [](const StoredSnapshot& a, const StoredSnapshot& b) {
            return std::pair(a.record.at, a.record.incarnation) > std::pair(b.record.at, b.record.incarnation);
        });
        return snapshots;
    }
    std::vector<std::string> snapshots_in_use() override {
        std::set<std::string> ids;
        auto tables = committed_->lock();
        for (const auto& [row, agent] : tables->agents) {
            if (is_terminal(agent->phase)) continue;
            if (!agent->spec.restore.empty()) ids.insert(agent->spec.restore);
            if (agent->snapshot) ids.insert(agent->snapshot->id);
        }
        return {ids.begin(), ids.end()};
    }
    std::optional<StoredSnapshot> find_snapshot(const std::string& id) override {
        std::optional<StoredSnapshot> found;
        for (StoredSnapshot& each : snapshots_in(*committed_->lock()))
            if (each.record.id == id && (!found || found->record.at < each.record.at)) found = std::move(each);
        return found;
    }
    void visit_snapshots(const std::function<void(const StoredSnapshot&)>& visit) override {
        std::vector<StoredSnapshot> snapshots = snapshots_in(*committed_->lock());
        std::stable_sort(snapshots.begin(), snapshots.end(), [](const StoredSnapshot& a, const StoredSnapshot& b) {
            return std::tuple(a.agent_row, a.record.incarnation, a.record.at) <
                   std::tuple(b.agent_row, b.record.incarnation, b.record.at);
        });
        for (const StoredSnapshot& each : snapshots) visit(each);
    }

    std::vector<std::pair<std::string, std::int64_t>> count_phases() override {
        std::map<std::string, std::int64_t> counts;
        auto tables = committed_->lock();
        for (const auto& [row, agent] : tables->agents) ++counts[phase_enum_name(agent->phase)];
        return {counts.begin(), counts.end()};
    }

    ResourceReader& resources() override { return resources_; }

private:
    Committed committed_;
    MemoryResourceReader resources_;
};

}

std::optional<Agent> find_agent(const MemoryTables& tables, const std::string& workflow_id) {
    const auto row = tables.agent_rows.find(workflow_id);
    if (row == tables.agent_rows.end()) return std::nullopt;
    return find_agent(tables, *row->second);
}

std::optional<Agent> find_agent(const MemoryTables& tables, std::int64_t row) {
    const auto found = tables.agents.find(row);
    if (found == tables.agents.end()) return std::nullopt;
    return *found->second;
}

std::unique_ptr<StoreReader> make_memory_reader(std::shared_ptr<Locked<MemoryTables>> committed) {
    return std::make_unique<MemoryReader>(std::move(committed));
}

}
