#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

class AliasKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "alias";
        spec.description = "A name under which a port of an agent's machine is reached: the first part of its host.";
        FieldSpec name = name_field("The first part of the host name.");
        name.missing = "name is required for alias";
        spec.fields = {
            std::move(name),
            {.name = "agent_id",
             .type = FieldType::object,
             .required = true,
             .help = "The agent.",
             .fields = {{.name = "account", .required = true, .help = "Whose agent it is.", .example = "alice"},
                        {.name = "agent",
                         .type = FieldType::string_list,
                         .required = true,
                         .help = "Its slug; of a child, the slugs from the root on.",
                         .length_max = 32,
                         .example = "[fix-auth-bug]"},
                        {.name = "workspace", .help = "Its workspace, where the slug alone leaves a doubt."}},
             .example = "{account: alice, agent: [fix-auth-bug]}"},
            {.name = "port",
             .type = FieldType::integer,
             .required = true,
             .help = "The port on its machine.",
             .minimum = 1,
             .maximum = 65535,
             .out_of_range = "port must be from 1 to 65535",
             .example = "8080"},
            description_field(),
        };
        spec.verbs = {"read", "list", "create", "delete"};
        spec.columns = {"agent_id.account", "agent_id.agent", "port"};
        spec.example = "name: my-preview\nagent_id:\n  account: alice\n  agent: [fix-auth-bug]\nport: 8080\n";
        return spec;
    }
};

}

CoreKind make_alias_kind() { return {170, std::make_shared<AliasKind>()}; }

}
