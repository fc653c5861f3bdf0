#include "store/sqlite_resource_writer.hpp"

#include <algorithm>
#include <murmur/error.hpp>

#include "base/time_text.hpp"

namespace murmur {

SqliteResourceWriter::SqliteResourceWriter(Database& database)
    : database_(database),
      queries_(database.handle()),
      stored_references_(database.handle(),
                         "SELECT refs FROM resources WHERE tenant = ? AND kind = ? AND owner = ? AND name = ?"),
      update_alone_(database.handle(),
                    "UPDATE resources SET generation = ?, removed = ?, author = ?, created_at = ?, updated_at = ?, "
                    "body = ?, content = ?, sealed = ?, key_version = ? "
                    "WHERE tenant = ? AND kind = ? AND owner = ? AND name = ? AND refs = ?"),
      update_(database.handle(),
              "UPDATE resources SET generation = ?, removed = ?, author = ?, created_at = ?, updated_at = ?, "
              "body = ?, content = ?, sealed = ?, key_version = ?, refs = ? "
              "WHERE tenant = ? AND kind = ? AND owner = ? AND name = ?"),
      insert_(database.handle(),
              "INSERT INTO resources (generation, removed, author, created_at, updated_at, body, content, sealed, "
              "key_version, refs, tenant, kind, owner, name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      add_reference_(database.handle(), "INSERT INTO resource_references VALUES (?, ?, ?, ?, ?, ?)"),
      remove_reference_(database.handle(),
                        "DELETE FROM resource_references WHERE tenant = ? AND target_kind = ? AND target_name = ? AND "
                        "kind = ? AND name = ? AND owner = ?"),
      put_tenant_key_(database.handle(), "INSERT OR REPLACE INTO tenant_keys VALUES (?, ?, ?, ?, ?)"),
      remove_tenant_key_(database.handle(), "DELETE FROM tenant_keys WHERE tenant = ? AND version = ?"),
      savepoint_(database.handle(), "SAVEPOINT resources"),
      keep_savepoint_(database.handle(), "RELEASE resources"),
      undo_savepoint_(database.handle(), "ROLLBACK TO resources") {}

void SqliteResourceWriter::put_resource(const ResourceRow& row, const std::vector<ResourceReference>& references) {
    std::vector<ResourceReference> wanted = references;
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    const std::string wanted_text = references_text(wanted);
    const ResourceKey& key = row.key;
    // Most changes leave the references as they are: then this is all.
    update_alone_.run(row.generation, row.removed, row.author, to_ms(row.created_at), to_ms(row.updated_at), row.body,
                      row.content, row.sealed, row.key_version, key.tenant, key.kind, key.owner, key.name, wanted_text);
    if (database_.changes() == 1) return;
    std::optional<std::string> stored_text;
    if (auto run = stored_references_.start(key.tenant, key.kind, key.owner, key.name); run.step())
        stored_text = run.text(0);
    Statement& put = stored_text ? update_ : insert_;
    put.run(row.generation, row.removed, row.author, to_ms(row.created_at), to_ms(row.updated_at), row.body,
            row.content, row.sealed, row.key_version, wanted_text, key.tenant, key.kind, key.owner, key.name);
    const std::vector<ResourceReference> stored = read_references(stored_text.value_or(""));
    for (const ResourceReference& reference : stored)
        if (!std::binary_search(wanted.begin(), wanted.end(), reference))
            remove_reference_.run(key.tenant, reference.kind, reference.name, key.kind, key.name, key.owner);
    for (const ResourceReference& reference : wanted)
        if (!std::binary_search(stored.begin(), stored.end(), reference))
            add_reference_.run(key.tenant, reference.kind, reference.name, key.kind, key.name, key.owner);
}

void SqliteResourceWriter::put_tenant_key(const TenantKeyRow& row) {
    put_tenant_key_.run(row.tenant, row.version, row.wrapped, row.key_service, to_ms(row.created_at));
}

void SqliteResourceWriter::remove_tenant_key(const std::string& tenant, std::int64_t version) {
    remove_tenant_key_.run(tenant, version);
}

void SqliteResourceWriter::roll_back_savepoint() noexcept {
    try {
        undo_savepoint_.run();
        keep_savepoint_.run();
    } catch (const Error&) {
        // SQLite has rolled the whole transaction back by itself, as it does when the disk is full; its commit says so.
    }
}

}
