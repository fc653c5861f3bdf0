#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

class PoolConfigKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "pool-config";
        spec.description = "How many machines the tenant may have, and what becomes of agents that lost theirs.";
        spec.singleton = "default";
        spec.fields = {
            name_field("The only name there is: default."),
            {.name = "max_vms",
             .type = FieldType::integer,
             .help = "The most machines at a time, idle ones included; without it, as many as murmurd allows.",
             .minimum = 1,
             .out_of_range = "max_vms must be positive",
             .example = "50"},
            {.name = "reap_stranded_agents",
             .type = FieldType::enumeration,
             .values = {"enabled", "dry_run", "disabled"},
             .default_value = "dry_run",
             .help = "Whether agents whose machine has vanished are ended, only reported, or left alone.",
             .also = {"reap_stranded_workflows"},
             .example = "enabled"},
            {.name = "max_agents_per_developer",
             .type = FieldType::integer,
             .default_value = 0,
             .help = "The most agents of one user that are not over; 0 is no limit. Children and agents of service "
                     "profiles are not counted.",
             .minimum = 0,
             .example = "10"},
            limits_field("The most that any agent of the tenant may be given, and gets when nothing else is said."),
            description_field(),
        };
        spec.verbs = {"read", "edit"};
        spec.columns = {"max_vms", "reap_stranded_agents"};
        spec.example = "max_vms: 50\n";
        return spec;
    }
};

}

CoreKind make_pool_config_kind() { return {10, std::make_shared<PoolConfigKind>()}; }

}
