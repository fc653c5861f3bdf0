#include "store/memory_resources.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "store/rows.hpp"

namespace murmur {

std::optional<ResourceRow> find_resource(const MemoryTables& tables, const ResourceKey& key) {
    const auto found = tables.resources.find(key);
    if (found == tables.resources.end()) return std::nullopt;
    return found->second->row;
}

std::vector<ResourceRow> list_resources(const MemoryTables& tables, const ResourceQuery& query) {
    std::vector<ResourceRow> rows;
    const ResourceKey first{query.tenant, query.kind, query.owner, query.after};
    for (auto each = tables.resources.upper_bound(first); each != tables.resources.end(); ++each) {
        const ResourceKey& key = each->first;
        if (key.tenant != query.tenant || key.kind != query.kind || key.owner != query.owner) break;
        if (rows.size() == query.count_max) break;
        if (!each->second->row.removed) rows.push_back(each->second->row);
    }
    return rows;
}

std::vector<ResourceKey> resource_holders(const MemoryTables& tables, const std::string& tenant,
                                          const ResourceReference& target, std::size_t count_max) {
    std::vector<ResourceKey> keys;
    for (auto each = tables.references.lower_bound({tenant, target, "", "", ""}); each != tables.references.end();
         ++each) {
        const auto& [of_tenant, of_target, kind, name, owner] = each->first;
        if (of_tenant != tenant || of_target != target || keys.size() == count_max) break;
        keys.push_back({tenant, kind, owner, name});
    }
    if (target.kind != "workspace") return keys;
    for (const auto& [row, agent] : tables.agents)
        if (!is_terminal(agent->phase) && tenant_text(agent->id.tenant) == tenant && agent->id.workspace == target.name)
            keys.push_back({tenant, "agent", agent->id.account, agent->id.slug()});
    std::sort(keys.begin(), keys.end(), [](const ResourceKey& a, const ResourceKey& b) {
        return std::tie(a.kind, a.name, a.owner) < std::tie(b.kind, b.name, b.owner);
    });
    keys.resize(std::min(keys.size(), count_max));
    return keys;
}

std::vector<TenantKeyRow> tenant_keys(const MemoryTables& tables, const std::string& tenant) {
    std::vector<TenantKeyRow> rows;
    for (const auto& [key, row] : tables.tenant_keys)
        if (key.first == tenant) rows.push_back(*row);
    return rows;
}

std::vector<ResourceRow> secrets_not_sealed_by(const MemoryTables& tables, const std::string& tenant,
                                               std::int64_t version, std::size_t count_max) {
    std::vector<ResourceRow> rows;
    for (const auto& [key, resource] : tables.resources) {
        if (rows.size() == count_max) break;
        const ResourceRow& row = resource->row;
        if (key.tenant == tenant && !row.sealed.empty() && row.key_version != version) rows.push_back(row);
    }
    return rows;
}

std::vector<std::string> tenants(const MemoryTables& tables) {
    std::set<std::string> names;
    for (const auto& [key, resource] : tables.resources) names.insert(key.tenant);
    for (const auto& [key, row] : tables.tenant_keys) names.insert(key.first);
    return {names.begin(), names.end()};
}

bool MemoryResourceWriter::has_resource(const ResourceKey& key) {
    const auto found = tables_.resources.find(key);
    return found != tables_.resources.end() && !found->second->row.removed;
}

void MemoryResourceWriter::put_resource(const ResourceRow& row, const std::vector<ResourceReference>& references) {
    const ResourceKey& key = row.key;
    const auto as_row = [&](const ResourceReference& reference) {
        return MemoryReference{key.tenant, reference, key.kind, key.name, key.owner};
    };
    if (const auto old = tables_.resources.find(key); old != tables_.resources.end()) {
        const auto before = old->second;  // kept alive while the table changes
        for (const ResourceReference& reference : before->references)
            journal_.remove(&MemoryTables::references, as_row(reference));
    }
    for (const ResourceReference& reference : references)
        journal_.put(&MemoryTables::references, as_row(reference), true);
    journal_.put(&MemoryTables::resources, key, MemoryResource{row, references});
}

void MemoryResourceWriter::put_tenant_key(const TenantKeyRow& row) {
    journal_.put(&MemoryTables::tenant_keys, {row.tenant, row.version}, row);
}

void MemoryResourceWriter::remove_tenant_key(const std::string& tenant, std::int64_t version) {
    journal_.remove(&MemoryTables::tenant_keys, {tenant, version});
}

}
