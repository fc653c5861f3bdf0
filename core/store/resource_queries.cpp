#include "store/resource_queries.hpp"

#include "base/time_text.hpp"

namespace murmur {

namespace {

#define MURMUR_RESOURCE_COLUMNS                                                                               \
    "tenant, kind, owner, name, generation, removed, author, created_at, updated_at, body, content, sealed, " \
    "key_version"

/// Columns: MURMUR_RESOURCE_COLUMNS.
ResourceRow read_resource(const Statement::Run& run) {
    ResourceRow row;
    row.key = {run.text(0), run.text(1), run.text(2), run.text(3)};
    row.generation = run.integer(4);
    row.removed = run.integer(5) != 0;
    row.author = run.text(6);
    row.created_at = from_ms(run.integer(7));
    row.updated_at = from_ms(run.integer(8));
    row.body = run.text(9);
    row.content = run.text(10);
    row.sealed = run.text(11);
    row.key_version = run.integer(12);
    return row;
}

std::vector<ResourceRow> read_resources(Statement::Run run) {
    std::vector<ResourceRow> rows;
    while (run.step()) rows.push_back(read_resource(run));
    return rows;
}

// Neither occurs in a kind or a name.
constexpr char between_kind_and_name = ' ';
constexpr char after_reference = '\n';

}

ResourceQueries::ResourceQueries(sqlite3* database)
    : find_(database, "SELECT " MURMUR_RESOURCE_COLUMNS
                      " FROM resources WHERE tenant = ? AND kind = ? AND owner = ? AND name = ?"),
      has_(database,
           "SELECT 1 FROM resources WHERE tenant = ? AND kind = ? AND owner = ? AND name = ? AND removed = 0"),
      list_(database, "SELECT " MURMUR_RESOURCE_COLUMNS
                      " FROM resources WHERE tenant = ? AND kind = ? AND owner = ? AND name > ? AND removed = 0 "
                      "ORDER BY name LIMIT ?"),
      holders_(database,
               "SELECT kind, owner, name FROM resource_references WHERE tenant = ?1 AND target_kind = ?2 AND "
               "target_name = ?3 UNION ALL SELECT 'agent', owner, slug FROM agents WHERE ?2 = 'workspace' AND "
               "tenant = ?1 AND ended = 0 AND workspace = ?3 ORDER BY 1, 3, 2 LIMIT ?4"),
      tenant_keys_(database,
                   "SELECT tenant, version, wrapped, key_service, created_at FROM tenant_keys WHERE tenant = ? "
                   "ORDER BY version"),
      sealed_otherwise_(database, "SELECT " MURMUR_RESOURCE_COLUMNS
                                  " FROM resources WHERE tenant = ? AND sealed <> '' AND key_version <> ? LIMIT ?"),
      // From one tenant to the next through the index, past all that is of the same one.
      tenants_(database,
               "WITH RECURSIVE found (tenant) AS (SELECT min(tenant) FROM resources UNION ALL "
               "SELECT (SELECT min(tenant) FROM resources WHERE tenant > found.tenant) FROM found "
               "WHERE found.tenant IS NOT NULL) SELECT tenant FROM found WHERE tenant IS NOT NULL "
               "UNION SELECT tenant FROM tenant_keys ORDER BY tenant") {}

std::optional<ResourceRow> ResourceQueries::find(const ResourceKey& key) {
    auto run = find_.start(key.tenant, key.kind, key.owner, key.name);
    if (!run.step()) return std::nullopt;
    return read_resource(run);
}

bool ResourceQueries::has(const ResourceKey& key) {
    return has_.start(key.tenant, key.kind, key.owner, key.name).step();
}

std::vector<ResourceRow> ResourceQueries::list(const ResourceQuery& query) {
    return read_resources(
        list_.start(query.tenant, query.kind, query.owner, query.after, static_cast<std::int64_t>(query.count_max)));
}

std::vector<ResourceKey> ResourceQueries::holders(const std::string& tenant, const ResourceReference& target,
                                                  std::size_t count_max) {
    std::vector<ResourceKey> keys;
    auto run = holders_.start(tenant, target.kind, target.name, static_cast<std::int64_t>(count_max));
    while (run.step()) keys.push_back({tenant, run.text(0), run.text(1), run.text(2)});
    return keys;
}

std::vector<TenantKeyRow> ResourceQueries::tenant_keys(const std::string& tenant) {
    std::vector<TenantKeyRow> rows;
    auto run = tenant_keys_.start(tenant);
    while (run.step()) rows.push_back({run.text(0), run.integer(1), run.text(2), run.text(3), from_ms(run.integer(4))});
    return rows;
}

std::vector<ResourceRow> ResourceQueries::secrets_not_sealed_by(const std::string& tenant, std::int64_t version,
                                                                std::size_t count_max) {
    return read_resources(sealed_otherwise_.start(tenant, version, static_cast<std::int64_t>(count_max)));
}

std::vector<std::string> ResourceQueries::tenants() {
    std::vector<std::string> names;
    auto run = tenants_.start();
    while (run.step()) names.push_back(run.text(0));
    return names;
}

std::string references_text(const std::vector<ResourceReference>& references) {
    std::string text;
    for (const ResourceReference& reference : references) {
        text += reference.kind;
        text += between_kind_and_name;
        text += reference.name;
        text += after_reference;
    }
    return text;
}

std::vector<ResourceReference> read_references(const std::string& text) {
    std::vector<ResourceReference> references;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find(after_reference, begin);
        const std::string line = text.substr(begin, end - begin);
        const std::size_t space = line.find(between_kind_and_name);
        references.push_back({line.substr(0, space), line.substr(space + 1)});
        begin = end + 1;
    }
    return references;
}

}
