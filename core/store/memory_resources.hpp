#pragma once

#include <functional>

#include "store/memory_tables.hpp"

namespace murmur {

// The questions that both ends answer, of whichever tables they may see.
std::optional<ResourceRow> find_resource(const MemoryTables& tables, const ResourceKey& key);
std::vector<ResourceRow> list_resources(const MemoryTables& tables, const ResourceQuery& query);
std::vector<ResourceKey> resource_holders(const MemoryTables& tables, const std::string& tenant,
                                          const ResourceReference& target, std::size_t count_max);
std::vector<TenantKeyRow> tenant_keys(const MemoryTables& tables, const std::string& tenant);
std::vector<ResourceRow> secrets_not_sealed_by(const MemoryTables& tables, const std::string& tenant,
                                               std::int64_t version, std::size_t count_max);
std::vector<std::string> tenants(const MemoryTables& tables);

/// The catalog's part of a MemoryStore's writing end.
class MemoryResourceWriter final : public ResourceWriter {
public:
    /// Both must outlive this.
    MemoryResourceWriter(MemoryTables& tables, MemoryJournal& journal) : tables_(tables), journal_(journal) {}

    std::optional<ResourceRow> find_resource(const ResourceKey& key) override {
        return murmur::find_resource(tables_, key);
    }
    std::vector<ResourceRow> list_resources(const ResourceQuery& query) override {
        return murmur::list_resources(tables_, query);
    }
    std::vector<ResourceKey> resource_holders(const std::string& tenant, const ResourceReference& target,
                                              std::size_t count_max) override {
        return murmur::resource_holders(tables_, tenant, target, count_max);
    }
    std::vector<TenantKeyRow> tenant_keys(const std::string& tenant) override {
        return murmur::tenant_keys(tables_, tenant);
    }
    std::vector<ResourceRow> secrets_not_sealed_by(const std::string& tenant, std::int64_t version,
                                                   std::size_t count_max) override {
        return murmur::secrets_not_sealed_by(tables_, tenant, version, count_max);
    }
    std::vector<std::string> tenants() override { return murmur::tenants(tables_); }

    bool has_resource(const ResourceKey& key) override;
    void put_resource(const ResourceRow& row, const std::vector<ResourceReference>& references) override;
    void put_tenant_key(const TenantKeyRow& row) override;
    void remove_tenant_key(const std::string& tenant, std::int64_t version) override;
    void savepoint() override { savepoint_ = journal_.position(); }
    void keep_savepoint() override {}
    void roll_back_savepoint() noexcept override { journal_.undo_to(savepoint_); }

private:
    MemoryTables& tables_;
    MemoryJournal& journal_;
    std::size_t savepoint_ = 0;
};

}
