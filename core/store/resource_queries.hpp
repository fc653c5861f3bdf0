#pragma once

#include "store/resource_store.hpp"
#include "store/statement.hpp"

namespace murmur {

/// The prepared questions about resources: the same for both ends. Used by the thread of its connection.
class ResourceQueries {
public:
    explicit ResourceQueries(sqlite3* database);

    std::optional<ResourceRow> find(const ResourceKey& key);
    bool has(const ResourceKey& key);
    std::vector<ResourceRow> list(const ResourceQuery& query);
    std::vector<ResourceKey> holders(const std::string& tenant, const ResourceReference& target, std::size_t count_max);
    std::vector<TenantKeyRow> tenant_keys(const std::string& tenant);
    std::vector<ResourceRow> secrets_not_sealed_by(const std::string& tenant, std::int64_t version,
                                                   std::size_t count_max);
    std::vector<std::string> tenants();

private:
    Statement find_;
    Statement has_;
    Statement list_;
    Statement holders_;
    Statement tenant_keys_;
    Statement sealed_otherwise_;
    Statement tenants_;
};

/// How a resource's references lie in its row, so that the next version need not ask the index for them.
std::string references_text(const std::vector<ResourceReference>& references);
std::vector<ResourceReference> read_references(const std::string& text);

}
