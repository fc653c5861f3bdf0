#pragma once

#include <map>
#include <murmur/clock.hpp>
#include <murmur/secret.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/locked.hpp"
#include "secrets/key_service.hpp"
#include "store/resource_store.hpp"

namespace murmur {

/// A tenant's data key, ready for use.
struct DataKey {
    std::int64_t version = 0;
    Secret key;
};

/// The tenants' data keys: stored wrapped, kept unwrapped in memory, wiped when they are forgotten. Safe from any
/// thread.
class DataKeys {
public:
    DataKeys(KeyService& service, Clock& clock) : service_(service), clock_(clock) {}

    /// The tenant's newest key as `lookup` sees it, or nothing.
    std::optional<DataKey> newest(ResourceLookup& lookup, const std::string& tenant);
    /// Nothing when the store no longer has it.
    std::optional<DataKey> find(ResourceLookup& lookup, const std::string& tenant, std::int64_t version);
    /// Stores a new key; it counts when the transaction is committed.
    DataKey add(ResourceWriter& writer, const std::string& tenant);
    void forget(const std::string& tenant, std::int64_t version);
    /// Of the tenant's keys, those that another key than the key service's current one has wrapped. The new rows.
    std::vector<TenantKeyRow> wrap_anew(ResourceLookup& lookup, const std::string& tenant);

private:
    struct Kept {
        std::string wrapped;  ///< what it was unwrapped from: a version that was rolled back may come again as another
        Secret key;
    };
    DataKey unwrap(const TenantKeyRow& row);
    void keep(const TenantKeyRow& row, const Secret& key);

    KeyService& service_;
    Clock& clock_;
    Locked<std::map<std::pair<std::string, std::int64_t>, Kept>> kept_;
};

}
