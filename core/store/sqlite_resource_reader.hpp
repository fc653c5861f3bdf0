#pragma once

#include "store/read_connection.hpp"

namespace murmur {

/// The reading end for resources, on the store reader's connections. Safe from any thread.
class SqliteResourceReader final : public ResourceReader {
public:
    explicit SqliteResourceReader(ReadPool& pool) : pool_(pool) {}

    std::optional<ResourceRow> find_resource(const ResourceKey& key) override {
        return ReadPool::Lease(pool_)->resources.find(key);
    }
    std::vector<ResourceRow> list_resources(const ResourceQuery& query) override {
        return ReadPool::Lease(pool_)->resources.list(query);
    }
    std::vector<ResourceKey> resource_holders(const std::string& tenant, const ResourceReference& target,
                                              std::size_t count_max) override {
        return ReadPool::Lease(pool_)->resources.holders(tenant, target, count_max);
    }
    std::vector<TenantKeyRow> tenant_keys(const std::string& tenant) override {
        return ReadPool::Lease(pool_)->resources.tenant_keys(tenant);
    }
    std::vector<ResourceRow> secrets_not_sealed_by(const std::string& tenant, std::int64_t version,
                                                   std::size_t count_max) override {
        return ReadPool::Lease(pool_)->resources.secrets_not_sealed_by(tenant, version, count_max);
    }
    std::vector<std::string> tenants() override { return ReadPool::Lease(pool_)->resources.tenants(); }

private:
    ReadPool& pool_;
};

}
