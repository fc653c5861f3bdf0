#pragma once

#include <cstdint>
#include <murmur/clock.hpp>
#include <optional>
#include <string>
#include <vector>

namespace murmur {

/// What names one catalog resource. `owner` is the account for kinds of which each user has their own, else empty.
struct ResourceKey {
    std::string tenant;  ///< "github_app/acme"
    std::string kind;
    std::string owner;
    std::string name;
    auto operator<=>(const ResourceKey&) const = default;
};

/// That a resource names another one of the same tenant.
struct ResourceReference {
    std::string kind;
    std::string name;
    auto operator<=>(const ResourceReference&) const = default;
};

/// A version of a resource. A removed one stays as a row without a body, so that generations never begin again.
struct ResourceRow {
    ResourceKey key;
    std::int64_t generation = 0;  ///< rises by one with every change, removal included
    bool removed = false;
    std::string author;
    TimePoint created_at{};
    TimePoint updated_at{};
    std::string body;              ///< JSON text of the canonical body
    std::string content;           ///< of Markdown kinds: the source as it was given
    std::string sealed;            ///< of secrets: the encrypted value, hexadecimal; else empty
    std::int64_t key_version = 0;  ///< of secrets: which of the tenant's data keys sealed it
};

struct ResourceQuery {
    std::string tenant;
    std::string kind;
    std::string owner;
    std::string after;  ///< names behind this one
    std::size_t count_max = 1000;
};

/// One data key of a tenant, as the key service has wrapped it.
struct TenantKeyRow {
    std::string tenant;
    std::int64_t version = 0;
    std::string wrapped;      ///< hexadecimal
    std::string key_service;  ///< which key of which service wrapped it
    TimePoint created_at{};
};

/// What both ends can look up.
class ResourceLookup {
public:
    virtual ~ResourceLookup() = default;
    /// A removed one too.
    virtual std::optional<ResourceRow> find_resource(const ResourceKey& key) = 0;
    /// In the order of names, without removed ones.
    virtual std::vector<ResourceRow> list_resources(const ResourceQuery& query) = 0;
    /// Who references it (a workspace: agents that are not over, too), at most `count_max`, by kind and name.
    virtual std::vector<ResourceKey> resource_holders(const std::string& tenant, const ResourceReference& target,
                                                      std::size_t count_max) = 0;
    virtual std::vector<TenantKeyRow> tenant_keys(const std::string& tenant) = 0;
    /// Secrets of the tenant that another version than `version` sealed, at most `count_max`.
    virtual std::vector<ResourceRow> secrets_not_sealed_by(const std::string& tenant, std::int64_t version,
                                                           std::size_t count_max) = 0;
    /// Tenants that have any resource or key.
    virtual std::vector<std::string> tenants() = 0;
};

/// The reading end; sees what has been committed. Safe from any thread.
class ResourceReader : public ResourceLookup {};

/// The writing end, for the control loop's thread within its transaction. It stores what it is told: the rules are the
/// catalog's.
class ResourceWriter : public ResourceLookup {
public:
    virtual bool has_resource(const ResourceKey& key) = 0;
    /// Inserts or replaces the row; `references` replace those that the resource had.
    virtual void put_resource(const ResourceRow& row, const std::vector<ResourceReference>& references) = 0;
    virtual void put_tenant_key(const TenantKeyRow& row) = 0;
    virtual void remove_tenant_key(const std::string& tenant, std::int64_t version) = 0;
    /// Everything since the matching savepoint() can be taken back, or kept. They do not nest.
    virtual void savepoint() = 0;
    virtual void keep_savepoint() = 0;
    virtual void roll_back_savepoint() noexcept = 0;
};

}
