#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <murmur/clock.hpp>
#include <optional>
#include <string>
#include <vector>

#include "catalog/kind_registry.hpp"
#include "catalog/validation.hpp"
#include "secrets/secret_vault.hpp"
#include "store/resource_store.hpp"

namespace murmur {

/// A resource as the API shows it: the store's row, or a builtin.
struct Resource {
    ResourceKey key;
    std::int64_t generation = 0;
    std::string author;
    TimePoint created_at{};
    TimePoint updated_at{};
    bool platform = false;  ///< a builtin: the same for every tenant, never changed
    json::object body;
    std::string content;  ///< of Markdown kinds
};

enum class ChangeResult { created, updated, unchanged, removed };

enum class ChangeAction { create, replace, remove };

/// Who changes something, and what they may do: which action it is, is known only in the transaction.
struct ChangeRight {
    std::string author;
    /// Throws permission_denied. Called in the control loop's thread: it must not block. Empty: everything is allowed.
    std::function<void(const Kind&, const ResourceKey&, ChangeAction)> check;
};

struct Change {
    Resource resource;  ///< after the change; of a removal: before it
    ChangeResult result = ChangeResult::unchanged;
};

/// One document of apply().
struct ApplyItem {
    std::string kind;
    SourceDocument document;
    std::string source;  ///< the file, for complaints
};
struct AppliedChange {
    Change change;
    std::string before;  ///< what `get` printed before; empty: there was none
    std::string after;
};

/// The tenants' resources: typed, versioned, and never with a reference that leads nowhere.
///
/// Bodies are checked in the caller's thread; references, generations and names are checked and stored in one
/// transaction of the control loop, so that any number of callers may change things at once. Safe from any thread.
class Catalog {
public:
    /// Runs a function in a transaction of the control loop and returns when it is on disk; throws what it throws. A
    /// function that throws must not have written, or must have rolled its savepoint back.
    using Transact = std::function<void(std::function<void(ResourceWriter&)>)>;

    Catalog(const KindRegistry& kinds, std::vector<CatalogBuiltin> builtins, ResourceReader& reader, Transact transact,
            SecretVault& vault, Clock& clock);

    const KindRegistry& kinds() const { return kinds_; }

    /// Throws not_found with the nearest name.
    Resource get(const ResourceKey& key) const;
    std::optional<Resource> find(const ResourceKey& key) const;
    /// Builtins first, then the tenant's, each in the order of names.
    std::vector<Resource> list(const ResourceQuery& query) const;

    /// Replaces the whole resource, or makes it. A body that is the same changes nothing and raises no generation
    /// (a secret's value cannot be compared: it always does). `expected_generation`: aborted when it is another; 0
    /// means that there must be none.
    Change set(const ResourceKey& key, const SourceDocument& document, const ChangeRight& right,
               std::optional<std::int64_t> expected_generation = std::nullopt);
    Change patch(const ResourceKey& key, const std::vector<FieldChange>& changes, const ChangeRight& right,
                 std::optional<std::int64_t> expected_generation = std::nullopt);
    /// Throws failed_precondition naming every holder while it is referenced.
    Change remove(const ResourceKey& key, const ChangeRight& right,
                  std::optional<std::int64_t> expected_generation = std::nullopt);
    /// Sets all of them in the order of their references, or none. `dry_run`: says what would change.
    std::vector<AppliedChange> apply(const std::string& tenant, const std::string& owner, std::vector<ApplyItem> items,
                                     const ChangeRight& right, bool dry_run);

    /// Rises whenever a resource of one of the kinds that decide about permissions changes: for caches.
    std::uint64_t policy_revision() const;

private:
    const KindRegistry& kinds_;
    std::map<std::pair<std::string, std::string>, Resource> builtins_;  ///< by kind and name
    ResourceReader& reader_;
    Transact transact_;
    SecretVault& vault_;
    Clock& clock_;
};

/// What is in share/catalog/*.yaml below the program's prefix. Throws data_loss when a file is not in order.
std::vector<CatalogBuiltin> load_builtins(const KindRegistry& kinds, const std::string& directory);

}
