#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <murmur/clock.hpp>
#include <optional>
#include <string>
#include <vector>

#include "catalog/builtins.hpp"
#include "catalog/kind_registry.hpp"
#include "catalog/resource.hpp"
#include "catalog/validation.hpp"
#include "secrets/secret_vault.hpp"
#include "store/resource_store.hpp"

namespace murmur {

class CatalogTransaction;
struct ResourceDraft;
struct WrittenResource;

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
    /// Runs a function in a transaction of the control loop and returns when it is on disk; throws what it throws,
    /// after what it wrote was taken back.
    using Transact = std::function<void(std::function<void(ResourceWriter&)>)>;

    /// `builtins`: what load_builtins() gave, and those of substrates. Everything else must outlive it.
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
    /// means that there must be none. Without it, it never loses to somebody else.
    Change set(const ResourceKey& key, const SourceDocument& document, const ChangeRight& right,
               std::optional<std::int64_t> expected_generation = std::nullopt);
    /// Changes single fields of the version that there is when it is stored.
    Change patch(const ResourceKey& key, const std::vector<FieldChange>& changes, const ChangeRight& right,
                 std::optional<std::int64_t> expected_generation = std::nullopt);
    /// Throws failed_precondition naming every holder while it is referenced.
    Change remove(const ResourceKey& key, const ChangeRight& right,
                  std::optional<std::int64_t> expected_generation = std::nullopt);
    /// Sets all of them in the order of their references, or none; they may refer to each other. `owner` is whose
    /// those are of which each user has their own. `dry_run`: says what would change.
    std::vector<AppliedChange> apply(const std::string& tenant, const std::string& owner, std::vector<ApplyItem> items,
                                     const ChangeRight& right, bool dry_run);

    /// Rises whenever a resource of one of the kinds that decide about permissions changes: for caches.
    std::uint64_t policy_revision() const;

private:
    /// The key as it is stored: without an owner, unless each user has their own.
    ResourceKey stored_key(const Kind& kind, ResourceKey key) const;
    /// A singleton is there before anybody has written it: without fields, at generation 0.
    static std::optional<ResourceRow> unwritten_row(const Kind& kind, const ResourceKey& key);
    const Kind& changeable_kind(const ResourceKey& key) const;
    void refuse_builtin(const Kind& kind, const std::string& name) const;
    ResourceDraft draft(const Kind& kind, const ResourceKey& key, const SourceDocument& document,
                        bool secret_is_kept = false) const;
    ResourceDraft patched(const Kind& kind, const ResourceRow& row, const std::vector<FieldChange>& changes) const;
    /// Runs it in a transaction; a complaint about a missing name gets the nearest one as its hint.
    void run(const ChangeRight& right, const std::function<void(CatalogTransaction&)>& change);
    std::optional<WrittenResource> try_patch(const Kind& kind, const ResourceKey& key,
                                             const std::vector<FieldChange>& changes, const ChangeRight& right,
                                             std::optional<std::int64_t> expected_generation);
    void note_change(const Kind& kind, ChangeResult result);
    /// `body`: of what was written, when it is at hand; else it is read from the row.
    Change finish(const Kind& kind, WrittenResource written, std::optional<json::object> body = std::nullopt);
    Error not_found(const ResourceKey& key) const;
    std::vector<std::string> known_names(const std::string& tenant, const std::string& kind,
                                         const std::string& owner) const;

    const KindRegistry& kinds_;
    const BuiltinTable builtins_;
    ResourceReader& reader_;
    Transact transact_;
    SecretVault& vault_;
    Clock& clock_;
    std::atomic<std::uint64_t> policy_revision_ = 0;
};

}
