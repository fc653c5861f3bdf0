#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

class TenantBindingKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "tenant-binding";
        spec.description = "Gives users and groups a role in the whole tenant.";
        spec.fields = {
            name_field("The reason that a check of permissions shows; <group>-<role> says most."),
            grant_field("grant", FieldType::object, "Who gets what."),
            description_field(),
        };
        spec.verbs = {"read", "list", "create", "delete"};
        spec.columns = {"grant.role", "grant.groups", "grant.users"};
        spec.example = "name: backend-admins\ngrant:\n  groups: [backend-team]\n  role: workspace-admin\n";
        return spec;
    }

    void validate(const json::object& body) const override { check_grant(*object_at(body, "grant"), "grant"); }
};

}

CoreKind make_tenant_binding_kind() { return {50, std::make_shared<TenantBindingKind>()}; }

}
