#include "secrets/secret_vault.hpp"

#include <algorithm>
#include <murmur/error.hpp>
#include <optional>
#include <set>

#include "base/locked.hpp"
#include "crypto/cipher.hpp"
#include "runtime/fault_point.hpp"
#include "secrets/data_keys.hpp"

namespace murmur {

namespace {

// Values encrypted anew in one transaction of a rotation: a few hundred microseconds in which nobody else writes.
constexpr std::size_t rotation_batch = 64;
// How often a row is read again because a rotation went past it; each time it is the next rotation.
constexpr int reads_max = 16;

std::string value_binding(const ResourceKey& key, std::int64_t generation) {
    return bind_parts({"murmur secret v1", key.tenant, key.kind, key.name, key.owner, std::to_string(generation)});
}

std::string secret_label(const ResourceKey& key) {
    return key.kind + " \"" + key.name + "\"" + (key.owner.empty() ? "" : " of \"" + key.owner + "\"");
}

Secret open_value(const ResourceRow& row, const DataKey& key) {
    try {
        return open_text(key.key, row.sealed, value_binding(row.key, row.generation));
    } catch (...) {
        throw current_error().in("opening " + secret_label(row.key));
    }
}

Error lost_key(const ResourceRow& row) {
    return Error(Errc::data_loss, secret_label(row.key) + " cannot be opened: data key " +
                                      std::to_string(row.key_version) + " of its tenant is gone")
        .with_hint("Set it again, or restore the state directory from a backup.");
}

}

struct SecretVault::Data {
    Data(KeyService& service, ResourceReader& read, Transact run, Clock& clock)
        : keys(service, clock), reader(read), transact(std::move(run)) {}

    DataKeys keys;
    ResourceReader& reader;
    Transact transact;
    Locked<int> rotating;  ///< held by the one rotation that runs

    SecretVault::Rotation move_to_newest(const std::string& tenant);
    std::size_t move_some(ResourceWriter& writer, const std::string& tenant, std::int64_t version,
                          std::set<ResourceKey>& unopened);
    void remove_old_keys(const std::string& tenant, std::int64_t version);
};

SecretVault::SecretVault(KeyService& keys, ResourceReader& reader, Transact transact, Clock& clock)
    : data_(std::make_unique<Data>(keys, reader, std::move(transact), clock)) {}

SecretVault::~SecretVault() = default;

void SecretVault::prepare(const std::string& tenant) {
    if (data_->keys.newest(data_->reader, tenant)) return;
    data_->transact([&](ResourceWriter& writer) {
        if (!data_->keys.newest(writer, tenant)) data_->keys.add(writer, tenant);
    });
}

SealedValue SecretVault::seal(ResourceWriter& writer, const ResourceKey& key, std::int64_t generation,
                              const Secret& value) {
    std::optional<DataKey> data_key = data_->keys.newest(writer, key.tenant);
    if (!data_key) data_key = data_->keys.add(writer, key.tenant);
    return {seal_text(data_key->key, value.reveal(), value_binding(key, generation)), data_key->version};
}

Secret SecretVault::open(const ResourceRow& row) {
    ResourceRow current = row;
    for (int i = 0; i < reads_max; ++i) {
        if (const auto key = data_->keys.find(data_->reader, current.key.tenant, current.key_version))
            return open_value(current, *key);
        // A rotation may have removed the key after the row was read; then the row names another one by now.
        auto again = data_->reader.find_resource(current.key);
        if (!again || again->removed)
            throw Error(Errc::not_found, secret_label(current.key) + " was removed meanwhile");
        if (again->key_version == current.key_version) break;
        current = std::move(*again);
    }
    throw lost_key(current);
}

SecretVault::Rotation SecretVault::rotate(const std::string& tenant) {
    const auto only_one = data_->rotating.lock();
    data_->transact([&](ResourceWriter& writer) { data_->keys.add(writer, tenant); });
    fault_point("rotation:key");
    return data_->move_to_newest(tenant);
}

std::int64_t SecretVault::rewrap(const std::string& tenant) {
    const auto only_one = data_->rotating.lock();
    const auto changed = data_->keys.wrap_anew(data_->reader, tenant);
    if (changed.empty()) return 0;
    data_->transact([&](ResourceWriter& writer) {
        for (const TenantKeyRow& row : changed) writer.put_tenant_key(row);
    });
    return static_cast<std::int64_t>(changed.size());
}

void SecretVault::settle(const std::function<void(const std::string& tenant, const Error&)>& failed) {
    for (const std::string& tenant : data_->reader.tenants()) {
        try {
            rewrap(tenant);
            const auto only_one = data_->rotating.lock();
            if (data_->reader.tenant_keys(tenant).size() > 1) data_->move_to_newest(tenant);
        } catch (...) {
            failed(tenant, current_error());
        }
    }
}

SecretVault::Rotation SecretVault::Data::move_to_newest(const std::string& tenant) {
    const auto newest = keys.newest(reader, tenant);
    if (!newest) return {};
    Rotation done{newest->version, 0};
    std::set<ResourceKey> unopened;
    for (std::size_t moved = 1; moved > 0;) {
        transact([&](ResourceWriter& writer) { moved = move_some(writer, tenant, newest->version, unopened); });
        fault_point("rotation:values");
        done.values += static_cast<std::int64_t>(moved);
    }
    if (!unopened.empty()) {
        std::string names;
        for (const ResourceKey& key : unopened) names += (names.empty() ? "" : ", ") + secret_label(key);
        throw Error(Errc::data_loss, "cannot be opened, and so not be encrypted anew: " + names)
            .with_hint("Set them again or remove them, then rotate once more.");
    }
    remove_old_keys(tenant, newest->version);
    return done;
}

/// Returns how many it has moved.
std::size_t SecretVault::Data::move_some(ResourceWriter& writer, const std::string& tenant, std::int64_t version,
                                         std::set<ResourceKey>& unopened) {
    const auto to = keys.find(writer, tenant, version);
    if (!to)
        throw Error(Errc::aborted, "data key " + std::to_string(version) + " of tenant \"" + tenant + "\" is gone");
    std::vector<ResourceRow> moved;
    for (ResourceRow& row : writer.secrets_not_sealed_by(tenant, version, rotation_batch + unopened.size())) {
        if (unopened.contains(row.key)) continue;
        try {
            const auto from = keys.find(writer, tenant, row.key_version);
            if (!from) throw lost_key(row);
            row.sealed = seal_text(to->key, open_value(row, *from).reveal(), value_binding(row.key, row.generation));
        } catch (const Error& error) {
            if (error.code() != Errc::data_loss && error.code() != Errc::not_found) throw;
            unopened.insert(row.key);
            continue;
        }
        row.key_version = version;
        moved.push_back(std::move(row));
    }
    for (const ResourceRow& row : moved) writer.put_resource(row, {});  // secrets reference nothing
    return moved.size();
}

void SecretVault::Data::remove_old_keys(const std::string& tenant, std::int64_t version) {
    std::vector<std::int64_t> removed;
    transact([&](ResourceWriter& writer) {
        removed.clear();
        // Asked again in this transaction: none may have been stored since.
        if (!writer.secrets_not_sealed_by(tenant, version, 1).empty()) return;
        for (const TenantKeyRow& row : writer.tenant_keys(tenant))
            if (row.version < version) {
                writer.remove_tenant_key(tenant, row.version);
                removed.push_back(row.version);
            }
    });
    for (const std::int64_t old : removed) keys.forget(tenant, old);
}

}
