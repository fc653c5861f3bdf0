#pragma once

#include "store/database.hpp"
#include "store/resource_queries.hpp"

namespace murmur {

/// The writing end for resources, on the store writer's connection and within its transactions.
class SqliteResourceWriter final : public ResourceWriter {
public:
    explicit SqliteResourceWriter(Database& database);

    std::optional<ResourceRow> find_resource(const ResourceKey& key) override { return queries_.find(key); }
    std::vector<ResourceRow> list_resources(const ResourceQuery& query) override { return queries_.list(query); }
    std::vector<ResourceKey> resource_holders(const std::string& tenant, const ResourceReference& target,
                                              std::size_t count_max) override {
        return queries_.holders(tenant, target, count_max);
    }
    std::vector<TenantKeyRow> tenant_keys(const std::string& tenant) override { return queries_.tenant_keys(tenant); }
    std::vector<ResourceRow> secrets_not_sealed_by(const std::string& tenant, std::int64_t version,
                                                   std::size_t count_max) override {
        return queries_.secrets_not_sealed_by(tenant, version, count_max);
    }
    std::vector<std::string> tenants() override { return queries_.tenants(); }

    bool has_resource(const ResourceKey& key) override { return queries_.has(key); }
    void put_resource(const ResourceRow& row, const std::vector<ResourceReference>& references) override;
    void put_tenant_key(const TenantKeyRow& row) override;
    void remove_tenant_key(const std::string& tenant, std::int64_t version) override;
    void savepoint() override { savepoint_.run(); }
    void keep_savepoint() override { keep_savepoint_.run(); }
    void roll_back_savepoint() noexcept override;

private:
    Database& database_;
    ResourceQueries queries_;
    Statement stored_references_;
    Statement update_alone_;
    Statement update_;
    Statement insert_;
    Statement add_reference_;
    Statement remove_reference_;
    Statement put_tenant_key_;
    Statement remove_tenant_key_;
    Statement savepoint_;
    Statement keep_savepoint_;
    Statement undo_savepoint_;
};

}
