#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <murmur/clock.hpp>
#include <murmur/error.hpp>
#include <murmur/secret.hpp>
#include <string>

#include "secrets/key_service.hpp"
#include "store/resource_store.hpp"

namespace murmur {

/// A value as it is stored.
struct SealedValue {
    std::string sealed;  ///< hexadecimal
    std::int64_t key_version = 0;
};

/// Encrypts the values of secrets under their tenant's data key (AES-256-GCM). Tenant, kind, name, owner and generation
/// are bound to each value, so none can be passed off as another or as a later one. Safe from any thread.
class SecretVault {
public:
    using Transact = std::function<void(std::function<void(ResourceWriter&)>)>;

    /// All four must outlive it.
    SecretVault(KeyService& keys, ResourceReader& reader, Transact transact, Clock& clock);
    ~SecretVault();
    SecretVault(const SecretVault&) = delete;
    SecretVault& operator=(const SecretVault&) = delete;

    /// Makes the tenant's first key if it has none, and has its newest at hand, so that seal() asks the key service for
    /// nothing. Blocks; never call it within a transaction.
    void prepare(const std::string& tenant);
    /// For the transaction that stores the row: with the tenant's newest key as `writer` sees it, so that a rotation
    /// cannot come between. `generation` is the one that the row will have.
    SealedValue seal(ResourceWriter& writer, const ResourceKey& key, std::int64_t generation, const Secret& value);
    /// Throws data_loss when it was changed or belongs to something else, and not_found when the key that wraps the
    /// tenant's key is gone. A row that was sealed anew after it was read is read again.
    Secret open(const ResourceRow& row);

    struct Rotation {
        std::int64_t key_version = 0;
        std::int64_t values = 0;  ///< encrypted anew
    };
    /// Gives the tenant a new data key and encrypts every value under it, in small transactions: readers and writers go
    /// on meanwhile. The old key is forgotten when nothing needs it. May be repeated after a crash. Throws data_loss
    /// that names the values which cannot be opened, after all others have been moved; their key stays.
    Rotation rotate(const std::string& tenant);
    /// Wraps the tenant's data keys with the key service's current key. Returns how many were wrapped anew.
    std::int64_t rewrap(const std::string& tenant);
    /// At start, once the control loop runs: goes on with rotations that a crash cut off, and wraps what an older key
    /// has wrapped. What cannot be done is told to `failed` and hinders no other tenant.
    void settle(const std::function<void(const std::string& tenant, const Error&)>& failed);

private:
    struct Data;
    std::unique_ptr<Data> data_;
};

}
