#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

constexpr const char* no_group_source = "group source is required (static, github_admin, or all_tenant_members)";

class GroupKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "group";
        spec.description = "A set of users that roles can be granted to.";
        spec.fields = {
            name_field("What bindings call it."),
            // `source: static` is what many write first: it is not taken for a typing error, but leads to the complaint
            // that names the three keys.
            {.name = "source",
             .read_only = true,
             .help = "Not given: which of the three keys below is there says where the members come from."},
            {.name = "static",
             .type = FieldType::object,
             .help = "Members that are listed here.",
             .fields = {{.name = "members",
                         .type = FieldType::string_list,
                         .required = true,
                         .help = "Logins of users.",
                         .length_max = list_items_max,
                         .example = "[alice, bob]"}},
             .example = "{members: [alice, bob]}"},
            {.name = "github_admin",
             .type = FieldType::object,
             .help = "The owners of the GitHub organisation, as it is whenever somebody asks for something.",
             .example = "{}"},
            {.name = "all_tenant_members",
             .type = FieldType::object,
             .help = "Every user of the tenant.",
             .example = "{}"},
            description_field(),
        };
        spec.groups = {
            {.fields = {"static", "github_admin", "all_tenant_members"}, .only_one = true, .missing = no_group_source}};
        spec.verbs = {"read", "list", "create", "edit", "delete"};
        spec.columns = {"static.members", "description"};
        spec.example = "name: backend-team\nstatic:\n  members:\n    - alice\n    - bob\n";
        return spec;
    }

    void validate(const json::object& body) const override {
        if (const json::object* const listed = object_at(body, "static"))
            check_unique(texts_at(*listed, "members"), "static.members");
    }
};

}

CoreKind make_group_kind() { return {30, std::make_shared<GroupKind>()}; }

}
