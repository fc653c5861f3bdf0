#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"
#include "catalog/permission.hpp"

namespace murmur {

namespace {

class RoleKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "role";
        spec.description = "A list of permissions under a name; bindings grant it to users and groups.";
        spec.fields = {
            name_field("What bindings call it."),
            {.name = "permissions",
             .type = FieldType::string_list,
             .required = true,
             .help = "What it allows: {kind}.{verb}, with * for any kind or any verb, or * alone for everything.",
             .missing = "permissions must be non-empty",
             .length_max = list_items_max,
             .example = "[workspace.read, flight.*]"},
            description_field(),
        };
        spec.verbs = {"read", "list", "create", "edit", "delete"};
        spec.columns = {"permissions", "description"};
        spec.example =
            "name: workspace-admin\n"
            "permissions:\n"
            "  - workspace.read\n"
            "  - workspace.list\n"
            "  - workspace.edit\n"
            "  - workspace.delete\n";
        return spec;
    }

    void validate(const json::object& body) const override {
        const std::vector<std::string> permissions = texts_at(body, "permissions");
        for (const std::string& permission : permissions) parse_permission_pattern(permission);
        check_unique(permissions, "permissions");
    }
};

}

CoreKind make_role_kind() { return {40, std::make_shared<RoleKind>()}; }

}
